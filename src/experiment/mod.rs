//! An experiment from its file to its outcome: what is compared with what, over which data, and
//! what must hold.

mod check;
mod doubt;
mod expectation;
mod identity;
pub mod outcome;
mod plan;
mod run;
pub mod spec;

pub use check::{Experiment, MINIMUM_OVERLAP};
pub use expectation::{Bound, Expectation, Verdict};
pub use identity::run_id;
pub use outcome::Outcome;
pub use plan::Plan;
pub use run::{Completed, Progress, RunError, Scored, Stage, check_reference, run, score, verify};
