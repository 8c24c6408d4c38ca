#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "foundation/schema/message.h"
#include "protocol/control/native/messages.h"

/// A run's files, and what is known of how to repeat it.
namespace galley::native {

struct ListRunFiles {
  std::string path;   ///< Of a folder; empty: the run's artifacts.
  std::string after;  ///< Only names behind it.
  std::int64_t limit = 500;
  static const schema::Message kSchema;
};
struct RunFile {
  std::string name;
  std::string path;  ///< Within the run's artifacts.
  bool is_folder = false;
  std::int64_t files = 1;
  std::int64_t size = 0;
  std::string preview;  ///< `text`, `table`, `image` or, if a page cannot show it, `none`.
  static const schema::Message kSchema;
};
struct RunFilesAnswer {
  std::string path;
  std::string root_uri;
  bool is_here = true;  ///< Galley keeps them; else they lie at `root_uri`.
  std::vector<RunFile> entries;
  bool has_more = false;
  static const schema::Message kSchema;
};
struct GetRunFile {
  std::string path;
  static const schema::Message kSchema;
};

struct RunLogFile {
  std::string path;  ///< Within the run's artifacts.
  std::int64_t size = 0;
  static const schema::Message kSchema;
};
struct RunLogAttempt {
  std::int64_t number = 0;
  std::string ending;  ///< Empty: it has not ended.
  static const schema::Message kSchema;
};
/// The pipeline's job that made the run: its log is that of `pipelines/runs/{run}/log`.
struct RunLogJob {
  std::string pipeline;
  std::int64_t run = 0;
  std::string job;
  std::vector<RunLogAttempt> attempts;  ///< In order; without any it has no log of its own.
  bool is_live = false;
  static const schema::Message kSchema;
};
struct RunLogsAnswer {
  std::string root_uri;
  bool is_here = true;  ///< Galley keeps the files; else they lie at `root_uri`.
  std::vector<RunLogFile> files;
  bool has_more = false;
  std::optional<RunLogJob> job;
  static const schema::Message kSchema;
};
struct ReadRunLog {
  std::string path;
  std::int64_t offset = 0;
  std::int64_t limit = 65'536;  ///< Bytes; 0: no text.
  bool errors = false;          ///< Whether to look for lines that tell of an error.
  std::string q;                ///< What to look for in its lines; empty: nothing.
  std::int64_t from = 0;        ///< Where the search for it begins, in bytes.
  static const schema::Message kSchema;
};

struct BaselineMetric {
  std::string key;
  double value = 0;
  static const schema::Message kSchema;
};
/// What a run is measured against.
struct RunBaseline {
  std::string kind;  ///< `parent`, or `champion`.
  std::string run;
  std::string name;
  std::optional<std::string> model;  ///< Of a champion.
  std::optional<std::int64_t> version;
  std::vector<BaselineMetric> metrics;  ///< The last value of each.
  static const schema::Message kSchema;
};
struct RunBaselineAnswer {
  std::optional<RunBaseline> baseline;
  static const schema::Message kSchema;
};

struct ReproduceCode {
  std::string commit;
  bool has_changes = false;
  std::string branch;
  std::string repository;
  std::string source;  ///< The script or notebook.
  static const schema::Message kSchema;
};
struct ReproduceDataset {
  std::string name;
  std::optional<std::int64_t> version;  ///< Of a dataset that Galley keeps.
  std::string digest;
  std::string how;  ///< How it is got again.
  static const schema::Message kSchema;
};
struct ReproducePipeline {
  std::string pipeline;
  std::int64_t run = 0;
  std::string job;
  std::string folder;
  static const schema::Message kSchema;
};
struct ReproduceMissing {
  std::string what;  ///< `commit`, `command`, `dataset`, `environment`, `changes`.
  std::string why;
  static const schema::Message kSchema;
};
struct ReproduceAnswer {
  std::vector<std::string> commands;  ///< For a shell, in order.
  std::optional<ReproduceCode> code;
  std::vector<ReproduceDataset> datasets;
  std::optional<ReproducePipeline> pipeline;
  std::vector<KeyValue> params;
  std::vector<ReproduceMissing> missing;
  static const schema::Message kSchema;
};

}  // namespace galley::native
