#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/core.h>

#include "protocol/control/ui/ui.h"
#include "storage/blob/digest.h"

namespace galley::ui {
namespace {

constexpr std::string_view kIndex = "index.html";
constexpr std::string_view kHashedFolder = "assets/";
constexpr std::string_view kHtml = "text/html; charset=utf-8";
constexpr std::string_view kForEver = "public, max-age=31536000, immutable";
constexpr std::string_view kAskAgain = "no-cache";

constexpr std::string_view kContentPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; worker-src 'self'; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'self'";

constexpr char kOpenLink[] = {
#embed "open_link.js"
};
constexpr std::string_view kOpenLinkPage = R"(<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Galley</title>
<script src="{0}/ui/open-link.js"></script>
<noscript><a href="{0}/ui/">Galley</a> needs JavaScript.</noscript>
</html>
)";

struct CodingName {
  Coding coding;
  std::string_view name;
  std::string_view tag;  ///< A representation of its own has an entity tag of its own.
};
/// The best first.
constexpr CodingName kEncodings[] = {{Coding::kBrotli, "br", "-br"},
                                     {Coding::kGzip, "gzip", "-gz"}};

std::string_view Trimmed(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

/// Cuts the next item off a list and returns it without spaces.
std::string_view NextItem(std::string_view& list, char separator) {
  const auto end = std::min(list.find(separator), list.size());
  const std::string_view item = Trimmed(list.substr(0, end));
  list.remove_prefix(std::min(end + 1, list.size()));
  return item;
}

std::string_view ValueOf(const http::Request& request, std::string_view name) {
  const http::Header* header = request.Find(name);
  return header == nullptr ? std::string_view() : header->value;
}

/// Whether `;q=0` and nothing more stands behind an item.
bool IsRefused(std::string_view parameters) {
  while (!parameters.empty()) {
    const std::string_view parameter = NextItem(parameters, ';');
    if (!parameter.starts_with("q=") && !parameter.starts_with("Q=")) continue;
    return parameter.substr(2).find_first_not_of("0.") == std::string_view::npos;
  }
  return false;
}

/// Whether Accept-Encoding allows a coding (RFC 9110 §12.5.3).
bool Accepts(std::string_view accepted, std::string_view coding) {
  bool any = false;
  while (!accepted.empty()) {
    std::string_view item = NextItem(accepted, ',');
    const std::string_view name = NextItem(item, ';');
    if (http::EqualsIgnoringCase(name, coding)) return !IsRefused(item);
    if (name == "*") any = !IsRefused(item);
  }
  return any;
}

bool WantsHtml(const http::Request& request) {
  return ValueOf(request, "Accept").find("text/html") != std::string_view::npos;
}

http::Response AssetResponse(const http::Request& request, const Asset& asset,
                             const std::string& version) {
  const std::string_view accepted = ValueOf(request, "Accept-Encoding");
  const CodingName* coding = nullptr;
  for (const CodingName& offered : kEncodings) {
    const bool there = !asset.bodies[static_cast<std::size_t>(offered.coding)].empty();
    if (coding == nullptr && there && Accepts(accepted, offered.name)) coding = &offered;
  }
  const auto at = static_cast<std::size_t>(coding == nullptr ? Coding::kIdentity : coding->coding);
  const std::string tag =
      fmt::format("\"{}{}\"", asset.tag, coding == nullptr ? std::string_view() : coding->tag);
  const bool known = http::NamesTag(ValueOf(request, "If-None-Match"), tag);
  http::Response response = PageResponse(known ? 304 : 200, asset.content_type,
                                         known ? std::string_view() : asset.bodies[at]);
  auto& headers = response.headers;
  headers.emplace_back("ETag", tag);
  headers.emplace_back("Cache-Control",
                       asset.path.starts_with(kHashedFolder) ? kForEver : kAskAgain);
  headers.emplace_back("Vary", "Accept-Encoding");
  headers.emplace_back("X-Galley-Ui", version);
  if (coding != nullptr && !known) headers.emplace_back("Content-Encoding", coding->name);
  return response;
}

http::Response NothingThere(const http::Request& request) {
  http::Response response =
      PageResponse(404, "application/json",
                   http::ErrorResponse(404, CodeName(Code::kNotFound),
                                       fmt::format("there is nothing at '{}'", request.path))
                       .body);
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

http::Response NoPage() {
  return PlainPage(404, "This Galley was built without its web page",
                   "<p>Build it with <code>./dev build</code>, which needs Node 20.19 or newer or "
                   "fetches one, and start this program again. The command line and the API work "
                   "without: <code>galley --help</code>.</p>");
}

/// index.html with a base path in front of its links, which all begin with `"/ui/`.
std::string WithBase(std::string_view html, std::string_view base_path) {
  constexpr std::string_view kLink = "\"/ui/";
  std::string text;
  while (!html.empty()) {
    const auto at = std::min(html.find(kLink), html.size());
    text += html.substr(0, at);
    html.remove_prefix(at);
    if (html.empty()) break;
    text += fmt::format("\"{}/ui/", base_path);
    html.remove_prefix(kLink.size());
  }
  return text;
}

/// The index of a pack, as the page is asked for below a base path.
struct Index {
  std::string html;
  Asset asset;
};
std::shared_ptr<const Index> IndexOf(const Pack& pack, const std::string& base_path) {
  const Asset* packed = pack.Find(kIndex);
  if (packed == nullptr) return nullptr;
  auto index = std::make_shared<Index>();
  index->asset = *packed;
  if (base_path.empty()) return index;
  index->html = WithBase(packed->bodies[static_cast<std::size_t>(Coding::kIdentity)], base_path);
  index->asset.bodies = {index->html};
  index->asset.tag = blob::DigestOf(index->html).Hex().substr(0, packed->tag.size());
  return index;
}

http::Response FromPack(const Pack& pack, const Index* index, const http::Request& request,
                        std::string_view path) {
  const Asset* asset = path == kIndex ? nullptr : pack.Find(path);
  if (asset != nullptr) return AssetResponse(request, *asset, pack.version());
  // A path of the page itself: its router knows more.
  if (!WantsHtml(request) && !path.empty() && path != kIndex) return NothingThere(request);
  if (index != nullptr) return AssetResponse(request, index->asset, pack.version());
  return NoPage();
}

http::Response FromFolder(const Folder& folder, const http::Request& request, std::string_view path,
                          std::string_view base_path) {
  std::string_view found = path;
  auto bytes = folder.Read(path.empty() ? kIndex : path);
  if (!bytes && !WantsHtml(request) && !path.empty()) return NothingThere(request);
  if (!bytes || path.empty()) found = kIndex;
  if (!bytes) bytes = folder.Read(kIndex);
  if (!bytes) return NothingThere(request);
  if (found == kIndex) bytes = WithBase(*bytes, base_path);
  http::Response response = PageResponse(200, ContentTypeOf(found), *bytes);
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

http::Response OpenLinkPage(std::string_view base_path) {
  http::Response response = PageResponse(200, kHtml, fmt::format(kOpenLinkPage, base_path));
  response.headers.emplace_back("Cache-Control", kAskAgain);
  return response;
}

http::Response OpenLinkScript(const http::Request& /*request*/) {
  http::Response response =
      PageResponse(200, "text/javascript; charset=utf-8", {kOpenLink, sizeof(kOpenLink)});
  response.headers.emplace_back("Cache-Control", kAskAgain);
  return response;
}

http::Response ToPage(const std::string& base_path) {
  http::Response response = PageResponse(302, kHtml, "");
  response.headers.emplace_back("Location", base_path + "/ui/");
  return response;
}

http::Response AreaError(int status, std::string_view code, std::string_view message) {
  return PageResponse(status, "application/json", http::ErrorResponse(status, code, message).body);
}

}  // namespace

http::Response PageResponse(int status, std::string_view content_type, std::string_view body) {
  return {.status = status,
          .content_type = std::string(content_type),
          .body = std::string(body),
          .headers = {{"Content-Security-Policy", std::string(kContentPolicy)},
                      {"X-Content-Type-Options", "nosniff"},
                      {"Referrer-Policy", "no-referrer"},
                      {"Cross-Origin-Opener-Policy", "same-origin"}}};
}

http::Response PlainPage(int status, std::string_view title, std::string_view body) {
  http::Response response =
      PageResponse(status, kHtml,
                   fmt::format("<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
                               "<title>{0}</title>\n<h1>{0}</h1>\n{1}\n</html>\n",
                               title, body));
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

Result<std::shared_ptr<const Source>> OpenSource(const std::string& folder) {
  auto source = std::make_shared<Source>();
  if (folder.empty()) {
    source->pack = TRY(Pack::Parse(EmbeddedPack()));
  } else {
    source->folder = TRY(Folder::Open(folder));
  }
  return source;
}

std::vector<http::Route> PageRoutes(const std::shared_ptr<const Source>& source,
                                    const std::string& base_path) {
  http::Handler file;
  if (source->folder) {
    file = http::BlockingHandler{[source, base_path](const http::Request& request) {
      return FromFolder(*source->folder, request, request.Captured("path"), base_path);
    }};
  } else {
    file = [source, index = IndexOf(source->pack, base_path)](const http::Request& request) {
      return FromPack(source->pack, index.get(), request, request.Captured("path"));
    };
  }
  std::vector<http::Route> routes;
  const auto add = [&](std::string_view path, http::Handler handle) {
    routes.push_back(
        {http::Method::kGet, std::string(path), std::move(handle), policy::Right::kRead});
  };
  add("/", [base_path](const http::Request&) { return OpenLinkPage(base_path); });
  add("/ui", [base_path](const http::Request&) { return ToPage(base_path); });
  add("/ui/", file);
  add("/ui/{path...}", file);
  add("/ui/open-link.js", OpenLinkScript);
  return routes;
}

http::Area PageArea() {
  return {"/ui/", AreaError};
}

}  // namespace galley::ui
