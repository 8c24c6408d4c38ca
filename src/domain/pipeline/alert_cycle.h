#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "domain/pipeline/trigger.h"
#include "domain/pipeline/types.h"
#include "foundation/schema/message.h"

/// When an alert starts a run, and when no more (docs/formats/trigger.md). Inside of this room
/// only.
namespace galley::pipeline {

/// What an alert's trigger remembers. A cycle is a run with the rollout that it leads to.
struct AlertCycle {
  std::optional<std::int64_t> considered;  ///< The newest window that was decided about.
  std::optional<std::int64_t> run;         ///< Of the cycle that has not ended.
  std::int64_t began = 0;                  ///< In which window.
  std::optional<std::int64_t> ended;       ///< In which window the last cycle ended.
  std::int64_t lost = 0;                   ///< Challengers in a row that were not promoted.
  bool stopped = false;                    ///< Too many were: until somebody applies it anew.
  static const schema::Message kSchema;

  bool operator==(const AlertCycle&) const = default;
};

/// What there is now.
struct AlertFacts {
  std::int64_t window = 0;          ///< All rules were evaluated up to it.
  std::string rule;                 ///< One of the trigger's that fires; empty: none.
  std::optional<RunState> run;      ///< Of the cycle's run; null: there is none of that number.
  bool has_rollout = false;         ///< One is under way at the endpoint, whoever started it.
  bool has_plan = false;            ///< A contingency plan is in force at it.
  bool led_to_rollout = false;      ///< The cycle's run started one.
  bool was_promoted = false;        ///< Of that one, once it has ended.
  std::int64_t rollout_window = 0;  ///< In which it ended.
};

struct AlertDecision {
  AlertCycle cycle;    ///< To be remembered.
  bool start = false;  ///< A run, for `rule`, in the window. Its number belongs into the cycle.
  bool gave_up = false;
};
/// Pure. The cycle's times are windows, whose width in event time is `width`. A window is decided
/// about once; a cycle that ends between two windows is noticed at once.
AlertDecision Consider(const Trigger& trigger, double width, const AlertCycle& cycle,
                       const AlertFacts& facts);

}  // namespace galley::pipeline
