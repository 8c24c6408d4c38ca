#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "domain/pipeline/triggers.h"
#include "foundation/base/error.h"
#include "protocol/control/native/home_messages.h"
#include "serving/snapshot/snapshot.h"
#include "storage/journal/store.h"

/// The parts of `home`, in the order in which they are made. Inside of this room only.
namespace galley::native {

struct HomeMaking {
  const journal::View& view;
  std::string_view project;
  std::int64_t now_ms = 0;
  const Result<snapshot::Status>& gateway;
  const std::vector<pipeline::TriggerState>& triggers;
  HomeAnswer answer;
};

/// What is not in the database.
struct HomeOutside {
  std::int64_t now_ms = 0;
  const Result<snapshot::Status>& gateway;
  const std::vector<pipeline::TriggerState>& triggers;
};
/// The whole of it, as it is in a snapshot.
Result<HomeAnswer> MakeHome(const journal::View& view, std::string_view project,
                            const HomeOutside& outside);

/// Whether activity leaves out events of this kind.
bool IsNoise(std::string_view kind);

/// `stages`, `setup`.
Status AddStages(HomeMaking& making);
/// `needs`.
Status AddNeeds(HomeMaking& making);
/// `champions`.
Status AddChampions(HomeMaking& making);

}  // namespace galley::native
