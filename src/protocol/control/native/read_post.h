#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/control/native/api.h"

namespace galley::native {

/// The longest question that is asked in a body.
inline constexpr std::uint64_t kQuestionBytesMax = std::uint64_t{1} << 20U;

/// Adds `POST /api/v1/projects/{project}/PATH`, which only looks: its question is too long for an
/// address. `handle` makes the answer's JSON; `Answer` is what it looks like.
template <typename Message, typename Answer, typename Handle>
void AddPostRead(std::vector<http::Route>& routes, const Api& api, std::string_view path,
                 Handle handle) {
  const auto call = [api, handle](const http::Request& request) {
    const Result<Message> message = BodyOf<Message>(request);
    if (!message) return http::ErrorResponse(message.error());
    http::Response response;
    const auto look = [&](const journal::View& view) -> Status {
      Result<std::string> answer = handle(view, *message);
      if (!answer) return std::unexpected(std::move(answer).error());
      response.body = *std::move(answer);
      return {};
    };
    const Status looked = api.store.Read(request.Captured("project"), look);
    return looked ? response : http::ErrorResponse(looked.error());
  };
  routes.push_back({http::Method::kPost, fmt::format("/api/v1/projects/{{project}}/{}", path),
                    http::BlockingHandler{call}, policy::Right::kRead, kQuestionBytesMax, nullptr,
                    &Message::kSchema, &Answer::kSchema});
}

}  // namespace galley::native
