#include <algorithm>
#include <map>
#include <span>
#include <unordered_set>
#include <utility>

#include "domain/tracking/bulk.h"
#include "domain/tracking/run_query.h"
#include "domain/tracking/service.h"
#include "protocol/control/native/api.h"
#include "protocol/control/native/data_routes.h"
#include "protocol/control/native/runs_messages.h"

namespace galley::native {
namespace {

using journal::View;
using tracking::BulkChange;
using tracking::BulkEffect;
using Kind = BulkChange::Kind;

constexpr std::string_view kActor = "administrator";
constexpr std::uint64_t kBodyMax = std::uint64_t{2} << 20U;
constexpr std::size_t kRunsMax = 20'000;
constexpr std::size_t kTogether = 200;  // Runs of one transaction: others want to write as well.
constexpr std::size_t kRefusalsShown = 100;

struct KindName {
  Kind kind;
  std::string_view text;
};
constexpr KindName kKinds[] = {{Kind::kDelete, "delete"},
                               {Kind::kRestore, "restore"},
                               {Kind::kTag, "tag"},
                               {Kind::kUntag, "untag"}};

std::string NameOf(Kind kind) {
  return std::string(std::ranges::find(kKinds, kind, &KindName::kind)->text);
}

Status CheckTag(const RunsBulk& message, Kind kind) {
  const bool has_tag = kind == Kind::kTag || kind == Kind::kUntag;
  if (!has_tag && (message.key || message.value)) {
    return Fail(Code::kInvalidArgument, "'key' and 'value' belong to the actions tag and untag");
  }
  if (!has_tag) return {};
  if (!message.key || message.key->empty()) {
    return Fail(Code::kInvalidArgument, "'key' is missing: which tag?");
  }
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; };
  if (std::ranges::any_of(*message.key, is_control)) {
    return Fail(Code::kInvalidArgument, "'key' has a control character");
  }
  if (message.key->starts_with("mlflow.") || message.key->starts_with("galley.")) {
    return Fail(Code::kInvalidArgument,
                "'key' is '{}': tags that begin with 'mlflow.' or 'galley.' are the clients'",
                *message.key);
  }
  if (kind == Kind::kTag && !message.value) {
    return Fail(Code::kInvalidArgument, "'value' is missing; it may be empty");
  }
  if (kind == Kind::kUntag && message.value) {
    return Fail(Code::kInvalidArgument, "'value' belongs to the action tag");
  }
  return {};
}

Result<BulkChange> ChangeOf(const RunsBulk& message) {
  const auto* const found = std::ranges::find(kKinds, message.action, &KindName::text);
  if (found == std::end(kKinds)) {
    return Fail(Code::kInvalidArgument, "'action' must be delete, restore, tag or untag, not '{}'",
                message.action);
  }
  TRY(CheckTag(message, found->kind));
  return BulkChange{
      .kind = found->kind,
      .tag = {message.key.value_or(std::string()), message.value.value_or(std::string())}};
}

Result<std::vector<Id>> ParseAll(const std::vector<std::string>& texts, std::string_view field) {
  std::vector<Id> ids;
  for (std::size_t at = 0; at < texts.size(); ++at) {
    const auto id = Id::Parse(texts[at]);
    if (!id) {
      return Fail(Code::kInvalidArgument,
                  "'{}[{}]' is no run id: '{}'; an id has 32 lower-case hex digits", field, at,
                  texts[at]);
    }
    ids.push_back(*id);
  }
  return ids;
}

/// The runs that are meant, each once.
Result<std::vector<Id>> RunsOf(const Api& api, const http::Request& request,
                               const RunsBulk& message) {
  std::vector<Id> ids = TRY(ParseAll(message.ids, "ids"));
  const auto except = TRY(ParseAll(message.except, "except"));
  if (message.result.has_value() == !message.ids.empty()) {
    return Fail(Code::kInvalidArgument, "either 'ids' or 'result' says which runs are meant");
  }
  if (!message.result && !except.empty()) {
    return Fail(Code::kInvalidArgument, "'except' belongs to 'result'");
  }
  if (message.result) {
    TRY(api.store.Read(request.Captured("project"), [&](const View& view) -> Status {
      ids = TRY(api.runs.Runs(view, *message.result));
      return {};
    }));
  }
  std::unordered_set<std::string> known;
  for (const Id& id : except) known.insert(id.Hex());
  std::erase_if(ids, [&](const Id& id) { return !known.insert(id.Hex()).second; });
  if (ids.size() <= kRunsMax) return ids;
  return Fail(Code::kInvalidArgument, "{} runs are meant; the most for one call are {}", ids.size(),
              kRunsMax);
}

/// Puts the answer together from what became of each run.
class Account {
 public:
  Account(const BulkChange& change, bool dry_run, std::size_t total) : change_(change) {
    answer_.action = NameOf(change.kind);
    answer_.dry_run = dry_run;
    answer_.total = static_cast<std::int64_t>(total);
  }

  void Take(const Id& run, const BulkEffect& effect) {
    switch (effect.what) {
      case BulkEffect::What::kIsSo: ++answer_.unchanged; return;
      case BulkEffect::What::kRefused:
        ++answer_.refused;
        if (answer_.refusals.size() < kRefusalsShown) {
          answer_.refusals.push_back({run.Hex(), effect.name, effect.reason});
        }
        return;
      case BulkEffect::What::kChanges: break;
    }
    ++answer_.changed;
    answer_.running += effect.is_running ? 1 : 0;
    if (!answer_.dry_run) changed_[effect.before].push_back(run.Hex());
  }

  RunsBulkAnswer Answer() && {
    for (auto& [before, ids] : changed_) answer_.undo.push_back(Inverse(before, std::move(ids)));
    return std::move(answer_);
  }

 private:
  RunsBulk Inverse(const std::optional<std::string>& before, std::vector<std::string> ids) const {
    RunsBulk undo{.action = "", .ids = std::move(ids)};
    if (change_.kind == Kind::kDelete || change_.kind == Kind::kRestore) {
      undo.action = NameOf(change_.kind == Kind::kDelete ? Kind::kRestore : Kind::kDelete);
      return undo;
    }
    undo.action = NameOf(before ? Kind::kTag : Kind::kUntag);
    undo.key = change_.tag.key;
    undo.value = before;
    return undo;
  }

  const BulkChange& change_;
  RunsBulkAnswer answer_;
  std::map<std::optional<std::string>, std::vector<std::string>> changed_;  // By what was before.
};

Result<http::Response> Bulk(const Api& api, const http::Request& request) {
  const auto message = TRY(BodyOf<RunsBulk>(request));
  const BulkChange change = TRY(ChangeOf(message));
  const auto ids = TRY(RunsOf(api, request, message));
  Account account(change, message.dry_run, ids.size());
  for (std::size_t begin = 0; begin < ids.size(); begin += kTogether) {
    const auto part = std::span(ids).subspan(begin, std::min(kTogether, ids.size() - begin));
    std::vector<BulkEffect> effects;
    if (message.dry_run) {
      TRY(api.store.Read(request.Captured("project"), [&](const View& view) -> Status {
        for (const Id& id : part) {
          effects.push_back(TRY(tracking::EffectOn(view.db, view.project, id, change)));
        }
        return {};
      }));
    } else {
      TRY(api.store.WriteAndWait(db::WriteClass::kInteractive, Project(request),
                                 std::string(kActor), [&](journal::Change& writing) -> Status {
                                   effects.clear();
                                   for (const Id& id : part) {
                                     effects.push_back(TRY(tracking::ApplyTo(writing, id, change)));
                                   }
                                   return {};
                                 }));
    }
    for (std::size_t at = 0; at < part.size(); ++at) account.Take(part[at], effects[at]);
  }
  return http::Response{
      .body = schema::ToJson(std::move(account).Answer(), schema::EmptyLists::kWrite)};
}

}  // namespace

std::vector<http::Route> RunBulkRoutes(const Api& api) {
  std::vector<http::Route> routes;
  routes.push_back(WorkRoute(api, http::Method::kPost, "runs/bulk", policy::Right::kAdminister,
                             Bulk,
                             {.body = &RunsBulk::kSchema, .answer = &RunsBulkAnswer::kSchema}));
  routes.back().body_bytes_max = kBodyMax;
  return routes;
}

}  // namespace galley::native
