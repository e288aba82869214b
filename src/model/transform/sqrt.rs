//! The square root: milder than the logarithm.

/// The square root for x >= 0, else missing. IEEE 754 fixes its every bit.
#[inline(always)]
pub fn apply(value: f64) -> f64 {
    if value >= 0.0 { value.sqrt() } else { f64::NAN }
}

#[cfg(test)]
mod tests {
    use super::apply;

    #[test]
    fn values() {
        assert_eq!(apply(9.0), 3.0);
        assert!(apply(-1.0).is_nan());
    }
}
