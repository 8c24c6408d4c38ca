#pragma once

#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/core.h>

#include "domain/observe/monitor.h"
#include "domain/observe/service.h"
#include "foundation/base/check.h"
#include "foundation/io/clock.h"
#include "foundation/io/random.h"
#include "serving/snapshot/records.h"
#include "storage/appendlog/append_log.h"
#include "storage/db/migrate.h"
#include "storage/journal/journal.h"

/// Tests only: a database, and a log that is taken into it.
namespace galley::observe::test {

inline constexpr std::int64_t kNowMs = 1'800'000'000'000;
inline constexpr std::string_view kProject = "default";
inline constexpr std::string_view kEndpoint = "demand";

/// What must not fail: else the test program ends.
inline void Must(const Status& status) {
  if (!status) fmt::print(stderr, "{}\n", status.error().message);
  CHECK(status);
}
template <typename T>
T Must(Result<T> result) {
  if (!result) Must(Status(std::unexpected(result.error())));
  return *std::move(result);
}

/// An id that is the older the smaller `number` is.
inline Id IdAt(std::uint64_t number) {
  return snapshot::Advance(*Id::Parse("5d1f00b2000000010000000000000000"), number);
}

/// A database that segments of a real log are taken into.
class Taken {
 public:
  Taken() {
    std::string folder = std::filesystem::temp_directory_path() / "galley-observe-XXXXXX";
    folder_ = ::mkdtemp(folder.data());
    db_ = Must(db::Connection::Open(folder_ + "/galley.db", db::Connection::Mode::kWrite));
  }
  ~Taken() { std::filesystem::remove_all(folder_); }
  Taken(const Taken&) = delete;
  Taken& operator=(const Taken&) = delete;

  Taken& Migrated() {
    const db::Part parts[] = {journal::kTables, kTables};
    Must(db::Migrate(*db_, parts, folder_ + "/backup.db"));
    return *this;
  }
  db::Connection& db() { return *db_; }
  io::SimulatedClock& clock() { return clock_; }
  journal::Change Change() {
    return {.db = *db_, .ids = ids_, .project = 1, .now_ms = clock_.NowMs(), .actor = "test"};
  }
  Monitor Set(std::string_view settings) {
    auto change = Change();
    Must(SetMonitor(change, "m", Must(ParseMonitor(settings))));
    return Must(GetMonitor(*db_, 1, "m"));
  }
  /// Seals the records as one segment, and takes it in.
  Ingested Take(const std::vector<std::string>& records) {
    const std::string folder = fmt::format("{}/log-{}", folder_, ++logs_);
    {
      const auto log = Must(appendlog::AppendLog::Open(folder, {}));
      for (const std::string& record : records) Must(log->Append(record));
      Must(log->Flush());
    }
    Ingested sum;
    for (const auto& segment : Must(appendlog::ListSealed(folder))) {
      auto reader = Must(appendlog::SegmentReader::Open(segment.path));
      auto change = Change();
      Must(db_->Run("BEGIN"));
      const auto taken = Must(Ingest(change, reader));
      Must(db_->Run("COMMIT"));
      sum.predictions += taken.predictions;
      sum.mirrored += taken.mirrored;
      sum.labels += taken.labels;
      sum.skipped += taken.skipped;
      auto again = Must(appendlog::SegmentReader::Open(segment.path));
      CHECK(Must(Ingest(change, again)).was_known);
    }
    std::filesystem::remove_all(folder);
    return sum;
  }

 private:
  std::string folder_;
  std::unique_ptr<db::Connection> db_;
  io::SimulatedClock clock_{kNowMs};
  io::SimulatedRandom random_{1};
  io::IdSource ids_{clock_, random_};
  int logs_ = 0;
};

}  // namespace galley::observe::test
