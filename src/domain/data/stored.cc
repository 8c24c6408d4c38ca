#include "domain/data/stored.h"

#include "foundation/base/id.h"

namespace galley::data {

Result<std::vector<StoredFile>> ListStoredFiles(db::Connection& db, std::int64_t project) {
  std::vector<StoredFile> files;
  auto rows =
      TRY(db.Query("SELECT f.digest, f.bytes, v.created_ms FROM versioned_dataset AS d "
                   "JOIN dataset_file AS f ON f.dataset = d.row "
                   "JOIN dataset_version AS v ON v.dataset = f.dataset AND v.number = f.added "
                   "WHERE d.project = ? ORDER BY v.created_ms, f.path",
                   {project}));
  while (TRY(rows.Next())) {
    files.push_back({HexOf(rows.Bytes(0)), rows.Integer(1), rows.Integer(2)});
  }
  return files;
}

}  // namespace galley::data
