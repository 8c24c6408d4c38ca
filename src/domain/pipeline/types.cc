#include "domain/pipeline/types.h"

#include <algorithm>
#include <iterator>

namespace galley::pipeline {
namespace {

using schema::Field;
using schema::Of;

constexpr std::string_view kRunStates[] = {"waiting", "running",   "succeeded",
                                           "failed",  "cancelled", "refused"};
constexpr std::string_view kJobStates[] = {"waiting", "running", "succeeded", "cached",
                                           "skipped", "failed",  "cancelled", "refused"};

constexpr Field kKeyPart[] = {Of<&KeyPart::kind>("kind"), Of<&KeyPart::name>("name"),
                              Of<&KeyPart::value>("value")};
constexpr Field kKeyParts[] = {Of<&KeyParts::parts>("parts")};
constexpr Field kOutFile[] = {Of<&OutFile::path>("path"), Of<&OutFile::sha256>("sha256"),
                              Of<&OutFile::bytes>("bytes"),
                              Of<&OutFile::is_executable>("is_executable")};
constexpr Field kMetric[] = {Of<&Metric::name>("name"), Of<&Metric::value>("value")};
constexpr Field kResults[] = {Of<&Results::files>("files"), Of<&Results::metrics>("metrics")};

template <typename State, std::size_t kCount>
std::optional<State> Parse(const std::string_view (&names)[kCount], std::string_view text) {
  const auto* found = std::ranges::find(names, text);
  if (found == std::end(names)) return std::nullopt;
  return static_cast<State>(found - names);
}

}  // namespace

const schema::Message KeyPart::kSchema{"KeyPart", kKeyPart};
const schema::Message KeyParts::kSchema{"KeyParts", kKeyParts};
const schema::Message OutFile::kSchema{"OutFile", kOutFile};
const schema::Message Metric::kSchema{"JobMetric", kMetric};
const schema::Message Results::kSchema{"Results", kResults};

std::string_view RunStateName(RunState state) {
  return kRunStates[static_cast<std::size_t>(state)];
}

std::optional<RunState> ParseRunState(std::string_view text) {
  return Parse<RunState>(kRunStates, text);
}

std::string_view JobStateName(JobState state) {
  return kJobStates[static_cast<std::size_t>(state)];
}

std::optional<JobState> ParseJobState(std::string_view text) {
  return Parse<JobState>(kJobStates, text);
}

std::string Commit::Text() const {
  constexpr std::size_t kShown = 12;
  if (hex.empty()) return "";
  return fmt::format("code {}{}", hex.substr(0, kShown), has_changes ? " with changes" : "");
}

}  // namespace galley::pipeline
