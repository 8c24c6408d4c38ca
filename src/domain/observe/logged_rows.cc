#include "domain/observe/logged_rows.h"

#include <cmath>
#include <iterator>
#include <set>
#include <variant>
#include <vector>

#include <fmt/core.h>

#include "domain/observe/drift.h"
#include "domain/observe/request_rows.h"
#include "domain/observe/windows.h"

namespace galley::observe {
namespace {

constexpr double kMsPerS = 1000;

std::string Quoted(std::string_view name) {
  std::string quoted = "\"";
  for (const char letter : name)
    quoted += letter == '"' ? std::string("\"\"") : std::string(1, letter);
  return quoted + "\"";
}

/// Collects rows of the windows.
class Rows {
 public:
  Rows(const Monitor& monitor, std::int64_t first, std::int64_t last)
      : monitor_(monitor), first_(first), last_(last), names_(monitor.settings.drift->columns) {
    if (!monitor.settings.time.empty()) names_.push_back(monitor.settings.time);
    for (const std::string& name : names_) {
      found_.csv += (found_.csv.empty() ? "" : ",") + Quoted(name);
    }
    found_.csv += '\n';
  }

  void Add(std::int64_t count, std::int64_t at_ms, std::string_view content_type,
           std::string_view body) {
    const auto columns = ColumnsOf(content_type, body, names_);
    for (std::size_t row = 0; row < static_cast<std::size_t>(count); ++row) {
      if (columns) {
        AddRow(*columns, row, at_ms);
      } else {
        ++found_.unreadable;
      }
    }
  }

  bool IsTooLong() const { return found_.csv.size() > kReferenceBytesMax; }
  LoggedRows Take() && {
    found_.windows = std::ssize(windows_);
    return std::move(found_);
  }

 private:
  static const double* NumberAt(const std::vector<Cell>& column, std::size_t row) {
    return row < column.size() ? std::get_if<double>(&column[row]) : nullptr;
  }

  void AddRow(const std::vector<std::vector<Cell>>& columns, std::size_t row, std::int64_t at_ms) {
    const bool has_time = !monitor_.settings.time.empty();
    const double* stated = has_time ? NumberAt(columns.back(), row) : nullptr;
    if (has_time && stated == nullptr) return;  // It is in no window.
    const double time = has_time ? *stated : static_cast<double>(at_ms) / kMsPerS;
    const double window = std::floor(time / monitor_.settings.width());
    if (!(window >= static_cast<double>(first_) && window <= static_cast<double>(last_))) return;
    std::string line;
    bool has_value = false;
    for (std::size_t at = 0; at < columns.size(); ++at) {
      const double* value = NumberAt(columns[at], row);
      if (at > 0) line += ',';
      if (value == nullptr) continue;
      has_value = has_value || at < monitor_.settings.drift->columns.size();
      fmt::format_to(std::back_inserter(line), "{}", *value);
    }
    if (!has_value) {
      ++found_.unreadable;
      return;
    }
    found_.csv += line + '\n';
    ++found_.rows;
    windows_.insert(window);
  }

  const Monitor& monitor_;
  std::int64_t first_;
  std::int64_t last_;
  std::vector<std::string> names_;
  LoggedRows found_;
  std::set<double> windows_;
};

/// Variants whose answers callers got in the windows.
Result<std::vector<Id>> VariantsIn(db::Connection& db, const Monitor& monitor, std::int64_t first,
                                   std::int64_t last) {
  std::vector<Id> variants;
  auto rows =
      TRY(db.Query("SELECT DISTINCT variant FROM measured WHERE monitor = ? AND slice = '' AND "
                   "mirrored = 0 AND window BETWEEN ? AND ? ORDER BY variant",
                   {monitor.row, first, last}));
  while (TRY(rows.Next())) variants.push_back(rows.AsId(0));
  return variants;
}

}  // namespace

Result<LoggedRows> LoggedRowsOf(db::Connection& db, std::int64_t project, const Monitor& monitor,
                                std::int64_t first, std::int64_t last) {
  if (!monitor.settings.drift) {
    return Fail(Code::kFailedPrecondition, "the monitor '{}' looks at no drift: it has no 'drift'",
                monitor.name);
  }
  const double width = monitor.settings.width();
  const auto closed = TRY(ClosedThrough(db, monitor));
  if (!closed || *closed < last) {
    return Fail(
        Code::kFailedPrecondition, "a reference is made of closed windows; {}",
        closed ? fmt::format("they are closed through {}", static_cast<double>(*closed + 1) * width)
               : "none is closed yet");
  }
  const auto made = TRY(MadeBetween(db, monitor, first, last));
  Rows collected(monitor, first, last);
  for (const Id& variant : TRY(VariantsIn(db, monitor, first, last))) {
    if (!made) break;
    auto rows = TRY(
        db.Query("SELECT rows, at_ms, content_type, request FROM prediction INDEXED BY "
                 "prediction_by_variant WHERE project = ? AND variant = ? AND at_ms BETWEEN ? AND "
                 "? AND mirror_of IS NULL AND taken >= ? ORDER BY at_ms, id",
                 {project, variant, made->first_ms, made->last_ms, monitor.since}));
    while (TRY(rows.Next())) {
      collected.Add(rows.Integer(0), rows.Integer(1), rows.Text(2), rows.Text(3));
      if (collected.IsTooLong()) {
        return Fail(Code::kResourceExhausted,
                    "these windows have more than the {} MiB of a reference; choose fewer",
                    kReferenceBytesMax >> 20U);
      }
    }
  }
  LoggedRows found = std::move(collected).Take();
  if (found.rows > 0) return found;
  return Fail(
      Code::kFailedPrecondition,
      "no row of these windows is kept with a number in one of the columns; {} rows are not "
      "readable",
      found.unreadable);
}

}  // namespace galley::observe
