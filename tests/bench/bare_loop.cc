// The limit that the serving path heads for: one thread, one epoll set; no routing, no gate, no limits,
// no deadlines, no log. Reads a request to the end of its body, answers, reads the next one.
//
//   bare_loop health HEAD BODY         answers these two files' bytes
//   bare_loop predict HEAD BODY MODEL  decodes the request as Galley does, runs the trees of the
//                                      MLflow model folder MODEL, and answers with HEAD, the
//                                      predictions, and BODY behind them
//
// HEAD is an answer's head as Galley writes it; BODY is what follows `{"predictions": [...]`.
// The port is the first line on stdout. Runs until it is killed.

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/io/file.h"
#include "serving/runtime/mlmodel.h"
#include "serving/runtime/scoring_input.h"
#include "serving/runtime/scoring_output.h"
#include "serving/runtime/tree_model.h"

namespace {

using namespace galley;  // NOLINT(google-build-using-namespace): a program of one file.

constexpr std::size_t kFileBytesMax = std::size_t{256} << 20U;
constexpr std::size_t kReadBytes = std::size_t{16} << 10U;
constexpr int kEventsMax = 64;
constexpr std::string_view kLength = "Content-Length: ";

struct Answers {
  std::string head;
  std::string body;
  std::unique_ptr<const serving::TreeModel> trees;  // Null: `body` is all there is to say.
  serving::InputSpec input;
};

template <typename T>
T OrExit(Result<T> result) {
  if (result) return *std::move(result);
  std::fprintf(stderr, "bare_loop: %s\n", result.error().message.c_str());
  std::exit(2);
}

void LoadTrees(const std::string& folder, Answers& answers) {
  const auto mlmodel = OrExit(
      serving::MlModel::Parse(OrExit(io::ReadFile(folder + "/MLmodel", kFileBytesMax))));
  const auto& flavor = mlmodel.xgboost.value();
  const std::string bytes = OrExit(io::ReadFile(folder + "/" + flavor.data, kFileBytesMax));
  answers.trees =
      OrExit(serving::TreeModel::Load(bytes, OrExit(serving::TreeModel::Detect(bytes)),
                                      flavor.allows_infinity() ? serving::TreeModel::Rounds::kBest
                                                               : serving::TreeModel::Rounds::kAll));
  answers.input = OrExit(serving::MakeInputSpec(
      answers.trees->feature_names(), answers.trees->features(),
      mlmodel.signature ? &*mlmodel.signature : nullptr, flavor.allows_infinity()));
}

void Append(const Answers& answers, std::string_view request, std::string& out) {
  out = answers.head;
  if (answers.trees) {
    const auto input = OrExit(serving::DecodeScoring("application/json", request, answers.input));
    std::vector<float> values(input.rows * answers.trees->outputs());
    answers.trees->Predict(input.values, input.rows, values);
    out += serving::PredictionsJson(values, answers.trees->outputs());
    out.pop_back();
  }
  out += answers.body;
}

/// The request's body once all of it is in `in`; sets `size` to the bytes of the request.
bool FindRequest(std::string_view in, std::string_view& body, std::size_t& size) {
  const auto end = in.find("\r\n\r\n");
  if (end == std::string_view::npos) return false;
  std::size_t length = 0;
  const std::string_view head = in.substr(0, end);
  if (const auto at = head.find(kLength); at != std::string_view::npos) {
    std::from_chars(head.data() + at + kLength.size(), head.data() + head.size(), length);
  }
  size = end + 4 + length;
  if (in.size() < size) return false;
  body = in.substr(end + 4, length);
  return true;
}

/// False once the client is gone. `in` keeps the part of a request that came without its end.
bool Serve(int fd, std::string& in, std::string& out, const Answers& answers) {
  static char buffer[kReadBytes];
  const ssize_t got = ::recv(fd, buffer, sizeof(buffer), 0);
  if (got <= 0) return false;
  std::string_view rest(buffer, static_cast<std::size_t>(got));
  if (!in.empty()) rest = in += rest;
  std::string_view body;
  std::size_t size = 0;
  while (FindRequest(rest, body, size)) {
    Append(answers, body, out);
    if (::send(fd, out.data(), out.size(), 0) != static_cast<ssize_t>(out.size())) return false;
    rest.remove_prefix(size);
  }
  in = std::string(rest);
  return true;
}

int Listen() {
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener, generic, size) != 0 || ::listen(listener, 128) != 0 ||
      ::getsockname(listener, generic, &size) != 0) {
    std::perror("bare_loop");
    std::exit(2);
  }
  std::printf("%d\n", ntohs(address.sin_port));
  std::fflush(stdout);
  return listener;
}

void Watch(int epoll, int fd) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = fd;
  ::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

[[noreturn]] void Run(const Answers& answers) {
  const int listener = Listen();
  const int epoll = ::epoll_create1(0);
  Watch(epoll, listener);
  std::map<int, std::string> connections;
  std::string out;
  epoll_event events[kEventsMax];
  for (;;) {
    const int count = ::epoll_wait(epoll, events, kEventsMax, -1);
    for (int at = 0; at < count; ++at) {
      const int fd = events[at].data.fd;
      if (fd == listener) {
        const int client = ::accept(listener, nullptr, nullptr);
        const int one = 1;
        ::setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
        connections.emplace(client, "");
        Watch(epoll, client);
      } else if (!Serve(fd, connections[fd], out, answers)) {
        ::close(fd);
        connections.erase(fd);
      }
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view what = argc > 3 ? argv[1] : "";
  if (!(what == "health" && argc == 4) && !(what == "predict" && argc == 5)) {
    std::fprintf(stderr, "usage: bare_loop health|predict HEAD BODY [MODEL]\n");
    return 2;
  }
  Answers answers;
  answers.head = OrExit(io::ReadFile(argv[2], kFileBytesMax));
  answers.body = OrExit(io::ReadFile(argv[3], kFileBytesMax));
  if (what == "predict") LoadTrees(argv[4], answers);
  Run(answers);
}
