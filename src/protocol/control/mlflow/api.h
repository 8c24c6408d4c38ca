#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/error.h"
#include "foundation/http/router.h"
#include "foundation/schema/decode.h"
#include "foundation/schema/encode.h"
#include "protocol/control/mlflow/errors.h"
#include "storage/blob/blob_store.h"
#include "storage/journal/store.h"

namespace galley::mlflow {

/// What the handlers work on. Outlives the server.
struct Api {
  const journal::Store& store;
  blob::BlobStore& blobs;
};

/// All routes of MLflow's API, and how errors look below them.
std::vector<http::Route> Routes(const Api& api);
std::vector<http::Area> Areas();

// The route tables of the single files.
std::vector<http::Route> ExperimentRoutes(const Api& api);
std::vector<http::Route> RunRoutes(const Api& api);
std::vector<http::Route> ModelRoutes(const Api& api);
std::vector<http::Route> RegistryRoutes(const Api& api);
std::vector<http::Route> ArtifactRoutes(const Api& api);

/// The largest JSON body: MLflow's largest batch of 1,000 values at their longest fits.
inline constexpr std::uint64_t kJsonBytesMax = 16 * 1024 * 1024;

/// Fills a message from a request, query or body, and from the path's captures.
Status Decode(const http::Request& request, const schema::Message& message, void* object);

/// The project that a request is about, from MLflow's workspace header.
Result<std::string> ProjectOf(const http::Request& request);

/// Who makes a request, for the journal.
std::string ActorOf(const http::Request& request);

/// The same row below `/api/2.0/` (clients) and `/ajax-api/2.0/` (pages).
void AddRoute(std::vector<http::Route>& routes, http::Method method, std::string_view path,
              const http::Handler& handler, policy::Right right, std::uint64_t body_bytes_max);

template <typename Answer>
http::Response AnswerOf(const Result<Answer>& result) {
  if (!result) return ErrorAnswer(result.error());
  return http::Response{.body = schema::ToJson(*result, schema::EmptyLists::kOmit)};
}

/// A handler that changes something: decodes on the event loop, works on the writer's thread and is
/// answered after the commit.
template <typename Message, typename Answer>
void AddWrite(std::vector<http::Route>& routes, const Api& api, http::Method method,
              std::string_view path, Result<Answer> (*handle)(journal::Change&, const Message&),
              db::WriteClass write_class = db::WriteClass::kInteractive) {
  const auto call = [api, handle, write_class](const http::Request& request, http::Reply reply) {
    Message message;
    const Status decoded = Decode(request, Message::kSchema, &message);
    if (!decoded) return std::move(reply).Send(ErrorAnswer(decoded.error()));
    auto project = ProjectOf(request);
    if (!project) return std::move(reply).Send(ErrorAnswer(project.error()));
    auto answer = std::make_shared<http::Response>();
    api.store.Write(
        write_class, *std::move(project), ActorOf(request),
        [message = std::move(message), handle, answer](journal::Change& change) -> Status {
          auto result = handle(change, message);
          if (!result) return std::unexpected(std::move(result).error());
          *answer = AnswerOf(result);
          return {};
        },
        [answer, reply = std::move(reply)](Status status) mutable {
          std::move(reply).Send(status ? std::move(*answer) : ErrorAnswer(status.error()));
        });
  };
  AddRoute(routes, method, path, http::DeferredHandler{call}, policy::Right::kTrack, kJsonBytesMax);
}

/// A handler that only looks: works on the pool, on a snapshot.
template <typename Message, typename Answer>
void AddRead(std::vector<http::Route>& routes, const Api& api, http::Method method,
             std::string_view path,
             Result<Answer> (*handle)(const journal::View&, const Message&)) {
  const auto call = [api, handle](const http::Request& request) {
    Message message;
    const Status decoded = Decode(request, Message::kSchema, &message);
    if (!decoded) return ErrorAnswer(decoded.error());
    const auto project = ProjectOf(request);
    if (!project) return ErrorAnswer(project.error());
    http::Response response;
    const Status looked = api.store.Read(*project, [&](const journal::View& view) -> Status {
      response = AnswerOf(handle(view, message));
      return {};
    });
    return looked ? response : ErrorAnswer(looked.error());
  };
  AddRoute(routes, method, path, http::BlockingHandler{call}, policy::Right::kRead, kJsonBytesMax);
}

}  // namespace galley::mlflow
