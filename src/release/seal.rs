//! Seals: a digest over all that a file says, by which an edited one shows itself.

use serde::Serialize;

/// The seal of a document, which must hold an empty one.
pub(super) fn seal(unsealed: &impl Serialize) -> String {
    // Names and finite numbers always have a JSON form.
    blake3::hash(&serde_json::to_vec(unsealed).unwrap_or_default()).to_hex().to_string()
}
