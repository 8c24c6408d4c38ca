#include "app/cli/object_sender.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "app/cli/parallel.h"
#include "foundation/io/process.h"
#include "foundation/schema/encode.h"
#include "protocol/control/native/data_messages.h"
#include "storage/blob/pack_format.h"

namespace galley::cli {
namespace {

constexpr int kSendersMax = 3;
constexpr std::uint64_t kGroupBytes = std::uint64_t{32} << 20U;
constexpr std::size_t kAskMax = 10'000;
constexpr std::size_t kSizeBytes = 8;
constexpr std::size_t kPieceBytes = std::size_t{256} << 10U;

/// The parcels [begin, end), which travel in one request.
struct Group {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::uint64_t bytes = 0;  // Of the request's body.
};

bool IsLarge(const Parcel& parcel) {
  return static_cast<std::uint64_t>(parcel.size()) > blob::kObjectBytesMax;
}

std::vector<Group> GroupsOf(const std::vector<Parcel>& parcels) {
  std::vector<Group> groups;
  for (std::size_t at = 0; at < parcels.size(); ++at) {
    const auto bytes = static_cast<std::uint64_t>(parcels[at].size());
    const bool alone = IsLarge(parcels[at]) || groups.empty() ||
                       IsLarge(parcels[groups.back().begin]) ||
                       groups.back().bytes + bytes > kGroupBytes ||
                       at - groups.back().begin >= blob::kPackObjectsMax;
    if (alone) groups.push_back({.begin = at, .end = at});
    groups.back().end = at + 1;
    groups.back().bytes += bytes + kSizeBytes;
  }
  return groups;
}

/// The body of a request: the parcels' bytes, each with its size in front.
class Body {
 public:
  Body(const std::vector<Parcel>& parcels, const Group& group)
      : parcels_(parcels), next_(group.begin), end_(group.end) {}

  Result<std::size_t> Give(char* to, std::size_t size) {
    std::size_t given = 0;
    while (given < size) {
      if (memory_.empty() && !reader_) {
        if (next_ == end_) break;
        TRY(BeginNext());
      }
      if (!memory_.empty()) {
        const std::size_t taken = std::min(size - given, memory_.size());
        std::memcpy(to + given, memory_.data(), taken);
        memory_.remove_prefix(taken);
        given += taken;
        continue;
      }
      const std::size_t got = TRY(reader_->Read(to + given, size - given));
      if (got == 0) reader_.reset();
      given += got;
    }
    return given;
  }

 private:
  Status BeginNext() {
    const Parcel& parcel = parcels_[next_++];
    head_.clear();
    blob::AppendNumber(head_, static_cast<std::uint64_t>(parcel.size()), kSizeBytes);
    if (parcel.file != nullptr) {
      reader_ = TRY(LocalReader::Open(*parcel.file));
    } else {
      head_ += *parcel.bytes;
    }
    memory_ = head_;
    return {};
  }

  const std::vector<Parcel>& parcels_;
  std::size_t next_;
  const std::size_t end_;
  std::string head_;
  std::string_view memory_;  // Of `head_`: what is still to be given.
  std::optional<LocalReader> reader_;
};

Status TakeDigest(const Parcel& parcel, const std::string& text) {
  const auto digest = blob::Digest::FromHex(text);
  if (!digest) return Fail(Code::kUnavailable, "the server's answer is not understood: '{}'", text);
  if (parcel.file == nullptr) return {};
  if (parcel.file->digest && *parcel.file->digest != *digest) {
    return Fail(Code::kAborted, "'{}' was changed while it was read; commit again",
                parcel.file->where);
  }
  parcel.file->digest = digest;
  return {};
}

/// A file, or a folder's object, that is a blob of its own.
Status SendLarge(const Server& server, const Arguments& arguments, const Parcel& parcel) {
  std::string body;
  if (parcel.file != nullptr) {
    const LocalReader reader = TRY(LocalReader::Open(*parcel.file));
    body = TRY(SendFile(server, arguments, reader.descriptor(),
                        static_cast<std::uint64_t>(parcel.size())));
    TRY(reader.CheckUnchanged());
  } else {
    body = TRY(Tell(server, arguments, http::Method::kPost, "uploads", *parcel.bytes));
  }
  return TakeDigest(parcel, TRY(Understood<native::UploadAnswer>(body)).sha256);
}

Status SendGroup(const Server& server, const Arguments& arguments,
                 const std::vector<Parcel>& parcels, const Group& group) {
  if (IsLarge(parcels[group.begin])) return SendLarge(server, arguments, parcels[group.begin]);
  Body body(parcels, group);
  const std::string text =
      TRY(SendBody(server, arguments, "objects", group.bytes,
                   [&body](char* to, std::size_t size) { return body.Give(to, size); }));
  const auto answer = TRY(Understood<native::ObjectList>(text));
  if (answer.sha256.size() != group.end - group.begin) {
    return Fail(Code::kUnavailable, "the server stored {} objects instead of {}",
                answer.sha256.size(), group.end - group.begin);
  }
  for (std::size_t at = 0; at < answer.sha256.size(); ++at) {
    TRY(TakeDigest(parcels[group.begin + at], answer.sha256[at]));
  }
  return {};
}

}  // namespace

Status SendParcels(const Server& server, const Arguments& arguments,
                   const std::vector<Parcel>& parcels) {
  const std::vector<Group> groups = GroupsOf(parcels);
  return InParallel(groups.size(), kSendersMax, [&](std::size_t at) {
    return SendGroup(server, arguments, parcels, groups[at]);
  });
}

Result<std::vector<blob::Digest>> MissingOf(const Server& server, const Arguments& arguments,
                                            const std::vector<blob::Digest>& digests) {
  std::vector<blob::Digest> missing;
  for (std::size_t begin = 0; begin < digests.size(); begin += kAskMax) {
    native::ObjectList question;
    for (std::size_t at = begin; at < std::min(begin + kAskMax, digests.size()); ++at) {
      question.sha256.push_back(digests[at].Hex());
    }
    const std::string body = TRY(Tell(server, arguments, http::Method::kPost, "objects/missing",
                                      schema::ToJson(question, schema::EmptyLists::kWrite)));
    for (const std::string& text : TRY(Understood<native::ObjectList>(body)).sha256) {
      const auto digest = blob::Digest::FromHex(text);
      if (digest) missing.push_back(*digest);
    }
  }
  return missing;
}

Status HashFiles(const std::vector<LocalFile*>& files) {
  return InParallel(files.size(), io::UsableCores(), [&](std::size_t at) -> Status {
    LocalReader reader = TRY(LocalReader::Open(*files[at]));
    thread_local std::string piece(kPieceBytes, '\0');
    blob::Sha256 hash;
    for (;;) {
      const std::size_t got = TRY(reader.Read(piece.data(), piece.size()));
      if (got == 0) break;
      hash.Add(std::string_view(piece).substr(0, got));
    }
    files[at]->digest = hash.Finish();
    return {};
  });
}

}  // namespace galley::cli
