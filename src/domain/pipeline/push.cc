#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <set>
#include <system_error>

#include "domain/pipeline/git.h"
#include "domain/pipeline/trigger_rows.h"
#include "domain/pipeline/triggers.h"
#include "foundation/io/errno.h"
#include "foundation/io/file.h"
#include "foundation/schema/decode.h"
#include "foundation/telemetry/log.h"
#include "foundation/yaml/yaml.h"
#include "storage/blob/digest.h"
#include "storage/journal/journal.h"

/// The part of `Triggers` that takes in pushes, and the checkouts of their runs.
namespace galley::pipeline {

/// What is needed of the payload of GitHub, Gitea and Forgejo.
struct Push {
  std::string ref;
  std::string before;
  std::string after;
  bool deleted = false;
  static const schema::Message kSchema;

  std::string_view Branch() const;  ///< Empty: it is none.
};

namespace {

constexpr std::string_view kBranches = "refs/heads/";
constexpr std::string_view kTags = "refs/tags/";
constexpr std::size_t kEventBytesMax = 200;
constexpr std::size_t kRefBytesMax = 1000;
constexpr std::size_t kSecretBytesMax = 4096;
constexpr std::size_t kKeptPerHook = 3;
constexpr std::size_t kShortCommit = 12;
constexpr auto kPushWait = std::chrono::seconds(20);

constexpr schema::Field kPush[] = {
    schema::Of<&Push::ref>("ref").Required().Bytes(kRefBytesMax),
    schema::Of<&Push::before>("before").Bytes(kRefBytesMax),
    schema::Of<&Push::after>("after").Required().Bytes(kRefBytesMax),
    schema::Of<&Push::deleted>("deleted"),
};

Status CheckEvent(const std::string& id) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.' || c == ':';
  };
  if (!id.empty() && id.size() <= kEventBytesMax && std::ranges::all_of(id, is_plain)) return {};
  return Fail(Code::kInvalidArgument,
              "the header X-GitHub-Delivery or X-Gitea-Delivery must name the delivery, in 1 to {} "
              "letters, digits, '-', '_', '.' and ':'",
              kEventBytesMax);
}

Status CheckSignature(const Delivery& delivery, const std::string& secret) {
  if (delivery.signature.empty()) {
    return Fail(Code::kUnauthenticated,
                "this needs a signature: X-Hub-Signature-256: sha256=HEX, or X-Gitea-Signature: "
                "HEX, the HMAC-SHA256 of the body with the webhook's secret");
  }
  const auto given = blob::Digest::FromHex(delivery.signature);
  if (given && blob::EqualsSecretly(*given, blob::HmacOf(secret, delivery.body))) return {};
  return Fail(Code::kPermissionDenied,
              "the signature does not fit: the secret or the body is another one");
}

Result<Push> ReadPush(std::string_view body) {
  auto push = schema::FromJson<Push>(body, {});
  if (!push) return std::unexpected(schema::ErrorOf(push.error()).Context("a push's payload"));
  const bool is_plain = std::ranges::none_of(
      push->ref, [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F; });
  if (!is_plain) {
    return Fail(Code::kInvalidArgument, "a push's payload: 'ref' has blanks or control characters");
  }
  for (const auto& [name, commit] :
       {std::pair("after", &push->after), std::pair("before", &push->before)}) {
    if (IsCommitName(*commit) || (commit->empty() && commit == &push->before)) continue;
    return Fail(Code::kInvalidArgument,
                "a push's payload: '{}' must be a commit, 40 or 64 lower-case hex digits", name);
  }
  return *std::move(push);
}

/// Why a push is none that could start anything; empty: it is one.
std::string WhyNever(const Push& push) {
  if (push.deleted || IsNoCommit(push.after)) return fmt::format("'{}' was deleted", push.ref);
  if (push.ref.starts_with(kTags)) return fmt::format("'{}' is a tag", push.ref);
  if (push.Branch().empty()) return fmt::format("'{}' is no branch", push.ref);
  return "";
}

}  // namespace

const schema::Message Push::kSchema{"Push", kPush};

std::string_view Push::Branch() const {
  return ref.starts_with(kBranches) ? std::string_view(ref).substr(kBranches.size()) : "";
}

Result<Received> Triggers::Receive(const std::string& project, const std::string& hook,
                                   const Delivery& delivery) {
  const auto id = Id::Parse(hook);
  std::optional<InForce> found;
  TRY(store_.Read(project, [&](const journal::View& view) -> Status {
    if (id) found = TRY(FindPush(view.db, view.project, *id));
    return {};
  }));
  if (!found) {
    return Fail(Code::kNotFound,
                "there is no webhook '{}'; 'galley pipeline apply' prints the address of one",
                hook);
  }
  TRY(CheckSignature(delivery, TRY(io::ReadFile(SecretFile(*id), kSecretBytesMax))));
  if (delivery.kind == "ping") return Received{.run = {}, .reason = "a ping: the webhook is right"};
  if (delivery.kind != "push") {
    return Fail(Code::kInvalidArgument,
                "the header X-GitHub-Event or X-Gitea-Event must be push or ping, not '{}'",
                delivery.kind);
  }
  TRY(CheckEvent(delivery.id));
  if (auto before = TRY(Before(*found, delivery.id))) return *std::move(before);
  const std::unique_lock one_at_a_time(push_mutex_, kPushWait);
  if (!one_at_a_time) {
    return Fail(Code::kUnavailable, "other pushes are being taken in; deliver it again");
  }
  return TakeIn(*found, delivery);
}

/// What a delivery that came before was answered.
Result<std::optional<Received>> Triggers::Before(const InForce& hook,
                                                 const std::string& event) const {
  std::optional<PastEvent> past;
  TRY(store_.Read(hook.project, [&](const journal::View& view) -> Status {
    past = TRY(FindEvent(view.db, hook.row, event));
    return {};
  }));
  if (!past) return std::optional<Received>();
  if (!past->run) return Fail(Code::kInvalidArgument, "{}", past->error);
  return std::optional(Received{.run = past->run, .reason = "this delivery came before"});
}

Result<Received> Triggers::TakeIn(const InForce& hook, const Delivery& delivery) {
  if (auto before = TRY(Before(hook, delivery.id))) return *std::move(before);
  const Push push = TRY(ReadPush(delivery.body));
  std::string why = WhyNever(push);
  if (why.empty()) why = WhyNot(hook.trigger, push.Branch());
  if (!why.empty()) return Received{.run = {}, .reason = std::move(why)};
  const std::string& repository = hook.source.repository;
  if (!TRY(HasCommit(repository, push.after))) {
    return Fail(Code::kFailedPrecondition,
                "the repository '{}' has no commit {}; fetch it there (git fetch), or push there, "
                "and deliver this again",
                repository, push.after);
  }
  if (!hook.trigger.paths.empty() || !hook.trigger.paths_ignore.empty()) {
    const auto files = TRY(ChangedFiles(repository, push.before, push.after));
    if (!TakesFiles(hook.trigger, files)) {
      return Received{.run = {},
                      .reason = fmt::format("none of the {} files that changed is one of 'paths'",
                                            files.size())};
    }
  }
  return StartPush(hook, delivery, push);
}

Result<Received> Triggers::StartPush(const InForce& hook, const Delivery& delivery,
                                     const Push& push) {
  const Source& source = hook.source;
  const std::string checkout = TRY(MakeCheckout(hook, push.after));
  const std::string path = checkout + "/" + source.path;
  const auto slash = path.rfind('/');
  const std::string folder = path.substr(0, slash);
  const Event event{.id = delivery.id, .position = 0, .checkout = checkout};
  Status done;
  std::int64_t number = 0;
  auto text = io::ReadFile(path, yaml::kBytesMax);
  if (text) {
    const auto run = runs_.Start(
        hook.project,
        {.folder = folder,
         .file = path.substr(slash + 1),
         .text = *std::move(text),
         .name = source.pipeline,
         .environment = source.environment,
         .trigger = fmt::format("push {} {}", push.Branch(), push.after.substr(0, kShortCommit)),
         .event = event.id,
         .code = Commit{.hex = push.after, .has_changes = false},
         .actor = source.actor},
        [&](journal::Change& change, const Run& started) {
          return StoreEvent(change, hook.row, event, started.number, "");
        });
    if (!run) done = std::unexpected(run.error());
    if (run) number = run->number;
  } else if (text.error().code == Code::kNotFound) {
    done = Fail(Code::kInvalidArgument, "the pushed commit {} has no file '{}'", push.after,
                source.path);
  } else {
    done = std::unexpected(std::move(text).error());
  }
  if (done) {
    {
      const std::scoped_lock lock(mutex_);
      has_pushes_ = true;
    }
    wake_.notify_all();
    return Received{.run = number, .reason = ""};
  }
  TRY(io::RemoveFolder(checkout));
  // What is wrong with a commit stays so; anything else may be right the next time.
  if (done.error().code == Code::kInvalidArgument) {
    TRY(Note(hook, {.id = event.id, .position = 0, .checkout = ""}, done.error().message, {}));
  }
  return std::unexpected(std::move(done).error());
}

/// A folder of its own with the files of a commit.
Result<std::string> Triggers::MakeCheckout(const InForce& hook, const std::string& commit) const {
  const std::string hook_folder = fmt::format("{}/checkouts/{}", data_, hook.source.id.Hex());
  TRY(io::MakeFolder(hook_folder));
  constexpr int kMax = 10'000;
  for (int number = 1; number <= kMax; ++number) {
    std::string folder = fmt::format("{}/{}-{}", hook_folder, commit, number);
    if (io::IsFolder(folder)) continue;
    const Status made = CheckOut(hook.source.repository, commit, folder);
    if (made) return folder;
    TRY(io::RemoveFolder(folder));
    return std::unexpected(made.error());
  }
  return Fail(Code::kResourceExhausted, "'{}' has {} checkouts of {}", hook_folder, kMax, commit);
}

/// Removes what was checked out for runs that were not stored before the server ended.
Status Triggers::DropStrayCheckouts() const {
  std::set<std::string> known;
  TRY(store_.Read(journal::kDefaultProject, [&](const journal::View& view) -> Status {
    for (Checkout& checkout : TRY(ListCheckouts(view.db))) known.insert(checkout.folder);
    return {};
  }));
  std::error_code error;
  std::vector<std::string> strays;
  for (const auto& hook : std::filesystem::directory_iterator(data_ + "/checkouts", error)) {
    for (const auto& checkout : std::filesystem::directory_iterator(hook.path(), error)) {
      if (!known.contains(checkout.path().string())) strays.push_back(checkout.path().string());
    }
  }
  for (const std::string& stray : strays) TRY(io::RemoveFolder(stray));
  return {};
}

/// Removes the checkouts of runs that ended well, and of the others all but each hook's newest.
void Triggers::Tidy() {
  std::vector<Checkout> checkouts;
  const Status read =
      store_.Read(journal::kDefaultProject, [&](const journal::View& view) -> Status {
        checkouts = TRY(ListCheckouts(view.db));
        return {};
      });
  if (!read) return;
  has_checkouts_ = !checkouts.empty();
  std::map<std::int64_t, std::size_t> kept;
  for (const Checkout& checkout : checkouts) {
    if (!HasEnded(checkout.state)) continue;
    if (checkout.state != RunState::kSucceeded && ++kept[checkout.source] <= kKeptPerHook) continue;
    Status done = io::RemoveFolder(checkout.folder);
    if (done) {
      done = store_.WriteAndWait(
          db::WriteClass::kInteractive, checkout.project, "galley",
          [&](journal::Change& change) { return ForgetCheckout(change, checkout.folder); });
    }
    if (!done) {
      telemetry::LogWarn("a checkout cannot be removed",
                         {{"file.path", checkout.folder}, {"error.message", done.error().message}});
    }
  }
}

}  // namespace galley::pipeline
