#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "domain/registry/service.h"
#include "domain/rollout/service.h"

/// Rows of variants and of an endpoint's revisions. Inside of this room only.
namespace galley::rollout {

inline constexpr std::int64_t kWholeWeight = 1000;
inline constexpr std::string_view kMain = "main";
inline constexpr std::string_view kCanary = "canary";
inline constexpr std::string_view kShadow = "shadow";

/// The variant whose columns begin with `first`: id, name, weight, mirror, model, version,
/// version_id, python, created_ms, retired_ms.
Variant VariantAt(const db::Rows& rows, int first);

/// Makes the next version of the snapshot.
Status Bump(db::Connection& db);

/// A model version whose files are here.
struct Servable {
  registry::ModelVersion version;
  std::vector<registry::VersionFile> files;
};
Result<Servable> FindServable(const journal::Change& change, std::string_view model,
                              std::int64_t number);
Status CheckPython(std::string_view python);
/// Of what a person does to an endpoint.
inline constexpr std::size_t kReasonBytesMax = 1000;
Status CheckReason(std::string_view reason);

Status StoreVariant(journal::Change& change, std::int64_t endpoint, const Variant& variant,
                    const std::vector<registry::VersionFile>& files);
/// Another one of the same files, under another id.
Status CopyVariant(journal::Change& change, std::int64_t endpoint, const Variant& variant,
                   const Id& of);
Status Retire(journal::Change& change, const Id& variant);
Status Reweigh(journal::Change& change, const Id& variant, std::string_view name,
               std::int64_t weight, std::int64_t mirror);

/// The facts of a variant, into the object of an event that is being written.
void Describe(json::Writer& detail, const Variant& variant);

/// Another variant is the champion from now on, because of `cause`: `created`, `set`, `promoted`,
/// `undone`. Takes the references of drift that were kept for its version. The revision's number.
Result<std::int64_t> AddRevision(journal::Change& change, std::int64_t endpoint, const Id& variant,
                                 std::string_view cause, std::optional<std::int64_t> rollout,
                                 std::string_view reason);

}  // namespace galley::rollout
