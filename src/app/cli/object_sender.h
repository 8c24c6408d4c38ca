#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/cli/ask.h"
#include "app/cli/commands.h"
#include "app/cli/local_files.h"
#include "foundation/base/error.h"
#include "storage/blob/digest.h"

/// How a commit's bytes get to the server.
namespace galley::cli {

/// Something to be sent: a file of a tree, or bytes at hand.
struct Parcel {
  LocalFile* file = nullptr;
  const std::string* bytes = nullptr;  ///< If there is no file.

  std::int64_t size() const {
    return file != nullptr ? file->bytes : static_cast<std::int64_t>(bytes->size());
  }
};

/// Stores everything on the server, durably, several requests at a time. Sets the files' digests;
/// kAborted if a digest that was known before is another one.
Status SendParcels(const Server& server, const Arguments& arguments,
                   const std::vector<Parcel>& parcels);

/// Which of these objects the server has not.
Result<std::vector<blob::Digest>> MissingOf(const Server& server, const Arguments& arguments,
                                            const std::vector<blob::Digest>& digests);

/// Computes the digests of these files, on all cores.
Status HashFiles(const std::vector<LocalFile*>& files);

}  // namespace galley::cli
