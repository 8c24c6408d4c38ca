#pragma once

#include <string>
#include <string_view>

#include "foundation/base/error.h"
#include "foundation/io/fd.h"

namespace galley::ui {

/// A folder whose files are the page, for those who write it (`--ui-dir`). Any thread.
class Folder {
 public:
  /// kNotFound and the like name the folder.
  static Result<Folder> Open(const std::string& path);

  /// The bytes of a file, wherever links lead as long as it is beneath the folder. Waits for the
  /// disk. kNotFound if there is none.
  Result<std::string> Read(std::string_view path) const;

 private:
  explicit Folder(io::UniqueFd root) : root_(std::move(root)) {}

  io::UniqueFd root_;
};

/// By the ending of a file's name.
std::string_view ContentTypeOf(std::string_view path);

}  // namespace galley::ui
