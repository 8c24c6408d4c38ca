#include "app/cli/model_at.h"

namespace galley::cli {
namespace {

constexpr std::size_t kVersionDigitsMax = 18;  // So that it is a number of 64 bits.

}  // namespace

Result<ModelAt> ParseModelAt(std::string_view text) {
  const auto at = text.rfind('@');
  if (at == std::string_view::npos || at == 0 || at + 1 == text.size() ||
      text.size() - at - 1 > kVersionDigitsMax ||
      text.find_first_not_of("0123456789", at + 1) != std::string_view::npos) {
    return Fail(Code::kInvalidArgument, "'{}' must be MODEL@VERSION, such as orange-juice@1", text);
  }
  return ModelAt{std::string(text.substr(0, at)), std::string(text.substr(at + 1))};
}

}  // namespace galley::cli
