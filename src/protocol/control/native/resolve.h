#pragma once

#include <optional>
#include <string_view>

#include "foundation/base/error.h"
#include "protocol/control/native/search_messages.h"
#include "storage/journal/store.h"

/// What somebody copied from a log, a terminal or an address bar, and where the page shows it.
/// Inside of this room only.
namespace galley::native {

/// Without spaces, tabs and line ends around it.
std::string_view Trimmed(std::string_view text);

/// What one piece of text names, exactly: an id or the first 6 digits or more of a run's, a digest,
/// `NAME@V`, `NAME@ALIAS`, `models:/…`, `runs:/…`, `rollout 3`, `incident 3`, `pipeline run 3`,
/// `experiment 3`, an address that clients of MLflow, W&B or KFP print, one of the page's own.
/// kNotFound says what can be given; kFailedPrecondition: the first digits of several runs.
Result<Resolved> Resolve(const journal::View& view, std::string_view text);

/// What a path means that W&B's client prints behind its server's address, as `/ENTITY/PROJECT` or
/// `/ENTITY/PROJECT/runs/ID`; null: nothing here.
Result<std::optional<Resolved>> ResolvePath(const journal::View& view, std::string_view path);

}  // namespace galley::native
