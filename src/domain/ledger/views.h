#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "foundation/base/error.h"
#include "storage/db/connection.h"
#include "storage/db/migrate.h"
#include "storage/journal/change.h"

/// States of pages that are too long for an address. What an id stands for never changes.
namespace galley::ledger {

/// The table of views.
extern const db::Part kViewTables;

inline constexpr std::size_t kViewPageMax = 64;                       ///< Bytes of a page's name.
inline constexpr std::size_t kViewStateMax = std::size_t{64} * 1024;  ///< Bytes of a state.
inline constexpr std::int64_t kViewsMax = 100'000;                    ///< Of a project.
inline constexpr std::size_t kViewIdMin = 16;                         ///< Digits of an id.

struct View {
  std::string id;  ///< The first 16 digits or more of the SHA-256 of page, a zero byte and state.
  std::string page;
  std::string state;
};

/// Keeps a view; the same one again gets the id that it has, and nothing changes. kInvalidArgument:
/// a text is too long, or the page is no name; kResourceExhausted: the project has kViewsMax.
Result<View> KeepView(journal::Change& change, std::string_view page, std::string_view state);
/// kNotFound if there is none of that id.
Result<View> GetView(db::Connection& db, std::int64_t project, std::string_view id);

}  // namespace galley::ledger
