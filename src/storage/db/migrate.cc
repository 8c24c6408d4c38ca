#include "storage/db/migrate.h"

#include <cstdint>
#include <map>

#include "foundation/telemetry/log.h"

namespace galley::db {
namespace {

Result<std::map<std::string, std::int64_t>> Versions(Connection& connection) {
  TRY(
      connection.Run("CREATE TABLE IF NOT EXISTS part("
                     "name TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT, WITHOUT ROWID"));
  std::map<std::string, std::int64_t> versions;
  auto rows = TRY(connection.Query("SELECT name, version FROM part"));
  while (TRY(rows.Next())) versions[std::string(rows.Text(0))] = rows.Integer(1);
  return versions;
}

Status Apply(Connection& connection, const Part& part, std::int64_t version) {
  for (auto step = static_cast<std::size_t>(version); step < part.steps.size(); ++step) {
    TRY(Context(connection.Script(std::string(part.steps[step])),
                fmt::format("bringing the tables of {} to version {}", part.name, step + 1)));
  }
  return connection.Run(
      "INSERT INTO part(name, version) VALUES(?, ?) "
      "ON CONFLICT(name) DO UPDATE SET version = excluded.version",
      {part.name, static_cast<std::int64_t>(part.steps.size())});
}

}  // namespace

Status Migrate(Connection& connection, std::span<const Part> parts,
               const std::string& backup_path) {
  const auto versions = TRY(Versions(connection));
  const auto version_of = [&](const Part& part) {
    const auto known = versions.find(std::string(part.name));
    return known == versions.end() ? std::int64_t{0} : known->second;
  };
  bool changes = false;
  for (const Part& part : parts) {
    const auto last = static_cast<std::int64_t>(part.steps.size());
    if (version_of(part) > last) {
      return Fail(Code::kFailedPrecondition,
                  "the tables of {} have version {}, this program knows versions up to {}: they "
                  "were written by a newer Galley, use that one",
                  part.name, version_of(part), last);
    }
    changes = changes || version_of(part) < last;
  }
  if (!changes) return {};
  if (!versions.empty()) {
    TRY(Context(connection.Run("VACUUM INTO ?", {backup_path}), "the backup before the upgrade"));
    telemetry::LogInfo("backup before the upgrade", {{"file.path", backup_path}});
  }
  TRY(connection.Run("BEGIN IMMEDIATE"));
  Status status;
  for (const Part& part : parts) {
    if (status) status = Apply(connection, part, version_of(part));
  }
  if (!status) {
    TRY(connection.Run("ROLLBACK"));
    return status;
  }
  return connection.Run("COMMIT");
}

}  // namespace galley::db
