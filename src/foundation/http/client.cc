#include "foundation/http/client.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <memory>
#include <optional>
#include <system_error>

#include <curl/curl.h>

namespace galley::http {
namespace {

constexpr std::size_t kHeaderBytesMax = 256 * 1024;
constexpr long kUploadBufferBytes = 256 * 1024;
constexpr std::int64_t kConnectMsMax = 10'000;
constexpr std::string_view kLoopbackNames[] = {"127.0.0.1", "localhost", "[::1]"};

using Easy = std::unique_ptr<CURL, decltype(&::curl_easy_cleanup)>;
using List = std::unique_ptr<curl_slist, decltype(&::curl_slist_free_all)>;
using Url = std::unique_ptr<CURLU, decltype(&::curl_url_cleanup)>;

/// Where curl's callbacks put what comes.
struct Incoming {
  ClientResponse response;
  std::size_t header_bytes = 0;
  std::uint64_t body_bytes_max = 0;
  int file = -1;           // Where the body goes instead.
  bool is_answer = false;  // The status is 200.
  int file_error = 0;      // The errno of a write that failed.
  bool too_large = false;
  bool cut = false;  // Too large, and the rest is not wanted.
  bool is_cut = false;
};

/// What the guard looks at, and what it said.
struct Guarded {
  const Guard& guard;
  const Target& target;
  std::string refused;  // The last address that was.
  bool was_let = false;
};

bool StartCurl() {
  static const bool started = ::curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  return started;
}

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && std::string_view(" \t\r\n").contains(text.back())) text.remove_suffix(1);
  return text;
}

std::size_t TakeBody(const char* bytes, std::size_t /*one*/, std::size_t size, void* context) {
  auto& incoming = *static_cast<Incoming*>(context);
  if (incoming.file >= 0 && incoming.is_answer) {
    for (std::size_t at = 0; at < size;) {
      const ssize_t written = ::write(incoming.file, bytes + at, size - at);
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) {
        incoming.file_error = errno;
        return 0;
      }
      at += static_cast<std::size_t>(written);
    }
    return size;
  }
  const std::uint64_t room = incoming.body_bytes_max - incoming.response.body.size();
  if (size > room) {
    (incoming.cut ? incoming.is_cut : incoming.too_large) = true;
    if (incoming.cut) incoming.response.body.append(bytes, room);
    return 0;
  }
  incoming.response.body.append(bytes, size);
  return size;
}

std::size_t TakeHeader(const char* bytes, std::size_t /*one*/, std::size_t size, void* context) {
  auto& incoming = *static_cast<Incoming*>(context);
  const std::string_view line(bytes, size);
  incoming.header_bytes += size;
  if (incoming.header_bytes > kHeaderBytesMax) {
    incoming.too_large = true;
    return 0;
  }
  // An interim answer (100 Continue) has headers of its own.
  if (line.starts_with("HTTP/")) {
    incoming.response.headers.clear();
    incoming.is_answer = line.substr(0, line.find('\r')).contains(" 200");
  }
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return size;
  incoming.response.headers.emplace_back(Trimmed(line.substr(0, colon)),
                                         Trimmed(line.substr(colon + 1)));
  return size;
}

// Looks at an address and opens the socket that is then connected to it: nothing is resolved again.
curl_socket_t OpenGuarded(void* context, curlsocktype /*purpose*/, curl_sockaddr* to) {
  auto& guarded = *static_cast<Guarded*>(context);
  const auto address = IpAddress::FromSocket(to->addr);
  const Target& target = guarded.target;
  if (!address || !guarded.guard.Allows(target.host, *address, target.port)) {
    guarded.refused = address ? address->Text() : "an address of another kind";
    return CURL_SOCKET_BAD;
  }
  guarded.was_let = true;
  return ::socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

int LookAtStop(void* context, curl_off_t /*all*/, curl_off_t /*now*/, curl_off_t /*all_up*/,
               curl_off_t /*now_up*/) {
  return static_cast<const std::stop_token*>(context)->stop_requested() ? 1 : 0;
}

Result<List> HeaderList(const ClientRequest& request) {
  List list(nullptr, ::curl_slist_free_all);
  const auto add = [&](const std::string& line) {
    curl_slist* longer = ::curl_slist_append(list.get(), line.c_str());
    if (list == nullptr) list.reset(longer);  // Later it stays the same list, or did not grow.
  };
  add("Expect:");  // No extra round trip for large bodies.
  for (const auto& [name, value] : request.headers) {
    const bool bad = (name + value).find_first_of(std::string_view("\r\n\0", 3)) != name.npos;
    if (bad || name.empty() || name.find(':') != name.npos) {
      return Fail(Code::kInvalidArgument, "the header '{}' for {} cannot be sent", name,
                  request.url);
    }
    // curl's way to write a header without a value.
    add(value.empty() ? name + ";" : fmt::format("{}: {}", name, value));
  }
  return list;
}

std::size_t GiveBody(char* to, std::size_t one, std::size_t size, void* context) {
  const ssize_t got = ::read(*static_cast<const int*>(context), to, one * size);
  return got < 0 ? CURL_READFUNC_ABORT : static_cast<std::size_t>(got);
}

/// A body that a function gives, and why it did not.
struct Outgoing {
  const ClientRequest& request;
  std::optional<Error> error;
};

std::size_t GiveSource(char* to, std::size_t one, std::size_t size, void* context) {
  auto& outgoing = *static_cast<Outgoing*>(context);
  auto given = outgoing.request.body_source(to, one * size);
  if (given) return *given;
  outgoing.error = std::move(given).error();
  return CURL_READFUNC_ABORT;
}

void SetMethod(CURL* easy, const ClientRequest& request) {
  if (request.body_source) {
    ::curl_easy_setopt(easy, CURLOPT_POST, 1L);
    ::curl_easy_setopt(easy, CURLOPT_READFUNCTION, &GiveSource);
    ::curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, kUploadBufferBytes);
    ::curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                       static_cast<curl_off_t>(request.body_file_bytes));
  } else if (request.body_file >= 0) {
    ::curl_easy_setopt(easy, CURLOPT_POST, 1L);
    ::curl_easy_setopt(easy, CURLOPT_READFUNCTION, &GiveBody);
    ::curl_easy_setopt(easy, CURLOPT_READDATA, &request.body_file);
    ::curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                       static_cast<curl_off_t>(request.body_file_bytes));
  } else if (!request.body.empty() || request.method == Method::kPost) {
    ::curl_easy_setopt(easy, CURLOPT_POST, 1L);
    ::curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.data());
    ::curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                       static_cast<curl_off_t>(request.body.size()));
  }
  if (request.method == Method::kHead) {
    ::curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    return;
  }
  ::curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, std::string(MethodName(request.method)).c_str());
}

void SetOptions(CURL* easy, const ClientRequest& request, const Target& target,
                Incoming& incoming) {
  ::curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
  ::curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  ::curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  ::curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  ::curl_easy_setopt(easy, CURLOPT_USERAGENT, "galley");
  ::curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout_ms));
  ::curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                     static_cast<long>(std::min(request.timeout_ms, kConnectMsMax)));
  ::curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &TakeBody);
  ::curl_easy_setopt(easy, CURLOPT_WRITEDATA, &incoming);
  ::curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &TakeHeader);
  ::curl_easy_setopt(easy, CURLOPT_HEADERDATA, &incoming);
  const bool is_here = std::ranges::find(kLoopbackNames, target.host) != std::end(kLoopbackNames);
  if (is_here || request.guard != nullptr) ::curl_easy_setopt(easy, CURLOPT_PROXY, "");
  if (request.stop.stop_possible()) {
    ::curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    ::curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, &LookAtStop);
    ::curl_easy_setopt(easy, CURLOPT_XFERINFODATA, &request.stop);
  }
  SetMethod(easy, request);
}

/// `system_error` is the errno of the failed connection, 0 if there is none.
std::unexpected<Error> Failure(const ClientRequest& request, const Incoming& incoming,
                               CURLcode code, long system_error, std::string detail) {
  if (detail.empty()) detail = ::curl_easy_strerror(code);
  if (system_error != 0) {
    detail = std::generic_category().message(static_cast<int>(system_error));
  }
  if (incoming.too_large) {
    return Fail(Code::kResourceExhausted, "the answer of {} is larger than {} bytes", request.url,
                incoming.body_bytes_max);
  }
  if (incoming.file_error != 0) {
    return Fail(Code::kUnavailable, "cannot write down the answer of {}: {}", request.url,
                std::generic_category().message(incoming.file_error));
  }
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return Fail(Code::kDeadlineExceeded, "{} did not answer within {} ms", request.url,
                  request.timeout_ms);
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return Fail(Code::kUnavailable, "cannot reach {}: {}; is the name right?", request.url,
                  detail);
    case CURLE_COULDNT_CONNECT:
      return Fail(Code::kUnavailable, "cannot reach {}: {}; is a server running there?",
                  request.url, detail);
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return Fail(Code::kInvalidArgument, "cannot fetch {}: {}", request.url, detail);
    case CURLE_ABORTED_BY_CALLBACK:
      return Fail(Code::kAborted, "fetching {} was ended", request.url);
    case CURLE_OUT_OF_MEMORY:
      return Fail(Code::kResourceExhausted, "cannot fetch {}: {}", request.url, detail);
    default: return Fail(Code::kUnavailable, "fetching {} failed: {}", request.url, detail);
  }
}

}  // namespace

std::string_view ClientResponse::Header(std::string_view name) const {
  for (const auto& [known, value] : headers) {
    if (EqualsIgnoringCase(known, name)) return value;
  }
  return {};
}

Result<Target> TargetOf(const std::string& url) {
  const Url parts(::curl_url(), ::curl_url_cleanup);
  const CURLUcode parsed = ::curl_url_set(parts.get(), CURLUPART_URL, url.c_str(), 0);
  const bool has_nul = url.find('\0') != std::string::npos;
  const auto part = [&](CURLUPart which) {
    char* text = nullptr;
    ::curl_url_get(parts.get(), which, &text, CURLU_DEFAULT_PORT);
    std::string value = text == nullptr ? "" : text;
    ::curl_free(text);
    return value;
  };
  Target target{.scheme = parsed == CURLUE_OK && !has_nul ? part(CURLUPART_SCHEME) : "",
                .host = part(CURLUPART_HOST)};
  if (target.scheme != "http" && target.scheme != "https") {
    return Fail(Code::kInvalidArgument,
                "'{}' is no URL that can be fetched; it must begin with http:// or https://", url);
  }
  if (!part(CURLUPART_USER).empty() || !part(CURLUPART_PASSWORD).empty()) {
    return Fail(Code::kInvalidArgument,
                "the URL of {} has a user name or password; send an Authorization header instead",
                target.host);
  }
  const std::string port = part(CURLUPART_PORT);
  std::from_chars(port.data(), port.data() + port.size(), target.port);
  return target;
}

Result<ClientResponse> Fetch(const ClientRequest& request) {
  const Target target = TRY(TargetOf(request.url));
  const List headers = TRY(HeaderList(request));
  const Easy easy(StartCurl() ? ::curl_easy_init() : nullptr, ::curl_easy_cleanup);
  if (easy == nullptr) return Fail(Code::kInternal, "libcurl does not start");
  Incoming incoming{.body_bytes_max = request.body_bytes_max,
                    .file = request.answer_file,
                    .cut = request.cut_body};
  SetOptions(easy.get(), request, target, incoming);
  std::optional<Guarded> guarded;
  if (request.guard != nullptr) {
    guarded.emplace(*request.guard, target);
    ::curl_easy_setopt(easy.get(), CURLOPT_OPENSOCKETFUNCTION, &OpenGuarded);
    ::curl_easy_setopt(easy.get(), CURLOPT_OPENSOCKETDATA, &*guarded);
  }
  Outgoing outgoing{request, std::nullopt};
  ::curl_easy_setopt(easy.get(), CURLOPT_HTTPHEADER, headers.get());
  if (request.body_source) ::curl_easy_setopt(easy.get(), CURLOPT_READDATA, &outgoing);
  char detail[CURL_ERROR_SIZE] = "";
  ::curl_easy_setopt(easy.get(), CURLOPT_ERRORBUFFER, detail);
  const CURLcode code = ::curl_easy_perform(easy.get());
  if (outgoing.error) return std::unexpected(*std::move(outgoing.error));
  if (code != CURLE_OK && guarded && !guarded->was_let && !guarded->refused.empty()) {
    return Fail(Code::kPermissionDenied,
                "{} leads to {}, which is no public address and not among the exceptions",
                request.url, guarded->refused);
  }
  if (code != CURLE_OK && !incoming.is_cut) {
    long system_error = 0;
    if (code == CURLE_COULDNT_CONNECT) {
      ::curl_easy_getinfo(easy.get(), CURLINFO_OS_ERRNO, &system_error);
    }
    return Failure(request, incoming, code, system_error, detail);
  }
  long status = 0;
  ::curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
  incoming.response.status = static_cast<int>(status);
  return std::move(incoming.response);
}

}  // namespace galley::http
