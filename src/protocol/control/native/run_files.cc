#include <algorithm>
#include <charconv>
#include <memory>
#include <utility>

#include "domain/tracking/service.h"
#include "foundation/base/path.h"
#include "foundation/http/url.h"
#include "protocol/control/native/api.h"
#include "protocol/control/native/run_file_messages.h"

namespace galley::native {
namespace {

using journal::View;

/// How a page can show a file, by its name's ending, and what it is sent as.
struct FileKind {
  std::string_view ending;
  std::string_view preview;
  std::string_view content_type;
};
constexpr FileKind kKinds[] = {
    {".txt", "text", "text/plain; charset=utf-8"},
    {".log", "text", "text/plain; charset=utf-8"},
    {".md", "text", "text/plain; charset=utf-8"},
    {".json", "text", "text/plain; charset=utf-8"},
    {".yaml", "text", "text/plain; charset=utf-8"},
    {".yml", "text", "text/plain; charset=utf-8"},
    {".toml", "text", "text/plain; charset=utf-8"},
    {".py", "text", "text/plain; charset=utf-8"},
    {".sh", "text", "text/plain; charset=utf-8"},
    {".cfg", "text", "text/plain; charset=utf-8"},
    {".ini", "text", "text/plain; charset=utf-8"},
    {"MLmodel", "text", "text/plain; charset=utf-8"},
    {"requirements", "text", "text/plain; charset=utf-8"},
    {".csv", "table", "text/csv; charset=utf-8"},
    {".tsv", "table", "text/tab-separated-values; charset=utf-8"},
    {".png", "image", "image/png"},
    {".jpg", "image", "image/jpeg"},
    {".jpeg", "image", "image/jpeg"},
    {".gif", "image", "image/gif"},
    {".webp", "image", "image/webp"},
    {".html", "sandbox", "text/html; charset=utf-8"},
    {".svg", "sandbox", "image/svg+xml"},
};
constexpr FileKind kOther{"", "none", "application/octet-stream"};

const FileKind& KindOf(std::string_view name) {
  const auto* found = std::ranges::find_if(
      kKinds, [name](const FileKind& kind) { return name.ends_with(kind.ending); });
  return found == std::end(kKinds) ? kOther : *found;
}

/// Where the run's artifacts lie among Galley's; null: elsewhere.
std::optional<std::string> FolderOf(const tracking::Run& run) {
  const std::string_view uri = run.artifact_uri;
  if (!uri.starts_with(tracking::kArtifactScheme)) return std::nullopt;
  return std::string(uri.substr(tracking::kArtifactScheme.size()));
}

Result<tracking::Run> RunOf(const View& view, const http::Request& request) {
  return tracking::GetRun(
      view.db, view.project,
      TRY(tracking::ResolveRun(view.db, view.project, request.Captured("run"))));
}

Status CheckPath(std::string_view path) {
  const auto checked = CheckRelativePath(path);
  if (checked) return {};
  return std::unexpected(Error(checked.error()).Context("'path'"));
}

Result<RunFilesAnswer> ListFilesOf(const View& view, const ListRunFiles& message,
                                   const http::Request& request) {
  TRY(CheckPage(message.limit, kPageMax));
  const auto run = TRY(RunOf(view, request));
  RunFilesAnswer answer{.path = message.path, .root_uri = run.artifact_uri};
  const auto root = FolderOf(run);
  answer.is_here = root.has_value();
  if (!root) return answer;
  std::string folder = *root;
  if (!message.path.empty()) {
    TRY(CheckPath(message.path));
    folder += "/" + message.path;
  }
  for (auto& entry : TRY(tracking::ListArtifacts(view.db, view.project, folder))) {
    std::string name = entry.path.substr(folder.size() + 1);
    if (!message.after.empty() && name <= message.after) continue;
    if (answer.entries.size() == static_cast<std::size_t>(message.limit)) {
      answer.has_more = true;
      break;
    }
    RunFile file{.name = name,
                 .path = entry.path.substr(root->size() + 1),
                 .is_folder = entry.is_folder,
                 .size = entry.size};
    file.preview = entry.is_folder ? "none" : KindOf(name).preview;
    if (entry.is_folder) {
      const auto totals = TRY(tracking::TotalsBeneath(view.db, view.project, entry.path));
      file.files = totals.files;
      file.size = totals.bytes;
    }
    answer.entries.push_back(std::move(file));
  }
  return answer;
}

/// What a `Range` header asks for; null: all of it.
struct ByteRange {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  bool is_possible = true;
};
/// RFC 9110 §14: one range; several, or what is not understood, is answered with everything.
std::optional<ByteRange> RangeOf(const http::Request& request, std::uint64_t size) {
  const http::Header* header = request.Find("range");
  constexpr std::string_view kUnit = "bytes=";
  if (header == nullptr || !header->value.starts_with(kUnit)) return std::nullopt;
  const std::string_view text = header->value.substr(kUnit.size());
  const auto dash = text.find('-');
  if (dash == std::string_view::npos || text.find(',') != std::string_view::npos) {
    return std::nullopt;
  }
  const auto number = [](std::string_view digits) -> std::optional<std::uint64_t> {
    std::uint64_t value = 0;
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size()) {
      return std::nullopt;
    }
    return value;
  };
  const auto first = number(text.substr(0, dash));
  const auto last = number(text.substr(dash + 1));
  if (dash == 0) {
    if (!last) return std::nullopt;
    return ByteRange{size - std::min(*last, size), size, *last > 0 && size > 0};
  }
  if (!first || (!last && dash + 1 < text.size()) || (last && *last < *first)) return std::nullopt;
  return ByteRange{*first, last ? std::min(*last, size - 1) + 1 : size, *first < size};
}

/// The headers that keep what a run has logged from running as a page of this server: whatever may
/// hold a script gets an origin of its own without scripts, everything else is no page.
void Guard(http::Response& response, const FileKind& kind, std::string_view path) {
  const std::string name(path.substr(path.rfind('/') + 1));
  const bool is_shown = kind.preview != "none";
  response.headers.emplace_back(
      "Content-Disposition",
      fmt::format("{}; filename*=UTF-8''{}", is_shown ? "inline" : "attachment",
                  http::PercentEncode(name)));
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
  response.headers.emplace_back("Content-Security-Policy",
                                "sandbox; default-src 'none'; style-src 'unsafe-inline'; "
                                "img-src data:");
  response.headers.emplace_back("Cross-Origin-Resource-Policy", "same-origin");
  response.headers.emplace_back("Accept-Ranges", "bytes");
}

Result<http::Response> FileOf(const Api& api, const http::Request& request) {
  GetRunFile message;
  TRY(DecodeQuery(request, GetRunFile::kSchema, &message));
  TRY(CheckPath(message.path));
  blob::Blob blob;
  TRY(api.store.Read(request.Captured("project"), [&](const View& view) -> Status {
    const auto run = TRY(RunOf(view, request));
    const auto root = FolderOf(run);
    if (!root) {
      return Fail(Code::kFailedPrecondition,
                  "the artifacts lie at '{}', outside of this server; read them there",
                  run.artifact_uri);
    }
    blob = TRY(
        tracking::GetArtifact(view.db, view.project, fmt::format("{}/{}", *root, message.path)));
    return {};
  }));
  auto open = TRY(api.blobs.Open(blob.digest));
  const auto size = static_cast<std::uint64_t>(open.size);
  const FileKind& kind = KindOf(message.path);
  const auto range = RangeOf(request, size);
  if (range && !range->is_possible) {
    http::Response refused = http::ErrorResponse(
        416, "invalid_argument",
        fmt::format("the file has {} bytes, none of which is in the range", size));
    refused.headers.emplace_back("Content-Range", fmt::format("bytes */{}", size));
    return refused;
  }
  http::Response response{.content_type = std::string(kind.content_type),
                          .file = std::make_shared<const io::UniqueFd>(std::move(open.file)),
                          .file_bytes = size};
  Guard(response, kind, message.path);
  response.headers.emplace_back("ETag", fmt::format("\"{}\"", blob.digest.Hex()));
  if (range) {
    response.status = 206;
    response.file_offset = range->begin;
    response.file_bytes = range->end - range->begin;
    response.headers.emplace_back(
        "Content-Range", fmt::format("bytes {}-{}/{}", range->begin, range->end - 1, size));
  }
  return response;
}

}  // namespace

std::vector<http::Route> RunFileRoutes(const Api& api) {
  std::vector<http::Route> routes;
  AddRead(routes, api, "runs/{run}/files", ListFilesOf);
  const auto call = [api](const http::Request& request) {
    auto response = FileOf(api, request);
    return response ? *std::move(response) : http::ErrorResponse(response.error());
  };
  routes.push_back({http::Method::kGet, "/api/v1/projects/{project}/runs/{run}/file",
                    http::BlockingHandler{call}, policy::Right::kRead, 0, &GetRunFile::kSchema});
  return routes;
}

}  // namespace galley::native
