#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/pipeline/definition.h"
#include "domain/pipeline/reader.h"

/// `params:` of a pipeline. Inside of this room only.
namespace galley::pipeline {

class Parameters {
 public:
  /// `at`: what stands under `params`; its node is null if nothing does.
  static Result<Parameters> Read(const At& at, const Files& files,
                                 const std::map<std::string, std::string>& inputs);

  /// By dotted name; null if there is none.
  const yaml::Node* Find(std::string_view name) const;
  /// All single values below `name`, with their values as JSON.
  std::vector<std::pair<std::string, std::string>> Below(std::string_view name) const;
  /// The names of all single values and lists.
  std::vector<std::string> Names() const;

 private:
  Status Replace(const std::string& name, const std::string& text);

  yaml::Node root_{.kind = yaml::Kind::kMap};
};

}  // namespace galley::pipeline
