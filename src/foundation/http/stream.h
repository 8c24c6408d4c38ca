#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "foundation/http/router.h"
#include "foundation/http/session.h"

/// What lies between a stream's producer and its session. Inside of this room only.
namespace galley::http {

/// The bytes that wait. `session` belongs to the loop's thread, all else is under the lock.
class StreamLine {
 public:
  StreamLine(Session* of, std::size_t bytes_max) : session(of), bytes_max_(bytes_max) {}
  StreamLine(const StreamLine&) = delete;
  StreamLine& operator=(const StreamLine&) = delete;

  /// `wake`: the session does not know yet that something waits.
  Stream::Put Push(std::string_view chunk, bool& wake);
  /// Of the producer: nothing follows.
  void End();
  /// Of the session: nobody reads any more.
  void Close();
  bool IsOpen() const;

  /// Replaces `out` by what waits. False: that is nothing, and nothing follows.
  bool Take(std::string& out);

  Session* session;  ///< Null behind the stream's end.

 private:
  const std::size_t bytes_max_;
  mutable std::mutex mutex_;
  std::string waiting_;
  bool told_ = false;  // Somebody has been sent to wake the session.
  bool ended_ = false;
  bool open_ = true;
};

/// The producer's end of a line to a session of that loop.
std::unique_ptr<Stream> MakeStream(std::shared_ptr<Loop> loop, std::shared_ptr<StreamLine> line);

/// Wakes the line's session, if it is still there. On the loop's thread; in session.cc.
void WakeStream(const StreamLine& line);

}  // namespace galley::http
