#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "foundation/base/error.h"
#include "storage/db/connection.h"

namespace galley::db {

/// A fixed number of read-only connections. Any thread.
class Readers {
 public:
  /// A connection lent to one thread. It sees the database as it was at the first query, until it
  /// is given back by destruction.
  class Lease {
   public:
    Lease(Readers& readers, std::unique_ptr<Connection> connection)
        : readers_(readers), connection_(std::move(connection)) {}
    Lease(Lease&&) = default;
    Lease& operator=(Lease&&) = delete;
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    ~Lease();

    Connection& operator*() const { return *connection_; }
    Connection* operator->() const { return connection_.get(); }

   private:
    Readers& readers_;
    std::unique_ptr<Connection> connection_;
  };

  /// Opens `count` connections to a database that exists.
  static Result<std::unique_ptr<Readers>> Open(const std::string& path, int count);

  /// Waits until one is free: give it back soon, a reader keeps the log from being reset.
  Result<Lease> Take();

 private:
  Readers() = default;

  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<Connection>> free_;
};

}  // namespace galley::db
