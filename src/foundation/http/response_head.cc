#include "foundation/http/response_head.h"

#include <charconv>

namespace galley::http {
namespace {

void AppendNumber(std::string& out, std::uint64_t number) {
  char digits[24];
  out.append(digits, std::to_chars(digits, digits + sizeof(digits), number).ptr);
}

/// Ends the line before and begins this one.
void AppendHeader(std::string& out, std::string_view name, std::string_view value) {
  (((out += "\r\n") += name) += ": ") += value;
}

}  // namespace

std::string_view DateText::Now() {
  const std::time_t now = std::time(nullptr);
  if (now != made_for_) {
    std::tm fields{};
    gmtime_r(&now, &fields);
    char text[64];
    text_.assign(text, std::strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT", &fields));
    made_for_ = now;
  }
  return text_;
}

void ComposeHead(const Response& response, std::string_view date, Persistence persistence,
                 std::string& out) {
  out.clear();
  out += "HTTP/1.1 ";
  AppendNumber(out, static_cast<std::uint64_t>(response.status));
  (out += ' ') += ReasonOf(response.status);
  AppendHeader(out, "Date", date);
  // 304 has no body and must not say that the file has none (RFC 9110 §8.6).
  if (response.status != 304) {
    AppendHeader(out, "Content-Type", response.content_type);
    out += "\r\nContent-Length: ";
    AppendNumber(out, response.file ? response.file_bytes : response.body.size());
  }
  if (persistence == Persistence::kClose) AppendHeader(out, "Connection", "close");
  if (persistence == Persistence::kKeepHttp10) AppendHeader(out, "Connection", "keep-alive");
  for (const auto& [name, value] : response.headers) AppendHeader(out, name, value);
  out += "\r\n\r\n";
}

void ComposeStreamHead(const Response& response, std::string_view date, std::string& out) {
  out.clear();
  out += "HTTP/1.1 ";
  AppendNumber(out, static_cast<std::uint64_t>(response.status));
  (out += ' ') += ReasonOf(response.status);
  AppendHeader(out, "Date", date);
  AppendHeader(out, "Content-Type", response.content_type);
  AppendHeader(out, "Connection", "close");
  for (const auto& [name, value] : response.headers) AppendHeader(out, name, value);
  out += "\r\n\r\n";
}

}  // namespace galley::http
