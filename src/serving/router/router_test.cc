#include <filesystem>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "foundation/io/file.h"
#include "serving/router/prediction_ids.h"
#include "serving/router/serving.h"
#include "serving/runtime/small_model.h"
#include "serving/snapshot/records.h"
#include "storage/blob/blob_store.h"

namespace galley::serving {
namespace {

constexpr std::string_view kMlModel =
    "flavors:\n"
    "  xgboost:\n"
    "    data: model.json\n"
    "    model_class: xgboost.core.Booster\n"
    "    model_format: json\n";

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

/// A loader of one endpoint, whose variants a test replaces.
class SwapTest : public RouterTest {
 public:
  SwapTest() {
    for (const char* folder : {"/serving", "/gateway"}) {
      std::filesystem::create_directories(root_ + folder);
    }
  }

 protected:
  snapshot::File Store(std::string_view path, std::string_view bytes) {
    const std::string hex = blob::DigestOf(bytes).Hex();
    const std::string folder = root_ + "/blobs/" + hex.substr(0, 2);
    std::filesystem::create_directories(folder);
    EXPECT_TRUE(io::ReplaceFile(folder + "/" + hex.substr(2), bytes));
    return {std::string(path), hex, static_cast<std::int64_t>(bytes.size())};
  }

  /// Lets a model take the endpoint; its status once that is loaded or given up.
  snapshot::EndpointStatus Serve(Loader& loader, const std::string& endpoint,
                                 const std::string& variant, std::string_view model) {
    const std::vector<snapshot::File> files = {Store("MLmodel", kMlModel),
                                               Store("model.json", model)};
    const snapshot::Snapshot snapshot{
        .version = ++version_,
        .endpoints = {{.project = "default",
                       .name = "juice",
                       .id = endpoint,
                       .variants = {{.id = variant,
                                     .name = "main",
                                     .weight = 1000,
                                     .model = "m",
                                     .version = version_,
                                     .version_id = std::string(32, 'f'),
                                     .files = files}}}}};
    EXPECT_TRUE(io::ReplaceFile(snapshot::SnapshotPath(root_), snapshot::ToText(snapshot)));
    for (;;) {
      const auto status = loader.GetStatus();
      const bool is_seen = !status.endpoints.empty() && status.endpoints[0].variant == variant;
      if (is_seen && status.endpoints[0].state != "loading") return status.endpoints[0];
      std::this_thread::yield();
    }
  }

  std::int64_t version_ = 0;
};

TEST_F(SwapTest, TheVariantBeforeAnswersUntilTheNewOneIsLoaded) {
  const std::string first(32, '1');
  const std::string damaged(32, '2');
  const std::string second(32, '3');
  Loader loader({.data = root_, .poll_ms = 1});
  auto status = Serve(loader, "e1", first, kSmallJson);
  EXPECT_EQ(status.state, "ready") << status.reason;
  EXPECT_EQ(status.answering, first);

  status = Serve(loader, "e1", damaged, kSmallJson.substr(0, 100));
  EXPECT_EQ(status.state, "failed");
  EXPECT_FALSE(status.reason.empty());
  EXPECT_EQ(status.variant, damaged);
  EXPECT_EQ(status.answering, first);
  const auto held = loader.table();
  EXPECT_EQ(held->Find("default", "juice")->champion().variant->facts.id, first);

  status = Serve(loader, "e1", second, kSmallJson);
  EXPECT_EQ(status.state, "ready") << status.reason;
  EXPECT_EQ(status.answering, second);
  // A request that holds the table from before still finds the model of before.
  const auto* before = held->Find("default", "juice");
  std::vector<float> out(before->champion().variant->trees->outputs());
  before->champion().variant->trees->Predict(std::vector<float>{0, 0, 0}, 1, out);
  EXPECT_GT(out[0], 0.0F);

  // Another endpoint of the same name owes nothing to the one before.
  status = Serve(loader, "e2", std::string(32, '4'), "no model");
  EXPECT_EQ(status.state, "failed");
  EXPECT_EQ(status.answering, "");
}

TEST_F(SwapTest, ALoaderThatStartsAnewKnowsOnlyTheNewVariant) {
  {
    Loader loader({.data = root_, .poll_ms = 1});
    EXPECT_EQ(Serve(loader, "e1", std::string(32, '1'), kSmallJson).state, "ready");
    EXPECT_EQ(Serve(loader, "e1", std::string(32, '2'), "no model").state, "failed");
  }
  Loader again({.data = root_, .poll_ms = 1});
  while (again.GetStatus().endpoints[0].state == "loading") std::this_thread::yield();
  EXPECT_EQ(again.GetStatus().endpoints[0].state, "failed");
  EXPECT_EQ(again.GetStatus().endpoints[0].answering, "");
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
