#include "domain/ledger/views.h"

#include <algorithm>
#include <optional>

#include "storage/blob/digest.h"

namespace galley::ledger {
namespace {

constexpr std::string_view kSteps[] = {R"(
  CREATE TABLE page_view(
    project INTEGER NOT NULL REFERENCES project,
    id TEXT NOT NULL,
    digest BLOB NOT NULL,
    page TEXT NOT NULL,
    state TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    PRIMARY KEY(project, id),
    UNIQUE(project, digest)
  ) STRICT, WITHOUT ROWID;
)"};

blob::Digest DigestOf(std::string_view page, std::string_view state) {
  blob::Sha256 hash;
  hash.Add(page);
  hash.Add(std::string_view("\0", 1));
  hash.Add(state);
  return hash.Finish();
}

bool IsName(std::string_view page) {
  const auto is_fit = [](char it) {
    return (it >= 'a' && it <= 'z') || (it >= '0' && it <= '9') || it == '-' || it == '/';
  };
  return !page.empty() && std::ranges::all_of(page, is_fit);
}

Status Check(std::string_view page, std::string_view state) {
  if (page.size() > kViewPageMax || !IsName(page)) {
    return Fail(Code::kInvalidArgument,
                "'page' must be 1 to {} lower-case letters, digits, '-' or '/'", kViewPageMax);
  }
  if (state.empty() || state.size() > kViewStateMax) {
    return Fail(Code::kInvalidArgument, "'state' must have 1 to {} bytes, not {}", kViewStateMax,
                state.size());
  }
  return {};
}

Result<std::optional<std::string>> IdOf(db::Connection& db, std::int64_t project,
                                        const blob::Digest& digest) {
  auto rows = TRY(db.Query("SELECT id FROM page_view WHERE project = ? AND digest = ?",
                           {project, db::Value::Bytes(digest.Raw())}));
  if (!TRY(rows.Next())) return std::optional<std::string>();
  return std::optional(std::string(rows.Text(0)));
}

Result<std::int64_t> CountViews(db::Connection& db, std::int64_t project) {
  auto rows = TRY(db.Query("SELECT count(*) FROM page_view WHERE project = ?", {project}));
  if (!TRY(rows.Next())) return 0;
  return rows.Integer(0);
}

Result<bool> IsTaken(db::Connection& db, std::int64_t project, std::string_view id) {
  auto rows = TRY(db.Query("SELECT 1 FROM page_view WHERE project = ? AND id = ?", {project, id}));
  return rows.Next();
}

}  // namespace

const db::Part kViewTables{"view", kSteps};

Result<View> KeepView(journal::Change& change, std::string_view page, std::string_view state) {
  TRY(Check(page, state));
  View view{.id = "", .page = std::string(page), .state = std::string(state)};
  const blob::Digest digest = DigestOf(page, state);
  if (const auto known = TRY(IdOf(change.db, change.project, digest))) {
    view.id = *known;
    return view;
  }
  if (TRY(CountViews(change.db, change.project)) >= kViewsMax) {
    return Fail(Code::kResourceExhausted, "the project keeps {} views already, the most allowed",
                kViewsMax);
  }
  const std::string hex = digest.Hex();
  std::size_t digits = kViewIdMin;
  while (TRY(IsTaken(change.db, change.project, hex.substr(0, digits)))) ++digits;
  view.id = hex.substr(0, digits);
  TRY(
      change.db.Run("INSERT INTO page_view(project, id, digest, page, state, created_ms) VALUES(?, "
                    "?, ?, ?, ?, ?)",
                    {change.project, view.id, db::Value::Bytes(digest.Raw()), view.page, view.state,
                     change.now_ms}));
  return view;
}

Result<View> GetView(db::Connection& db, std::int64_t project, std::string_view id) {
  auto rows = TRY(
      db.Query("SELECT page, state FROM page_view WHERE project = ? AND id = ?", {project, id}));
  if (!TRY(rows.Next())) return Fail(Code::kNotFound, "there is no view '{}'", id);
  return View{
      .id = std::string(id), .page = std::string(rows.Text(0)), .state = std::string(rows.Text(1))};
}

}  // namespace galley::ledger
