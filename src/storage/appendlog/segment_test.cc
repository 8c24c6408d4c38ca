#include "storage/appendlog/segment.h"

#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "foundation/io/file.h"
#include "storage/appendlog/append_log.h"
#include "storage/appendlog/crc32c.h"
#include "storage/appendlog/format.h"
#include "storage/appendlog/recovery.h"

namespace galley::appendlog {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kNowMs = 1'700'000'000'000;
const std::vector<std::string>& Records() {
  static const std::vector<std::string> records = {"one", "", "three is longer", "4"};
  return records;
}

SegmentId SomeId() {
  return {*Id::Parse("018bcfe5680000112233445566778899"), 7};
}

std::string Unsealed(const std::vector<std::string>& records = Records()) {
  std::string file = format::EncodeHeader({SomeId(), kNowMs});
  for (const std::string_view record : records) {
    const std::size_t at = file.size();
    format::AppendRecord(file, record.size(), {&record, 1});
    format::SealRecord(file.data() + at, file.size() - at, format::SaltOf(file));
  }
  return file;
}

std::string Sealed() {
  const std::string file = Unsealed();
  return file + format::EncodeFooter(format::SaltOf(file), format::Scan(file));
}

std::vector<std::string> RecordsOf(SegmentReader& reader) {
  std::vector<std::string> records;
  for (auto record = reader.Next(); record; record = reader.Next()) records.emplace_back(*record);
  return records;
}

class SegmentTest : public testing::Test {
 public:
  SegmentTest() {
    std::string folder = testing::TempDir() + "galley-segment-XXXXXX";
    folder_ = ::mkdtemp(folder.data());
  }
  ~SegmentTest() override { fs::remove_all(folder_); }

 protected:
  std::string PathOf(std::string_view ending, const SegmentId& id = SomeId()) const {
    return format::PathOf(folder_, id, ending);
  }
  /// As a power cut or a bad disk would leave it.
  static void Write(const std::string& path, const std::string& bytes) {
    FILE* file = std::fopen(path.c_str(), "w");
    ASSERT_NE(file, nullptr);
    ASSERT_EQ(std::fwrite(bytes.data(), 1, bytes.size(), file), bytes.size());
    ASSERT_EQ(std::fclose(file), 0);
  }
  /// The records of the one sealed segment; none if there is no segment.
  std::vector<std::string> RecoverAndRead() const {
    const auto recovered = Recover(folder_);
    EXPECT_TRUE(recovered) << recovered.error().message;
    EXPECT_FALSE(fs::exists(PathOf(".open")));
    if (!fs::exists(PathOf(".sealed"))) return {};
    auto reader = SegmentReader::Open(PathOf(".sealed"));
    EXPECT_TRUE(reader) << reader.error().message;
    return reader ? RecordsOf(*reader) : std::vector<std::string>();
  }
  std::string folder_;
};

TEST(SegmentId, ParsesOnlyItsOwnText) {
  EXPECT_EQ(SomeId().Text(), "018bcfe5680000112233445566778899-0000000000000007");
  EXPECT_EQ(SegmentId::Parse(SomeId().Text()), SomeId());
  for (const auto* text : {"", "018bcfe5680000112233445566778899-000000000000007",
                           "018bcfe5680000112233445566778899-000000000000000A",
                           "018bcfe5680000112233445566778899_0000000000000007",
                           "018bcfe568000011223344556677889G-0000000000000007",
                           "018bcfe5680000112233445566778899-0000000000000007x"}) {
    EXPECT_FALSE(SegmentId::Parse(text)) << text;
  }
}

// The bytes as docs/formats/appendlog.md has them, the checksums by another program: a change here
// is a new version there.
TEST(SegmentFormat, StaysAsItIs) {
  const std::string file = Sealed();
  EXPECT_EQ(HexOf(std::string_view(file).substr(0, 64)),
            "47414c4c45594c470200000000000000018bcfe5680000112233445566778899"
            "07000000000000000068e5cf8b01000000000000000000000000000070e66bdf");
  EXPECT_EQ(HexOf(std::string_view(file).substr(64, 11)), "03000000968576326f6e65");
  EXPECT_EQ(HexOf(std::string_view(file).substr(file.size() - 40, 32)),
            "ffffffff33a00c7904000000000000001300000000000000cfb9988900000000");
  EXPECT_EQ(file.substr(file.size() - 8), "GALLEYSL");
  EXPECT_EQ(file.size(), 64U + 4 * 8 + 19 + 40);
}

TEST(SegmentReader, ReadsWhatWasSealed) {
  auto reader = SegmentReader::FromBytes(Sealed(), "here");
  ASSERT_TRUE(reader) << reader.error().message;
  EXPECT_EQ(reader->id(), SomeId());
  EXPECT_EQ(reader->created_ms(), kNowMs);
  EXPECT_EQ(reader->records(), 4U);
  EXPECT_EQ(reader->bytes(), Sealed());
  const std::string file = Sealed();
  EXPECT_EQ(reader->digest(), blob::DigestOf(file));
  EXPECT_EQ(RecordsOf(*reader), Records());
  EXPECT_FALSE(reader->Next());
}

TEST(SegmentReader, NoticesEveryChangedBit) {
  for (std::size_t at = 0; at < Sealed().size(); ++at) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      std::string file = Sealed();
      file[at] = static_cast<char>(static_cast<unsigned char>(file[at]) ^ (1U << bit));
      const auto reader = SegmentReader::FromBytes(file, "that.sealed");
      ASSERT_FALSE(reader) << "byte " << at;
      ASSERT_EQ(reader.error().code, Code::kDataLoss);
      ASSERT_NE(reader.error().message.find("that.sealed"), std::string::npos);
    }
  }
}

TEST(SegmentReader, NoticesWhatIsMissingOrTooMuch) {
  const std::string file = Sealed();
  for (std::size_t size = 0; size < file.size(); ++size) {
    ASSERT_FALSE(SegmentReader::FromBytes(file.substr(0, size), "cut")) << size;
  }
  EXPECT_FALSE(SegmentReader::FromBytes(file + '\0', "longer"));
  EXPECT_FALSE(SegmentReader::FromBytes(file + file.substr(64), "twice"));
}

TEST_F(SegmentTest, SetsADamagedSegmentAside) {
  std::string file = Sealed();
  file[70] ^= 1;
  Write(PathOf(".sealed"), file);
  const auto listed = ListSealed(folder_);
  ASSERT_TRUE(listed && listed->size() == 1);
  const auto reader = SegmentReader::OpenOrSetAside(listed->at(0));
  ASSERT_FALSE(reader);
  EXPECT_EQ(reader.error().code, Code::kDataLoss);
  EXPECT_NE(reader.error().message.find(PathOf(".sealed")), std::string::npos);
  EXPECT_TRUE(ListSealed(folder_)->empty());
  EXPECT_EQ(*io::ReadFile(PathOf(".damaged"), 10'000), file);
}

TEST_F(SegmentTest, SetsASegmentWithAnothersNameAside) {
  const SegmentId other{SomeId().log, 8};
  Write(PathOf(".sealed", other), Sealed());
  const Segment segment{other, PathOf(".sealed", other), 0};
  EXPECT_EQ(SegmentReader::OpenOrSetAside(segment).error().code, Code::kDataLoss);
  EXPECT_TRUE(fs::exists(PathOf(".damaged", other)));
  EXPECT_EQ(SegmentReader::OpenOrSetAside(segment).error().code, Code::kNotFound);
}

TEST_F(SegmentTest, ListsOnlyWhatItNamed) {
  Write(PathOf(".sealed"), Sealed());
  Write(PathOf(".sealed", {SomeId().log, 6}), Sealed());
  for (const auto* name : {"lock", "x.sealed", "018bcfe5680000112233445566778899-1.sealed"}) {
    Write(folder_ + "/" + name, "x");
  }
  Write(PathOf(".sealed.new"), "x");
  const auto listed = ListSealed(folder_);
  ASSERT_TRUE(listed);
  ASSERT_EQ(listed->size(), 2U);
  EXPECT_EQ(listed->at(0).id.number, 6U);
  EXPECT_EQ(listed->at(1).id, SomeId());
  EXPECT_EQ(ListSealed(folder_ + "/none").error().code, Code::kNotFound);
}

// Cut anywhere, also within the footer; zeroes instead of what did not reach the disk; a torn page.
TEST_F(SegmentTest, RecoversTheRecordsBeforeTheTear) {
  const std::string file = Sealed();
  for (std::size_t size = 0; size <= file.size(); ++size) {
    std::vector<std::string> whole;
    std::size_t end = 64;
    for (const std::string& record : Records()) {
      end += 8 + record.size();
      if (end <= size) whole.push_back(record);
    }
    for (const auto& tail : {std::string(), std::string(file.size() - size, '\0'),
                             std::string(file.size() - size, '\x5a')}) {
      fs::remove(PathOf(".sealed"));
      fs::remove(PathOf(".damaged"));
      Write(PathOf(".open"), file.substr(0, size) + tail);
      // Bytes of the tail may happen to be those that were to come.
      const bool happens = !tail.empty() && file.substr(size).starts_with(tail[0]);
      const auto records = RecoverAndRead();
      if (!happens) ASSERT_EQ(records, whole) << size;
      const bool headless = size < 64 && !tail.empty() && !happens;
      const bool zeroes = size == 0 && tail[0] == '\0';
      if (headless) ASSERT_EQ(fs::exists(PathOf(".damaged")), !zeroes) << size;
    }
  }
}

TEST_F(SegmentTest, RecoversNothingBehindAChangedByte) {
  const std::string file = Unsealed();
  for (std::size_t at = 64; at < file.size(); ++at) {
    fs::remove(PathOf(".sealed"));
    std::string changed = file;
    changed[at] ^= 0x10;
    Write(PathOf(".open"), changed);
    const auto records = RecoverAndRead();
    ASSERT_LT(records.size(), Records().size());
    for (std::size_t one = 0; one < records.size(); ++one) ASSERT_EQ(records[one], Records()[one]);
  }
}

TEST_F(SegmentTest, DoesNotTakeAnotherSegmentsRecords) {
  std::string file = format::EncodeHeader({{SomeId().log, 8}, kNowMs});
  file += Unsealed().substr(64);
  Write(PathOf(".open", {SomeId().log, 8}), file);
  const auto recovered = Recover(folder_);
  ASSERT_TRUE(recovered);
  EXPECT_EQ(recovered->records, 0U);
  EXPECT_TRUE(ListSealed(folder_)->empty());
}

TEST_F(SegmentTest, RecoveryReplacesNoSealedSegment) {
  Write(PathOf(".sealed"), Sealed());
  Write(PathOf(".open"), Unsealed({"other"}));
  EXPECT_EQ(RecoverAndRead(), Records());
  EXPECT_TRUE(fs::exists(PathOf(".damaged")));
}

TEST_F(SegmentTest, RecoveryCountsAndGoesOnAboveWhatIsThere) {
  Write(PathOf(".open"), Unsealed() + "torn");
  io::SimulatedClock clock(0);
  io::SimulatedRandom random(1);
  const Options options{.clock = &clock, .random = &random};
  const auto log = AppendLog::Open(folder_, options);
  ASSERT_TRUE(log);
  EXPECT_EQ((*log)->counters().recovered_records, 4U);
  EXPECT_GT((*log)->id(), SomeId().log);
}

TEST_F(SegmentTest, RefusesANewerVersion) {
  std::string file = Unsealed();
  file[8] = 3;
  const std::uint32_t crc = Crc32c(std::string_view(file).substr(0, 60));
  std::memcpy(file.data() + 60, &crc, sizeof(crc));
  Write(PathOf(".open"), file);
  EXPECT_EQ(AppendLog::Open(folder_, Options{}).error().code, Code::kUnimplemented);
  fs::rename(PathOf(".open"), PathOf(".sealed"));
  EXPECT_TRUE(AppendLog::Open(folder_, Options{}));
  const Segment segment{SomeId(), PathOf(".sealed"), 0};
  EXPECT_EQ(SegmentReader::OpenOrSetAside(segment).error().code, Code::kUnimplemented);
  EXPECT_TRUE(fs::exists(PathOf(".sealed"))) << "it is not damaged";
}

}  // namespace
}  // namespace galley::appendlog
