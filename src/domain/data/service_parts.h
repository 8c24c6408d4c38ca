#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "domain/data/admission.h"
#include "domain/data/service.h"

/// What the files of `Service` share. Inside of this room only.
namespace galley::data {

inline constexpr const char* kStatisticsFolder = "/_statistics";
inline constexpr const char* kRejectedFolder = "/_rejected";

/// What the index knows of a dataset at one version.
struct Service::Current {
  std::optional<Dataset> dataset;
  std::optional<Version> version;
  std::vector<TableFile> files;
};

/// A folder that a child may write to; gone with this.
struct Service::Stage {
  std::string folder;
  std::string prefix;

  Stage(std::string path, std::string name) : folder(std::move(path)), prefix(std::move(name)) {}
  Stage(Stage&& other) noexcept
      : folder(std::exchange(other.folder, {})), prefix(std::move(other.prefix)) {}
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;
  Stage& operator=(Stage&&) = delete;
  ~Stage();
};

/// Makes a file that a child wrote durable and looks at what it really is: bytes and digest.
Result<TableFile> Seal(const std::string& path);
Status Rename(const std::string& from, const std::string& to);
/// Gives what a child found out of a data file its place.
Status KeepStatistics(const std::string& sidecar, const std::string& folder,
                      const std::string& path);
/// Where the statistics of a data file lie, both within the table's folder.
std::string SidecarOf(const std::string& path);

std::vector<Column> ColumnsOf(const std::vector<EngineColumn>& columns);

}  // namespace galley::data
