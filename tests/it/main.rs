//! Everything that is tested from outside the library, in one binary.
#![expect(clippy::disallowed_methods, reason = "tests make and read files of their own")]

mod cli;
mod documents;
mod floors;
mod licences;
mod material;
mod pipeline;
mod support;
