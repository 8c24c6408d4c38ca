#include <signal.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <thread>

#include <fmt/core.h>

#include "app/cli/ask.h"
#include "app/cli/commands.h"
#include "app/cli/drill_clients.h"
#include "app/cli/print.h"
#include "domain/rollout/contingency.h"
#include "domain/rollout/strategy.h"
#include "foundation/http/url.h"
#include "foundation/io/clock.h"
#include "foundation/io/process.h"
#include "foundation/json/writer.h"
#include "foundation/schema/encode.h"
#include "platform/config/data_directory.h"
#include "protocol/control/native/plan_messages.h"
#include "protocol/control/native/prediction_messages.h"
#include "protocol/control/native/rollout_messages.h"
#include "protocol/control/native/serving_messages.h"

namespace galley::cli {
namespace {

constexpr std::int64_t kRequests = 50;
constexpr std::int64_t kLoadMsMax = 180'000;
constexpr std::int64_t kBusyMsMax = 1'800'000;  // While the gateway says what it is doing.
constexpr std::int64_t kEndMsMax = 5000;        // Of a rollback that is done.
constexpr auto kPoll = std::chrono::milliseconds(20);
constexpr std::size_t kTextMax = 2000;
constexpr std::string_view kSuffix = "-drill";

/// A model version as an endpoint has it.
struct Served {
  std::string model;
  std::int64_t version = 0;
  std::string python;

  std::string Text() const { return fmt::format("{}@{}", model, version); }
};

Served ServedOf(const native::Variant& variant) {
  return {.model = variant.model, .version = variant.version, .python = variant.python};
}

/// What the drill's endpoint is made of: read before anything is made.
struct Original {
  std::string settings;        ///< JSON.
  std::string default_answer;  ///< JSON; empty: it has none.
  Served now;
  Served before;  ///< Of the revision before; without one as `now`.
};

/// Rehearses one plan on an endpoint of its own.
class Drill {
 public:
  Drill(const Arguments& arguments, Server server, io::UniqueFd signals)
      : arguments_(arguments),
        server_(std::move(server)),
        signals_(std::move(signals)),
        shadow_(arguments.id + std::string(kSuffix)) {}

  /// Reads what it rehearses with; an error says why nothing was made.
  Status Prepare(const std::string& gateway);
  /// Plays the steps and removes what it made.
  native::Drill Play();
  std::string first_failure() const { return clients_->first_failure(); }

 private:
  using Work = std::function<Result<std::string>()>;

  Status Do(const std::string& name, const Work& work);
  Status PlayAll();
  Result<std::string> Create();
  Result<std::string> Load();
  Result<std::string> AskAll();
  Result<std::string> Start();
  Result<std::string> AwaitRollback();
  Result<std::string> Check();
  Result<std::string> CheckDegraded();
  Result<std::string> CheckFrozen();
  Result<std::string> End();
  Result<std::string> CheckAgain();
  Result<std::string> Delete();

  Status CheckInterrupted();
  Result<native::Endpoint> Endpoint();
  /// Every request is answered by the variant that shall answer, and none is degraded.
  Result<std::string> AnsweredBy(const Served& served);
  /// What is said to a rollout of what is served already, which never starts one.
  Result<std::string> RefusedRollout();
  std::string PathOf(std::string_view more) const {
    return fmt::format("endpoints/{}{}", http::PercentEncode(shadow_), more);
  }
  Result<std::string> Post(std::string_view more, json::Writer body) {
    return Tell(server_, arguments_, http::Method::kPost, PathOf(more), std::move(body).Take());
  }

  const Arguments& arguments_;
  const Server server_;
  const io::UniqueFd signals_;
  const std::string shadow_;
  Original original_;
  std::unique_ptr<DrillClients> clients_;
  std::string variant_before_;
  bool interrupted_ = false;
  bool may_exist_ = false;
  native::Drill drill_;
};

Status Drill::CheckInterrupted() {
  if (io::NextSignal(signals_.get())) interrupted_ = true;
  if (interrupted_) return Fail(Code::kAborted, "interrupted");
  return {};
}

Result<native::Endpoint> Drill::Endpoint() {
  const std::string body = TRY(Ask(server_, arguments_, PathOf("")));
  return TRY(Understood<native::EndpointAnswer>(body)).endpoint;
}

/// What the endpoint is: settings, versions, requests.
Status Drill::Prepare(const std::string& gateway) {
  drill_.plan = arguments_.plan;
  drill_.endpoint = arguments_.id;
  TRY(rollout::CheckPlanName(arguments_.plan));
  const std::string path = "endpoints/" + http::PercentEncode(arguments_.id);
  const std::string shown = TRY(Ask(server_, arguments_, path));
  const auto endpoint = TRY(Understood<native::EndpointAnswer>(shown)).endpoint;
  if (endpoint.variants.empty()) {
    return Fail(Code::kFailedPrecondition, "the endpoint '{}' serves nothing", arguments_.id);
  }
  original_.now = ServedOf(endpoint.variants.front());
  original_.before = original_.now;
  original_.settings = TRY(Ask(server_, arguments_, path + "/settings"));
  const auto settings = TRY(rollout::ParseEndpoint(original_.settings));
  if (settings.fallback) original_.default_answer = settings.fallback->default_answer.text;
  const std::string revisions =
      TRY(Ask(server_, arguments_, path + "/revisions", {{"limit", "2"}}));
  const auto history = TRY(Understood<native::RevisionsAnswer>(revisions)).revisions;
  if (history.size() > 1) {
    const std::string variant =
        TRY(Ask(server_, arguments_, "variants/" + http::PercentEncode(history[1].variant)));
    original_.before = ServedOf(TRY(Understood<native::VariantAnswer>(variant)).variant);
  }
  std::vector<Recorded> requests;
  const std::string newest = TRY(Ask(server_, arguments_, path + "/predictions",
                                     {{"newest", "true"}, {"limit", std::to_string(kRequests)}}));
  for (auto& it : TRY(Understood<native::RequestsAnswer>(newest)).requests) {
    if (it.request.empty()) continue;  // Too long to be kept.
    requests.push_back({std::move(it.content_type), std::move(it.request), it.rows});
  }
  if (requests.empty()) {
    return Fail(Code::kFailedPrecondition,
                "the endpoint '{}' has no recorded requests to rehearse with: ask it something "
                "first, and wait a second",
                arguments_.id);
  }
  clients_ = std::make_unique<DrillClients>(
      fmt::format("{}/api/v1/endpoints/{}/predict", gateway, http::PercentEncode(shadow_)),
      std::move(requests));
  const auto there = Ask(server_, arguments_, PathOf(""));
  if (!there && there.error().code == Code::kNotFound) return {};
  if (!there) return std::unexpected(there.error());
  return Fail(Code::kFailedPrecondition,
              "there is an endpoint '{}' already: another drill runs, or one was killed; then "
              "'galley endpoint delete {}' removes it",
              shadow_, shadow_);
}

/// One step: how long it took, and what came of it.
Status Drill::Do(const std::string& name, const Work& work) {
  const std::int64_t begun_ms = io::MonotonicMs();
  const Status free = name == "delete" ? Status() : CheckInterrupted();
  const Result<std::string> result =
      free ? work() : Result<std::string>(std::unexpected(free.error()));
  native::DrillStep& step = drill_.steps.emplace_back(
      native::DrillStep{.step = name,
                        .ms = io::MonotonicMs() - begun_ms,
                        .passed = result.has_value(),
                        .result = result ? *result : result.error().message.substr(0, kTextMax)});
  if (step.passed) return {};
  return std::unexpected(result.error());
}

Status Drill::PlayAll() {
  TRY(Do("create", [this] { return Create(); }));
  TRY(Do("load", [this] { return Load(); }));
  TRY(Do("ask", [this] { return AskAll(); }));
  TRY(Do("start", [this] { return Start(); }));
  TRY(Do("check", [this] { return Check(); }));
  TRY(Do("end", [this] { return End(); }));
  return Do("check again", [this] { return CheckAgain(); });
}

native::Drill Drill::Play() {
  bool passed = PlayAll().has_value();
  clients_->Stop();
  if (may_exist_) passed = Do("delete", [this] { return Delete(); }) && passed;
  drill_.requests = clients_->sent();
  drill_.failed = clients_->failed();
  drill_.passed = passed && drill_.failed == 0;
  return drill_;
}

Result<std::string> Drill::Create() {
  const auto write = [](json::Writer& body, const Served& served) {
    body.Key("model").String(served.model).Key("version").Int(served.version);
    body.Key("python").String(served.python);
  };
  const bool is_rollback = arguments_.plan == rollout::kRollback;
  json::Writer body;
  body.BeginObject().Key("name").String(shadow_);
  write(body, is_rollback ? original_.before : original_.now);
  body.EndObject();
  may_exist_ = true;  // Whatever becomes of the answer.
  const auto made =
      Tell(server_, arguments_, http::Method::kPost, "endpoints", std::move(body).Take());
  if (!made) {
    may_exist_ =
        made.error().code == Code::kUnavailable || made.error().code == Code::kDeadlineExceeded;
    return std::unexpected(made.error());
  }
  TRY(Tell(server_, arguments_, http::Method::kPut, PathOf("/settings"), original_.settings));
  if (!is_rollback) return fmt::format("{} with {}", shadow_, original_.now.Text());
  TRY(Load());  // So that the version of before has answered.
  json::Writer next;
  next.BeginObject();
  write(next, original_.now);
  next.Key("again").Bool(true).EndObject();
  TRY(Post("/version", std::move(next)));
  return fmt::format("{} with {}, then {}", shadow_, original_.before.Text(), original_.now.Text());
}

Result<std::string> Drill::Load() {
  const std::int64_t begun_ms = io::MonotonicMs();
  for (;;) {
    TRY(CheckInterrupted());
    const native::Endpoint endpoint = TRY(Endpoint());
    const std::string champion = endpoint.variants.empty() ? "" : endpoint.variants.front().id;
    if (endpoint.state == "failed") {
      return Fail(Code::kFailedPrecondition, "its model cannot be loaded: {}", endpoint.reason);
    }
    if (endpoint.state == "ready" && endpoint.answering == champion) {
      return fmt::format("the gateway answers, {}", endpoint.runtime);
    }
    const std::int64_t limit_ms = endpoint.reason.empty() ? kLoadMsMax : kBusyMsMax;
    if (io::MonotonicMs() - begun_ms >= limit_ms) {
      return Fail(Code::kDeadlineExceeded, "no gateway has loaded it within {} s; is one running?",
                  limit_ms / 1000);
    }
    std::this_thread::sleep_for(kPoll);
  }
}

Result<std::string> Drill::AnsweredBy(const Served& served) {
  const native::Endpoint endpoint = TRY(Endpoint());
  const std::string champion = endpoint.variants.empty() ? "" : endpoint.variants.front().id;
  for (const Recorded& request : clients_->requests()) {
    TRY(CheckInterrupted());
    const auto answer = TRY(clients_->Send(request));
    if (!answer.degraded.empty()) {
      return Fail(Code::kFailedPrecondition, "an answer was degraded: {}", answer.degraded);
    }
    if (answer.variant != champion || answer.version != served.version) {
      return Fail(Code::kFailedPrecondition, "version {}, variant {} answered instead of {}, {}",
                  answer.version, answer.variant, served.Text(), champion);
    }
  }
  return fmt::format("{} requests answered by {}", clients_->requests().size(), served.Text());
}

Result<std::string> Drill::AskAll() {
  std::string said = TRY(AnsweredBy(original_.now));
  variant_before_ = TRY(Endpoint()).variants.front().id;
  clients_->Start();
  return said;
}

/// A model that takes longer to load than the command waits: meanwhile the other version answers.
Result<std::string> Drill::AwaitRollback() {
  TRY(Load());
  const std::int64_t begun_ms = io::MonotonicMs();
  for (;;) {
    TRY(CheckInterrupted());
    const std::string body =
        TRY(Ask(server_, arguments_, "plans", {{"endpoint", shadow_}, {"limit", "1"}}));
    const auto plans = TRY(Understood<native::PlansAnswer>(body)).plans;
    if (!plans.empty() && !plans.front().in_force) return "done, after the command's deadline";
    if (io::MonotonicMs() - begun_ms >= kEndMsMax) {
      return Fail(Code::kDeadlineExceeded, "the version before answers, but it did not end");
    }
    std::this_thread::sleep_for(kPoll);
  }
}

Result<std::string> Drill::Start() {
  if (arguments_.plan == rollout::kDegrade && original_.default_answer.empty()) {
    return Fail(Code::kFailedPrecondition,
                "the endpoint '{}' has no default answer to degrade to: galley.yaml must have "
                "endpoints.{}.fallback.default",
                arguments_.id, arguments_.id);
  }
  json::Writer body;
  body.BeginObject().Key("plan").String(arguments_.plan);
  body.Key("reason").String("drill").EndObject();
  const auto answer = Post("/plan", std::move(body));
  const bool is_late = !answer && answer.error().code == Code::kDeadlineExceeded;
  if (is_late && arguments_.plan == rollout::kRollback) return AwaitRollback();
  if (!answer) return std::unexpected(answer.error());
  const auto plan = TRY(Understood<native::PlanAnswer>(*answer)).plan;
  if (arguments_.plan != rollout::kRollback) return "in force, acknowledged";
  if (!plan.in_force) return "done, acknowledged";
  return Fail(Code::kFailedPrecondition, "it was acknowledged, but did not end by itself");
}

Result<std::string> Drill::Check() {
  if (arguments_.plan == rollout::kDegrade) return CheckDegraded();
  if (arguments_.plan == rollout::kFreeze) return CheckFrozen();
  std::string said = TRY(AnsweredBy(original_.before));
  if (TRY(Endpoint()).variants.front().id != variant_before_) return said;
  return Fail(Code::kFailedPrecondition, "the same variant answers");
}

Result<std::string> Drill::CheckDegraded() {
  for (const Recorded& request : clients_->requests()) {
    TRY(CheckInterrupted());
    const auto answer = TRY(clients_->Send(request));
    std::string expected = "{\"predictions\": [";
    for (std::int64_t row = 0; row < request.rows; ++row) {
      (expected += row == 0 ? "" : ", ") += original_.default_answer;
    }
    expected += ']';
    if (answer.degraded != "plan degrade" || !answer.predictions.starts_with(expected)) {
      return Fail(Code::kFailedPrecondition, "an answer is not the default: {}",
                  answer.predictions.substr(0, kTextMax / 2));
    }
  }
  return fmt::format("{} requests got the default, {}", clients_->requests().size(),
                     original_.default_answer);
}

Result<std::string> Drill::RefusedRollout() {
  json::Writer body;
  body.BeginObject().Key("model").String(original_.now.model);
  body.Key("version").Int(original_.now.version).EndObject();
  const auto started = Post("/rollouts", std::move(body));
  if (started) return Fail(Code::kFailedPrecondition, "a rollout was started");
  if (started.error().code == Code::kFailedPrecondition) return started.error().message;
  return std::unexpected(started.error());
}

Result<std::string> Drill::CheckFrozen() {
  const std::string refusal = TRY(RefusedRollout());
  if (!refusal.starts_with("plan freeze is in force")) {
    return Fail(Code::kFailedPrecondition, "a rollout was not refused by the plan: {}", refusal);
  }
  std::string said = TRY(AnsweredBy(original_.now));
  if (TRY(Endpoint()).variants.front().id == variant_before_) {
    return said + ", a rollout is refused";
  }
  return Fail(Code::kFailedPrecondition, "another variant answers");
}

Result<std::string> Drill::End() {
  json::Writer body;
  body.BeginObject().Key("reason").String("drill");
  if (arguments_.plan == rollout::kRollback) {
    TRY(Post("/rollout/undo", std::move(body.EndObject())));
    TRY(Load());
    return "undone, acknowledged";
  }
  const auto plan =
      TRY(Understood<native::PlanAnswer>(TRY(Post("/plan/end", std::move(body.EndObject()))))).plan;
  if (!plan.in_force) return "ended, acknowledged";
  return Fail(Code::kFailedPrecondition, "it is still in force");
}

Result<std::string> Drill::CheckAgain() {
  std::string said = TRY(AnsweredBy(original_.now));
  const std::string refusal = TRY(RefusedRollout());
  if (refusal.starts_with("plan ")) {
    return Fail(Code::kFailedPrecondition, "a rollout is refused still: {}", refusal);
  }
  const bool is_same = TRY(Endpoint()).variants.front().id == variant_before_;
  if (is_same || arguments_.plan == rollout::kRollback) return said;
  return Fail(Code::kFailedPrecondition, "another variant answers");
}

Result<std::string> Drill::Delete() {
  const auto gone = Tell(server_, arguments_, http::Method::kDelete, PathOf(""), "");
  if (gone || gone.error().code == Code::kNotFound) return "removed";
  return Fail(gone.error().code, "{}; 'galley endpoint delete {}' removes it", gone.error().message,
              shadow_);
}

/// `--gateway`, else GALLEY_GATEWAY_URL, else the settings' port on this machine.
Result<std::string> GatewayOf(const Arguments& arguments) {
  std::string url = arguments.gateway.empty()
                        ? config::ProcessEnvironment("GALLEY_GATEWAY_URL").value_or("")
                        : arguments.gateway;
  while (url.ends_with('/')) url.pop_back();
  if (!url.empty()) return url;
  const config::Settings settings = TRY(LoadSettings(arguments));
  const std::string& port = settings.Text(config::Setting::kPredictPort);
  if (port != "0") return fmt::format("http://127.0.0.1:{}", port);
  return Fail(Code::kInvalidArgument,
              "the gateway's port of the settings is 0, any free one; name the gateway with "
              "--gateway");
}

void PrintDrill(const native::Drill& drill, const std::string& first_failure) {
  PrintTitle(fmt::format("Drill of plan {} for endpoint {}", drill.plan, drill.endpoint));
  Table table({{.title = "STEP"},
               {.title = "SECONDS", .right = true},
               {.title = "", .shrinks = false},
               {.title = "RESULT", .shrinks = true}});
  std::int64_t sum_ms = 0;
  for (const native::DrillStep& step : drill.steps) {
    sum_ms += step.ms;
    table.Add({{step.step},
               {fmt::format("{:.3f}", static_cast<double>(step.ms) / 1000)},
               {step.passed ? "ok" : "FAILED", step.passed ? Colour::kGreen : Colour::kRed},
               {step.result}});
  }
  table.Add({{"all", Colour::kBold},
             {fmt::format("{:.3f}", static_cast<double>(sum_ms) / 1000)},
             {drill.passed ? "ok" : "FAILED", drill.passed ? Colour::kGreen : Colour::kRed},
             {fmt::format("{} requests, {} failed", drill.requests, drill.failed)}});
  fmt::print("{}", table.Text(ScreenOfOutput()));
  if (!first_failure.empty()) fmt::print("The first one that failed: {}\n", Clean(first_failure));
}

}  // namespace

Result<int> RunDrill(const Arguments& arguments) {
  auto signals = TRY(io::SignalDescriptor({SIGINT, SIGTERM, SIGHUP}));
  const Server server = TRY(FindServer(arguments));
  const std::string gateway = TRY(GatewayOf(arguments));
  Drill drill(arguments, server, std::move(signals));
  TRY(drill.Prepare(gateway));
  const native::Drill played = drill.Play();
  const std::string json = schema::ToJson(played, schema::EmptyLists::kWrite);
  if (arguments.json) {
    fmt::print("{}\n", json);
  } else {
    PrintDrill(played, drill.first_failure());
  }
  std::fflush(stdout);
  TRY(Tell(server, arguments, http::Method::kPost,
           fmt::format("endpoints/{}/drills", http::PercentEncode(arguments.id)), json));
  return played.passed ? 0 : 1;
}

}  // namespace galley::cli
