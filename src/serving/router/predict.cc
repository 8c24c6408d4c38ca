#include <algorithm>
#include <utility>

#include "foundation/telemetry/log.h"
#include "serving/router/routing.h"
#include "serving/router/serving.h"
#include "serving/runtime/request_outline.h"
#include "serving/runtime/scoring_output.h"

namespace galley::serving {
namespace {

constexpr std::string_view kPlanDegrade = "plan degrade";
constexpr std::size_t kDefaultBytesMax = std::size_t{64} << 20U;  // As of a Python model's answer.

/// Whether a variant could not answer, by no fault of the caller.
bool IsFailure(const Result<PredictAnswer>& result) {
  constexpr int kServerErrors = 500;
  if (result) return result->status >= kServerErrors;
  switch (result.error().code) {
    case Code::kInvalidArgument:
    case Code::kUnimplemented:
    case Code::kResourceExhausted: return false;
    default: return true;
  }
}

Result<PredictAnswer> Evaluate(const LoadedVariant& variant, const PredictRequest& request) {
  const auto input = TRY(DecodeScoring(request.content_type, request.body, variant.input));
  std::vector<float> out(input.rows * variant.trees->outputs());
  variant.trees->Predict(input.values, input.rows, out);
  return PredictAnswer{.content_type = "application/json",
                       .body = variant.gives_classes
                                   ? ClassesJson(out, variant.trees->outputs())
                                   : PredictionsJson(out, variant.trees->outputs()),
                       .rows = static_cast<std::int64_t>(input.rows)};
}

Result<PredictAnswer> AnswerOf(Result<PythonModel::Answer> result) {
  if (!result) return std::unexpected(std::move(result).error());
  PredictAnswer answer{.status = result->status,
                       .content_type = std::move(result->content_type),
                       .body = std::move(result->body)};
  answer.rows = answer.status == 200 ? CountPredictions(answer.body) : 0;
  return answer;
}

std::unexpected<Error> NotLoaded(const LoadedEndpoint& endpoint, const LoadedArm& arm) {
  if (!arm.failure.empty()) {
    return Fail(Code::kUnavailable, "the model of endpoint '{}' cannot be loaded: {}",
                endpoint.name, arm.failure);
  }
  return Fail(Code::kUnavailable,
              "the model of endpoint '{}' is being loaded{}{}; try again in a second",
              endpoint.name, arm.progress.empty() ? "" : ": ", arm.progress);
}

/// The default of each row of a request; null if there is none or the rows cannot be told.
std::optional<PredictAnswer> DefaultAnswer(const LoadedEndpoint& endpoint,
                                           const PredictRequest& request) {
  if (endpoint.default_answer.empty()) return std::nullopt;
  const auto rows = RowsOf(request.content_type, request.body);
  if (!rows || *rows == 0 ||
      static_cast<std::size_t>(*rows) > kDefaultBytesMax / (endpoint.default_answer.size() + 2)) {
    return std::nullopt;
  }
  PredictAnswer answer{.content_type = "application/json", .rows = *rows};
  answer.body = "{\"predictions\": [";
  for (std::int64_t row = 0; row < *rows; ++row) {
    (answer.body += row == 0 ? "" : ", ") += endpoint.default_answer;
  }
  answer.body += "]}";
  return answer;
}

/// What an endpoint answers while its models are not to be asked. Counted.
Result<PredictAnswer> AnswerDegraded(const LoadedEndpoint& endpoint, const PredictRequest& request,
                                     std::chrono::steady_clock::time_point begun) {
  auto answer = DefaultAnswer(endpoint, request);
  const std::chrono::duration<double, std::micro> us = std::chrono::steady_clock::now() - begun;
  endpoint.unanswered->Add(answer ? Outcome::kDegraded : Outcome::kFailed, us.count());
  if (!answer) {
    return Fail(
        Code::kUnavailable,
        "endpoint '{}' gives its default answer for each row, as its plan degrade says, but "
        "the rows of this body cannot be counted",
        endpoint.name);
  }
  answer->degraded = kPlanDegrade;
  return *std::move(answer);
}

std::string WhyOf(const Result<PredictAnswer>& result) {
  if (!result) return result.error().message;
  return fmt::format("the model answered {}", result->status);
}

}  // namespace

/// A request that lives longer than its caller: what Ask refers to.
struct Serving::Owned {
  std::shared_ptr<const Table> table;
  std::string content_type;
  std::string body;
};

void Serving::Predict(const std::shared_ptr<const Table>& table, const LoadedEndpoint& endpoint,
                      const PredictRequest& request, Done done) {
  const auto begun = Clock::now();
  if (endpoint.degraded) return done(AnswerDegraded(endpoint, request, begun));
  const std::size_t arm =
      endpoint.is_split ? ArmFor(endpoint, UnitOf(endpoint, request, random_)) : 0;
  const auto& guard = endpoint.arms[arm].guard;
  if (guard) guard->Begin(*endpoint.guardrails, begun, clock_.NowMs());
  Attempt({.table = table,
           .endpoint = endpoint,
           .request = request,
           .begun = begun,
           .routed = arm,
           .arm = arm},
          std::move(done));
}

void Serving::Attempt(Ask ask, Done done) {
  const LoadedArm& arm = ask.endpoint.arms[ask.arm];
  if (!arm.variant) {
    auto missing = NotLoaded(ask.endpoint, arm);
    Finish(std::move(ask), std::move(missing), std::move(done));
  } else if (arm.variant->trees) {
    auto result = Evaluate(*arm.variant, ask.request);
    Finish(std::move(ask), std::move(result), std::move(done));
  } else {
    AskPython(ask, std::move(done));
  }
}

void Serving::AskPython(const Ask& ask, Done done) {
  auto owned = std::make_unique<Owned>(Owned{.table = ask.table,
                                             .content_type = std::string(ask.request.content_type),
                                             .body = std::string(ask.request.body)});
  std::string content_type = owned->content_type;
  std::string body = owned->body;
  ask.endpoint.arms[ask.arm].variant->python->Predict(
      std::move(content_type), std::move(body),
      [this, owned = std::move(owned), endpoint = &ask.endpoint, begun = ask.begun,
       routed = ask.routed, arm = ask.arm, degraded = ask.degraded,
       done = std::move(done)](Result<PythonModel::Answer> result) mutable {
        Finish({.table = owned->table,
                .endpoint = *endpoint,
                .request = {.content_type = owned->content_type, .body = owned->body},
                .begun = begun,
                .routed = routed,
                .arm = arm,
                .degraded = std::move(degraded)},
               AnswerOf(std::move(result)), std::move(done));
      });
}

/// Tells the asked arm's guard what became of it.
void Serving::Judge(const Ask& ask, Guard::Verdict verdict) {
  const auto& guard = ask.endpoint.arms[ask.arm].guard;
  if (guard) guard->End(*ask.endpoint.guardrails, ask.begun, verdict, clock_.NowMs());
}

/// Counts a request, once, by how it ended for its caller.
void Serving::Count(const Ask& ask, Outcome outcome) {
  const std::chrono::duration<double, std::micro> us = Clock::now() - ask.begun;
  ask.endpoint.arms[ask.routed].traffic->Add(outcome, us.count());
}

/// Answers, or asks whoever is next.
void Serving::Finish(Ask ask, Result<PredictAnswer> result, Done done) {
  using Verdict = Guard::Verdict;
  if (IsFailure(result)) {
    Judge(ask, Verdict::kFailed);
    return Failed(std::move(ask), std::move(result), std::move(done));
  }
  Judge(ask, result && result->status == 200 ? Verdict::kGood : Verdict::kRefused);
  Count(ask, ask.degraded.empty() ? Outcome::kAnswered : Outcome::kDegraded);
  if (!result) return done(std::move(result));
  const LoadedEndpoint& endpoint = ask.endpoint;
  const auto& variant = endpoint.arms[ask.arm].variant;
  result->variant = variant;
  result->degraded = ask.degraded;
  result->is_split = endpoint.is_split;
  if (result->status != 200 || result->rows == 0) return done(std::move(result));
  const Id first = Log(endpoint.project, endpoint.name, *variant, ask.request, *result, Id{});
  result->first_id = first;
  if (!endpoint.has_mirrors) return done(std::move(result));
  // Begun before the answer is known: a watermark that follows it follows what is mirrored too.
  const auto ticket = endpoint.mirrors->Begin();
  done(std::move(result));
  Mirror(ask, first, ticket);
}

/// The champion in the place of a challenger, the default in that of the champion.
void Serving::Failed(Ask ask, Result<PredictAnswer> result, Done done) {
  if (ask.degraded.empty()) ask.degraded = WhyOf(result);
  if (ask.arm != 0) {
    ask.arm = 0;
    return Attempt(std::move(ask), std::move(done));
  }
  auto answer = DefaultAnswer(ask.endpoint, ask.request);
  Count(ask, answer ? Outcome::kDegraded : Outcome::kFailed);
  if (!answer) return done(std::move(result));
  answer->degraded = std::move(ask.degraded);
  done(*std::move(answer));
}

/// Asks the arms that want to know what they would have answered, for the log alone.
void Serving::Mirror(const Ask& ask, const Id& answered,
                     const std::shared_ptr<Mirrors::Ticket>& ticket) {
  const LoadedEndpoint& endpoint = ask.endpoint;
  for (std::size_t at = 0; at < endpoint.arms.size(); ++at) {
    const LoadedArm& arm = endpoint.arms[at];
    // The arm that has just failed on this request has had its chance.
    if (at == ask.arm || at == ask.routed || !IsMirrored(arm, answered)) continue;
    if (ask.request.body.size() > Mirrors::kBodyBytesMax) {
      endpoint.mirrors->Drop();
    } else if (arm.variant->trees) {
      const auto result = Evaluate(*arm.variant, ask.request);
      if (!result) {
        endpoint.mirrors->Drop();
        continue;
      }
      Log(endpoint.project, endpoint.name, *arm.variant, ask.request, *result, answered);
    } else if (endpoint.mirrors->Enter()) {
      MirrorPython(ask, arm, answered, ticket);
    }
  }
}

void Serving::MirrorPython(const Ask& ask, const LoadedArm& arm, const Id& answered,
                           std::shared_ptr<Mirrors::Ticket> ticket) {
  arm.variant->python->Predict(
      std::string(ask.request.content_type), std::string(ask.request.body),
      [this, variant = arm.variant, project = ask.endpoint.project, endpoint = ask.endpoint.name,
       content_type = std::string(ask.request.content_type), answered,
       ticket = std::move(ticket)](Result<PythonModel::Answer> result) mutable {
        ticket->mirrors()->Leave();
        const auto answer = AnswerOf(std::move(result));
        if (!answer || answer->rows == 0) return ticket->mirrors()->Drop();
        Log(project, endpoint, *variant, {.content_type = content_type}, *answer, answered);
      });
}

}  // namespace galley::serving
