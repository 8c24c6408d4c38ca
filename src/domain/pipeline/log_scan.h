#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/error.h"
#include "platform/jobs/jobs.h"

/// Looks for lines in a log. Pure, but for what reads the log.
namespace galley::pipeline {

struct LogLine {
  std::int64_t offset = 0;  ///< In bytes from the log's beginning, of the line's.
  std::int64_t number = 0;  ///< From 1.
  std::string text;         ///< At most kLineBytesMax, without the end of the line.
};
inline constexpr std::size_t kLineBytesMax = 500;

/// Finds lines that tell of an error (docs/formats/job_folder.md, "Errors in a log"): the last line
/// of a Python traceback, or `SomeError: …`; a line with the word `error`, `fatal`, `critical` or
/// `panic` as programs print it; what a shell says. Lines come in order, each whole.
class ErrorScan {
 public:
  static constexpr std::size_t kLinesMax = 100;

  /// `line`: without its end.
  void Take(std::string_view line, std::int64_t offset, std::int64_t number);

  /// In order, at most kLinesMax.
  const std::vector<LogLine>& lines() const { return lines_; }
  bool has_more() const { return has_more_; }
  /// The first exception, else the first of the others; null if there is none.
  const std::optional<LogLine>& first() const { return exception_ ? exception_ : other_; }

 private:
  void Note(std::string_view line, std::int64_t offset, std::int64_t number, bool is_exception);

  std::vector<LogLine> lines_;
  bool has_more_ = false;
  std::optional<LogLine> exception_;
  std::optional<LogLine> other_;
  int traceback_lines_ = 0;  // Of a traceback that goes on; 0: there is none.
  std::size_t indent_ = 0;   // Of its first line.
};

/// Finds lines with a text in them; letters A to Z count as their small ones.
class TextScan {
 public:
  static constexpr std::size_t kLinesMax = 200;

  explicit TextScan(std::string_view wanted);
  /// False: there are kLinesMax, and this was another one.
  bool Take(std::string_view line, std::int64_t offset, std::int64_t number);
  const std::vector<LogLine>& lines() const { return lines_; }

 private:
  std::string wanted_;
  std::vector<LogLine> lines_;
};

/// What to look for in a log.
struct LogQuestion {
  bool errors = false;    ///< Lines that tell of an error, in the whole log.
  std::string text;       ///< Empty: nothing.
  std::int64_t from = 0;  ///< Byte offset of the line where the search for `text` begins.
};
struct LogFindings {
  std::vector<LogLine> errors;  ///< At most ErrorScan::kLinesMax, in order.
  bool errors_have_more = false;
  std::optional<LogLine> first_error;  ///< The one that tells most; null if there is none.
  std::vector<LogLine> matches;        ///< At most TextScan::kLinesMax, in order.
  bool matches_have_more = false;
  bool is_cut = false;  ///< The log is longer than kLogScanBytesMax: the rest was not looked at.
};
inline constexpr std::int64_t kLogScanBytesMax = std::int64_t{256} << 20U;

/// Gives a log's page from an offset on, of at most so many bytes (platform/jobs, ReadLog).
using LogReader = std::function<Result<jobs::LogPage>(std::int64_t offset, std::int64_t bytes_max)>;
/// Looks through a log, as far as it is written. Waits for what `read` waits for. A log that is not
/// there has no lines.
Result<LogFindings> ScanLog(const LogReader& read, const LogQuestion& question);

/// Whether a line alone tells of an error.
bool TellsOfError(std::string_view line);
/// `ValueError: no`, `json.decoder.JSONDecodeError`; with `any_name` also `Boom: no`.
bool IsException(std::string_view line, bool any_name);

}  // namespace galley::pipeline
