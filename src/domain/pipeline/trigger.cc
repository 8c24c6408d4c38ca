#include "domain/pipeline/trigger.h"

#include <algorithm>
#include <iterator>

#include "domain/pipeline/cron.h"
#include "domain/pipeline/reader.h"

namespace galley::pipeline {
namespace {

constexpr std::string_view kWords[] = {"push",  "schedule", "data",   "alert",
                                       "drift", "model",    "manual", "workflow_dispatch"};
constexpr std::string_view kScheduleKeys[] = {"cron", "timezone", "catchup"};
constexpr std::string_view kDataKeys[] = {"dataset", "change"};
constexpr std::string_view kPushKeys[] = {"branches", "branches-ignore", "paths", "paths-ignore"};
constexpr std::string_view kAlertKeys[] = {"rules", "monitor", "cooldown", "give_up_after"};
constexpr std::string_view kDriftKeys[] = {"monitor", "cooldown", "give_up_after"};
constexpr double kCooldownMax = 1e12;
constexpr std::int64_t kGiveUpDefault = 3;
constexpr std::int64_t kGiveUpMax = 1000;
constexpr NotYet kPushNotYet[] = {{"tags", "a pushed tag starts nothing"},
                                  {"tags-ignore", "a pushed tag starts nothing"}};

Result<Trigger> ReadSchedule(const At& at) {
  TRY(CheckKeys(at, kScheduleKeys, {}));
  const At cron = at.Find("cron");
  if (!cron) return std::unexpected(Wrong(at, "must have the key 'cron'"));
  Trigger trigger{.kind = "schedule", .timezone = "UTC"};
  trigger.cron = TRY(ReadText(cron, "an expression of cron such as '0 3 * * *'"));
  if (const auto parsed = ParseCron(trigger.cron); !parsed) {
    return std::unexpected(WrongIn(cron, parsed.error().message));
  }
  if (const At zone = at.Find("timezone")) {
    trigger.timezone = TRY(ReadText(zone, "UTC or an offset such as +08:00"));
    if (const auto parsed = ParseZone(trigger.timezone); !parsed) {
      return std::unexpected(WrongIn(zone, parsed.error().message));
    }
  }
  if (const At catchup = at.Find("catchup")) trigger.catchup = TRY(ReadBool(catchup));
  return trigger;
}

Result<Trigger> ReadData(const At& at) {
  At name = at;
  if (at.node->kind == yaml::Kind::kMap) {
    TRY(CheckKeys(at, kDataKeys, {}));
    name = at.Find("dataset");
    if (!name) return std::unexpected(Wrong(at, "must have the key 'dataset'"));
    if (const At change = at.Find("change")) {
      const std::string word = TRY(ReadText(change, "the word 'any'"));
      if (word != "any") return std::unexpected(WrongType(change, "the word 'any'"));
    }
  }
  Trigger trigger{.kind = "data", .dataset = TRY(ReadText(name, "a dataset's name"))};
  if (IsDatasetName(trigger.dataset)) return trigger;
  return std::unexpected(
      Wrong(name, fmt::format("cannot be a dataset: '{}'; a name has letters, digits, '-', '_' and "
                              "'.', at most {} bytes",
                              trigger.dataset, kDatasetNameMax)));
}

Result<std::vector<std::string>> ReadPatterns(const At& at, std::string_view key) {
  std::vector<std::string> patterns;
  const At list = at.Find(key);
  if (!list) return patterns;
  for (const At& item : TRY(ReadItems(list, "a pattern or a list of patterns"))) {
    patterns.push_back(TRY(ReadText(item, "a pattern such as 'releases/**'")));
    if (const Status checked = CheckPattern(patterns.back()); !checked) {
      return std::unexpected(WrongIn(item, checked.error().message));
    }
  }
  const auto is_negative = [](const std::string& pattern) { return pattern.starts_with('!'); };
  if (std::ranges::all_of(patterns, is_negative)) {
    return std::unexpected(Wrong(list, "takes nothing: it must have a pattern without '!'"));
  }
  return patterns;
}

Result<Trigger> ReadPush(const At& at) {
  Trigger trigger{.kind = "push"};
  if (at.node->kind == yaml::Kind::kNull) return trigger;
  TRY(CheckKeys(at, kPushKeys, kPushNotYet));
  for (const auto& [key, other] :
       {std::pair("branches", "branches-ignore"), std::pair("paths", "paths-ignore")}) {
    if (at.Find(key) && at.Find(other)) {
      return std::unexpected(WrongAtKey(
          at.Find(other),
          fmt::format("cannot stand beside '{}': write '!' in front of its patterns there", key)));
    }
  }
  trigger.branches = TRY(ReadPatterns(at, "branches"));
  trigger.branches_ignore = TRY(ReadPatterns(at, "branches-ignore"));
  trigger.paths = TRY(ReadPatterns(at, "paths"));
  trigger.paths_ignore = TRY(ReadPatterns(at, "paths-ignore"));
  return trigger;
}

Result<Trigger> ReadAlert(const At& at, std::string_view word) {
  Trigger trigger{.kind = std::string(word), .give_up_after = kGiveUpDefault};
  if (at.node->kind == yaml::Kind::kNull) return trigger;
  At rules = at;
  if (at.node->kind == yaml::Kind::kMap) {
    TRY(CheckKeys(at, word == "drift" ? std::span<const std::string_view>(kDriftKeys) : kAlertKeys,
                  {}));
    rules = at.Find("rules");
    if (const At monitor = at.Find("monitor")) {
      trigger.monitor = TRY(ReadText(monitor, "a monitor's name"));
    }
    if (const At cooldown = at.Find("cooldown")) {
      trigger.cooldown = TRY(ReadNumber(cooldown, 0, kCooldownMax));
    }
    if (const At give_up = at.Find("give_up_after")) {
      trigger.give_up_after = TRY(ReadInteger(give_up, 1, kGiveUpMax));
    }
  } else if (word == "drift") {
    return std::unexpected(WrongType(at, "a mapping"));
  }
  if (!rules) return trigger;
  for (const At& item : TRY(ReadItems(rules, "an alert rule's name or a list of them"))) {
    trigger.rules.push_back(TRY(ReadText(item, "an alert rule's name")));
    if (std::ranges::count(trigger.rules, trigger.rules.back()) > 1) {
      return std::unexpected(Wrong(item, "stands there twice"));
    }
  }
  return trigger;
}

/// Adds what a word with its settings means.
Status AddTo(std::vector<Trigger>& triggers, std::string_view word, const At& at) {
  const bool is_list = word == "schedule" || word == "data";
  if (!is_list) {
    if (word == "push") triggers.push_back(TRY(ReadPush(at)));
    if (word == "alert" || word == "drift") triggers.push_back(TRY(ReadAlert(at, word)));
    if (word == "model") triggers.push_back({.kind = std::string(word)});
    return {};
  }
  const bool is_schedule = word == "schedule";
  for (const At& item : TRY(ReadItems(
           at, is_schedule ? "a list of mappings with 'cron'" : "a dataset or a list of them"))) {
    Trigger trigger = TRY(is_schedule ? ReadSchedule(item) : ReadData(item));
    const auto is_same = [&](const Trigger& other) { return other.Key() == trigger.Key(); };
    if (std::ranges::any_of(triggers, is_same)) {
      return std::unexpected(Wrong(item, "stands there twice"));
    }
    triggers.push_back(std::move(trigger));
  }
  return {};
}

std::string NamesOf(std::string_view name, const std::vector<std::string>& patterns) {
  std::string text;
  for (const std::string& pattern : patterns) {
    text += fmt::format("{}{}", text.empty() ? name : ", ", pattern);
  }
  return text;
}

constexpr schema::Field kTrigger[] = {
    schema::Of<&Trigger::kind>("kind"),
    schema::Of<&Trigger::cron>("cron"),
    schema::Of<&Trigger::timezone>("timezone"),
    schema::Of<&Trigger::catchup>("catchup"),
    schema::Of<&Trigger::dataset>("dataset"),
    schema::Of<&Trigger::branches>("branches"),
    schema::Of<&Trigger::branches_ignore>("branches_ignore"),
    schema::Of<&Trigger::paths>("paths"),
    schema::Of<&Trigger::paths_ignore>("paths_ignore"),
    schema::Of<&Trigger::rules>("rules"),
    schema::Of<&Trigger::monitor>("monitor"),
    schema::Of<&Trigger::cooldown>("cooldown"),
    schema::Of<&Trigger::give_up_after>("give_up_after"),
};

}  // namespace

const schema::Message Trigger::kSchema{"Trigger", kTrigger};

std::string Trigger::Key() const {
  return fmt::format("{} {} {}", kind, cron.empty() ? dataset : cron, timezone);
}

std::string Trigger::Text() const {
  if (kind == "schedule") return fmt::format("{} {}{}", cron, timezone, catchup ? ", catchup" : "");
  if (kind == "data") return dataset;
  std::string text;
  if (IsAlert()) {
    text = rules.empty() ? kind == "drift" ? "any column" : "any alert" : NamesOf("", rules);
    if (!monitor.empty()) text += " of " + monitor;
    if (cooldown > 0) text += fmt::format(", cool-down {}", cooldown);
    return text + fmt::format(", gives up after {}", give_up_after);
  }
  for (const std::string& part :
       {NamesOf("branches ", branches), NamesOf("branches but ", branches_ignore),
        NamesOf("paths ", paths), NamesOf("paths but ", paths_ignore)}) {
    if (!part.empty()) text += (text.empty() ? "" : "; ") + part;
  }
  return text.empty() && kind == "push" ? "all branches" : text;
}

Result<std::vector<Trigger>> TriggersOf(const yaml::Document& document) {
  const At root{&document, &document.root, "", document.root.place};
  const At on = root.Find("on");
  return on ? ReadTriggers(on) : std::vector<Trigger>();
}

Result<std::vector<Trigger>> ReadTriggers(const At& at) {
  std::vector<Trigger> triggers;
  if (at.node->kind == yaml::Kind::kMap) {
    TRY(CheckKeys(at, kWords, {}));
    for (const yaml::Entry& entry : at.node->entries) {
      TRY(AddTo(triggers, entry.key, at.Find(entry.key)));
    }
    return triggers;
  }
  const yaml::Node nothing;
  for (const At& item : TRY(ReadItems(at, "a word, a list of words or a mapping"))) {
    const std::string word = TRY(ReadText(item, "a word"));
    if (std::ranges::find(kWords, word) == std::end(kWords)) {
      return std::unexpected(WrongIn(
          item, fmt::format("there is no trigger '{}'; there are: {}", word, Named(kWords))));
    }
    if (word == "schedule" || word == "data") {
      return std::unexpected(WrongIn(
          item, fmt::format("'{}' must say of what: write a mapping, on: {{{}: …}}", word, word)));
    }
    const At alone{item.document, &nothing, item.where, item.place};
    TRY(AddTo(triggers, word, alone));
  }
  return triggers;
}

}  // namespace galley::pipeline
