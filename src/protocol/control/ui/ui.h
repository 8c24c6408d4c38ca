#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "foundation/base/error.h"
#include "foundation/http/router.h"
#include "foundation/io/clock.h"
#include "foundation/policy/gate.h"
#include "protocol/control/ui/folder.h"
#include "protocol/control/ui/pack.h"
#include "protocol/control/ui/sessions.h"

namespace galley::ui {

/// Where the page's files come from.
struct Source {
  Pack pack;
  std::optional<Folder> folder;  ///< If there is one, it alone counts.
};

/// The pack in this program, or the folder if `folder` is not empty.
Result<std::shared_ptr<const Source>> OpenSource(const std::string& folder);

/// The page below /ui/, and at / the one that rewrites links of clients.
/// `base_path` is what links begin with, as `/galley`.
std::vector<http::Route> PageRoutes(const std::shared_ptr<const Source>& source,
                                    const std::string& base_path = {});

/// What the routes of sessions work on; what is referred to outlives the server.
struct PageApi {
  std::shared_ptr<const Source> source;
  Sessions& sessions;
  const policy::Gate& gate;
  const io::Clock& clock;
  std::string base_path;  ///< As PageRoutes has it.
  std::string version;    ///< Of this program.
};

/// Signing in and out, who the caller is, and what failed in browsers.
std::vector<http::Route> SessionRoutes(const PageApi& api);

/// How errors look below /ui/: the native shape, with the page's headers.
http::Area PageArea();

/// An answer with the headers that everything below /ui/ has, its Content-Security-Policy included.
http::Response PageResponse(int status, std::string_view content_type, std::string_view body);

/// A page of one heading and some sentences; `body` is HTML.
http::Response PlainPage(int status, std::string_view title, std::string_view body);

}  // namespace galley::ui
