#include <algorithm>
#include <charconv>
#include <filesystem>
#include <system_error>

#include "domain/data/check_statistics.h"
#include "domain/data/rows.h"
#include "domain/data/service_parts.h"
#include "foundation/io/file.h"

/// The part of `Service` that checks commits by their contract.
namespace galley::data {
namespace {

constexpr std::int64_t kUsPerMs = 1000;
constexpr std::string_view kLate = ".late";

/// How far below the greatest event time a row is not yet late, in the column's own unit.
Result<std::int64_t> LatenessOf(const Watermark& watermark, const Version& version) {
  const auto column = std::ranges::find(version.columns, watermark.column, &Column::name);
  const bool is_time =
      column != version.columns.end() && (column->type == "timestamp" || column->type == "date");
  const std::string_view text = watermark.lateness.text;
  if (text.starts_with('"') != is_time) {
    return Fail(Code::kFailedPrecondition,
                "the contract's watermark: 'lateness' is {}, which does not go with column '{}'",
                text, watermark.column);
  }
  if (is_time) return *ParseDuration(text.substr(1, text.size() - 2)) * kUsPerMs;
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::int64_t HistoryOf(const Contract& contract) {
  std::int64_t most = 0;
  for (const Check& check : contract.checks) most = std::max(most, check.history.value_or(0));
  return most;
}

/// Whether some check asks for statistics of all rows, as they would be afterwards.
bool AsksForAll(const Contract& contract) {
  return std::ranges::any_of(contract.checks, [](const Check& check) {
    return FindRule(check.rule)->judge == Judge::kStatistics && check.IsOfDataset();
  });
}

}  // namespace

Result<std::optional<Contract>> Service::ContractOf(const std::string& project,
                                                    const Current& current) {
  std::optional<Contract> contract;
  if (!current.dataset) return contract;
  TRY(store_.Read(project, [&](const journal::View& view) -> Status {
    auto stored = TRY(FindContract(view.db, current.dataset->row));
    if (stored) contract = std::move(stored->contract);
    return {};
  }));
  return contract;
}

/// Adds to a request what its checks need to know beside the rows.
Status Service::PrepareAudit(const std::string& project, const Contract& contract,
                             const Current& current, const std::string& folder,
                             EngineRequest& request) {
  request.contract = contract;
  for (const Check& check : contract.checks) {
    if (check.rule == "reference") {
      const Current other = TRY(Look(project, check.dataset, std::nullopt));
      EngineReference reference{.check = check.id, .paths = {}};
      for (const TableFile& file : other.files) {
        reference.paths.push_back(FolderOf(project, check.dataset) + "/" + file.path);
      }
      request.references.push_back(std::move(reference));
    } else if (check.rule == "next" && !current.files.empty()) {
      const auto all = TRY(merged_.Of(folder, current.files));
      const auto greatest = GreatestOf(*all, check.columns.front());
      if (!greatest) continue;
      const auto step = static_cast<std::int64_t>(check.step.value_or(1));
      request.expected.push_back({.check = check.id, .value = *greatest + step});
    }
  }
  const bool can_be_late = contract.watermark && request.operation == "append";
  if (can_be_late && current.version && current.version->event_max) {
    request.late_below =
        *current.version->event_max - TRY(LatenessOf(*contract.watermark, *current.version));
  }
  return {};
}

/// Judges what a child wrote: its own findings, and what statistics and history say.
Result<Report> Service::Audit(const std::string& project, const Contract& contract, Mode mode,
                              const Current& current, const EngineAnswer& answer,
                              const Stage& stage) {
  std::vector<std::string> written;
  for (const EngineFile& file : answer.files) {
    written.push_back(fmt::format("{}/{}.statistics", stage.folder,
                                  file.path.substr(0, file.path.rfind(".parquet"))));
  }
  // An upsert writes rows anew that did not come in.
  std::vector<std::string> incoming = written;
  if (mode == Mode::kUpsert) {
    incoming = {fmt::format("{}/{}-batch.statistics", stage.folder, stage.prefix)};
  }
  stats::TableStatistics batch;
  if (mode != Mode::kDelete) batch = TRY(Fold(incoming));
  stats::TableStatistics all;
  const std::string folder = current.dataset ? FolderOf(project, current.dataset->name) : "";
  if (AsksForAll(contract)) {
    std::vector<TableFile> stay;
    for (const TableFile& file : current.files) {
      if (std::ranges::find(answer.removed, folder + "/" + file.path) == answer.removed.end()) {
        stay.push_back(file);
      }
    }
    if (!stay.empty()) all = *TRY(merged_.Of(folder, stay));
    for (const std::string& sidecar : written) TRY(MergeSidecar(all, sidecar));
  }
  Facts facts{.batch = mode == Mode::kDelete ? nullptr : &batch,
              .dataset = &all,
              .added = answer.added,
              .now_ms = store_.clock.NowMs()};
  if (current.dataset) {
    TRY(store_.Read(project, [&](const journal::View& view) -> Status {
      facts.history = TRY(AddedRows(view.db, current.dataset->row, HistoryOf(contract)));
      return {};
    }));
  }
  auto outcomes = CheckStatistics(contract, facts);
  outcomes.insert(outcomes.end(), answer.checks.begin(), answer.checks.end());
  return MakeReport(contract, std::move(outcomes), answer.late);
}

/// Keeps a commit that broke its contract where no reader of the table looks.
Result<Rejection> Service::Reject(const std::string& project, const NewVersion& wanted,
                                  const Current& current, const EngineAnswer& answer,
                                  const Stage& stage, Report report) {
  Rejection rejection{.id = store_.ids.Next(),
                      .mode = wanted.mode,
                      .columns = ColumnsOf(answer.columns),
                      .files = static_cast<std::int64_t>(answer.files.size()),
                      .actor = wanted.actor,
                      .source = wanted.source,
                      .message = wanted.message,
                      .batch = wanted.batch,
                      .created_ms = store_.clock.NowMs(),
                      .report = std::move(report)};
  const std::string rejected =
      fmt::format("{}{}", FolderOf(project, wanted.dataset), kRejectedFolder);
  const std::string folder = fmt::format("{}/{}", rejected, rejection.id.Hex());
  TRY(io::MakeFolder(folder));
  for (const EngineFile& file : answer.files) {
    const std::string path = stage.folder + "/" + file.path;
    TRY(Seal(path));
    TRY(Rename(path, folder + "/" + file.path));
    rejection.rows += file.rows;
  }
  TRY(io::SyncFolder(folder));
  TRY(io::SyncFolder(rejected));
  const Id id = current.dataset ? current.dataset->id : store_.ids.Next();
  TRY(store_.WriteAndWait(
      db::WriteClass::kInteractive, project, wanted.actor, [&](journal::Change& change) -> Status {
        rejection.number = TRY(StoreRejection(change, wanted.dataset, id, rejection));
        return {};
      }));
  return rejection;
}

/// Commits the late rows of a batch to a dataset of their own, once.
Status Service::PutAside(const std::string& project, const NewVersion& wanted,
                         const EngineAnswer& answer, const Stage& stage, const std::string& batch) {
  if (answer.late == 0) return {};
  const blob::Blob blob = TRY(Keep(fmt::format("{}/{}-late.parquet", stage.folder, stage.prefix)));
  const NewVersion late{
      .dataset = wanted.dataset + std::string(kLate),
      .uploads = {{blob.digest, "late rows", "parquet"}},
      .source = fmt::format("late rows of {}", wanted.dataset),
      .message = wanted.message,
      .batch = batch,
      .actor = wanted.actor,
  };
  TRY(Context(CommitLocked(project, late), "putting late rows aside"));
  return {};
}

Status Service::SetContract(const std::string& project, const std::string& dataset,
                            const std::optional<Contract>& contract, const std::string& actor) {
  TRY(CheckName(dataset, "dataset"));
  TRY(CheckName(project, "project"));
  const auto lock = LockOf(FolderOf(project, dataset));
  const std::scoped_lock held(*lock);
  const Current current = TRY(Look(project, dataset, std::nullopt));
  const Id id = current.dataset ? current.dataset->id : store_.ids.Next();
  return store_.WriteAndWait(
      db::WriteClass::kInteractive, project, actor,
      [&](journal::Change& change) { return StoreContract(change, dataset, id, contract); });
}

Result<Report> Service::CheckVersion(const std::string& project, const std::string& dataset,
                                     std::int64_t number) {
  const Call call(calls_, kCallsMax);
  TRY(call.Admitted());
  const Current current = TRY(Look(project, dataset, number));
  if (!current.version) return Fail(Code::kNotFound, "there is no dataset '{}'", dataset);
  const auto contract = TRY(ContractOf(project, current));
  if (!contract) {
    return Fail(
        Code::kFailedPrecondition,
        "the dataset '{}' has no contract; 'galley dataset apply' sets those of galley.yaml",
        dataset);
  }
  const Stage stage = TRY(MakeStage());
  const std::string folder = FolderOf(project, dataset);
  EngineRequest request = TRY(RequestFor({}, current, folder));
  TRY(PrepareAudit(project, *contract, {}, folder, request));
  request.operation = "check";
  request.out = stage.folder;
  request.prefix = stage.prefix;
  const EngineAnswer answer = TRY(Run(request, stage));
  stats::TableStatistics all;
  if (!current.files.empty()) all = *TRY(merged_.Of(folder, current.files));
  auto outcomes = CheckStatistics(*contract, {.batch = &all,
                                              .dataset = &all,
                                              .added = current.version->rows.total,
                                              .counts_rows = false,
                                              .now_ms = store_.clock.NowMs()});
  outcomes.insert(outcomes.end(), answer.checks.begin(), answer.checks.end());
  return MakeReport(*contract, std::move(outcomes), 0);
}

Result<std::shared_ptr<const stats::TableStatistics>> Service::Statistics(
    const std::string& project, const std::string& dataset, std::int64_t number) {
  const Current current = TRY(Look(project, dataset, number));
  if (!current.version) return Fail(Code::kNotFound, "there is no dataset '{}'", dataset);
  return merged_.Of(FolderOf(project, dataset), current.files);
}

/// A rejected version, as if it were one.
Result<Service::Current> Service::LookRejected(const std::string& project,
                                               const std::string& dataset, std::int64_t number) {
  Current current;
  TRY(store_.Read(project, [&](const journal::View& view) -> Status {
    current.dataset = TRY(GetDataset(view.db, view.project, dataset));
    const Rejection rejection = TRY(GetRejection(view.db, current.dataset->row, number));
    current.version = Version{.id = rejection.id, .columns = rejection.columns};
    return {};
  }));
  const std::string inner =
      fmt::format("{}/{}", kRejectedFolder, current.version->id.Hex()).substr(1);
  std::error_code error;
  for (const auto& file :
       std::filesystem::directory_iterator(FolderOf(project, dataset) + "/" + inner, error)) {
    current.files.push_back({.path = inner + "/" + file.path().filename().string()});
  }
  if (error) {
    return Fail(Code::kDataLoss, "the files of rejected version r{} are gone: {}", number,
                error.message());
  }
  std::ranges::sort(current.files, {}, &TableFile::path);
  return current;
}

/// Removes files whose rejection never reached the database.
Status Service::ClearRejected(const std::string& project, const std::string& dataset) {
  const Current current = TRY(Look(project, dataset, std::nullopt));
  std::error_code error;
  for (const auto& entry :
       std::filesystem::directory_iterator(FolderOf(project, dataset) + kRejectedFolder, error)) {
    const auto id = Id::Parse(entry.path().filename().string());
    bool is_known = false;
    if (id && current.dataset) {
      TRY(store_.Read(project, [&](const journal::View& view) -> Status {
        is_known = TRY(HasRejection(view.db, *id));
        return {};
      }));
    }
    if (!is_known) TRY(io::RemoveFolder(entry.path().string()));
  }
  return {};
}

}  // namespace galley::data
