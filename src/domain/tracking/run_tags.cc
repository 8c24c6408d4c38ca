#include "domain/tracking/run_tags.h"

namespace galley::tracking {

Result<std::vector<std::pair<std::string, Id>>> RunsByTag(db::Connection& db, std::int64_t project,
                                                          std::string_view key) {
  std::vector<std::pair<std::string, Id>> found;
  auto rows = TRY(
      db.Query("SELECT run_tag.value, run.id FROM run JOIN run_tag ON run_tag.run = run.row WHERE "
               "run.project = ? AND run_tag.key = ? ORDER BY run.row",
               {project, key}));
  while (TRY(rows.Next())) found.emplace_back(rows.Text(0), rows.AsId(1));
  return found;
}

}  // namespace galley::tracking
