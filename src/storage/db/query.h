#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace galley::db {

/// What a predicate or an order looks at: a vocabulary shared by all searches. Not every kind of
/// thing has every field; a search for one that it lacks is kInvalidArgument.
enum class Field : std::uint8_t {
  kMetric,  ///< With a key: the latest value.
  kParam,   ///< With a key.
  kTag,     ///< With a key.
  kId,
  kName,
  kUser,
  kStatus,
  kType,
  kRun,  ///< The run that it comes from, or that it is.
  kVersion,
  kSource,
  kArtifactUri,
  kStarted,
  kEnded,
  kCreated,
  kUpdated,
  kDatasetName,
  kDatasetDigest,
  kDatasetContext,
};

enum class Compare : std::uint8_t {
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kLike,   ///< SQL's `%` and `_`, case-sensitive.
  kILike,  ///< The same, case-insensitive for ASCII.
  kIn,
  kNotIn,
  kIsNull,
  kIsNotNull,
};

/// A condition. Comparing what is absent is false, whatever the comparison; only kIsNull finds it.
struct Predicate {
  enum class Kind : std::uint8_t { kAnd, kOr, kNot, kCompare };
  Kind kind = Kind::kAnd;
  std::vector<Predicate> children;  ///< Of kAnd, kOr, kNot. An empty kAnd is true.

  Field field = Field::kId;
  std::string key;
  Compare compare = Compare::kEqual;
  bool is_number = false;  ///< Compare as numbers.
  double number = 0;
  std::string text;
  std::vector<std::string> list;  ///< For kIn and kNotIn.
};

struct OrderKey {
  Field field = Field::kStarted;
  std::string key;
  bool ascending = true;
};

enum class View : std::uint8_t { kActive = 1, kDeleted = 2, kAll = 3 };

/// A search. Pages are counted from the start of the whole result.
struct Query {
  Predicate where;
  std::vector<OrderKey> order;  ///< Before the default order, which makes the result unambiguous.
  View view = View::kActive;
  std::int64_t offset = 0;
  std::int64_t limit = 1000;
};

template <typename T>
struct Page {
  std::vector<T> items;
  bool has_more = false;
};

}  // namespace galley::db
