//! Numbers about numbers: ranks, correlations, overlaps, shifts, divergences.
//!
//! This room knows slices of `f64` and nothing of what they measure, so every
//! figure can be checked against a textbook or against another library
//! without building anything of the rooms above.
//!
//! Five habits hold everywhere:
//!
//! * A figure that has no value says why ([`undefined::Undefined`]); it is
//!   never NaN, 0 or 1 in disguise.
//! * Missing values are not admitted. The caller drops them and counts what it
//!   dropped; a NaN or an infinity that arrives is an error.
//! * Counting is done in integers and divided once at the end; sums run in the
//!   order of the slice. So the same input gives the same bits on every
//!   machine and at every number of threads.
//! * Where rows may weigh differently, a row of weight `w` counts as `w` equal
//!   rows ([`weights`]).
//! * Logarithms, exponentials and powers come from [`elementary`] alone, since
//!   those of the platform differ between C libraries.

pub mod by_level;
pub mod chi_square;
pub mod correlation;
pub mod decompose;
pub mod distribution;
pub mod divergence;
pub mod draws;
pub mod elementary;
pub mod estimate;
pub mod grid;
pub mod interpolate;
pub mod judgement;
pub mod lanes;
pub mod migration;
pub mod nps;
pub mod overlap;
pub mod overlap_weighted;
pub mod paired;
pub mod population;
pub mod rank;
pub mod rank_interval;
pub mod ranked;
pub mod ratio;
pub mod rbo;
pub mod resample;
pub mod saturation;
pub mod sensitivity;
pub mod shift;
pub mod shrink;
pub mod sum;
pub mod summary;
pub mod tau_ap;
pub mod undefined;
pub mod weighted_tau;
pub mod weights;
pub mod within;

mod crossing;
mod inversion;
mod key;
mod level;
mod radix;
mod sweep;
mod ties;

#[cfg(test)]
mod reference;
#[cfg(test)]
pub(crate) mod testing;
