#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "foundation/io/file.h"
#include "platform/config/data_directory.h"
#include "platform/config/settings.h"

namespace galley::config {
namespace {

class ConfigTest : public testing::Test {
 public:
  ConfigTest() {
    std::string folder = testing::TempDir() + "galley-config-XXXXXX";
    root_ = ::mkdtemp(folder.data());
    variables_["HOME"] = "/home/someone";
  }
  ~ConfigTest() override { std::filesystem::remove_all(root_); }

 protected:
  Result<Settings> Load(std::map<Setting, std::string> flags = {},
                        std::optional<std::string> file = std::nullopt) {
    Sources sources{.flags = std::move(flags), .config_flag = {}, .environment = {}};
    if (file) {
      sources.config_flag = root_ + "/galley.yaml";
      EXPECT_TRUE(io::ReplaceFile(*sources.config_flag, *file));
    }
    sources.environment = [this](const std::string& name) -> std::optional<std::string> {
      const auto found = variables_.find(name);
      if (found == variables_.end()) return std::nullopt;
      return found->second;
    };
    return Settings::Load(sources);
  }
  std::string ErrorOfFile(const std::string& file) {
    const auto settings = Load({}, file);
    return settings ? "no error" : settings.error().message;
  }

  std::string root_;
  std::map<std::string, std::string> variables_;
  io::SimulatedRandom random_{5};
};

TEST_F(ConfigTest, FlagBeforeEnvironmentBeforeFileBeforeDefault) {
  EXPECT_EQ(Load()->Text(Setting::kData), "/home/someone/.local/share/galley");
  EXPECT_EQ(Load()->Origin(Setting::kPort), "default");
  variables_["XDG_DATA_HOME"] = "/elsewhere";
  EXPECT_EQ(Load()->Text(Setting::kData), "/elsewhere/galley");
  const std::string file = "port: 1\npredict_port: 2\ndata: /from/file\n";
  variables_["GALLEY_PORT"] = "11";
  variables_["GALLEY_DATA"] = "/from/environment";
  const auto settings = Load({{Setting::kPort, "111"}}, file);
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->Port(Setting::kPort), 111);
  EXPECT_EQ(settings->Origin(Setting::kPort), "flag --port");
  EXPECT_EQ(settings->Text(Setting::kData), "/from/environment");
  EXPECT_EQ(settings->Origin(Setting::kData), "environment GALLEY_DATA");
  EXPECT_EQ(settings->Port(Setting::kPredictPort), 2);
  EXPECT_EQ(settings->Origin(Setting::kPredictPort), "file " + root_ + "/galley.yaml");
}

TEST_F(ConfigTest, NamesTheSettingItsOriginAndTheLimit) {
  EXPECT_NE(ErrorOfFile("prot: 1").find("there is no setting 'prot'; there are: data, port"),
            std::string::npos);
  EXPECT_NE(ErrorOfFile("port: 65536").find("port (from file "), std::string::npos);
  EXPECT_NE(ErrorOfFile("port: 65536").find("a number from 0 to 65535"), std::string::npos);
  EXPECT_NE(ErrorOfFile("port: [1]").find("'port' must be a single value"), std::string::npos);
  EXPECT_NE(ErrorOfFile("[1]").find("must be a mapping"), std::string::npos);
  EXPECT_NE(ErrorOfFile("a: [").find("is not YAML"), std::string::npos);
  EXPECT_EQ(ErrorOfFile(""), "no error");
  EXPECT_NE(ErrorOfFile("uv: bin/uv").find("'bin/uv' must be an absolute path"), std::string::npos);
  variables_["GALLEY_DATA"] = "relative";
  EXPECT_FALSE(Load());
  EXPECT_EQ(Load({{Setting::kData, "relative"}})->Text(Setting::kData),
            std::filesystem::current_path().string() + "/relative");
  EXPECT_EQ(Load({{Setting::kData, "/d"}, {Setting::kUv, "uv"}})->Text(Setting::kUv),
            std::filesystem::current_path().string() + "/uv");
  variables_["GALLEY_CONFIG"] = root_ + "/missing.yaml";
  EXPECT_EQ(Load().error().code, Code::kNotFound);
}

TEST_F(ConfigTest, SplitsTheListOfHosts) {
  variables_["GALLEY_ALLOWED_HOSTS"] = "a.example, b.example,,";
  EXPECT_EQ(Load()->List(Setting::kAllowedHosts),
            (std::vector<std::string>{"a.example", "b.example"}));
}

TEST_F(ConfigTest, ChecksWhomToNotify) {
  const auto settings = Load({{Setting::kNotifySecretFile, "secret"}},
                             "notify_webhooks: 'http://127.0.0.1:1/a, https://hooks.example/b'\n"
                             "notify_allow: '127.0.0.1:1, 10.0.0.0/8,::1'\n");
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->List(Setting::kNotifyWebhooks),
            (std::vector<std::string>{"http://127.0.0.1:1/a", "https://hooks.example/b"}));
  EXPECT_EQ(settings->List(Setting::kNotifyAllow).size(), 3U);
  EXPECT_EQ(settings->Text(Setting::kNotifySecretFile),
            std::filesystem::current_path().string() + "/secret");
  const auto has = [this](const std::string& file, std::string_view part) {
    return ErrorOfFile(file).find(part) != std::string::npos;
  };
  EXPECT_TRUE(has("notify_webhooks: ftp://x", "notify_webhooks (from file "));
  EXPECT_TRUE(has("notify_webhooks: ftp://x", "it must begin with http:// or https://"));
  EXPECT_TRUE(has("notify_webhooks: 'http://x,http://x'", "'http://x' stands there twice"));
  EXPECT_TRUE(
      has("notify_webhooks: 'http://a,http://b,http://c,http://d,http://e,http://f,"
          "http://g,http://h,http://i'",
          "9 URLs are too many; the limit is 8"));
  EXPECT_TRUE(has("notify_webhooks: 'http://u:secret@x'", "has a user name or password"));
  EXPECT_TRUE(has("notify_allow: 127.1", "notify_allow (from file "));
  EXPECT_TRUE(has("notify_allow: 127.1", "'127.1' is no address, network or name"));
  EXPECT_TRUE(has("notify_secret_file: x", "notify_secret_file (from file "));
}

TEST_F(ConfigTest, TheDataDirectoryHasOneOwnerAndKeepsItsToken) {
  const std::string path = root_ + "/data/galley";
  std::string token;
  {
    const auto directory = DataDirectory::Open(path, random_);
    ASSERT_TRUE(directory) << directory.error().message;
    token = directory->token();
    EXPECT_EQ(token.size(), 55U);
    const auto second = DataDirectory::Open(path, random_);
    ASSERT_FALSE(second);
    EXPECT_NE(second.error().message.find("another galley server uses"), std::string::npos);
  }
  EXPECT_EQ(DataDirectory::Open(path, random_)->token(), token);
  struct stat facts{};
  ASSERT_EQ(::stat(TokenPath(path).c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0600U);
}

TEST_F(ConfigTest, RefusesADirectoryOfTheFuture) {
  ASSERT_TRUE(DataDirectory::Open(root_, random_));
  ASSERT_TRUE(io::ReplaceFile(root_ + "/format", "galley data directory, layout 2\n"));
  EXPECT_EQ(DataDirectory::Open(root_, random_).error().code, Code::kFailedPrecondition);
  ASSERT_TRUE(io::ReplaceFile(root_ + "/format", "something else\n"));
  EXPECT_EQ(DataDirectory::Open(root_, random_).error().code, Code::kDataLoss);
}

}  // namespace
}  // namespace galley::config
