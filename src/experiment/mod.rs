//! An experiment from its file to its outcome: what is compared with what, over which data, and
//! what must hold.

mod across;
mod attributes;
mod check;
mod concern;
mod doubt;
mod draft;
mod expectation;
mod groups;
mod identity;
mod inputs;
mod join;
pub mod outcome;
mod place;
mod plan;
mod progress;
mod reasons;
mod run;
mod scoring;
mod settings;
mod signals;
mod site;
pub mod spec;
pub mod stress;
mod study_expectation;
mod study_figure;
mod study_verdicts;
mod summarise;
pub mod trend;
mod weigh;

pub use check::{Experiment, MINIMUM_OVERLAP};
pub use draft::{Draft, Observed, Source, draft};
pub use expectation::{Bound, Expectation, Held, Part, Verdict};
pub use identity::run_id;
pub use inputs::{ChangedInput, Input, Inputs, changed, inputs};
pub use join::RunError;
pub use outcome::Outcome;
pub use plan::{Cohort, Frozen, Plan, StabilityPlan};
pub use progress::{Progress, Stage};
pub use run::{Completed, Studying, run};
pub use scoring::{Scored, Set, check_reference, fits, score, verify};
pub use settings::{Topics, Uncertainty};
pub use study_expectation::StudyExpectation;
pub use study_figure::FIGURES as STUDY_FIGURES;
pub use study_verdicts::check_names as check_study_names;
pub use weigh::weigh;
