#include "app/exec/exec.h"

#include <cstdlib>
#include <exception>
#include <new>
#include <string_view>

#include "domain/data/table_child.h"
#include "platform/exec/child.h"
#include "platform/jobs/shim.h"

namespace galley::exec {
namespace {

Result<std::string> RunTable(const std::string& request) {
  const char* library = std::getenv("GALLEY_DUCKDB_LIBRARY");  // NOLINT(concurrency-mt-unsafe)
  if (library == nullptr)
    return Fail(Code::kFailedPrecondition, "GALLEY_DUCKDB_LIBRARY is not set");
  return data::RunTableChild(request, library);
}

struct KindRow {
  std::string_view name;
  Result<std::string> (*run)(const std::string& request);
};
constexpr KindRow kKinds[] = {{"table", RunTable}};

/// A kind that is no question with an answer: it reads its own request, and stays.
constexpr std::string_view kJob = "job";

Result<std::string> Answer(const KindRow& kind) try {
  return kind.run(TRY(ReadRequest()));
} catch (const std::bad_alloc&) {
  return Fail(Code::kResourceExhausted, "out of memory");
} catch (const std::exception& exception) {
  return Fail(Code::kInternal, "{}", exception.what());
}

}  // namespace

Result<int> RunKind(const std::string& kind) {
  if (kind == kJob) return jobs::RunShim();
  std::string names(kJob);
  for (const KindRow& row : kKinds) {
    if (row.name == kind) return Report(Answer(row));
    names += fmt::format(", {}", row.name);
  }
  return Fail(Code::kInvalidArgument, "there is no kind '{}'; there are: {}", kind, names);
}

}  // namespace galley::exec
