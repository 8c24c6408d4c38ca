#include <charconv>
#include <utility>

#include "protocol/control/native/api.h"
#include "protocol/control/native/stream_hub.h"
#include "protocol/control/native/stream_messages.h"

namespace galley::native {
namespace {

constexpr std::uint64_t kBodyMax = 256 * 1024;

std::vector<std::string> SplitAtCommas(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const auto comma = text.find(',');
    parts.emplace_back(text.substr(0, comma));
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
  }
  return parts;
}

/// What a client says of where it was. The header is what a browser sends by itself.
std::optional<StreamHub::Resume> ResumeOf(const http::Request& request, const AskStream& message) {
  const http::Header* header = request.Find("Last-Event-ID");
  const std::string_view text =
      header != nullptr ? header->value : std::string_view(message.last_event_id);
  if (text.empty()) return std::nullopt;
  std::int64_t sequence = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), sequence);
  if (error != std::errc() || end != text.data() + text.size()) return StreamHub::Resume{};
  return StreamHub::Resume{sequence};
}

Result<std::int64_t> ProjectOf(const Api& api, const http::Request& request) {
  std::int64_t project = 0;
  TRY(api.store.Read(request.Captured("project"), [&](const journal::View& view) -> Status {
    project = view.project;
    return {};
  }));
  return project;
}

Status Open(const Api& api, const http::Request& request, std::unique_ptr<http::Stream> stream) {
  AskStream message;
  TRY(DecodeQuery(request, AskStream::kSchema, &message));
  auto topics = SplitAtCommas(message.topics);
  TRY(CheckTopics(topics));
  const std::int64_t project = TRY(ProjectOf(api, request));
  if (request.method == http::Method::kHead) return {};
  return api.streams.Open(project, std::move(topics), ResumeOf(request, message),
                          std::move(stream));
}

Result<http::Response> Replace(const Api& api, const http::Request& request) {
  auto message = TRY(BodyOf<StreamTopics>(request));
  const std::int64_t project = TRY(ProjectOf(api, request));
  TRY(api.streams.SetTopics(project, request.Captured("stream"), message.topics));
  return http::Response{.body = schema::ToJson(message, schema::EmptyLists::kWrite)};
}

}  // namespace

std::vector<http::Route> StreamRoutes(const Api& api) {
  const auto open = [api](const http::Request& request, std::unique_ptr<http::Stream> stream) {
    const Status opened = Open(api, request, std::move(stream));
    if (!opened) return http::ErrorResponse(opened.error());
    return http::Response{.content_type = "text/event-stream",
                          .body = "",
                          .headers = {{"Cache-Control", "no-store"}}};
  };
  const auto replace = [api](const http::Request& request) {
    auto response = Replace(api, request);
    return response ? *std::move(response) : http::ErrorResponse(response.error());
  };
  std::vector<http::Route> routes;
  routes.push_back({http::Method::kGet, "/api/v1/projects/{project}/stream",
                    http::StreamHandler{open}, policy::Right::kRead, 0, &AskStream::kSchema,
                    nullptr, nullptr});
  routes.push_back({http::Method::kPost, "/api/v1/projects/{project}/stream/{stream}/topics",
                    http::BlockingHandler{replace}, policy::Right::kRead, kBodyMax, nullptr,
                    &StreamTopics::kSchema, &StreamTopics::kSchema});
  return routes;
}

}  // namespace galley::native
