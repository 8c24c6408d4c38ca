#include <filesystem>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "foundation/io/file.h"
#include "serving/router/prediction_ids.h"
#include "serving/router/serving.h"
#include "serving/snapshot/records.h"

namespace galley::serving {
namespace {

class RouterTest : public testing::Test {
 public:
  RouterTest() {
    std::string folder = testing::TempDir() + "galley-router-XXXXXX";
    root_ = ::mkdtemp(folder.data());
  }
  ~RouterTest() override { std::filesystem::remove_all(root_); }

 protected:
  std::string root_;
  io::SimulatedRandom random_{9};
};

TEST_F(RouterTest, IdsFollowOneAnotherAndNeverComeBackAfterARestart) {
  Id first;
  {
    auto ids = PredictionIds::Open(root_, random_);
    ASSERT_TRUE(ids);
    first = ids->Take(3);
    EXPECT_EQ(ids->Take(1), snapshot::Advance(first, 3));
  }
  auto again = PredictionIds::Open(root_, random_);
  ASSERT_TRUE(again);
  const Id later = again->Take(1);
  EXPECT_EQ(later.Hex().substr(0, 8), first.Hex().substr(0, 8));
  EXPECT_GT(later, snapshot::Advance(first, 1'000'000));
  ASSERT_TRUE(io::ReplaceFile(root_ + "/id", "damaged"));
  EXPECT_EQ(PredictionIds::Open(root_, random_).error().code, Code::kDataLoss);
}

TEST_F(RouterTest, TheTableIsReplacedUnderItsReaders) {
  constexpr std::int64_t kLast = 20;
  std::filesystem::create_directories(root_ + "/serving");
  std::filesystem::create_directories(root_ + "/gateway");
  Loader loader({.data = root_, .poll_ms = 1});
  std::vector<std::jthread> readers;
  for (int reader = 0; reader < 2; ++reader) {
    readers.emplace_back([&] {
      for (std::int64_t seen = 0; seen < kLast;) {
        const std::int64_t version = loader.table()->version;
        EXPECT_GE(version, seen);
        seen = version;
      }
    });
  }
  for (std::int64_t version = 1; version <= kLast; ++version) {
    ASSERT_TRUE(io::ReplaceFile(snapshot::SnapshotPath(root_),
                                snapshot::ToText(snapshot::Snapshot{.version = version})));
    while (loader.GetStatus().version < version) std::this_thread::yield();
  }
}

TEST(CountItems, CountsTheRowsOfAnAnswer) {
  EXPECT_EQ(CountPredictions(R"({"predictions": [1, 2.5, 3]})"), 3);
  EXPECT_EQ(CountPredictions(R"({"predictions":[[1,2],[3,4]]})"), 2);
  EXPECT_EQ(CountPredictions(R"({"predictions": [{"a": "x,]\"", "b": [1,2]}]})"), 1);
  EXPECT_EQ(CountPredictions(R"({"predictions": []})"), 1);
  EXPECT_EQ(CountPredictions(R"({"predictions": 5})"), 1);
  EXPECT_EQ(CountPredictions(R"(["a", "b"])"), 1);
  EXPECT_EQ(CountPredictions(R"({"predictions": [1, 2)"), 1);
}

}  // namespace
}  // namespace galley::serving
