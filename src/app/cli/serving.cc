#include <chrono>
#include <filesystem>
#include <thread>

#include <fmt/core.h>

#include "app/cli/ask.h"
#include "app/cli/commands.h"
#include "app/cli/datasets.h"
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
constexpr std::size_t kVersionDigitsMax = 18;  // So that it is a number of 64 bits.

/// `orange-juice@3`.
struct ModelAt {
  std::string model;
  std::string version;
};
Result<ModelAt> ParseModelAt(std::string_view text) {
  const auto at = text.rfind('@');
  if (at == std::string_view::npos || at == 0 || at + 1 == text.size() ||
      text.size() - at - 1 > kVersionDigitsMax ||
      text.find_first_not_of("0123456789", at + 1) != std::string_view::npos) {
    return Fail(Code::kInvalidArgument, "'{}' must be MODEL@VERSION, such as orange-juice@1", text);
  }
  return ModelAt{std::string(text.substr(0, at)), std::string(text.substr(at + 1))};
}

Colour ColourOfState(std::string_view state) {
  if (state == "ready") return Colour::kGreen;
  return state == "failed" ? Colour::kRed : Colour::kYellow;
}

std::string ModelOf(const native::Endpoint& endpoint) {
  if (endpoint.variants.empty()) return "–";
  const native::Variant& variant = endpoint.variants.front();
  return fmt::format("{}@{}", variant.model, variant.version);
}

void Print(const native::Endpoint& endpoint) {
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
  AddFact(table, "created", Ago(endpoint.created_ms, io::SystemClock().NowMs()));
  fmt::print("{}", table.Text(ScreenOfOutput()));
}

/// Waits until the gateway has loaded the endpoint's model; the endpoint as it is then. Says what
/// the gateway says meanwhile.
Result<native::Endpoint> AwaitLoaded(const Server& server, const Arguments& arguments) {
  const std::string path = "endpoints/" + http::PercentEncode(arguments.id);
  const std::int64_t start_ms = io::MonotonicMs();
  std::string told;
  for (;;) {
    const std::string body = TRY(Ask(server, arguments, path));
    auto endpoint = TRY(Understood<native::EndpointAnswer>(body)).endpoint;
    if (endpoint.state == "ready") return endpoint;
    if (endpoint.state == "failed") {
      return Fail(Code::kFailedPrecondition, "the endpoint is there, but its model failed: {}",
                  endpoint.reason);
    }
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
  for (const native::Label& label : prediction.labels) AddFact(table, "label", label.value);
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

void PrintEndpoint(const native::EndpointAnswer& answer) {
  Print(answer.endpoint);
}

}  // namespace

Result<int> CreateEndpoint(const Arguments& arguments) {
  const ModelAt model = TRY(ParseModelAt(arguments.model));
  const Server server = TRY(FindServer(arguments));
  json::Writer writer;
  writer.BeginObject().Key("name").String(arguments.id).Key("model").String(model.model);
  writer.Key("version").Int(std::stoll(model.version));
  const std::string python =
      arguments.python.empty() ? "" : std::filesystem::absolute(arguments.python).string();
  writer.Key("python").String(python).EndObject();
  TRY(Tell(server, arguments, http::Method::kPost, "endpoints", std::move(writer).Take()));
  const native::Endpoint endpoint = TRY(AwaitLoaded(server, arguments));
  if (arguments.json) {
    fmt::print("{}\n",
               schema::ToJson(native::EndpointAnswer{endpoint}, schema::EmptyLists::kWrite));
  } else {
    Print(endpoint);
  }
  return 0;
}

Result<int> DeleteEndpoint(const Arguments& arguments) {
  const Server server = TRY(FindServer(arguments));
  TRY(Tell(server, arguments, http::Method::kDelete,
           "endpoints/" + http::PercentEncode(arguments.id), ""));
  fmt::print("Endpoint {} is deleted.\n", Clean(arguments.id));
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
               {endpoint.reason}});
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
  const NameAt dataset = TRY(ParseNameAt(arguments.id));
  if (dataset.version.empty()) {
    return Fail(Code::kInvalidArgument, "'{}' must be DATASET@VERSION, such as sales@3",
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
