//! Numbers about numbers: ranks, correlations, overlaps, shifts, divergences.
//!
//! This room knows slices of `f64` and nothing of what they measure, so every
//! figure can be checked against a textbook or against another library
//! without building anything of the rooms above.
//!
//! Four habits hold everywhere:
//!
//! * A figure that has no value says why ([`undefined::Undefined`]); it is
//!   never NaN, 0 or 1 in disguise.
//! * Missing values are not admitted. The caller drops them and counts what it
//!   dropped; a NaN or an infinity that arrives is an error.
//! * Counting is done in integers and divided once at the end; sums run in the
//!   order of the slice. So the same input gives the same bits on every
//!   machine and at every number of threads.
//! * Logarithms, exponentials and powers come from [`elementary`] alone, since
//!   those of the platform differ between C libraries.

pub mod correlation;
pub mod divergence;
pub mod elementary;
pub mod estimate;
pub mod grid;
pub mod interpolate;
pub mod judgement;
pub mod migration;
pub mod overlap;
pub mod paired;
pub mod rank;
pub mod shift;
pub mod sum;
pub mod summary;
pub mod undefined;

mod key;

#[cfg(test)]
mod reference;
#[cfg(test)]
mod testing;
