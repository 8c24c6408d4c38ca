#include "foundation/http/session.h"

#include <sys/epoll.h>
#include <sys/sendfile.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <coroutine>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include <fmt/core.h>

#include "foundation/http/parser.h"
#include "foundation/http/stream.h"
#include "foundation/http/task.h"
#include "foundation/http/url.h"
#include "foundation/telemetry/log.h"

namespace galley::http {

namespace {

constexpr std::size_t kBufferStart = 4 * 1024;
constexpr std::size_t kBufferMax = 32 * 1024;
constexpr std::size_t kUploadBufferMax =
    128 * 1024;  // While an upload comes faster than it is read.
constexpr std::size_t kLingerBytesMax = 16 * 1024 * 1024;
constexpr std::int64_t kLingerMs = 2'000;
constexpr off_t kSendFileMax = 1024 * 1024;
constexpr std::int64_t kNever = std::int64_t{1} << 60;
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

const Area kNativeArea{"", ErrorResponse};

}  // namespace

/// One connection, from accept to close. Lives on its loop's thread.
class Session final : public Watched {
 public:
  Session(Loop& loop, io::UniqueFd socket)
      : loop_(loop),
        limits_(loop.shared.limits),
        socket_(std::move(socket)),
        parser_(loop.shared.limits) {
    loop_.Add(this);
    buffer_.resize(kBufferStart);
  }
  ~Session() override {
    // Closing alone does not end the watch while a child that was just forked has the socket too.
    loop_.events->Forget(socket_.get());
    loop_.Remove(this);
    loop_.shared.connections.fetch_sub(1, std::memory_order_relaxed);
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Serves requests until the connection ends.
  Task<void> Run();

  /// Says no to a connection over the limit.
  Task<void> TurnAway();

  /// Ends what the connection waits for if its time is over.
  void ExpireAt(std::int64_t now_ms) {
    if (now_ms >= deadline_ms_) Interrupt();
  }
  /// The server stops: an idle connection and a stream end now, a busy one after its answer.
  void Drain() {
    if (phase_ == Phase::kIdle || streams_) Interrupt();
  }
  void Interrupt() {
    interrupted_ = true;
    if (waiting_) loop_.events->Resume(std::exchange(waiting_, {}));
  }
  /// Ends the wait for a handler's answer, to look whether it has come.
  void Wake() {
    if (waiting_ && waits_for_ == WaitsFor::kAnswer) {
      loop_.events->Resume(std::exchange(waiting_, {}));
    }
  }
  /// Something waits in the stream, or nothing follows.
  void WakeStream() {
    if (waiting_ && waits_for_ == WaitsFor::kStream) {
      loop_.events->Resume(std::exchange(waiting_, {}));
    }
  }
  void OnReady(std::uint32_t events) override;

  std::size_t index = 0;  ///< In the loop's list.

 private:
  enum class Phase : std::uint8_t { kIdle, kHeader, kBody, kHandling, kWriting, kLingering };
  enum class WaitsFor : std::uint8_t { kInput, kOutput, kAnswer, kStream };
  enum class Read : std::uint8_t { kOk, kMore, kClosed, kTimedOut, kRefused };

  /// Where the answer of a handler that answers later comes to: read on the loop alone.
  struct Handoff {
    Session* session;
    std::optional<Response> response;
  };

  /// Suspends until what is waited for has come, or Interrupt was called.
  struct Wait {
    Session& session;
    WaitsFor what;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> coroutine) const noexcept {
      session.waits_for_ = what;
      session.waiting_ = coroutine;
    }
    void await_resume() const noexcept {}
  };
  Wait Until(WaitsFor what) { return {*this, what}; }

  Task<bool> ServeOne();
  std::uint64_t BodyBytesMax(const Router::Match& match) const;
  std::optional<Response> BodyRefusal(const Router::Match& match) const;
  void ExpectBody(const Router::Match& match);
  Task<bool> ReadUpload(Upload& upload);
  Read Parse(RequestParser::State wanted);
  Task<Read> ReadUntil(RequestParser::State wanted);
  std::optional<ssize_t> Receive(char* to, std::size_t size);
  void MakeRoom();
  void Took(std::size_t size);
  Task<bool> GiveUp(Read outcome);
  Task<bool> Refuse(Response response);
  Task<bool> Reject(Response response);
  bool SendAtOnce(std::string_view bytes);
  bool Push();
  Task<bool> SendRest();
  Task<bool> SendFile(const Response& response);
  std::optional<bool> RespondAtOnce(const Response& response);
  Task<bool> FinishResponse(const Response& response);
  Task<void> Linger();
  std::optional<Response> AnswerAtOnce(const Router::Match& match);
  Task<Response> Answer(const Router::Match& match, std::unique_ptr<Upload> upload);
  Response Broken(const Router::Match& match, const std::exception& exception) const;
  Task<Response> Await(std::shared_ptr<Handoff> handoff, bool may_leave);
  Task<bool> AnswerStream(const StreamHandler& handler);
  Task<void> SendStream(StreamLine& line);
  bool DropInput(std::size_t& dropped);
  Task<Response> OnPool(std::move_only_function<Response()> work);
  std::optional<Response> Deferred(const DeferredHandler& handler);
  Reply ReplyFor(const std::shared_ptr<Handoff>& handoff);
  std::optional<Response> Denial(const Router::Match& match) const;
  Response NoRoute(const Router::Match& match) const;
  Response NothingThere() const;
  Response Stopping() const;
  Response TooSlow() const;
  Response Wrong(int status, std::string_view message) const {
    return area_->error(status, CodeOfStatus(status), message);
  }
  std::string_view HeaderOf(std::string_view name) const {
    const Header* header = parser_.request().Find(name);
    return header == nullptr ? std::string_view() : header->value;
  }

  /// An HTTP/1.0 client's expectation is ignored (RFC 9110 §10.1.1).
  std::string_view Expectation() const { return parser_.is_http10() ? "" : HeaderOf("Expect"); }
  /// The client waits for leave to send the body, and has not begun anyway.
  bool AwaitsContinue() const { return begin_ == end_ && !Expectation().empty(); }

  void Enter(Phase phase, std::int64_t timeout_ms) {
    phase_ = phase;
    phase_start_ms_ = loop_.events->now_ms();
    deadline_ms_ = phase_start_ms_ + timeout_ms;
  }

  Loop& loop_;
  const Limits& limits_;
  const io::UniqueFd socket_;
  // What the loop has told of the socket, which it watches edge-triggered: true until a call says
  // otherwise. A short read tells too, and saves the call that would find nothing.
  bool readable_ = false;
  bool writable_ = true;
  bool peer_closed_ = false;
  WaitsFor waits_for_ = WaitsFor::kInput;
  std::coroutine_handle<> waiting_;
  RequestParser parser_;
  const Area* area_ = &kNativeArea;  // Of the current request: how its errors look.
  std::string buffer_;               // Bytes read and not yet parsed are [begin_, end_).
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::string out_;
  std::string_view unsent_;           // The part of an answer that has not been written.
  bool keep_ = false;                 // The connection goes on behind this answer.
  std::shared_ptr<Handoff> handoff_;  // Of the request that waits for a handler.
  RequestParser::Refusal refusal_{};
  std::uint64_t body_received_ = 0;
  Phase phase_ = Phase::kIdle;
  bool interrupted_ = false;
  bool streams_ = false;      // The answer is a stream under way.
  bool half_closed_ = false;  // The client sends no more, and may still read.
  std::int64_t phase_start_ms_ = 0;
  std::int64_t deadline_ms_ = 0;
};

void Loop::Add(Session* session) {
  session->index = sessions.size();
  sessions.push_back(session);
}

void Loop::Remove(Session* session) {
  sessions.back()->index = session->index;
  sessions[session->index] = sessions.back();
  sessions.pop_back();
  if (draining && sessions.empty()) events->Stop();
}

void Loop::Sweep() {
  const std::int64_t now_ms = events->now_ms();
  const bool cut = draining && now_ms >= drain_deadline_ms;
  for (Session* session : sessions) cut ? session->Interrupt() : session->ExpireAt(now_ms);
}

void Loop::Drain() {
  draining = true;
  drain_deadline_ms = events->now_ms() + shared.limits.drain_ms;
  for (Session* session : sessions) session->Drain();
  if (sessions.empty()) events->Stop();
}

Task<void> Session::Run() {
  while (!loop_.draining && co_await ServeOne()) {
  }
}

Task<void> Session::TurnAway() {
  auto busy = Wrong(503, fmt::format("there are {} open connections, the most allowed; "
                                     "try again in a second",
                                     limits_.connections));
  busy.headers.emplace_back("Retry-After", "1");
  co_await Refuse(std::move(busy));
}

/// Reads one request and answers it. False: the connection is over. What can be done at once is, in
/// plain functions: a coroutine costs more than most of what they do.
Task<bool> Session::ServeOne() {
  parser_.Reset();
  area_ = &kNativeArea;
  Enter(Phase::kIdle, limits_.idle_timeout_ms);
  Read read = Parse(RequestParser::State::kHeader);
  if (read == Read::kMore) read = co_await ReadUntil(RequestParser::State::kHeader);
  if (read != Read::kOk) co_return co_await GiveUp(read);
  const Request& request = parser_.request();
  parser_.SetPath(PathBelow(loop_.shared.base_path, request.path));
  Router::Match match = loop_.shared.router.Find(request.method, request.path);
  area_ = match.area;
  parser_.SetCaptures(std::move(match.captures));
  if (auto denial = Denial(match)) co_return co_await Reject(*std::move(denial));
  std::unique_ptr<Upload> upload;
  if (match.route != nullptr && std::holds_alternative<UploadHandler>(match.route->handle)) {
    auto opened = std::get<UploadHandler>(match.route->handle).open(request);
    if (!opened) {
      const int status = StatusOf(opened.error().code);
      co_return co_await Reject(
          area_->error(status, CodeName(opened.error().code), opened.error().message));
    }
    upload = *std::move(opened);
  }
  if (parser_.announces_body()) {
    if (auto refusal = BodyRefusal(match)) co_return co_await Refuse(*std::move(refusal));
    if (AwaitsContinue() && (!SendAtOnce(kContinue) || !co_await SendRest())) co_return false;
    ExpectBody(match);
    if (upload) {
      if (!co_await ReadUpload(*upload)) co_return false;
    } else {
      read = Parse(RequestParser::State::kComplete);
      if (read == Read::kMore) read = co_await ReadUntil(RequestParser::State::kComplete);
      if (read != Read::kOk) co_return co_await GiveUp(read);
    }
  }
  auto response = AnswerAtOnce(match);
  if (!response) {
    const auto* stream = std::get_if<StreamHandler>(&match.route->handle);
    if (stream != nullptr) co_return co_await AnswerStream(*stream);
    response = co_await Answer(match, std::move(upload));
  }
  if (response->status == 404 && match.route != nullptr && match.route->yields) {
    response = NothingThere();
  }
  const auto ended = RespondAtOnce(*response);
  co_return ended ? *ended : co_await FinishResponse(*response);
}

/// Why the request may not be made at all, or null.
std::optional<Response> Session::Denial(const Router::Match& match) const {
  if (match.ill_encoded) {
    return Wrong(400, "the path has a '%' that is not followed by two hexadecimal digits");
  }
  // What is not there is nobody's secret, but a foreign page shall not even learn that.
  const policy::Right right = match.route == nullptr ? policy::Right::kRead : match.route->right;
  policy::Facts facts{.host = HeaderOf("Host"),
                      .origin = HeaderOf("Origin"),
                      .authorization = HeaderOf("Authorization")};
  if (!facts.origin.empty()) facts.forwarded_proto = HeaderOf("X-Forwarded-Proto");
  if (right == policy::Right::kAdminister) {
    facts.cookie = HeaderOf("Cookie");
    facts.csrf = HeaderOf("X-Galley-CSRF");
    facts.fetch_site = HeaderOf("Sec-Fetch-Site");
  }
  const auto refusal = loop_.shared.gate.Decide(right, facts);
  if (!refusal) return std::nullopt;
  auto response = area_->error(StatusOf(refusal->code), CodeName(refusal->code), refusal->message);
  if (response.status == 401) response.headers.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

std::uint64_t Session::BodyBytesMax(const Router::Match& match) const {
  return match.route != nullptr ? match.route->body_bytes_max : limits_.unrouted_body_bytes;
}

/// Why the body that the header announces may not come, or null.
std::optional<Response> Session::BodyRefusal(const Router::Match& match) const {
  const std::uint64_t length = parser_.content_length();
  if (length > BodyBytesMax(match)) {
    if (match.route == nullptr) return NoRoute(match);
    return Wrong(413, fmt::format("the body has {} bytes; the limit of {} is {}", length,
                                  match.route->path, match.route->body_bytes_max));
  }
  const std::string_view expect = Expectation();
  if (expect.empty() || EqualsIgnoringCase(expect, "100-continue")) return std::nullopt;
  return Wrong(417, "the only expectation met here is 100-continue");
}

/// Prepares for the request's body.
void Session::ExpectBody(const Router::Match& match) {
  parser_.LimitBody(BodyBytesMax(match));
  body_received_ = end_ - begin_;
  Enter(Phase::kBody, limits_.header_timeout_ms);
}

/// Hands the request's body on as it comes. False: it was refused and answered.
Task<bool> Session::ReadUpload(Upload& upload) {
  for (;;) {
    if (begin_ == end_ && end_ == buffer_.size() && end_ < kUploadBufferMax) {
      begin_ = end_ = 0;
      buffer_.resize(std::min(buffer_.size() * 4, kUploadBufferMax));
    }
    const Read read = co_await ReadUntil(RequestParser::State::kNeedMore);
    if (read != Read::kOk) co_return co_await GiveUp(read);
    const std::string part = parser_.TakeBody();
    if (const auto written = upload.Write(part); !written) {
      const Error& error = written.error();
      co_return co_await Refuse(
          area_->error(StatusOf(error.code), CodeName(error.code), error.message));
    }
    if (parser_.is_complete()) break;
  }
  if (buffer_.size() > kBufferMax && end_ - begin_ <= kBufferMax) {
    buffer_ = buffer_.substr(begin_, kBufferMax);
    end_ -= begin_;
    begin_ = 0;
    buffer_.resize(kBufferMax);
  }
  co_return true;
}

/// Parses what has come in, up to `wanted`. kMore: there is not enough.
Session::Read Session::Parse(RequestParser::State wanted) {
  if (begin_ < end_) {
    auto progress = parser_.Put({buffer_.data() + begin_, end_ - begin_});
    if (!progress) {
      refusal_ = std::move(progress).error();
      return Read::kRefused;
    }
    begin_ += progress->consumed;
    // A piece of which nothing was used, such as half a chunk's head, needs more of it.
    const bool reached = progress->state == wanted && progress->consumed > 0;
    if (reached || progress->state == RequestParser::State::kComplete) return Read::kOk;
    if (phase_ == Phase::kIdle && parser_.started()) {
      Enter(Phase::kHeader, limits_.header_timeout_ms);
    }
  }
  if (begin_ == 0 && end_ >= kBufferMax) {
    refusal_ = {400, fmt::format("a line of the request is longer than {} bytes", kBufferMax)};
    return Read::kRefused;
  }
  return Read::kMore;
}

/// Reads what comes in and parses it, up to `wanted`. kTimedOut: Interrupt was called.
Task<Session::Read> Session::ReadUntil(RequestParser::State wanted) {
  for (;;) {
    if (const Read read = Parse(wanted); read != Read::kMore) co_return read;
    MakeRoom();
    std::optional<ssize_t> got;
    while (!got && !interrupted_) {
      got = Receive(&buffer_[end_], buffer_.size() - end_);
      if (!got) co_await Until(WaitsFor::kInput);
    }
    if (!got) co_return Read::kTimedOut;
    half_closed_ = *got == 0;
    if (*got <= 0) co_return Read::kClosed;
    Took(static_cast<std::size_t>(*got));
  }
}

/// What recv(2) says: 0 at the end, below it after an error. Null: there is nothing now.
std::optional<ssize_t> Session::Receive(char* to, std::size_t size) {
  while (readable_) {
    const ssize_t got = ::recv(socket_.get(), to, size, 0);
    if (got < 0 && errno == EINTR) continue;
    const bool none = got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    // Behind the last bytes of a closed connection comes no new edge.
    if (none || (got > 0 && static_cast<std::size_t>(got) < size && !peer_closed_)) {
      readable_ = false;
    }
    if (!none) return got;
  }
  return std::nullopt;
}

void Session::MakeRoom() {
  if (begin_ == end_) {
    begin_ = end_ = 0;
  } else if (end_ == buffer_.size()) {
    buffer_.erase(0, begin_);
    end_ -= begin_;
    begin_ = 0;
    buffer_.resize(
        std::max(end_ + kBufferStart, std::min(std::max(end_ * 2, kBufferStart), kBufferMax)));
  }
}

/// So many bytes more have come in.
void Session::Took(std::size_t size) {
  end_ += size;
  if (phase_ != Phase::kBody) return;
  body_received_ += size;
  const auto earned_ms =
      static_cast<std::int64_t>(body_received_) * 1000 / limits_.body_bytes_per_s_min;
  deadline_ms_ = phase_start_ms_ + limits_.header_timeout_ms + earned_ms;
}

/// Ends a connection whose request could not be read. Always false.
Task<bool> Session::GiveUp(Read outcome) {
  if (outcome == Read::kRefused) {
    co_return co_await Refuse(Wrong(refusal_.status, refusal_.message));
  }
  if (phase_ == Phase::kIdle) co_return false;
  if (outcome == Read::kTimedOut) {
    interrupted_ = false;
    co_return co_await Refuse(loop_.draining ? Stopping() : TooSlow());
  }
  if (!half_closed_) co_return false;
  co_return co_await Refuse(Wrong(
      400, phase_ == Phase::kHeader ? "the connection was closed within the header"
                                    : "the connection was closed before the end of the body"));
}

Response Session::Stopping() const {
  auto response = Wrong(503, "this process is stopping; try again in a second");
  response.headers.emplace_back("Retry-After", "1");
  return response;
}

Response Session::TooSlow() const {
  return Wrong(408,
               phase_ == Phase::kHeader
                   ? fmt::format("the header took longer than {} ms", limits_.header_timeout_ms)
                   : fmt::format("the body came slower than {} bytes a second",
                                 limits_.body_bytes_per_s_min));
}

/// Answers a request that was not read to its end, and closes so that the answer arrives.
Task<bool> Session::Refuse(Response response) {
  ComposeHead(response, loop_.date.Now(), Persistence::kClose, out_);
  if (parser_.request().method != Method::kHead) out_ += response.body;
  if (SendAtOnce(out_) && co_await SendRest()) co_await Linger();
  co_return false;
}

/// Answers a request whose body is not wanted: the connection goes on if there is none.
Task<bool> Session::Reject(Response response) {
  if (parser_.announces_body()) co_return co_await Refuse(std::move(response));
  const auto ended = RespondAtOnce(response);
  co_return ended ? *ended : co_await FinishResponse(response);
}

/// Writes the answer: whether the connection goes on, or null if not all could be written at once.
std::optional<bool> Session::RespondAtOnce(const Response& response) {
  keep_ = parser_.keeps_alive() && !loop_.shared.stopping.load(std::memory_order_relaxed);
  ComposeHead(response, loop_.date.Now(),
              !keep_                ? Persistence::kClose
              : parser_.is_http10() ? Persistence::kKeepHttp10
                                    : Persistence::kKeep,
              out_);
  if (!response.file && parser_.request().method != Method::kHead) out_ += response.body;
  if (!SendAtOnce(out_)) return false;
  if (!unsent_.empty() || response.file) return std::nullopt;
  return keep_;
}

/// Writes the rest of the answer; whether the connection goes on.
Task<bool> Session::FinishResponse(const Response& response) {
  if (!co_await SendRest()) co_return false;
  const bool has_body = parser_.request().method != Method::kHead;
  if (has_body && response.file && !co_await SendFile(response)) co_return false;
  co_return keep_;
}

/// What a handler's exception becomes: a line in the log, and little to the client.
Response Session::Broken(const Router::Match& match, const std::exception& exception) const {
  telemetry::LogError("a handler threw",
                      {{"url.path", match.route->path}, {"error.message", exception.what()}});
  return Wrong(500, "an internal error; the server's log has more");
}

/// Asks the handler. Null: the answer takes a pool's thread, or comes later.
std::optional<Response> Session::AnswerAtOnce(const Router::Match& match) {
  if (match.route == nullptr) return NoRoute(match);
  try {
    const Handler& handler = match.route->handle;
    if (const auto* call = std::get_if<InlineHandler>(&handler)) return (*call)(parser_.request());
    if (const auto* later = std::get_if<DeferredHandler>(&handler)) return Deferred(*later);
  } catch (const std::exception& exception) {
    if (handoff_) handoff_->session = nullptr;
    return Broken(match, exception);
  }
  return std::nullopt;
}

/// Waits for the answer that AnswerAtOnce did not have.
Task<Response> Session::Answer(const Router::Match& match, std::unique_ptr<Upload> upload) {
  try {
    const Handler& handler = match.route->handle;
    if (const auto* blocking = std::get_if<BlockingHandler>(&handler)) {
      co_return co_await OnPool([&] { return blocking->call(parser_.request()); });
    }
    if (upload) co_return co_await OnPool([&] { return upload->Finish(); });
    co_return co_await Await(std::move(handoff_), true);
  } catch (const std::exception& exception) {
    co_return Broken(match, exception);
  }
}

/// A Reply that brings its answer to this session's loop, however late: at once if it is given
/// there.
Reply Session::ReplyFor(const std::shared_ptr<Handoff>& handoff) {
  return Reply([loop = loop_.shared_from_this(), handoff](Response response) {
    const auto hand_over = [](Handoff& to, Response&& answer) {
      to.response = std::move(answer);
      if (to.session != nullptr) to.session->Wake();
    };
    if (loop->events->IsHere()) return hand_over(*handoff, std::move(response));
    loop->events->Post([handoff, hand_over, moved = std::move(response)]() mutable {
      hand_over(*handoff, std::move(moved));
    });
  });
}

/// Waits for an answer. With `may_leave` it gives up at the deadline; without, what answers still
/// reads the request.
Task<Response> Session::Await(std::shared_ptr<Handoff> handoff, bool may_leave) {
  while (!handoff->response && !(may_leave && interrupted_)) {
    co_await Until(WaitsFor::kAnswer);
  }
  handoff->session = nullptr;
  if (handoff->response) co_return *std::move(handoff->response);
  interrupted_ = false;
  if (loop_.draining) co_return Stopping();
  co_return Wrong(504, fmt::format("no answer within {} ms; it is not known whether the request "
                                   "was carried out",
                                   limits_.deferred_ms));
}

Task<Response> Session::OnPool(std::move_only_function<Response()> work) {
  Enter(Phase::kHandling, kNever);
  auto handoff = std::make_shared<Handoff>(Handoff{this, {}});
  const bool taken =
      loop_.shared.pool.TrySubmit([reply = ReplyFor(handoff), &work, area = area_]() mutable {
        std::optional<Response> response;
        try {
          response = work();
        } catch (const std::exception& exception) {
          telemetry::LogError("a handler threw", {{"error.message", exception.what()}});
          response =
              area->error(500, CodeOfStatus(500), "an internal error; the server's log has more");
        }
        std::move(reply).Send(*std::move(response));
      });
  if (!taken) {
    auto busy = Wrong(503, fmt::format("{} requests wait already, the most allowed; try again in "
                                       "a second",
                                       limits_.blocking_queue));
    busy.headers.emplace_back("Retry-After", "1");
    co_return busy;
  }
  co_return co_await Await(std::move(handoff), false);
}

/// Calls the handler; null if its answer is not here yet.
std::optional<Response> Session::Deferred(const DeferredHandler& handler) {
  Enter(Phase::kHandling, limits_.deferred_ms);
  handoff_ = std::make_shared<Handoff>(Handoff{this, {}});
  handler.call(parser_.request(), ReplyFor(handoff_));
  if (!handoff_->response) return std::nullopt;
  handoff_->session = nullptr;
  return std::move(handoff_->response);
}

/// Opens a stream and sends it. False: the connection is over, as behind every stream.
Task<bool> Session::AnswerStream(const StreamHandler& handler) {
  const auto line = std::make_shared<StreamLine>(this, limits_.stream_queue_bytes);
  const bool has_body = parser_.request().method != Method::kHead;
  if (!has_body) line->Close();
  auto producer = MakeStream(loop_.shared_from_this(), line);
  Response head = co_await OnPool(
      [&] { return handler.open(parser_.request(), std::exchange(producer, nullptr)); });
  if (head.status == 200 && loop_.shared.stopping) head = Stopping();
  if (head.status == 200) {
    ComposeStreamHead(head, loop_.date.Now(), out_);
    if (has_body) out_ += head.body;
    streams_ = true;
    if (SendAtOnce(out_) && co_await SendRest() && has_body) co_await SendStream(*line);
  }
  line->session = nullptr;
  line->Close();
  if (head.status == 200) co_return false;
  const auto ended = RespondAtOnce(head);
  co_return ended ? *ended : co_await FinishResponse(head);
}

/// Sends what comes, until one of the two sides ends or the server stops.
Task<void> Session::SendStream(StreamLine& line) {
  std::size_t dropped = begin_ < end_ ? end_ - begin_ : 0;
  while (!interrupted_ && line.Take(out_)) {
    if (!out_.empty()) {
      if (!SendAtOnce(out_) || !co_await SendRest()) co_return;
      continue;
    }
    Enter(Phase::kHandling, kNever);
    if (!DropInput(dropped)) co_return;
    co_await Until(WaitsFor::kStream);
  }
}

/// Reads what a client sends into a stream, which is nothing to anybody. False: it has left.
bool Session::DropInput(std::size_t& dropped) {
  begin_ = end_ = 0;
  while (const auto got = Receive(buffer_.data(), buffer_.size())) {
    if (*got <= 0) return false;
    dropped += static_cast<std::size_t>(*got);
    if (dropped > limits_.stream_input_bytes) return false;
  }
  return true;
}

Response Session::NothingThere() const {
  return Wrong(404, fmt::format("there is nothing at '{}'", parser_.request().path));
}

Response Session::NoRoute(const Router::Match& match) const {
  const Request& request = parser_.request();
  if (match.allow.empty()) return NothingThere();
  auto response = Wrong(405, fmt::format("'{}' does not answer {}; it answers {}", request.path,
                                         MethodName(request.method), match.allow));
  response.headers.emplace_back("Allow", match.allow);
  return response;
}

/// Writes what the socket takes of `bytes`, mostly all; what it does not is `unsent_`. False: the
/// client is gone.
bool Session::SendAtOnce(std::string_view bytes) {
  Enter(Phase::kWriting, limits_.write_stall_ms);
  unsent_ = bytes;
  return Push();
}

/// Writes what the socket takes of what is unsent. False: the client is gone.
bool Session::Push() {
  while (!unsent_.empty()) {
    const ssize_t sent = ::send(socket_.get(), unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      unsent_.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      writable_ = false;
      return true;
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

/// Writes what is unsent. False: the client is gone or does not read.
Task<bool> Session::SendRest() {
  while (!unsent_.empty() && !interrupted_) {
    if (!writable_) co_await Until(WaitsFor::kOutput);
    const std::size_t before = unsent_.size();
    if (!Push()) co_return false;
    if (unsent_.size() < before) deadline_ms_ = loop_.events->now_ms() + limits_.write_stall_ms;
  }
  const bool all_sent = unsent_.empty();
  co_return all_sent;
}

/// Sends a file's bytes from the page cache, without a copy in this process.
Task<bool> Session::SendFile(const Response& response) {
  auto offset = static_cast<off_t>(response.file_offset);
  const auto end = static_cast<off_t>(response.file_offset + response.file_bytes);
  while (offset < end && !interrupted_) {
    const auto want = static_cast<std::size_t>(std::min(end - offset, kSendFileMax));
    const ssize_t sent = ::sendfile(socket_.get(), response.file->get(), &offset, want);
    if (sent == 0) break;  // The file is shorter than was said: the client must notice.
    if (sent > 0) {
      deadline_ms_ = loop_.events->now_ms() + limits_.write_stall_ms;
    } else if (errno == EAGAIN) {
      writable_ = false;
      co_await Until(WaitsFor::kOutput);
    } else if (errno != EINTR) {
      break;
    }
  }
  co_return offset == end;
}

/// Closes our half and reads on for a moment: closing with unread bytes would make the kernel send
/// a reset that can overtake the answer (RFC 9112 §9.6).
Task<void> Session::Linger() {
  ::shutdown(socket_.get(), SHUT_WR);
  Enter(Phase::kLingering, kLingerMs);
  std::size_t dropped = 0;
  while (!interrupted_ && dropped < kLingerBytesMax) {
    const auto got = Receive(buffer_.data(), buffer_.size());
    if (!got) {
      co_await Until(WaitsFor::kInput);
    } else if (*got <= 0) {
      break;
    } else {
      dropped += static_cast<std::size_t>(*got);
    }
  }
}

/// What the loop says of the socket.
void Session::OnReady(std::uint32_t events) {
  constexpr std::uint32_t kOver = EPOLLHUP | EPOLLERR;
  if ((events & (kOver | EPOLLRDHUP)) != 0) peer_closed_ = true;
  if ((events & (EPOLLIN | EPOLLRDHUP | kOver)) != 0) readable_ = true;
  if ((events & (EPOLLOUT | kOver)) != 0) writable_ = true;
  const bool has_come = (waits_for_ == WaitsFor::kInput && readable_) ||
                        (waits_for_ == WaitsFor::kStream && readable_) ||
                        (waits_for_ == WaitsFor::kOutput && writable_);
  // The session may end in there.
  if (waiting_ && has_come) std::exchange(waiting_, {}).resume();
}

void WakeStream(const StreamLine& line) {
  if (line.session != nullptr) line.session->WakeStream();
}

namespace {

Detached Serve(std::unique_ptr<Session> session, bool admitted) try {
  if (admitted) {
    co_await session->Run();
  } else {
    co_await session->TurnAway();
  }
} catch (const std::exception& exception) {
  telemetry::LogError("a connection failed", {{"error.message", exception.what()}});
}

}  // namespace

void Begin(Loop& loop, io::UniqueFd socket, bool admitted) {
  const int descriptor = socket.get();
  auto session = std::make_unique<Session>(loop, std::move(socket));
  constexpr std::uint32_t kEvents = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  if (const auto watched = loop.events->Watch(descriptor, kEvents, *session); !watched) {
    telemetry::LogWarn("cannot serve a connection", {{"error.message", watched.error().message}});
    return;
  }
  Serve(std::move(session), admitted);
}

}  // namespace galley::http
