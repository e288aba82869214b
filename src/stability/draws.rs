//! What all studies share: many shaken scorings in parallel, collected in the order of their
//! numbers, and the spread of a figure over them.

use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::subject::Buffers;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::score::Population;
use crate::stats::summary;
use crate::stats::undefined::Undefined;
use crate::stats::weights::Weights;

/// Told of so many more scorings as they are done.
pub type Told<'a> = &'a (dyn Fn(u64) + Sync);

/// Shares of the draws below the ends of a [`Spread`], and between them.
const ENDS: [f64; 2] = [0.05, 0.95];
pub const NINE_IN_TEN: f64 = 0.9;

/// A figure over many draws.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Spread {
    pub mean: f64,
    /// The value that one draw in twenty stays below.
    pub low: f64,
    /// The value that one draw in twenty exceeds.
    pub high: f64,
}

impl Spread {
    /// Of at least one finite value; quantiles of type 7.
    ///
    /// # Errors
    /// No values, or one that is not finite.
    pub fn of(values: &[f64]) -> Result<Spread, Undefined> {
        let sorted = summary::sorted(values);
        let mean = summary::mean(values, Weights::Equal)?;
        Ok(Spread { mean, low: summary::quantile(&sorted, ENDS[0])?, high: summary::quantile(&sorted, ENDS[1])? })
    }

    /// Of the figures with the other sign.
    #[must_use]
    pub fn turned(self) -> Spread {
        Spread { mean: -self.mean, low: -self.high, high: -self.low }
    }
}

/// Refuses to hold a number of four bytes for every account in every replicate where that is more
/// than `cap`.
///
/// # Errors
/// More bytes than `cap`.
pub fn held_within(
    population: &Population<'_>,
    accounts: usize,
    replicates: u64,
    cap: usize,
) -> Result<(), Diagnostics> {
    let held = (accounts * size_of::<f32>()).saturating_mul(usize::try_from(replicates).unwrap_or(usize::MAX));
    if held <= cap {
        return Ok(());
    }
    let mib = |bytes: usize| bytes.div_ceil(1 << 20);
    let message = format!(
        "the scores of {accounts} accounts in {replicates} replicates take {} MiB, and {} are allowed",
        mib(held),
        mib(cap)
    );
    let hint = "ask for fewer replicates, or draw a sample of the accounts with `clout dataset sample`";
    Err(Diagnostic::new(population.dataset.origin(), message).hint(hint).into())
}

/// Does something for every number from 0, on all threads; what comes of it stands in their order.
///
/// # Errors
/// That of the least number that has one.
pub fn each<T: Send>(
    count: u64,
    told: Told<'_>,
    one: impl Fn(u64, &mut Buffers) -> Result<T, Diagnostics> + Sync,
) -> Result<Vec<T>, Diagnostics> {
    let numbered = |buffers: &mut Buffers, number: u64| {
        let found = one(number, buffers);
        told(1);
        found
    };
    let found: Vec<Result<T, Diagnostics>> = (0..count).into_par_iter().map_init(Buffers::default, numbered).collect();
    found.into_iter().collect()
}
