#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "foundation/base/error.h"
#include "serving/runtime/scoring_input.h"

namespace galley::serving {

// Inside only: what the JSON and the CSV form of a call share.

/// Where a value stands, for messages.
struct Place {
  std::size_t row = 0;
  std::size_t column = 0;
};

/// At most 100 bytes of a text from outside, cut between characters.
std::string Shown(std::string_view text);

/// Values as a column takes them. The functions that read fail with the place and what is wrong.
class Cells {
 public:
  explicit Cells(const InputSpec& spec) : spec_(spec) {}

  /// Whether the column's type takes any number as it is.
  bool is_real(std::size_t column) const {
    const ColumnType type = spec_.type(column);
    return type <= ColumnType::kDouble;
  }

  Result<float> Number(Place place, double value) const;
  Result<float> Whole(Place place, std::int64_t value) const;
  Result<float> Flag(bool value) const { return value ? 1.0F : 0.0F; }
  Result<float> Missing(Place place) const;
  /// A JSON string, read as Python's float() and int() read it.
  Result<float> Text(Place place, std::string_view text) const;
  /// A cell of a table, which may be missing, a number or a truth value.
  Result<float> TableCell(Place place, std::string_view text) const;

  /// `column 'age' of row 3`, counted from 0.
  std::string Where(Place place) const;

 private:
  const InputSpec& spec_;
};

/// Appends rows to a matrix and finds columns by name.
class Table {
 public:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  explicit Table(const InputSpec& spec) : spec_(spec) { matrix_.columns = spec.columns; }

  /// The column of that name or kNone. `guess` is tried first.
  std::size_t Find(std::string_view name, std::size_t guess);

  /// A new row of missing values. kResourceExhausted beyond the limit.
  Result<std::span<float>> AddRow();
  Status Resize(std::size_t rows);
  float& At(Place place) { return matrix_.values[place.row * matrix_.columns + place.column]; }

  /// Where the items of rows go that come under these column names, kNone for those that no one
  /// asked for. Empty if they are in place. Each column that is not optional must be there, once.
  Result<std::vector<std::size_t>> Layout(std::span<const std::string_view> given);

  /// `Model is missing inputs [...]`, if one is.
  Status CheckSeen(std::span<const std::uint8_t> seen) const;
  std::unexpected<Error> NotExpected(std::string_view name) const;

  const Matrix& matrix() const { return matrix_; }
  Matrix Take() && { return std::move(matrix_); }

 private:
  const InputSpec& spec_;
  Matrix matrix_;
  std::unordered_map<std::string_view, std::size_t> index_;  // Filled when a guess was wrong.
};

/// The two kinds of body, without a byte order mark.
Result<Matrix> DecodeScoringJson(std::string_view body, const InputSpec& spec);
Result<Matrix> DecodeScoringCsv(std::string_view body, const InputSpec& spec);

/// As KeyOf and RowsOf of request_outline.h, of a table.
std::optional<std::string> KeyOfCsv(std::string_view body, std::string_view column);
std::optional<std::int64_t> RowsOfCsv(std::string_view body);

}  // namespace galley::serving
