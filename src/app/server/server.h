#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "foundation/base/error.h"

namespace galley::server {

struct Options {
  std::string data;        ///< The data directory; created if needed.
  std::uint16_t port = 0;  ///< Used if no supervisor passes a socket; 0 takes a free one.
  std::vector<std::string> allowed_hosts;  ///< Further names that a Host header may have.
  std::string base_path;                   ///< In front of all paths of links; `/galley`.
  std::string duckdb_library;              ///< Path of libduckdb.so; empty: no tables.
  std::string ui_folder;                   ///< Files of the web page; empty: the program's.
  std::vector<std::string> webhooks;       ///< Whom to notify (docs/formats/notification.md).
  std::string notify_secret_file;          ///< Empty: one in the data directory.
  std::vector<std::string> notify_allow;   ///< Exceptions of the guard.
};

/// `galley server`: the control plane, until SIGTERM or SIGINT. Call from main.
Status Run(const Options& options);

}  // namespace galley::server
