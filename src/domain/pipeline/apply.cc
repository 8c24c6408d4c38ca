#include <algorithm>

#include "domain/data/service.h"
#include "domain/pipeline/active.h"
#include "domain/pipeline/cron.h"
#include "domain/pipeline/git.h"
#include "domain/pipeline/trigger_rows.h"
#include "domain/pipeline/triggers.h"
#include "foundation/io/file.h"
#include "foundation/io/random.h"

/// What callers ask of `Triggers`, but for pushes.
namespace galley::pipeline {
namespace {

constexpr std::size_t kSecretBytesMin = 16;
constexpr std::size_t kSecretBytesMax = 200;
constexpr std::size_t kSecretBytes = 32;
constexpr std::size_t kFileBytesMax = 255;

struct Read {
  Pipeline pipeline;
  std::vector<Trigger> triggers;
};

Status CheckFile(const std::string& file) {
  if (!file.empty() && file.size() <= kFileBytesMax && !file.contains('/') && file != "..") {
    return {};
  }
  return Fail(Code::kInvalidArgument, "'file' must be a file's name in the folder, not '{}'", file);
}

/// The project's file as it is now. All of it must be right: a run will need it.
Result<Read> ReadProject(const std::string& folder, const std::string& file) {
  const auto document =
      TRY(yaml::Parse(TRY(io::ReadFile(folder + "/" + file, yaml::kBytesMax)), file));
  Read read{.pipeline = TRY(ReadPipeline(document, FolderFiles(folder), {})),
            .triggers = TRY(TriggersOf(document))};
  if (read.pipeline.name.empty()) read.pipeline.name = folder.substr(folder.rfind('/') + 1);
  return read;
}

/// Where pushes come from, and where the file is in there.
Status FindRepository(const NewTriggers& wanted, Source& source) {
  const auto tree = WorkTreeOf(wanted.folder);
  source.path = (tree ? tree->prefix : "") + wanted.file;
  source.repository = wanted.repository;
  if (!wanted.repository.empty()) return CheckRepository(wanted.repository);
  if (!tree) {
    return Fail(Code::kInvalidArgument,
                "'on.push' needs a git repository: {}; name one with --repository",
                tree.error().message);
  }
  source.repository = tree->top;
  return {};
}

Status CheckSecret(const std::string& secret) {
  const bool is_plain = std::ranges::none_of(
      secret, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
  if (secret.size() >= kSecretBytesMin && secret.size() <= kSecretBytesMax && is_plain) return {};
  return Fail(Code::kInvalidArgument,
              "the secret must be one line of {} to {} bytes without control characters",
              kSecretBytesMin, kSecretBytesMax);
}

bool HasPush(const std::vector<Trigger>& triggers) {
  return std::ranges::find(triggers, "push", &Trigger::kind) != triggers.end();
}

/// Why a source's file is not what is in force; empty: it is.
std::string ProblemOf(const Source& source, const std::vector<Trigger>& in_force) {
  const auto read = ReadProject(source.folder, source.file);
  if (!read) return read.error().message;
  const auto texts = [](const std::vector<Trigger>& triggers) {
    std::vector<std::string> found;
    for (const Trigger& it : triggers) found.push_back(it.Key() + "\n" + it.Text());
    std::ranges::sort(found);
    return found;
  };
  if (texts(read->triggers) == texts(in_force)) return "";
  return "'on' has changed since; 'galley pipeline apply' puts it in force";
}

}  // namespace

std::string Triggers::SecretFile(const Id& source) const {
  return fmt::format("{}/hooks/{}", data_, source.Hex());
}

/// Stores a secret, or makes one if there is none.
Status Triggers::KeepSecret(const Id& source, const std::string& secret) const {
  const std::string path = SecretFile(source);
  if (!secret.empty()) return io::ReplaceFile(path, secret);
  if (io::ReadFile(path, kSecretBytesMax)) return {};
  std::string bytes(kSecretBytes, '\0');
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): characters as bytes.
  io::SystemRandom().Fill({reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()});
  return io::ReplaceFile(path, HexOf(bytes));
}

/// What is there when a trigger is put in force: only what comes later is an event.
Result<std::vector<std::int64_t>> Triggers::Beginnings(const std::string& project,
                                                       const std::vector<Trigger>& triggers) const {
  std::vector<std::int64_t> positions;
  TRY(store_.Read(project, [&](const journal::View& view) -> Status {
    for (const Trigger& trigger : triggers) {
      std::int64_t position = store_.clock.NowMs();
      if (trigger.kind == "data") {
        const auto dataset = data::GetDataset(view.db, view.project, trigger.dataset);
        position = dataset && dataset->latest ? dataset->latest->number : -1;
      }
      positions.push_back(position);
    }
    return {};
  }));
  return positions;
}

void Triggers::Complete(TriggerState& state) const {
  const Trigger& trigger = state.trigger;
  if (trigger.kind == "push") state.secret_file = SecretFile(state.source.id);
  if (trigger.kind != "schedule") return;
  const auto cron = ParseCron(trigger.cron);
  const auto zone = ParseZone(trigger.timezone);
  if (cron && zone) state.next_ms = NextTime(*cron, *zone, store_.clock.NowMs());
}

Result<std::vector<TriggerState>> Triggers::Apply(const std::string& project,
                                                  const NewTriggers& wanted) {
  const std::scoped_lock one_at_a_time(apply_mutex_);
  TRY(CheckFolder(wanted.folder));
  TRY(CheckFile(wanted.file));
  if (!wanted.secret.empty()) TRY(CheckSecret(wanted.secret));
  Read read = TRY(ReadProject(wanted.folder, wanted.file));
  Source source;
  TRY(store_.Read(project, [&](const journal::View& view) -> Status {
    source = TRY(FindSource(view.db, view.project, wanted.folder, wanted.file)).value_or(Source{});
    return {};
  }));
  if (source.folder.empty()) source.id = store_.ids.Next();
  source.folder = wanted.folder;
  source.file = wanted.file;
  source.pipeline = read.pipeline.name;
  source.environment = wanted.environment;
  source.actor = wanted.actor;
  source.applied_ms = store_.clock.NowMs();
  const bool has_push = HasPush(read.triggers);
  if (has_push) {
    TRY(FindRepository(wanted, source));
  } else {
    source.repository.clear();
  }
  if (!wanted.dry_run) {
    if (has_push) TRY(KeepSecret(source.id, wanted.secret));
    const auto positions = TRY(Beginnings(project, read.triggers));
    TRY(store_.WriteAndWait(db::WriteClass::kInteractive, project, wanted.actor,
                            [&](journal::Change& change) {
                              return StoreTriggers(change, source, read.triggers, positions);
                            }));
    {
      const std::scoped_lock lock(mutex_);
      has_changed_ = true;
    }
    wake_.notify_all();
  }
  std::vector<TriggerState> states;
  for (Trigger& trigger : read.triggers) {
    states.push_back({.source = source, .trigger = std::move(trigger)});
    Complete(states.back());
  }
  return states;
}

Status Triggers::Remove(const std::string& project, const std::string& folder,
                        const std::string& file, const std::string& actor) {
  const std::scoped_lock one_at_a_time(apply_mutex_);
  std::optional<Source> source;
  TRY(store_.WriteAndWait(
      db::WriteClass::kInteractive, project, actor, [&](journal::Change& change) -> Status {
        source = TRY(FindSource(change.db, change.project, folder, file));
        if (source) return RemoveTriggers(change, *source);
        return Fail(Code::kNotFound, "no trigger of '{}/{}' is in force", folder, file);
      }));
  // Whoever knew it knows nothing any more, also if the file is applied again.
  TRY(io::RemoveFolder(SecretFile(source->id)));
  {
    const std::scoped_lock lock(mutex_);
    has_changed_ = true;
  }
  wake_.notify_all();
  return {};
}

Result<Run> Triggers::StartNow(const std::string& project, const std::string& folder,
                               const std::string& file, const std::string& actor) {
  std::optional<Source> source;
  TRY(store_.Read(project, [&](const journal::View& view) -> Status {
    source = TRY(FindSource(view.db, view.project, folder, file));
    return {};
  }));
  if (!source) return Fail(Code::kNotFound, "no trigger of '{}/{}' is in force", folder, file);
  return runs_.Start(
      project, {.folder = source->folder,
                .file = source->file,
                .text = TRY(io::ReadFile(source->folder + "/" + source->file, yaml::kBytesMax)),
                .environment = source->environment,
                .actor = actor});
}

Result<std::vector<TriggerState>> Triggers::List(const std::string& project) const {
  std::vector<TriggerState> states;
  TRY(store_.Read(project, [&](const journal::View& view) -> Status {
    states = TRY(ListStates(view.db, view.project));
    return {};
  }));
  for (std::size_t first = 0; first < states.size();) {
    std::size_t end = first;
    std::vector<Trigger> in_force;
    for (; end < states.size() && states[end].source.row == states[first].source.row; ++end) {
      in_force.push_back(states[end].trigger);
    }
    const std::string problem = ProblemOf(states[first].source, in_force);
    for (; first < end; ++first) {
      states[first].problem = problem;
      Complete(states[first]);
    }
  }
  return states;
}

}  // namespace galley::pipeline
