//! What a comparison found, as plain numbers: the part of an outcome that charts, tables and
//! later renderings read. Nothing here measures and nothing here prints, so a page can be made
//! again from a stored outcome without scoring an account.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::brands::BrandScore;
use super::change::{ByLevel, Depth, LevelAndOrder, Saturated};
use super::flow::PopulationChange;

/// Everything that was counted out of one comparison.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Findings {
    pub agreement: Agreement,
    pub distributions: Distributions,
    /// None where the baseline declares no bands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub migration: Option<Migration>,
    /// The ten accounts that lose most, the largest loss first; fewer if fewer lose.
    pub losers: Vec<Mover>,
    /// The ten accounts that gain most, the largest gain first; fewer if fewer gain.
    pub gainers: Vec<Mover>,
    /// Accounts whose score stays the same on the score grid.
    pub unmoved: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changes: Option<Changes>,
    /// None where nothing is known of how scores are shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub noticed: Option<Noticed>,
    /// None where rows stand for more than themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub top: Option<Top>,
    /// Agreement of both tops at every depth.
    pub depths: Vec<Depth>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level_and_order: Option<LevelAndOrder>,
    pub by_level: Vec<ByLevel>,
    /// Both sides against the ends of their scales, where these are known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub saturated: Option<[Saturated; 2]>,
    /// Net promoter scores, where the dataset has answers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub brands: Vec<BrandScore>,
    /// Who came and went, where both sides stand on different snapshots.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub population: Option<PopulationChange>,
}

/// Joint counts of (baseline score, candidate score) on a square grid, with what a reader needs
/// to see where the two disagree.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Agreement {
    /// Both axes run over this range of score points, `low < high`.
    pub low: f64,
    pub high: f64,
    /// Number of cells along each axis; cell `i` covers `low + i*w .. low + (i+1)*w`.
    pub cells: u32,
    /// The cells that hold at least one account, ordered by column, then row.
    pub counts: Vec<AgreementCell>,
    /// For each decile group of the baseline (of equal account count, lowest first):
    /// median baseline score and median candidate score, in points.
    pub decile_medians: Vec<[f64; 2]>,
    /// The accounts that moved furthest, the largest absolute move first (at most five).
    pub furthest: Vec<Mover>,
    /// Accounts scored by both models.
    pub accounts: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct AgreementCell {
    pub baseline: u32,
    pub candidate: u32,
    pub count: u64,
}

/// One account and what the two models gave it, in score points; ranks count from 1 (best), ties
/// share their mean rank.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Mover {
    pub account: String,
    pub baseline: f64,
    pub candidate: f64,
    pub baseline_rank: f64,
    pub candidate_rank: f64,
}

/// Both score distributions over the same bins.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Distributions {
    /// Bin edges in score points, strictly increasing, one more than there are bins. Bins are
    /// closed on the left, the last on both sides.
    pub edges: Vec<f64>,
    pub baseline: Histogram,
    pub candidate: Histogram,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Histogram {
    /// Accounts per bin.
    pub counts: Vec<u64>,
    /// The 5 %, 50 % and 95 % quantiles, in points.
    pub quantiles: [f64; 3],
    pub mean: f64,
    /// Accounts that stand exactly at the lower and at the upper end of the scale.
    pub at_minimum: u64,
    pub at_maximum: u64,
}

/// Accounts by band before (row) and after (column).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Migration {
    /// Lowest band first; the row and the column order of `counts`.
    pub bands: Vec<BandLabel>,
    /// `counts[i][j]`: accounts that stood in band `i` under the baseline and stand in band `j`
    /// under the candidate.
    pub counts: Vec<Vec<u64>>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct BandLabel {
    pub name: String,
    /// Lower edge of the band in points (inclusive).
    pub from: f64,
}

/// The changes of all accounts, candidate minus baseline, in points.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Changes {
    /// Width of a bin in points.
    pub width: f64,
    /// Accounts by the size of their fall: bin i holds falls from `i * width` up to, but not with,
    /// `(i + 1) * width`; the last bin holds everything beyond as well. Accounts that keep their
    /// score exactly are in neither list.
    pub falls: Vec<u64>,
    /// The same of rises; as long as `falls`.
    pub rises: Vec<u64>,
    pub unmoved: u64,
    /// Share of the accounts (weighed where rows stand for more than themselves) that move so far
    /// or further; 5, 10 and 20 points.
    pub beyond: Vec<Beyond>,
    /// The 5 %, 50 % and 95 % quantiles of the change, in points.
    pub quantiles: [f64; 3],
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Beyond {
    pub points: f64,
    /// From 0 to 1.
    pub down: f64,
    pub up: f64,
}

/// What people see of a change: that of the displayed score, in whole points (a fraction counts
/// towards zero).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Noticed {
    /// Accounts that are compared.
    pub accounts: u64,
    pub by_account: NoticedShares,
    /// Accounts that have an exposure weight above 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exposed: Option<u64>,
    /// Each account weighed by its exposure (active users, say); none where none is declared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_exposure: Option<NoticedShares>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct NoticedShares {
    /// 31 shares that sum to 1: changes of -15 or less, -14, and so on to 14, and 15 or more.
    pub shares: Vec<f64>,
    /// Median change in whole points.
    pub median: f64,
    /// Share that falls by 5 points or more, and that rises as much.
    pub fall: f64,
    pub rise: f64,
}

/// The accounts at the top of either side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Top {
    /// How deep; 25 unless there are fewer accounts.
    pub depth: u32,
    /// Everybody who stands in the top of either side (whose rank, ties at their best place, is at
    /// most the depth), in the order of the baseline's ranks.
    pub accounts: Vec<Mover>,
    /// Further accounts that are tied into the top and not listed.
    pub left_out: u64,
}

impl Migration {
    /// Accounts in the table.
    pub fn total(&self) -> u64 {
        self.counts.iter().flatten().sum()
    }

    /// Accounts that stand in a higher band than before.
    pub fn up(&self) -> u64 {
        self.count_where(|row, column| column > row)
    }

    /// Accounts that stand in a lower band than before.
    pub fn down(&self) -> u64 {
        self.count_where(|row, column| column < row)
    }

    fn count_where(&self, keep: impl Fn(usize, usize) -> bool) -> u64 {
        let mut sum = 0;
        for (row, counts) in self.counts.iter().enumerate() {
            for (column, count) in counts.iter().enumerate() {
                if keep(row, column) {
                    sum += count;
                }
            }
        }
        sum
    }
}
