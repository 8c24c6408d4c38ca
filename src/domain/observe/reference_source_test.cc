#include "domain/observe/reference_source.h"

#include <string>

#include <gtest/gtest.h>

#include "domain/observe/drift.h"
#include "domain/observe/test_log.h"

namespace galley::observe {
namespace {

using test::IdAt;
using test::kEndpoint;
using test::Must;
using test::Taken;

constexpr std::string_view kCsv = "x\n1\n2\n3\n";

Reference FromDataset(const Monitor& monitor, std::int64_t version) {
  Reference reference = Must(MakeReference(monitor, kCsv));
  reference.source = {.source = "dataset",
                      .from = {},
                      .to = {},
                      .dataset = "sales",
                      .version = version,
                      .version_id = IdAt(100 + static_cast<std::uint64_t>(version)),
                      .digest = "abc"};
  return reference;
}

std::string Settings(std::string_view more) {
  return fmt::format(R"({{"endpoint": "demand", "drift": {{"columns": ["x"]{}}}}})", more);
}

TEST(ReferenceSource, IsKeptOfTheOneInForceAndOfThoseThatWait) {
  Taken taken;
  const Monitor monitor = taken.Migrated().Set(Settings(""));
  EXPECT_FALSE(Must(FindSource(taken.db(), monitor, std::nullopt)));
  auto change = taken.Change();
  Must(SetReference(change, monitor, Must(MakeReference(monitor, kCsv))));
  Must(KeepReference(change, monitor, FromDataset(monitor, 4), IdAt(9)));

  const auto file = Must(FindSource(taken.db(), monitor, std::nullopt));
  ASSERT_TRUE(file);
  EXPECT_EQ(file->source.source, "file");
  EXPECT_EQ(file->rows, 3);
  EXPECT_EQ(file->actor, "test");
  auto listed = Must(ListReferencing(taken.db(), 1, "sales"));
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(listed[0].version, 4);
  EXPECT_FALSE(listed[0].in_force);
  EXPECT_TRUE(Must(ListReferencing(taken.db(), 2, "sales")).empty());

  Must(TakeReferences(change, kEndpoint, IdAt(9)));
  const auto dataset = Must(FindSource(taken.db(), monitor, std::nullopt));
  ASSERT_TRUE(dataset);
  EXPECT_EQ(dataset->source.dataset, "sales");
  EXPECT_EQ(dataset->source.version, 4);
  EXPECT_EQ(dataset->source.version_id, IdAt(104));
  EXPECT_EQ(dataset->source.digest, "abc");
  listed = Must(ListReferencing(taken.db(), 1, "sales"));
  ASSERT_EQ(listed.size(), 2U);
  EXPECT_NE(listed[0].in_force, listed[1].in_force);
}

TEST(ReferenceSource, AnotherNameInTheSettingsBeginsNothingAnew) {
  Taken taken;
  const Monitor before = taken.Migrated().Set(Settings(""));
  auto change = taken.Change();
  Must(SetReference(change, before, FromDataset(before, 1)));
  const Monitor named = taken.Set(Settings(R"(, "reference": "sales@2")"));
  EXPECT_TRUE(MeasuresAlike(before.settings, named.settings));
  EXPECT_EQ(Must(ListReferences(taken.db(), named)).size(), 1U);
  EXPECT_TRUE(Must(FindSource(taken.db(), named, std::nullopt)));
  // The reference was made for what is no more.
  EXPECT_EQ(SetReference(change, before, FromDataset(before, 3)).error().code, Code::kAborted);

  const Monitor other = taken.Set(Settings(R"(, "reference": "sales@2", "span": 2)"));
  EXPECT_FALSE(MeasuresAlike(named.settings, other.settings));
  EXPECT_TRUE(Must(ListReferences(taken.db(), other)).empty());
  EXPECT_FALSE(Must(FindSource(taken.db(), other, std::nullopt)));
  Must(RemoveMonitor(change, "m"));
  EXPECT_TRUE(Must(ListReferencing(taken.db(), 1, "sales")).empty());
}

}  // namespace
}  // namespace galley::observe
