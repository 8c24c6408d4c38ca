#pragma once

#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

/// Tests only: the tables of `testdata/`, which tests/oracles makes.
namespace galley::stats::test {

inline std::vector<std::string> Split(std::string_view text, char by) {
  std::vector<std::string> parts;
  for (;;) {
    const std::size_t end = text.find(by);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

/// The rows of a table; none if it cannot be read, so that tests ask for how many there are.
inline std::vector<std::vector<std::string>> ReadTable(const std::string& name) {
  std::ifstream file("src/foundation/stats/testdata/" + name);
  std::vector<std::vector<std::string>> rows;
  for (std::string line; std::getline(file, line);) rows.push_back(Split(line, '\t'));
  return rows;
}

inline double Number(const std::string& text) {
  return std::strtod(text.c_str(), nullptr);
}

template <typename T = double>
std::vector<T> Numbers(std::string_view text) {
  std::vector<T> numbers;
  for (const std::string& part : Split(text, ',')) numbers.push_back(static_cast<T>(Number(part)));
  return numbers;
}

}  // namespace galley::stats::test
