#include "foundation/http/message.h"

#include <algorithm>

#include "foundation/json/writer.h"

namespace galley::http {
namespace {

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

}  // namespace

bool EqualsIgnoringCase(std::string_view left, std::string_view right) {
  return std::ranges::equal(left, right, {}, Lower, Lower);
}

bool NamesTag(std::string_view tags, std::string_view tag) {
  const auto strong = [](std::string_view text) {
    return text.starts_with("W/") ? text.substr(2) : text;
  };
  while (!tags.empty()) {
    const auto end = std::min(tags.find(','), tags.size());
    std::string_view item = tags.substr(0, end);
    tags.remove_prefix(std::min(end + 1, tags.size()));
    while (item.starts_with(' ') || item.starts_with('\t')) item.remove_prefix(1);
    while (item.ends_with(' ') || item.ends_with('\t')) item.remove_suffix(1);
    if (item == "*" || (!item.empty() && strong(item) == strong(tag))) return true;
  }
  return false;
}

std::string_view MethodName(Method method) {
  switch (method) {
    case Method::kGet: return "GET";
    case Method::kHead: return "HEAD";
    case Method::kPost: return "POST";
    case Method::kPut: return "PUT";
    case Method::kPatch: return "PATCH";
    case Method::kDelete: return "DELETE";
    case Method::kOptions: return "OPTIONS";
    case Method::kOther: break;
  }
  return "OTHER";
}

const Header* Request::Find(std::string_view name) const {
  for (const Header& header : headers) {
    if (EqualsIgnoringCase(header.name, name)) return &header;
  }
  return nullptr;
}

std::string_view Request::Captured(std::string_view name) const {
  for (const Capture& capture : captures) {
    if (capture.name == name) return capture.value;
  }
  return {};
}

std::string_view CodeOfStatus(int status) {
  switch (status) {
    case 401: return CodeName(Code::kUnauthenticated);
    case 403: return CodeName(Code::kPermissionDenied);
    case 404: return CodeName(Code::kNotFound);
    case 405:
    case 501: return CodeName(Code::kUnimplemented);
    case 408:
    case 504: return CodeName(Code::kDeadlineExceeded);
    case 500: return CodeName(Code::kInternal);
    case 503: return CodeName(Code::kUnavailable);
    default: return CodeName(Code::kInvalidArgument);
  }
}

int StatusOf(Code code) {
  switch (code) {
    case Code::kInvalidArgument: return 400;
    case Code::kUnauthenticated: return 401;
    case Code::kPermissionDenied: return 403;
    case Code::kNotFound: return 404;
    case Code::kAlreadyExists:
    case Code::kFailedPrecondition:
    case Code::kAborted: return 409;
    case Code::kResourceExhausted: return 429;
    case Code::kDataLoss:
    case Code::kInternal: return 500;
    case Code::kUnimplemented: return 501;
    case Code::kUnavailable: return 503;
    case Code::kDeadlineExceeded: return 504;
  }
  return 500;
}

std::string_view ReasonOf(int status) {
  switch (status) {
    case 200: return "OK";
    case 206: return "Partial Content";
    case 302: return "Found";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 416: return "Range Not Satisfiable";
    case 417: return "Expectation Failed";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 505: return "HTTP Version Not Supported";
    default: return "Unknown";
  }
}

Response ErrorResponse(int status, std::string_view code, std::string_view message) {
  json::Writer writer;
  writer.BeginObject().Key("error").BeginObject();
  writer.Key("code").String(code).Key("message").String(message);
  writer.EndObject().EndObject();
  Response response;
  response.status = status;
  response.body = std::move(writer).Take();
  return response;
}

Response ErrorResponse(const Error& error) {
  return ErrorResponse(StatusOf(error.code), CodeName(error.code), error.message);
}

}  // namespace galley::http
