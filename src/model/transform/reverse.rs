//! The sign turned, for signals of which more is worse; what follows sees more as better.

/// -x; zero stays a positive zero.
#[inline(always)]
pub fn apply(value: f64) -> f64 {
    0.0 - value
}

#[cfg(test)]
mod tests {
    use super::apply;

    #[test]
    fn values() {
        assert_eq!(apply(2.0), -2.0);
        assert!(apply(0.0).is_sign_positive());
    }
}
