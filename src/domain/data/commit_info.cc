#include "domain/data/commit_info.h"

#include <algorithm>

#include "foundation/schema/decode.h"
#include "foundation/schema/encode.h"

namespace galley::data {
namespace {

using schema::Field;
using schema::Of;

constexpr Field kInfoFile[] = {Of<&InfoFile::path>("path"), Of<&InfoFile::sha256>("sha256"),
                               Of<&InfoFile::rows>("rows")};
constexpr Field kCommitInformation[] = {
    Of<&CommitInformation::id>("id"),
    Of<&CommitInformation::digest>("digest"),
    Of<&CommitInformation::parent>("parent"),
    Of<&CommitInformation::mode>("mode"),
    Of<&CommitInformation::actor>("actor"),
    Of<&CommitInformation::source>("source"),
    Of<&CommitInformation::message>("message"),
    Of<&CommitInformation::batch>("batch"),
    Of<&CommitInformation::added>("added"),
    Of<&CommitInformation::removed>("removed"),
    Of<&CommitInformation::total>("total"),
    Of<&CommitInformation::files>("files"),
    Of<&CommitInformation::event_max>("event_max"),
    Of<&CommitInformation::report>("report"),
};

std::unexpected<Error> Damaged(std::string_view what) {
  return Fail(Code::kDataLoss, "commitInfo.galley: {}", what);
}

}  // namespace

const schema::Message InfoFile::kSchema{"file", kInfoFile};
const schema::Message CommitInformation::kSchema{"galley", kCommitInformation};

Result<std::string> InformationOf(const Version& version, const std::vector<TableFile>& added,
                                  const std::string& report) {
  CommitInformation info{.id = version.id.Hex(),
                         .digest = version.digest.Hex(),
                         .mode = std::string(ModeName(version.mode)),
                         .actor = version.actor,
                         .source = version.source,
                         .message = version.message,
                         .batch = version.batch,
                         .added = version.rows.added,
                         .removed = version.rows.removed,
                         .total = version.rows.total,
                         .event_max = version.event_max};
  if (!report.empty()) info.report = TRY(ParseReport(report));
  if (version.parent) info.parent = version.parent->Hex();
  for (const TableFile& file : added) {
    info.files.push_back({file.path, file.digest->Hex(), file.rows});
  }
  return schema::ToJson(info, schema::EmptyLists::kWrite);
}

Result<std::string> TakeInformation(const std::string& text, Version& version,
                                    std::vector<TableFile>& added) {
  const auto info = schema::FromJson<CommitInformation>(text, schema::Dialect{});
  if (!info) return Damaged(schema::ErrorOf(info.error()).message);
  const auto id = Id::Parse(info->id);
  const auto digest = blob::Digest::FromHex(info->digest);
  const auto mode = ParseMode(info->mode);
  if (!id || !digest || !mode) return Damaged("'id', 'digest' or 'mode' is not one");
  version.id = *id;
  version.digest = *digest;
  version.mode = *mode;
  if (info->parent) version.parent = blob::Digest::FromHex(*info->parent);
  version.actor = info->actor;
  version.source = info->source;
  version.message = info->message;
  version.batch = info->batch;
  version.rows = {info->added, info->removed, info->total};
  version.event_max = info->event_max;
  if (info->report) version.outcome = info->report->outcome;
  for (TableFile& file : added) {
    const auto known = std::ranges::find(info->files, file.path, &InfoFile::path);
    if (known == info->files.end()) return Damaged("a file of the commit is not named");
    file.digest = blob::Digest::FromHex(known->sha256);
    file.rows = known->rows;
    if (!file.digest) return Damaged("'sha256' is no digest");
  }
  return info->report ? ReportJson(*info->report) : std::string();
}

}  // namespace galley::data
