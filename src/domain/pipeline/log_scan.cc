#include "domain/pipeline/log_scan.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace galley::pipeline {
namespace {

constexpr int kTracebackLinesMax = 2000;
constexpr std::string_view kTraceback = "Traceback (most recent call last):";

bool IsLetter(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0;
}
bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}
bool IsOfName(char c) {
  return IsLetter(c) || IsDigit(c) || c == '_';
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

/// Not within a character of UTF-8.
std::string Cut(std::string_view line) {
  if (line.size() <= kLineBytesMax) return std::string(line);
  std::size_t size = kLineBytesMax;
  while (size > 0 && (static_cast<unsigned char>(line[size]) & 0xC0U) == 0x80U) --size;
  return std::string(line.substr(0, size));
}

std::size_t IndentOf(std::string_view line) {
  return std::min(line.find_first_not_of(" \t"), line.size());
}

/// Whether what follows `error:` is a measure, as in `validation error: 0.31`.
bool IsNumber(std::string_view rest) {
  rest.remove_prefix(IndentOf(rest));
  if (rest.starts_with('-') || rest.starts_with('+')) rest.remove_prefix(1);
  std::size_t size = 0;
  while (size < rest.size() && (IsDigit(rest[size]) || rest[size] == '.')) ++size;
  if (size == 0) return rest.starts_with("nan") || rest.starts_with("inf");
  // `error: 404 Not Found` is none, `error: 0.31, loss: 2` is.
  return size == rest.size() || rest[size] == ',' || rest[size] == '%' || rest[size] == 'e' ||
         rest.find(' ', size) == std::string_view::npos || rest.find('.') < size;
}

/// Whether the word at `at` stands as programs print it: `error: …`, `[error]`, `ERROR …`,
/// `level=error`.
bool StandsAlone(std::string_view line, std::string_view lower, std::size_t at, std::size_t size) {
  const std::size_t end = at + size;
  if (at > 0 && IsOfName(line[at - 1])) return false;
  if (end < line.size() && IsOfName(line[end])) return false;
  const bool is_loud =
      std::ranges::all_of(line.substr(at, size), [](char c) { return c >= 'A' && c <= 'Z'; });
  if (is_loud) return true;
  const char behind = end < line.size() ? line[end] : '\0';
  if (behind == ':') return !IsNumber(lower.substr(end + 1));
  const char ahead = at > 0 ? line[at - 1] : '\0';
  if (ahead == '[' && behind == ']') return true;
  return lower.substr(0, at).ends_with("level=") || lower.substr(0, at).ends_with("level\":\"");
}

}  // namespace

bool TellsOfError(std::string_view line) {
  constexpr std::array<std::string_view, 4> kWords = {"error", "fatal", "critical", "panic"};
  constexpr std::array<std::string_view, 6> kSaid = {
      ": command not found", ": No such file or directory",     ": Permission denied",
      "Segmentation fault",  "terminate called after throwing", "(core dumped)"};
  const std::string lower = Lower(line);
  for (const std::string_view word : kWords) {
    for (auto at = lower.find(word); at != std::string::npos; at = lower.find(word, at + 1)) {
      if (StandsAlone(line, lower, at, word.size())) return true;
    }
  }
  return std::ranges::any_of(
      kSaid, [line](std::string_view said) { return line.find(said) != std::string_view::npos; });
}

bool IsException(std::string_view line, bool any_name) {
  std::size_t size = 0;
  while (size < line.size() && (IsOfName(line[size]) || line[size] == '.')) ++size;
  if (size == 0 || !(IsLetter(line[0]) || line[0] == '_')) return false;
  if (size < line.size() && line[size] != ':') return false;
  const std::string_view name = line.substr(0, size);
  if (any_name) return true;
  constexpr std::array<std::string_view, 2> kEndings = {"Error", "Exception"};
  return std::ranges::any_of(kEndings, [name](std::string_view ending) {
    // `Error: …` alone is a word like any other.
    return name.ends_with(ending) && name.size() > ending.size();
  });
}

void ErrorScan::Take(std::string_view line, std::int64_t offset, std::int64_t number) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  const auto begin = line.find(kTraceback);
  if (begin != std::string_view::npos) {
    traceback_lines_ = 1;
    indent_ = IndentOf(line) == begin ? begin : 0;
    return;
  }
  if (traceback_lines_ > 0) {
    const std::size_t indent = IndentOf(line);
    const bool is_inside = indent > indent_ || line.size() <= indent_;
    if (!is_inside && IsException(line.substr(indent), true)) {
      traceback_lines_ = 0;
      return Note(line, offset, number, true);
    }
    // Others may have printed in between.
    if (++traceback_lines_ > kTracebackLinesMax) traceback_lines_ = 0;
    if (is_inside) return;
  }
  if (IsException(line, false)) return Note(line, offset, number, true);
  if (TellsOfError(line)) Note(line, offset, number, false);
}

void ErrorScan::Note(std::string_view line, std::int64_t offset, std::int64_t number,
                     bool is_exception) {
  const LogLine found{offset, number, Cut(line)};
  auto& first = is_exception ? exception_ : other_;
  if (!first) first = found;
  if (lines_.size() == kLinesMax) {
    has_more_ = true;
    return;
  }
  lines_.push_back(found);
}

TextScan::TextScan(std::string_view wanted) : wanted_(Lower(wanted)) {}

bool TextScan::Take(std::string_view line, std::int64_t offset, std::int64_t number) {
  if (Lower(line).find(wanted_) == std::string::npos) return true;
  if (lines_.size() == kLinesMax) return false;
  if (line.ends_with('\r')) line.remove_suffix(1);
  lines_.push_back({offset, number, Cut(line)});
  return true;
}

Result<LogFindings> ScanLog(const LogReader& read, const LogQuestion& question) {
  constexpr std::int64_t kBlockBytes = std::int64_t{1} << 20U;
  LogFindings findings;
  ErrorScan errors;
  TextScan matches(question.text);
  std::int64_t line = 0;
  const auto take = [&](std::string_view text, std::int64_t offset) {
    ++line;
    if (question.errors) errors.Take(text, offset, line);
    if (question.text.empty() || offset < question.from || findings.matches_have_more) return;
    findings.matches_have_more = !matches.Take(text, offset, line);
  };
  for (std::int64_t offset = 0;;) {
    const auto page = read(offset, kBlockBytes);
    if (!page && page.error().code == Code::kNotFound) break;
    if (!page) return std::unexpected(page.error());
    std::string_view rest = page->bytes;
    while (!rest.empty()) {
      const auto end = std::min(rest.find('\n'), rest.size());
      take(rest.substr(0, end), page->next_offset - static_cast<std::int64_t>(rest.size()));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    if (page->next_offset == offset) break;
    offset = page->next_offset;
    findings.is_cut = offset >= kLogScanBytesMax && offset < page->size;
    if (findings.is_cut) break;
  }
  findings.errors = errors.lines();
  findings.errors_have_more = errors.has_more();
  findings.first_error = errors.first();
  findings.matches = matches.lines();
  return findings;
}

}  // namespace galley::pipeline
