#pragma once

#include <cstdint>
#include <span>

/// Smoothing of a curve, pure. Values that are not finite are passed over and stay what they are.
namespace galley::tracking {

enum class Smoothing : std::uint8_t { kNone, kTimeWeighted, kGaussian, kMedian };

/// The largest strength of each kind; the least is 0, which changes nothing.
inline constexpr double kTimeWeightedMax = 1;
inline constexpr double kGaussianMax = 200;
inline constexpr double kMedianMax = 1001;

/// Replaces `y`, the values at the ascending positions `x`, by smoothed ones.
/// - kTimeWeighted: an exponential moving average that forgets by distance, as Weights & Biases
///   defines it: with w = min(sqrt(strength), 0.999) each step of dx multiplies what is remembered
///   by w^(1000 dx / range), and the sum is divided by that of its weights. `range`, in units of x,
///   is the whole chart's, so that curves of different density look alike.
/// - kGaussian: `strength` is the standard deviation in points; cut at four of them; where points
///   are missing at an end the weights left sum to one.
/// - kMedian: of the `strength` points around, rounded up to an odd number; fewer at the ends.
void Smooth(Smoothing kind, double strength, double range, std::span<const double> x,
            std::span<double> y);

}  // namespace galley::tracking
