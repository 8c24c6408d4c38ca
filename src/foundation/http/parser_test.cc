#include "foundation/http/parser.h"

#include <numeric>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace galley::http {
namespace {

using State = RequestParser::State;

/// Reads `input` in pieces that end at the given offsets; the text of what came out, or the
/// refusal.
std::string ReadInPieces(std::string_view input, const std::vector<std::size_t>& ends,
                         std::uint64_t body_max = 1 << 20) {
  RequestParser parser(Limits{});
  std::size_t consumed = 0;
  for (std::size_t at = 0; at < ends.size();) {
    const auto progress = parser.Put(input.substr(consumed, ends[at] - consumed));
    if (!progress) return fmt::format("{} {}", progress.error().status, progress.error().message);
    consumed += progress->consumed;
    if (progress->state == State::kComplete ||
        (progress->state == State::kHeader && !parser.announces_body())) {
      const Request& request = parser.request();
      std::string text =
          fmt::format("{} {} ? {}\n", MethodName(request.method), request.path, request.query);
      for (const auto& [name, value] : request.headers) {
        text += fmt::format("{}={}\n", name, value);
      }
      return text + std::string(request.body) + fmt::format("\nleft {}", input.size() - consumed);
    }
    if (progress->state == State::kHeader) {
      parser.LimitBody(body_max);
    } else {
      ++at;
    }
  }
  return "incomplete";
}

// The examples of RFC 9112 §2.1 and §7.1, and what browsers and curl send.
const std::vector<std::pair<std::string, std::string>>& Requests() {
  static const std::vector<std::pair<std::string, std::string>> requests = {
      {"GET /hello.txt HTTP/1.1\r\nUser-Agent: curl/7.64.1\r\nHost: www.example.com\r\n"
       "Accept-Language: en, mi\r\n\r\n",
       "GET /hello.txt ? \nUser-Agent=curl/7.64.1\nHost=www.example.com\nAccept-Language=en, mi\n"
       "\nleft 0"},
      {"POST /a%2Fb?q=%20&r HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhelloGET / HT",
       "POST /a%2Fb ? q=%20&r\nHost=x\nContent-Length=5\nhello\nleft 8"},
      {"PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
       "5;a=b\r\nhello\r\n6\r\n world\r\n0\r\nDigest: x\r\n\r\n",
       "PUT / ? \nHost=x\nTransfer-Encoding=chunked\nhello world\nleft 0"},
      {"\r\n\r\nDELETE http://h:80?x=1 HTTP/1.1\r\nHost:h\r\n\r\n",
       "DELETE / ? x=1\nHost=h\n\nleft 0"},
      {"GET http://h HTTP/1.0\r\n\r\n", "GET / ? \n\nleft 0"},
  };
  return requests;
}

TEST(RequestParser, ReadsARequestWhereverItIsCut) {
  for (const auto& [input, expected] : Requests()) {
    EXPECT_EQ(ReadInPieces(input, {input.size()}), expected);
    for (std::size_t cut = 0; cut < input.size(); ++cut) {
      EXPECT_EQ(ReadInPieces(input, {cut, input.size()}).substr(0, expected.rfind("\nleft")),
                expected.substr(0, expected.rfind("\nleft")))
          << "cut at " << cut;
    }
  }
}

TEST(RequestParser, ReadsARequestByteByByte) {
  for (const auto& [input, expected] : Requests()) {
    std::vector<std::size_t> ends(input.size() + 1);
    std::iota(ends.begin(), ends.end(), 0);
    EXPECT_EQ(ReadInPieces(input, ends).substr(0, expected.rfind("\nleft")),
              expected.substr(0, expected.rfind("\nleft")));
  }
}

TEST(RequestParser, RefusesWhereverItIsCut) {
  const std::string folded = "GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n";
  const std::string both =
      "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (std::size_t cut = 0; cut < folded.size(); ++cut) {
    EXPECT_EQ(ReadInPieces(folded, {cut, folded.size()}),
              "400 a header is folded over several lines");
  }
  for (std::size_t cut = 0; cut < both.size(); ++cut) {
    EXPECT_EQ(ReadInPieces(both, {cut, both.size()}).substr(0, 4), "400 ") << "cut at " << cut;
  }
}

TEST(RequestParser, CountsTheDecodedBodyAgainstTheLimit) {
  const std::string chunked =
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n5\r\nworld\r\n"
      "0\r\n\r\n";
  EXPECT_EQ(ReadInPieces(chunked, {chunked.size()}, 9),
            "413 the body is larger than 9 bytes, the limit here");
  EXPECT_NE(ReadInPieces(chunked, {chunked.size()}, 10).find("helloworld"), std::string::npos);
}

TEST(RequestParser, CountsTrailersAsHeaders) {
  std::string chunked = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n";
  for (int at = 0; at < 99; ++at) chunked += fmt::format("T{}: x\r\n", at);
  chunked += "\r\n";
  EXPECT_EQ(ReadInPieces(chunked, {chunked.size()}), "431 more than 100 headers");
}

TEST(RequestParser, AReusedParserForgets) {
  RequestParser parser(Limits{});
  const std::string first = "POST /a?b HTTP/1.0\r\nX: y\r\nContent-Length: 2\r\n\r\n";
  ASSERT_TRUE(parser.Put(first).has_value());
  parser.LimitBody(2);
  ASSERT_EQ(parser.Put("ok")->state, State::kComplete);
  EXPECT_EQ(parser.request().body, "ok");
  EXPECT_TRUE(parser.is_http10());
  EXPECT_FALSE(parser.keeps_alive());
  parser.Reset();
  EXPECT_FALSE(parser.started());
  EXPECT_EQ(parser.request().method, Method::kOther);
  EXPECT_EQ(parser.request().path, "");
  EXPECT_FALSE(parser.is_http10());
  const auto second = parser.Put("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(second.has_value()) << second.error().message;
  ASSERT_EQ(second->state, State::kHeader);
  EXPECT_EQ(parser.request().body, "");
  EXPECT_EQ(parser.request().query, "");
  EXPECT_EQ(parser.request().Find("x"), nullptr);
  EXPECT_EQ(parser.request().Find("HOST")->value, "h");
  EXPECT_TRUE(parser.keeps_alive());
}

}  // namespace
}  // namespace galley::http
