//! The only logarithms, exponentials and powers of the library.
//!
//! `f64::ln` and its kin call the C library of the platform, and glibc, musl
//! and others differ in the last bit. One different bit in one score can break
//! a tie, so everything goes through the portable code of the `libm` crate,
//! which is plain IEEE arithmetic without fused multiply-add. A lint keeps the
//! rest of the library from using the methods of `std`.
//!
//! Square root, absolute value and rounding are exact by the IEEE standard and
//! may be taken from `std`.
//!
//! How far from the truth: `ln` and `log1p` are within 1 unit of the last place,
//! as their authors state, and `exp` and `powf` too (METHODOLOGY.md gives the
//! source); a test holds all four to 1 unit against values of 50 digits. Where a
//! whole column is needed, [`ln_all`] and [`log1p_all`] give the same bits in a
//! fraction of the time.

mod columns;

pub use columns::{ln_all, log1p_all, log1p_or};

/// The natural logarithm. `ln(0)` is minus infinity, `ln` of a negative NaN.
#[must_use]
pub fn ln(x: f64) -> f64 {
    libm::log(x)
}

/// `ln(1 + x)` without loss of digits for small `x`.
#[must_use]
pub fn log1p(x: f64) -> f64 {
    libm::log1p(x)
}

/// The exponential function.
#[must_use]
pub fn exp(x: f64) -> f64 {
    libm::exp(x)
}

/// `base` to the power `exponent`.
#[must_use]
pub fn powf(base: f64, exponent: f64) -> f64 {
    libm::pow(base, exponent)
}

/// The logarithm of the gamma function of a positive number.
#[must_use]
pub fn ln_gamma(x: f64) -> f64 {
    libm::lgamma(x)
}

/// The quantile of the standard normal distribution: the `z` below which a
/// share `p` of the distribution lies.
///
/// Rational approximation PPND16 of M. J. Wichura, "Algorithm AS 241: The
/// percentage points of the normal distribution", Applied Statistics 37 (1988)
/// 477-484; relative error about 1e-16. `p = 0` gives minus infinity, `p = 1`
/// infinity, anything outside of `[0, 1]` NaN.
#[must_use]
pub fn normal_quantile(p: f64) -> f64 {
    if !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    let centred = p - 0.5;
    if centred.abs() <= 0.425 {
        let r = 0.180_625 - centred * centred;
        return centred * polynomial(&CENTRE_ABOVE, r) / polynomial(&CENTRE_BELOW, r);
    }
    let tail = if centred < 0.0 { p } else { 1.0 - p };
    if tail == 0.0 {
        return f64::INFINITY.copysign(centred);
    }
    let r = (-ln(tail)).sqrt();
    let size = if r <= 5.0 {
        polynomial(&TAIL_ABOVE, r - 1.6) / polynomial(&TAIL_BELOW, r - 1.6)
    } else {
        polynomial(&FAR_ABOVE, r - 5.0) / polynomial(&FAR_BELOW, r - 5.0)
    };
    size.copysign(centred)
}

/// The distribution function of the standard normal distribution: the share
/// of it below `z`, `erfc(-z / sqrt 2) / 2`. NaN for NaN.
#[must_use]
pub fn normal_distribution(z: f64) -> f64 {
    libm::erfc(-z * std::f64::consts::FRAC_1_SQRT_2) / 2.0
}

/// Horner's scheme; coefficients from the constant term upwards.
fn polynomial(coefficients: &[f64; 8], x: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |value, coefficient| value * x + coefficient)
}

const CENTRE_ABOVE: [f64; 8] = [
    3.387_132_872_796_366_6,
    1.331_416_678_917_843_8e2,
    1.971_590_950_306_551_3e3,
    1.373_169_376_550_946e4,
    4.592_195_393_154_987e4,
    6.726_577_092_700_87e4,
    3.343_057_558_358_813e4,
    2.509_080_928_730_122_7e3,
];
const CENTRE_BELOW: [f64; 8] = [
    1.0,
    4.231_333_070_160_091e1,
    6.871_870_074_920_579e2,
    5.394_196_021_424_751e3,
    2.121_379_430_158_659_7e4,
    3.930_789_580_009_271e4,
    2.872_908_573_572_194_3e4,
    5.226_495_278_852_854e3,
];
const TAIL_ABOVE: [f64; 8] = [
    1.423_437_110_749_683_5,
    4.630_337_846_156_546,
    5.769_497_221_460_691,
    3.647_848_324_763_204_5,
    1.270_458_252_452_368_4,
    2.417_807_251_774_506e-1,
    2.272_384_498_926_918_4e-2,
    7.745_450_142_783_414e-4,
];
const TAIL_BELOW: [f64; 8] = [
    1.0,
    2.053_191_626_637_759,
    1.676_384_830_183_803_8,
    6.897_673_349_851e-1,
    1.481_039_764_274_800_8e-1,
    1.519_866_656_361_645_7e-2,
    5.475_938_084_995_345e-4,
    1.050_750_071_644_416_9e-9,
];
const FAR_ABOVE: [f64; 8] = [
    6.657_904_643_501_103,
    5.463_784_911_164_114,
    1.784_826_539_917_291_3,
    2.965_605_718_285_048_7e-1,
    2.653_218_952_657_612_4e-2,
    1.242_660_947_388_078_4e-3,
    2.711_555_568_743_487_6e-5,
    2.010_334_399_292_288_1e-7,
];
const FAR_BELOW: [f64; 8] = [
    1.0,
    5.998_322_065_558_88e-1,
    1.369_298_809_227_358e-1,
    1.487_536_129_085_061_5e-2,
    7.868_691_311_456_133e-4,
    1.846_318_317_510_054_8e-5,
    1.421_511_758_316_446e-7,
    2.044_263_103_389_939_8e-15,
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::testing::{law, near};
    use proptest::prop_assert;

    #[test]
    fn a_few_values_to_the_last_bit() {
        // Fixed bits: a change of the crate or of the platform shows here.
        for (ours, bits) in [
            (ln(10.0), 0x4002_6bb1_bbb5_5516_u64),
            (exp(1.0), 0x4005_bf0a_8b14_576a),
            (powf(2.0, 0.5), 0x3ff6_a09e_667f_3bcd),
            (log1p(1.0), 0x3fe6_2e42_fefa_39ef),
        ] {
            assert_eq!(ours.to_bits(), bits, "{ours:e} is {:#x}", ours.to_bits());
        }
    }

    /// Bits of thousands of results in one number; equal on every platform.
    #[test]
    fn the_same_bits_everywhere() {
        let mut digest = 0u64;
        for step in 1..20_000u32 {
            let x = f64::from(step) * 0.037;
            let p = f64::from(step) / 20_000.0;
            let results = [ln(x), log1p(x), exp(-x / 10.0), powf(x, 1.0 / 3.0), normal_quantile(p)];
            for result in results {
                digest = (digest ^ result.to_bits()).wrapping_mul(0x0000_0100_0000_01b3).rotate_left(17);
            }
        }
        assert_eq!(digest, DIGEST, "{digest:#x}");
    }

    const DIGEST: u64 = 0xf542_864e_4d8e_5632;

    /// How far a result lies from the true one, in units of the last place.
    fn error(ours: f64, case: &[f64]) -> f64 {
        let (nearest, beyond) = (case[case.len() - 2], case[case.len() - 1]);
        let unit = nearest.abs().next_up() - nearest.abs();
        ((ours - nearest) / unit - beyond).abs()
    }

    #[test]
    fn within_a_unit_of_the_last_place() {
        let table: std::collections::BTreeMap<String, Vec<Vec<f64>>> =
            serde_json::from_str(include_str!("../../tests/reference/elementary.json")).unwrap();
        // The largest errors seen are .8, .9, .8 and .6 units.
        type Of = fn(&[f64]) -> f64;
        let functions: [(&str, Of); 4] =
            [("ln", |x| ln(x[0])), ("log1p", |x| log1p(x[0])), ("exp", |x| exp(x[0])), ("powf", |x| powf(x[0], x[1]))];
        for (name, function) in functions {
            let errors = table[name].iter().map(|case| error(function(case), case));
            let worst = errors.fold(0.0, f64::max);
            assert!(worst <= 1.0, "{name} is off by {worst} units");
            assert!(worst > 0.5, "{name}: a table without a hard case proves nothing ({worst})");
        }
    }

    #[test]
    fn edges() {
        assert_eq!(ln(0.0), f64::NEG_INFINITY);
        assert!(ln(-1.0).is_nan());
        assert_eq!(log1p(0.0), 0.0);
        assert_eq!(exp(0.0), 1.0);
        assert_eq!(normal_quantile(0.5), 0.0);
        assert_eq!(normal_quantile(0.0), f64::NEG_INFINITY);
        assert_eq!(normal_quantile(1.0), f64::INFINITY);
        assert!(normal_quantile(-0.1).is_nan() && normal_quantile(f64::NAN).is_nan());
    }

    #[test]
    fn the_quantile_is_odd_and_rises() {
        law((1e-6..0.5f64, 1e-6..0.5f64), |(p, q)| {
            prop_assert!(near(normal_quantile(p), -normal_quantile(1.0 - p), 1e-9));
            prop_assert!((p < q) == (normal_quantile(p) < normal_quantile(q)) || near(p, q, 1e-14));
            Ok(())
        });
    }

    #[test]
    fn the_distribution_is_the_inverse_of_the_quantile() {
        law(1e-6..1.0f64, |p| {
            prop_assert!(near(normal_distribution(normal_quantile(p)), p, 1e-14));
            Ok(())
        });
        assert_eq!((normal_distribution(0.0), normal_distribution(f64::NEG_INFINITY)), (0.5, 0.0));
        assert_eq!(normal_distribution(f64::INFINITY), 1.0);
        assert!(normal_distribution(f64::NAN).is_nan());
    }

    #[test]
    fn inverse_functions() {
        law(1e-3..500.0f64, |x| {
            prop_assert!(near(exp(ln(x)), x, 1e-13));
            prop_assert!(near(log1p(x), ln(1.0 + x), 1e-14));
            prop_assert!(near(powf(x, 2.0), x * x, 1e-14));
            Ok(())
        });
    }
}
