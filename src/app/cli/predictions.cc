#include <cstdio>
#include <memory>

#include <fmt/core.h>

#include "app/cli/ask.h"
#include "app/cli/commands.h"
#include "foundation/http/url.h"
#include "foundation/io/errno.h"
#include "foundation/schema/encode.h"
#include "protocol/control/native/prediction_messages.h"

namespace galley::cli {
namespace {

constexpr std::int64_t kPage = 200;

struct Closer {
  void operator()(std::FILE* file) const {
    if (file != stdout) std::fclose(file);
  }
};

Status WriteLine(std::FILE* file, const std::string& line) {
  if (std::fwrite(line.data(), 1, line.size(), file) == line.size() &&
      std::fputc('\n', file) != EOF) {
    return {};
  }
  return Fail(Code::kUnavailable, "the output cannot be written");
}

}  // namespace

Result<int> ExportPredictions(const Arguments& arguments) {
  const Server server = TRY(FindServer(arguments));
  const std::unique_ptr<std::FILE, Closer> file(
      arguments.to.empty() ? stdout : std::fopen(arguments.to.c_str(), "we"));
  if (!file) return std::unexpected(io::ErrnoError(arguments.to));
  const std::string path =
      fmt::format("endpoints/{}/predictions", http::PercentEncode(arguments.id));
  std::string after;
  std::int64_t count = 0;
  for (bool more = true; more;) {
    const auto answer = TRY(Understood<native::RequestsAnswer>(
        TRY(Ask(server, arguments, path, {{"after", after}, {"limit", std::to_string(kPage)}}))));
    for (const native::RequestMessage& request : answer.requests) {
      TRY(WriteLine(file.get(), schema::ToJson(request, schema::EmptyLists::kWrite)));
      after = request.id;
      ++count;
    }
    more = answer.has_more;
  }
  if (std::fflush(file.get()) != 0) return std::unexpected(io::ErrnoError("the output"));
  if (!arguments.to.empty()) fmt::print(stderr, "{} requests in {}\n", count, arguments.to);
  return 0;
}

}  // namespace galley::cli
