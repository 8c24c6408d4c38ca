#include "app/cli/report_page.h"

#include <fmt/core.h>

#include "app/cli/report_charts.h"
#include "app/cli/report_sections.h"

namespace galley::cli {
namespace {

constexpr std::string_view kStyle = R"(
:root { color-scheme: light dark; --paper: #fff; --ink: #1d2126; --dim: #667080; --rule: #dfe3e8;
  --band: #f5f7f9; --good: #1a7f42; --bad: #c22f2f; --warn: #9a6200; --cyan: #0b6f8a;
  --k1: #1f66c9; --k2: #d2691e; --k3: #2e8b57; --k4: #8e44ad; --k5: #b8860b; --k6: #708090; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #15181c; --ink: #e4e7eb; --dim: #97a1ae; --rule: #323840; --band: #1d2126;
    --good: #5ccb86; --bad: #ff7b72; --warn: #e0a93b; --cyan: #5fc3dd;
    --k1: #6ea8fe; --k2: #f0965a; --k3: #6fcf97; --k4: #c792ea; --k5: #e0c060; --k6: #a9b4c0; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
main { max-width: 76rem; margin: 0 auto; padding: 2rem 1.5rem 4rem; }
h1 { font-size: 1.7rem; margin: 0 0 .2rem; } h2 { font-size: 1.2rem; margin: 2.4rem 0 .6rem;
  border-bottom: 1px solid var(--rule); padding-bottom: .3rem; }
h3 { font-size: .95rem; margin: 1.3rem 0 .4rem; font-weight: 600; overflow-wrap: anywhere; }
p { margin: .35rem 0; max-width: 60rem; overflow-wrap: anywhere; } .about { color: var(--dim); }
.note { border: 1px solid var(--warn); border-left-width: .4rem; padding: .6rem .9rem;
  white-space: pre-wrap; margin: 1rem 0; }
.wide { overflow-x: auto; } table { border-collapse: collapse; font-size: .84rem; }
th, td { text-align: left; vertical-align: top; padding: .25rem .9rem .25rem 0;
  border-bottom: 1px solid var(--rule); font-variant-numeric: tabular-nums; }
td { white-space: nowrap; }
td.text { white-space: normal; overflow-wrap: anywhere; min-width: 11rem; max-width: 34rem; }
th { color: var(--dim); font-weight: 600; white-space: nowrap; font-size: .76rem; }
.right { text-align: right; } .green { color: var(--good); } .red { color: var(--bad); }
.yellow { color: var(--warn); } .cyan { color: var(--cyan); } .dim { color: var(--dim); }
.bold { font-weight: 600; }
figure { margin: 1rem 0; } figcaption { font-weight: 600; font-size: .95rem; }
.keys { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; font-size: .84rem; color: var(--dim); }
.key { display: inline-block; width: 1.1rem; height: .2rem; vertical-align: middle;
  margin-right: .4rem; }
.k1 { background: var(--k1); } .k2 { background: var(--k2); } .k3 { background: var(--k3); }
.k4 { background: var(--k4); } .k5 { background: var(--k5); } .k6 { background: var(--k6); }
svg { width: 100%; height: auto; display: block; } svg text { font-size: 11px; fill: var(--dim); }
.c1 { --c: var(--k1); } .c2 { --c: var(--k2); } .c3 { --c: var(--k3); } .c4 { --c: var(--k4); }
.c5 { --c: var(--k5); } .c6 { --c: var(--k6); }
.line { fill: none; stroke: var(--c); stroke-width: 1.8; stroke-linejoin: round; }
.dot { fill: var(--c); } .limit { stroke: var(--c); stroke-dasharray: 6 4; }
.grid { stroke: var(--rule); } .end { text-anchor: end; } .middle { text-anchor: middle; }
.event { stroke-width: 1; stroke-dasharray: 2 3; } svg text.mark { fill: var(--c); }
.event { stroke: var(--c); } .good { --c: var(--good); } .bad { --c: var(--bad); }
.warn { --c: var(--warn); }
@media print {
  :root { color-scheme: light; --paper: #fff; --ink: #000; --dim: #444; --rule: #bbb; --band: #fff;
    --good: #1a7f42; --bad: #c22f2f; --warn: #9a6200; --cyan: #0b6f8a;
    --k1: #1f66c9; --k2: #d2691e; --k3: #2e8b57; --k4: #8e44ad; --k5: #b8860b; --k6: #708090; }
  main { max-width: none; padding: 0; } .wide { overflow: visible; }
  td { white-space: normal; overflow-wrap: anywhere; }
  td.text { min-width: 6rem; }
  figure, tr { break-inside: avoid; } h2, h3 { break-after: avoid; } table { font-size: 8pt; } }
)";

std::string_view StyleOf(Colour colour) {
  switch (colour) {
    case Colour::kPlain: return "";
    case Colour::kGreen: return "green";
    case Colour::kRed: return "red";
    case Colour::kYellow: return "yellow";
    case Colour::kCyan: return "cyan";
    case Colour::kDim: return "dim";
    case Colour::kBold: return "bold";
  }
  return "";
}

std::string CellOf(std::string_view tag, std::string_view text, Colour colour,
                   const Column& column) {
  std::string style(StyleOf(colour));
  if (column.right) style += style.empty() ? "right" : " right";
  if (column.shrinks) style += style.empty() ? "text" : " text";
  const std::string attribute = style.empty() ? "" : fmt::format(" class=\"{}\"", style);
  return fmt::format("<{}{}>{}</{}>", tag, attribute, Escaped(text), tag);
}

std::string HtmlOf(const ReportTable& table) {
  std::string out;
  if (!table.title.empty()) out += fmt::format("<h3>{}</h3>\n", Escaped(table.title));
  out += "<div class=\"wide\"><table>\n<thead><tr>";
  for (const Column& column : table.columns) {
    out += CellOf("th", column.title, Colour::kPlain, column);
  }
  out += "</tr></thead>\n<tbody>\n";
  for (const auto& row : table.rows) {
    out += "<tr>";
    for (std::size_t at = 0; at < row.size(); ++at) {
      out += CellOf("td", row[at].text, row[at].colour, table.columns[at]);
    }
    out += "</tr>\n";
  }
  return out + "</tbody></table></div>\n";
}

std::string HtmlOf(const ReportSection& section, const ledger::Report& report) {
  std::string out = "<section>\n";
  if (!section.title.empty()) out += fmt::format("<h2>{}</h2>\n", Escaped(section.title));
  for (const std::string& line : section.lines) {
    const bool is_note = section.title.empty() && !report.note.empty() && line == report.note;
    out += fmt::format("<p{}>{}</p>\n", is_note ? " class=\"note\"" : "", Escaped(line));
  }
  for (const ReportChart chart : section.charts) out += DrawChart(chart, report);
  for (const ReportTable& table : section.tables) out += HtmlOf(table);
  return out + "</section>\n";
}

}  // namespace

std::string PageOf(const ledger::Report& report) {
  const std::string title = fmt::format("Report of endpoint {}", report.endpoint);
  std::string out = fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n<main>\n<h1>{}</h1>\n",
      Escaped(title), kStyle, Escaped(title));
  out += fmt::format("<p class=\"about\">{}</p>\n", Escaped(AboutText(report)));
  for (const ReportSection& section : SectionsOf(report)) out += HtmlOf(section, report);
  return out + "</main>\n</body>\n</html>\n";
}

}  // namespace galley::cli
