#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "domain/pipeline/types.h"
#include "foundation/base/error.h"

/// What is asked of git. Inside of this room only. All of it runs the program `git`, without
/// prompts, without hooks and without the machine's own settings, and waits for it.
namespace galley::pipeline {

/// The commit of the work tree that a folder lies in, and whether a file that git knows is not as
/// committed. Empty: there is none, or no git, or it takes longer than two seconds.
Commit CommitOf(const std::string& folder);

/// Whether a text is a commit's whole name: 40 or 64 lower-case hex digits.
bool IsCommitName(std::string_view text);
/// What stands there for no commit: zeros.
bool IsNoCommit(std::string_view text);

struct WorkTree {
  std::string top;     ///< The repository's folder.
  std::string prefix;  ///< Of the folder asked about, below it: `a/b/`, or empty.
};
/// kNotFound: the folder lies in no git repository.
Result<WorkTree> WorkTreeOf(const std::string& folder);

/// That a path is a git repository, bare or not.
Status CheckRepository(const std::string& repository);

/// Whether a repository has a commit of that name, which IsCommitName.
Result<bool> HasCommit(const std::string& repository, const std::string& commit);

/// The paths that differ between two commits; all of `after`'s if `before` is not there.
Result<std::vector<std::string>> ChangedFiles(const std::string& repository,
                                              const std::string& before, const std::string& after);

/// Makes `folder`, which must not be there, a checkout of its own of a commit.
Status CheckOut(const std::string& repository, const std::string& commit,
                const std::string& folder);

}  // namespace galley::pipeline
