#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "foundation/schema/message.h"

/// What the page's own operations take and answer. Field by field: docs/formats/native_api.md.
namespace galley::ui {

struct Me {
  bool signed_in = false;
  std::optional<std::int64_t> until_ms;  ///< When the session ends; not for a token.
  std::string user;                      ///< In events of what the caller changes.
  std::string version;
  std::string project;
  std::string ui;  ///< Names the build of the page; empty: none.
  static const schema::Message kSchema;
};

struct NewSession {
  static const schema::Message kSchema;
};
struct SessionLink {
  std::string url;
  std::int64_t expires_ms = 0;
  static const schema::Message kSchema;
};
struct SignedOut {
  bool signed_in = false;
  static const schema::Message kSchema;
};

/// What went wrong in somebody's browser.
struct PageError {
  std::string message;
  std::string stack;  ///< The hash of the place, which tells equal ones.
  std::string path;   ///< Of the page.
  static const schema::Message kSchema;
};
struct PageErrorTaken {
  static const schema::Message kSchema;
};

}  // namespace galley::ui
