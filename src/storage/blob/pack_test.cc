#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "foundation/io/file.h"
#include "storage/blob/pack_store.h"

namespace galley::blob {
namespace {

namespace fs = std::filesystem;

class PackTest : public testing::Test {
 public:
  PackTest() {
    std::string folder = testing::TempDir() + "galley-pack-XXXXXX";
    root_ = ::mkdtemp(folder.data());
    fs::create_directory(root_ + "/tmp");
  }
  ~PackTest() override { fs::remove_all(root_); }

 protected:
  std::unique_ptr<PackStore> Open() const {
    auto store = PackStore::Open(root_ + "/packs", root_ + "/tmp");
    EXPECT_TRUE(store);
    return *std::move(store);
  }
  /// Stores objects in one pack.
  void Store(const std::vector<std::string>& objects) const {
    const auto store = Open();
    const auto writer = store->Begin();
    for (const std::string& object : objects) ASSERT_TRUE(writer->Add(object));
    ASSERT_TRUE(writer->Finish());
  }
  std::vector<std::string> Packs() const {
    std::vector<std::string> paths;
    for (const auto& entry : fs::directory_iterator(root_ + "/packs"))
      paths.push_back(entry.path());
    return paths;
  }
  static void Overwrite(const std::string& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
  }
  std::string root_;
};

TEST_F(PackTest, FindsObjectsAgainAfterAStart) {
  const std::vector<std::string> objects = {"one", "", std::string(2'000'000, 'x'), "two"};
  Store(objects);
  const auto store = Open();
  for (const std::string& object : objects) {
    EXPECT_EQ(store->SizeOf(DigestOf(object)).value_or(99), object.size());
    EXPECT_EQ(store->Read(DigestOf(object)).value_or("none"), object);
  }
  EXPECT_EQ(store->SizeOf(DigestOf("three")).error().code, Code::kNotFound);
  EXPECT_EQ(store->Read(DigestOf("three")).error().code, Code::kNotFound);
}

TEST_F(PackTest, HasTheLayoutOfItsPage) {
  Store({"abc"});
  ASSERT_EQ(Packs().size(), 1U);
  const std::string bytes = *io::ReadFile(Packs().front(), 1000);
  ASSERT_EQ(bytes.size(), 8U + 48 + 3 + 48 + 56);
  EXPECT_EQ(bytes.substr(0, 8), "GLYPACK1");
  EXPECT_EQ(bytes.substr(8, 8), std::string("\3\0\0\0\0\0\0\0", 8));
  // FIPS 180-4, the digest of "abc".
  const auto digest =
      Digest::FromHex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(bytes.substr(16, 32), digest->Raw());
  EXPECT_EQ(bytes.substr(48, 8), DigestOf(bytes.substr(8, 40)).Raw().substr(0, 8));
  EXPECT_EQ(bytes.substr(56, 3), "abc");
  EXPECT_EQ(bytes.substr(59, 32), digest->Raw());
  EXPECT_EQ(bytes.substr(91, 8), std::string("\10\0\0\0\0\0\0\0", 8));
  EXPECT_EQ(bytes.substr(107, 16), std::string("\1\0\0\0\0\0\0\0\73\0\0\0\0\0\0\0", 16));
  EXPECT_EQ(bytes.substr(123, 32), DigestOf("GLYPACK1" + bytes.substr(59, 64)).Raw());
  EXPECT_EQ(bytes.substr(155), "GLYPKEND");
}

TEST_F(PackTest, StoresTheSameBytesOnce) {
  Store({"one", "one", "two"});
  Store({"two", "one"});
  EXPECT_EQ(Packs().size(), 1U);
  Store({"two", "three"});
  EXPECT_EQ(Packs().size(), 2U);
  EXPECT_EQ(Open()->Read(DigestOf("three")).value_or("none"), "three");
}

TEST_F(PackTest, NothingIsThereBeforeItIsFinished) {
  const auto store = Open();
  {
    const auto writer = store->Begin();
    ASSERT_TRUE(writer->Add(std::string(2'000'000, 'y')));
    EXPECT_FALSE(store->SizeOf(DigestOf(std::string(2'000'000, 'y'))));
    EXPECT_FALSE(fs::is_empty(root_ + "/tmp"));
  }
  EXPECT_TRUE(fs::is_empty(root_ + "/tmp"));
  EXPECT_TRUE(Packs().empty());
}

TEST_F(PackTest, RefusesWhatIsTooLarge) {
  const auto store = Open();
  const auto writer = store->Begin();
  EXPECT_EQ(writer->Begin(kObjectBytesMax + 1).error().code, Code::kInvalidArgument);
  const std::string large(kObjectBytesMax, 'z');
  for (std::uint64_t bytes = 0; bytes < kPackBytesMax; bytes += large.size()) {
    ASSERT_TRUE(writer->Add(large));
  }
  EXPECT_EQ(writer->Begin(1).error().code, Code::kInvalidArgument);
}

// Whatever byte is another: every object is either whole or not handed out, and one of them at
// least is not, or the footer is found damaged and the objects are found by their records.
TEST_F(PackTest, DamageAtEveryByteIsNoticed) {
  const std::vector<std::string> objects = {"first object", "second", "the third one"};
  Store(objects);
  const std::string path = Packs().front();
  const std::string whole = *io::ReadFile(path, 10'000);
  const std::size_t footer = whole.size() - 56 - 3 * 48;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    Overwrite(path, damaged);
    const auto store = Open();
    std::size_t read = 0;
    for (const std::string& object : objects) {
      const auto got = store->Read(DigestOf(object));
      if (got) EXPECT_EQ(*got, object) << "byte " << at;
      read += got ? 1 : 0;
    }
    const bool in_record = at >= 8 && at < footer;
    EXPECT_EQ(read, in_record ? 2U : 3U) << "byte " << at;
    const std::string tail = damaged.substr(damaged.size() - 56);
    const auto offset = FooterOffset(tail, damaged.size());
    const bool footer_is_whole =
        damaged.starts_with(kPackBegin) && offset &&
        DecodeFooter(std::string_view(damaged).substr(*offset), *offset).has_value();
    EXPECT_EQ(footer_is_whole, in_record) << "byte " << at;
  }
}

TEST_F(PackTest, CutAtEveryByteKeepsTheWholeRecords) {
  const std::vector<std::string> objects = {"first object", "second", "the third one"};
  Store(objects);
  const std::string path = Packs().front();
  const std::string whole = *io::ReadFile(path, 10'000);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    Overwrite(path, whole.substr(0, size));
    const auto store = Open();
    std::size_t end = 8;
    for (const std::string& object : objects) {
      end += 48 + object.size();
      EXPECT_EQ(store->Read(DigestOf(object)).has_value(), end <= size) << "size " << size;
    }
  }
}

TEST_F(PackTest, ADamagedObjectCanBeStoredAgain) {
  Store({"some bytes", "others"});
  const std::string path = Packs().front();
  std::string bytes = *io::ReadFile(path, 10'000);
  bytes[bytes.find("some bytes")] = 'S';
  Overwrite(path, bytes);
  const auto store = Open();
  const auto damaged = store->Read(DigestOf("some bytes"));
  ASSERT_FALSE(damaged);
  EXPECT_EQ(damaged.error().code, Code::kDataLoss);
  EXPECT_TRUE(damaged.error().message.contains(fs::path(path).filename().string()));
  EXPECT_EQ(store->SizeOf(DigestOf("some bytes")).error().code, Code::kNotFound);
  const auto writer = store->Begin();
  ASSERT_TRUE(writer->Add("some bytes"));
  ASSERT_TRUE(writer->Finish());
  EXPECT_EQ(store->Read(DigestOf("some bytes")).value_or("none"), "some bytes");
  EXPECT_EQ(Open()->Read(DigestOf("some bytes")).value_or("none"), "some bytes");
}

TEST_F(PackTest, ManyObjectsGrowTheIndex) {
  const auto store = Open();
  for (int pack = 0; pack < 5; ++pack) {
    const auto writer = store->Begin();
    for (int at = 0; at < 1000; ++at) {
      ASSERT_TRUE(writer->Add(fmt::format("object {} of {}", at, pack)));
    }
    ASSERT_TRUE(writer->Finish());
  }
  for (int at = 0; at < 5000; ++at) {
    const std::string object = fmt::format("object {} of {}", at % 1000, at / 1000);
    ASSERT_EQ(store->Read(DigestOf(object)).value_or("none"), object);
  }
}

}  // namespace
}  // namespace galley::blob
