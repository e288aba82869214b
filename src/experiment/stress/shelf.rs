//! Finished studies put aside, so that a command that was stopped goes on where it was.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::diagnostic::Diagnostics;

/// Where finished studies stand. A key says everything that decides a study, so that what stands
/// under it is never out of date. To put something aside may fail: that costs time and nothing else.
pub trait Shelf: Sync {
    /// What stands under a key.
    fn recall(&self, key: &str) -> Option<Vec<u8>>;

    /// Puts something under a key.
    fn keep(&self, key: &str, bytes: &[u8]);
}

/// Keeps nothing.
#[derive(Clone, Copy, Debug)]
pub struct NoShelf;

impl Shelf for NoShelf {
    fn recall(&self, _: &str) -> Option<Vec<u8>> {
        None
    }

    fn keep(&self, _: &str, _: &[u8]) {}
}

/// A study's place on a shelf: `decided_by` is everything that it hangs on.
pub(super) fn key(decided_by: &impl Serialize) -> String {
    // Strings and finite numbers always have a JSON form.
    blake3::hash(&serde_json::to_vec(decided_by).unwrap_or_default()).to_hex()[..32].to_string()
}

/// From the shelf, or made and put there. `found` is told where it stood there already.
pub(super) fn made<T: Serialize + DeserializeOwned>(
    shelf: &dyn Shelf,
    key: &str,
    found: impl FnOnce(),
    make: impl FnOnce() -> Result<T, Diagnostics>,
) -> Result<T, Diagnostics> {
    // What cannot be read was left by something else: it is made anew.
    if let Some(kept) = shelf.recall(key).and_then(|bytes| serde_json::from_slice(&bytes).ok()) {
        found();
        return Ok(kept);
    }
    let made = make()?;
    if let Ok(bytes) = serde_json::to_vec(&made) {
        shelf.keep(key, &bytes);
    }
    Ok(made)
}
