#include "foundation/http/server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <future>
#include <iterator>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "foundation/io/net.h"

namespace galley::http {
namespace {

constexpr std::string_view kGet = "GET /ok HTTP/1.1\r\nHost: x\r\n\r\n";

/// A client's socket, as plain as can be.
class Client {
 public:
  explicit Client(std::uint16_t port, int receive_buffer = 0)
      : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    if (receive_buffer > 0) {
      ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof(receive_buffer));
    }
    const timeval patience{.tv_sec = 20, .tv_usec = 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ =
        ::connect(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  }

  bool connected() const { return connected_; }

  void Send(std::string_view bytes) const {
    ASSERT_EQ(::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
  }
  /// What comes next, at most `max` bytes; empty when the server has closed.
  std::string Receive(std::size_t max = 65536) const {
    std::string bytes(max, '\0');
    const auto size = ::recv(socket_.get(), bytes.data(), bytes.size(), 0);
    bytes.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return bytes;
  }
  /// What comes until it ends so, or the server has closed.
  std::string ReceiveUntil(std::string_view end) const {
    std::string all;
    while (!all.ends_with(end)) {
      const std::string part = Receive();
      if (part.empty()) break;
      all += part;
    }
    return all;
  }
  std::string ReceiveAll() const {
    std::string all;
    for (std::string part = Receive(); !part.empty(); part = Receive()) all += part;
    return all;
  }

 private:
  io::UniqueFd socket_;
  bool connected_ = false;
};

/// Deadlines short enough for a test.
Limits Impatient() {
  Limits limits;
  limits.header_timeout_ms = 100;
  limits.idle_timeout_ms = 150;
  limits.write_stall_ms = 150;
  limits.body_bytes_per_s_min = 1'000'000;
  limits.drain_ms = 200;
  limits.sweep_ms = 10;
  return limits;
}

/// An upload that answers how many bytes came.
class Counting : public Upload {
 public:
  explicit Counting(std::atomic<int>& open) : open_(open) { ++open_; }
  ~Counting() override { --open_; }

  Status Write(std::string_view bytes) override {
    if (bytes.find("stop") != std::string_view::npos) {
      return Fail(Code::kInvalidArgument, "found a stop");
    }
    size_ += bytes.size();
    return {};
  }
  Response Finish() override { return Response{.body = fmt::format("{} bytes", size_)}; }

 private:
  std::atomic<int>& open_;
  std::size_t size_ = 0;
};

/// The running test program as a body.
Response ThisFile(const Request& /*request*/) {
  auto file = std::make_shared<io::UniqueFd>(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
  struct stat facts{};
  ::fstat(file->get(), &facts);
  return Response{.file = std::move(file), .file_bytes = static_cast<std::uint64_t>(facts.st_size)};
}

class ServerTest : public testing::Test {
 protected:
  void Start(const Limits& limits, int loops = 1) {
    auto listener = io::ListenLoopback(0);
    ASSERT_TRUE(listener.has_value());
    port_ = *io::LocalPort(listener->get());
    stop_.Reset(::eventfd(0, EFD_CLOEXEC));
    const auto ok = [](const Request& request) {
      return Response{.body = std::string(request.body)};
    };
    const auto throws = [](const Request&) -> Response { throw std::runtime_error("planted"); };
    const auto large = [](const Request&) { return Response{.body = std::string(32 << 20, 'x')}; };
    const auto captures = [](const Request& request) {
      return Response{.body = fmt::format("{}|{}", request.Captured("a"), request.Captured("b"))};
    };
    const auto open = [this](const Request& request) -> Result<std::unique_ptr<Upload>> {
      if (request.Captured("a") == "no") return Fail(Code::kNotFound, "no such upload");
      return std::make_unique<Counting>(uploads_open_);
    };
    constexpr auto kRead = policy::Right::kRead;
    std::vector<Route> routes;
    routes.push_back({Method::kGet, "/ok", ok, kRead});
    routes.push_back({Method::kPost, "/ok", ok, kRead, 1'000});
    routes.push_back({Method::kPost, "/pool", BlockingHandler{ok}, kRead, 1'000});
    routes.push_back({Method::kGet, "/throw", throws, kRead});
    routes.push_back({Method::kGet, "/pool/throw", BlockingHandler{throws}, kRead});
    routes.push_back({Method::kGet, "/later", DeferredHandler{[this](const Request&, Reply reply) {
                        const std::scoped_lock lock(mutex_);
                        replies_.push_back(std::move(reply));
                      }},
                      kRead});
    routes.push_back(
        {Method::kGet, "/dropped", DeferredHandler{[](const Request&, Reply) {}}, kRead});
    routes.push_back({Method::kGet, "/stream/{a}",
                      StreamHandler{[this](const Request& request, auto stream) {
                        return OpenStream(request, std::move(stream));
                      }},
                      kRead});
    routes.push_back({Method::kGet, "/large", large, kRead});
    routes.push_back({Method::kGet, "/file", BlockingHandler{ThisFile}, kRead});
    routes.push_back({Method::kGet, "/of/{a}/and/{b...}", captures, kRead});
    routes.push_back({Method::kPut, "/put/{a}", UploadHandler{open}, kRead, 64 << 20});
    routes.push_back({Method::kGet, "/admin", ok, policy::Right::kAdminister});
    const auto shape = [](int status, std::string_view, std::string_view) {
      return Response{.status = status, .body = "in its own words"};
    };
    server_ =
        std::make_unique<Server>(std::move(*listener), Router(std::move(routes), {{"/of/", shape}}),
                                 policy::Gate("secret", {"x"}),
                                 Server::Options{.limits = limits, .loops = loops, .blocking = 1});
    std::promise<void> ready;
    thread_ = std::jthread(
        [this, &ready] { status_ = server_->Run(stop_.get(), [&ready] { ready.set_value(); }); });
    ready.get_future().wait();
  }

  void Stop() {
    if (!thread_.joinable()) return;
    const std::uint64_t one = 1;
    ASSERT_EQ(::write(stop_.get(), &one, sizeof(one)), static_cast<ssize_t>(sizeof(one)));
    thread_.join();
    EXPECT_TRUE(status_.has_value());
  }

  void TearDown() override { Stop(); }

  /// Connects anew until the answer is not 503, for at most 20 s; returns the last answer.
  std::string AskUntilAdmitted() const {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    std::string answer;
    do {
      const Client client(port_);
      client.Send("GET /ok HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
      answer = client.ReceiveAll();
    } while (!answer.starts_with("HTTP/1.1 200") && std::chrono::steady_clock::now() < deadline);
    return answer;
  }

  /// Sends one request on a connection of its own and returns the whole answer.
  std::string Ask(std::string_view line, std::string_view more = "\r\n") const {
    const Client client(port_);
    client.Send(fmt::format("{} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{}", line, more));
    return client.ReceiveAll();
  }

  Reply TakeReply() {
    for (;;) {
      const std::scoped_lock lock(mutex_);
      if (replies_.empty()) continue;
      Reply reply = std::move(replies_.back());
      replies_.pop_back();
      return reply;
    }
  }

  Response OpenStream(const Request& request, std::unique_ptr<Stream> stream) {
    if (request.Captured("a") == "no") return ErrorResponse(404, "not_found", "no such stream");
    if (request.Captured("a") == "dropped") return Response{.body = "alone"};
    const std::scoped_lock lock(mutex_);
    streams_.push_back(std::move(stream));
    return Response{
        .content_type = "text/event-stream", .body = "first|", .headers = {{"X-Of", "test"}}};
  }
  std::vector<std::unique_ptr<Stream>> TakeStreams(std::size_t count) {
    for (;;) {
      const std::scoped_lock lock(mutex_);
      if (streams_.size() >= count) return std::move(streams_);
    }
  }
  /// Asks for a stream on a connection of its own, and has its head and first chunk.
  std::pair<std::unique_ptr<Client>, std::unique_ptr<Stream>> OpenOne(int receive_buffer = 0) {
    auto client = std::make_unique<Client>(port_, receive_buffer);
    client->Send("GET /stream/a HTTP/1.1\r\nHost: x\r\n\r\n");
    auto stream = std::move(TakeStreams(1).front());
    EXPECT_TRUE(client->ReceiveUntil("first|").starts_with("HTTP/1.1 200 OK\r\n"));
    return {std::move(client), std::move(stream)};
  }

  std::uint16_t port_ = 0;
  std::atomic<int> uploads_open_ = 0;

 private:
  std::mutex mutex_;
  std::vector<Reply> replies_;
  std::vector<std::unique_ptr<Stream>> streams_;
  io::UniqueFd stop_;
  std::unique_ptr<Server> server_;
  Status status_;
  std::jthread thread_;
};

TEST_F(ServerTest, AnswersOnEveryLoop) {
  Start(Limits{}, 3);
  std::vector<std::unique_ptr<Client>> clients(9);
  for (auto& client : clients) client = std::make_unique<Client>(port_);
  for (const auto& client : clients) {
    client->Send(kGet);
    EXPECT_EQ(client->Receive().substr(0, 17), "HTTP/1.1 200 OK\r\n");
  }
}

TEST_F(ServerTest, AThrowingHandlerAnswers500AndTheConnectionLives) {
  Start(Limits{});
  const Client client(port_);
  client.Send("GET /throw HTTP/1.1\r\nHost: x\r\n\r\n");
  const std::string answer = client.Receive();
  EXPECT_EQ(answer.substr(0, 12), "HTTP/1.1 500");
  EXPECT_EQ(answer.find("planted"), std::string::npos);
  client.Send(kGet);
  EXPECT_EQ(client.Receive().substr(0, 12), "HTTP/1.1 200");
}

TEST_F(ServerTest, ABlockingHandlerAnswersFromThePool) {
  Start(Limits{});
  EXPECT_TRUE(Ask("POST /pool", "Content-Length: 4\r\n\r\nbody").ends_with("\r\n\r\nbody"));
  EXPECT_EQ(Ask("GET /pool/throw").substr(0, 12), "HTTP/1.1 500");
}

TEST_F(ServerTest, ADeferredHandlerAnswersLater) {
  Start(Limits{}, 2);
  const Client client(port_);
  for (int round = 0; round < 3; ++round) {
    client.Send("GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
    TakeReply().Send(Response{.body = "at last"});
    EXPECT_TRUE(client.Receive().ends_with("\r\n\r\nat last"));
  }
}

TEST_F(ServerTest, ADroppedReplyIs500) {
  Start(Limits{});
  EXPECT_EQ(Ask("GET /dropped").substr(0, 12), "HTTP/1.1 500");
}

TEST_F(ServerTest, AnAnswerThatDoesNotComeIs504AndOneThatComesTooLateHarmsNobody) {
  Limits limits = Impatient();
  limits.deferred_ms = 50;
  Start(limits);
  EXPECT_EQ(Ask("GET /later").substr(0, 12), "HTTP/1.1 504");
  Reply late = TakeReply();
  EXPECT_EQ(Ask("GET /ok").substr(0, 12), "HTTP/1.1 200");
  std::move(late).Send(Response{});
  EXPECT_EQ(Ask("GET /later").substr(0, 12), "HTTP/1.1 504");
  Stop();
  TakeReply().Send(Response{});
}

TEST_F(ServerTest, APathIsCutByItsPattern) {
  Start(Limits{});
  EXPECT_TRUE(Ask("GET /of/p%2Fq/and/r/s%25t").ends_with("\r\n\r\np/q|r/s%t"));
  EXPECT_TRUE(Ask("GET /of/p/and/").ends_with("in its own words"));
  EXPECT_TRUE(Ask("GET /of//and/x").ends_with("in its own words"));
  EXPECT_EQ(Ask("GET /of/p/and/%zz").substr(0, 12), "HTTP/1.1 400");
  const std::string wrong_method = Ask("DELETE /of/p/and/q");
  EXPECT_EQ(wrong_method.substr(0, 12), "HTTP/1.1 405");
  EXPECT_NE(wrong_method.find("\r\nAllow: GET, HEAD\r\n"), std::string::npos);
}

TEST_F(ServerTest, AnUploadIsHandedOnAsItComes) {
  Start(Limits{});
  const std::string body(std::size_t{9} << 20U, 'u');
  EXPECT_TRUE(Ask("PUT /put/a", fmt::format("Content-Length: {}\r\n\r\n{}", body.size(), body))
                  .ends_with("\r\n\r\n9437184 bytes"));
  EXPECT_TRUE(
      Ask("PUT /put/a", "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
          .ends_with("\r\n\r\n5 bytes"));
  EXPECT_TRUE(Ask("PUT /put/a").ends_with("\r\n\r\n0 bytes"));
  EXPECT_EQ(Ask("PUT /put/no", "Content-Length: 4\r\n\r\nbody").substr(0, 12), "HTTP/1.1 404");
  EXPECT_EQ(Ask("PUT /put/a", "Content-Length: 4\r\n\r\nstop").substr(0, 12), "HTTP/1.1 400");
  EXPECT_EQ(Ask("PUT /put/a", "Content-Length: 99999999\r\n\r\n").substr(0, 12), "HTTP/1.1 413");
  {
    const Client client(port_);
    client.Send("PUT /put/a HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc");
    while (uploads_open_ == 0) std::this_thread::yield();
  }
  while (uploads_open_ != 0) std::this_thread::yield();
}

/// More than any buffer, so that the bytes of one upload and the next lie in one piece.
TEST_F(ServerTest, UploadsThatFollowAtOnceAreAllAnswered) {
  Start(Limits{});
  std::string requests;
  for (const int size : {9'000'000, 5, 70'000, 0, 200'000}) {
    requests += fmt::format("PUT /put/a HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{}", size,
                            std::string(static_cast<std::size_t>(size), 'u'));
  }
  for (int at = 0; at < 2000; ++at) {
    requests += "PUT /put/a HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nu";
  }
  requests += "PUT /put/a HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\nuu";
  const Client client(port_);
  const std::jthread sender([&] { client.Send(requests); });
  const std::string answers = client.ReceiveAll();
  std::size_t at = 0;
  for (const std::string_view wanted :
       {"\r\n\r\n9000000 bytes", "\r\n\r\n5 bytes", "\r\n\r\n70000 bytes", "\r\n\r\n0 bytes",
        "\r\n\r\n200000 bytes"}) {
    at = answers.find(wanted, at);
    ASSERT_NE(at, std::string::npos) << wanted;
    at += wanted.size();
  }
  int small = 0;
  for (at = answers.find("\r\n\r\n1 bytes", at); at != std::string::npos;
       at = answers.find("\r\n\r\n1 bytes", at + 1)) {
    ++small;
  }
  EXPECT_EQ(small, 2000);
  EXPECT_TRUE(answers.ends_with("\r\n\r\n2 bytes"));
}

TEST_F(ServerTest, AFileIsTheBody) {
  Start(Limits{});
  std::ifstream file("/proc/self/exe", std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  const std::string answer = Ask("GET /file");
  ASSERT_GT(answer.size(), bytes.size());
  EXPECT_TRUE(answer.ends_with("\r\n\r\n" + bytes));
  EXPECT_TRUE(Ask("HEAD /file").ends_with("\r\n\r\n"));
}

TEST_F(ServerTest, TheGateStandsBeforeTheBody) {
  Start(Limits{});
  EXPECT_EQ(Ask("GET /admin").substr(0, 12), "HTTP/1.1 401");
  EXPECT_EQ(Ask("GET /admin", "Authorization: Bearer secret\r\n\r\n").substr(0, 12),
            "HTTP/1.1 200");
  EXPECT_EQ(Ask("POST /ok", "Origin: http://evil\r\nContent-Length: 900\r\n\r\n").substr(0, 12),
            "HTTP/1.1 403");
  const Client client(port_);
  client.Send("GET /ok HTTP/1.1\r\nHost: evil\r\n\r\n");
  EXPECT_EQ(client.Receive().substr(0, 12), "HTTP/1.1 403");
}

TEST_F(ServerTest, ASlowHeaderIs408) {
  Start(Impatient());
  const Client client(port_);
  client.Send("GET /ok HTT");
  EXPECT_EQ(client.ReceiveAll().substr(0, 12), "HTTP/1.1 408");
}

TEST_F(ServerTest, ASlowBodyIs408) {
  Start(Impatient());
  const Client client(port_);
  client.Send("POST /ok HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\nslow");
  EXPECT_EQ(client.ReceiveAll().substr(0, 12), "HTTP/1.1 408");
}

TEST_F(ServerTest, AnIdleConnectionIsClosedWithoutAWord) {
  Start(Impatient());
  const Client client(port_);
  client.Send(kGet);
  EXPECT_EQ(client.Receive().substr(0, 12), "HTTP/1.1 200");
  EXPECT_EQ(client.ReceiveAll(), "");
}

TEST_F(ServerTest, AClientThatDoesNotReadIsCutOff) {
  Limits limits = Impatient();
  limits.connections = 1;
  Start(limits);
  const Client client(port_, 4096);
  client.Send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(AskUntilAdmitted().substr(0, 12), "HTTP/1.1 200");
  EXPECT_LT(client.ReceiveAll().size(), std::size_t{32} << 20);
}

TEST_F(ServerTest, AClientThatReadsSlowlyGetsAll) {
  Start(Limits{});
  const Client client(port_, 4096);
  client.Send("GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_GT(client.ReceiveAll().size(), std::size_t{32} << 20);
}

TEST_F(ServerTest, ConnectionsOverTheLimitGet503) {
  Limits limits;
  limits.connections = 2;
  Start(limits);
  const Client first(port_);
  std::unique_ptr<const Client> second = std::make_unique<Client>(port_);
  for (const Client* client : {&first, second.get()}) {
    client->Send(kGet);
    ASSERT_EQ(client->Receive().substr(0, 12), "HTTP/1.1 200");
  }
  auto third = std::make_unique<Client>(port_);
  third->Send(kGet);
  const std::string answer = third->ReceiveAll();
  EXPECT_EQ(answer.substr(0, 12), "HTTP/1.1 503");
  EXPECT_NE(answer.find("\r\nRetry-After: 1\r\n"), std::string::npos);
  second.reset();
  third.reset();
  EXPECT_EQ(AskUntilAdmitted().substr(0, 12), "HTTP/1.1 200");
}

TEST_F(ServerTest, StoppingFinishesTheRequestInProgress) {
  Limits limits;
  limits.sweep_ms = 10;
  Start(limits, 2);
  const Client idle(port_);
  const Client busy(port_);
  idle.Send(kGet);
  ASSERT_EQ(idle.Receive().substr(0, 12), "HTTP/1.1 200");
  busy.Send("POST /ok HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
  ASSERT_EQ(busy.Receive(), "HTTP/1.1 100 Continue\r\n\r\n");
  std::jthread stopping([this] { Stop(); });
  EXPECT_EQ(idle.ReceiveAll(), "");
  busy.Send("done");
  const std::string answer = busy.ReceiveAll();
  EXPECT_EQ(answer.substr(0, 12), "HTTP/1.1 200");
  EXPECT_NE(answer.find("\r\nConnection: close\r\n"), std::string::npos);
  EXPECT_TRUE(answer.ends_with("\r\n\r\ndone"));
}

TEST_F(ServerTest, StoppingDoesNotWaitForever) {
  Limits limits = Impatient();
  limits.header_timeout_ms = 1'000'000;
  Start(limits);
  const Client client(port_);
  client.Send("POST /ok HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
  ASSERT_EQ(client.Receive(), "HTTP/1.1 100 Continue\r\n\r\n");
  Stop();
  EXPECT_EQ(client.ReceiveAll().substr(0, 12), "HTTP/1.1 503");
}

TEST_F(ServerTest, AStreamSendsWhatIsPushedAndEndsWithItsProducer) {
  Start(Impatient());
  auto [client, stream] = OpenOne();
  for (const std::string_view chunk : {"one|", "two|", "three|"}) {
    EXPECT_EQ(stream->Push(chunk), Stream::Put::kTaken);
    EXPECT_EQ(client->ReceiveUntil("|"), chunk);
  }
  // Longer than an idle connection lives.
  std::this_thread::sleep_for(std::chrono::milliseconds(400));
  EXPECT_TRUE(stream->IsOpen());
  EXPECT_EQ(stream->Push("last|"), Stream::Put::kTaken);
  stream.reset();
  EXPECT_EQ(client->ReceiveAll(), "last|");
}

TEST_F(ServerTest, AStreamsHeadNamesNoLengthAndSaysThatItCloses) {
  Start(Limits{});
  for (const std::string_view version : {"1.0", "1.1"}) {
    const Client client(port_);
    client.Send(fmt::format("GET /stream/a HTTP/{}\r\nHost: x\r\n\r\n", version));
    TakeStreams(1).front()->Push("last|");
    const std::string all = client.ReceiveAll();
    EXPECT_TRUE(all.ends_with("\r\n\r\nfirst|last|")) << all;
    EXPECT_NE(all.find("\r\nContent-Type: text/event-stream\r\n"), std::string::npos);
    EXPECT_NE(all.find("\r\nConnection: close\r\n"), std::string::npos);
    EXPECT_NE(all.find("\r\nX-Of: test\r\n"), std::string::npos);
    EXPECT_EQ(all.find("Content-Length"), std::string::npos);
    EXPECT_EQ(all.find("Transfer-Encoding"), std::string::npos);
  }
}

TEST_F(ServerTest, HeadOfAStreamIsItsHeadersAlone) {
  Start(Limits{});
  const std::string head = Ask("HEAD /stream/a");
  EXPECT_TRUE(head.starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_TRUE(head.ends_with("\r\n\r\n"));
  const auto stream = std::move(TakeStreams(1).front());
  EXPECT_FALSE(stream->IsOpen());
  EXPECT_EQ(stream->Push("x"), Stream::Put::kGone);
}

TEST_F(ServerTest, AStreamThatIsNotOpenedIsAnOrdinaryAnswer) {
  Start(Limits{});
  const Client client(port_);
  client.Send("GET /stream/no HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.ReceiveUntil("}}").substr(0, 12), "HTTP/1.1 404");
  client.Send(kGet);
  EXPECT_EQ(client.Receive().substr(0, 12), "HTTP/1.1 200");
  EXPECT_TRUE(Ask("GET /stream/dropped").ends_with("\r\n\r\nalone"));
}

/// What the server says of a client that does not read: that it is full, and then that it is gone.
TEST_F(ServerTest, AClientThatDoesNotReadItsStreamIsFullAndThenGone) {
  Limits limits = Impatient();
  limits.stream_queue_bytes = 1000;
  Start(limits);
  auto [client, stream] = OpenOne(4096);
  EXPECT_EQ(stream->Push(std::string(1001, 'x')), Stream::Put::kFull);
  const std::string chunk(1000, 'x');
  Stream::Put put = stream->Push(chunk);
  bool was_full = false;
  while (put != Stream::Put::kGone) {
    was_full = was_full || put == Stream::Put::kFull;
    put = stream->Push(chunk);
  }
  EXPECT_TRUE(was_full);
  EXPECT_FALSE(stream->IsOpen());
}

/// Nothing is lost or torn between full queues.
TEST_F(ServerTest, AClientThatReadsItsStreamSlowlyGetsAll) {
  Limits limits;
  limits.stream_queue_bytes = 5000;
  Start(limits);
  auto [client, stream] = OpenOne(4096);
  constexpr int kLines = 20'000;
  const std::jthread producer([moved = std::move(stream)]() mutable {
    for (int at = 0; at < kLines;) {
      const auto put = moved->Push(fmt::format("line {} {}\n", at, std::string(100, 'x')));
      ASSERT_NE(put, Stream::Put::kGone);
      if (put == Stream::Put::kTaken) ++at;
    }
    moved.reset();
  });
  std::string wanted;
  for (int at = 0; at < kLines; ++at) {
    wanted += fmt::format("line {} {}\n", at, std::string(100, 'x'));
  }
  EXPECT_EQ(client->ReceiveAll(), wanted);
}

TEST_F(ServerTest, AStreamWhoseClientLeavesIsClosed) {
  Start(Limits{});
  auto [client, stream] = OpenOne();
  EXPECT_TRUE(stream->IsOpen());
  client.reset();
  while (stream->IsOpen()) std::this_thread::yield();
  EXPECT_EQ(stream->Push("x"), Stream::Put::kGone);
}

TEST_F(ServerTest, WhoTalksIntoAStreamIsCutOff) {
  Start(Limits{});
  auto [client, stream] = OpenOne();
  client->Send("a little");
  EXPECT_EQ(stream->Push("heard|"), Stream::Put::kTaken);
  EXPECT_EQ(client->ReceiveUntil("|"), "heard|");
  client->Send(std::string(Limits{}.stream_input_bytes, 'x'));
  while (stream->IsOpen()) std::this_thread::yield();
}

TEST_F(ServerTest, ManyStreamsFromManyThreads) {
  constexpr std::size_t kStreams = 64;
  constexpr int kThreads = 4;
  constexpr int kChunks = 200;
  Start(Limits{}, 3);
  std::vector<std::unique_ptr<Client>> clients(kStreams);
  for (auto& client : clients) {
    client = std::make_unique<Client>(port_);
    client->Send("GET /stream/a HTTP/1.1\r\nHost: x\r\n\r\n");
  }
  auto streams = TakeStreams(kStreams);
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&streams] {
      for (int chunk = 0; chunk < kChunks; ++chunk) {
        for (const auto& stream : streams) EXPECT_EQ(stream->Push("c"), Stream::Put::kTaken);
      }
    });
  }
  threads.clear();
  streams.clear();
  for (const auto& client : clients) {
    const std::string all = client->ReceiveAll();
    EXPECT_TRUE(all.ends_with("first|" + std::string(std::size_t{kThreads} * kChunks, 'c')));
  }
}

/// However long requests in progress might take: a stream ends at once.
TEST_F(ServerTest, StoppingEndsStreams) {
  Limits limits;
  limits.drain_ms = 1'000'000;
  Start(limits, 2);
  auto [client, stream] = OpenOne();
  auto [slow, full] = OpenOne(4096);
  while (full->Push(std::string(60'000, 'x')) != Stream::Put::kFull) {
  }
  std::atomic<bool> stopped = false;
  const std::jthread pushing([&] {
    while (stream->Push("x") != Stream::Put::kGone && !stopped) std::this_thread::yield();
  });
  Stop();
  stopped = true;
  EXPECT_EQ(stream->Push("late"), Stream::Put::kGone);
  EXPECT_FALSE(full->IsOpen());
  EXPECT_EQ(client->ReceiveAll().find_first_not_of('x'), std::string::npos);
}

}  // namespace
}  // namespace galley::http
