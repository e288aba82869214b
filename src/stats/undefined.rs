//! The reason why a figure has no value.
//!
//! One type for the whole room, because a report prints the reason where the
//! figure would have stood, and a reader should meet the same few sentences
//! whichever figure is missing.

use std::fmt;

/// A figure, or the reason why there is none. An `Ok` value is always finite.
pub type Figure = Result<f64, Undefined>;

/// Which of two columns a reason speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The first column, or the only one.
    First,
    /// The second column.
    Second,
}

impl fmt::Display for Side {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Side::First => "first",
            Side::Second => "second",
        })
    }
}

/// Why a figure is undefined. The texts are clauses: lower case, no full stop.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undefined {
    /// There is nothing to compute from.
    #[error("there are no values")]
    Empty,
    /// The figure needs more values than there are.
    #[error("fewer than {needed} values (there {} {got})", if *.got == 1 { "is" } else { "are" })]
    TooFew {
        /// The least number of values that defines the figure.
        needed: usize,
        /// The number of values given.
        got: usize,
    },
    /// Two columns that belong together differ in length.
    #[error("the columns differ in length ({first} and {second})")]
    UnequalLengths {
        /// Length of the first column.
        first: usize,
        /// Length of the second column.
        second: usize,
    },
    /// A column does not vary, so nothing can vary with it.
    #[error("every value of the {side} column is equal")]
    Constant {
        /// The column that does not vary.
        side: Side,
    },
    /// A NaN or an infinity was given.
    #[error("a value is not a finite number")]
    NotFinite,
    /// The values are finite but the figure is beyond the range of `f64`.
    #[error("the values are too large to compute with")]
    Overflow,
    /// All labels are the same, so nothing can be told apart.
    #[error("every label is {label}")]
    OneClass {
        /// The label that all carry.
        label: bool,
    },
    /// A parameter lies outside of its range.
    #[error("{text}")]
    OutOfRange {
        /// What was given and what is allowed.
        text: String,
    },
}

/// Passes on finite values only.
pub(crate) fn all_finite(values: &[f64]) -> Result<(), Undefined> {
    if values.iter().all(|value| value.is_finite()) { Ok(()) } else { Err(Undefined::NotFinite) }
}

/// Passes on values that are finite and at least one.
pub(crate) fn some_finite(values: &[f64]) -> Result<(), Undefined> {
    if values.is_empty() {
        return Err(Undefined::Empty);
    }
    all_finite(values)
}

/// Turns a result computed from finite values into a figure.
pub(crate) fn figure(value: f64) -> Figure {
    if value.is_finite() { Ok(value) } else { Err(Undefined::Overflow) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_sentences() {
        for (reason, text) in [
            (Undefined::Empty, "there are no values"),
            (Undefined::TooFew { needed: 2, got: 1 }, "fewer than 2 values (there is 1)"),
            (Undefined::TooFew { needed: 4, got: 3 }, "fewer than 4 values (there are 3)"),
            (Undefined::UnequalLengths { first: 3, second: 4 }, "the columns differ in length (3 and 4)"),
            (Undefined::Constant { side: Side::Second }, "every value of the second column is equal"),
            (Undefined::NotFinite, "a value is not a finite number"),
            (Undefined::Overflow, "the values are too large to compute with"),
            (Undefined::OneClass { label: true }, "every label is true"),
        ] {
            assert_eq!(reason.to_string(), text);
        }
    }

    #[test]
    fn only_finite_values_pass() {
        assert_eq!(some_finite(&[]), Err(Undefined::Empty));
        assert_eq!(all_finite(&[]), Ok(()));
        assert_eq!(all_finite(&[1.0, f64::NAN]), Err(Undefined::NotFinite));
        assert_eq!(some_finite(&[f64::NEG_INFINITY]), Err(Undefined::NotFinite));
        assert_eq!(figure(f64::INFINITY), Err(Undefined::Overflow));
    }
}
