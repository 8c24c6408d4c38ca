#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace galley::serving {

/// `{"predictions": [...]}`, byte for byte as MLflow's scoring server writes float32 arrays: each
/// value as the shortest text of the double that equals it (0.12345679104328156, not 0.12345679),
/// NaN and infinities as NaN, Infinity, -Infinity (which is not JSON, but what its clients read).
/// `values`: rows × columns, row after row; one column makes a flat list, more make lists of lists.
std::string PredictionsJson(std::span<const float> values, std::size_t columns);

/// The same for an XGBClassifier, whose `predict` answers with class numbers. `values` as the trees
/// give them: one probability a row (above 0.5 is class 1) or one a class (the greatest wins).
std::string ClassesJson(std::span<const float> values, std::size_t columns);

}  // namespace galley::serving
