#pragma once

namespace galley::stats {

/// Special functions, by Boost.Math, whose headers stay in `special.cc`. All are in double
/// precision, NaN for arguments outside of their domain, and free of exceptions and of shared
/// state: any thread. Formulas by their numbers in the NIST Digital Library of Mathematical
/// Functions, dlmf.nist.gov; names and values as in `scipy.stats`.

/// ln |Gamma(x)|, DLMF 5.2.1. Unlike `std::lgamma` it writes no global.
double LogGamma(double x);
/// ln B(a, b) for a, b > 0, DLMF 5.12.1.
double LogBeta(double a, double b);

/// P(Z <= z) and P(Z > z) of the standard normal distribution: erfc, DLMF 7.2.2.
double NormalCdf(double z);
double NormalSurvival(double z);
/// The z with NormalCdf(z) = p; infinite for 0 and 1.
double NormalQuantile(double p);

/// P(X > x) of chi-square with `dof` > 0 degrees of freedom: Q(dof / 2, x / 2), DLMF 8.2.4.
double ChiSquareSurvival(double x, double dof);

/// P(X <= x) of the beta distribution, a, b > 0: the regularised incomplete beta, DLMF 8.17.2.
double BetaCdf(double x, double a, double b);
/// The x with BetaCdf(x, a, b) = p.
double BetaQuantile(double p, double a, double b);

/// P(|T| > |t|) of Student's t with `dof` > 0 degrees of freedom, by the incomplete beta.
double StudentTwoSided(double t, double dof);
/// The t > 0 with StudentTwoSided(t, dof) = p, for 0 < p <= 1.
double StudentTwoSidedQuantile(double p, double dof);

/// P(sqrt(n) D > x) of Kolmogorov's limiting distribution, as `scipy.special.kolmogorov`:
/// 2 sum (-1)^(k-1) exp(-2 k^2 x^2). A. N. Kolmogorov, 1933.
double KolmogorovSurvival(double x);

}  // namespace galley::stats
