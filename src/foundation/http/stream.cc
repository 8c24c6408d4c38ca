#include "foundation/http/stream.h"

#include <utility>

namespace galley::http {
namespace {

class Producer final : public Stream {
 public:
  Producer(std::shared_ptr<Loop> loop, std::shared_ptr<StreamLine> line)
      : loop_(std::move(loop)), line_(std::move(line)) {}
  Producer(const Producer&) = delete;
  Producer& operator=(const Producer&) = delete;
  ~Producer() override {
    line_->End();
    Wake();
  }

  Put Push(std::string_view chunk) override {
    bool wake = false;
    const Put put = line_->Push(chunk, wake);
    if (wake) Wake();
    return put;
  }
  bool IsOpen() const override { return line_->IsOpen(); }

 private:
  /// What is posted holds the line alone: a loop that has ended keeps what was posted to it.
  void Wake() const {
    loop_->events->Post([line = line_] { WakeStream(*line); });
  }

  const std::shared_ptr<Loop> loop_;
  const std::shared_ptr<StreamLine> line_;
};

}  // namespace

Stream::Put StreamLine::Push(std::string_view chunk, bool& wake) {
  const std::scoped_lock lock(mutex_);
  if (!open_) return Stream::Put::kGone;
  if (waiting_.size() + chunk.size() > bytes_max_) return Stream::Put::kFull;
  waiting_ += chunk;
  wake = !std::exchange(told_, true);
  return Stream::Put::kTaken;
}

void StreamLine::End() {
  const std::scoped_lock lock(mutex_);
  ended_ = true;
}

void StreamLine::Close() {
  const std::scoped_lock lock(mutex_);
  open_ = false;
  waiting_ = {};
}

bool StreamLine::IsOpen() const {
  const std::scoped_lock lock(mutex_);
  return open_;
}

bool StreamLine::Take(std::string& out) {
  const std::scoped_lock lock(mutex_);
  out.clear();
  out.swap(waiting_);
  told_ = false;
  return !out.empty() || !ended_;
}

std::unique_ptr<Stream> MakeStream(std::shared_ptr<Loop> loop, std::shared_ptr<StreamLine> line) {
  return std::make_unique<Producer>(std::move(loop), std::move(line));
}

}  // namespace galley::http
