#include "domain/rollout/publisher.h"

#include "domain/rollout/service.h"
#include "foundation/io/file.h"
#include "storage/journal/journal.h"

namespace galley::rollout {
namespace {

constexpr std::size_t kStatusBytesMax = std::size_t{16} * 1024 * 1024;

}  // namespace

Status Publisher::Publish() {
  const std::scoped_lock lock(mutex_);
  snapshot::Snapshot snapshot;
  TRY(store_.Read(journal::kDefaultProject, [&](const journal::View& view) -> Status {
    snapshot = TRY(BuildSnapshot(view.db, store_.clock.NowMs()));
    return {};
  }));
  const std::string path = snapshot::SnapshotPath(data_);
  TRY(io::MakeFolder(path.substr(0, path.rfind('/'))));
  TRY(io::ReplaceFile(path, snapshot::ToText(snapshot)));
  version_ = snapshot.version;
  return {};
}

Result<snapshot::Status> Publisher::GatewayStatus() const {
  return snapshot::ParseStatus(TRY(io::ReadFile(snapshot::StatusPath(data_), kStatusBytesMax)));
}

}  // namespace galley::rollout
