#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "app/cli/ask.h"
#include "app/cli/commands.h"
#include "foundation/base/error.h"

/// What the commands about datasets share.
namespace galley::cli {

/// `sales@3`, `sales@r1` for a rejected version, or `sales` for the newest one.
struct NameAt {
  std::string name;
  std::string version;  ///< `3`, `r1`; empty: the newest.
};
Result<NameAt> ParseNameAt(std::string_view text);

/// `datasets/NAME`, percent-encoded.
std::string PathOf(std::string_view name);

/// The version that is meant, asked for if none was named.
Result<std::string> VersionOf(const Server& server, const Arguments& arguments,
                              const NameAt& dataset);

/// Prints what a version's columns come to; null: before a comparison there is nothing.
Status PrintStatistics(const std::string& body);
/// Prints the columns whose statistics differ between two versions.
Status PrintStatisticsChange(const std::string& before, const std::string& after);

}  // namespace galley::cli
