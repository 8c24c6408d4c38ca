#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/pipeline/definition.h"
#include "foundation/base/error.h"
#include "foundation/schema/message.h"
#include "foundation/yaml/yaml.h"

/// What starts a run, as `on:` of a project's file says it (docs/formats/trigger.md).
namespace galley::pipeline {

struct At;  // reader.h; inside of this room only.

/// One of the things that start a run. Fields of other kinds than its own are empty.
struct Trigger {
  std::string kind;  ///< `schedule`, `data`, `push`, `alert`, `drift`; not supported yet: `model`.
  std::string cron;
  std::string timezone;  ///< `UTC` or an offset, `+08:00`.
  bool catchup = false;  ///< A run for each time that passed while the server was down.
  std::string dataset;
  // Of a push: patterns, in order. At most one of each pair has some.
  std::vector<std::string> branches;
  std::vector<std::string> branches_ignore;
  std::vector<std::string> paths;
  std::vector<std::string> paths_ignore;
  // Of an alert; `drift` is one of a column that drifts.
  std::vector<std::string> rules;  ///< Names of alert rules; empty: any.
  std::string monitor;             ///< Only alerts of this one; empty: of any.
  double cooldown = 0;             ///< In event time, after what the last one led to has ended.
  std::int64_t give_up_after = 0;  ///< So many challengers in a row that were not promoted.
  static const schema::Message kSchema;

  bool IsSupported() const { return kind != "model"; }
  bool IsAlert() const { return kind == "alert" || kind == "drift"; }
  /// What tells it apart from the others of a file.
  std::string Key() const;
  /// What it waits for, in words: `0 3 * * * UTC`, `sales`, `main; src/**`.
  std::string Text() const;
};

/// Those of a parsed project file that need somebody to start them: `manual` is none. Errors name
/// line and key.
Result<std::vector<Trigger>> TriggersOf(const yaml::Document& document);
/// Those of the value of `on`.
Result<std::vector<Trigger>> ReadTriggers(const At& at);

/// Whether patterns as in GitHub's workflows take a name: a later one decides over those before
/// it, and one that begins with `!` takes names away.
bool Takes(std::span<const std::string> patterns, std::string_view name);
/// kInvalidArgument: what is wrong with a pattern.
Status CheckPattern(std::string_view pattern);

/// Why a push of these files (null: of all there are) to a branch starts nothing; empty: it does.
std::string WhyNot(const Trigger& push, std::string_view branch);
bool TakesFiles(const Trigger& push, const std::vector<std::string>& files);

}  // namespace galley::pipeline
