#include "protocol/control/mlflow/limits.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <vector>

#include "foundation/base/base64.h"
#include "protocol/control/mlflow/errors.h"

namespace galley::mlflow {
namespace {

constexpr std::string_view kBadCharacters =
    "Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), "
    "colon(:) and slashes (/).";

/// Python's `\w` takes letters of all scripts; whatever is not ASCII counts as one here.
bool IsKeyCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         static_cast<unsigned char>(c) >= 0x80 ||
         std::string_view("_/.- :").find(c) != std::string_view::npos;
}

/// `posixpath.normpath`.
std::string NormalPath(std::string_view path) {
  const bool absolute = path.starts_with('/');
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    const auto slash = std::min(path.find('/'), path.size());
    const std::string_view part = path.substr(0, slash);
    path.remove_prefix(std::min(slash + 1, path.size()));
    if (part.empty() || part == ".") continue;
    const bool goes_up = part == "..";
    if (goes_up && !parts.empty() && parts.back() != "..") {
      parts.pop_back();
    } else if (!goes_up || !absolute) {
      parts.push_back(part);
    }
  }
  std::string normal = absolute ? "/" : "";
  for (const std::string_view part : parts) {
    if (!normal.empty() && !normal.ends_with('/')) normal += '/';
    normal += part;
  }
  return normal.empty() ? "." : normal;
}

Error TooMany(std::string_view what, std::size_t limit, std::size_t size) {
  return {
      Code::kInvalidArgument,
      fmt::format("A batch logging request can contain at most {} {}. Got {} {}. Please split up "
                  "{} across multiple requests and try again.",
                  limit, what, size, what, what)};
}

std::string Joined(std::string_view path, std::string_view name) {
  return path.empty() ? std::string(name) : fmt::format("{}.{}", path, name);
}

}  // namespace

std::size_t CharacterCount(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

Status CheckKey(std::string_view key, std::string_view path, std::string_view what) {
  if (!std::ranges::all_of(key, IsKeyCharacter)) {
    return std::unexpected(InvalidValue(key, path, kBadCharacters));
  }
  const std::string normal = NormalPath(key);
  if (normal != key || normal == "." || normal.starts_with("..") || normal.starts_with('/')) {
    return std::unexpected(InvalidValue(
        key, path,
        fmt::format("Names may be treated as files in certain cases, and must not resolve to other "
                    "names when treated as such. This name would resolve to '{}'",
                    normal)));
  }
  if (CharacterCount(key) <= kKeyMax) return {};
  return Fail(Code::kInvalidArgument, "'{}' exceeds the maximum length of {} characters", what,
              kKeyMax);
}

Status CheckPair(const KeyValue& pair, std::string_view path, std::string_view what) {
  TRY(CheckKey(pair.key, Joined(path, "key"), what));
  if (pair.value.size() <= kValueBytesMax) return {};
  return Fail(Code::kInvalidArgument, "'{}' has {} bytes; the limit is {}", Joined(path, "value"),
              pair.value.size(), kValueBytesMax);
}

Status CheckMetric(const Metric& metric, std::string_view path) {
  TRY(CheckKey(metric.key, Joined(path, "name"), "Metric name"));
  if (metric.timestamp.value_or(0) >= 0) return {};
  return Fail(
      Code::kInvalidArgument,
      "Invalid value {} for parameter '{}' supplied: metric '{}' (value={}). Timestamp must "
      "be a nonnegative long (64-bit integer) ",
      *metric.timestamp, Joined(path, "timestamp"), metric.key, metric.value.value_or(0));
}

Status CheckBatch(const LogBatch& batch) {
  const std::size_t all = batch.metrics.size() + batch.params.size() + batch.tags.size();
  if (batch.metrics.size() > kBatchMetricsMax) {
    return std::unexpected(TooMany("metrics", kBatchMetricsMax, batch.metrics.size()));
  }
  if (batch.params.size() > kBatchPairsMax) {
    return std::unexpected(TooMany("params", kBatchPairsMax, batch.params.size()));
  }
  if (batch.tags.size() > kBatchPairsMax) {
    return std::unexpected(TooMany("tags", kBatchPairsMax, batch.tags.size()));
  }
  if (all > kBatchAllMax) {
    return std::unexpected(TooMany("metrics, params, and tags", kBatchAllMax, all));
  }
  for (std::size_t at = 0; at < batch.metrics.size(); ++at) {
    TRY(CheckMetric(batch.metrics[at], fmt::format("metrics[{}]", at)));
  }
  std::set<std::string_view> keys;
  std::string twice;
  for (std::size_t at = 0; at < batch.params.size(); ++at) {
    TRY(CheckPair(batch.params[at], fmt::format("params[{}]", at), "Param key"));
    if (keys.insert(batch.params[at].key).second) continue;
    twice += fmt::format("{}'{}'", twice.empty() ? "" : ", ", batch.params[at].key);
  }
  if (!twice.empty()) {
    return Fail(Code::kInvalidArgument,
                "Duplicate parameter keys have been submitted: [{}]. Please ensure the request "
                "contains only one param value per param key.",
                twice);
  }
  for (std::size_t at = 0; at < batch.tags.size(); ++at) {
    const std::string path = fmt::format("tags[{}]", at);
    TRY(CheckPair(batch.tags[at], path, path + ".key"));
  }
  return {};
}

Status CheckExperimentNumber(std::string_view number) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const std::string_view digits = number.substr(number.starts_with('-') ? 1 : 0);
  if (!digits.empty() && std::ranges::all_of(digits, is_digit)) return {};
  return Fail(Code::kInvalidArgument,
              "Invalid experiment ID '{}'. Experiment ID must be a valid integer.", number);
}

Status CheckExperimentName(std::string_view name) {
  if (CharacterCount(name) <= kExperimentNameMax) return {};
  return Fail(Code::kInvalidArgument, "'name' exceeds the maximum length of {} characters",
              kExperimentNameMax);
}

Status CheckModelName(std::string_view name) {
  constexpr std::string_view kRefused = "/:.%\"'";
  if (name.find_first_of(kRefused) != std::string_view::npos) {
    return Fail(Code::kInvalidArgument,
                "Invalid model name ('{}') provided. Model name must be a non-empty string and "
                "cannot contain the following characters: ('/', ':', '.', '%', '\"', \"'\")",
                name);
  }
  if (CharacterCount(name) <= kExperimentNameMax) return {};
  return Fail(Code::kInvalidArgument, "'name' exceeds the maximum length of {} characters",
              kExperimentNameMax);
}

Result<std::int64_t> PageSize(const std::optional<std::int64_t>& asked, std::int64_t fallback,
                              std::int64_t max) {
  const std::int64_t size = asked.value_or(fallback);
  if (size >= 1 && size <= max) return size;
  return Fail(Code::kInvalidArgument,
              "Invalid value {} for parameter 'max_results' supplied. It must be {}", size,
              size < 1 ? "a positive integer" : fmt::format("at most {}", max));
}

std::string PageToken(std::int64_t offset) {
  return ToBase64(fmt::format("{{\"offset\": {}}}", offset));
}

Result<std::int64_t> OffsetOf(std::string_view token) {
  if (token.empty()) return 0;
  constexpr std::string_view kHead = "{\"offset\": ";
  const auto plain = FromBase64(token);
  if (plain && plain->starts_with(kHead) && plain->ends_with('}')) {
    std::int64_t offset = -1;
    const char* end = plain->data() + plain->size() - 1;
    const auto read = std::from_chars(plain->data() + kHead.size(), end, offset);
    if (read.ec == std::errc() && read.ptr == end && offset >= 0) return offset;
  }
  return Fail(Code::kInvalidArgument,
              "Invalid page token '{}'; give the next_page_token of the answer before", token);
}

}  // namespace galley::mlflow
