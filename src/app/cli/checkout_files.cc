#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include <dirent.h>
#include <fmt/core.h>

#include "app/cli/datasets.h"
#include "app/cli/parallel.h"
#include "app/cli/print.h"
#include "domain/data/file_tree.h"
#include "foundation/io/errno.h"
#include "foundation/io/file.h"
#include "foundation/schema/encode.h"
#include "storage/blob/pack_format.h"

namespace galley::cli {
namespace {

constexpr int kReceivers = 4;
constexpr std::int64_t kGroupBytes = std::int64_t{8} << 20U;
constexpr std::size_t kGroupFiles = 4096;
constexpr std::size_t kSizeBytes = 8;

/// A file that is to be written.
struct Wanted {
  std::string path;
  data::TreeEntry entry;
};

/// A folder beside the final places of what it holds; gone with this.
struct Staging {
  std::string path;
  explicit Staging(std::string folder) : path(std::move(folder)) {}
  Staging(const Staging&) = delete;
  Staging& operator=(const Staging&) = delete;
  ~Staging() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
};

/// Makes the folder, or sees that it is empty.
Status PrepareTarget(const std::string& target) {
  if (::mkdir(target.c_str(), 0777) == 0) return {};
  if (errno != EEXIST) return std::unexpected(io::ErrnoError("making " + target));
  std::error_code error;
  if (!std::filesystem::is_directory(target, error)) {
    return Fail(Code::kInvalidArgument, "'{}' is no folder", target);
  }
  if (std::filesystem::is_empty(target, error) && !error) return {};
  return Fail(Code::kFailedPrecondition, "'{}' is not empty; name a new folder or an empty one",
              target);
}

std::string ObjectPath(const blob::Digest& digest) {
  return "objects/" + digest.Hex();
}

/// Reads the folders, makes them beneath `to`, and lists their files. Names that could lead
/// elsewhere are refused by DecodeFolder, and paths by CheckTreePath.
Status TakeFolder(const Server& server, const Arguments& arguments, const blob::Digest& digest,
                  const std::string& to, const std::string& path, std::vector<Wanted>& files) {
  const std::string object = TRY(Ask(server, arguments, ObjectPath(digest)));
  if (blob::DigestOf(object) != digest) {
    return Fail(Code::kDataLoss, "the folder '{}' came with another digest than {}", path,
                digest.Hex());
  }
  for (data::TreeEntry& entry :
       TRY(Context(data::DecodeFolder(object), fmt::format("the folder '{}'", path)))) {
    std::string name = path.empty() ? entry.name : fmt::format("{}/{}", path, entry.name);
    TRY(data::CheckTreePath(name));
    if (entry.kind != data::EntryKind::kFolder) {
      files.push_back({std::move(name), std::move(entry)});
      continue;
    }
    const std::string folder = fmt::format("{}/{}", to, name);
    if (::mkdir(folder.c_str(), 0777) != 0) {
      return std::unexpected(io::ErrnoError("making " + folder));
    }
    TRY(TakeFolder(server, arguments, entry.digest, to, name, files));
  }
  return {};
}

Result<io::UniqueFd> Create(const std::string& to, const Wanted& wanted) {
  const std::string path = fmt::format("{}/{}", to, wanted.path);
  const mode_t mode = wanted.entry.kind == data::EntryKind::kExecutable ? 0777 : 0666;
  io::UniqueFd file(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
  if (!file) return std::unexpected(io::ErrnoError("creating " + path));
  return file;
}

std::unexpected<Error> Damaged(const Wanted& wanted) {
  return Fail(Code::kDataLoss, "'{}' came with other bytes than its digest {} says", wanted.path,
              wanted.entry.digest.Hex());
}

Status TakeLarge(const Server& server, const Arguments& arguments, const std::string& to,
                 const Wanted& wanted) {
  const io::UniqueFd file = TRY(Create(to, wanted));
  TRY(FetchFile(server, arguments, ObjectPath(wanted.entry.digest), {}, file.get()));
  const auto digest = TRY(blob::DigestOfFile(file.get(), wanted.path));
  return digest == wanted.entry.digest ? Status() : Damaged(wanted);
}

/// Several small files in one request.
Status TakeSmall(const Server& server, const Arguments& arguments, const std::string& to,
                 std::span<const Wanted> group) {
  native::ObjectList question;
  for (const Wanted& wanted : group) question.sha256.push_back(wanted.entry.digest.Hex());
  const auto answer = Tell(server, arguments, http::Method::kPost, "objects/read",
                           schema::ToJson(question, schema::EmptyLists::kWrite));
  if (!answer) {
    return Context(Status(std::unexpected(answer.error())),
                   fmt::format("fetching '{}' and {} more", group.front().path, group.size() - 1));
  }
  std::string_view rest = *answer;
  for (const Wanted& wanted : group) {
    const std::uint64_t size =
        rest.size() < kSizeBytes ? rest.size() : blob::NumberOf(rest.substr(0, kSizeBytes));
    if (rest.size() < kSizeBytes || rest.size() - kSizeBytes < size) return Damaged(wanted);
    const std::string_view bytes = rest.substr(kSizeBytes, size);
    if (blob::DigestOf(bytes) != wanted.entry.digest) return Damaged(wanted);
    const io::UniqueFd file = TRY(Create(to, wanted));
    TRY(io::WriteAll(file.get(), bytes, wanted.path));
    rest.remove_prefix(kSizeBytes + size);
  }
  return {};
}

bool IsLarge(const Wanted& wanted) {
  return wanted.entry.bytes > static_cast<std::int64_t>(blob::kObjectBytesMax);
}

/// What one request brings: a large file, or several small ones.
std::vector<std::span<const Wanted>> GroupsOf(const std::vector<Wanted>& files) {
  std::vector<std::span<const Wanted>> groups;
  const std::span<const Wanted> all(files);
  for (std::size_t begin = 0; begin < all.size();) {
    std::size_t end = begin + 1;
    std::int64_t bytes = all[begin].entry.bytes;
    while (!IsLarge(all[begin]) && end < all.size() && !IsLarge(all[end]) &&
           end - begin < kGroupFiles && bytes + all[end].entry.bytes <= kGroupBytes) {
      bytes += all[end++].entry.bytes;
    }
    groups.push_back(all.subspan(begin, end - begin));
    begin = end;
  }
  return groups;
}

/// Moves what was staged to its place: each name of the topmost folder at once.
Status Place(const std::string& staging, const std::string& target) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(staging, error)) {
    const std::string to = fmt::format("{}/{}", target, entry.path().filename().string());
    if (std::rename(entry.path().c_str(), to.c_str()) != 0) {
      return std::unexpected(io::ErrnoError("naming " + to));
    }
  }
  if (!error) return {};
  return Fail(Code::kUnavailable, "reading {}: {}", staging, error.message());
}

}  // namespace

Result<int> CheckOutFiles(const Server& server, const Arguments& arguments, const std::string& name,
                          std::int64_t number) {
  const std::string body =
      TRY(Ask(server, arguments, fmt::format("{}/versions/{}", DatasetPath(name), number)));
  const auto version = TRY(Understood<native::DatasetVersionAnswer>(body)).version;
  const auto root = blob::Digest::FromHex(version.digest);
  if (!root) return Fail(Code::kUnavailable, "the server's answer is not understood");
  TRY(PrepareTarget(arguments.to));
  const Staging staging(fmt::format("{}/.galley-checkout-{}", arguments.to, ::getpid()));
  if (::mkdir(staging.path.c_str(), 0700) != 0) {
    return std::unexpected(io::ErrnoError("making " + staging.path));
  }
  std::vector<Wanted> files;
  TRY(TakeFolder(server, arguments, *root, staging.path, "", files));
  const auto groups = GroupsOf(files);
  TRY(InParallel(groups.size(), kReceivers, [&](std::size_t at) {
    const auto group = groups[at];
    if (IsLarge(group.front())) return TakeLarge(server, arguments, staging.path, group.front());
    return TakeSmall(server, arguments, staging.path, group);
  }));
  TRY(Place(staging.path, arguments.to));
  fmt::print(stderr, "{}@{} is in {}: {}, {}\n", Clean(name), number, Clean(arguments.to),
             Counted(version.files, "file"), Bytes(version.bytes));
  return 0;
}

}  // namespace galley::cli
