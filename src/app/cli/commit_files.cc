#include <sys/stat.h>

#include <algorithm>
#include <deque>
#include <set>

#include <fmt/core.h>

#include "app/cli/datasets.h"
#include "app/cli/object_sender.h"
#include "app/cli/print.h"
#include "domain/data/file_tree.h"
#include "foundation/io/clock.h"
#include "foundation/schema/encode.h"
#include "storage/blob/pack_format.h"

namespace galley::cli {
namespace {

constexpr std::int64_t kProgressBytes = std::int64_t{64} << 20U;
constexpr std::int64_t kNsInMs = 1'000'000;
constexpr std::size_t kSampleFiles = 64;
constexpr std::size_t kShortDigest = 12;

/// A tree's folders as objects.
struct FolderObjects {
  std::deque<std::string> objects;
  std::vector<blob::Digest> digests;  // Of `objects`.
};

/// Makes the object of a folder and of those beneath it; all files have their digests.
Result<data::TreeEntry> MakeObject(const LocalTree& tree, const LocalFolder& folder,
                                   FolderObjects& made) {
  const auto name_of = [](const std::string& path) { return path.substr(path.rfind('/') + 1); };
  std::vector<data::TreeEntry> entries;
  for (const auto& inner : folder.folders) {
    entries.push_back(TRY(MakeObject(tree, *inner, made)));
  }
  for (const std::size_t index : folder.files) {
    const LocalFile& file = tree.files[index];
    entries.push_back(
        {.kind = file.executable ? data::EntryKind::kExecutable : data::EntryKind::kFile,
         .bytes = file.bytes,
         .digest = *file.digest,
         .name = name_of(file.path)});
  }
  const data::TreeTotals totals = data::TotalsOf(entries);
  made.objects.push_back(
      TRY(Context(data::EncodeFolder(entries), fmt::format("the folder '{}'", folder.path))));
  made.digests.push_back(blob::DigestOf(made.objects.back()));
  return data::TreeEntry{.kind = data::EntryKind::kFolder,
                         .bytes = totals.bytes,
                         .files = totals.files,
                         .digest = made.digests.back(),
                         .name = name_of(folder.path)};
}

std::vector<blob::Digest> WithoutRepeats(std::vector<blob::Digest> digests) {
  std::ranges::sort(digests);
  const auto repeats = std::ranges::unique(digests);
  digests.erase(repeats.begin(), repeats.end());
  return digests;
}

/// Which of these the server has not, each once.
Result<std::set<blob::Digest>> Missing(const Server& server, const Arguments& arguments,
                                       std::vector<blob::Digest> digests) {
  const auto missing = TRY(MissingOf(server, arguments, WithoutRepeats(std::move(digests))));
  return std::set<blob::Digest>(missing.begin(), missing.end());
}

/// Whether hashing these files first is worth it: most of a sample of them are on the server.
Result<bool> AreThere(const Server& server, const Arguments& arguments,
                      const std::vector<LocalFile*>& files) {
  std::vector<LocalFile*> sample;
  const std::size_t step = files.size() / kSampleFiles + 1;
  for (std::size_t at = 0; at < files.size(); at += step) sample.push_back(files[at]);
  TRY(HashFiles(sample));
  std::vector<blob::Digest> digests;
  for (const LocalFile* file : sample) digests.push_back(*file->digest);
  return TRY(MissingOf(server, arguments, digests)).size() * 2 < sample.size();
}

/// Sends what the server lacks of the files. A dataset that is new gets small ones that are not
/// known here as they are, so that their bytes are read once, unless most seem to be there.
Status SendFiles(const Server& server, const Arguments& arguments, bool is_new, LocalTree& tree) {
  std::vector<LocalFile*> hashed;
  std::vector<LocalFile*> small;
  for (LocalFile& file : tree.files) {
    const bool is_large = file.bytes > static_cast<std::int64_t>(blob::kObjectBytesMax);
    if (!file.digest) (is_large ? hashed : small).push_back(&file);
  }
  const bool is_sent = is_new && !small.empty() && !TRY(AreThere(server, arguments, small));
  if (is_sent) std::erase_if(small, [](const LocalFile* file) { return file->digest.has_value(); });
  std::vector<Parcel> parcels;
  if (is_sent) {
    for (LocalFile* file : small) parcels.push_back({.file = file});
  } else {
    hashed.insert(hashed.end(), small.begin(), small.end());
  }
  TRY(HashFiles(hashed));
  std::vector<blob::Digest> known;
  for (const LocalFile& file : tree.files) {
    if (file.digest) known.push_back(*file.digest);
  }
  auto missing = TRY(Missing(server, arguments, std::move(known)));
  for (LocalFile& file : tree.files) {
    if (file.digest && missing.erase(*file.digest) > 0) parcels.push_back({.file = &file});
  }
  std::int64_t bytes = 0;
  for (const Parcel& parcel : parcels) bytes += parcel.size();
  if (bytes > kProgressBytes) {
    fmt::print(stderr, "Sending {}, {} ...\n",
               Counted(static_cast<std::int64_t>(parcels.size()), "file"), Bytes(bytes));
  }
  return SendParcels(server, arguments, parcels);
}

/// Whether the tree is, by what is known of its files, the newest version.
Result<bool> IsNewest(const std::optional<native::Dataset>& dataset, const LocalTree& tree) {
  const auto is_known = [](const LocalFile& file) { return file.digest.has_value(); };
  if (!dataset || !dataset->latest || !std::ranges::all_of(tree.files, is_known)) return false;
  FolderObjects made;
  return TRY(MakeObject(tree, tree.root, made)).digest.Hex() == dataset->latest->digest;
}

Result<blob::Digest> SendFolders(const Server& server, const Arguments& arguments,
                                 const LocalTree& tree) {
  FolderObjects made;
  const blob::Digest root = TRY(MakeObject(tree, tree.root, made)).digest;
  auto missing = TRY(Missing(server, arguments, made.digests));
  std::vector<Parcel> parcels;
  for (std::size_t at = 0; at < made.objects.size(); ++at) {
    if (missing.erase(made.digests[at]) > 0) parcels.push_back({.bytes = &made.objects[at]});
  }
  TRY(SendParcels(server, arguments, parcels));
  return root;
}

Status RefuseTableOptions(const Arguments& arguments) {
  const bool any = arguments.mode != "append" || !arguments.keys.empty() ||
                   !arguments.where.empty() || !arguments.format.empty();
  if (!any) return {};
  return Fail(Code::kInvalidArgument,
              "--mode, --key, --where and --format are for tables; a commit of files is all that "
              "there is from then on");
}

}  // namespace

Result<int> CommitFiles(const Arguments& arguments) {
  TRY(RefuseTableOptions(arguments));
  struct stat facts{};
  const bool is_folder = arguments.files.size() == 1 &&
                         ::stat(arguments.files.front().c_str(), &facts) == 0 &&
                         S_ISDIR(facts.st_mode);
  if (arguments.files.empty()) {
    return Fail(Code::kInvalidArgument, "--files needs a folder, or files");
  }
  const Server server = TRY(FindServer(arguments));
  const auto dataset = TRY(FindDataset(server, arguments, arguments.id));
  if (dataset && dataset->kind != kFilesKind) {
    return Fail(Code::kFailedPrecondition, "the dataset '{}' is a table; files need another one",
                arguments.id);
  }
  const std::int64_t began_ms = io::SystemClock().NowMs();
  LocalTree tree =
      is_folder ? TRY(WalkFolder(arguments.files.front())) : TRY(TreeOf(arguments.files));
  const StatCache cache = StatCache::Load(arguments.files.front());
  cache.Apply(tree);
  std::string root;
  if (TRY(IsNewest(dataset, tree))) {
    root = dataset->latest->digest;
  } else {
    TRY(SendFiles(server, arguments, !dataset, tree));
    cache.Save(tree, began_ms * kNsInMs);
    root = TRY(SendFolders(server, arguments, tree)).Hex();
  }
  const native::CommitTree message{.tree = root,
                                   .source = arguments.source,
                                   .message = arguments.message,
                                   .batch = arguments.batch};
  const std::string body = TRY(
      SendCommit(server, arguments, "trees", schema::ToJson(message, schema::EmptyLists::kWrite)));
  if (arguments.json) {
    fmt::print("{}\n", body);
    return 0;
  }
  const auto version = TRY(Understood<native::DatasetVersionAnswer>(body)).version;
  fmt::print("{}@{}  {}  +{} -{} ~{}, {}, {}\n", Clean(arguments.id), version.version,
             version.digest.substr(0, kShortDigest), version.added, version.removed,
             version.changed, Counted(version.files, "file"), Bytes(version.bytes));
  return 0;
}

}  // namespace galley::cli
