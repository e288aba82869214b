//! An experiment from its file to its outcome: what is compared with what, over which data, and
//! what must hold.

mod doubt;
mod expectation;
mod identity;
pub mod outcome;
mod run;
pub mod spec;

pub use expectation::{Bound, Expectation, Verdict};
pub use identity::run_id;
pub use outcome::Outcome;
pub use run::{Completed, Plan, Progress, RunError, Scored, Stage, check_reference, run, score, verify};
pub use spec::Experiment;
