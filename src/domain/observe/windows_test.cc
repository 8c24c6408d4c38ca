#include "domain/observe/windows.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "domain/observe/drift.h"
#include "domain/observe/service.h"
#include "domain/observe/test_log.h"
#include "serving/snapshot/records.h"
#include "storage/db/migrate.h"
#include "storage/journal/journal.h"

namespace galley::observe {
namespace {

using test::IdAt;
using test::kEndpoint;
using test::kNowMs;
using test::kProject;
using test::Must;
using test::Taken;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// What the records are made from, in the test's own terms.

struct Row {
  double week = 0;  // NaN: missing.
  std::int64_t brand = 0;
  std::string store;
};
struct Asked {
  Id first;
  std::int64_t at_ms = 0;
  Id mirror_of;  // Zero: it was answered.
  std::int64_t variant = 0;
  std::vector<Row> rows;
  std::vector<double> scores;  // NaN: none.
};
struct Said {
  std::size_t request = 0;  // Of those that were answered.
  std::size_t row = 0;
  std::int64_t at_ms = 0;
  std::string name;
  std::string value;
};
struct Story {
  std::vector<Asked> answered;
  std::vector<Asked> mirrored;
  std::vector<Said> said;
};

const std::vector<Id>& Variants() {
  static const std::vector<Id> variants = {IdAt(1), IdAt(2), IdAt(3)};
  return variants;
}

std::string BytesOf(const Asked& asked) {
  std::string request = R"({"dataframe_split": {"columns": ["week", "brand", "store"], "data": [)";
  std::string response = R"({"predictions": [)";
  for (std::size_t at = 0; at < asked.rows.size(); ++at) {
    const Row& row = asked.rows[at];
    const std::string week = std::isnan(row.week) ? "null" : fmt::format("{}", row.week);
    request += fmt::format("{}[{}, {}, \"{}\"]", at == 0 ? "" : ",", week, row.brand, row.store);
    const double score = asked.scores[at];
    response += (at == 0 ? "" : ",") + (std::isnan(score) ? "null" : fmt::format("{}", score));
  }
  request += "]}}";
  response += "]}";
  const bool is_mirrored = asked.mirror_of != Id{};
  snapshot::PredictionRecord record{.id = asked.first,
                                    .rows = static_cast<std::int64_t>(asked.rows.size()),
                                    .at_ms = asked.at_ms,
                                    .variant = Variants()[static_cast<std::size_t>(asked.variant)],
                                    .version = IdAt(9),
                                    .mirror_of = asked.mirror_of,
                                    .project = kProject,
                                    .endpoint = kEndpoint,
                                    .content_type = "application/json",
                                    .response = response};
  if (!is_mirrored) record.request = request;
  return snapshot::HeadOf(record) + (is_mirrored ? "" : request) + response;
}

std::string BytesOf(const Story& story, const Said& said) {
  const Id id = snapshot::Advance(story.answered[said.request].first, said.row);
  return snapshot::ToBytes(snapshot::LabelRecord{.prediction_id = id.Hex(),
                                                 .at_ms = said.at_ms,
                                                 .project = std::string(kProject),
                                                 .value = said.value,
                                                 .name = said.name});
}

std::string Watermark(double time) {
  return snapshot::ToBytes(snapshot::WatermarkRecord{.at_ms = kNowMs,
                                                     .project = std::string(kProject),
                                                     .endpoint = std::string(kEndpoint),
                                                     .time = time});
}

/// Requests that are mirrored to none, one or two others; labels that are missing, replaced,
/// unreadable; three names of labels.
Story Tell(std::uint64_t seed, std::size_t requests) {
  std::mt19937_64 generator(seed);
  const auto below = [&](std::uint64_t bound) { return generator() % bound; };
  const auto score = [&] {
    return below(25) == 0 ? kNaN : static_cast<double>(below(1001)) / 1000;
  };
  Story story;
  std::uint64_t next = 100;
  for (std::size_t at = 0; at < requests; ++at) {
    Asked asked{.first = IdAt(next), .variant = static_cast<std::int64_t>(below(2))};
    asked.at_ms = kNowMs + static_cast<std::int64_t>(at) * 10;
    const std::size_t rows = 1 + below(4);
    for (std::size_t row = 0; row < rows; ++row) {
      asked.rows.push_back({.week = below(20) == 0 ? kNaN : static_cast<double>(below(6)),
                            .brand = static_cast<std::int64_t>(below(12)),
                            .store = fmt::format("s{}", below(2))});
      asked.scores.push_back(score());
    }
    next += rows;
    for (std::int64_t variant = 0; variant < 3; ++variant) {
      if (variant == asked.variant || below(3) == 0) continue;
      Asked mirrored = asked;
      mirrored.first = IdAt(next);
      mirrored.mirror_of = asked.first;
      mirrored.variant = variant;
      for (double& one : mirrored.scores) one = score();
      next += rows;
      story.mirrored.push_back(std::move(mirrored));
    }
    for (std::size_t row = 0; row < rows; ++row) {
      for (const char* name : {"", "orders", "cost", "else"}) {
        for (std::uint64_t times = below(4); times > 0; --times) {
          const std::string number = fmt::format("{}", static_cast<double>(below(4000)) / 8 - 100);
          const std::string yes = below(15) == 0 ? "\"?\"" : below(2) == 0 ? "1" : "false";
          story.said.push_back({.request = at,
                                .row = row,
                                .at_ms = kNowMs + static_cast<std::int64_t>(below(50)),
                                .name = name,
                                .value = std::string_view(name) == "cost" ? number : yes});
        }
      }
    }
    story.answered.push_back(std::move(asked));
  }
  return story;
}

std::vector<std::string> RecordsOf(const Story& story) {
  std::vector<std::string> records;
  for (const Asked& asked : story.answered) records.push_back(BytesOf(asked));
  for (const Asked& asked : story.mirrored) records.push_back(BytesOf(asked));
  for (const Said& said : story.said) records.push_back(BytesOf(story, said));
  return records;
}

/// Takes them in any order, in so many segments.
void TakeShuffled(Taken& taken, std::vector<std::string> records, std::uint64_t seed,
                  std::size_t segments) {
  std::mt19937_64 generator(seed);
  std::shuffle(records.begin(), records.end(), generator);
  std::vector<std::vector<std::string>> parts(segments);
  for (std::string& record : records) parts[generator() % segments].push_back(std::move(record));
  for (const auto& part : parts) {
    if (!part.empty()) taken.Take(part);
  }
}

// What must come out, from the rows themselves and in floating point.

struct Sums {
  std::int64_t predictions = 0;
  std::int64_t labels = 0;
  std::int64_t right = 0;
  std::int64_t unreadable = 0;
  double log_loss = 0;
  double brier = 0;
  std::int64_t conversions = 0;
  std::int64_t conversion_labels = 0;
  double cost = 0;
  std::int64_t cost_labels = 0;
};
/// Variant, mirrored, window, brand (-1: all).
using ArmKey = std::tuple<std::int64_t, bool, std::int64_t, std::int64_t>;
struct PairSums {
  std::int64_t rows = 0;
  double sum = 0;
};
/// Older, newer, window, brand and store.
using PairKey = std::tuple<std::int64_t, std::int64_t, std::int64_t, std::string>;
struct Expected {
  std::map<ArmKey, Sums> arms;
  std::map<PairKey, PairSums> pairs;
  std::int64_t untimed = 0;
};

constexpr double kThreshold = 0.5;
constexpr double kLossScale = 1.5;
constexpr double kFloor = 0.05;

/// The value that counts: of the greatest time, then the greatest.
std::string NewestOf(const Story& story, std::size_t request, std::size_t row,
                     std::string_view name) {
  std::pair<std::int64_t, std::string> newest{-1, ""};
  for (const Said& said : story.said) {
    if (said.request == request && said.row == row && said.name == name) {
      newest = std::max(newest, std::pair(said.at_ms, said.value));
    }
  }
  return newest.second;
}

void AddLabel(Sums& sums, double score, const std::string& label) {
  if (label.empty()) return;
  if (label == "\"?\"") {
    ++sums.unreadable;
    return;
  }
  if (std::isnan(score)) return;
  const double truth = label == "1" ? 1 : 0;
  ++sums.labels;
  if ((score >= kThreshold) == (truth == 1)) ++sums.right;
  sums.log_loss -= std::log(std::max(truth == 1 ? score : 1 - score, 0.01));
  sums.brier += (score - truth) * (score - truth);
}

void AddPair(Expected& expected, const Asked& a, const Asked& b, std::size_t row,
             const std::string& label) {
  if (label.empty() || label == "\"?\"") return;
  const Asked& older = a.variant < b.variant ? a : b;
  const Asked& newer = a.variant < b.variant ? b : a;
  const auto loss = [&](double p) { return -std::log(std::max(label == "1" ? p : 1 - p, kFloor)); };
  const double d = (loss(older.scores[row]) - loss(newer.scores[row])) / kLossScale;
  if (std::isnan(older.scores[row]) || std::isnan(newer.scores[row])) return;
  const Row& of = older.rows[row];
  const auto window = static_cast<std::int64_t>(std::floor(of.week / 2));
  PairSums& sums =
      expected
          .pairs[{older.variant, newer.variant, window, fmt::format("{},{}", of.brand, of.store)}];
  ++sums.rows;
  sums.sum += std::min(1.0, std::max(-1.0, d));
}

Expected Recomputed(const Story& story, std::size_t from = 0) {
  Expected expected;
  for (std::size_t at = from; at < story.answered.size(); ++at) {
    const Asked& answered = story.answered[at];
    std::vector<const Asked*> all = {&answered};
    for (const Asked& mirrored : story.mirrored) {
      if (mirrored.mirror_of == answered.first) all.push_back(&mirrored);
    }
    for (std::size_t row = 0; row < answered.rows.size(); ++row) {
      const Row& of = answered.rows[row];
      if (std::isnan(of.week)) {
        ++expected.untimed;
        continue;
      }
      const auto window = static_cast<std::int64_t>(std::floor(of.week / 2));
      const std::string label = NewestOf(story, at, row, "");
      const std::string orders = NewestOf(story, at, row, "orders");
      const std::string cost = NewestOf(story, at, row, "cost");
      for (const Asked* one : all) {
        const bool is_mirrored = one != &answered;
        for (const std::int64_t brand : {std::int64_t{-1}, of.brand}) {
          Sums& sums = expected.arms[{one->variant, is_mirrored, window, brand}];
          ++sums.predictions;
          if (std::isnan(one->scores[row])) ++sums.unreadable;
          AddLabel(sums, one->scores[row], label);
          if (is_mirrored) continue;
          if (orders == "\"?\"") ++sums.unreadable;
          if (!orders.empty() && orders != "\"?\"") {
            ++sums.conversion_labels;
            sums.conversions += orders == "1" ? 1 : 0;
          }
          if (cost.empty()) continue;
          ++sums.cost_labels;
          sums.cost += std::stod(cost);
        }
        if (is_mirrored) AddPair(expected, answered, *one, row, label);
      }
    }
  }
  return expected;
}

std::int64_t NumberOf(const Id& variant) {
  return std::ranges::find(Variants(), variant) - Variants().begin();
}

void Check(const QualityCounts& counts, const Sums& sums) {
  EXPECT_EQ(counts.predictions, sums.predictions);
  EXPECT_EQ(counts.labels(), sums.labels);
  EXPECT_EQ(counts.true_positives + counts.true_negatives, sums.right);
  EXPECT_EQ(counts.unreadable, sums.unreadable);
  const double rounding = 1e-9 * static_cast<double>(sums.labels + 1);
  EXPECT_NEAR(static_cast<double>(counts.log_loss_e9) / 1e9, sums.log_loss, rounding);
  EXPECT_NEAR(static_cast<double>(counts.brier_e9) / 1e9, sums.brier, rounding);
  EXPECT_EQ(counts.conversions, sums.conversions);
  EXPECT_EQ(counts.conversion_labels, sums.conversion_labels);
  EXPECT_NEAR(static_cast<double>(counts.cost_e6) / 1e6, sums.cost, 1e-6);
  EXPECT_EQ(counts.cost_labels, sums.cost_labels);
}

void CheckArms(db::Connection& db, const Monitor& monitor, const Expected& expected) {
  std::map<ArmKey, QualityCounts> found;
  for (const auto& one : Must(ListMeasured(db, monitor, "", {}, {}))) {
    found[{NumberOf(one.variant), one.mirrored, one.window, -1}] = one.counts;
  }
  for (const auto& one : Must(ListMeasured(db, monitor, "brand", {}, {}))) {
    found[{NumberOf(one.variant), one.mirrored, one.window, std::stoll(one.slice)}] = one.counts;
  }
  EXPECT_EQ(found.size(), expected.arms.size());
  for (const auto& [key, sums] : expected.arms) {
    SCOPED_TRACE(fmt::format("variant {} mirrored {} window {} brand {}", std::get<0>(key),
                             std::get<1>(key), std::get<2>(key), std::get<3>(key)));
    Check(found[key], sums);
  }
}

void CheckPairs(db::Connection& db, const Monitor& monitor, const Expected& expected) {
  std::size_t blocks = 0;
  for (std::size_t older = 0; older < Variants().size(); ++older) {
    for (std::size_t newer = older + 1; newer < Variants().size(); ++newer) {
      const auto paired = Must(ListPaired(db, monitor, Variants()[older], Variants()[newer], 0, 9));
      const auto turned = Must(ListPaired(db, monitor, Variants()[newer], Variants()[older], 0, 9));
      ASSERT_EQ(paired.size(), turned.size());
      blocks += paired.size();
      for (std::size_t at = 0; at < paired.size(); ++at) {
        const auto found =
            expected.pairs.find({static_cast<std::int64_t>(older), static_cast<std::int64_t>(newer),
                                 paired[at].window, paired[at].value});
        ASSERT_NE(found, expected.pairs.end()) << paired[at].value;
        EXPECT_EQ(paired[at].block.rows, static_cast<std::uint64_t>(found->second.rows));
        EXPECT_NEAR(paired[at].block.sum, found->second.sum, 1e-7);
        EXPECT_EQ(turned[at].block.sum, 0 - paired[at].block.sum);
      }
    }
  }
  EXPECT_EQ(blocks, expected.pairs.size());
}

constexpr std::string_view kSettings =
    R"({"endpoint": "demand", "time": "week", "window": 2, "labels_late": 1, "slices": ["brand"],
        "conversion": "orders", "cost": "cost",
        "compare": {"by": ["brand", "store"], "loss_scale": 1.5, "probability_floor": 0.05}})";

/// Everything that is measured, as text.
std::string Dump(db::Connection& db) {
  std::string text;
  for (const char* sql :
       {"SELECT slice, hex(variant), mirrored, window, value, counts FROM measured",
        "SELECT hex(champion), hex(challenger), window, value, rows, sum_e9 FROM "
        "paired WHERE rows > 0",
        "SELECT window, first_ms, last_ms, '', '', '' FROM made"}) {
    auto rows = Must(db.Query(sql));
    while (Must(rows.Next())) {
      for (int column = 0; column < 6; ++column) (text += rows.Text(column)) += '|';
      text += '\n';
    }
  }
  return text;
}

TEST(Windows, WhateverTheOrderIsItIsWhatTheRowsSay) {
  for (const std::uint64_t seed : {1U, 2U, 3U, 4U}) {
    const Story story = Tell(seed, 50);
    const Expected expected = Recomputed(story);
    std::string first;
    for (const std::size_t segments : {1U, 4U, 12U}) {
      SCOPED_TRACE(fmt::format("seed {} segments {}", seed, segments));
      Taken taken;
      taken.Migrated();
      const Monitor monitor = taken.Set(kSettings);
      TakeShuffled(taken, RecordsOf(story), seed * 100 + segments, segments);
      CheckArms(taken.db(), monitor, expected);
      CheckPairs(taken.db(), monitor, expected);
      EXPECT_EQ(Must(WithoutTime(taken.db(), monitor)), expected.untimed);
      if (first.empty()) first = Dump(taken.db());
      EXPECT_EQ(Dump(taken.db()), first);
    }
  }
}

TEST(Windows, TogetherIsTheSumOfItsArms) {
  const Story story = Tell(7, 40);
  const Expected expected = Recomputed(story);
  Taken taken;
  const Monitor monitor = taken.Migrated().Set(kSettings);
  TakeShuffled(taken, RecordsOf(story), 1, 3);
  const auto predictions = [&](std::optional<std::int64_t> variant, std::optional<bool> mirrored) {
    std::int64_t sum = 0;
    for (const auto& [key, sums] : expected.arms) {
      const auto& [of, is_mirrored, window, brand] = key;
      const bool is_meant = window >= 1 && brand == -1 && of == variant.value_or(of) &&
                            is_mirrored == mirrored.value_or(is_mirrored);
      sum += is_meant ? sums.predictions : 0;
    }
    return sum;
  };
  for (const std::optional<bool> mirrored : {std::optional<bool>(), {false}, {true}}) {
    const auto all = Must(Together(taken.db(), monitor, 1, 9, {{}, mirrored}));
    EXPECT_EQ(all.predictions, predictions({}, mirrored));
    const auto one = Must(Together(taken.db(), monitor, 1, 9, {Variants()[1], mirrored}));
    EXPECT_EQ(one.predictions, predictions(1, mirrored));
  }
  EXPECT_EQ(Must(OldestWindow(taken.db(), monitor)), 0);
  EXPECT_EQ(Must(NewestWindow(taken.db(), monitor)), 2);
  const auto pair = Must(NewestPair(taken.db(), monitor));
  ASSERT_TRUE(pair);
  EXPECT_EQ(NumberOf(pair->champion), 1);
  EXPECT_EQ(NumberOf(pair->challenger), 2);
}

TEST(Windows, WhenPredictionsWereMadeIsKept) {
  const Story story = Tell(8, 40);
  Taken taken;
  const Monitor monitor = taken.Migrated().Set(kSettings);
  TakeShuffled(taken, RecordsOf(story), 2, 5);
  for (std::int64_t window = 0; window < 3; ++window) {
    std::vector<std::int64_t> made;
    for (const Asked& asked : story.answered) {
      for (const Row& row : asked.rows) {
        if (std::floor(row.week / 2) == static_cast<double>(window)) made.push_back(asked.at_ms);
      }
    }
    const auto found = Must(MadeBetween(taken.db(), monitor, window, window));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->first_ms, *std::ranges::min_element(made));
    EXPECT_EQ(found->last_ms, *std::ranges::max_element(made));
  }
  EXPECT_FALSE(Must(MadeBetween(taken.db(), monitor, 5, 9)));
}

TEST(Windows, ASetMonitorBeginsAnewAndTakesBackNothingThatItDidNotCount) {
  Story story = Tell(9, 60);
  Taken taken;
  taken.Migrated().Set(R"({"endpoint": "demand", "time": "week", "window": 3})");
  // The first half comes, with its labels, before the monitor is what it is.
  std::vector<std::string> before;
  std::vector<std::string> after;
  constexpr std::size_t kHalf = 30;
  for (std::size_t at = 0; at < story.answered.size(); ++at) {
    (at < kHalf ? before : after).push_back(BytesOf(story.answered[at]));
  }
  for (const Asked& asked : story.mirrored) after.push_back(BytesOf(asked));
  for (std::size_t at = 0; at < story.said.size(); ++at) {
    (at % 2 == 0 ? before : after).push_back(BytesOf(story, story.said[at]));
  }
  TakeShuffled(taken, before, 3, 3);
  const Monitor monitor = taken.Set(kSettings);
  EXPECT_EQ(Dump(taken.db()), "");
  TakeShuffled(taken, after, 4, 3);
  const Expected expected = Recomputed(story, kHalf);
  CheckArms(taken.db(), monitor, expected);
  CheckPairs(taken.db(), monitor, expected);
}

TEST(Windows, TheyCloseByWhatIsStatedAndByLabels) {
  Taken taken;
  const Monitor monitor = taken.Migrated().Set(kSettings);
  const auto closed = [&] { return Must(ClosedThrough(taken.db(), monitor)); };
  EXPECT_FALSE(closed());
  Story story;
  story.answered.push_back({.first = IdAt(100),
                            .at_ms = kNowMs,
                            .rows = {{.week = 3}, {.week = 6}, {.week = 9}},
                            .scores = {0.5, 0.5, 0.5}});
  story.said = {{.row = 2, .at_ms = 5, .name = "orders", .value = "1"},
                {.row = 2, .at_ms = 5, .name = "", .value = "\"?\""},
                {.row = 0, .at_ms = 5, .name = "", .value = "1"},
                {.row = 1, .at_ms = 5, .name = "", .value = "0"}};
  taken.Take(
      {BytesOf(story.answered[0]), BytesOf(story, story.said[0]), BytesOf(story, story.said[1])});
  EXPECT_FALSE(closed()) << "neither other names nor unreadable labels count";
  taken.Take({BytesOf(story, story.said[2])});
  EXPECT_EQ(closed(), 0);  // 3, one late: [0, 2) has ended.
  taken.Take({BytesOf(story, story.said[3])});
  EXPECT_EQ(closed(), 1);  // 6, one late: [2, 4) has ended.
  taken.Take({Watermark(5)});
  EXPECT_EQ(closed(), 1);
  EXPECT_EQ(Must(StatedWatermark(taken.db(), monitor)), 5);
  taken.Take({Watermark(8)});
  EXPECT_EQ(closed(), 3);
  EXPECT_EQ(taken.Take({Watermark(2), Watermark(1e300)}).skipped, 1);
  EXPECT_EQ(closed(), 3) << "it never goes back";
  EXPECT_EQ(Must(StatedWatermark(taken.db(), monitor)), 8);
  const Monitor again = taken.Set(R"({"endpoint": "demand", "time": "week", "window": 4})");
  EXPECT_EQ(Must(ClosedThrough(taken.db(), again)), 1);
  EXPECT_FALSE(Must(ClosedThrough(taken.db(), taken.Set(R"({"endpoint": "other"})"))));
}

TEST(Windows, CostsAndConversionsHaveLimits) {
  Taken taken;
  const Monitor monitor = taken.Migrated().Set(kSettings);
  Story story;
  story.answered.push_back({.first = IdAt(100), .rows = {{.week = 0}}, .scores = {0.5}});
  const auto say = [&](std::int64_t at_ms, const char* name, const char* value) {
    story.said = {{.at_ms = at_ms, .name = name, .value = value}};
    taken.Take({BytesOf(story, story.said[0])});
    return Must(Together(taken.db(), monitor, 0, 0, {}));
  };
  taken.Take({BytesOf(story.answered[0])});
  EXPECT_EQ(say(1, "cost", "-1000000000").Cost(), -1e9);
  for (const char* value : {"1000000000.1", "\"1\"", "true"}) {
    const auto counts = say(2, "cost", value);
    EXPECT_EQ(counts.cost_labels, 0) << value;
    EXPECT_EQ(counts.unreadable, 1) << value;
    EXPECT_FALSE(counts.Cost());
  }
  const auto counts = say(3, "cost", "2.5");
  EXPECT_EQ(counts.Cost(), 2.5);
  EXPECT_EQ(counts.unreadable, 0);
  EXPECT_FALSE(counts.Conversion());
  EXPECT_EQ(say(3, "orders", "0").Conversion(), 0);
  EXPECT_EQ(say(4, "orders", "2").unreadable, 1) << "neither yes nor no";
  EXPECT_EQ(say(5, "orders", "true").Conversion(), 1);
}

TEST(Windows, TooManyBlocksAreCountedTogether) {
  Taken taken;
  const Monitor monitor = taken.Migrated().Set(kSettings);
  Story story;
  Asked asked{.first = IdAt(100)};
  for (std::int64_t brand = 0; brand < 1010; ++brand) {
    asked.rows.push_back({.week = 0, .brand = brand, .store = "s"});
    asked.scores.push_back(0.5);
    story.said.push_back({.row = static_cast<std::size_t>(brand), .name = "", .value = "1"});
  }
  Asked mirrored = asked;
  mirrored.first = IdAt(5000);
  mirrored.mirror_of = asked.first;
  mirrored.variant = 1;
  std::ranges::fill(mirrored.scores, 0.6);
  story.answered = {asked};
  story.mirrored = {mirrored};
  taken.Take(RecordsOf(story));
  const auto paired = Must(ListPaired(taken.db(), monitor, Variants()[0], Variants()[1], 0, 0));
  ASSERT_EQ(paired.size(), 1001U);
  EXPECT_EQ(paired[2].value, "2,s");  // Numbers as such: before 10.
  EXPECT_EQ(paired.back().value, "…");
  EXPECT_EQ(paired.back().block.rows, 10U);
  for (Said& said : story.said) said = {.row = said.row, .at_ms = 9, .name = "", .value = "\"?\""};
  std::vector<std::string> replaced;
  for (const Said& said : story.said) replaced.push_back(BytesOf(story, said));
  taken.Take(replaced);
  EXPECT_TRUE(Must(ListPaired(taken.db(), monitor, Variants()[0], Variants()[1], 0, 0)).empty());
}

TEST(Windows, DriftLooksAtWhatCallersAskedAndAtClosedWindows) {
  Taken taken;
  const Monitor monitor = taken.Migrated().Set(
      R"({"endpoint": "demand", "time": "week", "drift": {"columns": ["brand"], "running": 6,
          "measure": "ks"}})");
  EXPECT_EQ(monitor.settings.drift->floor, 0.1);
  std::string csv = "week,brand\n";
  for (int row = 0; row < 200; ++row) csv += fmt::format("{},{}\n", row / 20, row % 12);
  auto change = taken.Change();
  Must(SetReference(change, monitor, Must(MakeReference(monitor, csv))));
  Story story = Tell(11, 40);
  for (Asked& asked : story.answered) {
    for (Row& row : asked.rows) row = {.week = std::isnan(row.week) ? 5 : row.week, .brand = 11};
  }
  TakeShuffled(taken, RecordsOf(story), 5, 3);
  const auto references = Must(ListReferences(taken.db(), monitor));
  const auto windows = Must(ListDrift(taken.db(), monitor, references));
  ASSERT_EQ(windows.size(), 6U);
  std::int64_t rows = 0;
  for (const auto& window : windows) {
    rows += window.rows;
    EXPECT_EQ(window.columns[0].distance, *window.columns[0].distances.ks);
    EXPECT_EQ(window.columns[0].distance, 168.0 / 200);  // What is below the last edge, 10.
    EXPECT_TRUE(window.columns[0].beyond);
    EXPECT_FALSE(window.columns[0].alarm);
  }
  std::int64_t asked_rows = 0;
  for (const Asked& asked : story.answered) {
    asked_rows += static_cast<std::int64_t>(asked.rows.size());
  }
  EXPECT_EQ(rows, asked_rows);
  EXPECT_TRUE(windows.back().is_open);
  taken.Take({Watermark(6)});
  const auto closed = Must(ListDrift(taken.db(), monitor, references));
  EXPECT_FALSE(closed.back().is_open);
  EXPECT_TRUE(closed.back().columns[0].alarm);
}

TEST(Windows, DriftOfSomeWindowsIsThatOfAllOfThem) {
  Taken taken;
  const Monitor monitor = taken.Migrated().Set(
      R"({"endpoint": "demand", "time": "week",
          "drift": {"columns": ["brand", "week"], "span": 3, "running": 4}})");
  std::string csv = "week,brand\n";
  for (int row = 0; row < 200; ++row) csv += fmt::format("{},{}\n", row / 20, row % 12);
  auto change = taken.Change();
  Must(SetReference(change, monitor, Must(MakeReference(monitor, csv))));
  Story story = Tell(11, 200);
  std::int64_t number = 0;
  for (Asked& asked : story.answered) {  // Two of five weeks have no rows; brands shift and return.
    const std::int64_t week = number++ / 4;
    const std::int64_t sent = week + 2 * (week / 3);
    for (Row& row : asked.rows) {
      row.week = static_cast<double>(sent);
      if (week / 5 % 2 == 1) row.brand = 11;
    }
  }
  const auto half = story.answered.begin() + 100;
  TakeShuffled(taken, RecordsOf({.answered = {story.answered.begin(), half}}), 5, 3);
  // Another reference: what was before stays as it was seen.
  Must(SetReference(change, monitor, Must(MakeReference(monitor, csv))));
  const auto references = Must(ListReferences(taken.db(), monitor));
  EXPECT_EQ(Must(ListDrift(taken.db(), monitor, references, {.last = 1})).size(), 1U);
  TakeShuffled(taken, RecordsOf({.answered = {half, story.answered.end()}}), 6, 3);
  const auto all = Must(ListDrift(taken.db(), monitor, references));
  ASSERT_GT(all.size(), 20U);
  std::size_t alarms = 0;
  for (std::size_t end = 1; end <= all.size(); ++end) {
    for (const std::size_t last : {std::size_t{1}, std::size_t{2}, std::size_t{5}, all.size()}) {
      const auto some = Must(
          ListDrift(taken.db(), monitor, references,
                    {.through = all[end - 1].window, .last = static_cast<std::int64_t>(last)}));
      ASSERT_EQ(some.size(), std::min(last, end));
      for (std::size_t at = 0; at < some.size(); ++at) {
        const WindowDrift& whole = all[end - some.size() + at];
        EXPECT_EQ(some[at].window, whole.window);
        EXPECT_EQ(some[at].rows, whole.rows);
        EXPECT_EQ(some[at].is_open, whole.is_open);
        for (std::size_t column = 0; column < 2; ++column) {
          EXPECT_EQ(some[at].columns[column].distance, whole.columns[column].distance);
          EXPECT_EQ(some[at].columns[column].alarm, whole.columns[column].alarm);
          alarms += whole.columns[column].alarm ? 1 : 0;
        }
      }
    }
  }
  EXPECT_GT(alarms, 0U);
}

TEST(Windows, WhatIsBeyondInARowGoesOnWithAnotherReference) {
  Taken taken;
  const Monitor monitor = taken.Migrated().Set(
      R"({"endpoint": "demand", "time": "week", "drift": {"columns": ["brand"], "running": 2}})");
  std::string csv = "week,brand\n";
  for (int row = 0; row < 200; ++row) csv += fmt::format("{},{}\n", row / 20, row % 12);
  const auto set = [&] {
    auto change = taken.Change();
    Must(SetReference(change, monitor, Must(MakeReference(monitor, csv))));
  };
  const auto ask = [&](std::uint64_t id, double week) {
    Story story;
    story.answered = {
        {.first = IdAt(id), .rows = {{.week = week, .brand = 11, .store = "s"}}, .scores = {0.5}}};
    taken.Take(RecordsOf(story));
    taken.Take({Watermark(week + 1)});
    const auto references = Must(ListReferences(taken.db(), monitor));
    return Must(ListDrift(taken.db(), monitor, references)).back();
  };
  set();
  EXPECT_FALSE(ask(100, 0).columns[0].alarm);
  set();
  const WindowDrift second = ask(200, 1);
  EXPECT_EQ(second.window, 1);
  EXPECT_TRUE(second.columns[0].beyond);
  EXPECT_TRUE(second.columns[0].alarm);
}

TEST(Service, MirroredRowsAreNotCountedAsPredictions) {
  const Story story = Tell(12, 20);
  Taken taken;
  taken.Migrated();
  const auto sum = taken.Take(RecordsOf(story));
  EXPECT_EQ(sum.predictions, static_cast<std::int64_t>(story.answered.size()));
  EXPECT_EQ(sum.mirrored, static_cast<std::int64_t>(story.mirrored.size()));
  EXPECT_EQ(sum.labels, static_cast<std::int64_t>(story.said.size()));
  std::int64_t rows = 0;
  std::map<std::int64_t, std::int64_t> by_variant;
  for (const Asked& asked : story.answered) {
    rows += static_cast<std::int64_t>(asked.rows.size());
    by_variant[asked.variant] += static_cast<std::int64_t>(asked.rows.size());
  }
  EXPECT_EQ(Must(CountAll(taken.db(), 1)).predictions, rows);
  for (std::int64_t variant = 0; variant < 3; ++variant) {
    const Id& id = Variants()[static_cast<std::size_t>(variant)];
    EXPECT_EQ(Must(PredictedBy(taken.db(), 1, id)).rows, by_variant[variant]);
  }
  for (const Asked& asked : story.mirrored) {
    const std::size_t row = asked.rows.size() - 1;
    const Id answered_id = snapshot::Advance(asked.mirror_of, row);
    const auto mirrored = Must(GetPrediction(taken.db(), 1, snapshot::Advance(asked.first, row)));
    const auto answered = Must(GetPrediction(taken.db(), 1, answered_id));
    EXPECT_EQ(mirrored.mirror_of, answered_id);
    EXPECT_FALSE(answered.mirror_of);
    EXPECT_EQ(mirrored.request, answered.request);
    EXPECT_EQ(mirrored.labels.size(), answered.labels.size());
    EXPECT_EQ(mirrored.row, static_cast<std::int64_t>(row));
  }
}

TEST(Tables, WhatWasMeasuredBeforeStays) {
  Taken taken;
  const db::Part old[] = {journal::kTables, {"observe", kTables.steps.first(2)}};
  Must(db::Migrate(taken.db(), old, "/nowhere"));
  db::Connection& db = taken.db();
  Story story;
  story.answered.push_back(
      {.first = IdAt(100), .at_ms = kNowMs, .rows = {{.week = 3}}, .scores = {0.25}});
  const std::string request = R"({"dataframe_records": [{"week": 3}]})";
  Must(
      db.Run("INSERT INTO prediction(project, id, rows, at_ms, endpoint, variant, version, "
             "request, response) VALUES(1, ?, 1, ?, 'demand', ?, ?, ?, '{\"predictions\": "
             "[0.25]}')",
             {IdAt(100), kNowMs, Variants()[0], IdAt(9), request}));
  Must(db.Run("INSERT INTO label(project, prediction, at_ms, value) VALUES(1, ?, 1, '1')",
              {IdAt(100)}));
  Must(
      db.Run("INSERT INTO monitor(row, project, id, name, settings, actor, created_ms, watermark) "
             "VALUES(7, 1, ?, 'm', '{\"endpoint\": \"demand\", \"time\": \"week\", \"drift\": "
             "{\"columns\": [\"a\"], \"floor\": 0.2}}', 'test', 1, 3)",
             {IdAt(8)}));
  QualityCounts counts;
  counts.KeepCalibration();
  counts.predictions = 1;
  counts.Count(0.25, true, kThreshold, 1);
  Must(
      db.Run("INSERT INTO measured(monitor, slice, variant, window, value, counts) VALUES(7, '', "
             "?, 3, '', ?)",
             {Variants()[0], CountsJson(counts)}));
  taken.Migrated();
  const Monitor monitor = Must(GetMonitor(db, 1, "m"));
  const auto measured = Must(ListMeasured(db, monitor, "", {}));
  ASSERT_EQ(measured.size(), 1U);
  EXPECT_EQ(measured[0].counts, counts);
  EXPECT_EQ(Must(GetPrediction(db, 1, IdAt(100))).labels.size(), 1U);
  EXPECT_EQ(Must(ClosedThrough(db, monitor)), 2);
  story.said = {{.at_ms = 2, .name = "", .value = "0"}};
  taken.Take({BytesOf(story, story.said[0])});
  const auto now = Must(Together(db, monitor, 3, 3, {}));
  EXPECT_EQ(now.true_negatives, 1);
  EXPECT_EQ(now.false_negatives, 0);
  // The same settings as the file says them today: it does not begin anew.
  taken.Set(R"({"endpoint": "demand", "time": "week", "drift": {"columns": ["a"]}})");
  EXPECT_EQ(Must(ListMeasured(db, monitor, "", {})).size(), 1U);
}

}  // namespace
}  // namespace galley::observe
