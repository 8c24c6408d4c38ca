#include "domain/pipeline/log_scan.h"

#include <gtest/gtest.h>

namespace galley::pipeline {
namespace {

ErrorScan ScanOf(std::string_view log) {
  ErrorScan scan;
  std::int64_t offset = 0;
  std::int64_t number = 0;
  while (!log.empty()) {
    const auto end = std::min(log.find('\n'), log.size());
    scan.Take(log.substr(0, end), offset, ++number);
    const auto taken = std::min(end + 1, log.size());
    offset += static_cast<std::int64_t>(taken);
    log.remove_prefix(taken);
  }
  return scan;
}

std::string FirstOf(std::string_view log) {
  const ErrorScan scan = ScanOf(log);
  return scan.first() ? scan.first()->text : "";
}

// As CPython 3.11 prints it.
constexpr std::string_view kTraceback =
    "epoch 1 loss 0.5\n"
    "Traceback (most recent call last):\n"
    "  File \"/srv/train.py\", line 9, in <module>\n"
    "    main()\n"
    "  File \"/srv/train.py\", line 4, in main\n"
    "    raise Boom(\"error: no rows\")\n"
    "__main__.Boom: no rows\n"
    "bye\n";

TEST(ErrorScanTest, TheLastLineOfATracebackIsTheError) {
  const ErrorScan scan = ScanOf(kTraceback);
  ASSERT_EQ(scan.lines().size(), 1U);
  EXPECT_EQ(scan.first()->text, "__main__.Boom: no rows");
  EXPECT_EQ(scan.first()->number, 7);
  EXPECT_EQ(scan.first()->offset,
            static_cast<std::int64_t>(kTraceback.find("__main__.Boom: no rows")));
  EXPECT_FALSE(scan.has_more());
}

TEST(ErrorScanTest, TheFirstOfAChainIsTheFirst) {
  const ErrorScan scan = ScanOf(
      "Traceback (most recent call last):\n  File \"a.py\", line 1\nKeyError: 'x'\n\n"
      "During handling of the above exception, another exception occurred:\n\n"
      "Traceback (most recent call last):\n  File \"a.py\", line 3\nRuntimeError: wrapped\n");
  ASSERT_EQ(scan.lines().size(), 2U);
  EXPECT_EQ(scan.first()->text, "KeyError: 'x'");
  EXPECT_EQ(scan.lines()[1].text, "RuntimeError: wrapped");
}

TEST(ErrorScanTest, AnExceptionGoesBeforeAWord) {
  EXPECT_EQ(FirstOf("ERROR retrying download\nfine\n"), "ERROR retrying download");
  EXPECT_EQ(FirstOf("ERROR retrying download\njson.decoder.JSONDecodeError: no\n"),
            "json.decoder.JSONDecodeError: no");
}

TEST(ErrorScanTest, OtherLinesMayStandInATraceback) {
  EXPECT_EQ(FirstOf("Traceback (most recent call last):\n  File \"a.py\", line 1\n"
                    "stdout comes late\n    f()\nsubprocess.CalledProcessError: exit 1\n"),
            "subprocess.CalledProcessError: exit 1");
  EXPECT_EQ(FirstOf("INFO job Traceback (most recent call last):\n  File \"a\"\nStopIteration\r\n"),
            "StopIteration");
}

TEST(ErrorScanTest, WordsAsProgramsPrintThem) {
  for (const std::string_view line :
       {"error: no such option: --lr", "g++: fatal error: no input files", "[error] disk is full",
        "2026-11-28 ERROR trainer: lost", "level=error msg=x", "CRITICAL:root:out of memory",
        "panic: runtime error: index out of range", "bash: line 1: trian: command not found",
        "cat: x: No such file or directory", "Segmentation fault (core dumped)",
        "Error: Cannot find module 'x'", "error: 404 Not Found", "ValueError: no"}) {
    EXPECT_EQ(FirstOf(line), line);
  }
}

TEST(ErrorScanTest, MeasuresAndMentionsAreNone) {
  for (const std::string_view line :
       {"validation error: 0.31", "error: 12", "mean absolute error: 1e-3, n: 5", "0 errors",
        "no error so far", "error_rate: high", "the terror: none", "standard error: nan",
        "test error: 12.5 %", "error=0.2"}) {
    EXPECT_EQ(FirstOf(line), "") << line;
  }
}

TEST(ErrorScanTest, IsBounded) {
  ErrorScan scan;
  for (std::int64_t number = 1; number <= 200; ++number) {
    scan.Take("error: " + std::string(1000, 'x'), number * 1008, number);
  }
  scan.Take("ValueError: the cause", 300'000, 201);
  EXPECT_EQ(scan.lines().size(), ErrorScan::kLinesMax);
  EXPECT_EQ(scan.lines()[0].text.size(), kLineBytesMax);
  EXPECT_TRUE(scan.has_more());
  EXPECT_EQ(scan.first()->text, "ValueError: the cause");
}

TEST(TextScanTest, FindsWhateverTheCase) {
  TextScan scan("epoch 2");
  EXPECT_TRUE(scan.Take("Epoch 1", 0, 1));
  EXPECT_TRUE(scan.Take("EPOCH 20: 三\r", 8, 2));
  ASSERT_EQ(scan.lines().size(), 1U);
  EXPECT_EQ(scan.lines()[0].text, "EPOCH 20: 三");
  EXPECT_EQ(scan.lines()[0].offset, 8);
  bool has_room = true;
  for (std::int64_t number = 3; has_room; ++number) has_room = scan.Take("epoch 2", number, number);
  EXPECT_EQ(scan.lines().size(), TextScan::kLinesMax);
}

TEST(TextScanTest, CutsBetweenCharacters) {
  std::string line(kLineBytesMax - 1, 'a');
  line += "三";
  TextScan scan("a");
  scan.Take(line, 0, 1);
  EXPECT_EQ(scan.lines()[0].text, std::string(kLineBytesMax - 1, 'a'));
}

}  // namespace
}  // namespace galley::pipeline
