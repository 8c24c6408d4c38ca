#include "protocol/control/native/data_files.h"

#include <algorithm>
#include <charconv>
#include <memory>
#include <utility>

#include "foundation/schema/decode.h"
#include "protocol/control/native/data_routes.h"
#include "storage/blob/pack_format.h"

namespace galley::native {
namespace {

constexpr std::string_view kActor = "anonymous";
constexpr std::string_view kBytes = "application/octet-stream";
constexpr std::size_t kSizeBytes = 8;
constexpr std::uint64_t kObjectsBytesMax = blob::kPackBytesMax + blob::kPackObjectsMax * kSizeBytes;
constexpr std::size_t kReadBytesMax = std::size_t{16} << 20U;

Result<blob::Digest> DigestIn(std::string_view text) {
  const auto digest = blob::Digest::FromHex(text);
  if (digest) return *digest;
  return Fail(Code::kInvalidArgument, "'{}' is no SHA-256; it must be 64 hexadecimal digits",
              text.substr(0, 100));
}

Result<std::vector<blob::Digest>> DigestsIn(const http::Request& request) {
  const auto message = schema::FromJson<ObjectList>(request.body, {.refuse_unknown = true});
  if (!message) return std::unexpected(schema::ErrorOf(message.error()));
  std::vector<blob::Digest> digests;
  for (const std::string& text : message->sha256) digests.push_back(TRY(DigestIn(text)));
  return digests;
}

template <typename T>
http::Response Json(const T& answer) {
  return {.body = schema::ToJson(answer, schema::EmptyLists::kWrite)};
}

/// Objects on their way into a pack: each with its size in front.
class ObjectsUpload : public http::Upload {
 public:
  explicit ObjectsUpload(std::unique_ptr<blob::PackWriter> writer) : writer_(std::move(writer)) {}

  Status Write(std::string_view bytes) override {
    while (!bytes.empty()) {
      if (head_.size() < kSizeBytes) {
        const std::size_t taken = std::min(kSizeBytes - head_.size(), bytes.size());
        head_ += bytes.substr(0, taken);
        bytes.remove_prefix(taken);
        if (head_.size() < kSizeBytes) return {};
        left_ = blob::NumberOf(head_);
        TRY(writer_->Begin(left_));
      } else {
        const std::size_t taken = std::min<std::uint64_t>(left_, bytes.size());
        writer_->Write(bytes.substr(0, taken));
        bytes.remove_prefix(taken);
        left_ -= taken;
      }
      if (left_ > 0) continue;
      stored_.sha256.push_back(TRY(writer_->End()).Hex());
      head_.clear();
    }
    return {};
  }

  http::Response Finish() override {
    if (!head_.empty()) {
      return http::ErrorResponse(
          {Code::kInvalidArgument, fmt::format("the object {} is cut off: {} bytes are missing",
                                               stored_.sha256.size() + 1, left_)});
    }
    const Status finished = writer_->Finish();
    return finished ? Json(stored_) : http::ErrorResponse(finished.error());
  }

 private:
  std::unique_ptr<blob::PackWriter> writer_;
  std::string head_;        // The size, as far as it has come.
  std::uint64_t left_ = 0;  // Of the object.
  ObjectList stored_;
};

TreeFilesAnswer ToMessage(const data::FileRows& rows, bool is_difference) {
  TreeFilesAnswer answer{.has_more = rows.has_more};
  for (const data::FileRow& row : rows.files) {
    TreeFile file{.path = row.path, .bytes = row.bytes, .executable = row.executable};
    if (row.digest) file.sha256 = row.digest->Hex();
    if (row.before) file.before = row.before->Hex();
    if (is_difference) file.change = !row.before ? "added" : row.digest ? "changed" : "removed";
    answer.files.push_back(std::move(file));
  }
  return answer;
}

}  // namespace

DatasetVersion VersionMessage(const data::Version& version) {
  DatasetVersion message{.version = version.number,
                         .id = version.id.Hex(),
                         .digest = version.digest.Hex(),
                         .mode = std::string(data::ModeName(version.mode)),
                         .added = version.rows.added,
                         .removed = version.rows.removed,
                         .changed = version.rows.changed,
                         .rows = version.rows.total,
                         .files = version.files,
                         .bytes = version.bytes,
                         .actor = version.actor,
                         .source = version.source,
                         .message = version.message,
                         .batch = version.batch,
                         .created_ms = version.created_ms,
                         .outcome = version.outcome};
  if (version.parent) message.parent = version.parent->Hex();
  for (const auto& column : version.columns) message.columns.push_back({column.name, column.type});
  return message;
}

http::Route ObjectsRoute(const Api& api) {
  const auto open =
      [&packs = api.blobs.packs()](const http::Request&) -> Result<std::unique_ptr<http::Upload>> {
    return std::make_unique<ObjectsUpload>(packs.Begin());
  };
  return {http::Method::kPost,
          "/api/v1/projects/{project}/objects",
          http::UploadHandler{open},
          policy::Right::kTrack,
          kObjectsBytesMax,
          nullptr,
          nullptr,
          &ObjectList::kSchema};
}

Result<http::Response> MissingObjects(const Api& api, const http::Request& request) {
  ObjectList missing;
  for (const blob::Digest& digest : TRY(DigestsIn(request))) {
    if (!api.blobs.SizeOf(digest)) missing.sha256.push_back(digest.Hex());
  }
  return Json(missing);
}

Result<http::Response> ReadObjects(const Api& api, const http::Request& request) {
  const auto digests = TRY(DigestsIn(request));
  std::uint64_t bytes = 0;
  for (const blob::Digest& digest : digests) {
    bytes += TRY(api.blobs.SizeOf(digest)) + kSizeBytes;
    if (bytes > kReadBytesMax) {
      return Fail(Code::kInvalidArgument, "the objects have more than {} bytes; ask for fewer",
                  kReadBytesMax);
    }
  }
  http::Response response{.content_type = std::string(kBytes)};
  response.body.reserve(bytes);
  for (const blob::Digest& digest : digests) {
    const std::string object = TRY(api.blobs.Read(digest, kReadBytesMax));
    blob::AppendNumber(response.body, object.size(), kSizeBytes);
    response.body += object;
  }
  return response;
}

Result<http::Response> GetObject(const Api& api, const http::Request& request) {
  const blob::Digest digest = TRY(DigestIn(request.Captured("sha256")));
  http::Response response{.content_type = std::string(kBytes)};
  if (api.blobs.packs().SizeOf(digest)) {
    response.body = TRY(api.blobs.packs().Read(digest));
    return response;
  }
  auto opened = TRY(api.blobs.Open(digest));
  response.file = std::make_shared<const io::UniqueFd>(std::move(opened.file));
  response.file_bytes = static_cast<std::uint64_t>(opened.size);
  return response;
}

Result<http::Response> CommitTreeOf(const Api& api, const http::Request& request) {
  auto message = schema::FromJson<CommitTree>(request.body, {.refuse_unknown = true});
  if (!message) return std::unexpected(schema::ErrorOf(message.error()));
  const auto version = TRY(api.datasets.CommitFiles(
      std::string(request.Captured("project")), {.dataset = std::string(request.Captured("name")),
                                                 .root = TRY(DigestIn(message->tree)),
                                                 .source = std::move(message->source),
                                                 .message = std::move(message->message),
                                                 .batch = std::move(message->batch),
                                                 .actor = std::string(kActor)}));
  return Json(DatasetVersionAnswer{VersionMessage(version), {}});
}

Result<http::Response> ListTree(const Api& api, const http::Request& request) {
  ListTreeFiles message;
  TRY(DecodeQuery(request, ListTreeFiles::kSchema, &message));
  TRY(CheckPage(message.limit, kPageMax));
  const auto rows = TRY(api.datasets.ListFiles(
      std::string(request.Captured("project")), std::string(request.Captured("name")),
      TRY(VersionOf(request.Captured("version"))).number, static_cast<std::size_t>(message.limit),
      message.after));
  return Json(ToMessage(rows, false));
}

Result<http::Response> CompareTrees(const Api& api, const http::Request& request,
                                    const CompareDataset& message) {
  TRY(CheckPage(message.limit, kPageMax));
  if (!message.keys.empty()) {
    return Fail(Code::kInvalidArgument, "'keys' is for tables; files are told apart by path");
  }
  const auto found = TRY(api.datasets.CompareFiles(
      std::string(request.Captured("project")), std::string(request.Captured("name")), message.from,
      message.to, static_cast<std::size_t>(message.limit)));
  TreeFilesAnswer files = ToMessage(found.rows, true);
  return Json(TreeDifferenceAnswer{.files = std::move(files.files),
                                   .has_more = files.has_more,
                                   .added = found.counts.added,
                                   .removed = found.counts.removed,
                                   .changed = found.counts.changed,
                                   .same = found.counts.total});
}

}  // namespace galley::native
