#include "domain/pipeline/order.h"

#include <algorithm>
#include <functional>
#include <map>
#include <queue>
#include <set>

namespace galley::pipeline {
namespace {

constexpr std::size_t kCircleShownMax = 20;

/// An output and whose it is.
struct Owner {
  std::size_t job;
  const Said* said;
};

class Orderer {
 public:
  Orderer(const yaml::Document& document, std::vector<Draft>& drafts,
          const std::vector<std::string>& stages)
      : document_(document), drafts_(drafts), stages_(stages), needs_(drafts.size()) {}

  Result<std::vector<Job>> Run() {
    TRY(IndexNames());
    TRY(IndexOutputs());
    for (std::size_t job = 0; job < drafts_.size(); ++job) {
      TRY(ByName(job));
      TRY(ByFiles(job));
    }
    ByStages();
    const std::vector<std::size_t> order = TRY(Sorted());
    std::vector<Job> jobs;
    jobs.reserve(order.size());
    for (const std::size_t job : order) {
      for (const std::size_t need : needs_[job]) {
        drafts_[job].job.needs.push_back(drafts_[need].job.name);
      }
    }
    for (const std::size_t job : order) jobs.push_back(std::move(drafts_[job].job));
    return jobs;
  }

 private:
  std::unexpected<Error> WrongAt(yaml::Place place, const std::string& message) const {
    return std::unexpected(yaml::ErrorAt(document_, place, message));
  }

  std::string Names() const {
    std::vector<std::string> names;
    for (const Draft& draft : drafts_) {
      const std::string& base = draft.job.base;
      if (names.empty() || names.back() != base) names.push_back(base);
    }
    return Named(names);
  }

  Status IndexNames() {
    for (std::size_t job = 0; job < drafts_.size(); ++job) {
      const Job& one = drafts_[job].job;
      if (!names_.emplace(one.name, job).second) {
        return WrongAt(one.place, fmt::format("'jobs.{}.matrix' makes two jobs of the name '{}'",
                                              one.base, one.name));
      }
      bases_[one.base].push_back(job);
    }
    return {};
  }

  Status Overlap(const Owner& first, const Owner& second) const {
    const Job& other = drafts_[first.job].job;
    const bool is_same = first.said->text == second.said->text;
    const bool is_matrix = first.job != second.job && other.base == drafts_[second.job].job.base;
    return WrongAt(
        second.said->place,
        fmt::format("'{}': '{}' {} of job '{}' (line {}); {}", second.said->where,
                    second.said->text,
                    is_same ? "is an output, too,"
                            : fmt::format("lies inside of '{}', an output", first.said->text),
                    other.name, first.said->place.line,
                    is_matrix ? "its path must name the matrix, such as ${{ matrix.KEY }}"
                              : "an output belongs to one job"));
  }

  Status IndexOutputs() {
    for (std::size_t job = 0; job < drafts_.size(); ++job) {
      for (const Said& out : drafts_[job].outs) {
        const auto [found, is_new] = outputs_.emplace(out.text, Owner{job, &out});
        if (!is_new) return Overlap(found->second, {job, &out});
      }
    }
    for (std::size_t job = 0; job < drafts_.size(); ++job) {
      for (const Said& out : drafts_[job].outs) {
        const std::string_view path = out.text;
        for (auto slash = path.find('/'); slash != path.npos; slash = path.find('/', slash + 1)) {
          const auto found = outputs_.find(path.substr(0, slash));
          if (found != outputs_.end()) return Overlap(found->second, {job, &out});
        }
      }
    }
    return {};
  }

  Status ByName(std::size_t job) {
    for (const Said& need : drafts_[job].needs) {
      if (const auto one = names_.find(need.text); one != names_.end()) {
        needs_[job].insert(one->second);
      } else if (const auto all = bases_.find(need.text); all != bases_.end()) {
        needs_[job].insert(all->second.begin(), all->second.end());
      } else {
        return WrongAt(need.place, fmt::format("'{}': there is no job '{}'; there are: {}",
                                               need.where, need.text, NamesFor(need.text)));
      }
    }
    for (const Said& asked : drafts_[job].metrics_jobs) {
      const auto one = names_.find(asked.text);
      if (one == names_.end()) {
        return WrongAt(asked.place,
                       fmt::format("'{}' asks for metrics of '{}', a job that does not exist; "
                                   "there are: {}",
                                   asked.where, asked.text, NamesFor(asked.text)));
      }
      if (drafts_[one->second].job.metrics.empty()) {
        return WrongAt(asked.place, fmt::format("'{}' asks for metrics of job '{}', which has none",
                                                asked.where, asked.text));
      }
      needs_[job].insert(one->second);
    }
    return ByGate(job);
  }

  /// The jobs of a name: one, or all of a matrix.
  std::vector<std::size_t> JobsOf(std::string_view name) const {
    if (const auto one = names_.find(name); one != names_.end()) return {one->second};
    const auto all = bases_.find(name);
    return all == bases_.end() ? std::vector<std::size_t>() : all->second;
  }

  /// A gate needs the jobs that it compares, and knows them by their full names afterwards.
  Status ByGate(std::size_t job) {
    if (!drafts_[job].job.gate) return {};
    for (const Said& asked : drafts_[job].gate_jobs) {
      const auto found = JobsOf(asked.text);
      if (found.empty()) {
        return WrongAt(asked.place, fmt::format("'{}': there is no job '{}'; there are: {}",
                                                asked.where, asked.text, NamesFor(asked.text)));
      }
      for (const std::size_t one : found) {
        if (drafts_[one].job.metrics.empty()) {
          return WrongAt(asked.place, fmt::format("'{}' asks for metrics of job '{}', which has "
                                                  "none",
                                                  asked.where, drafts_[one].job.name));
        }
        needs_[job].insert(one);
      }
    }
    Gate& gate = *drafts_[job].job.gate;
    std::vector<std::string> candidates;
    for (const std::string& name : gate.candidates) {
      for (const std::size_t one : JobsOf(name)) candidates.push_back(drafts_[one].job.name);
    }
    gate.candidates = std::move(candidates);
    if (gate.best.empty() && gate.candidates.size() > 1) {
      return WrongAt(drafts_[job].job.place,
                     fmt::format("'jobs.{}.gate' has {} candidates: it must have the key 'best'",
                                 drafts_[job].job.base, gate.candidates.size()));
    }
    for (GateRule& rule : gate.rules) {
      if (rule.limit_of != LimitOf::kJob) continue;
      const auto found = JobsOf(rule.limit_job);
      if (found.size() > 1) {
        return WrongAt(drafts_[job].job.place,
                       fmt::format("rule '{}' of 'jobs.{}.gate' must name one job, not the {} of "
                                   "'{}': {}",
                                   rule.id, drafts_[job].job.base, found.size(), rule.limit_job,
                                   NamesFor(rule.limit_job)));
      }
      rule.limit_job = drafts_[found.front()].job.name;
    }
    return {};
  }

  /// The jobs of a matrix if the name is one's, or nearly; else the names of all.
  std::string NamesFor(std::string_view name) const {
    const auto base = bases_.find(name.substr(0, name.find('[')));
    if (base == bases_.end()) return Names();
    std::vector<std::string> names;
    for (const std::size_t job : base->second) names.push_back(drafts_[job].job.name);
    return Named(names);
  }

  Status Use(std::size_t job, const Said& dep, const Owner& owner) {
    if (owner.job != job) {
      needs_[job].insert(owner.job);
      return {};
    }
    return WrongAt(dep.place,
                   fmt::format("'{}': the job reads '{}' and writes '{}' itself (line {})",
                               dep.where, dep.text, owner.said->text, owner.said->place.line));
  }

  Status ByFiles(std::size_t job) {
    for (const Said& dep : drafts_[job].deps) {
      const std::string_view path = dep.text;
      for (auto slash = path.find('/');; slash = path.find('/', slash + 1)) {
        const auto found = outputs_.find(path.substr(0, slash));
        if (found != outputs_.end()) TRY(Use(job, dep, found->second));
        if (slash == path.npos) break;
      }
      const std::string below = dep.text + "/";
      for (auto out = outputs_.lower_bound(below);
           out != outputs_.end() && out->first.starts_with(below); ++out) {
        TRY(Use(job, dep, out->second));
      }
    }
    return {};
  }

  void ByStages() {
    std::vector<std::size_t> earlier;
    for (const std::string& stage : stages_) {
      std::vector<std::size_t> here;
      for (std::size_t job = 0; job < drafts_.size(); ++job) {
        if (drafts_[job].job.stage != stage) continue;
        here.push_back(job);
        if (!drafts_[job].has_needs) needs_[job].insert(earlier.begin(), earlier.end());
      }
      earlier.insert(earlier.end(), here.begin(), here.end());
    }
  }

  Result<std::vector<std::size_t>> Sorted() const {
    std::vector<std::vector<std::size_t>> followers(drafts_.size());
    std::vector<std::size_t> missing(drafts_.size());
    std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> ready;
    for (std::size_t job = 0; job < drafts_.size(); ++job) {
      missing[job] = needs_[job].size();
      if (missing[job] == 0) ready.push(job);
      for (const std::size_t need : needs_[job]) followers[need].push_back(job);
    }
    std::vector<std::size_t> order;
    while (!ready.empty()) {
      const std::size_t job = ready.top();
      ready.pop();
      order.push_back(job);
      for (const std::size_t follower : followers[job]) {
        if (--missing[follower] == 0) ready.push(follower);
      }
    }
    if (order.size() < drafts_.size()) return Circle(missing);
    return order;
  }

  /// A job that is left over needs another one that is: going on like that ends in a circle.
  std::unexpected<Error> Circle(const std::vector<std::size_t>& missing) const {
    std::vector<std::size_t> way;
    std::size_t job = 0;
    while (missing[job] == 0) ++job;
    while (std::ranges::find(way, job) == way.end()) {
      way.push_back(job);
      job = *std::ranges::find_if(needs_[job],
                                  [&missing](std::size_t need) { return missing[need] > 0; });
    }
    way.erase(way.begin(), std::ranges::find(way, job));
    std::ranges::rotate(way, std::ranges::min_element(way));
    std::string circle = drafts_[way.front()].job.name;
    for (std::size_t at = 1; at <= way.size(); ++at) {
      if (at == kCircleShownMax && at < way.size()) circle += " -> …";
      if (at >= kCircleShownMax && at < way.size()) continue;
      circle += " -> " + drafts_[way[at % way.size()]].job.name;
    }
    const Job& first = drafts_[way.front()].job;
    return WrongAt(first.place,
                   fmt::format("'jobs.{}' needs itself, in a circle: {}", first.base, circle));
  }

  const yaml::Document& document_;
  std::vector<Draft>& drafts_;
  const std::vector<std::string>& stages_;
  std::map<std::string, std::size_t, std::less<>> names_;
  std::map<std::string, std::vector<std::size_t>, std::less<>> bases_;
  std::map<std::string, Owner, std::less<>> outputs_;
  std::vector<std::set<std::size_t>> needs_;
};

}  // namespace

Result<std::vector<Job>> Ordered(const yaml::Document& document, std::vector<Draft> drafts,
                                 const std::vector<std::string>& stages) {
  return Orderer(document, drafts, stages).Run();
}

}  // namespace galley::pipeline
