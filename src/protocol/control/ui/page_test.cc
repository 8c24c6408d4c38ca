#include <map>
#include <string>

#include <gtest/gtest.h>

#include "protocol/control/ui/ui.h"
#include "storage/blob/digest.h"

namespace galley::ui {
namespace {

struct File {
  std::string path, type, identity, gzip, brotli;
};

std::string Number(std::size_t value) {
  std::string bytes;
  for (int byte = 0; byte < 4; ++byte) bytes += static_cast<char>(value >> (8 * byte) & 0xff);
  return bytes;
}

/// A pack as docs/formats/ui_pack.md says.
std::string PackOf(const std::vector<File>& files) {
  std::string table;
  std::string bodies;
  const std::size_t bodies_from = 44 + files.size() * 72;
  for (const File& file : files) {
    for (const std::string* part :
         {&file.path, &file.type, &file.identity, &file.gzip, &file.brotli}) {
      table += Number(bodies_from + bodies.size()) + Number(part->size());
      bodies += *part;
    }
    table += blob::DigestOf(file.identity).Raw();
  }
  const std::string checked = Number(files.size()) + table + bodies;
  return "GLYUIPK1" + std::string(blob::DigestOf(checked).Raw()) + checked;
}

const std::string& Example() {
  static const std::string pack = PackOf({
      {"assets/app-5d1f.js", "text/javascript; charset=utf-8", "app()", "GZ", "BR"},
      {"assets/logo-1.png", "image/png", "PNG", "", ""},
      {"index.html", "text/html; charset=utf-8", "<html>", "gz", "br"},
  });
  return pack;
}

using Headers = std::vector<http::Header>;

/// What the routes answer, without a socket.
class Page {
 public:
  explicit Page(std::string_view bytes)
      : router_(PageRoutes(std::make_shared<Source>(Source{.pack = *Pack::Parse(bytes)})), {}) {}

  http::Response Get(std::string_view path, Headers headers = {}) const {
    auto match = router_.Find(http::Method::kGet, path);
    if (match.route == nullptr) return http::ErrorResponse(404, "none", "no route");
    http::Request request{.method = http::Method::kGet, .target = path, .path = path};
    request.headers = std::move(headers);
    request.captures = std::move(match.captures);
    return std::get<http::InlineHandler>(match.route->handle)(request);
  }

 private:
  http::Router router_;
};

std::string HeaderOf(const http::Response& response, std::string_view name) {
  for (const auto& [known, value] : response.headers) {
    if (http::EqualsIgnoringCase(known, name)) return value;
  }
  return "";
}

TEST(Page, ChoosesTheCodingThatTheClientTakes) {
  const Page page(Example());
  const std::map<std::string, std::string> expected = {
      {"", ""},
      {"gzip, deflate, br, zstd", "br"},
      {"gzip", "gzip"},
      {"br;q=0, gzip", "gzip"},
      {"br;q=0.0,gzip;q=0.000", ""},
      {"*", "br"},
      {"*;q=0", ""},
      {"br;q=0, *", "gzip"},
      {"BR ; q=0.1", "br"},
      {"brr", ""},
      {"identity", ""},
  };
  for (const auto& [accepted, coding] : expected) {
    const auto response = page.Get("/ui/assets/app-5d1f.js", {{"Accept-Encoding", accepted}});
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(HeaderOf(response, "Content-Encoding"), coding) << accepted;
    EXPECT_EQ(response.body, coding.empty() ? "app()" : coding == "br" ? "BR" : "GZ") << accepted;
    EXPECT_EQ(HeaderOf(response, "Vary"), "Accept-Encoding");
  }
  EXPECT_EQ(page.Get("/ui/assets/logo-1.png", {{"Accept-Encoding", "br"}}).body, "PNG");
}

TEST(Page, KeepsHashedFilesForEverAndAsksAgainForTheIndex) {
  const Page page(Example());
  EXPECT_EQ(HeaderOf(page.Get("/ui/assets/logo-1.png"), "Cache-Control"),
            "public, max-age=31536000, immutable");
  const auto index = page.Get("/ui/");
  EXPECT_EQ(index.body, "<html>");
  EXPECT_EQ(HeaderOf(index, "Cache-Control"), "no-cache");
  EXPECT_EQ(HeaderOf(page.Get("/ui/index.html"), "ETag"), HeaderOf(index, "ETag"));
  // The first half of the digest that `printf '<html>' | sha256sum` prints.
  EXPECT_EQ(HeaderOf(index, "ETag"), "\"" + blob::DigestOf("<html>").Hex().substr(0, 32) + "\"");
}

TEST(Page, AnswersWhatIsKnownWith304) {
  const Page page(Example());
  const std::string tag = HeaderOf(page.Get("/ui/"), "ETag");
  for (const std::string& known : {tag, "W/" + tag, "\"x\", " + tag, std::string("*")}) {
    const auto response = page.Get("/ui/", {{"If-None-Match", known}});
    EXPECT_EQ(response.status, 304) << known;
    EXPECT_EQ(response.body, "");
    EXPECT_EQ(HeaderOf(response, "ETag"), tag);
  }
  EXPECT_EQ(page.Get("/ui/", {{"If-None-Match", "\"x\""}}).status, 200);
  // Another form of the same file is another representation.
  EXPECT_EQ(page.Get("/ui/", {{"If-None-Match", tag}, {"Accept-Encoding", "br"}}).status, 200);
}

TEST(Page, LeavesItsOwnPathsToThePage) {
  const Page page(Example());
  const Headers browser = {{"Accept", "text/html,application/xhtml+xml,*/*;q=0.8"}};
  EXPECT_EQ(page.Get("/ui/runs/1f?tab=charts", browser).body, "<html>");
  const auto missing = page.Get("/ui/assets/gone-1.js", {{"Accept", "*/*"}});
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(missing.content_type, "application/json");
  EXPECT_EQ(HeaderOf(page.Get("/ui"), "Location"), "/ui/");
}

TEST(Page, BeginsItsLinksWithTheBasePath) {
  const std::string bytes = PackOf({
      {"assets/app-5d1f.js", "text/javascript; charset=utf-8", "load(\"/ui/\")", "", ""},
      {"index.html", "text/html; charset=utf-8", R"(<a href="/ui/a.js"><b src="/ui/b.js">)", "gz",
       "br"},
  });
  const http::Router router(
      PageRoutes(std::make_shared<Source>(Source{.pack = *Pack::Parse(bytes)}), "/galley"), {});
  const auto get = [&](std::string_view path, Headers headers = {}) {
    auto match = router.Find(http::Method::kGet, path);
    http::Request request{.method = http::Method::kGet, .target = path, .path = path};
    request.headers = std::move(headers);
    request.captures = std::move(match.captures);
    return std::get<http::InlineHandler>(match.route->handle)(request);
  };
  for (const char* path : {"/ui/", "/ui/index.html"}) {
    const auto index = get(path, {{"Accept-Encoding", "br, gzip"}});
    EXPECT_EQ(index.body, R"(<a href="/galley/ui/a.js"><b src="/galley/ui/b.js">)");
    EXPECT_EQ(HeaderOf(index, "Content-Encoding"), "");
    EXPECT_EQ(HeaderOf(index, "ETag"),
              "\"" + blob::DigestOf(index.body).Hex().substr(0, 32) + "\"");
    EXPECT_EQ(get(path, {{"If-None-Match", HeaderOf(index, "ETag")}}).status, 304);
  }
  EXPECT_EQ(get("/ui/assets/app-5d1f.js").body, "load(\"/ui/\")");
  EXPECT_EQ(HeaderOf(get("/ui"), "Location"), "/galley/ui/");
  EXPECT_NE(get("/").body.find("src=\"/galley/ui/open-link.js\""), std::string::npos);
}

TEST(Page, HasItsHeadersEverywhere) {
  const Page page(Example());
  for (const char* path :
       {"/", "/ui", "/ui/", "/ui/none", "/ui/assets/logo-1.png", "/ui/open-link.js"}) {
    const auto response = page.Get(path);
    const std::string policy = HeaderOf(response, "Content-Security-Policy");
    EXPECT_NE(policy.find("default-src 'none'; script-src 'self'; style-src 'self';"),
              std::string::npos)
        << path;
    EXPECT_EQ(policy.find("unsafe"), std::string::npos);
    EXPECT_EQ(HeaderOf(response, "X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(HeaderOf(response, "Referrer-Policy"), "no-referrer");
    EXPECT_EQ(HeaderOf(response, "Cross-Origin-Opener-Policy"), "same-origin");
  }
  EXPECT_EQ(PageArea().error(405, "unimplemented", "m").headers.size(), 4U);
}

TEST(Page, SaysThatItIsNotThere) {
  const auto response = Page("").Get("/ui/");
  EXPECT_EQ(response.status, 404);
  EXPECT_NE(response.body.find("./dev build"), std::string::npos);
}

TEST(Pack, RefusesEachDamagedByte) {
  for (std::size_t at = 0; at < Example().size(); ++at) {
    std::string damaged = Example();
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    EXPECT_FALSE(Pack::Parse(damaged)) << at;
  }
  for (std::size_t size = 1; size < Example().size(); ++size) {
    EXPECT_FALSE(Pack::Parse(std::string_view(Example()).substr(0, size))) << size;
  }
}

TEST(Pack, RefusesWhatIsOutOfOrderOrOutside) {
  EXPECT_FALSE(Pack::Parse(PackOf({{"b", "t", "1", "", ""}, {"a", "t", "2", "", ""}})));
  EXPECT_FALSE(Pack::Parse(PackOf({{"a", "t", "1", "", ""}, {"a", "t", "2", "", ""}})));
  std::string outside = PackOf({{"a", "t", "1", "", ""}});
  outside[44 + 20] = 100;  // How long the file is.
  const std::string checked = outside.substr(40);
  EXPECT_FALSE(Pack::Parse("GLYUIPK1" + std::string(blob::DigestOf(checked).Raw()) + checked));
  std::string many = Number(1000) + std::string(72, '\0');
  EXPECT_FALSE(Pack::Parse("GLYUIPK1" + std::string(blob::DigestOf(many).Raw()) + many));
}

TEST(Pack, TheOneInTheProgramIsWhole) {
  const auto pack = Pack::Parse(EmbeddedPack());
  ASSERT_TRUE(pack) << pack.error().message;
  EXPECT_EQ(pack->empty(), pack->Find("index.html") == nullptr);
}

}  // namespace
}  // namespace galley::ui
