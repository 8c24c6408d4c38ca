#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/error.h"
#include "serving/runtime/xgboost_file.h"

namespace galley::serving {

/// A boosted tree model of XGBoost, evaluated without the library and equal to its CPU predictor
/// (3.2.0) in every bit of every float: see README.md for why, `tests/trees` for how that is known.
/// Immutable after `Load`; any number of threads may predict at once. Owns all that it needs.
class TreeModel {
 public:
  enum class Format { kJson, kUbjson };

  /// Which boosting rounds take part. kBest: those up to `best_iteration` if early stopping has set
  /// it, as `XGBModel.predict` does. kAll: all of them, as `Booster.predict` does.
  enum class Rounds { kAll, kBest };

  /// Model files of more bytes are refused (kResourceExhausted). A loaded model takes at most about
  /// four times the size of its file (as XGBoost writes it, a third), and reading one ten times.
  static constexpr std::size_t kBytesMax = std::size_t{256} << 20;

  /// The format by the first bytes: `{` and then a quotation mark or a UBJSON length.
  /// kInvalidArgument, with what it seems to be, if it is neither.
  static Result<Format> Detect(std::string_view bytes);

  /// Reads and checks a model, from `bytes` that nobody needs afterwards. kInvalidArgument if they
  /// are damaged, kUnimplemented if the model is of a kind that is not evaluated here (see
  /// `xgboost_file.h`), each with a message for the model's owner.
  static Result<std::unique_ptr<const TreeModel>> Load(std::string_view bytes, Format format,
                                                       Rounds rounds = Rounds::kAll);

  /// Values per row that `Predict` and `PredictMargin` read. At least 1.
  std::size_t features() const { return file_.features; }
  /// Values per row that `PredictMargin` writes: classes, targets or 1.
  std::size_t margins() const { return file_.base_margins.size(); }
  /// Values per row that `Predict` writes: `margins()`, but 1 for `multi:softmax`.
  std::size_t outputs() const;
  /// Empty if the file names none, else one per feature.
  const std::vector<std::string>& feature_names() const { return file_.feature_names; }
  /// As XGBoost spells it: `binary:logistic`.
  std::string_view objective() const { return file_.objective->name; }
  std::optional<std::int64_t> best_iteration() const { return file_.best_iteration; }
  /// Trees that take part in a prediction.
  std::size_t trees() const { return trees_.size(); }

  /// Predictions as the library's `predict` gives them. `rows`: row_count × features(), row after
  /// row, NaN where a value is missing; `out`: row_count × outputs(). Other sizes are the caller's
  /// fault and end the process. No allocation, no failure; leaves that a training gone astray left
  /// infinite or NaN make such predictions, as in the library.
  void Predict(std::span<const float> rows, std::size_t row_count, std::span<float> out) const;

  /// The same before the objective's transform, `output_margin=True`. `out`: row_count × margins().
  void PredictMargin(std::span<const float> rows, std::size_t row_count,
                     std::span<float> out) const;

 private:
  struct Block;

  TreeModel() = default;

  Status Init(XgboostFile file, Rounds rounds);
  void SumTrees(std::size_t group, const Block& block, std::span<float> sums) const;
  void PredictClass(const Block& block, std::span<float> out) const;

  XgboostFile file_;
  std::vector<Tree> trees_;               // Stably sorted by group: a group's trees in file order.
  std::vector<std::size_t> group_begin_;  // margins() + 1 indices into trees_.
};

}  // namespace galley::serving
