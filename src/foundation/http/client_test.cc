#include "foundation/http/client.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <future>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "foundation/http/server.h"
#include "foundation/io/net.h"

namespace galley::http {
namespace {

constexpr std::uint64_t kBodyBytesMax = 1'000'000;

/// What came in, so that the test can look at it from the other end.
Response Mirror(const Request& request) {
  const Header* header = request.Find("X-Test");
  return Response{.body = fmt::format("{} {} [{}] {}", MethodName(request.method), request.target,
                                      header == nullptr ? "" : header->value, request.body),
                  .headers = {{"X-Answer", "yes"}}};
}

Response Elsewhere(const Request& /*request*/) {
  return Response{.status = 302, .headers = {{"Location", "file:///etc/passwd"}}};
}

class ClientTest : public testing::Test {
 protected:
  void SetUp() override {
    auto listener = io::ListenLoopback(0);
    ASSERT_TRUE(listener.has_value());
    port_ = *io::LocalPort(listener->get());
    stop_.Reset(::eventfd(0, EFD_CLOEXEC));
    std::vector<Route> routes;
    for (const Method method : {Method::kGet, Method::kPost, Method::kPut, Method::kDelete}) {
      routes.push_back({method, "/mirror", Mirror, policy::Right::kRead, kBodyBytesMax});
    }
    routes.push_back({Method::kGet, "/elsewhere", Elsewhere, policy::Right::kRead});
    routes.push_back({Method::kGet, "/never", DeferredHandler{[this](const Request&, Reply reply) {
                        const std::scoped_lock lock(mutex_);
                        replies_.push_back(std::move(reply));
                      }},
                      policy::Right::kRead});
    server_ = std::make_unique<Server>(std::move(*listener), Router(std::move(routes), {}),
                                       policy::Gate("", {}), Server::Options{});
    std::promise<void> ready;
    thread_ = std::jthread([this, &ready] {
      EXPECT_TRUE(server_->Run(stop_.get(), [&ready] { ready.set_value(); }).has_value());
    });
    ready.get_future().wait();
  }

  void TearDown() override {
    {
      const std::scoped_lock lock(mutex_);
      for (Reply& reply : replies_) std::move(reply).Send({});
    }
    const std::uint64_t one = 1;
    ASSERT_EQ(::write(stop_.get(), &one, sizeof(one)), static_cast<ssize_t>(sizeof(one)));
    thread_.join();
  }

  std::string UrlOf(std::string_view path) const {
    return fmt::format("http://127.0.0.1:{}{}", port_, path);
  }

  std::uint16_t port_ = 0;

 private:
  io::UniqueFd stop_;
  std::mutex mutex_;
  std::vector<Reply> replies_;
  std::unique_ptr<Server> server_;
  std::jthread thread_;
};

TEST_F(ClientTest, SendsMethodHeadersAndBody) {
  for (const auto& [method, body] : {std::pair{Method::kGet, ""},
                                     {Method::kPost, "a"},
                                     {Method::kPost, ""},
                                     {Method::kPut, "b"},
                                     {Method::kDelete, ""}}) {
    const auto answer = Fetch({.method = method,
                               .url = UrlOf("/mirror?x=1%20"),
                               .headers = {{"X-Test", "t"}},
                               .body = body});
    ASSERT_TRUE(answer.has_value()) << answer.error().message;
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->body, fmt::format("{} /mirror?x=1%20 [t] {}", MethodName(method), body));
    EXPECT_EQ(answer->Header("x-answer"), "yes");
    EXPECT_EQ(answer->Header("x-none"), "");
  }
}

TEST_F(ClientTest, SendsWhatASourceGives) {
  std::string body;
  for (int at = 0; body.size() < 900'000; ++at) body += std::to_string(at);
  std::size_t given = 0;
  ClientRequest request{.method = Method::kPost, .url = UrlOf("/mirror")};
  request.body_file_bytes = body.size();
  request.body_source = [&](char* to, std::size_t size) -> Result<std::size_t> {
    // Also less than is asked for.
    const std::string_view part =
        std::string_view(body).substr(given, std::min<std::size_t>(size, 7777));
    part.copy(to, part.size());
    given += part.size();
    return part.size();
  };
  const auto answer = Fetch(request);
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_EQ(answer->body, "POST /mirror [] " + body);
  request.body_source = [](char*, std::size_t) -> Result<std::size_t> {
    return Fail(Code::kAborted, "the file was changed");
  };
  const auto refused = Fetch(request);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, Code::kAborted);
  EXPECT_EQ(refused.error().message, "the file was changed");
}

TEST_F(ClientTest, HeadHasNoBody) {
  const auto answer = Fetch({.method = Method::kHead, .url = UrlOf("/mirror")});
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "");
}

TEST_F(ClientTest, AnErrorStatusIsAnAnswer) {
  const auto answer = Fetch({.url = UrlOf("/none")});
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_EQ(answer->status, 404);
  EXPECT_NE(answer->body.find("not_found"), std::string::npos);
}

TEST_F(ClientTest, DoesNotFollowARedirect) {
  const auto answer = Fetch({.url = UrlOf("/elsewhere")});
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_EQ(answer->status, 302);
  EXPECT_EQ(answer->body, "");
}

TEST_F(ClientTest, ALargeBodyArrivesWhole) {
  const std::string body(kBodyBytesMax, 'x');
  const auto answer = Fetch({.method = Method::kPost, .url = UrlOf("/mirror"), .body = body});
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_TRUE(answer->body.ends_with(body));
}

TEST_F(ClientTest, AnAnswerBeyondItsLimitIsRefused) {
  const ClientRequest request{.method = Method::kPost,
                              .url = UrlOf("/mirror"),
                              .body = std::string(1000, 'x'),
                              .body_bytes_max = 1000};
  const auto answer = Fetch(request);
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, Code::kResourceExhausted);
  EXPECT_NE(answer.error().message.find("1000 bytes"), std::string::npos);
}

TEST_F(ClientTest, GivesUpInTime) {
  const auto answer = Fetch({.url = UrlOf("/never"), .timeout_ms = 50});
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, Code::kDeadlineExceeded);
  EXPECT_NE(answer.error().message.find(UrlOf("/never")), std::string::npos);
}

TEST_F(ClientTest, ALongAnswerCanBeCut) {
  const auto answer = Fetch({.method = Method::kPost,
                             .url = UrlOf("/mirror"),
                             .body = std::string(100'000, 'x'),
                             .body_bytes_max = 4096,
                             .cut_body = true});
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body.size(), 4096U);
}

TEST_F(ClientTest, StopsWhenItIsToldTo) {
  std::stop_source stop;
  std::jthread thread([&stop] { stop.request_stop(); });
  const auto answer = Fetch({.url = UrlOf("/never"), .stop = stop.get_token()});
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, Code::kAborted);
}

// Whatever a machine of this network is called, it is looked at before anything is sent.
TEST_F(ClientTest, AGuardSeesThroughEverySpelling) {
  const Guard guard;
  ASSERT_EQ(::setenv("http_proxy", UrlOf("").c_str(), 1), 0);
  for (const std::string_view host : {"127.0.0.1",
                                      "localhost",
                                      "LOCALHOST",
                                      "127.1",
                                      "127.0.1",
                                      "0x7f000001",
                                      "0x7f.1",
                                      "2130706433",
                                      "0177.0.0.1",
                                      "017700000001",
                                      "%31%32%37.0.0.1",
                                      "0",
                                      "0.0.0.0",
                                      "[::1]",
                                      "[::]",
                                      "[::ffff:127.0.0.1]",
                                      "[::ffff:7f00:1]",
                                      "[0:0:0:0:0:ffff:127.0.0.1]",
                                      "[::127.0.0.1]",
                                      "[64:ff9b::7f00:1]",
                                      "169.254.169.254",
                                      "[fe80::1]",
                                      "10.0.0.1",
                                      "100.64.0.1",
                                      "224.0.0.1",
                                      "255.255.255.255"}) {
    const auto answer =
        Fetch({.url = fmt::format("http://{}:{}/mirror", host, port_), .guard = &guard});
    ASSERT_FALSE(answer.has_value()) << host;
    EXPECT_EQ(answer.error().code, Code::kPermissionDenied) << host << answer.error().message;
  }
  ::unsetenv("http_proxy");
}

TEST_F(ClientTest, AGuardLetsExceptionsThrough) {
  const std::string exceptions[] = {fmt::format("127.0.0.1:{}", port_)};
  const auto guard = Guard::Parse(exceptions);
  ASSERT_TRUE(guard.has_value());
  for (const std::string_view host : {"127.0.0.1", "localhost", "2130706433"}) {
    const auto answer =
        Fetch({.url = fmt::format("http://{}:{}/mirror", host, port_), .guard = &*guard});
    ASSERT_TRUE(answer.has_value()) << answer.error().message;
    EXPECT_EQ(answer->status, 200);
  }
  // That nobody listens is another matter than that it may not be asked.
  const std::string other[] = {"127.0.0.1:1"};
  const auto elsewhere = Guard::Parse(other);
  EXPECT_EQ(Fetch({.url = "http://127.0.0.1:1/", .guard = &*elsewhere}).error().code,
            Code::kUnavailable);
}

TEST(Client, SaysWhereAUrlLeads) {
  EXPECT_EQ(TargetOf("https://Hooks.example/secret?x#y")->Origin(), "https://Hooks.example:443");
  EXPECT_EQ(TargetOf("http://[::1]:81/")->Origin(), "http://[::1]:81");
  EXPECT_EQ(TargetOf("http://0x7f.1/")->Origin(), "http://127.0.0.1:80");
}

TEST(Client, NobodyThereNamesTheUrl) {
  std::string url;
  {
    const auto listener = io::ListenLoopback(0);
    ASSERT_TRUE(listener.has_value());
    url = fmt::format("http://127.0.0.1:{}/x", *io::LocalPort(listener->get()));
  }
  const auto answer = Fetch({.url = url});
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, Code::kUnavailable);
  EXPECT_NE(answer.error().message.find(url), std::string::npos);
  EXPECT_NE(answer.error().message.find("is a server running there?"), std::string::npos);
}

TEST(Client, RefusesWhatItMustNotFetch) {
  for (const std::string_view url :
       {"file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://127.0.0.1", "/path", "", "http://",
        "127.0.0.1:5000", "http://user:secret@127.0.0.1/"}) {
    const auto answer = Fetch({.url = std::string(url)});
    ASSERT_FALSE(answer.has_value()) << url;
    EXPECT_EQ(answer.error().code, Code::kInvalidArgument) << url;
    EXPECT_EQ(answer.error().message.find("secret"), std::string::npos);
  }
  EXPECT_FALSE(Fetch({.url = std::string("http://127.0.0.1/\0x", 19)}).has_value());
}

TEST(Client, RefusesHeadersWithLineBreaks) {
  for (const auto& header : {std::pair{"A", "b\r\nC: d"}, {"A\n", "b"}, {"", "b"}, {"A:", "b"}}) {
    const auto answer = Fetch({.url = "http://127.0.0.1:1/", .headers = {header}});
    ASSERT_FALSE(answer.has_value());
    EXPECT_EQ(answer.error().code, Code::kInvalidArgument);
  }
}

}  // namespace
}  // namespace galley::http
