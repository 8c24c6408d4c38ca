#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "domain/data/service.h"
#include "foundation/json/writer.h"
#include "protocol/control/native/api.h"
#include "protocol/control/native/contract_messages.h"
#include "protocol/control/native/data_routes.h"
#include "protocol/control/native/messages.h"

namespace galley::native {
namespace {

using http::Method;
using journal::View;

constexpr std::string_view kActor = "anonymous";
constexpr std::size_t kFrequentMax = 5;
constexpr int kBins = 20;
constexpr std::int64_t kUsPerSecond = 1'000'000;
constexpr std::int64_t kSecondsPerDay = 86'400;

std::string Name(const http::Request& request) {
  return std::string(request.Captured("name"));
}

http::Response Json(std::string body) {
  return {.body = std::move(body)};
}

Result<http::Response> PutContract(const Api& api, const http::Request& request) {
  const data::Contract contract = TRY(data::ParseContract(request.body));
  TRY(api.datasets.SetContract(Project(request), Name(request), contract, std::string(kActor)));
  return Json("{}");
}

Result<http::Response> DeleteContract(const Api& api, const http::Request& request) {
  TRY(api.store.Read(request.Captured("project"), [&](const View& view) -> Status {
    TRY(data::GetDataset(view.db, view.project, request.Captured("name")));
    return {};
  }));
  TRY(api.datasets.SetContract(Project(request), Name(request), std::nullopt, std::string(kActor)));
  return Json("{}");
}

Result<http::Response> GetContract(const Api& api, const http::Request& request) {
  ContractAnswer answer;
  TRY(api.store.Read(request.Captured("project"), [&](const View& view) -> Status {
    const auto dataset = TRY(data::GetDataset(view.db, view.project, request.Captured("name")));
    auto stored = TRY(data::FindContract(view.db, dataset.row));
    if (!stored) return Fail(Code::kNotFound, "the dataset '{}' has no contract", dataset.name);
    answer = {.number = stored->number,
              .digest = data::DigestOf(stored->contract).Hex(),
              .contract = std::move(stored->contract),
              .actor = stored->actor,
              .created_ms = stored->created_ms};
    return {};
  }));
  return Json(schema::ToJson(answer, schema::EmptyLists::kOmit));
}

RejectedVersion ToMessage(const data::Rejection& rejection) {
  return {.version = fmt::format("r{}", rejection.number),
          .id = rejection.id.Hex(),
          .mode = std::string(data::ModeName(rejection.mode)),
          .rows = rejection.rows,
          .files = rejection.files,
          .actor = rejection.actor,
          .source = rejection.source,
          .message = rejection.message,
          .batch = rejection.batch,
          .created_ms = rejection.created_ms,
          .failures = data::FailuresOf(rejection.report),
          .checks = data::CountsOf(rejection.report)};
}

Result<RejectedAnswer> Rejected(const View& view, const ListRejected& message,
                                const http::Request& request) {
  TRY(CheckPage(message.limit, kPageMax));
  const auto dataset = TRY(data::GetDataset(view.db, view.project, request.Captured("name")));
  RejectedAnswer answer;
  for (const auto& rejection : TRY(data::ListRejections(view.db, dataset.row, message.limit + 1))) {
    answer.rejected.push_back(ToMessage(rejection));
  }
  answer.has_more = answer.rejected.size() > static_cast<std::size_t>(message.limit);
  if (answer.has_more) answer.rejected.pop_back();
  return answer;
}

Result<http::Response> GetReport(const Api& api, const http::Request& request) {
  const auto version = TRY(VersionOf(request.Captured("version")));
  data::Report report;
  TRY(api.store.Read(request.Captured("project"), [&](const View& view) -> Status {
    const auto dataset = TRY(data::GetDataset(view.db, view.project, request.Captured("name")));
    if (version.is_rejected) {
      report = TRY(data::GetRejection(view.db, dataset.row, version.number)).report;
      return {};
    }
    const auto found = TRY(data::GetVersion(view.db, dataset.row, version.number));
    auto stored = TRY(data::FindReport(view.db, found.id));
    if (!stored) {
      return Fail(Code::kNotFound, "no contract was in force when {}@{} was committed",
                  dataset.name, version.number);
    }
    report = *std::move(stored);
    return {};
  }));
  return Json(data::ReportJson(report));
}

Result<http::Response> CheckVersion(const Api& api, const http::Request& request) {
  const auto version = TRY(VersionOf(request.Captured("version")));
  if (version.is_rejected) {
    return Fail(Code::kInvalidArgument, "a rejected version has its report already");
  }
  return Json(data::ReportJson(
      TRY(api.datasets.CheckVersion(Project(request), Name(request), version.number))));
}

/// `2024-01-31` or `2024-01-31T01:02:03Z`, by Howard Hinnant's days_from_civil, inverted
/// ("chrono-Compatible Low-Level Date Algorithms").
std::string TimeText(std::int64_t us, bool is_date) {
  std::int64_t seconds = us / kUsPerSecond - (us % kUsPerSecond < 0 ? 1 : 0);
  std::int64_t days = seconds / kSecondsPerDay - (seconds % kSecondsPerDay < 0 ? 1 : 0);
  seconds -= days * kSecondsPerDay;
  days += 719'468;
  const std::int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
  const std::int64_t day_of_era = days - era * 146'097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t shifted = (5 * day_of_year + 2) / 153;
  const std::int64_t day = day_of_year - (153 * shifted + 2) / 5 + 1;
  const std::int64_t month = shifted < 10 ? shifted + 3 : shifted - 9;
  const std::int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
  std::string date = fmt::format("{:04}-{:02}-{:02}", year, month, day);
  if (is_date) return date;
  return fmt::format("{}T{:02}:{:02}:{:02}Z", date, seconds / 3600, seconds / 60 % 60,
                     seconds % 60);
}

schema::JsonScalar TextScalar(std::string_view text) {
  json::Writer writer;
  writer.String(text);
  return {std::move(writer).Take()};
}

schema::JsonScalar DoubleScalar(double value) {
  json::Writer writer;
  writer.Double(value);
  return {std::move(writer).Take()};
}

schema::JsonScalar IntegerScalar(std::int64_t value, stats::Kind kind) {
  const bool is_date = kind == stats::Kind::kDate;
  if (is_date || kind == stats::Kind::kTimestamp) return TextScalar(TimeText(value, is_date));
  return {fmt::format("{}", value)};
}

void AddFrequent(const stats::ColumnStatistics& column, ColumnSummary& summary) {
  if (!column.frequent) return;
  for (const auto& item : column.frequent->Top(kFrequentMax)) {
    schema::JsonScalar value;
    if (column.kind == stats::Kind::kText) {
      value = TextScalar(item.key);
    } else if (column.kind == stats::Kind::kFloating) {
      value = DoubleScalar(stats::DoubleOfKey(item.key).value_or(0));
    } else {
      value = IntegerScalar(stats::IntegerOfKey(item.key).value_or(0), column.kind);
    }
    summary.frequent.push_back({value, static_cast<std::int64_t>(item.counter)});
  }
}

/// Counts in equal parts between the least and the greatest value.
std::vector<std::int64_t> HistogramOf(const stats::KllSketch& values) {
  const double width = (values.max() - values.min()) / kBins;
  if (!std::isfinite(width) || width <= 0) return {};
  std::vector<std::int64_t> bins(kBins);
  for (const auto& item : values.Items()) {
    const auto bin = static_cast<std::size_t>((item.value - values.min()) / width);
    bins[std::min<std::size_t>(bin, kBins - 1)] += static_cast<std::int64_t>(item.weight);
  }
  return bins;
}

ColumnSummary Summary(std::string_view name, const stats::ColumnStatistics& column) {
  ColumnSummary summary{.name = std::string(name),
                        .kind = std::string(stats::KindName(column.kind)),
                        .nulls = static_cast<std::int64_t>(column.counts.nulls)};
  if (column.kind == stats::Kind::kFloating) {
    summary.nans = static_cast<std::int64_t>(column.counts.nans);
  }
  if (column.distinct) {
    summary.distinct = std::llround(column.distinct->Estimate());
  }
  if (column.integers && column.integers->n > 0) {
    summary.min = IntegerScalar(column.integers->min, column.kind);
    summary.max = IntegerScalar(column.integers->max, column.kind);
  }
  const bool is_number =
      column.kind == stats::Kind::kInteger || column.kind == stats::Kind::kFloating;
  if (is_number && column.moments && column.moments->n > 0) {
    summary.mean = column.moments->mean;
    if (column.moments->n > 1) summary.stddev = std::sqrt(column.moments->SampleVariance());
    if (!summary.min) {
      summary.min = DoubleScalar(column.moments->min);
      summary.max = DoubleScalar(column.moments->max);
    }
  }
  if (is_number && column.quantiles && column.quantiles->n() > 0) {
    constexpr double kShares[] = {0.25, 0.5, 0.75};
    const auto values = column.quantiles->Quantiles(kShares);
    summary.q25 = values[0];
    summary.median = values[1];
    summary.q75 = values[2];
    summary.histogram = HistogramOf(*column.quantiles);
  }
  if (column.kind == stats::Kind::kBoolean && column.counts.Values() > 0) {
    summary.mean =
        1 - static_cast<double>(column.counts.zeros) / static_cast<double>(column.counts.Values());
  }
  if (column.lengths && column.lengths->n > 0) {
    summary.shortest = static_cast<std::int64_t>(column.lengths->min);
    summary.longest = static_cast<std::int64_t>(column.lengths->max);
  }
  AddFrequent(column, summary);
  return summary;
}

Result<http::Response> GetStatistics(const Api& api, const http::Request& request) {
  const auto version = TRY(VersionOf(request.Captured("version")));
  if (version.is_rejected) {
    return Fail(Code::kInvalidArgument, "a rejected version has no statistics");
  }
  const auto table = TRY(api.datasets.Statistics(Project(request), Name(request), version.number));
  StatisticsAnswer answer{.rows = static_cast<std::int64_t>(table->rows)};
  for (const auto& column : table->columns) {
    answer.columns.push_back(Summary(column.name, column.statistics));
  }
  return Json(schema::ToJson(answer, schema::EmptyLists::kOmit));
}

}  // namespace

Result<data::VersionName> VersionOf(std::string_view text) {
  data::VersionName version{.is_rejected = text.starts_with('r')};
  const std::string_view digits = text.substr(version.is_rejected ? 1 : 0);
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), version.number);
  if (error == std::errc() && end == digits.data() + digits.size() && version.number >= 0) {
    return version;
  }
  return Fail(Code::kInvalidArgument,
              "'{}' is no version; versions count from 0, rejected ones are r1, r2, …", text);
}

std::vector<http::Route> ContractRoutes(const Api& api) {
  constexpr auto kRead = policy::Right::kRead;
  constexpr auto kTrack = policy::Right::kTrack;
  std::vector<http::Route> routes;
  routes.push_back(WorkRoute(api, Method::kGet, "datasets/{name}/contract", kRead, GetContract,
                             {.answer = &ContractAnswer::kSchema}));
  routes.back().leaves_out_empty_lists = true;
  routes.push_back(WorkRoute(api, Method::kPut, "datasets/{name}/contract", kTrack, PutContract,
                             {.answer = &Nothing::kSchema}));
  routes.push_back(WorkRoute(api, Method::kDelete, "datasets/{name}/contract", kTrack,
                             DeleteContract, {.answer = &Nothing::kSchema}));
  AddRead(routes, api, "datasets/{name}/rejected", Rejected);
  constexpr std::string_view kVersion = "datasets/{name}/versions/{version}/";
  routes.push_back(WorkRoute(api, Method::kGet, fmt::format("{}report", kVersion), kRead, GetReport,
                             {.answer = &data::Report::kSchema}));
  routes.push_back(WorkRoute(api, Method::kPost, fmt::format("{}check", kVersion), kRead,
                             CheckVersion, {.answer = &data::Report::kSchema}));
  routes.push_back(WorkRoute(api, Method::kGet, fmt::format("{}statistics", kVersion), kRead,
                             GetStatistics, {.answer = &StatisticsAnswer::kSchema}));
  routes.back().leaves_out_empty_lists = true;
  return routes;
}

}  // namespace galley::native
