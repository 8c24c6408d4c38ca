#include <algorithm>
#include <charconv>
#include <cmath>

#include "domain/tracking/run_query.h"
#include "domain/tracking/run_scope.h"
#include "foundation/expr/place.h"

namespace galley::tracking {
namespace {

using expr::Place;
using Kind = Option::Kind;

constexpr std::size_t kOptionsMax = 50;

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

std::string Folded(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), Lower);
  return out;
}

std::string_view DetailOf(ColumnKind kind) {
  switch (kind) {
    case ColumnKind::kMetric: return "metric";
    case ColumnKind::kParam: return "param";
    case ColumnKind::kTag: return "tag";
    case ColumnKind::kAttribute: return "attribute";
    case ColumnKind::kDataset: return "dataset";
  }
  return "";
}

/// The byte of the character `at`.
std::size_t ByteOf(std::string_view text, std::int64_t at) {
  std::size_t byte = 0;
  while (byte < text.size()) {
    if ((text[byte] & 0xC0) != 0x80 && at-- == 0) break;
    ++byte;
  }
  return byte;
}

std::int64_t CharacterOf(std::string_view text, std::size_t byte) {
  return static_cast<std::int64_t>(expr::PositionOf(text, byte)) - 1;
}

std::string Quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out.append(c == '\'' ? 2 : 1, c);
  return out + "'";
}

std::int64_t CountIn(const Column& column, const Mask& scope) {
  return std::ranges::count_if(column.runs, [&](std::uint32_t run) { return scope[run] != 0; });
}

/// Offers what may stand at a place.
class Completer {
 public:
  Completer(const RunTable& table, const Mask& scope, std::string_view text, Place place)
      : table_(table), scope_(scope), text_(text), place_(std::move(place)) {
    typed_ = Folded(text_.substr(place_.begin, place_.end - place_.begin));
  }

  std::vector<Option> Options();

 private:
  void Keys();
  void Operators();
  void Values(bool in_list);
  void Words(std::initializer_list<std::string_view> words);
  Result<ColumnName> Left() const;

  const RunTable& table_;
  const Mask& scope_;
  std::string_view text_;
  Place place_;
  std::string typed_;
  std::vector<Option> options_;
};

/// What the comparison's left side means.
Result<ColumnName> Completer::Left() const {
  const expr::Node name{.kind = expr::Node::Kind::kName, .path = place_.path};
  return ResolveName(table_, scope_, text_, name);
}

void Completer::Words(std::initializer_list<std::string_view> words) {
  for (const std::string_view word : words) {
    if (!Folded(word).starts_with(typed_)) continue;
    options_.push_back({.text = std::string(word), .kind = Kind::kWord, .detail = {}, .count = {}});
  }
}

/// Keys that begin with what is typed stand before those that only contain it; the most used first.
void Completer::Keys() {
  struct Found {
    ColumnName name;
    bool begins;
    std::int64_t count;
  };
  std::vector<Found> found;
  std::string typed = typed_;
  std::erase(typed, '`');
  const auto consider = [&](const ColumnName& name, std::int64_t count) {
    const std::string key = Folded(name.key);
    const std::string whole = Folded(name.Text());
    if (count == 0 || whole.find(typed) == std::string::npos) return;
    found.push_back({name, key.starts_with(typed) || whole.starts_with(typed), count});
  };
  for (const auto& [name, column] : table_.columns()) consider(name, CountIn(*column, scope_));
  const std::int64_t total = std::ranges::count(scope_, 1);
  for (const std::string_view key : kAttributes) {
    consider({ColumnKind::kAttribute, std::string(key)}, total);
  }
  std::ranges::sort(found, [](const Found& a, const Found& b) {
    if (a.begins != b.begins) return a.begins;
    const bool a_is_system = a.name.key.starts_with("mlflow.");
    const bool b_is_system = b.name.key.starts_with("mlflow.");
    if (a_is_system != b_is_system) return b_is_system;
    if (a.name.kind != b.name.kind) return a.name.kind < b.name.kind;
    if (a.count != b.count) return a.count > b.count;
    return a.name.key < b.name.key;
  });
  if (found.size() > kOptionsMax) found.resize(kOptionsMax);
  for (const Found& one : found) {
    // Bare where that says the same.
    const std::string bare = NameInFilter(one.name, true);
    const auto parsed = expr::Parse(bare + " IS NULL", kRunGrammar);
    bool is_bare = false;
    if (parsed) {
      const auto meant =
          ResolveName(table_, scope_, bare, (*parsed)[(*parsed)[*parsed->root].children[0]]);
      is_bare = meant && *meant == one.name && !typed.contains('.');
    }
    options_.push_back({.text = NameInFilter(one.name, is_bare),
                        .kind = Kind::kKey,
                        .detail = std::string(DetailOf(one.name.kind)),
                        .count = one.count});
  }
}

void Completer::Operators() {
  const auto name = Left();
  const auto column = name ? table_.Get(*name) : nullptr;
  const bool is_number = column && !column->is_text;
  const auto add = [&](std::string_view text) {
    if (!Folded(text).starts_with(typed_)) return;
    options_.push_back(
        {.text = std::string(text), .kind = Kind::kOperator, .detail = {}, .count = {}});
  };
  bool orders = is_number;
  if (column && column->is_text && column->words.size() > 0) {
    orders = !std::isnan(column->words.Number(0));
  }
  if (orders) {
    for (const auto* text : {"<", ">", "<=", ">=", "=", "!="}) add(text);
  } else {
    for (const auto* text : {"=", "!="}) add(text);
  }
  if (!is_number) {
    for (const auto* text : {"LIKE", "ILIKE", "NOT LIKE", "NOT ILIKE"}) add(text);
  }
  for (const auto* text : {"IN", "NOT IN", "IS NULL", "IS NOT NULL"}) add(text);
}

/// The values that runs have, the most frequent first; of a metric the ends of its range.
void Completer::Values(bool in_list) {
  const auto name = Left();
  const auto column = name ? table_.Get(*name) : nullptr;
  if (!column) return;
  std::string typed = typed_;
  if (!typed.empty() && (typed[0] == '\'' || typed[0] == '"')) typed.erase(0, 1);
  if (!typed.empty() && (typed.back() == '\'' || typed.back() == '"')) typed.pop_back();
  const std::string_view detail = in_list ? "item" : "value";
  if (!column->is_text) {
    double low = std::numeric_limits<double>::infinity();
    double high = -low;
    for (std::size_t at = 0; at < column->runs.size(); ++at) {
      if (scope_[column->runs[at]] == 0 || std::isnan(column->last[at])) continue;
      low = std::min(low, column->last[at]);
      high = std::max(high, column->last[at]);
    }
    if (low > high) return;
    for (const auto& [what, value] : {std::pair("min", low), std::pair("max", high)}) {
      const std::string text = fmt::format("{}", value);
      if (!text.starts_with(typed)) continue;
      options_.push_back({.text = text, .kind = Kind::kValue, .detail = what, .count = {}});
    }
    return;
  }
  std::vector<std::int64_t> counts(column->words.size(), 0);
  for (std::size_t at = 0; at < column->runs.size(); ++at) {
    counts[column->codes[at]] += scope_[column->runs[at]];
  }
  std::vector<std::uint32_t> codes;
  for (std::uint32_t code = 0; code < counts.size(); ++code) {
    const std::string folded = Folded(column->words.Text(code));
    if (counts[code] > 0 && folded.find(typed) != std::string::npos) codes.push_back(code);
  }
  const auto most = std::min(kOptionsMax, codes.size());
  std::ranges::partial_sort(codes, codes.begin() + static_cast<std::ptrdiff_t>(most),
                            [&](std::uint32_t a, std::uint32_t b) {
                              if (counts[a] != counts[b]) return counts[a] > counts[b];
                              return column->words.Text(a) < column->words.Text(b);
                            });
  const bool as_numbers = place_.op >= expr::Op::kLess && place_.op <= expr::Op::kGreaterEqual;
  for (std::size_t at = 0; at < most; ++at) {
    const std::string& text = column->words.Text(codes[at]);
    const bool is_number = !std::isnan(column->words.Number(codes[at]));
    if (as_numbers && !is_number) continue;
    options_.push_back({.text = is_number ? text : Quoted(text),
                        .kind = Kind::kValue,
                        .detail = std::string(detail),
                        .count = counts[codes[at]]});
  }
}

std::vector<Option> Completer::Options() {
  switch (place_.kind) {
    case Place::Kind::kOperand:
      Keys();
      Words({"NOT", "("});
      break;
    case Place::Kind::kOperator: Operators(); break;
    case Place::Kind::kValue: Values(false); break;
    case Place::Kind::kList: Words({"("}); break;
    case Place::Kind::kListItem: Values(true); break;
    case Place::Kind::kListNext: Words({",", ")"}); break;
    case Place::Kind::kConnective:
      Words({"AND", "OR"});
      if (place_.open > 0) Words({")"});
      break;
  }
  return std::move(options_);
}

/// Where a message of the parser says that something is wrong, as a character from 0.
std::int64_t PositionIn(std::string_view message) {
  constexpr std::string_view kWord = "position ";
  const std::size_t found = message.find(kWord);
  if (found == std::string_view::npos) return 0;
  std::int64_t position = 1;
  const char* begin = message.data() + found + kWord.size();
  std::from_chars(begin, message.data() + message.size(), position);
  return position - 1;
}

}  // namespace

Result<Completion> RunQueries::Complete(const journal::View& view, const std::string& experiment,
                                        std::string_view text, std::int64_t at) {
  const std::int64_t length = CharacterOf(text, text.size());
  if (at < 0 || at > length) {
    return Fail(Code::kInvalidArgument, "'pos' must be from 0 to {}, the text's length, not {}",
                length, at);
  }
  const auto table = TRY(Current(view));
  const std::shared_lock lock(table->mutex);
  std::vector<std::string> experiments;
  if (experiment != "-") experiments.push_back(experiment);
  const Mask scope =
      TRY(ScopeOf(*table, experiments, db::View::kActive, std::nullopt, std::nullopt));
  const Place place = expr::PlaceAt(text, ByteOf(text, at), kRunGrammar);
  Completion completion{.from = CharacterOf(text, place.begin),
                        .to = CharacterOf(text, place.end),
                        .options = Completer(*table, scope, text, place).Options()};
  const auto matching = Matching(*table, scope, text);
  if (!matching) {
    const std::int64_t from = PositionIn(matching.error().message);
    const Place wrong = expr::PlaceAt(text, ByteOf(text, from + 1), kRunGrammar);
    completion.problem = {.message = matching.error().message,
                          .from = from,
                          .to = std::max(std::min(from + 1, length), CharacterOf(text, wrong.end))};
  }
  return completion;
}

}  // namespace galley::tracking
