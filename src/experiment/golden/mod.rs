//! Golden cases: what every version of a family has to get right, about accounts that people know.
//! They stand beside the versions, and every experiment holds its candidates to them; so does a
//! check of the workbench, for every version.

mod check;
mod found;
mod hold;
mod judge;
pub mod spec;
mod verdict;

pub use check::{Golden, GoldenCase};
pub use hold::{AccountList, GoldenPlan, HeldVersion, judge_versions, verify_versions};
pub(super) use hold::{judge, verify};
pub use verdict::{GoldenVerdict, Got, Moved, Must, Standing};

#[cfg(test)]
mod tests;
