#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/error.h"

namespace galley::stats {

/// How many distinct values there are, from their 64-bit hashes. Up to 512 of them all hashes are
/// kept, so that the number is exact (but for hashes that are equal by chance, below 1e-14); above
/// that HyperLogLog with 2^12 registers: the standard error is 1.04 / sqrt(4096) = 1.625 % of the
/// number, of any size. What it holds depends only on the set of hashes: merging is associative,
/// commutative and idempotent, and the merge of parts has the bytes of the whole. At most 8 KiB.
/// Sources: P. Flajolet et al., "HyperLogLog: the analysis of a near-optimal cardinality estimation
/// algorithm", AofA 2007; S. Heule, M. Nunkesser, A. Hall, "HyperLogLog in Practice", EDBT 2013
/// (64 bits, exact beginning); O. Ertl, "New cardinality estimation algorithms for HyperLogLog
/// sketches", arXiv:1702.01284, 2017, algorithm 6 (the estimator, which needs no bias tables).
class HyperLogLog {
 public:
  static constexpr unsigned kPrecision = 12;
  static constexpr std::size_t kRegisters = std::size_t{1} << kPrecision;
  static constexpr std::size_t kExactMax = 512;
  static constexpr double kStandardError = 1.04 / 64;

  /// Adds a value by its hash, which must be uniform in all 64 bits.
  void Add(std::uint64_t hash) {
    if (registers_.empty()) {
      AddExact(hash);
    } else {
      AddToRegisters(hash);
    }
  }
  void Merge(const HyperLogLog& other);

  /// The number of distinct values, or its estimate.
  double Estimate() const;
  /// Estimate is the exact number.
  bool exact() const { return registers_.empty(); }

  std::string Encode() const;
  static Result<HyperLogLog> Decode(std::string_view encoded);

 private:
  void AddExact(std::uint64_t hash);
  void AddToRegisters(std::uint64_t hash) {
    const std::size_t index = hash >> (64 - kPrecision);
    // The bit behind the last one ends the run of zeros.
    const std::uint64_t rest = (hash << kPrecision) | (std::uint64_t{1} << (kPrecision - 1));
    const auto value = static_cast<std::uint8_t>(1 + __builtin_clzll(rest));
    if (value > registers_[index]) registers_[index] = value;
  }
  void ToRegisters();
  std::vector<std::uint64_t> Hashes() const;

  // One of the two; neither as long as nothing was added.
  std::vector<std::uint64_t> slots_;  // A hash table, open addressing; 0 is a free slot.
  std::size_t hashes_ = 0;            // In slots_.
  std::vector<std::uint8_t> registers_;
};

}  // namespace galley::stats
