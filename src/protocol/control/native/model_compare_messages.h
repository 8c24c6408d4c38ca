#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "foundation/schema/message.h"

/// What the native API answers of two versions of a model beside each other
/// (docs/formats/native_api.md). Of each row `a` or `b` is absent where that version lacks it.
namespace galley::native {

struct AskModelCompare {
  std::int64_t a = 0;
  std::int64_t b = 0;
  std::int64_t limit = 200;  ///< Of each list.
  static const schema::Message kSchema;
};
struct MetricPair {
  std::string key;
  std::optional<double> a;
  std::optional<double> b;
  static const schema::Message kSchema;
};
struct TextPair {
  std::string key;
  std::optional<std::string> a;
  std::optional<std::string> b;
  static const schema::Message kSchema;
};
/// A field of a signature.
struct SignaturePair {
  std::string part;  ///< `inputs`, `outputs`, `params`.
  std::string name;  ///< Of a column or tensor; its number from 1 if it has none.
  std::optional<std::string> a;
  std::optional<std::string> b;
  static const schema::Message kSchema;
};
struct FilePair {
  std::string path;
  std::optional<std::string> a_sha256;
  std::optional<std::string> b_sha256;
  std::optional<std::int64_t> a_bytes;
  std::optional<std::int64_t> b_bytes;
  static const schema::Message kSchema;
};
/// One of the two.
struct ComparedVersion {
  std::int64_t version = 0;
  std::vector<std::string> aliases;
  std::optional<std::string> run;
  std::optional<std::string> run_name;
  std::optional<std::string> commit;
  std::int64_t created_ms = 0;
  std::int64_t files = 0;
  std::int64_t bytes = 0;
  bool has_signature = false;
  static const schema::Message kSchema;
};
struct ModelCompareAnswer {
  std::string model;
  ComparedVersion a;
  ComparedVersion b;
  std::vector<MetricPair> metrics;  ///< All, by key.
  std::vector<TextPair> params;     ///< That differ, by key.
  std::int64_t params_same = 0;
  std::vector<SignaturePair> signature;  ///< That differ, in the order of the fields.
  std::int64_t signature_same = 0;
  std::vector<FilePair> files;  ///< That differ, by path.
  std::int64_t files_same = 0;
  bool has_more = false;  ///< `limit` left rows out.
  static const schema::Message kSchema;
};

}  // namespace galley::native
