//! Releases: the settings of a family and its movement budget, the lock of a released version, what
//! is live when, and what frozen versions still score when signals go.

pub mod budget;
pub mod family;
pub mod lineage;
pub mod live;
pub mod lock;
pub mod retired;
mod seal;
pub mod signature;
pub mod spec;
pub mod standing;

pub use budget::{Earlier, LimitVerdict};
pub use family::{Budget, Family, Replay, Retired};
pub use lineage::{Leaf, Resolved, Version, tree};
pub use live::{Chain, Shown, Turn, TurnKind, TurnSpec};
pub use lock::{Lock, LockSpec, ReferenceOf, RunOf, SignOff, Waiver};
pub use retired::{Affected, affected};
pub use signature::{Signature, SignatureSpec};
pub use standing::{Record, Standing};
