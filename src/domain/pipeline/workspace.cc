#include "domain/pipeline/workspace.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "foundation/io/errno.h"
#include "foundation/io/file.h"
#include "foundation/yaml/yaml.h"

namespace galley::pipeline {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMetricsBytesMax = std::size_t{1} << 20U;
constexpr std::size_t kMetricsMax = 10'000;
constexpr std::int64_t kNsPerS = 1'000'000'000;
constexpr unsigned kExecutable = 0111;

/// Opens below a folder, whatever links stand on the way.
Result<io::UniqueFd> OpenBelow(const std::string& folder, const std::string& path) {
  std::error_code error;
  const fs::path root = fs::canonical(folder, error);
  const fs::path real = error ? fs::path() : fs::canonical(fs::path(folder) / path, error);
  if (error) {
    return Fail(Code::kNotFound, "'{}' does not exist", path);
  }
  const auto [end, nothing] = std::ranges::mismatch(root, real);
  if (end != root.end()) {
    return Fail(Code::kFailedPrecondition, "'{}' leads out of the project's folder", path);
  }
  io::UniqueFd file(::open(real.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return std::unexpected(io::ErrnoError("opening " + path));
  return file;
}

std::int64_t Ns(const timespec& time) {
  return time.tv_sec * kNsPerS + time.tv_nsec;
}

Status AddMetrics(const yaml::Node& node, const std::string& before, std::vector<Metric>& metrics) {
  for (const auto& [key, place, value] : node.entries) {
    const std::string name = before.empty() ? key : fmt::format("{}.{}", before, key);
    if (value.kind == yaml::Kind::kMap) {
      TRY(AddMetrics(value, name, metrics));
    } else if (value.kind == yaml::Kind::kInteger || value.kind == yaml::Kind::kFloating) {
      metrics.push_back({name, std::strtod(value.text.c_str(), nullptr)});
    }
    if (metrics.size() > kMetricsMax) {
      return Fail(Code::kInvalidArgument, "there are more than {} numbers", kMetricsMax);
    }
  }
  return {};
}

}  // namespace

Result<OutFile> Workspace::LookAtFile(const std::string& folder, const std::string& path) {
  const io::UniqueFd file = TRY(OpenBelow(folder, path));
  struct stat facts{};
  if (::fstat(file.get(), &facts) != 0) return std::unexpected(io::ErrnoError("reading " + path));
  if (!S_ISREG(facts.st_mode)) {
    return Fail(Code::kFailedPrecondition, "'{}' is neither a file nor a folder", path);
  }
  const Seen seen{facts.st_dev, facts.st_ino, facts.st_size, Ns(facts.st_mtim), Ns(facts.st_ctim)};
  OutFile found{.path = path,
                .sha256 = {},
                .bytes = facts.st_size,
                .is_executable = (facts.st_mode & kExecutable) != 0};
  {
    const std::scoped_lock lock(mutex_);
    if (const auto known = digests_.find(seen); known != digests_.end()) {
      found.sha256 = known->second;
      return found;
    }
  }
  found.sha256 = TRY(blob::DigestOfFile(file.get(), path)).Hex();
  struct stat after{};
  // What was touched within the clock's own grain may change again without a trace.
  const bool is_settled = ::fstat(file.get(), &after) == 0 &&
                          Ns(after.st_ctim) == seen.changed_ns && after.st_size == seen.size;
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  constexpr std::int64_t kGrainNs = 20'000'000;
  const std::scoped_lock lock(mutex_);
  if (digests_.size() >= kSeenMax) digests_.clear();
  if (is_settled && Ns(now) - seen.changed_ns > kGrainNs) digests_[seen] = found.sha256;
  return found;
}

Result<std::vector<OutFile>> Workspace::Look(const std::string& folder, const std::string& path) {
  std::vector<OutFile> files;
  std::error_code error;
  const fs::path whole = fs::path(folder) / path;
  if (!fs::is_directory(whole, error)) {
    files.push_back(TRY(LookAtFile(folder, path)));
    return files;
  }
  for (fs::recursive_directory_iterator at(whole, error), end; at != end; at.increment(error)) {
    if (error) break;
    if (at->is_directory(error)) continue;
    if (files.size() == kFilesMax) {
      return Fail(Code::kFailedPrecondition, "'{}' has more than {} files", path, kFilesMax);
    }
    const std::string inner = fs::relative(at->path(), folder, error).string();
    files.push_back(TRY(LookAtFile(folder, inner)));
  }
  if (error) return Fail(Code::kFailedPrecondition, "'{}': {}", path, error.message());
  std::ranges::sort(files, {}, &OutFile::path);
  return files;
}

Result<std::string> Workspace::DigestOf(const std::string& folder, const std::string& path) {
  const auto files = TRY(Look(folder, path));
  if (files.size() == 1 && files.front().path == path) return files.front().sha256;
  std::string list = "galley folder 1\n";
  for (const OutFile& file : files) {
    list += fmt::format("{} {}\n", file.sha256, file.path.substr(path.size()));
  }
  return blob::DigestOf(list).Hex();
}

Status Workspace::Keep(const std::string& folder, const OutFile& file) {
  const auto digest = blob::Digest::FromHex(file.sha256);
  if (blobs_.Open(*digest)) return {};
  const io::UniqueFd source = TRY(OpenBelow(folder, file.path));
  if (TRY(blobs_.PutFile(source.get(), file.path)).digest == *digest) return {};
  return Fail(Code::kFailedPrecondition, "'{}' changed while it was stored", file.path);
}

Result<Results> Workspace::Collect(const std::string& folder, const Job& job) {
  Results results;
  for (const Output& out : job.outs) {
    auto files = Look(folder, out.path);
    if (!files) {
      return Fail(Code::kFailedPrecondition, "the out '{}' was not made: {}", out.path,
                  files.error().message);
    }
    for (OutFile& file : *files) {
      if (out.cache) TRY(Keep(folder, file));
      results.files.push_back(std::move(file));
    }
  }
  for (const std::string& path : job.metrics) {
    const std::string text =
        TRY(io::ReadFile(fmt::format("{}/{}", folder, path), kMetricsBytesMax));
    auto metrics = MetricsOf(text);
    if (!metrics) {
      return Fail(Code::kFailedPrecondition, "the metrics '{}': {}", path, metrics.error().message);
    }
    std::ranges::move(*metrics, std::back_inserter(results.metrics));
  }
  return results;
}

bool Workspace::IsThere(const std::string& folder, const Job& job, const Results& results) {
  std::vector<OutFile> found;
  for (const Output& out : job.outs) {
    auto files = Look(folder, out.path);
    if (!files) return false;
    std::ranges::move(*files, std::back_inserter(found));
  }
  if (found.size() != results.files.size()) return false;
  return std::ranges::all_of(results.files, [&found](const OutFile& wanted) {
    const auto same = std::ranges::find(found, wanted.path, &OutFile::path);
    return same != found.end() && same->sha256 == wanted.sha256;
  });
}

Result<bool> Workspace::PutBack(const std::string& folder, const Job& job, const Results& results) {
  for (const OutFile& file : results.files) {
    const auto digest = blob::Digest::FromHex(file.sha256);
    if (!digest || !blobs_.Open(*digest)) return false;
  }
  std::error_code error;
  for (const Output& out : job.outs) fs::remove_all(fs::path(folder) / out.path, error);
  for (const OutFile& file : results.files) {
    const fs::path path = fs::path(folder) / file.path;
    fs::create_directories(path.parent_path(), error);
    const std::string part = path.string() + ".galley-part";
    fs::copy_file(blobs_.PathOf(*blob::Digest::FromHex(file.sha256)), part,
                  fs::copy_options::overwrite_existing, error);
    if (!error && ::chmod(part.c_str(), file.is_executable ? 0755 : 0644) != 0) {
      return std::unexpected(io::ErrnoError("writing " + file.path));
    }
    if (!error) fs::rename(part, path, error);
    if (error) {
      return Fail(Code::kUnavailable, "putting back '{}': {}", file.path, error.message());
    }
  }
  return true;
}

Result<std::vector<Metric>> MetricsOf(std::string_view json) {
  // Every JSON text is one of YAML's flow style. Python's NaN and Infinity are texts in it, and so
  // no metrics.
  const auto document = TRY(yaml::Parse(json, "the file"));
  if (document.root.kind != yaml::Kind::kMap) {
    return Fail(Code::kInvalidArgument, "it is no JSON object");
  }
  std::vector<Metric> metrics;
  TRY(AddMetrics(document.root, "", metrics));
  return metrics;
}

}  // namespace galley::pipeline
