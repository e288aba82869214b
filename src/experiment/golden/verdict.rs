//! What a golden case asks for, and what it came to. Accounts stand in fields of their own and in no
//! sentence, so that a copy of a report can leave them out.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::compare::group::Group;
use crate::experiment::place::Place;

/// What must hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case", deny_unknown_fields)]
pub enum Must {
    /// Each account scores above the next one.
    Order(Vec<String>),
    /// The displayed score lies between the ends, which belong to it.
    Within { account: String, low: f64, high: f64 },
    /// The account stands among the first `k`.
    Top { account: String, k: u64 },
    /// Nobody of the group moves further than this. A cohort is named by its file.
    Still { group: Group, at_most: f64 },
}

/// A golden case held against one version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct GoldenVerdict {
    pub family: String,
    /// Name of the case.
    pub case: String,
    pub candidate: String,
    /// What `still` was held against.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline: Option<String>,
    pub place: Place,
    pub must: Must,
    pub got: Got,
    pub met: bool,
    pub because: String,
}

/// What came, of the kind that was asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case", deny_unknown_fields)]
pub enum Got {
    /// The accounts in the order of the case, with their scores before rounding.
    Order(Vec<Standing>),
    /// The account with its score as it is shown.
    Within(Standing),
    /// The account with its score before rounding.
    Top {
        standing: Standing,
        /// One more than there are accounts above it, each counted as often as it stands for
        /// accounts. None without a score.
        place: Option<f64>,
    },
    Still {
        accounts: u64,
        /// Accounts that move further than they may.
        beyond: u64,
        /// Accounts that lack a score on either side.
        without_score: u64,
        /// Those without a score first, then those that move furthest, at most five; of a case that
        /// is met the one that moves furthest.
        furthest: Vec<Moved>,
    },
    /// Left out of a copy that names no account.
    Withheld,
}

/// An account and its score; none where it has none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Standing {
    pub account: String,
    pub score: Option<f64>,
}

/// An account with its scores before rounding, on either side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Moved {
    pub account: String,
    pub before: Option<f64>,
    pub after: Option<f64>,
}

impl GoldenVerdict {
    /// The names of accounts, wherever they stand.
    pub fn accounts_mut(&mut self) -> Vec<&mut String> {
        let mut all: Vec<&mut String> = match &mut self.must {
            Must::Order(accounts) => accounts.iter_mut().collect(),
            Must::Within { account, .. } | Must::Top { account, .. } => vec![account],
            Must::Still { .. } => Vec::new(),
        };
        match &mut self.got {
            Got::Order(standings) => all.extend(standings.iter_mut().map(|one| &mut one.account)),
            Got::Within(standing) | Got::Top { standing, .. } => all.push(&mut standing.account),
            Got::Still { furthest, .. } => all.extend(furthest.iter_mut().map(|moved| &mut moved.account)),
            Got::Withheld => {}
        }
        all
    }

    /// Leaves no single account: only what was counted.
    pub fn forget_accounts(&mut self) {
        if let Got::Still { furthest, .. } = &mut self.got {
            furthest.clear();
            return;
        }
        self.accounts_mut().into_iter().for_each(String::clear);
        self.got = Got::Withheld;
    }
}
