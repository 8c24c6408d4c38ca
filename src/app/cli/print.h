#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Text for people: colours, widths, tables, times and numbers. Pure but for ScreenOfOutput.
namespace galley::cli {

/// What the output can show.
struct Screen {
  bool colours = false;
  int width = 0;  ///< Columns; 0: without end, as for a pipe or a file.
};

/// The standard output: colours and a width only if it is a terminal. NO_COLOR is honoured.
Screen ScreenOfOutput();

enum class Colour : std::uint8_t { kPlain, kGreen, kRed, kYellow, kCyan, kDim, kBold };

/// The text in a colour, if the screen has any.
std::string Paint(const Screen& screen, Colour colour, std::string_view text);

/// The colour for a run's or a model's status.
Colour ColourOf(std::string_view status);

/// How many columns UTF-8 text takes: wide signs two, combining ones none. An invalid byte is one.
int WidthOf(std::string_view text);

/// One line that is safe to print: whitespace becomes a space; other control characters, which
/// could steer a terminal, and invalid bytes become U+FFFD.
std::string Clean(std::string_view text);

/// The text if it is at most `width` (≥ 1) columns wide, else its beginning and `…`.
std::string Cut(std::string_view text, int width);

/// `just now`, `3 min ago`, `2 days ago`; older than 30 days or in the future: the date.
std::string Ago(std::int64_t at_ms, std::int64_t now_ms);

/// `2026-11-24 19:36:34 UTC`, in the zone of the environment. Beyond the years 1 to 9999 the number
/// itself.
std::string Date(std::int64_t at_ms);

/// `850 ms`, `12.3 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`.
std::string Duration(std::int64_t ms);

/// A measured value with five significant digits; whole numbers whole.
std::string Number(double value);

/// `512 B`, `1.5 KiB`.
std::string Bytes(std::int64_t bytes);

/// How many leading digits, at least 12, tell these ids apart.
std::size_t ShortIdDigits(std::span<const std::string> ids);

struct Cell {
  std::string text;  ///< Cleaned when it is added.
  Colour colour = Colour::kPlain;
};

struct Column {
  std::string title;  ///< A table whose titles are all empty has no line for them.
  bool right = false;
  bool shrinks = false;  ///< Is cut, with `…`, where the screen is too narrow.
};

/// Rows in aligned columns.
class Table {
 public:
  explicit Table(std::vector<Column> columns, int indent = 0)
      : columns_(std::move(columns)), indent_(indent) {}

  /// As many cells as there are columns.
  void Add(std::vector<Cell> row);

  bool empty() const { return rows_.empty(); }

  /// All lines, each with its end. No line is wider than the screen as long as the columns that
  /// shrink have any room to give.
  std::string Text(const Screen& screen) const;

 private:
  std::vector<int> Widths(const Screen& screen) const;
  void AppendLine(std::string& out, const Screen& screen, const std::vector<int>& widths,
                  const std::vector<Cell>& row) const;

  std::vector<Column> columns_;
  int indent_;
  std::vector<std::vector<Cell>> rows_;
};

/// A table of facts: name and value.
Table Facts();
void AddFact(Table& table, std::string_view name, std::string value,
             Colour colour = Colour::kPlain);

/// Prints a line in bold, cleaned.
void PrintTitle(std::string_view title);

}  // namespace galley::cli
