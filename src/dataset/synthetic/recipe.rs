//! A recipe as checked: everything that the generator needs, with names resolved and thresholds
//! worked out. Only [`super::RecipeSpec::check`] makes one.

use super::spec::Grade;
use crate::dataset::manifest::{Direction, Role};
use crate::expression::Expression;

/// A population that synthetic accounts are drawn from.
///
/// Invariants: there is at least one account and one snapshot; signals, networks and segments are
/// in name order; every position that one of them holds for another is valid; `order` names every
/// signal once, after all that it reads.
#[derive(Clone, Debug)]
pub struct Recipe {
    pub(super) name: String,
    pub(super) title: String,
    pub(super) population: String,
    pub(super) seed: u64,
    pub(super) accounts: u64,
    pub(super) snapshots: Vec<String>,
    pub(super) drift: f64,
    pub(super) tail: f64,
    pub(super) networks: Vec<Network>,
    pub(super) signals: Vec<SignalPlan>,
    pub(super) order: Vec<usize>,
    pub(super) segments: Vec<SegmentPlan>,
    pub(super) pairs: Option<Judging>,
    pub(super) presence: Option<Presence>,
    /// Numbers of an account that are no signals, in name order.
    pub(super) measures: Vec<Measure>,
    pub(super) spikes: Vec<Spike>,
    pub(super) asking: Option<Asking>,
    /// In name order; a dataset without topics has none.
    pub(super) topics: Vec<Topic>,
}

impl Recipe {
    /// Name of the dataset that the recipe makes.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn title(&self) -> &str {
        &self.title
    }

    /// What a reader may project figures of the dataset to.
    pub fn population(&self) -> &str {
        &self.population
    }

    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// How many accounts there may be; each snapshot holds those of them that are there.
    pub fn accounts(&self) -> u64 {
        self.accounts
    }

    /// The snapshots, earliest first.
    pub fn snapshots(&self) -> &[String] {
        &self.snapshots
    }

    /// The signals in name order.
    pub fn signals(&self) -> &[SignalPlan] {
        &self.signals
    }

    /// The segments in name order.
    pub fn segments(&self) -> &[SegmentPlan] {
        &self.segments
    }

    /// The key of the account at a position. Keys ascend with the position and say nothing else
    /// about an account, since no draw is tied to another account's.
    pub fn account(&self, position: u64) -> i64 {
        const FIRST: i64 = 100_000;
        FIRST + position as i64
    }
}

#[derive(Clone, Debug)]
pub(super) struct Network {
    pub(super) name: String,
    /// Connected are the accounts whose inclination lies above it.
    pub(super) threshold: f64,
    pub(super) loading: f64,
    pub(super) own: f64,
    pub(super) among: Option<Among>,
}

/// Groups of a segment.
#[derive(Clone, Debug)]
pub(super) struct Among {
    /// Position of the segment.
    pub(super) segment: usize,
    /// Whether each of its groups is meant, by position.
    pub(super) groups: Vec<bool>,
}

/// How much a number leans on the standing and on the owner's activity.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lean {
    pub(super) loading: f64,
    pub(super) activity: f64,
}

/// A signal to be made.
#[derive(Clone, Debug)]
pub struct SignalPlan {
    /// `network.signal`.
    pub name: String,
    /// The network that an account must be on to have a value.
    pub network: String,
    pub unit: String,
    /// Where it is documented that such a signal existed.
    pub source: Option<String>,
    pub direction: Direction,
    /// Under which its draws go.
    pub(super) stream: String,
    /// Position of the network.
    pub(super) on: usize,
    pub(super) making: Making,
    pub(super) missing: f64,
    pub(super) persistence: f64,
    pub(super) digits: Option<u32>,
    /// Positions of the snapshots that have no value.
    pub(super) gone: Vec<usize>,
    /// Whether topics get parts of the level.
    pub(super) split: bool,
    /// What accounts of a group are multiplied by, for each segment that says so.
    pub(super) times: Vec<Times>,
}

impl SignalPlan {
    pub(super) fn stream(&self) -> &str {
        &self.stream
    }
}

/// Factors by group of a segment.
#[derive(Clone, Debug)]
pub(super) struct Times {
    /// Position of the segment.
    pub(super) segment: usize,
    /// One per group.
    pub(super) factors: Vec<f64>,
}

#[derive(Clone, Debug)]
pub(super) enum Making {
    Level(Level),
    Share(Odds),
    Part {
        /// Position of the whole.
        of: usize,
        /// Position of another count that it does not exceed.
        within: Option<usize>,
        cap: Option<f64>,
        odds: Odds,
        never_empty: bool,
    },
    Ordinal {
        /// The step is the number of cuts that the inclination reaches.
        cuts: Vec<f64>,
        lean: Lean,
    },
    Derived {
        value: Expression,
        whole: bool,
    },
    Normal {
        mean: f64,
        spread: f64,
        lean: Lean,
    },
    /// Counted from the answers.
    Answers(Grade),
}

#[derive(Clone, Debug)]
pub(super) struct Level {
    pub(super) median: f64,
    pub(super) spread: f64,
    pub(super) lean: Lean,
    /// An account is zero where a normal number of its own lies below it.
    pub(super) zero_below: f64,
    pub(super) growth: f64,
    /// Position of the signal that the level is multiplied by.
    pub(super) per: Option<usize>,
    pub(super) cap: Option<f64>,
    pub(super) whole: bool,
}

/// A logit-normal share.
#[derive(Clone, Debug)]
pub(super) struct Odds {
    /// Odds of the median share.
    pub(super) median: f64,
    pub(super) spread: f64,
    pub(super) lean: Lean,
}

/// A segment to be made.
#[derive(Clone, Debug)]
pub struct SegmentPlan {
    pub name: String,
    /// In name order; the last that has anybody reaches up to 1.
    pub(super) groups: Vec<Group>,
}

impl SegmentPlan {
    /// The names of the groups.
    pub fn values(&self) -> impl Iterator<Item = &str> {
        self.groups.iter().map(|group| group.name.as_str())
    }
}

#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) name: String,
    /// Share of the accounts in this group and those before it.
    pub(super) up_to: f64,
    pub(super) lift: f64,
    pub(super) activity: f64,
}

#[derive(Clone, Debug)]
pub(super) struct Judging {
    pub(super) count: u64,
    pub(super) noise: f64,
}

#[derive(Clone, Debug)]
pub(super) struct Presence {
    pub(super) late: f64,
    pub(super) arrive: f64,
    pub(super) leave: f64,
}

/// A number of an account that is no signal.
#[derive(Clone, Debug)]
pub(super) struct Measure {
    /// The column.
    pub(super) name: String,
    pub(super) role: Role,
    pub(super) unit: String,
    pub(super) level: Level,
    pub(super) persistence: f64,
}

#[derive(Clone, Debug)]
pub(super) struct Spike {
    pub(super) name: String,
    /// Position of the snapshot in which it comes.
    pub(super) snapshot: usize,
    pub(super) share: f64,
    pub(super) times: f64,
    pub(super) fade: f64,
    /// Positions of the signals that rise.
    pub(super) signals: Vec<usize>,
}

#[derive(Clone, Debug)]
pub(super) struct Asking {
    pub(super) about: Among,
    pub(super) median: f64,
    pub(super) spread: f64,
    pub(super) growth: f64,
    pub(super) cap: u64,
    pub(super) loading: f64,
    pub(super) appeal: f64,
    /// The answer is the number of cuts that the inclination reaches.
    pub(super) cuts: Vec<f64>,
}

#[derive(Clone, Debug)]
pub(super) struct Topic {
    pub(super) name: String,
    pub(super) share: f64,
    pub(super) spread: f64,
}
