#pragma once

#include <string>
#include <string_view>

#include "foundation/base/error.h"

namespace galley::serving {

/// A requirements.txt that an environment is made from.
struct Requirements {
  std::string text;
  int count = 0;             ///< Of lines that ask for a package.
  bool names_files = false;  ///< Of other files beside it: `-c constraints.txt`, `code/x.whl`.
  bool is_slim = false;      ///< `mlflow` was replaced.
};

/// The requirements as the model has them.
Requirements AsWritten(std::string_view text);

/// The same with `mlflow` replaced by what a worker uses of it: `mlflow-skinny` of the same
/// versions, numpy and pandas. The rest of mlflow's requirements, more than 100 MB, is for its
/// server; MLflow names those that a model imports on lines of their own. Lines with extras, an
/// address or hashes stay, and then `is_slim` is false.
Requirements Slimmed(std::string_view text);

/// `3.11` of `3.11.2`; empty of an empty text. kInvalidArgument for anything else.
Result<std::string> PythonSeries(std::string_view version);

}  // namespace galley::serving
