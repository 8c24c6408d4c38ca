#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace galley::http {

/// Undoes percent-encoding once (RFC 3986 §2.1); null where a `%` is not followed by two hex
/// digits. `plus_is_space` as in the query of a form.
std::optional<std::string> PercentDecode(std::string_view text, bool plus_is_space = false);

/// Percent-encodes everything but RFC 3986's unreserved characters and `/`.
std::string PercentEncodePath(std::string_view text);

/// The same without the exception: for a value in a query.
std::string PercentEncode(std::string_view text);

/// The `name=value` pairs of a query or of a form's body, decoded; null if a pair is ill encoded.
std::optional<std::vector<std::pair<std::string, std::string>>> ParseQuery(std::string_view query);

/// The path behind a base path such as `/galley`, `/` if nothing is there; the path itself if it
/// does not begin with it. An empty base leaves all paths as they are.
std::string_view PathBelow(std::string_view base, std::string_view path);

}  // namespace galley::http
