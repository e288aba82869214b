use super::*;
use crate::stats::testing::near;

#[test]
fn without_bias_and_skewness_bca_is_percentile() {
    let replicates: Vec<f64> = (-500..=500).map(f64::from).collect();
    let jackknife = [-1.0, 1.0, -2.0, 2.0];
    let (ends, bias, acceleration) = bca(0.0, &replicates, &jackknife, 0.9).unwrap().unwrap();
    assert_eq!((bias, acceleration), (0.0, 0.0));
    let plain = percentile(&replicates, 0.9).unwrap();
    assert!(near(ends.0, plain.0, 1e-12) && near(ends.1, plain.1, 1e-12));
    assert!(near(plain.0, -450.0, 1e-12) && near(plain.1, 450.0, 1e-12));
}

#[test]
fn a_figure_above_most_replicates_moves_its_interval_up() {
    let replicates: Vec<f64> = (-500..=500).map(f64::from).collect();
    let (ends, bias, _) = bca(100.0, &replicates, &[-1.0, 1.0], 0.9).unwrap().unwrap();
    let plain = percentile(&replicates, 0.9).unwrap();
    assert!(bias > 0.0 && ends.0 > plain.0 && ends.1 > plain.1);
    // A long tail of jackknife figures below the mean does so as well.
    let (ends, _, acceleration) = bca(0.0, &replicates, &[-3.0, 1.0, 1.0, 1.0], 0.9).unwrap().unwrap();
    assert!(acceleration > 0.0 && ends.0 > plain.0 && ends.1 > plain.1);
}

#[test]
fn bca_says_why_it_is_not_defined() {
    let replicates = [1.0, 2.0, 3.0];
    let jackknife = [1.0, 2.0, 4.0];
    assert_eq!(bca(0.0, &replicates, &jackknife, 0.9), Ok(Err(NoBca::OneSide)));
    assert_eq!(bca(9.0, &replicates, &jackknife, 0.9), Ok(Err(NoBca::OneSide)));
    assert_eq!(bca(2.0, &replicates, &[0.1; 30], 0.9), Ok(Err(NoBca::NoJackknife)));
    assert_eq!(bca(2.0, &replicates, &[], 0.9), Ok(Err(NoBca::NoJackknife)));
    // One unit of two carries all: a = 1 / 6 sqrt(n) grows only with skewness,
    // so the pole needs a level beyond any that is used.
    let skew: Vec<f64> = (0..1000).map(|unit| f64::from(u8::from(unit > 0))).collect();
    assert_eq!(bca(2.0, &replicates, &skew, 1.0 - 1e-12), Ok(Err(NoBca::Pole)));
    assert_eq!(bca(2.0, &[], &jackknife, 0.9), Err(Undefined::Empty));
    assert_eq!(bca(2.0, &replicates, &[f64::NAN], 0.9), Err(Undefined::NotFinite));
    for level in [0.0, 1.0, f64::NAN] {
        assert!(matches!(bca(2.0, &replicates, &jackknife, level), Err(Undefined::OutOfRange { .. })));
        assert!(matches!(percentile(&replicates, level), Err(Undefined::OutOfRange { .. })));
    }
}

#[test]
fn refusals_are_clauses() {
    for (reason, text) in [
        (Refused::AtBound { bound: 1.0 }, "the figure is at its bound 1, where resampling shows no error"),
        (Refused::NoSpread, "all replicates are equal, so resampling shows no error"),
        (
            Refused::TooFewReplicates { needed: 400, got: 399 },
            "399 replicates are fewer than the 400 that the level needs",
        ),
        (Refused::TooFewUnits { needed: 20, got: 3 }, "3 units are fewer than the 20 that an interval needs"),
        (Refused::OftenUndefined { undefined: 7, of: 400 }, "the figure is undefined in 7 of 400 replicates"),
        (Refused::Undefined(Undefined::Empty), "there are no values"),
    ] {
        assert_eq!(reason.to_string(), text);
    }
}
