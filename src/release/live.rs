//! What is live when. Each time that a version goes live, or another comes back, makes one file; each
//! names the one that it takes the place of. So two people who release at the same time write two
//! files, which git merges cleanly, and the chain shows that both took the place of the same one.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::seal::seal;
use crate::date::Date;
use crate::diagnostic::{Diagnostic, Diagnostics, visible};
use crate::document::Document;
use crate::ids::ModelId;

/// One turn of what is live, as it is written: `releases/<family>/live/<from>-<version>.toml`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct TurnSpec {
    /// Format of this file; 1 is the only one so far.
    pub format: u32,
    /// The version that goes live, `family@version`.
    pub live: String,
    /// Digest of its resolved model, as its lock has it.
    pub digest: String,
    /// The first day.
    pub from: Date,
    /// The day on which it was written down.
    pub made: Date,
    pub kind: TurnKind,
    /// The turn that this one takes the place of, by its file without `.toml`; none for the first of
    /// the family.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<String>,
    /// Shares of the accounts that see it, rising to 1; everybody at once unless stated.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ramp: Vec<f64>,
    /// Days from one share to the next; 7 unless stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 366))]
    pub ramp_days: Option<u32>,
    /// Why: for a way back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
    /// SHA-256 of the notice of a way back, which stands beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice_sha256: Option<String>,
    /// Digest of all that stands above, so that an edited record shows itself.
    pub seal: String,
}

/// What brought a version live.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum TurnKind {
    Release,
    Rollback,
}

/// Days from one share of a ramp to the next, unless stated.
pub const RAMP_DAYS: u32 = 7;

/// A turn as read.
#[derive(Clone, Debug)]
pub struct Turn {
    /// The file without `.toml`.
    pub key: String,
    pub id: ModelId,
    pub spec: TurnSpec,
    document: Document,
}

/// The turns of a family, each after the one that it replaces.
#[derive(Clone, Debug, Default)]
pub struct Chain {
    pub turns: Vec<Turn>,
}

/// A version, and the share of the accounts that see it.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown<'a> {
    pub turn: &'a Turn,
    pub share: f64,
}

impl TurnSpec {
    fn seal(&self) -> String {
        seal(&TurnSpec { seal: String::new(), ..self.clone() })
    }

    /// The same, sealed.
    #[must_use]
    pub fn sealed(self) -> TurnSpec {
        TurnSpec { seal: self.seal(), ..self }
    }
}

impl TurnKind {
    pub fn name(self) -> &'static str {
        match self {
            TurnKind::Release => "release",
            TurnKind::Rollback => "rollback",
        }
    }
}

impl PartialEq for Turn {
    fn eq(&self, other: &Turn) -> bool {
        self.key == other.key
    }
}

impl Turn {
    /// Parses a turn of a family.
    pub fn parse(origin: &str, text: &str, key: &str, family: &str) -> Result<Turn, Diagnostics> {
        let document = Document::parse(origin, text)?;
        let spec: TurnSpec = document.decode()?;
        let id: ModelId =
            spec.live.parse().map_err(|error: crate::ids::IdError| document.problem(&["live"], error.to_string()))?;
        let mut problems = Vec::new();
        if id.family() != family {
            let message = format!("{id} is no version of {family}, in whose folder the file stands");
            problems.push(document.problem(&["live"], message));
        }
        if spec.seal != spec.seal() {
            let message = format!("the record of {id} going live is not as it was written: somebody edited it");
            problems.push(document.problem(&["seal"], message).hint("put it back as it was"));
        } else if !key.starts_with(&format!("{}-{}", spec.from, id.version())) {
            let message = format!("the record says {id} from {}, its name says `{}`", spec.from, visible(key));
            problems.push(document.problem(&["from"], message).hint("name and content must agree"));
        }
        if let Err(why) = check_ramp(&spec.ramp) {
            problems
                .push(document.problem(&["ramp"], why).hint("write rising shares up to 1, such as [0.1, 0.5, 1.0]"));
        }
        Diagnostics::none_or(problems)?;
        Ok(Turn { key: key.to_string(), id, spec, document })
    }

    /// A problem with a value of the turn.
    pub fn problem(&self, path: &[&str], message: impl Into<String>) -> Diagnostic {
        self.document.problem(path, message)
    }

    /// The share of the accounts that see it on a day from its first on.
    pub fn share(&self, day: Date) -> f64 {
        let every = i64::from(self.spec.ramp_days.unwrap_or(RAMP_DAYS)).max(1);
        let step = usize::try_from(day.since(self.spec.from) / every).unwrap_or(0);
        let last = self.spec.ramp.len().saturating_sub(1);
        self.spec.ramp.get(step.min(last)).copied().unwrap_or(1.0)
    }
}

/// Whether shares of a ramp rise to 1.
pub fn check_ramp(ramp: &[f64]) -> Result<(), String> {
    let within = ramp.iter().all(|share| *share > 0.0 && *share <= 1.0);
    if !within {
        Err("a share of a ramp lies above 0 and is at most 1".to_string())
    } else if !ramp.is_sorted_by(|left, right| left < right) {
        Err("the shares of a ramp do not rise".to_string())
    } else if ramp.last().is_some_and(|last| *last < 1.0) {
        Err("the ramp does not end at 1: nobody would ever see all of it".to_string())
    } else {
        Ok(())
    }
}

impl Chain {
    /// Puts turns into their order.
    ///
    /// # Errors
    /// Two turns that replace the same one, as two people who release at the same time make them; one
    /// that replaces what is not there; a circle.
    pub fn new(turns: Vec<Turn>) -> Result<Chain, Diagnostics> {
        let mut problems = Vec::new();
        let keys: Vec<&str> = turns.iter().map(|turn| turn.key.as_str()).collect();
        let mut after: BTreeMap<Option<&str>, Vec<&Turn>> = BTreeMap::new();
        for turn in &turns {
            let replaced = turn.spec.replaces.as_deref();
            if let Some(unknown) = replaced.filter(|replaced| !keys.contains(replaced)) {
                let message =
                    format!("{} replaces `{}`, which is no turn of {}", turn.id, visible(unknown), turn.id.family());
                problems.push(turn.problem(&["replaces"], message).suggest(unknown, keys.iter().copied()));
                continue;
            }
            after.entry(replaced).or_default().push(turn);
        }
        for (replaced, several) in after.iter().filter(|(_, several)| several.len() > 1) {
            for (turn, other) in several.iter().zip(several.iter().cycle().skip(1)) {
                let what = match replaced {
                    Some(key) => format!("{} and {} both take the place of `{key}`", turn.id, other.id),
                    None => format!("{} and {} both say that nothing was live before", turn.id, other.id),
                };
                let hint = format!(
                    "two people released at the same time: remove the file of the one that is to come second, and put it live again with `clout release {} --live-from DATE`, so that its budget is held against the other",
                    turn.id
                );
                let path: &[&str] = if replaced.is_some() { &["replaces"] } else { &["live"] };
                problems.push(turn.problem(path, what).hint(hint));
            }
        }
        Diagnostics::none_or(problems)?;
        let mut order: Vec<&Turn> = Vec::new();
        let mut next: Option<&str> = None;
        while let Some([turn]) = after.get(&next).map(Vec::as_slice) {
            order.push(turn);
            next = Some(&turn.key);
        }
        if order.len() < turns.len() {
            let around = turns.iter().find(|turn| !order.contains(turn));
            let problem = around.map(|turn| turn.problem(&["replaces"], "turns replace each other in a circle"));
            return Err(problem.map_or_else(
                || Diagnostics::from(Diagnostic::new("live", "turns are not in order")),
                Diagnostics::from,
            ));
        }
        Ok(Chain { turns: order.into_iter().cloned().collect() })
    }

    /// The last turn, live or still to come.
    pub fn last(&self) -> Option<&Turn> {
        self.turns.last()
    }

    /// The version that is live on a day, be it for a part of the accounts: the last turn of those
    /// that have begun.
    pub fn on(&self, day: Date) -> Option<&Turn> {
        self.turns.iter().rev().find(|turn| turn.spec.from <= day)
    }

    /// The version that a cumulative budget is held against: the one that was live so many days
    /// before, or the first that ever was, where nothing was live yet.
    pub fn before(&self, day: Date, days: u32) -> Option<&Turn> {
        self.on(day.plus(-i64::from(days))).or_else(|| self.turns.first().filter(|turn| turn.spec.from <= day))
    }

    /// Whether a version was live by a day.
    pub fn was_live(&self, id: &ModelId, day: Date) -> bool {
        self.turns.iter().any(|turn| turn.id == *id && turn.spec.from <= day)
    }

    /// Whether a version was live by a day, and another is on it.
    pub fn is_replaced(&self, id: &ModelId, day: Date) -> bool {
        self.was_live(id, day) && self.on(day).is_some_and(|turn| turn.id != *id)
    }

    /// Which versions are seen on a day, and by what share of the accounts: the newest first. One that
    /// rises leaves the rest to what was live before it.
    pub fn shown(&self, day: Date) -> Vec<Shown<'_>> {
        let mut shown = Vec::new();
        let mut left = 1.0;
        for turn in self.turns.iter().rev().filter(|turn| turn.spec.from <= day) {
            let share = left * turn.share(day);
            shown.push(Shown { turn, share });
            left -= share;
            if turn.share(day) >= 1.0 {
                break;
            }
        }
        shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turn(from: &str, version: &str, replaces: Option<&str>, ramp: &str) -> Turn {
        let replaces = replaces.map_or(String::new(), |key| format!("replaces = '{key}'\n"));
        let text = |seal: &str| {
            format!(
                "format = 1\nlive = 'f@{version}'\ndigest = 'd'\nfrom = '{from}'\nmade = '{from}'\nkind = 'release'\nseal = '{seal}'\n{replaces}{ramp}"
            )
        };
        let spec: TurnSpec = toml::from_str(&text("")).unwrap();
        let key = format!("{from}-{version}");
        let edited = Turn::parse("t.toml", &text("0"), &key, "f").unwrap_err();
        assert!(edited.to_string().contains("somebody edited it"), "{edited}");
        let sealed = text(&spec.sealed().seal);
        let elsewhere = Turn::parse("t.toml", &sealed, "2001-01-01-9.9.9", "f").unwrap_err();
        assert!(elsewhere.to_string().contains("name and content must agree"), "{elsewhere}");
        Turn::parse("t.toml", &sealed, &key, "f").unwrap()
    }

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn told(found: Result<Chain, Diagnostics>) -> Vec<String> {
        found.unwrap_err().as_slice().iter().map(|problem| problem.message.clone()).collect()
    }

    #[test]
    fn what_is_live_when() {
        let first = turn("2011-01-01", "1.0.0", None, "");
        let second = turn("2011-06-01", "1.1.0", Some("2011-01-01-1.0.0"), "ramp = [0.1, 0.5, 1.0]\nramp-days = 2\n");
        let third = turn("2011-06-04", "1.2.0", Some("2011-06-01-1.1.0"), "ramp = [0.5, 1.0]\n");
        // The order of files does not matter.
        let chain = Chain::new(vec![third, first, second]).unwrap();
        let on = |text: &str| chain.on(day(text)).map(|turn| turn.id.to_string());
        assert_eq!(on("2010-12-31"), None);
        assert_eq!(on("2011-05-31").as_deref(), Some("f@1.0.0"));
        assert_eq!(on("2011-06-01").as_deref(), Some("f@1.1.0"));
        let shown = |text: &str| -> Vec<(String, f64)> {
            chain.shown(day(text)).iter().map(|shown| (shown.turn.id.version().to_string(), shown.share)).collect()
        };
        let of = |pairs: &[(&str, f64)]| -> Vec<(String, f64)> {
            pairs.iter().map(|(version, share)| ((*version).to_string(), *share)).collect()
        };
        assert_eq!(shown("2011-06-02"), of(&[("1.1.0", 0.1), ("1.0.0", 0.9)]));
        assert_eq!(shown("2011-06-03"), of(&[("1.1.0", 0.5), ("1.0.0", 0.5)]));
        assert_eq!(shown("2011-06-04"), of(&[("1.2.0", 0.5), ("1.1.0", 0.25), ("1.0.0", 0.25)]));
        assert_eq!(shown("2011-07-01"), of(&[("1.2.0", 1.0)]));
        assert_eq!(shown("2010-01-01"), []);
        let before = |text: &str, days| chain.before(day(text), days).map(|turn| turn.id.version().to_string());
        assert_eq!(before("2011-06-10", 5).as_deref(), Some("1.2.0"));
        assert_eq!(before("2011-06-10", 7).as_deref(), Some("1.1.0"));
        // Nothing was live so long ago: the first counts.
        assert_eq!(before("2011-01-10", 90).as_deref(), Some("1.0.0"));
        assert_eq!(before("2010-01-10", 90), None);
    }

    /// A rollback takes the place of a release that is still to come.
    #[test]
    fn going_back_at_once() {
        let chain = Chain::new(vec![
            turn("2011-01-01", "1.0.0", None, ""),
            turn("2011-06-01", "1.1.0", Some("2011-01-01-1.0.0"), ""),
            turn("2011-05-20", "1.0.0", Some("2011-06-01-1.1.0"), ""),
        ])
        .unwrap();
        for text in ["2011-05-19", "2011-05-20", "2011-06-02"] {
            assert_eq!(chain.on(day(text)).unwrap().id.to_string(), "f@1.0.0", "{text}");
        }
    }

    #[test]
    fn two_at_once_strangers_and_circles() {
        let first = || turn("2011-01-01", "1.0.0", None, "");
        let of = |from, version| turn(from, version, Some("2011-01-01-1.0.0"), "");
        let two = told(Chain::new(vec![first(), of("2011-02-01", "1.1.0"), of("2011-02-02", "1.2.0")]));
        assert_eq!(two.len(), 2);
        assert_eq!(two[0], "f@1.1.0 and f@1.2.0 both take the place of `2011-01-01-1.0.0`");
        let none = told(Chain::new(vec![first(), turn("2011-02-01", "1.1.0", None, "")]));
        assert_eq!(none[0], "f@1.0.0 and f@1.1.0 both say that nothing was live before");
        let stranger = told(Chain::new(vec![first(), turn("2011-02-01", "1.1.0", Some("2011-01-02-1.0.0"), "")]));
        assert_eq!(stranger, ["f@1.1.0 replaces `2011-01-02-1.0.0`, which is no turn of f"]);
        let circle = told(Chain::new(vec![
            turn("2011-01-01", "1.0.0", Some("2011-02-01-1.1.0"), ""),
            turn("2011-02-01", "1.1.0", Some("2011-01-01-1.0.0"), ""),
        ]));
        assert_eq!(circle, ["turns replace each other in a circle"]);
        assert!(Chain::new(Vec::new()).unwrap().last().is_none());
    }

    #[test]
    fn ramps_rise_to_everybody() {
        for (ramp, fine) in [
            (vec![], true),
            (vec![1.0], true),
            (vec![0.1, 1.0], true),
            (vec![0.0, 1.0], false),
            (vec![0.5, 0.5, 1.0], false),
            (vec![0.5], false),
            (vec![0.5, 1.1], false),
            (vec![f64::NAN, 1.0], false),
        ] {
            assert_eq!(check_ramp(&ramp).is_ok(), fine, "{ramp:?}");
        }
    }
}
