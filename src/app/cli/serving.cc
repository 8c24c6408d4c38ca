#include <algorithm>
#include <chrono>
#include <filesystem>
#include <thread>

#include <fmt/core.h>

#include "app/cli/ask.h"
#include "app/cli/commands.h"
#include "app/cli/datasets.h"
#include "app/cli/model_at.h"
#include "app/cli/print.h"
#include "foundation/http/url.h"
#include "foundation/io/clock.h"
#include "foundation/json/writer.h"
#include "foundation/schema/encode.h"
#include "protocol/control/native/serving_messages.h"

namespace galley::cli {
namespace {

constexpr std::int64_t kLoadMsMax = 180'000;
constexpr std::int64_t kBusyMsMax = 1'800'000;  // While the gateway says what it is doing.
constexpr auto kPoll = std::chrono::milliseconds(200);
constexpr std::size_t kShortDigits = 12;
Colour ColourOfState(std::string_view state) {
  if (state == "ready") return Colour::kGreen;
  return state == "failed" ? Colour::kRed : Colour::kYellow;
}

std::string ModelOf(const native::Endpoint& endpoint) {
  if (endpoint.variants.empty()) return "–";
  const native::Variant& variant = endpoint.variants.front();
  return fmt::format("{}@{}", variant.model, variant.version);
}

std::string VariantOf(const native::Endpoint& endpoint) {
  return endpoint.variants.empty() ? "" : endpoint.variants.front().id;
}

/// The reason of its state, and what that means for who asks it.
std::string StandingOf(const native::Endpoint& endpoint) {
  if (endpoint.answering.empty() || endpoint.answering == VariantOf(endpoint)) {
    return endpoint.reason;
  }
  return "the version before answers" +
         (endpoint.reason.empty() ? "" : fmt::format("; {}", endpoint.reason));
}

/// The version that answers while the newest cannot; empty if none does.
std::string VersionBefore(const native::EndpointAnswer& answer) {
  const native::Endpoint& endpoint = answer.endpoint;
  if (endpoint.state == "ready") return {};
  const auto found = std::ranges::find(answer.history, endpoint.answering, &native::Variant::id);
  if (found == answer.history.end()) return {};
  return fmt::format("{}@{}", found->model, found->version);
}

void PrintHistory(const native::EndpointAnswer& answer) {
  const Screen screen = ScreenOfOutput();
  const std::int64_t now_ms = io::SystemClock().NowMs();
  fmt::print("\n{}\n", Paint(screen, Colour::kBold, "History"));
  Table table({{.shrinks = true}, {}, {}, {}}, 2);
  for (const native::Variant& variant : answer.history) {
    table.Add({{fmt::format("{}@{}", variant.model, variant.version)},
               {"from " + Ago(variant.created_ms, now_ms)},
               {variant.retired_ms ? "to " + Ago(*variant.retired_ms, now_ms) : "", Colour::kPlain},
               {variant.id, Colour::kYellow}});
  }
  fmt::print("{}", table.Text(screen));
  if (answer.history_has_more) {
    fmt::print("There are earlier ones: 'galley event list --subject {}'.\n", answer.endpoint.id);
  }
}

void PrintEndpoint(const native::EndpointAnswer& answer) {
  const native::Endpoint& endpoint = answer.endpoint;
  PrintTitle("Endpoint " + endpoint.name);
  Table table = Facts();
  AddFact(table, "id", endpoint.id, Colour::kYellow);
  AddFact(table, "state", endpoint.state, ColourOfState(endpoint.state));
  if (!endpoint.reason.empty()) AddFact(table, "reason", endpoint.reason);
  if (!endpoint.runtime.empty()) AddFact(table, "runtime", endpoint.runtime);
  for (const native::Variant& variant : endpoint.variants) {
    AddFact(table, "variant",
            fmt::format("{} {}  {}@{}", variant.id, variant.name, variant.model, variant.version));
    if (!variant.python.empty()) AddFact(table, "python", variant.python);
  }
  if (const std::string before = VersionBefore(answer); !before.empty()) {
    AddFact(table, "answering", before + ", until the newest is ready");
  }
  AddFact(table, "created", Ago(endpoint.created_ms, io::SystemClock().NowMs()));
  fmt::print("{}", table.Text(ScreenOfOutput()));
  PrintHistory(answer);
}

/// Why the variant that was waited for will not answer.
std::unexpected<Error> Failed(const native::EndpointAnswer& answer) {
  const native::Endpoint& endpoint = answer.endpoint;
  if (answer.history.size() <= 1) {
    return Fail(Code::kFailedPrecondition, "the endpoint is there, but its model failed: {}",
                endpoint.reason);
  }
  const std::string before = VersionBefore(answer);
  return Fail(Code::kFailedPrecondition, "{} cannot be loaded: {}\n{}", ModelOf(endpoint),
              endpoint.reason,
              before.empty()
                  ? fmt::format("Endpoint '{}' does not answer.", endpoint.name)
                  : fmt::format("Endpoint '{}' goes on answering with {}.", endpoint.name, before));
}

/// Waits until the gateway has loaded the variant that `changed` answers with; the endpoint as it
/// is then. Says what the gateway says meanwhile.
Result<native::EndpointAnswer> AwaitLoaded(const Server& server, const Arguments& arguments,
                                           const native::EndpointAnswer& changed) {
  const std::string path = "endpoints/" + http::PercentEncode(arguments.id);
  const std::int64_t start_ms = io::MonotonicMs();
  std::string told;
  for (;;) {
    const std::string body = TRY(Ask(server, arguments, path));
    auto answer = TRY(Understood<native::EndpointAnswer>(body));
    const native::Endpoint& endpoint = answer.endpoint;
    if (VariantOf(endpoint) != VariantOf(changed.endpoint)) {
      return Fail(Code::kFailedPrecondition, "meanwhile somebody gave the endpoint {}",
                  ModelOf(endpoint));
    }
    if (endpoint.state == "ready") return answer;
    if (endpoint.state == "failed") return Failed(answer);
    const std::int64_t limit_ms = endpoint.reason.empty() ? kLoadMsMax : kBusyMsMax;
    if (io::MonotonicMs() - start_ms >= limit_ms) {
      return Fail(
          Code::kDeadlineExceeded,
          "the endpoint is there, but no gateway has loaded it within {} s; is one running? "
          "'galley endpoint show {}' says how it is",
          limit_ms / 1000, arguments.id);
    }
    const std::string doing = endpoint.reason.empty() ? "the model is loaded" : endpoint.reason;
    if (doing != told) fmt::print(stderr, "The gateway: {}\n", Clean(doing));
    told = doing;
    std::this_thread::sleep_for(kPoll);
  }
}

/// Asks for one thing and prints it: as the server says it, or by `print`.
template <typename Answer>
Result<int> Show(const Arguments& arguments, const std::string& path,
                 void (*print)(const Answer&)) {
  const Server server = TRY(FindServer(arguments));
  const std::string body = TRY(Ask(server, arguments, path));
  if (arguments.json) {
    fmt::print("{}\n", body);
  } else {
    print(TRY(Understood<Answer>(body)));
  }
  return 0;
}

void PrintVariant(const native::VariantAnswer& answer) {
  const native::Variant& variant = answer.variant;
  PrintTitle("Variant " + variant.name);
  Table table = Facts();
  AddFact(table, "id", variant.id, Colour::kYellow);
  AddFact(table, "endpoint", variant.endpoint);
  AddFact(table, "model version",
          fmt::format("{}  {}@{}", variant.version_id, variant.model, variant.version));
  AddFact(table, "weight", fmt::format("{} of 1000", variant.weight));
  if (!variant.python.empty()) AddFact(table, "python", variant.python);
  const std::int64_t now_ms = io::SystemClock().NowMs();
  AddFact(table, "created", Ago(variant.created_ms, now_ms));
  if (variant.retired_ms) AddFact(table, "retired", Ago(*variant.retired_ms, now_ms));
  fmt::print("{}", table.Text(ScreenOfOutput()));
}

void PrintModel(const native::ModelVersionAnswer& answer) {
  const native::ModelVersion& version = answer.model_version;
  PrintTitle(fmt::format("Model {}@{}", version.model, version.version));
  Table table = Facts();
  AddFact(table, "id", version.id, Colour::kYellow);
  AddFact(table, "run", version.run.value_or("–"));
  AddFact(table, "commit", version.commit.value_or("–"));
  AddFact(table, "stage", version.stage);
  for (const std::string& alias : version.aliases) AddFact(table, "alias", alias);
  AddFact(table, "source", version.source);
  AddFact(table, "created", Ago(version.created_ms, io::SystemClock().NowMs()));
  const Screen screen = ScreenOfOutput();
  fmt::print("{}\n{}\n", table.Text(screen), Paint(screen, Colour::kBold, "Files"));
  Table files({{.shrinks = true}, {.right = true}, {}}, 2);
  for (const native::ModelFile& file : version.files) {
    files.Add(
        {{file.path}, {Bytes(file.size)}, {file.sha256.substr(0, kShortDigits), Colour::kDim}});
  }
  fmt::print("{}", files.Text(screen));
}

void PrintPrediction(const native::PredictionAnswer& answer) {
  const native::Prediction& prediction = answer.prediction;
  PrintTitle("Prediction " + prediction.id);
  Table table = Facts();
  AddFact(table, "endpoint", prediction.endpoint);
  AddFact(table, "variant", prediction.variant);
  AddFact(table, "model version", prediction.version_id);
  AddFact(table, "row", fmt::format("{} of {}", prediction.row + 1, prediction.rows));
  AddFact(table, "made", Ago(prediction.at_ms, io::SystemClock().NowMs()));
  if (prediction.mirror_of) AddFact(table, "mirror of", *prediction.mirror_of);
  for (const native::Label& label : prediction.labels) {
    AddFact(table, label.name.empty() ? "label" : "label " + label.name, label.value);
  }
  if (prediction.labels.empty()) AddFact(table, "label", "none yet", Colour::kDim);
  AddFact(table, "request", prediction.request.empty() ? "not kept: too long" : prediction.request);
  AddFact(table, "response", prediction.response);
  fmt::print("{}", table.Text(ScreenOfOutput()));
}

void PrintWhy(const native::WhyAnswer& answer) {
  Table table({{}, {}, {.shrinks = true}});
  for (const native::WhyLink& link : answer.chain) {
    table.Add(
        {{link.what, Colour::kDim},
         {link.id, Colour::kYellow},
         {link.gap ? "GAP: " + link.text : link.text, link.gap ? Colour::kRed : Colour::kPlain}});
  }
  fmt::print("{}", table.Text(ScreenOfOutput()));
}

/// Sends what makes or changes an endpoint, waits until its model answers, and prints it.
Result<int> Deploy(const Arguments& arguments, const std::string& path, json::Writer body) {
  const ModelAt model = TRY(ParseModelAt(arguments.model));
  const Server server = TRY(FindServer(arguments));
  body.Key("model").String(model.model).Key("version").Int(std::stoll(model.version));
  if (!arguments.python.empty()) {
    body.Key("python").String(std::filesystem::absolute(arguments.python).string());
  }
  body.EndObject();
  const std::string told =
      TRY(Tell(server, arguments, http::Method::kPost, path, std::move(body).Take()));
  const auto changed = TRY(Understood<native::EndpointAnswer>(told));
  const auto answer = TRY(AwaitLoaded(server, arguments, changed));
  if (arguments.json) {
    fmt::print("{}\n", schema::ToJson(answer, schema::EmptyLists::kWrite));
  } else {
    PrintEndpoint(answer);
  }
  return 0;
}

}  // namespace

Result<int> CreateEndpoint(const Arguments& arguments) {
  json::Writer body;
  body.BeginObject().Key("name").String(arguments.id);
  return Deploy(arguments, "endpoints", std::move(body));
}

Result<int> SetEndpoint(const Arguments& arguments) {
  json::Writer body;
  body.BeginObject();
  return Deploy(arguments, fmt::format("endpoints/{}/version", http::PercentEncode(arguments.id)),
                std::move(body));
}

Result<int> DeleteEndpoint(const Arguments& arguments) {
  const Server server = TRY(FindServer(arguments));
  const std::string body = TRY(Tell(server, arguments, http::Method::kDelete,
                                    "endpoints/" + http::PercentEncode(arguments.id), ""));
  SayDone(arguments, body, fmt::format("Endpoint {} is deleted.", arguments.id));
  return 0;
}

Result<int> ListEndpoints(const Arguments& arguments) {
  const Server server = TRY(FindServer(arguments));
  const std::string body = TRY(Ask(server, arguments, "endpoints"));
  if (arguments.json) {
    fmt::print("{}\n", body);
    return 0;
  }
  const auto answer = TRY(Understood<native::EndpointsAnswer>(body));
  if (answer.endpoints.empty()) {
    fmt::print(stderr,
               "There are no endpoints yet. One for a registered model:\n"
               "  galley endpoint create NAME --model MODEL@VERSION\n");
    return 0;
  }
  Table table({{.title = "NAME", .shrinks = true},
               {.title = "MODEL", .shrinks = true},
               {.title = "STATE"},
               {.title = "RUNTIME"},
               {.title = "REASON", .shrinks = true}});
  for (const native::Endpoint& endpoint : answer.endpoints) {
    table.Add({{endpoint.name, Colour::kBold},
               {ModelOf(endpoint)},
               {endpoint.state, ColourOfState(endpoint.state)},
               {endpoint.runtime},
               {StandingOf(endpoint)}});
  }
  fmt::print("{}", table.Text(ScreenOfOutput()));
  return 0;
}

Result<int> ShowEndpoint(const Arguments& arguments) {
  return Show(arguments, "endpoints/" + http::PercentEncode(arguments.id), PrintEndpoint);
}

Result<int> ShowVariant(const Arguments& arguments) {
  return Show(arguments, "variants/" + http::PercentEncode(arguments.id), PrintVariant);
}

Result<int> ShowModel(const Arguments& arguments) {
  if (arguments.id.find('@') == std::string::npos) {
    return Show(arguments, "model-versions/" + http::PercentEncode(arguments.id), PrintModel);
  }
  const ModelAt model = TRY(ParseModelAt(arguments.id));
  return Show(arguments,
              fmt::format("registered-models/{}/versions/{}", http::PercentEncode(model.model),
                          model.version),
              PrintModel);
}

Result<int> ShowPrediction(const Arguments& arguments) {
  return Show(arguments, "predictions/" + http::PercentEncode(arguments.id), PrintPrediction);
}

Result<int> Lineage(const Arguments& arguments) {
  if (arguments.id.find(':') != std::string::npos) return LineageGraph(arguments);
  if (arguments.up) {
    return Fail(Code::kInvalidArgument,
                "--up needs a node with its kind in front, such as dataset:{}", arguments.id);
  }
  const NameAt dataset = TRY(ParseNameAt(arguments.id));
  if (dataset.version.empty()) {
    return Fail(Code::kInvalidArgument,
                "'{}' must be DATASET@VERSION, such as sales@3, or a node such as model:demand@3",
                arguments.id);
  }
  return Show(arguments,
              fmt::format("lineage/datasets/{}/versions/{}", http::PercentEncode(dataset.name),
                          dataset.version),
              PrintWhy);
}

Result<int> Why(const Arguments& arguments) {
  return Show(arguments, "why/" + http::PercentEncode(arguments.id), PrintWhy);
}

}  // namespace galley::cli
