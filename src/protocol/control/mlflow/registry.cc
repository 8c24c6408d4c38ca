#include <algorithm>
#include <charconv>

#include "domain/registry/service.h"
#include "domain/tracking/service.h"
#include "foundation/http/url.h"
#include "protocol/control/mlflow/api.h"
#include "protocol/control/mlflow/convert.h"
#include "protocol/control/mlflow/filter.h"
#include "protocol/control/mlflow/limits.h"
#include "protocol/control/mlflow/registry_messages.h"

namespace galley::mlflow {
namespace {

using journal::Change;
using journal::View;

constexpr std::int64_t kModelsDefault = 100;
constexpr std::int64_t kModelsMax = 1000;
constexpr std::int64_t kVersionsDefault = 10'000;
constexpr std::int64_t kVersionsMax = 200'000;
constexpr std::size_t kNameMax = 256;
constexpr std::size_t kAliasMax = 255;
constexpr std::size_t kTagValueMax = 100'000;
constexpr std::size_t kDescriptionMax = 5000;

std::optional<std::string> NonEmpty(const std::string& text) {
  if (text.empty()) return std::nullopt;
  return text;
}

std::vector<KeyValue> PairsOf(const std::vector<registry::KeyValue>& pairs) {
  std::vector<KeyValue> messages;
  for (const auto& [key, value] : pairs) messages.push_back({key, value});
  return messages;
}

ModelVersion ToMessage(const registry::ModelVersion& version) {
  ModelVersion message{.name = version.model,
                       .version = fmt::format("{}", version.version),
                       .creation_timestamp = version.created_ms,
                       .last_updated_timestamp = version.updated_ms,
                       .current_stage = version.stage,
                       .description = version.description,
                       .source = NonEmpty(version.source),
                       .status = "READY",
                       .run_link = version.run_link,
                       .tags = PairsOf(version.tags),
                       .aliases = version.aliases};
  if (version.run) message.run_id = version.run->Hex();
  return message;
}

RegisteredModel ToMessage(const registry::RegisteredModel& model) {
  RegisteredModel message{.name = model.name,
                          .creation_timestamp = model.created_ms,
                          .last_updated_timestamp = model.updated_ms,
                          .description = NonEmpty(model.description),
                          .tags = PairsOf(model.tags)};
  for (const auto& version : model.latest) message.latest_versions.push_back(ToMessage(version));
  for (const auto& alias : model.aliases) {
    message.aliases.push_back({alias.alias, fmt::format("{}", alias.version)});
  }
  return message;
}

Status CheckName(std::string_view name) {
  if (name.find_first_not_of(' ') == std::string_view::npos) {
    return std::unexpected(Missing("name"));
  }
  if (name.find_first_of("/:") != std::string_view::npos) {
    return Fail(Code::kInvalidArgument, "Invalid model name '{}'. Names cannot contain '/' or ':'.",
                name);
  }
  if (name == "." || name == ".." || name.find('\0') != std::string_view::npos) {
    return std::unexpected(InvalidValue(name, "name", "it must not resolve to another path"));
  }
  if (CharacterCount(name) <= kNameMax) return {};
  return Fail(Code::kInvalidArgument, "'name' exceeds the maximum length of {} characters",
              kNameMax);
}

Status CheckTag(const KeyValue& tag) {
  TRY(CheckKey(tag.key, "key", "key"));
  if (CharacterCount(tag.value) <= kTagValueMax) return {};
  return Fail(Code::kInvalidArgument, "'value' exceeds the maximum length of {} characters",
              kTagValueMax);
}

Status CheckDescription(std::string_view text) {
  if (CharacterCount(text) <= kDescriptionMax) return {};
  return Fail(Code::kInvalidArgument, "'description' exceeds the maximum length of {} characters",
              kDescriptionMax);
}

Status CheckAlias(std::string_view alias) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto is_word = [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' ||
           c == '-' || static_cast<unsigned char>(c) >= 0x80;
  };
  if (!std::ranges::all_of(alias, is_word)) {
    return Fail(Code::kInvalidArgument,
                "Invalid alias name: '{}'. Names may only contain alphanumerics, underscores (_), "
                "and dashes (-).",
                alias);
  }
  if (CharacterCount(alias) > kAliasMax) {
    return Fail(Code::kInvalidArgument,
                "'Registered model alias name' exceeds the maximum length of {} characters",
                kAliasMax);
  }
  if (http::EqualsIgnoringCase(alias, "latest")) {
    return Fail(Code::kInvalidArgument, "'latest' alias name (case insensitive) is reserved.");
  }
  const bool like_version = (alias.starts_with('v') || alias.starts_with('V')) &&
                            alias.size() > 1 && std::ranges::all_of(alias.substr(1), is_digit);
  if (!like_version) return {};
  return Fail(Code::kInvalidArgument, "Version alias name '{}' is reserved.", alias);
}

Result<std::int64_t> VersionOf(std::string_view text) {
  std::int64_t version = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
  if (error == std::errc() && end == text.data() + text.size() && version >= 0) return version;
  return Fail(Code::kInvalidArgument, "Parameter 'version' must be an integer, got '{}'.", text);
}

/// A source must name something that this server or a store elsewhere holds: no file of the
/// server's disk, and nothing that climbs out of its folder, however often it is encoded.
Status CheckSource(std::string_view source) {
  constexpr int kRoundsMax = 10;
  std::string plain(source);
  for (int round = 0; round < kRoundsMax; ++round) {
    auto decoded = http::PercentDecode(plain);
    if (!decoded || *decoded == plain) break;
    plain = *std::move(decoded);
  }
  const bool climbs = plain.find("/../") != std::string::npos || plain.ends_with("/..") ||
                      plain.starts_with("../") || plain == "..";
  const bool local = plain.starts_with('/') || plain.starts_with("file:");
  if (!climbs && !local && plain.find('\0') == std::string::npos) return {};
  return Fail(Code::kInvalidArgument,
              "Invalid model version source: '{}'. It must be models:/…, mlflow-artifacts:/… or a "
              "URI of another store, without '..'",
              source);
}

Result<RegisteredModelAnswer> Create(Change& change, const CreateRegisteredModel& message) {
  TRY(CheckName(message.name));
  TRY(CheckDescription(message.description));
  for (const KeyValue& tag : message.tags) TRY(CheckTag(tag));
  return RegisteredModelAnswer{
      ToMessage(TRY(registry::CreateModel(change, {.name = message.name,
                                                   .description = message.description,
                                                   .tags = FromMessages(message.tags)})))};
}

Result<RegisteredModelAnswer> Get(const View& view, const ModelName& message) {
  return RegisteredModelAnswer{
      ToMessage(TRY(registry::GetModel(view.db, view.project, message.name)))};
}

Result<RegisteredModelAnswer> Rename(Change& change, const RenameModel& message) {
  TRY(CheckName(message.new_name));
  return RegisteredModelAnswer{
      ToMessage(TRY(registry::RenameModel(change, message.name, message.new_name)))};
}

Result<RegisteredModelAnswer> Describe(Change& change, const DescribeModel& message) {
  TRY(CheckDescription(message.description));
  return RegisteredModelAnswer{
      ToMessage(TRY(registry::DescribeModel(change, message.name, message.description)))};
}

Result<Empty> Delete(Change& change, const ModelName& message) {
  TRY(registry::DeleteModel(change, message.name));
  return Empty{};
}

Result<Empty> SetTag(Change& change, const ModelTag& message) {
  TRY(CheckTag({message.key, message.value}));
  TRY(registry::SetModelTag(change, message.name, {message.key, message.value}));
  return Empty{};
}

Result<Empty> RemoveTag(Change& change, const ModelTag& message) {
  TRY(registry::DeleteModelTag(change, message.name, message.key));
  return Empty{};
}

Result<db::Query> QueryOf(const SearchRegistry& message, Searched searched, std::int64_t fallback,
                          std::int64_t max) {
  db::Query query;
  query.limit = TRY(PageSize(message.max_results, fallback, max));
  query.offset = TRY(OffsetOf(message.page_token));
  query.where = TRY(ParseFilter(message.filter, searched));
  query.order = TRY(ParseOrder(message.order_by, searched));
  return query;
}

Result<RegisteredModelsAnswer> Search(const View& view, const SearchRegistry& message) {
  const db::Query query =
      TRY(QueryOf(message, Searched::kRegisteredModels, kModelsDefault, kModelsMax));
  const auto page = TRY(registry::SearchModels(view.db, view.project, query));
  RegisteredModelsAnswer answer;
  for (const auto& model : page.items) answer.registered_models.push_back(ToMessage(model));
  if (page.has_more) answer.next_page_token = PageToken(query.offset + query.limit);
  return answer;
}

Result<Empty> PutAlias(Change& change, const ModelAliasRequest& message) {
  TRY(CheckAlias(message.alias));
  if (message.version.empty()) return std::unexpected(Missing("version"));
  TRY(registry::SetAlias(change, message.name, message.alias, TRY(VersionOf(message.version))));
  return Empty{};
}

Result<Empty> RemoveAlias(Change& change, const ModelAliasRequest& message) {
  TRY(registry::DeleteAlias(change, message.name, message.alias));
  return Empty{};
}

Result<ModelVersionAnswer> ByAlias(const View& view, const ModelAliasRequest& message) {
  return ModelVersionAnswer{
      ToMessage(TRY(registry::GetByAlias(view.db, view.project, message.name, message.alias)))};
}

Result<ModelVersionsAnswer> Latest(const View& view, const GetLatestVersions& message) {
  ModelVersionsAnswer answer;
  for (const auto& version :
       TRY(registry::LatestVersions(view.db, view.project, message.name, message.stages))) {
    answer.model_versions.push_back(ToMessage(version));
  }
  return answer;
}

/// MLflow's pages find a logged model's versions in a tag of it, a JSON list.
Status NoteOnLoggedModel(Change& change, const registry::ModelVersion& version) {
  constexpr std::string_view kTag = "mlflow.modelVersions";
  const auto model = TRY(tracking::GetModel(change.db, change.project, *version.logged_model));
  std::string list;
  for (const auto& tag : model.tags) {
    if (tag.key == kTag && tag.value.ends_with("}]")) {
      list = tag.value.substr(1, tag.value.size() - 2) + ", ";
    }
  }
  std::string name;
  json::AppendString(name, version.model);
  const tracking::KeyValue tag{
      std::string(kTag),
      fmt::format("[{}{{\"name\": {}, \"version\": {}}}]", list, name, version.version)};
  return tracking::SetModelTags(change, model.id, {&tag, 1});
}

Result<ModelVersionAnswer> CreateOne(Change& change, const CreateModelVersion& message) {
  TRY(CheckName(message.name));
  TRY(CheckSource(message.source));
  TRY(CheckDescription(message.description));
  for (const KeyValue& tag : message.tags) TRY(CheckTag(tag));
  registry::NewVersion version{.model = message.name,
                               .source = message.source,
                               .run_link = message.run_link,
                               .description = message.description,
                               .tags = FromMessages(message.tags)};
  if (!message.run_id.empty()) version.run = TRY(RunIdOf(message.run_id));
  if (!message.model_id.empty()) version.logged_model = TRY(ModelIdOf(message.model_id));
  const auto made = TRY(registry::CreateVersion(change, version));
  if (made.logged_model) TRY(NoteOnLoggedModel(change, made));
  return ModelVersionAnswer{ToMessage(made)};
}

Result<ModelVersionAnswer> GetOne(const View& view, const VersionKey& message) {
  return ModelVersionAnswer{ToMessage(TRY(
      registry::GetVersion(view.db, view.project, message.name, TRY(VersionOf(message.version)))))};
}

Result<ModelVersionAnswer> DescribeOne(Change& change, const DescribeVersion& message) {
  TRY(CheckDescription(message.description));
  return ModelVersionAnswer{ToMessage(TRY(registry::DescribeVersion(
      change, message.name, TRY(VersionOf(message.version)), message.description)))};
}

Result<Empty> DeleteOne(Change& change, const VersionKey& message) {
  TRY(registry::DeleteVersion(change, message.name, TRY(VersionOf(message.version))));
  return Empty{};
}

Result<ModelVersionAnswer> Stage(Change& change, const TransitionStage& message) {
  return ModelVersionAnswer{
      ToMessage(TRY(registry::SetStage(change, message.name, TRY(VersionOf(message.version)),
                                       message.stage, message.archive_existing_versions)))};
}

Result<Empty> SetTagOfOne(Change& change, const VersionTag& message) {
  TRY(CheckTag({message.key, message.value}));
  TRY(registry::SetVersionTag(change, message.name, TRY(VersionOf(message.version)),
                              {message.key, message.value}));
  return Empty{};
}

Result<Empty> RemoveTagOfOne(Change& change, const VersionTag& message) {
  TRY(registry::DeleteVersionTag(change, message.name, TRY(VersionOf(message.version)),
                                 message.key));
  return Empty{};
}

Result<ModelVersionsAnswer> SearchVersions(const View& view, const SearchRegistry& message) {
  const db::Query query =
      TRY(QueryOf(message, Searched::kModelVersions, kVersionsDefault, kVersionsMax));
  const auto page = TRY(registry::SearchVersions(view.db, view.project, query));
  ModelVersionsAnswer answer;
  for (const auto& version : page.items) answer.model_versions.push_back(ToMessage(version));
  if (page.has_more) answer.next_page_token = PageToken(query.offset + query.limit);
  return answer;
}

Result<DownloadUriAnswer> DownloadUri(const View& view, const VersionKey& message) {
  const auto version = TRY(
      registry::GetVersion(view.db, view.project, message.name, TRY(VersionOf(message.version))));
  return DownloadUriAnswer{version.location};
}

}  // namespace

std::vector<http::Route> RegistryRoutes(const Api& api) {
  using http::Method;
  std::vector<http::Route> routes;
  AddWrite(routes, api, Method::kPost, "mlflow/registered-models/create", Create);
  AddRead(routes, api, Method::kGet, "mlflow/registered-models/get", Get);
  AddWrite(routes, api, Method::kPost, "mlflow/registered-models/rename", Rename);
  AddWrite(routes, api, Method::kPatch, "mlflow/registered-models/update", Describe);
  AddWrite(routes, api, Method::kDelete, "mlflow/registered-models/delete", Delete);
  AddRead(routes, api, Method::kGet, "mlflow/registered-models/search", Search);
  AddRead(routes, api, Method::kGet, "mlflow/registered-models/get-latest-versions", Latest);
  AddRead(routes, api, Method::kPost, "mlflow/registered-models/get-latest-versions", Latest);
  AddWrite(routes, api, Method::kPost, "mlflow/registered-models/set-tag", SetTag);
  AddWrite(routes, api, Method::kDelete, "mlflow/registered-models/delete-tag", RemoveTag);
  AddWrite(routes, api, Method::kPost, "mlflow/registered-models/alias", PutAlias);
  AddWrite(routes, api, Method::kDelete, "mlflow/registered-models/alias", RemoveAlias);
  AddRead(routes, api, Method::kGet, "mlflow/registered-models/alias", ByAlias);
  AddWrite(routes, api, Method::kPost, "mlflow/model-versions/create", CreateOne);
  AddRead(routes, api, Method::kGet, "mlflow/model-versions/get", GetOne);
  AddWrite(routes, api, Method::kPatch, "mlflow/model-versions/update", DescribeOne);
  AddWrite(routes, api, Method::kDelete, "mlflow/model-versions/delete", DeleteOne);
  AddWrite(routes, api, Method::kPost, "mlflow/model-versions/transition-stage", Stage);
  AddWrite(routes, api, Method::kPost, "mlflow/model-versions/set-tag", SetTagOfOne);
  AddWrite(routes, api, Method::kDelete, "mlflow/model-versions/delete-tag", RemoveTagOfOne);
  AddRead(routes, api, Method::kGet, "mlflow/model-versions/search", SearchVersions);
  AddRead(routes, api, Method::kGet, "mlflow/model-versions/get-download-uri", DownloadUri);
  return routes;
}

}  // namespace galley::mlflow
