//! Everything that is tested from outside the library, in one binary.
#![expect(clippy::disallowed_methods, reason = "tests make and read files of their own")]
#![expect(clippy::unwrap_used, reason = "a test that cannot set itself up fails")]

mod attacks;
mod cli;
mod data_errors;
mod dataset_tools;
mod diff;
mod documents;
mod experiments;
mod floors;
mod golden;
mod ledger;
mod licences;
mod looks;
mod material;
mod new;
mod notice;
mod overlap;
mod pipeline;
mod release;
mod reports;
mod schema;
mod scoring;
mod stress;
mod studies;
mod support;
mod versions;
mod walk;
