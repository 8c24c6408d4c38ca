#include "domain/pipeline/substitute.h"

#include <algorithm>

namespace galley::pipeline {
namespace {

std::string_view Trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

template <typename Pairs>
std::string NamesOf(const Pairs& pairs) {
  std::vector<std::string> names;
  for (const auto& pair : pairs) names.push_back(pair.first);
  return Named(names);
}

}  // namespace

Result<yaml::Node> Scope::Value(std::string_view name) const {
  const auto dot = std::min(name.find('.'), name.size());
  const std::string_view root = name.substr(0, dot);
  const std::string_view rest = name.substr(std::min(dot + 1, name.size()));
  if (root == "matrix") {
    const auto found = std::ranges::find(matrix, rest, &std::pair<std::string, yaml::Node>::first);
    if (found != matrix.end()) return found->second;
    return Fail(Code::kInvalidArgument, "'{}': there is no such key; the matrix has: {}", name,
                NamesOf(matrix));
  }
  if (root == "env") {
    const auto found =
        std::ranges::find(environment, rest, &std::pair<std::string, std::string>::first);
    if (found != environment.end()) {
      return yaml::Node{.kind = yaml::Kind::kText, .text = found->second};
    }
    return Fail(Code::kInvalidArgument, "'{}': there is no such variable; env has: {}", name,
                NamesOf(environment));
  }
  if (root == "params") {
    const yaml::Node* found = parameters->Find(rest);
    if (found == nullptr) {
      return Fail(Code::kInvalidArgument, "'{}': there is no such parameter; there are: {}", name,
                  Named(parameters->Names()));
    }
    if (found->IsScalar()) return *found;
    return Fail(Code::kInvalidArgument, "'{}' is {}; a single value is needed here", name,
                yaml::KindName(found->kind));
  }
  if (keeps_branch && name == "branch") {
    return yaml::Node{.kind = yaml::Kind::kText, .text = std::string(kBranch)};
  }
  return Fail(Code::kInvalidArgument,
              "'{}' is not known; there are: matrix.KEY, params.NAME, env.NAME", name);
}

Result<std::string> Fill(std::string_view text, const Scope& scope) {
  std::string out;
  for (;;) {
    const auto open = text.find("${{");
    out += text.substr(0, open);
    if (out.size() > kFilledMax) {
      return Fail(Code::kInvalidArgument, "it has more than {} bytes with its values filled in",
                  kFilledMax);
    }
    if (open == std::string_view::npos) return out;
    text.remove_prefix(open + 3);
    const auto close = text.find("}}");
    if (close == std::string_view::npos) {
      return Fail(Code::kInvalidArgument, "'${{{{' has no '}}}}' behind it");
    }
    out += TRY(scope.Value(Trimmed(text.substr(0, close)))).text;
    text.remove_prefix(close + 2);
  }
}

Result<std::string> ReadFilled(const At& at, std::string_view expected, const Scope& scope) {
  const std::string text = TRY(ReadText(at, expected));
  auto filled = Fill(text, scope);
  if (!filled) return std::unexpected(WrongIn(at, filled.error().message));
  return filled;
}

void SetVariable(std::vector<std::pair<std::string, std::string>>& environment,
                 const std::string& name, std::string value) {
  const auto found =
      std::ranges::find(environment, name, &std::pair<std::string, std::string>::first);
  if (found != environment.end()) {
    found->second = std::move(value);
  } else {
    environment.emplace_back(name, std::move(value));
  }
}

}  // namespace galley::pipeline
