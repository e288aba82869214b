//! Where a version stands on a day: on its way, numbered, released, seen by people, or seen no more.

use super::live::Chain;
use crate::date::Date;
use crate::ids::ModelId;

/// Where a version stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Standing {
    /// Its number says that it is on its way to another one: `2.0.0-rc.1`.
    Draft,
    /// It has a number, and is not released.
    Version,
    /// Released, and nobody has seen it.
    Released,
    /// A share of the accounts sees it.
    Live(f64),
    /// People saw it until another took its place.
    WasLive,
    /// Released, or live for the first time, after that day.
    Later,
}

/// What is on record of a version on a day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Record {
    pub standing: Standing,
    /// The day of its release, be it later; none where it is not released.
    pub released: Option<Date>,
    /// The first day of the turn that made it live, or will.
    pub live_from: Option<Date>,
}

impl Standing {
    /// The word for it, without the share.
    pub fn name(self) -> &'static str {
        match self {
            Standing::Draft => "draft",
            Standing::Version => "version",
            Standing::Released => "released",
            Standing::Live(_) => "live",
            Standing::WasLive => "was live",
            Standing::Later => "later",
        }
    }

    /// The share of the accounts that see it.
    pub fn share(self) -> Option<f64> {
        match self {
            Standing::Live(share) => Some(share),
            _ => None,
        }
    }
}

impl std::fmt::Display for Standing {
    /// With the share where not everybody sees it: `live 10 %`.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.share() {
            Some(share) if share < 1.0 => write!(out, "{} {} %", self.name(), (share * 1000.0).round() / 10.0),
            _ => out.write_str(self.name()),
        }
    }
}

impl Record {
    /// The record of a version with the day of its release, in the chain of its family.
    pub fn of(id: &ModelId, released: Option<Date>, chain: &Chain, day: Date) -> Record {
        let own = || chain.turns.iter().filter(|turn| turn.id == *id);
        let shown = chain.shown(day);
        let seen: Vec<_> = shown.iter().filter(|shown| shown.turn.id == *id && shown.share > 0.0).collect();
        // A turn whose place another took before its first day was never seen.
        let was = || own().rev().find(|turn| turn.spec.from <= day && is_seen(chain, turn));
        let next = || own().filter(|turn| turn.spec.from > day).map(|turn| turn.spec.from).min();
        let (standing, live_from) = if let Some(newest) = seen.first() {
            (Standing::Live(seen.iter().map(|shown| shown.share).sum()), Some(newest.turn.spec.from))
        } else if let Some(turn) = was() {
            (Standing::WasLive, Some(turn.spec.from))
        } else if let Some(from) = next() {
            (Standing::Later, Some(from))
        } else if released.is_some_and(|released| released > day) {
            (Standing::Later, None)
        } else if released.is_some() {
            (Standing::Released, None)
        } else if id.version().pre.is_empty() {
            (Standing::Version, None)
        } else {
            (Standing::Draft, None)
        };
        Record { standing, released, live_from }
    }
}

fn is_seen(chain: &Chain, turn: &super::live::Turn) -> bool {
    chain.shown(turn.spec.from).iter().any(|shown| shown.turn == turn && shown.share > 0.0)
}

#[cfg(test)]
mod tests {
    use super::super::live::{Turn, TurnSpec};
    use super::*;

    fn turn(from: &str, version: &str, replaces: Option<&str>, rest: &str) -> Turn {
        let replaces = replaces.map_or(String::new(), |key| format!("replaces = '{key}'\n"));
        let text = |seal: &str| {
            format!(
                "format = 1\nlive = 'f@{version}'\ndigest = 'd'\nfrom = '{from}'\nmade = '{from}'\nkind = 'release'\nseal = '{seal}'\n{replaces}{rest}"
            )
        };
        let spec: TurnSpec = toml::from_str(&text("")).unwrap();
        Turn::parse("t.toml", &text(&spec.sealed().seal), &format!("{from}-{version}"), "f").unwrap()
    }

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn told(chain: &Chain, id: &str, released: Option<&str>, on: &str) -> (String, Option<String>) {
        let record = Record::of(&id.parse().unwrap(), released.map(day), chain, day(on));
        (record.standing.to_string(), record.live_from.map(|from| from.to_string()))
    }

    #[test]
    fn where_a_version_stands() {
        let chain = Chain::new(vec![
            turn("2011-01-01", "1.0.0", None, ""),
            turn("2011-06-01", "1.1.0", Some("2011-01-01-1.0.0"), "ramp = [0.1, 1.0]\n"),
        ])
        .unwrap();
        let released = Some("2010-12-01");
        for (id, released, on, state, from) in [
            ("f@2.0.0-rc.1", None, "2011-06-01", "draft", None),
            ("f@2.0.0", None, "2011-06-01", "version", None),
            ("f@2.0.0", Some("2011-06-02"), "2011-06-01", "later", None),
            ("f@2.0.0", Some("2011-06-01"), "2011-06-01", "released", None),
            ("f@1.0.0", released, "2010-12-31", "later", Some("2011-01-01")),
            ("f@1.0.0", released, "2011-05-31", "live", Some("2011-01-01")),
            ("f@1.0.0", released, "2011-06-01", "live 90 %", Some("2011-01-01")),
            ("f@1.1.0", released, "2011-06-01", "live 10 %", Some("2011-06-01")),
            ("f@1.0.0", released, "2011-06-08", "was live", Some("2011-01-01")),
            ("f@1.1.0", released, "2011-06-08", "live", Some("2011-06-01")),
        ] {
            assert_eq!(told(&chain, id, released, on), (state.to_string(), from.map(str::to_string)), "{id} on {on}");
        }
    }

    /// A rollback that comes before the first day of a release: nobody ever saw that.
    #[test]
    fn what_was_gone_back_from_in_time_was_never_live() {
        let chain = Chain::new(vec![
            turn("2011-01-01", "1.0.0", None, ""),
            turn("2011-06-01", "1.1.0", Some("2011-01-01-1.0.0"), ""),
            turn("2011-05-20", "1.0.0", Some("2011-06-01-1.1.0"), ""),
        ])
        .unwrap();
        let released = Some("2010-12-01");
        assert_eq!(told(&chain, "f@1.1.0", released, "2011-06-02").0, "released");
        assert_eq!(told(&chain, "f@1.0.0", released, "2011-06-02"), ("live".into(), Some("2011-05-20".into())));
    }
}
