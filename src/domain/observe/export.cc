#include "domain/observe/export.h"

#include "serving/snapshot/records.h"

namespace galley::observe {
namespace {

/// A page ends behind the request that brings it so far.
constexpr std::size_t kPageBytesMax = std::size_t{16} << 20U;

Status AddLabels(db::Connection& db, std::int64_t project, RequestRecord& record) {
  const Id last = snapshot::Advance(record.id, static_cast<std::uint64_t>(record.rows - 1));
  auto rows = TRY(
      db.Query("SELECT prediction, name, at_ms, value FROM label WHERE project = ? AND prediction "
               "BETWEEN ? AND ? ORDER BY prediction, at_ms, name, value",
               {project, record.id, last}));
  while (TRY(rows.Next())) {
    const auto row = snapshot::RowOf(record.id, record.rows, rows.AsId(0));
    if (!row) continue;
    record.labels.push_back({.row = *row,
                             .name = std::string(rows.Text(1)),
                             .at_ms = rows.Integer(2),
                             .value = std::string(rows.Text(3))});
  }
  return {};
}

/// At most `limit` of the rows found, which are one more if there are more.
Result<RequestPage> PageOf(db::Connection& db, std::int64_t project, Result<db::Rows> found,
                           std::int64_t limit) {
  RequestPage page;
  std::size_t bytes = 0;
  {
    auto rows = TRY(std::move(found));
    while (TRY(rows.Next())) {
      page.has_more = std::ssize(page.requests) == limit || bytes >= kPageBytesMax;
      if (page.has_more) break;
      bytes += rows.Text(7).size() + rows.Text(8).size();
      page.requests.push_back(
          {.id = rows.AsId(0),
           .rows = rows.Integer(1),
           .at_ms = rows.Integer(2),
           .variant = rows.AsId(3),
           .version = rows.AsId(4),
           .mirror_of = rows.IsNull(5) ? std::nullopt : std::optional(rows.AsId(5)),
           .content_type = std::string(rows.Text(6)),
           .request = std::string(rows.Text(7)),
           .response = std::string(rows.Text(8))});
    }
  }
  for (RequestRecord& record : page.requests) TRY(AddLabels(db, project, record));
  return page;
}

}  // namespace

Result<RequestPage> ListRequests(db::Connection& db, std::int64_t project,
                                 std::string_view endpoint, const std::optional<Id>& after,
                                 std::int64_t limit) {
  return PageOf(
      db, project,
      db.Query("SELECT id, rows, at_ms, variant, version, mirror_of, content_type, request, "
               "response FROM prediction WHERE project = ? AND id > ? AND endpoint = ? "
               "ORDER BY id LIMIT ?",
               {project, after.value_or(Id{}), endpoint, limit + 1}),
      limit);
}

Result<RequestPage> NewestRequests(db::Connection& db, std::int64_t project,
                                   std::string_view endpoint, std::int64_t limit) {
  return PageOf(
      db, project,
      db.Query("SELECT id, rows, at_ms, variant, version, mirror_of, content_type, request, "
               "response FROM prediction WHERE project = ? AND endpoint = ? AND mirror_of IS NULL "
               "ORDER BY id DESC LIMIT ?",
               {project, endpoint, limit + 1}),
      limit);
}

}  // namespace galley::observe
