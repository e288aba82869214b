//! How much of a score holds: what it takes to cheat it, and which of its laws break.

pub mod attack;
pub mod gaming;
pub mod laws;

#[cfg(test)]
mod testing;
