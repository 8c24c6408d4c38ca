#include "protocol/control/native/stream_hub.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "foundation/io/clock.h"
#include "foundation/json/writer.h"
#include "foundation/telemetry/log.h"
#include "storage/journal/journal.h"

namespace galley::native {
namespace {

constexpr std::int64_t kLookMs = 250;
constexpr std::int64_t kHomeMs = 1000;
constexpr std::int64_t kHeartbeatMs = 15'000;
/// A page asks for its data, then for its topics: what changed in between is told by this.
constexpr std::int64_t kRecentMs = 10'000;
constexpr std::int64_t kRecentEvents = 1000;
constexpr std::string_view kHeartbeat = ": still here\n\n";
constexpr std::string_view kReset = "event: reset\ndata: {}\n\n";

std::string EventText(std::string_view event, std::int64_t sequence, json::Writer data) {
  return fmt::format("id: {}\nevent: {}\ndata: {}\n\n", sequence, event, std::move(data).Take());
}

std::string Hello(std::string_view stream, std::int64_t sequence) {
  json::Writer data;
  data.BeginObject().Key("stream").String(stream).Key("sequence").Int(sequence).EndObject();
  return EventText("hello", sequence, std::move(data));
}

/// `topics`: what changed, by project.
void TouchHomes(HomeKeeper* homes, const std::map<std::int64_t, TopicSet>& topics) {
  if (homes == nullptr) return;
  for (const auto& [project, changed] : topics) {
    if (changed.Has("home")) homes->Touch(project);
  }
}

}  // namespace

Status StreamHub::Open(std::int64_t project, std::vector<std::string> topics,
                       std::optional<Resume> resume, std::unique_ptr<http::Stream> stream) {
  TRY(CheckTopics(topics));
  Client client{.id = store_.ids.Next().Hex(),
                .project = project,
                .topics = {topics.begin(), topics.end()},
                .resume = resume,
                .stream = std::move(stream),
                .due = {}};
  {
    const std::scoped_lock lock(mutex_);
    if (clients_.size() >= kStreamsMax) {
      std::erase_if(clients_, [](const auto& it) { return !it.second.stream->IsOpen(); });
    }
    if (clients_.size() >= kStreamsMax) {
      return Fail(Code::kResourceExhausted,
                  "there are {} streams, the most allowed; close a page that is open elsewhere",
                  kStreamsMax);
    }
    std::string id = client.id;
    clients_.emplace(std::move(id), std::move(client));
    is_awaited_ = true;
  }
  wake_.notify_one();
  return {};
}

Status StreamHub::SetTopics(std::int64_t project, std::string_view stream,
                            std::vector<std::string> topics) {
  TRY(CheckTopics(topics));
  const std::scoped_lock lock(mutex_);
  const auto found = clients_.find(stream);
  if (found == clients_.end() || found->second.project != project) {
    return Fail(Code::kNotFound, "there is no stream '{}'; it has ended", stream);
  }
  Client& client = found->second;
  std::set<std::string> added(topics.begin(), topics.end());
  std::erase_if(added, [&](const std::string& topic) { return client.topics.contains(topic); });
  client.topics = {std::make_move_iterator(topics.begin()), std::make_move_iterator(topics.end())};
  std::erase_if(client.due,
                [&](const std::string& topic) { return !client.topics.contains(topic); });
  for (const Change& change : recent_) {
    const auto of_project = change.topics.find(project);
    if (of_project == change.topics.end()) continue;
    for (const std::string& topic : added) {
      if (of_project->second.Has(topic)) client.due.insert(topic);
    }
  }
  return {};
}

void StreamHub::Run() {
  std::string told;  // The same trouble is not told four times a second.
  std::unique_lock lock(mutex_);
  while (!is_stopping_) {
    if (clients_.empty()) {
      is_following_ = false;
      wake_.wait(lock, [this] { return is_stopping_ || !clients_.empty(); });
      continue;
    }
    const std::int64_t left_ms = std::max<std::int64_t>(look_at_ms_ - io::MonotonicMs(), 0);
    wake_.wait_for(lock, std::chrono::milliseconds(left_ms),
                   [this] { return is_stopping_ || is_awaited_; });
    if (is_stopping_) break;
    is_awaited_ = false;
    lock.unlock();
    const Status turned = Turn();
    const std::string problem = turned ? std::string() : turned.error().message;
    if (!problem.empty() && problem != told) {
      telemetry::LogWarn("pages are not told of changes", {{"error.message", problem}});
    }
    told = problem;
    lock.lock();
  }
  clients_.clear();
}

void StreamHub::Stop() {
  {
    const std::scoped_lock lock(mutex_);
    is_stopping_ = true;
  }
  wake_.notify_all();
}

/// Greets who is new; when it is time, looks for changes and tells of them.
Status StreamHub::Turn() {
  const std::int64_t now_ms = io::MonotonicMs();
  const bool is_time = now_ms >= look_at_ms_;
  if (is_time) look_at_ms_ = now_ms + kLookMs;
  if (!is_following_) TRY(Begin(now_ms));
  TRY(Greet(now_ms));
  if (!is_time) return {};
  const Status followed = Follow(now_ms);
  Deliver(now_ms);  // Heartbeats do not depend on the database.
  return followed;
}

/// Begins to follow at the journal's end, and looks what the last seconds changed.
Status StreamHub::Begin(std::int64_t now_ms) {
  commits_ = store_.writer.commits();
  const auto lease = TRY(store_.readers.Take());
  const std::int64_t last = TRY(journal::LastSequence(*lease));
  const std::int64_t since_ms = store_.clock.NowMs() - kRecentMs;
  TopicMap map(*lease);
  Change change{.at_ms = now_ms, .topics = {}};
  const auto events = TRY(journal::ReadEventsAfter(
      *lease, std::max<std::int64_t>(last - kRecentEvents, 0), kRecentEvents));
  for (const auto& [event, project] : events) {
    if (event.sequence > last || event.at_ms < since_ms) continue;
    map.Map(project, event.kind, event.subject, event.detail, change.topics[project]);
  }
  const auto taken = store_.feed->Take(commits_);
  for (const auto& touched : taken.touched) {
    if (touched.at_ms < now_ms - kRecentMs) continue;
    map.Map(touched.project, touched.kind, touched.subject, {}, change.topics[touched.project]);
  }
  position_ = last;
  is_following_ = true;
  const std::scoped_lock lock(mutex_);
  if (!taken.is_complete) {
    for (const auto& [id, client] : clients_) AddTelemetry(change.topics[client.project]);
  }
  TouchHomes(homes_, change.topics);
  recent_.clear();
  recent_.push_back(std::move(change));
  return {};
}

/// What changed of a project between where a client was and where we are. `is_known` false: that
/// cannot be said.
Result<TopicSet> StreamHub::ChangedSince(std::int64_t project, const Resume& resume,
                                         bool& is_known) {
  TopicSet changed;
  is_known = resume.sequence && *resume.sequence >= 0 && *resume.sequence <= position_ &&
             position_ - *resume.sequence <= kBehindMax;
  if (!is_known) return changed;
  AddTelemetry(changed);
  const auto lease = TRY(store_.readers.Take());
  TopicMap map(*lease);
  for (const auto& [event, of] :
       TRY(journal::ReadEventsAfter(*lease, *resume.sequence, kBehindMax))) {
    if (event.sequence > position_) break;
    if (of == project) map.Map(of, event.kind, event.subject, event.detail, changed);
  }
  return changed;
}

/// Says hello to who is new, with what changed since he was here.
Status StreamHub::Greet(std::int64_t now_ms) {
  struct New {
    std::string id;
    std::int64_t project;
    std::optional<Resume> resume;
  };
  std::vector<New> all;
  {
    const std::scoped_lock lock(mutex_);
    for (const auto& [id, client] : clients_) {
      if (!client.is_greeted) all.push_back({id, client.project, client.resume});
    }
  }
  for (const New& one : all) {
    bool is_known = true;
    TopicSet changed;
    if (one.resume) changed = TRY(ChangedSince(one.project, *one.resume, is_known));
    const std::scoped_lock lock(mutex_);
    const auto found = clients_.find(one.id);
    if (found == clients_.end()) continue;
    Client& client = found->second;
    client.is_greeted = true;
    client.owes_reset = !is_known;
    Note(client, changed);
    for (const Change& change : recent_) {
      const auto of_project = change.topics.find(client.project);
      if (!one.resume && of_project != change.topics.end()) Note(client, of_project->second);
    }
    client.stream->Push(Hello(client.id, position_));
    Tell(client, now_ms);
  }
  return {};
}

/// Looks what has changed since the last look.
Status StreamHub::Follow(std::int64_t now_ms) {
  const std::uint64_t commits = store_.writer.commits();
  if (commits == commits_) return {};
  Change change{.at_ms = now_ms, .topics = {}};
  bool is_behind = false;
  bool is_complete = true;
  std::int64_t position = position_;
  {
    const auto lease = TRY(store_.readers.Take());
    TopicMap map(*lease);
    const auto events = TRY(journal::ReadEventsAfter(*lease, position_, kBehindMax + 1));
    is_behind = std::ssize(events) > kBehindMax;
    position = is_behind        ? TRY(journal::LastSequence(*lease))
               : events.empty() ? position_
                                : events.back().event.sequence;
    for (const auto& [event, project] : events) {
      if (is_behind) break;
      map.Map(project, event.kind, event.subject, event.detail, change.topics[project]);
    }
    auto taken = store_.feed->Take(commits);
    is_complete = taken.is_complete;
    for (const auto& touched : taken.touched) {
      map.Map(touched.project, touched.kind, touched.subject, {}, change.topics[touched.project]);
    }
  }
  commits_ = commits;
  position_ = position;
  const std::scoped_lock lock(mutex_);
  std::erase_if(recent_, [&](const Change& old) { return old.at_ms < now_ms - kRecentMs; });
  for (auto& [id, client] : clients_) {
    if (is_behind || !is_complete) {
      client.owes_reset = true;
      if (homes_ != nullptr) homes_->Touch(client.project);
    }
    const auto of_project = change.topics.find(client.project);
    if (of_project != change.topics.end()) Note(client, of_project->second);
  }
  TouchHomes(homes_, change.topics);
  if (!change.topics.empty()) recent_.push_back(std::move(change));
  return {};
}

/// Whether a client is told of home now: once a second, and when the answer that it will ask for is
/// made. If that one is already old again, it will be told once more.
bool StreamHub::IsHomeDue(Client& client, std::int64_t now_ms) {
  if (homes_ != nullptr && client.home_change == 0) {
    client.home_change = homes_->Touched(client.project);
  }
  if (now_ms - client.home_at_ms < kHomeMs) return false;
  if (homes_ != nullptr && !homes_->Has(client.project, client.home_change)) return false;
  client.home_at_ms = now_ms;
  client.home_change = 0;
  return true;
}

void StreamHub::Note(Client& client, const TopicSet& changed) {
  if (changed.IsEmpty()) return;
  for (const std::string& topic : client.topics) {
    if (changed.Has(topic)) client.due.insert(topic);
  }
}

void StreamHub::Deliver(std::int64_t now_ms) {
  const std::scoped_lock lock(mutex_);
  std::erase_if(clients_, [](const auto& it) { return !it.second.stream->IsOpen(); });
  for (auto& [id, client] : clients_) {
    if (client.is_greeted) Tell(client, now_ms);
  }
}

/// Sends what a client is to be told. One that is behind gets a reset instead, once there is room.
void StreamHub::Tell(Client& client, std::int64_t now_ms) {
  const auto push = [&](std::string_view text) {
    const bool is_taken = client.stream->Push(text) == http::Stream::Put::kTaken;
    if (is_taken) client.sent_at_ms = now_ms;
    return is_taken;
  };
  if (client.owes_reset) {
    client.due.clear();
    client.home_change = 0;
    // What it asks for now may have been made before.
    if (homes_ != nullptr && client.topics.contains("home")) client.due.insert("home");
    client.owes_reset = !push(fmt::format("id: {}\n{}", position_, kReset));
    return;
  }
  std::set<std::string> held;
  if (client.due.contains("home")) {
    if (!IsHomeDue(client, now_ms)) {
      held.insert(client.due.extract("home"));
    } else if (homes_ != nullptr && !homes_->Has(client.project, homes_->Touched(client.project))) {
      held.insert("home");
    }
  }
  if (!client.due.empty()) {
    json::Writer data;
    data.BeginObject().Key("topics").BeginArray();
    for (const std::string& topic : client.due) data.String(topic);
    data.EndArray().Key("sequence").Int(position_).EndObject();
    client.owes_reset = !push(EventText("change", position_, std::move(data)));
  } else if (now_ms - client.sent_at_ms >= kHeartbeatMs) {
    push(kHeartbeat);
  }
  client.due = std::move(held);
}

}  // namespace galley::native
