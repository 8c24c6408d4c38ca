#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/data/report.h"
#include "domain/data/types.h"
#include "foundation/base/error.h"
#include "foundation/schema/message.h"

/// What a commit of Galley's says under `commitInfo.galley` (docs/formats/dataset.md). Inside of
/// this room only.
namespace galley::data {

struct InfoFile {
  std::string path;
  std::string sha256;
  std::int64_t rows = 0;
  static const schema::Message kSchema;
};
struct CommitInformation {
  std::string id;
  std::string digest;
  std::optional<std::string> parent;
  std::string mode;
  std::string actor;
  std::string source;
  std::string message;
  std::string batch;
  std::int64_t added = 0;
  std::int64_t removed = 0;
  std::int64_t total = 0;
  std::vector<InfoFile> files;  ///< That it adds.
  std::optional<std::int64_t> event_max;
  std::optional<Report> report;
  static const schema::Message kSchema;
};

/// `report` is its JSON, or empty.
Result<std::string> InformationOf(const Version& version, const std::vector<TableFile>& added,
                                  const std::string& report);

/// Puts what the text says into `version` and into the files, which the log's actions gave; returns
/// the report. kDataLoss if it is damaged or names other files.
Result<std::string> TakeInformation(const std::string& text, Version& version,
                                    std::vector<TableFile>& added);

}  // namespace galley::data
