#include "domain/rollout/contingency.h"

#include <initializer_list>
#include <utility>

#include <gtest/gtest.h>

namespace galley::rollout {
namespace {

/// Revisions with a version and a cause each, the oldest first; answered the newest first.
std::vector<Revision> History(std::initializer_list<std::pair<int, std::string>> all) {
  std::vector<Revision> revisions;
  for (const auto& [version, cause] : all) {
    Revision revision{.number = std::ssize(revisions) + 1, .cause = cause};
    revision.variant.version_id.bytes.back() = static_cast<std::uint8_t>(version);
    revisions.insert(revisions.begin(), revision);
  }
  return revisions;
}

/// The number of the revision that a rollback goes back to; 0: there is none.
std::int64_t Before(std::initializer_list<std::pair<int, std::string>> all) {
  const auto revisions = History(all);
  const auto at = RevisionBefore(revisions);
  return at ? revisions[*at].number : 0;
}

TEST(Contingency, ARollbackGoesToTheRevisionBefore) {
  EXPECT_EQ(Before({}), 0);
  EXPECT_EQ(Before({{1, "created"}}), 0);
  EXPECT_EQ(Before({{1, "created"}, {2, "set"}}), 1);
  EXPECT_EQ(Before({{1, "created"}, {1, "set"}}), 1);
  EXPECT_EQ(Before({{1, "created"}, {2, "set"}, {1, "set"}}), 2);
  EXPECT_EQ(Before({{1, "created"}, {2, "set"}, {3, "promoted"}}), 2);
}

TEST(Contingency, ASecondRollbackDoesNotBringTheFirstVersionBack) {
  EXPECT_EQ(Before({{1, "created"}, {2, "set"}, {1, "undone"}}), 0);
  EXPECT_EQ(Before({{1, "created"}, {2, "set"}, {3, "promoted"}, {2, "undone"}}), 1);
  EXPECT_EQ(Before({{1, "created"}, {2, "set"}, {3, "set"}, {2, "undone"}, {1, "undone"}}), 0);
  EXPECT_EQ(Before({{1, "created"}, {2, "set"}, {1, "undone"}, {3, "set"}}), 3);
}

TEST(Contingency, PlansHaveNames) {
  EXPECT_TRUE(CheckPlanName("freeze"));
  EXPECT_TRUE(CheckPlanName("degrade"));
  EXPECT_TRUE(CheckPlanName("rollback"));
  EXPECT_EQ(CheckPlanName("Freeze").error().code, Code::kInvalidArgument);
  EXPECT_EQ(CheckPlanName("").error().code, Code::kInvalidArgument);
}

}  // namespace
}  // namespace galley::rollout
