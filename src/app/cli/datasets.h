#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "app/cli/ask.h"
#include "app/cli/commands.h"
#include "foundation/base/error.h"
#include "protocol/control/native/data_messages.h"

/// What the commands of `galley dataset` share.
namespace galley::cli {

/// `sales@3`, `sales@r1` for a rejected version, or `sales` for the newest one.
struct NameAt {
  std::string name;
  std::string version;  ///< `3`, `r1`; empty: the newest.
};
Result<NameAt> ParseNameAt(std::string_view text);

/// The dataset's path in the API.
std::string DatasetPath(std::string_view name);

/// The dataset; null if there is none of that name.
Result<std::optional<native::Dataset>> FindDataset(const Server& server, const Arguments& arguments,
                                                   const std::string& name);

/// The version that is meant, asked for if none was named.
Result<std::string> VersionOf(const Server& server, const Arguments& arguments,
                              const NameAt& named);

/// Sends a commit to a path beneath the dataset's; again while the server has enough to do.
Result<std::string> SendCommit(const Server& server, const Arguments& arguments,
                               std::string_view path, const std::string& body);

/// `1 file`, `2 files`.
std::string Counted(std::int64_t count, std::string_view what);

/// Prints what a version's columns come to, from the API's answer.
Status PrintStatistics(const std::string& body);
/// Prints the columns whose statistics differ between two versions.
Status PrintStatisticsChange(const std::string& before, const std::string& after);

/// `kind` of a dataset of files.
inline constexpr std::string_view kFilesKind = "files";

// Datasets of files.
Result<int> CommitFiles(const Arguments& arguments);
Result<int> ShowFiles(const Server& server, const Arguments& arguments, const std::string& name,
                      std::int64_t number);
Status PrintFileChanges(const Arguments& arguments, const std::string& body);
Result<int> CheckOutFiles(const Server& server, const Arguments& arguments, const std::string& name,
                          std::int64_t number);

}  // namespace galley::cli
