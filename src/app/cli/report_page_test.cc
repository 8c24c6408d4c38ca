#include "app/cli/report_page.h"

#include <cstdint>
#include <string>

#include <gtest/gtest.h>

#include "app/cli/report_charts.h"

namespace galley::cli {
namespace {

ledger::Report Example() {
  ledger::Report report{.endpoint = "<b>juice</b>", .monitor = "watch", .time = "week"};
  report.note = "INJECTED, known truth: \"feat\" <script>alert('1')</script> & more";
  ledger::Arm arm{.name = "served"};
  for (std::int64_t window = 101; window < 110; ++window) {
    arm.points.push_back(
        {.window = window, .labels = 10, .accuracy = 0.9 - 0.001 * static_cast<double>(window)});
  }
  report.arms.push_back(arm);
  report.alerts.push_back({.rule = "a<b", .window = 105, .event = 12});
  return report;
}

std::size_t Count(const std::string& text, std::string_view what) {
  std::size_t count = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++count;
  return count;
}

TEST(Page, EscapesWhatComesFromOutside) {
  EXPECT_EQ(Escaped("<a href=\"x\">'&'\x1b[31m</a>"),
            "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;\xEF\xBF\xBD[31m&lt;/a&gt;");
  const std::string page = PageOf(Example());
  EXPECT_EQ(Count(page, "<script"), 0U);
  EXPECT_EQ(Count(page, "<b>"), 0U);
  EXPECT_EQ(Count(page, "a<b"), 0U);
  EXPECT_NE(page.find("INJECTED, known truth: &quot;feat&quot; &lt;script&gt;alert(&#39;1&#39;)"),
            std::string::npos);
}

TEST(Page, NeedsNothingFromElsewhere) {
  const std::string page = PageOf(Example());
  for (const char* what : {"http:", "https:", "src=", "href=", "@import", "url("}) {
    EXPECT_EQ(Count(page, what), 0U) << what;
  }
}

TEST(Chart, IsDrawnOfWhatThereIs) {
  const std::string chart = DrawChart(ReportChart::kAccuracy, Example());
  EXPECT_EQ(Count(chart, "<circle"), 9U);
  EXPECT_EQ(Count(chart, "class=\"event bad\""), 1U);
  EXPECT_EQ(Count(chart, "nan"), 0U);
  EXPECT_EQ(DrawChart(ReportChart::kDrift, Example()), "");
  EXPECT_EQ(DrawChart(ReportChart::kEvidence, {}), "");
  ledger::Report far = Example();
  far.arms[0].points.resize(1);
  far.arms[0].points[0].window = INT64_MAX;
  far.width = 1e12;
  EXPECT_EQ(Count(DrawChart(ReportChart::kAccuracy, far), "<circle"), 1U);
  ledger::Report one = Example();
  one.arms[0].points.resize(1);
  EXPECT_EQ(Count(DrawChart(ReportChart::kAccuracy, one), "<circle"), 1U);
}

}  // namespace
}  // namespace galley::cli
