//! The clock. Only what stands outside of every digest reads it: notes, looks, releases and what is
//! live.

use std::time::{SystemTime, UNIX_EPOCH};

use cloutbench::date::Date;

use crate::exit::Failure;

/// Seconds from the beginning of 1970.
#[expect(clippy::disallowed_methods, reason = "what is dated here stands outside of every digest")]
pub fn now() -> Result<u64, Failure> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    Ok(since.map_err(|error| Failure::machine("cannot read the clock", error))?.as_secs())
}

/// The day that was named, else today's, UTC.
pub fn day(named: Option<Date>) -> Result<Date, Failure> {
    match named {
        Some(day) => Ok(day),
        None => Ok(Date::of_seconds(now()?)),
    }
}
