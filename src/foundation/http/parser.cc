#include "foundation/http/parser.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <fmt/core.h>

namespace galley::http {
namespace {

namespace beast = boost::beast::http;
using boost::beast::error_code;
using boost::beast::string_view;

// What a promised length may cost before its bytes have come.
constexpr std::uint64_t kBodyReserveMax = 1024 * 1024;

Method MethodOf(beast::verb verb) {
  switch (verb) {
    case beast::verb::get: return Method::kGet;
    case beast::verb::head: return Method::kHead;
    case beast::verb::post: return Method::kPost;
    case beast::verb::put: return Method::kPut;
    case beast::verb::patch: return Method::kPatch;
    case beast::verb::delete_: return Method::kDelete;
    case beast::verb::options: return Method::kOptions;
    default: return Method::kOther;
  }
}

RequestParser::Refusal RefusalOf(const error_code& error) {
  if (error == beast::error::bad_method) return {400, "this is not an HTTP request"};
  if (error == beast::error::bad_target) return {400, "the request target has a bad character"};
  if (error == beast::error::bad_version)
    return {505, "only HTTP/1.0 and HTTP/1.1 are spoken here"};
  if (error == beast::error::bad_field) return {400, "a header name has a bad character"};
  if (error == beast::error::bad_value) return {400, "a header value has a bad character"};
  if (error == beast::error::bad_content_length) return {400, "Content-Length is not a number"};
  if (error == beast::error::multiple_content_length) {
    return {400, "two values of Content-Length differ"};
  }
  if (error == beast::error::bad_transfer_encoding) {
    return {400, "Transfer-Encoding stands twice or beside Content-Length"};
  }
  if (error == beast::error::bad_chunk || error == beast::error::bad_chunk_extension) {
    return {400, "the chunked body is malformed"};
  }
  return {400, "the request is malformed"};
}

/// Text of one request, kept by offsets while it grows.
struct Span {
  std::size_t begin;
  std::size_t size;
};
struct HeaderSpans {
  Span name;
  Span value;
};

std::string_view PathOf(std::string_view target) {
  constexpr std::string_view kScheme = "http://";
  if (target.size() >= kScheme.size() &&
      EqualsIgnoringCase(target.substr(0, kScheme.size()), kScheme)) {
    target.remove_prefix(kScheme.size());
    target.remove_prefix(std::min(target.find_first_of("/?"), target.size()));
    if (target.empty()) return "/";
  }
  return target;
}

}  // namespace

class RequestParser::Impl {
 public:
  explicit Impl(const Limits& limits) : limits_(limits) { Reset(); }

  void Reset() {
    beast_.emplace(*this);
    text_.clear();
    spans_.clear();
    body_.clear();
    request_.method = Method::kOther;
    request_.target = request_.path = request_.query = request_.body = {};
    request_.headers.clear();
    request_.captures.clear();
    refusal_.reset();
    target_.reset();
    header_bytes_ = 0;
    header_count_ = 0;
    body_max_ = 0;
    hosts_ = 0;
    is_http10_ = false;
    header_done_ = false;
    has_transfer_encoding_ = false;
  }

  std::expected<Progress, Refusal> Put(std::string_view input) {
    // Empty lines before a request are skipped (RFC 9112 §2.2).
    std::size_t skipped = 0;
    if (!beast_->got_some()) {
      while (input.substr(skipped).starts_with("\r\n")) skipped += 2;
      input.remove_prefix(skipped);
      if (input.empty() || input == "\r") return Progress{skipped, State::kNeedMore};
    }
    if (header_done_ && beast_->is_done()) return Progress{0, State::kComplete};
    input_ = input;
    error_code error;
    const std::size_t consumed = skipped + beast_->put({input.data(), input.size()}, error);
    if (error == beast::error::need_more) return Progress{consumed, State::kNeedMore};
    if (error) return std::unexpected(refusal_ ? *std::move(refusal_) : RefusalFor(error));
    if (!header_done_) {
      header_done_ = true;
      if (auto refusal = FinishHeader()) return std::unexpected(*refusal);
      beast_->eager(true);
      return Progress{consumed, State::kHeader};
    }
    if (!beast_->is_done()) return Progress{consumed, State::kNeedMore};
    request_.body = body_;
    return Progress{consumed, State::kComplete};
  }

  void LimitBody(std::uint64_t bytes) {
    body_max_ = bytes;
    beast_->body_limit(bytes);
  }
  bool is_done() const { return beast_->is_done(); }
  bool started() const { return beast_->got_some(); }
  bool keeps_alive() const { return beast_->keep_alive(); }
  bool is_http10() const { return is_http10_; }
  std::uint64_t content_length() const { return beast_->content_length().value_or(0); }
  const Request& request() const { return request_; }
  std::string TakeBody() {
    request_.body = {};
    return std::exchange(body_, {});
  }
  void SetPath(std::string_view path) { request_.path = path; }
  void SetCaptures(std::vector<Capture> captures) { request_.captures = std::move(captures); }

 private:
  /// Beast's token reader; it calls the functions below for each token.
  class Tokens : public beast::basic_parser<true> {
   public:
    explicit Tokens(Impl& owner) : owner_(owner) {
      header_limit(static_cast<std::uint32_t>(owner.limits_.header_bytes));
      body_limit(boost::none);
    }

   private:
    void on_request_impl(beast::verb verb, string_view /*method*/, string_view target, int version,
                         error_code& error) override {
      owner_.is_http10_ = version < 11;
      owner_.OnRequestLine(MethodOf(verb), {target.data(), target.size()}, error);
    }
    void on_field_impl(beast::field field, string_view name, string_view value,
                       error_code& error) override {
      owner_.OnField(field, {name.data(), name.size()}, {value.data(), value.size()}, error);
    }
    void on_body_init_impl(const boost::optional<std::uint64_t>& length,
                           error_code& /*error*/) override {
      if (length) owner_.body_.reserve(std::min(*length, kBodyReserveMax));
    }
    std::size_t on_body_impl(string_view body, error_code& /*error*/) override {
      owner_.body_.append(body.data(), body.size());
      return body.size();
    }
    std::size_t on_chunk_body_impl(std::uint64_t /*remaining*/, string_view body,
                                   error_code& error) override {
      return on_body_impl(body, error);
    }
    void on_response_impl(int, string_view, int, error_code&) override {}
    void on_header_impl(error_code&) override {}
    void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
    void on_finish_impl(error_code&) override {}

    Impl& owner_;
  };

  Refusal RefusalFor(const error_code& error) const {
    if (error == beast::error::header_limit) return target_ ? HeaderTooLarge() : TargetTooLong();
    if (error == beast::error::body_limit) {
      return {413, fmt::format("the body is larger than {} bytes, the limit here", body_max_)};
    }
    return RefusalOf(error);
  }
  Refusal HeaderTooLarge() const {
    return {431, fmt::format("the header is larger than {} bytes", limits_.header_bytes)};
  }
  Refusal TargetTooLong() const {
    return {414, fmt::format("the request target is longer than {} bytes", limits_.target_bytes)};
  }

  void OnRequestLine(Method method, std::string_view target, error_code& error) {
    if (target.size() > limits_.target_bytes) return Refuse(TargetTooLong(), error);
    request_.method = method;
    target_ = Keep(target);
    header_bytes_ = target.size();
  }

  void OnField(beast::field field, std::string_view name, std::string_view value,
               error_code& error) {
    header_bytes_ += name.size() + value.size() + 4;  // ": " and CRLF.
    if (header_bytes_ > limits_.header_bytes) return Refuse(HeaderTooLarge(), error);
    if (++header_count_ > limits_.header_count) {
      return Refuse({431, fmt::format("more than {} headers", limits_.header_count)}, error);
    }
    // Beast unfolds a folded value into a buffer of its own.
    const std::less<const char*> before;
    const char* end = input_.data() + input_.size();
    if (before(value.data(), input_.data()) || before(end, value.data() + value.size())) {
      return Refuse({400, "a header is folded over several lines"}, error);
    }
    if (header_done_) return;  // A trailer: counted and dropped.
    if (field == beast::field::host) ++hosts_;
    if (field == beast::field::transfer_encoding) has_transfer_encoding_ = true;
    spans_.push_back({Keep(name), Keep(value)});
  }

  std::optional<Refusal> FinishHeader() {
    if (has_transfer_encoding_ && !beast_->chunked()) {
      return Refusal{501, "the only transfer encoding understood here is 'chunked'"};
    }
    if (hosts_ > 1) return Refusal{400, "the request has more than one Host header"};
    if (hosts_ == 0 && !is_http10_) {
      return Refusal{400, "an HTTP/1.1 request needs a Host header"};
    }
    request_.headers.reserve(spans_.size());
    for (const auto& [name, value] : spans_) request_.headers.push_back({View(name), View(value)});
    request_.target = PathOf(View(*target_));
    const auto question = request_.target.find('?');
    request_.path = question == 0 ? "/" : request_.target.substr(0, question);
    request_.query = question == std::string_view::npos ? std::string_view{}
                                                        : request_.target.substr(question + 1);
    return std::nullopt;
  }

  void Refuse(Refusal refusal, error_code& error) {
    refusal_ = std::move(refusal);
    error = beast::error::bad_value;
  }

  Span Keep(std::string_view text) {
    const Span span{text_.size(), text.size()};
    text_ += text;
    return span;
  }
  std::string_view View(Span span) const {
    return std::string_view(text_).substr(span.begin, span.size);
  }

  const Limits limits_;
  std::optional<Tokens> beast_;
  std::string text_;  // Target, header names and values, one after the other.
  std::string body_;
  std::optional<Span> target_;
  std::vector<HeaderSpans> spans_;
  Request request_;
  std::string_view input_;  // What Put was called with; valid inside Put alone.
  std::optional<Refusal> refusal_;
  std::size_t header_bytes_ = 0;
  std::size_t header_count_ = 0;
  std::uint64_t body_max_ = 0;
  int hosts_ = 0;
  bool is_http10_ = false;
  bool header_done_ = false;
  bool has_transfer_encoding_ = false;
};

RequestParser::RequestParser(const Limits& limits) : impl_(std::make_unique<Impl>(limits)) {}
RequestParser::~RequestParser() = default;

void RequestParser::Reset() {
  impl_->Reset();
}
std::expected<RequestParser::Progress, RequestParser::Refusal> RequestParser::Put(
    std::string_view input) {
  return impl_->Put(input);
}
void RequestParser::LimitBody(std::uint64_t bytes) {
  impl_->LimitBody(bytes);
}
bool RequestParser::announces_body() const {
  return !impl_->is_done();
}
std::uint64_t RequestParser::content_length() const {
  return impl_->content_length();
}
bool RequestParser::is_complete() const {
  return impl_->is_done();
}
bool RequestParser::keeps_alive() const {
  return impl_->keeps_alive();
}
bool RequestParser::is_http10() const {
  return impl_->is_http10();
}
bool RequestParser::started() const {
  return impl_->started();
}
std::string RequestParser::TakeBody() {
  return impl_->TakeBody();
}
void RequestParser::SetPath(std::string_view path) {
  impl_->SetPath(path);
}
void RequestParser::SetCaptures(std::vector<Capture> captures) {
  impl_->SetCaptures(std::move(captures));
}
const Request& RequestParser::request() const {
  return impl_->request();
}

}  // namespace galley::http
