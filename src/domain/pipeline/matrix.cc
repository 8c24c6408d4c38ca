#include "domain/pipeline/matrix.h"

#include <algorithm>
#include <set>

namespace galley::pipeline {
namespace {

constexpr std::size_t kKeysMax = 32;
constexpr std::size_t kValueBytesMax = 100;
constexpr std::size_t kProductMax = 10'000;  // Before `exclude`.

bool IsKey(std::string_view key) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  };
  return !key.empty() && key.front() != '-' && std::ranges::all_of(key, allowed);
}

Status CheckKey(const At& at, const yaml::Entry& entry) {
  if (IsKey(entry.key)) return {};
  return std::unexpected(
      yaml::ErrorAt(*at.document, entry.place,
                    fmt::format("'{}.{}': a key of a matrix has letters, digits, '_' and '-'",
                                at.where, entry.key)));
}

Status CountKeys(const At& at) {
  if (at.node->entries.size() <= kKeysMax) return {};
  return std::unexpected(
      Wrong(at, fmt::format("has {} keys; the limit is {}", at.node->entries.size(), kKeysMax)));
}

Result<yaml::Node> ReadValue(const At& at) {
  const std::string text = TRY(ReadText(at, "a single value"));
  const bool is_plain = std::ranges::none_of(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
  if (text.size() > kValueBytesMax || !is_plain) {
    return std::unexpected(
        Wrong(at, fmt::format("must have at most {} bytes and no control characters: it becomes "
                              "part of the job's name",
                              kValueBytesMax)));
  }
  return *at.node;
}

yaml::Node* Find(Combination& combination, std::string_view key) {
  const auto found =
      std::ranges::find(combination, key, &std::pair<std::string, yaml::Node>::first);
  return found == combination.end() ? nullptr : &found->second;
}

/// Expands one `matrix`.
class Expansion {
 public:
  explicit Expansion(const At& at) : at_(at) {}

  Result<std::vector<Combination>> Run() {
    TRY(CheckMapping(at_));
    TRY(CountKeys(at_));
    for (const yaml::Entry& entry : at_.node->entries) {
      if (entry.key == "include" || entry.key == "exclude") continue;
      TRY(CheckKey(at_, entry));
      keys_.push_back(entry.key);
      TRY(Multiply(at_.Find(entry.key)));
    }
    if (const At exclude = at_.Find("exclude")) TRY(Exclude(exclude));
    if (combinations_.size() > kJobsMax) return TooMany(combinations_.size());
    originals_ = combinations_.size();
    if (const At include = at_.Find("include")) TRY(Include(include));
    if (combinations_.empty()) {
      return std::unexpected(Wrong(at_, "makes no job: it has no combination of values"));
    }
    if (combinations_.size() > kJobsMax) return TooMany(combinations_.size());
    return std::move(combinations_);
  }

 private:
  std::unexpected<Error> TooMany(std::size_t count) const {
    return std::unexpected(
        Wrong(at_, fmt::format("makes {} jobs; a pipeline has at most {}", count, kJobsMax)));
  }

  Status Multiply(const At& at) {
    if (at.node->kind != yaml::Kind::kList) {
      return std::unexpected(WrongType(at, "a list of values"));
    }
    if (at.node->items.empty()) return std::unexpected(Wrong(at, "has no value"));
    std::vector<Combination> before = std::move(combinations_);
    if (keys_.size() == 1) before.emplace_back();
    const std::size_t count = before.size() * at.node->items.size();
    if (count > kProductMax) return TooMany(count);
    std::vector<yaml::Node> values;
    for (std::size_t index = 0; index < at.node->items.size(); ++index) {
      values.push_back(TRY(ReadValue(at.Item(index))));
    }
    combinations_.clear();
    combinations_.reserve(count);
    for (const Combination& combination : before) {
      for (const yaml::Node& value : values) {
        combinations_.push_back(combination);
        combinations_.back().emplace_back(keys_.back(), value);
      }
    }
    return {};
  }

  /// The mappings of `include` or `exclude`, each with its place in the list.
  Result<std::vector<std::pair<At, Combination>>> ReadList(const At& at) const {
    if (at.node->kind != yaml::Kind::kList) {
      return std::unexpected(WrongType(at, "a list of mappings"));
    }
    if (at.node->items.size() > kJobsMax) {
      return std::unexpected(
          Wrong(at, fmt::format("has {} items; the limit is {}", at.node->items.size(), kJobsMax)));
    }
    std::vector<std::pair<At, Combination>> list;
    for (std::size_t index = 0; index < at.node->items.size(); ++index) {
      const At item = at.Item(index);
      TRY(CheckMapping(item));
      TRY(CountKeys(item));
      Combination values;
      for (const yaml::Entry& entry : item.node->entries) {
        TRY(CheckKey(item, entry));
        values.emplace_back(entry.key, TRY(ReadValue(item.Find(entry.key))));
      }
      if (values.empty()) return std::unexpected(Wrong(item, "has no key"));
      list.emplace_back(item, std::move(values));
    }
    return list;
  }

  Status Exclude(const At& at) {
    for (const auto& [item, values] : TRY(ReadList(at))) {
      for (const auto& [key, value] : values) {
        if (std::ranges::find(keys_, key) != keys_.end()) continue;
        return std::unexpected(
            yaml::ErrorAt(*at.document, item.Find(key).place,
                          fmt::format("'{}.{}': there is no such key; the matrix has: {}",
                                      item.where, key, Named(keys_))));
      }
      std::erase_if(combinations_, [&values](Combination& combination) {
        return std::ranges::all_of(values, [&combination](const auto& pair) {
          return Find(combination, pair.first)->text == pair.second.text;
        });
      });
    }
    return {};
  }

  bool Agrees(Combination& combination, const Combination& values) const {
    return std::ranges::all_of(values, [&](const auto& pair) {
      if (std::ranges::find(keys_, pair.first) == keys_.end()) return true;
      return Find(combination, pair.first)->text == pair.second.text;
    });
  }

  Status Include(const At& at) {
    for (const auto& [item, values] : TRY(ReadList(at))) {
      bool is_added = false;
      for (std::size_t index = 0; index < originals_; ++index) {
        Combination& combination = combinations_[index];
        if (!Agrees(combination, values)) continue;
        is_added = true;
        for (const auto& [key, value] : values) {
          if (yaml::Node* old = Find(combination, key)) {
            *old = value;
          } else {
            combination.emplace_back(key, value);
          }
        }
      }
      if (!is_added) combinations_.push_back(values);
    }
    return {};
  }

  const At& at_;
  std::vector<std::string> keys_;
  std::vector<Combination> combinations_;
  std::size_t originals_ = 0;
};

}  // namespace

Result<std::vector<Combination>> ReadMatrix(const At& at) {
  return Expansion(at).Run();
}

}  // namespace galley::pipeline
