#include "foundation/base/work_pool.h"

#include <atomic>
#include <latch>

#include <gtest/gtest.h>

namespace galley {
namespace {

TEST(WorkPool, RunsAllThatWasTakenBeforeItEnds) {
  std::atomic<int> done = 0;
  {
    WorkPool pool(3, 1000);
    for (int at = 0; at < 500; ++at) ASSERT_TRUE(pool.TrySubmit([&] { ++done; }));
  }
  EXPECT_EQ(done, 500);
}

TEST(WorkPool, RefusesWhatTheQueueCannotHold) {
  std::latch started(1);
  std::latch go(1);
  std::atomic<int> done = 0;
  WorkPool pool(1, 2);
  ASSERT_TRUE(pool.TrySubmit([&] {
    started.count_down();
    go.wait();
  }));
  started.wait();
  EXPECT_TRUE(pool.TrySubmit([&] { ++done; }));
  EXPECT_TRUE(pool.TrySubmit([&] { ++done; }));
  EXPECT_FALSE(pool.TrySubmit([&] { done += 100; }));
  go.count_down();
  while (done < 2) std::this_thread::yield();
  EXPECT_EQ(done, 2);
}

}  // namespace
}  // namespace galley
