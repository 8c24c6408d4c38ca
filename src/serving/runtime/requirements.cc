#include "serving/runtime/requirements.h"

#include <algorithm>
#include <vector>

#include <fmt/core.h>

namespace galley::serving {
namespace {

constexpr std::size_t kSeriesDigitsMax = 3;
constexpr std::string_view kBlanks = " \t\r";

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}
bool IsOfName(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' ||
         c == '.';
}

/// Without blanks around it and without its comment.
std::string_view Bare(std::string_view line) {
  if (line.starts_with('#')) return {};
  line = line.substr(0, std::min(line.find(" #"), line.size()));
  const auto first = line.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return line.substr(first, line.find_last_not_of(kBlanks) - first + 1);
}

/// The name of the package that a line asks for as pip compares names; empty if it is no such line.
std::string NameOf(std::string_view line) {
  std::string name;
  if (line.starts_with('-') || line.starts_with('.')) return name;
  for (char c : line) {
    if (!IsOfName(c)) break;
    if (c == '_' || c == '.') c = '-';
    name += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return name;
}

std::vector<std::string_view> Lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    lines.push_back(Bare(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  std::erase(lines, std::string_view());
  return lines;
}

bool NamesFile(std::string_view line) {
  constexpr std::string_view kOptions[] = {"-r",           "-c",        "-e", "--requirement",
                                           "--constraint", "--editable"};
  const auto begins = [&](std::string_view option) { return line.starts_with(option); };
  if (std::ranges::any_of(kOptions, begins)) return true;
  return !line.starts_with("--") && line.contains('/') && !line.contains("://");
}

}  // namespace

Requirements AsWritten(std::string_view text) {
  Requirements result;
  for (const std::string_view line : Lines(text)) {
    result.text += fmt::format("{}\n", line);
    result.names_files = result.names_files || NamesFile(line);
    if (!line.starts_with("--")) ++result.count;
  }
  return result;
}

Requirements Slimmed(std::string_view text) {
  Requirements result = AsWritten(text);
  std::string slim;
  std::string_view added[] = {"numpy", "pandas"};
  for (const std::string_view line : Lines(text)) {
    // Hashes are for all packages or for none; a line that goes on below is not ours to read.
    if (line.contains("--hash") || line.ends_with('\\')) return result;
    const std::string name = NameOf(line);
    const std::string_view rest = line.substr(name.size());
    std::ranges::replace(added, std::string_view(name), std::string_view());
    if (name != "mlflow") {
      slim += fmt::format("{}\n", line);
    } else if (rest.contains('[') || rest.contains('@')) {
      return result;
    } else {
      slim += fmt::format("mlflow-skinny{}\n", rest);
      result.is_slim = true;
    }
  }
  if (!result.is_slim) return result;
  for (const std::string_view name : added) {
    if (!name.empty()) slim += fmt::format("{}\n", name);
  }
  result.text = std::move(slim);
  return result;
}

Result<std::string> PythonSeries(std::string_view version) {
  if (version.empty()) return std::string();
  const auto dot = version.find('.');
  const auto minor_end = std::min(version.find('.', dot + 1), version.size());
  if (dot != std::string_view::npos) {
    const std::string_view major = version.substr(0, dot);
    const std::string_view minor = version.substr(dot + 1, minor_end - dot - 1);
    const auto is_number = [](std::string_view text) {
      return !text.empty() && text.size() <= kSeriesDigitsMax && std::ranges::all_of(text, IsDigit);
    };
    if (is_number(major) && is_number(minor)) return fmt::format("{}.{}", major, minor);
  }
  return Fail(Code::kInvalidArgument, "'{}' is no version of Python, such as 3.11.2",
              version.substr(0, 32));
}

}  // namespace galley::serving
