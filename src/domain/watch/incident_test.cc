// Incidents over a kitchen of known truth: requests, labels and references go through the real
// functions of observe, faults are put into what is sent.
#include "domain/watch/incident.h"

#include <unistd.h>

#include <filesystem>
#include <functional>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "domain/data/service.h"
#include "domain/observe/drift.h"
#include "domain/observe/service.h"
#include "domain/registry/service.h"
#include "domain/rollout/service.h"
#include "domain/tracking/service.h"
#include "foundation/io/clock.h"
#include "foundation/io/random.h"
#include "serving/snapshot/records.h"
#include "storage/appendlog/append_log.h"
#include "storage/appendlog/segment.h"
#include "storage/journal/journal.h"

namespace galley::watch {
namespace {

namespace fs = std::filesystem;

constexpr int kRows = 300;
constexpr int kStores = 10;
constexpr std::int64_t kFirst = 100;
constexpr std::int64_t kFault = 110;
constexpr std::int64_t kLast = 112;

struct Row {
  std::int64_t week = 0;
  int store = 0;
  double feat = 0;
  double deal = 0;
  double price = 0;
};

/// What the model says of a row.
double Score(const Row& row) {
  return 0.1 + 0.5 * row.feat + 0.2 * row.deal + 0.15 * (row.price < 1 ? 1 : 0);
}

/// What is done to a row before it is sent, and to what the model says.
struct Fault {
  std::function<void(Row&)> sent = [](Row&) {};
  std::function<double(const Row&, double)> said = [](const Row&, double score) { return score; };
  double feat_share = 0.3;
  bool other_variant = false;
  bool without_labels = false;
  int rows = kRows;
};

class IncidentTest : public testing::Test {
 public:
  IncidentTest() {
    const db::Part parts[] = {journal::kTables, tracking::kTables, registry::kTables,
                              rollout::kTables, observe::kTables,  data::kTables,
                              kIncidentTables};
    const Status migrated = db::Migrate(*db_, parts, "");
    EXPECT_TRUE(migrated) << migrated.error().message;
    observe::MonitorSettings settings;
    settings.endpoint = "demand";
    settings.time = "week";
    settings.window = 1;
    settings.labels_late = 1;
    settings.slices = {"store"};
    settings.drift.emplace();
    settings.drift->columns = {"deal", "feat", "price"};
    settings.drift->span = 2;
    Must([&] { return observe::SetMonitor(change_, "demand", settings); });
    const auto reference = observe::MakeReference(Monitor(), ReferenceCsv());
    EXPECT_TRUE(reference) << reference.error().message;
    Must([&] { return observe::SetReference(change_, Monitor(), *reference); });
  }
  ~IncidentTest() override { fs::remove_all(folder_); }

 protected:
  void Must(const std::function<Status()>& act) {
    ASSERT_TRUE(db_->Run("BEGIN"));
    const Status done = act();
    ASSERT_TRUE(done) << done.error().message;
    ASSERT_TRUE(db_->Run("COMMIT"));
  }

  observe::Monitor Monitor() { return *observe::GetMonitor(*db_, 1, "demand"); }

  double Uniform() { return static_cast<double>(random_()) / 4294967296.0; }

  Row RowOf(std::int64_t week, int number, double feat_share) {
    return {.week = week,
            .store = number % kStores,
            .feat = Uniform() < feat_share ? 1.0 : 0.0,
            .deal = Uniform() < 0.4 ? 1.0 : 0.0,
            .price = 0.5 + Uniform()};
  }

  std::string ReferenceCsv() {
    std::string csv = "week,store,feat,deal,price\n";
    for (std::int64_t week = 60; week < 80; ++week) {
      for (int number = 0; number < kRows; ++number) {
        const Row row = RowOf(week, number, 0.3);
        csv += fmt::format("{},{},{},{},{}\n", row.week, row.store, row.feat, row.deal, row.price);
      }
    }
    return csv;
  }

  /// A request with all rows of a week, and their labels.
  void Append(appendlog::AppendLog& log, std::int64_t week, const Fault& fault) {
    std::string body =
        R"({"dataframe_split":{"columns":["week","store","feat","deal","price"],"data":[)";
    std::string answer = R"({"predictions":[)";
    std::vector<bool> labels;
    for (int number = 0; number < fault.rows; ++number) {
      Row row = RowOf(week, number, fault.feat_share);
      labels.push_back(Uniform() < (Score(row) >= 0.5 ? 0.95 : 0.05));
      fault.sent(row);
      const std::string_view comma = number == 0 ? "" : ",";
      body += fmt::format("{}[{},{},{},{},{:.3f}]", comma, row.week, row.store, row.feat, row.deal,
                          row.price);
      answer += fmt::format("{}{:.3f}", comma, fault.said(row, Score(row)));
    }
    body += "]}}";
    answer += "]}";
    snapshot::PredictionRecord record{.id = ids_.Next()};
    record.rows = fault.rows;
    record.at_ms = clock_.NowMs() + week;
    record.variant = fault.other_variant ? newer_ : older_;
    record.version = record.variant;
    record.project = "default";
    record.endpoint = "demand";
    record.content_type = "application/json";
    record.request = body;
    record.response = answer;
    const std::string head = snapshot::HeadOf(record);
    const std::string_view parts[] = {head, body, answer};
    ASSERT_TRUE(log.Append(parts));
    for (std::size_t at = 0; at < labels.size(); ++at) {
      if (fault.without_labels && at % 2 == 0) continue;
      const snapshot::LabelRecord label{.prediction_id = snapshot::Advance(record.id, at).Hex(),
                                        .at_ms = record.at_ms,
                                        .project = "default",
                                        .value = labels[at] ? "1" : "0",
                                        .name = {}};
      ASSERT_TRUE(log.Append(snapshot::ToBytes(label)));
    }
    // Ids of rows follow one another; those of the next request begin behind them.
    clock_.AdvanceMs(1000);
  }

  /// Weeks as they should be up to the fault, which is in all later ones.
  void Serve(const Fault& fault) {
    const std::string folder = folder_ + "/log";
    {
      const auto log = appendlog::AppendLog::Open(folder, {});
      ASSERT_TRUE(log) << log.error().message;
      for (std::int64_t week = kFirst; week <= kLast + 1; ++week) {
        Append(**log, week, week < kFault ? Fault{} : fault);
      }
      ASSERT_TRUE((*log)->Flush());
    }
    for (const auto& segment : *appendlog::ListSealed(folder)) {
      auto reader = appendlog::SegmentReader::Open(segment.path);
      ASSERT_TRUE(reader) << reader.error().message;
      Must([&]() -> Status {
        TRY(observe::Ingest(change_, *reader));
        return {};
      });
    }
  }

  /// The candidates when the alert of a rule fires.
  Incident Fire(const std::string& column = "", std::int64_t active = kFault + 1) {
    const Fired fired{.alert = ids_.Next(),
                      .rule = column.empty() ? "accuracy" : "drift",
                      .column = column,
                      .value = 0.5,
                      .limit = 0.9,
                      .active_window = active};
    Must([&] { return OnFired(change_, Monitor(), kLast, {fired}); });
    auto incidents = ListIncidents(*db_, 1, 10, std::nullopt);
    EXPECT_TRUE(incidents) << incidents.error().message;
    auto incident = GetIncident(*db_, 1, incidents->front().number);
    EXPECT_TRUE(incident) << incident.error().message;
    return *std::move(incident);
  }

  static std::string Told(const Ranking& ranking) {
    std::string text;
    for (const Candidate& it : ranking.candidates) {
      text += fmt::format("{:.3f} {} {}: {}\n", it.score, it.kind, it.name, it.what);
    }
    return text;
  }

  journal::Event Newest() {
    return journal::ReadEvents(*db_, 1, {.before = {}, .subject = "", .limit = 1})->front();
  }

  std::string folder_ = MakeFolder();
  std::unique_ptr<db::Connection> db_ =
      *db::Connection::Open(folder_ + "/test.db", db::Connection::Mode::kWrite);
  std::mt19937 random_{5};
  io::SimulatedClock clock_{1'700'000'000'000};
  io::SimulatedRandom bytes_{7};
  io::IdSource ids_{clock_, bytes_};
  Id older_ = ids_.Next();
  Id newer_ = ids_.Next();
  journal::Change change_{
      .db = *db_, .ids = ids_, .project = 1, .now_ms = 1'700'000'000'000, .actor = "tester"};

 private:
  static std::string MakeFolder() {
    std::string folder = testing::TempDir() + "galley-incident-XXXXXX";
    return ::mkdtemp(folder.data());
  }
};

TEST_F(IncidentTest, AnInvertedFlagIsItsFirstCause) {
  Serve({.sent = [](Row& row) { row.feat = 1 - row.feat; }});
  const Ranking ranking = Fire().rankings.front();
  const Candidate& first = ranking.candidates.front();
  EXPECT_EQ(first.kind + " " + first.name, "column feat") << Told(ranking);
  EXPECT_TRUE(first.claims_data_fault);
  EXPECT_EQ(first.since, kFault);
  EXPECT_EQ(ranking.fall, kFault);
}

TEST_F(IncidentTest, AColumnThatIsStuckIsItsFirstCause) {
  Serve({.sent = [](Row& row) { row.deal = 1; }});
  const Ranking ranking = Fire().rankings.front();
  EXPECT_EQ(ranking.candidates.front().name, "deal") << Told(ranking);
  EXPECT_TRUE(ranking.ClaimsDataFault());
}

TEST_F(IncidentTest, AColumnInAnotherUnitIsItsFirstCause) {
  Serve({.sent = [](Row& row) { row.price *= 2; }});
  const Ranking ranking = Fire("price").rankings.front();
  EXPECT_EQ(ranking.candidates.front().name, "price") << Told(ranking);
}

TEST_F(IncidentTest, ADeploymentBeforeTheFallOutranksColumnsThatDidNotDrift) {
  Serve({.said = [](const Row&, double score) { return 1 - score; }, .other_variant = true});
  const Ranking ranking = Fire().rankings.front();
  const Candidate& first = ranking.candidates.front();
  EXPECT_EQ(first.kind, "model") << Told(ranking);
  EXPECT_EQ(first.name, newer_.Hex());
  EXPECT_FALSE(ranking.ClaimsDataFault()) << Told(ranking);
}

TEST_F(IncidentTest, OneStoreThatAloneIsWrongIsNamed) {
  Serve({.said = [](const Row& row, double score) { return row.store == 3 ? 1 - score : score; }});
  const Ranking ranking = Fire().rankings.front();
  EXPECT_EQ(ranking.candidates.front().name, "store=3") << Told(ranking);
  EXPECT_FALSE(ranking.ClaimsDataFault());
}

TEST_F(IncidentTest, WindowsWithoutRowsAreNotVisited) {
  Serve({.sent = [](Row& row) { row.feat = 1 - row.feat; }});
  const Ranking ranking = Fire("", -9'000'000'000'000).rankings.front();
  EXPECT_EQ(ranking.fall, kFault);
}

TEST_F(IncidentTest, MissingLabelsAreNamed) {
  Serve({.without_labels = true});
  const Ranking ranking = Fire().rankings.front();
  EXPECT_EQ(ranking.candidates.front().kind, "labels") << Told(ranking);
}

TEST_F(IncidentTest, CleanDataClaimsNoDataFaultAndAllKindsAreListed) {
  Serve({});
  const Ranking ranking = Fire().rankings.front();
  EXPECT_FALSE(ranking.ClaimsDataFault()) << Told(ranking);
  std::set<std::string_view> kinds;
  for (const Candidate& candidate : ranking.candidates) {
    kinds.insert(candidate.kind);
    EXPECT_LT(candidate.score, kListedOnly) << Told(ranking);
    EXPECT_GE(candidate.score, 0);
  }
  EXPECT_EQ(kinds.size(), std::size(kCandidateKinds));
  EXPECT_EQ(ranking.fall, std::nullopt);
  EXPECT_EQ(ranking.first, kFault + 1 - 8);
}

TEST_F(IncidentTest, AlertsJoinTheOpenIncidentAndAreRankedAnew) {
  Serve({.sent = [](Row& row) { row.feat = 1 - row.feat; }});
  const Incident opened = Fire("feat");
  EXPECT_EQ(Newest().kind, "incident.opened");
  EXPECT_EQ(Newest().subject, opened.id.Hex());
  const std::string detail = Newest().detail;
  EXPECT_NE(detail.find(R"("monitor":"demand")"), std::string::npos) << detail;
  EXPECT_NE(detail.find(R"("window":112)"), std::string::npos) << detail;
  EXPECT_NE(detail.find(R"("claims_data_fault":true)"), std::string::npos) << detail;
  const Incident joined = Fire();
  EXPECT_EQ(Newest().kind, "incident.joined");
  EXPECT_EQ(joined.number, opened.number);
  EXPECT_EQ(joined.alerts.size(), 2U);
  EXPECT_EQ(joined.rankings.size(), 2U);
  EXPECT_EQ(joined.rankings.back().candidates.front().name, "feat");
  Must([&] { return CloseIncident(change_, joined.number, "over"); });
  EXPECT_NE(Fire().number, joined.number);
}

TEST_F(IncidentTest, IsAcknowledgedExplainedAndClosedOnce) {
  Serve({.sent = [](Row& row) { row.feat = 1 - row.feat; }});
  const Incident incident = Fire();
  change_.now_ms += 60'000;
  Must([&] { return AcknowledgeIncident(change_, incident.number); });
  EXPECT_NE(Newest().detail.find(R"("after_ms":60000)"), std::string::npos);
  const Status again = AcknowledgeIncident(change_, incident.number);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Code::kFailedPrecondition);
  Must([&] { return SetCause(change_, incident.number, {.rank = 1, .text = {}}); });
  EXPECT_EQ(Newest().kind, "incident.cause_set");
  EXPECT_NE(Newest().detail.find(R"("in_top_three":true)"), std::string::npos);
  Must([&] { return SetCause(change_, incident.number, {.rank = {}, .text = "a fuse"}); });
  EXPECT_NE(Newest().detail.find(R"("in_top_three":false)"), std::string::npos);
  for (const Cause& wrong :
       {Cause{}, Cause{.rank = 1, .text = "both"}, Cause{.rank = 0, .text = {}},
        Cause{.rank = 1000, .text = {}}, Cause{.rank = {}, .text = std::string(2001, 'x')}}) {
    const Status refused = SetCause(change_, incident.number, wrong);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::kInvalidArgument);
  }
  Must([&] { return CloseIncident(change_, incident.number, "retrained"); });
  EXPECT_NE(Newest().detail.find(incident.alerts.front().fired.alert.Hex()), std::string::npos);
  EXPECT_FALSE(CloseIncident(change_, incident.number, "again"));
  EXPECT_FALSE(AcknowledgeIncident(change_, incident.number));
  const auto closed = GetIncident(*db_, 1, incident.number);
  ASSERT_TRUE(closed);
  EXPECT_EQ(closed->cause, "a fuse");
  EXPECT_EQ(closed->reason, "retrained");
  EXPECT_EQ(closed->closed_by, "tester");
  EXPECT_FALSE(GetIncident(*db_, 1, 77));
}

TEST_F(IncidentTest, AnAlertThatIsResolvedIsToldApart) {
  Serve({});
  const Incident incident = Fire();
  EXPECT_TRUE(incident.alerts.front().is_firing);
  const std::string alert = incident.alerts.front().fired.alert.Hex();
  json::Writer detail;
  detail.BeginObject().EndObject();
  Must([&] { return change_.Record("alert.resolved", alert, std::move(detail)); });
  EXPECT_FALSE(GetIncident(*db_, 1, incident.number)->alerts.front().is_firing);
}

}  // namespace
}  // namespace galley::watch
