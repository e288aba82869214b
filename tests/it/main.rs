//! The integration tests: the library and the binary from outside, as a user meets them.
mod data_errors;
mod schema;
mod scoring;
mod walk;
