use std::num::NonZeroU8;

use serde_json::Value;

use super::{Jitter, LogNormal, Normals, Poisson, dirichlet, expanded, gamma, significant};
use crate::stats::chi_square::{gamma_lower, gamma_upper};
use crate::stats::elementary::{exp, ln, normal_distribution, normal_quantile};
use crate::stats::resample::Stream;
use crate::stats::testing::{law, near};
use crate::stats::undefined::Undefined;
use proptest::prop_assert;

fn table() -> Value {
    serde_json::from_str(include_str!("../../../tests/reference/draws.json")).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

fn words(value: &Value) -> Vec<u64> {
    // The tables have the 52 bits that count.
    value.as_array().unwrap().iter().map(|number| number.as_u64().unwrap() << 12).collect()
}

const DRAWS: usize = 200_000;

/// The Kolmogorov distance between draws and a distribution function, as a
/// multiple of 1 / sqrt n. Chance alone exceeds 1.63 once in a hundred, less
/// often where draws tie.
fn distance(mut draws: Vec<f64>, below: impl Fn(f64) -> f64, until: impl Fn(f64) -> f64) -> f64 {
    draws.sort_unstable_by(f64::total_cmp);
    let n = draws.len() as f64;
    let mut most = 0.0f64;
    let mut before = 0;
    for run in draws.chunk_by(|left, right| left == right) {
        let through = before + run.len();
        most = most.max((below(run[0]) - before as f64 / n).abs()).max((until(run[0]) - through as f64 / n).abs());
        before = through;
    }
    most * n.sqrt()
}

fn draws(purpose: &str, mut draw: impl FnMut(&mut Stream) -> f64) -> Vec<f64> {
    let mut stream = Stream::new(11, purpose, 0);
    (0..DRAWS).map(|_| draw(&mut stream)).collect()
}

fn mean_and_variance(draws: &[f64]) -> (f64, f64) {
    let n = draws.len() as f64;
    let mean = draws.iter().sum::<f64>() / n;
    (mean, draws.iter().map(|draw| (draw - mean) * (draw - mean)).sum::<f64>() / n)
}

/// Whether a mean lies within five standard errors of what it should be, and a
/// variance within a share of it.
#[track_caller]
fn moments(draws: &[f64], mean: f64, variance: f64, share: f64) {
    let found = mean_and_variance(draws);
    let error = (variance / draws.len() as f64).sqrt();
    assert!((found.0 - mean).abs() <= 5.0 * error, "mean {} is not {mean}", found.0);
    assert!((found.1 / variance - 1.0).abs() <= share, "variance {} is not {variance}", found.1);
}

/// Words over the whole range, closer together at its ends.
fn ladder() -> impl Iterator<Item = u64> {
    let even = (0..400_000u64).map(|step| step * (u64::MAX / 400_000) + 12_345);
    let low = (12..62).flat_map(|bits| (0..16).map(move |step| (16 + step) << (bits - 4)));
    even.chain(low.clone()).chain(low.map(|word: u64| !word))
}

#[test]
fn quick_normals_are_as_near_as_they_say() {
    let normals = Normals::new();
    let (mut value, mut probability) = (0.0f64, 0.0f64);
    for word in ladder() {
        let (quick, exact) = (normals.at(word), normal_quantile(super::uniform(word)));
        value = value.max((quick - exact).abs());
        probability = probability.max((normal_distribution(quick) - normal_distribution(exact)).abs());
    }
    assert!(value > 2e-6 && value < 2.8e-6, "{value:e}");
    assert!(probability > 1e-7 && probability < 2e-7, "{probability:e}");
}

#[test]
fn what_takes_one_word_rises_with_it() {
    let normals = Normals::new();
    let mut words: Vec<u64> = ladder().collect();
    words.sort_unstable();
    let rises = |of: &dyn Fn(u64) -> f64| words.is_sorted_by(|left, right| of(*left) <= of(*right));
    assert!(rises(&|word| normals.at(word)));
    for mean in [0.0, 1e-3, 0.7, 9.0, 15.9, 16.0, 17.0, 25.0, 100.0, 1e4, 1e9] {
        let poisson = Poisson::new(mean).unwrap();
        assert!(rises(&|word| poisson.at(&normals, word)), "{mean}");
    }
    // And takes one.
    let mut stream = Stream::new(1, "one word", 0);
    let mut other = stream.clone();
    let _ = LogNormal::new(0.3).unwrap().draw(&normals, &mut stream);
    let _ = Jitter::new(0.3).unwrap().draw(&mut stream);
    let _ = Poisson::new(3.0).unwrap().draw(&normals, &mut stream);
    let _ = Poisson::new(300.0).unwrap().draw(&normals, &mut stream);
    (0..4).for_each(|_| _ = other.coins());
    assert_eq!(stream.coins(), other.coins());
}

#[test]
fn scipy_agrees_on_counts_and_factors() {
    let table = table();
    let normals = Normals::new();
    let words = words(&table["words"]);
    let cases = table["poisson"].as_array().unwrap();
    assert!(cases.len() >= 14 && words.len() >= 500, "the table is whole");
    for case in cases {
        let (mean, theirs) = (case["mean"].as_f64().unwrap(), numbers(&case["counts"]));
        let poisson = Poisson::new(mean).unwrap();
        let off = |(word, theirs): (&u64, &f64)| (*word, poisson.at(&normals, *word) - theirs);
        let off: Vec<(u64, f64)> = words.iter().zip(&theirs).map(off).filter(|(_, off)| *off != 0.0).collect();
        println!("poisson {mean}: {} of {} counts are off", off.len(), theirs.len());
        // Words of the far tails, down to 2^-53, are among them.
        assert!(off.iter().all(|(_, off)| off.abs() <= 1.0), "{mean}: {off:?}");
        let last = u64::MAX - (1 << 21);
        assert!(mean >= 16.0 || off.iter().all(|(word, _)| *word > last), "{mean}: {off:?}");
        assert!(off.len() * 100 <= 3 * words.len() || mean > 1e8, "{mean}: {off:?}");
    }
    for case in table["log-normal"].as_array().unwrap() {
        let sigma = case["sigma"].as_f64().unwrap();
        for (word, theirs) in words.iter().zip(numbers(&case["factors"])) {
            let ours = exp(sigma * normals.at(*word));
            assert!((ours / theirs - 1.0).abs() <= 3e-6 * sigma, "{sigma}: {ours} is not {theirs}");
        }
    }
}

/// The largest error of `P(count <= k)` over all `k`: where the expansion
/// reaches k + 1, against the incomplete gamma function.
fn error_of_counts(mean: f64) -> f64 {
    let (root, inverse) = (mean.sqrt(), 1.0 / mean);
    let (least, most) = ((mean - 8.0 * root).max(0.0) as u64, (mean + 9.0 * root) as u64);
    let step = ((most - least) / 400).max(1) as usize;
    let one = |count: u64| {
        let (mut low, mut high) = (-8.0, 8.0);
        for _ in 0..60 {
            let middle = (low + high) / 2.0;
            if expanded(mean, root, inverse, middle) < (count + 1) as f64 { low = middle } else { high = middle }
        }
        (normal_distribution(low) - gamma_upper((count + 1) as f64, mean).unwrap()).abs()
    };
    (least..most).step_by(step).map(one).fold(0.0, f64::max)
}

/// Prints the table of METHODOLOGY.md with `--nocapture`.
#[test]
fn counts_of_large_means_are_as_near_as_they_say() {
    for (mean, most) in [(16.0, 1.8e-5), (20.0, 1.1e-5), (30.0, 4.6e-6), (100.0, 4e-7), (1000.0, 6e-9), (1e5, 1e-10)] {
        let error = error_of_counts(mean);
        println!("poisson {mean}: {error:.1e}");
        assert!(error <= most, "{mean}: {error:e}");
    }
    assert!(error_of_counts(16.0) > 1e-5, "what is measured is there to be seen");
}

#[test]
fn counts_have_their_distribution() {
    let normals = Normals::new();
    for mean in [1e-3, 0.3, 2.5, 15.9, 16.0, 40.0, 3000.0] {
        let poisson = Poisson::new(mean).unwrap();
        let drawn = draws("counts", |stream| poisson.draw(&normals, stream));
        assert!(drawn.iter().all(|count| count.fract() == 0.0 && *count >= 0.0));
        moments(&drawn, mean, mean, 5.0 * ((2.0 + 1.0 / mean) / DRAWS as f64).sqrt());
        let until = |count: f64| gamma_upper(count + 1.0, mean).unwrap();
        let far = distance(drawn, |count| if count == 0.0 { 0.0 } else { until(count - 1.0) }, until);
        assert!(far < 1.63, "{mean}: {far}");
    }
    for mean in [1e6, 1e9, 1e15] {
        let poisson = Poisson::new(mean).unwrap();
        let drawn = draws("large counts", |stream| (poisson.draw(&normals, stream) - mean) / mean.sqrt());
        moments(&drawn, 0.0, 1.0, 0.02);
        let far = distance(drawn, normal_distribution, normal_distribution);
        assert!(far < 1.63, "{mean}: {far}");
    }
    assert!(draws("none", |stream| Poisson::new(0.0).unwrap().draw(&normals, stream)).iter().all(|none| *none == 0.0));
}

#[test]
fn factors_have_their_distribution() {
    let normals = Normals::new();
    for sigma in [0.05, 0.3, 1.0] {
        let factor = LogNormal::new(sigma).unwrap();
        let drawn = draws("factors", |stream| factor.draw(&normals, stream));
        let square = exp(sigma * sigma);
        moments(&drawn, square.sqrt(), square * (square - 1.0), 0.15);
        let until = |x: f64| normal_distribution(ln(x) / sigma);
        let far = distance(drawn, until, until);
        assert!(far < 1.63, "{sigma}: {far}");
    }
    let jitter = Jitter::new(0.25).unwrap();
    let drawn = draws("jitter", |stream| jitter.draw(stream));
    moments(&drawn, 1.0, 0.25 * 0.25 / 3.0, 0.01);
    let until = |x: f64| (x - 0.75) / 0.5;
    assert!(distance(drawn, until, until) < 1.63);
    let mut stream = Stream::new(1, "still", 0);
    assert_eq!(LogNormal::new(0.0).unwrap().draw(&normals, &mut stream), 1.0);
    assert_eq!(Jitter::new(0.0).unwrap().draw(&mut stream), 1.0);
}

#[test]
fn gamma_numbers_have_their_distribution() {
    for shape in [0.05, 0.5, 1.0, 2.5, 40.0, 1e6] {
        let drawn = draws("gamma", |stream| gamma(shape, stream).unwrap());
        moments(&drawn, shape, shape, 5.0 * ((2.0 + 6.0 / shape) / DRAWS as f64).sqrt());
        let until = |x: f64| gamma_lower(shape, x).unwrap();
        let far = distance(drawn, until, until);
        assert!(far < 1.63, "{shape}: {far}");
    }
    for case in table()["gamma"].as_array().unwrap() {
        let shape = case["shape"].as_f64().unwrap();
        let drawn = draws("gamma", |stream| gamma(shape, stream).unwrap());
        shares_below(&drawn, case);
    }
}

/// As many draws lie below the quantiles of SciPy as should.
#[track_caller]
fn shares_below(drawn: &[f64], case: &Value) {
    for (p, quantile) in numbers(&case["levels"]).into_iter().zip(numbers(&case["quantiles"])) {
        let below = drawn.iter().filter(|draw| **draw <= quantile).count() as f64 / drawn.len() as f64;
        let error = (p * (1.0 - p) / drawn.len() as f64).sqrt();
        assert!((below - p).abs() <= 4.0 * error, "{below} is not {p} ({quantile})");
    }
}

#[test]
fn shares_keep_their_means_and_their_sum() {
    let weights = [3.0, 0.0, 1.0, 0.5, 0.5];
    for (at, case) in table()["dirichlet"].as_array().unwrap().iter().enumerate() {
        let concentration = case["concentration"].as_f64().unwrap();
        let mut stream = Stream::new(5, "shares", at as u64);
        let mut columns = vec![Vec::new(); 5];
        let mut drawn = [0.0; 5];
        for _ in 0..40_000 {
            dirichlet(&weights, concentration, &mut stream, &mut drawn).unwrap();
            assert!(near(drawn.iter().sum(), 5.0, 1e-14));
            columns.iter_mut().zip(drawn).for_each(|(column, weight)| column.push(weight / 5.0));
        }
        assert!(columns[1].iter().all(|weight| *weight == 0.0));
        for column in [0, 2, 3, 4] {
            let share = weights[column] / 5.0;
            moments(&columns[column], share, share * (1.0 - share) / (concentration + 1.0), 0.1);
        }
        shares_below(&columns[0], &case["first"]);
        shares_below(&columns[4], &case["last"]);
        // Shares lean against each other: the covariance is -st / (concentration + 1).
        let sums: Vec<f64> = columns[0].iter().zip(&columns[2]).map(|(s, t)| s + t).collect();
        moments(&sums, 0.8, 0.8 * 0.2 / (concentration + 1.0), 0.1);
    }
    let mut stream = Stream::new(5, "few shares", 0);
    let mut drawn = [0.0; 5];
    for _ in 0..1000 {
        // A tiny concentration leaves one weight nearly everything, never nothing to all.
        dirichlet(&weights, 1e-4, &mut stream, &mut drawn).unwrap();
        assert!(near(drawn.iter().sum(), 5.0, 1e-14) && drawn.iter().any(|weight| *weight > 4.0), "{drawn:?}");
    }
}

fn digits(count: u8) -> NonZeroU8 {
    NonZeroU8::new(count).unwrap()
}

#[test]
fn numbers_are_shown_with_their_first_digits() {
    for (value, count, shown) in [
        (12_345.0, 2, 12_000.0),
        (12_345.0, 5, 12_345.0),
        (12_345.0, 1, 10_000.0),
        (12_500.0, 2, 13_000.0),
        (-12_500.0, 2, -13_000.0),
        (99_950.0, 3, 100_000.0),
        (999.0, 3, 999.0),
        (1000.0, 1, 1000.0),
        (0.0, 3, 0.0),
        (0.001_234_5, 2, 0.0012),
        (0.001, 3, 0.001),
        (7.0, 3, 7.0),
        (1.5e300, 1, 2e300),
        (f64::MAX, 1, f64::MAX),
        (5e-324, 2, 5e-324),
        (1.0 / 3.0, 16, 1.0 / 3.0),
        (f64::INFINITY, 2, f64::INFINITY),
    ] {
        assert_eq!(significant(value, digits(count)), shown, "{value} {count}");
    }
    assert!(significant(f64::NAN, digits(2)).is_nan());
}

#[test]
fn digits_agree_with_written_numbers() {
    law((-1e3..1e3f64, -18i32..18, 1u8..15), |(size, exponent, count)| {
        let value: f64 = format!("{size}e{exponent}").parse().unwrap();
        let written: f64 = format!("{:.*e}", usize::from(count) - 1, value).parse().unwrap();
        let ours = significant(value, digits(count));
        prop_assert!((ours - written).abs() <= 4e-16 * written.abs(), "{value} {count}: {ours} is not {written}");
        prop_assert!(near(significant(ours, digits(count)), ours, 4e-16));
        Ok(())
    });
    // Counts, of which all are whole, to the last bit; halves go up.
    law((0u64..1 << 40, 1u8..6), |(count, kept)| {
        let length = count.max(1).ilog10() + 1;
        let unit = 10u64.pow(length.saturating_sub(u32::from(kept)));
        let shown = (count + unit / 2) / unit * unit;
        prop_assert!(significant(count as f64, digits(kept)) == shown as f64, "{count} {kept}");
        Ok(())
    });
}

#[test]
fn parameters_out_of_range_are_refused() {
    let refused = |reason: Undefined, text: &str| assert_eq!(reason.to_string(), text);
    refused(Poisson::new(-1.0).unwrap_err(), "the mean -1 does not lie between 0 and 1000000000000000");
    refused(LogNormal::new(f64::NAN).unwrap_err(), "the deviation NaN does not lie between 0 and 50");
    refused(Jitter::new(1.5).unwrap_err(), "the width 1.5 does not lie between 0 and 1");
    let mut stream = Stream::new(1, "refused", 0);
    refused(gamma(0.0, &mut stream).unwrap_err(), "the shape 0 does not lie between 0.000001 and 1000000000000000");
    let mut drawn = [0.0; 2];
    let mut of = |weights: &[f64], concentration| dirichlet(weights, concentration, &mut stream, &mut drawn);
    refused(of(&[0.0, 0.0], 9.0).unwrap_err(), "no weight is above 0");
    assert!(matches!(of(&[1.0, -1.0], 9.0), Err(Undefined::OutOfRange { .. })));
    assert!(matches!(of(&[1.0, f64::NAN], 9.0), Err(Undefined::OutOfRange { .. })));
    assert!(matches!(of(&[1.0, 1.0], 0.0), Err(Undefined::OutOfRange { .. })));
    assert_eq!(of(&[f64::MAX, f64::MAX], 9.0), Err(Undefined::Overflow));
    assert_eq!(of(&[1.0], 9.0), Err(Undefined::UnequalLengths { first: 1, second: 2 }));
    assert_eq!(of(&[1.0, 1.0], 9.0), Ok(()));
}

/// Bits of many draws in one number; equal on every platform.
#[test]
fn the_same_bits_everywhere() {
    let normals = Normals::new();
    let mut stream = Stream::new(2, "bits", 0);
    let mut digest = 0u64;
    let mut drawn = [0.0; 3];
    for step in 0..2000 {
        let mean = f64::from(step) * 0.02;
        dirichlet(&[1.0, 2.0, 3.0], 0.1 + mean, &mut stream, &mut drawn).unwrap();
        let others = [
            normals.draw(&mut stream),
            LogNormal::new(0.3).unwrap().draw(&normals, &mut stream),
            Poisson::new(mean).unwrap().draw(&normals, &mut stream),
            Jitter::new(0.1).unwrap().draw(&mut stream),
            significant(mean * 1.7, digits(3)),
        ];
        for result in drawn.into_iter().chain(others) {
            digest = (digest ^ result.to_bits()).wrapping_mul(0x0000_0100_0000_01b3).rotate_left(17);
        }
    }
    assert_eq!(digest, DIGEST, "{digest:#x}");
}

const DIGEST: u64 = 0x45ab_3b3e_6a5f_a761;
