#include "domain/tracking/service.h"

namespace galley::tracking {
namespace {

/// Whether anything lies beneath `path` as a folder.
Result<bool> IsFolder(db::Connection& db, std::int64_t project, std::string_view path) {
  // '0' is the character after '/'.
  auto rows =
      TRY(db.Query("SELECT 1 FROM artifact WHERE project = ? AND path > ? AND path < ? "
                   "LIMIT 1",
                   {project, fmt::format("{}/", path), fmt::format("{}0", path)}));
  return rows.Next();
}

Result<bool> IsFile(db::Connection& db, std::int64_t project, std::string_view path) {
  auto rows =
      TRY(db.Query("SELECT 1 FROM artifact WHERE project = ? AND path = ?", {project, path}));
  return rows.Next();
}

}  // namespace

Status PutArtifact(journal::Change& change, std::string_view path, const blob::Blob& blob) {
  if (TRY(IsFolder(change.db, change.project, path))) {
    return Fail(Code::kFailedPrecondition, "the artifact path '{}' is a folder", path);
  }
  for (auto slash = path.find('/'); slash != path.npos; slash = path.find('/', slash + 1)) {
    if (TRY(IsFile(change.db, change.project, path.substr(0, slash)))) {
      return Fail(Code::kFailedPrecondition,
                  "the artifact path '{}' lies beneath '{}', which is a file", path,
                  path.substr(0, slash));
    }
  }
  TRY(change.db.Run(
      "INSERT INTO artifact(project, path, digest, size, stored_ms) VALUES(?, ?, ?, ?, ?) "
      "ON CONFLICT DO UPDATE SET digest = excluded.digest, size = excluded.size, "
      "stored_ms = excluded.stored_ms",
      {change.project, path, db::Value::Bytes(blob.digest.Raw()), blob.size, change.now_ms}));
  json::Writer detail;
  detail.BeginObject().Key("sha256").String(blob.digest.Hex()).Key("size").Int(blob.size);
  detail.EndObject();
  return change.Record("artifact.stored", path, std::move(detail));
}

Result<blob::Blob> GetArtifact(db::Connection& db, std::int64_t project, std::string_view path) {
  auto rows = TRY(db.Query("SELECT digest, size FROM artifact WHERE project = ? AND path = ?",
                           {project, path}));
  if (!TRY(rows.Next())) return Fail(Code::kNotFound, "there is no artifact '{}'", path);
  const auto digest = blob::Digest::FromRaw(rows.Bytes(0));
  if (!digest) return Fail(Code::kDataLoss, "the digest of the artifact '{}' is damaged", path);
  return blob::Blob{*digest, rows.Integer(1)};
}

Result<std::vector<ArtifactEntry>> ListArtifacts(db::Connection& db, std::int64_t project,
                                                 std::string_view folder) {
  const std::string first = folder.empty() ? "" : fmt::format("{}/", folder);
  std::string from = first;
  const std::string end = folder.empty() ? "\xFF" : fmt::format("{}0", folder);
  std::vector<ArtifactEntry> entries;
  for (;;) {
    // A folder is passed over by asking for what follows it.
    auto rows =
        TRY(db.Query("SELECT path, size FROM artifact "
                     "WHERE project = ? AND path >= ? AND path < ? ORDER BY path LIMIT 1",
                     {project, from, end}));
    if (!TRY(rows.Next())) return entries;
    const std::string path(rows.Text(0));
    const auto slash = path.find('/', first.size());
    if (slash == std::string::npos) {
      entries.push_back({.path = path, .size = rows.Integer(1)});
      from = path + '\0';
    } else {
      entries.push_back({.path = path.substr(0, slash), .is_folder = true});
      from = path.substr(0, slash) + '0';
    }
  }
}

Result<std::vector<ArtifactEntry>> FilesBeneath(db::Connection& db, std::int64_t project,
                                                std::string_view folder) {
  auto rows = TRY(db.Query(
      "SELECT path, size FROM artifact WHERE project = ? AND path > ? AND path < ? ORDER BY path",
      {project, fmt::format("{}/", folder), fmt::format("{}0", folder)}));
  std::vector<ArtifactEntry> entries;
  while (TRY(rows.Next())) {
    entries.push_back({.path = std::string(rows.Text(0)), .size = rows.Integer(1)});
  }
  return entries;
}

Result<ArtifactTotals> TotalsBeneath(db::Connection& db, std::int64_t project,
                                     std::string_view folder) {
  auto rows =
      TRY(db.Query("SELECT count(*), coalesce(sum(size), 0) FROM artifact "
                   "WHERE project = ? AND path > ? AND path < ?",
                   {project, fmt::format("{}/", folder), fmt::format("{}0", folder)}));
  if (!TRY(rows.Next())) return ArtifactTotals{};
  return ArtifactTotals{.files = rows.Integer(0), .bytes = rows.Integer(1)};
}

Status DeleteArtifact(journal::Change& change, std::string_view path) {
  TRY(
      change.db.Run("DELETE FROM artifact WHERE project = ? AND (path = ? OR (path > ? AND "
                    "path < ?))",
                    {change.project, path, fmt::format("{}/", path), fmt::format("{}0", path)}));
  if (change.db.Changes() == 0) return Fail(Code::kNotFound, "there is no artifact '{}'", path);
  json::Writer detail;
  detail.BeginObject().Key("files").Int(change.db.Changes()).EndObject();
  return change.Record("artifact.deleted", path, std::move(detail));
}

}  // namespace galley::tracking
