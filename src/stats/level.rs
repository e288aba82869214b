//! How many replicates a level asks for.

use super::resample::TAIL;
use super::undefined::Undefined;

/// Passes if `level` is a proper share and so many replicates reach far enough
/// beyond the ends of an interval of that level: `20 / (1 - level)`
/// ([`TAIL`]).
///
/// # Errors
/// [`Undefined::OutOfRange`] for a level outside of (0, 1),
/// [`Undefined::TooFew`] for fewer replicates.
pub(crate) fn allows(level: f64, replicates: usize) -> Result<(), Undefined> {
    if !(level > 0.0 && level < 1.0) {
        return Err(Undefined::OutOfRange { text: format!("level {level} does not lie between 0 and 1") });
    }
    // A level such as .95 leaves a little less than its complement.
    let needed = (TAIL / (1.0 - level) - 1e-6).ceil() as usize;
    if replicates < needed {
        return Err(Undefined::TooFew { needed, got: replicates });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_asks_for_twenty_replicates_beyond_its_ends() {
        for (level, needed) in [(0.95, 400), (0.9, 200), (0.5, 40), (0.99, 2000)] {
            assert_eq!(allows(level, needed), Ok(()));
            assert_eq!(allows(level, needed - 1), Err(Undefined::TooFew { needed, got: needed - 1 }));
        }
        for level in [0.0, 1.0, -0.5, 95.0, f64::NAN] {
            assert!(matches!(allows(level, 10_000), Err(Undefined::OutOfRange { .. })));
        }
    }
}
