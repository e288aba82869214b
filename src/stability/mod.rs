//! How far a ranking may be trusted: a version is shaken in many ways, and what becomes of its order
//! is counted. Each study is a file: a pure function from a [`subject::Subject`], which holds the
//! version and its accounts in memory, to findings of a size that does not grow with the accounts.
//!
//! All that is drawn comes of numbered streams, one for each use, so that any number of threads gives
//! the same bytes; draws hang on names (of a signal, of a weight), so that two versions that share
//! them are shaken alike.

pub mod attack;
mod draws;
pub mod findings;
pub mod gaming;
pub mod laws;
pub mod leave_out;
pub mod levels;
pub mod noise;
pub mod reversal;
pub mod sampling;
pub mod sensitivity;
pub mod spec;
pub mod studies;
pub mod subject;
#[cfg(test)]
mod testing;
pub mod time;
mod vary;
pub mod weights;

pub use draws::{Spread, Told};
