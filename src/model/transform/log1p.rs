//! ln(1 + x), the usual transform of counts that span orders of magnitude.

use crate::stats::elementary;

/// ln(1 + x) for x >= 0, else missing: a count below 0 is a mistake in the data, not a small one.
pub fn apply(value: f64) -> f64 {
    if value >= 0.0 { elementary::log1p(value) } else { f64::NAN }
}

/// The same for a whole column; how many values had no meaning.
pub fn apply_all(values: &mut [f64]) -> u64 {
    let mut lost = 0;
    elementary::log1p_or(values, |value| {
        lost += u64::from(value < 0.0);
        apply(value)
    });
    lost
}

#[cfg(test)]
mod tests {
    use super::apply;

    #[test]
    fn values() {
        assert_eq!(apply(0.0), 0.0);
        assert!((apply(std::f64::consts::E - 1.0) - 1.0).abs() < 1e-15);
        assert!(apply(-0.5).is_nan());
    }
}
