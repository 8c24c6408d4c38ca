#pragma once

#include <string_view>

#include "foundation/base/error.h"
#include "foundation/http/message.h"
#include "foundation/schema/decode.h"

namespace galley::mlflow {

/// `{"error_code":"RESOURCE_DOES_NOT_EXIST","message":"…"}` with MLflow's status. Logic errors are
/// never 5xx: its client repeats those for minutes.
http::Response ErrorAnswer(const Error& error);

/// The same for what the HTTP layer refuses below MLflow's paths (http::Area).
http::Response LayerError(int status, std::string_view code, std::string_view message);

/// A problem of a message in MLflow's words.
Error Worded(const schema::Problem& problem);

/// `Invalid value "a b" for parameter 'key' supplied: why`.
Error InvalidValue(std::string_view value, std::string_view parameter, std::string_view why = {});

/// `Missing value for required parameter 'run_id'. See …`.
Error Missing(std::string_view parameter);

}  // namespace galley::mlflow
