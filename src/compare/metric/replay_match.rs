//! Whether the baseline reproduces the score that was published.

use super::{Arguments, Definition, Domain, Group, Parameter, Unit};
use crate::compare::Comparison;
use crate::stats::grid;
use crate::stats::undefined::{Figure, Undefined};

pub const DEFINITION: Definition = Definition {
    name: "replay-match",
    title: "Replay: share reproduced",
    summary: "Share of accounts for which the baseline, as shown to people, comes within a tolerance of the score that was published.",
    group: Group::Replay,
    unit: Unit::Share,
    parameters: &[Parameter {
        name: "tolerance",
        summary: "points of difference that still count as the same",
        domain: Domain::Number { default: 0.0, least: 0.0, most: 1e6 },
    }],
    measure,
    sampled: None,
};

fn measure(comparison: &Comparison, arguments: &Arguments) -> Figure {
    let [published, shown] = published(comparison)?;
    let tolerance = arguments.number("tolerance");
    let close = published.iter().zip(shown).filter(|(one, other)| grid::snap((*one - *other).abs()) <= tolerance);
    Ok(close.count() as f64 / published.len() as f64)
}

/// Published and shown scores of the accounts that have both; never empty.
pub fn published<'a>(comparison: &'a Comparison<'_>) -> Result<[&'a [f64]; 2], Undefined> {
    match &comparison.published {
        Some([published, shown]) if !published.is_empty() => Ok([published, shown]),
        Some(_) => {
            Err(Undefined::OutOfRange { text: "no account has both a published and a baseline score".to_string() })
        }
        None => Err(Undefined::OutOfRange { text: "the dataset has no published score".to_string() }),
    }
}

#[cfg(test)]
mod tests {
    use crate::compare::metric::Metric;
    use crate::compare::{Comparison, Sides};

    #[test]
    fn scores_within_the_tolerance_count() {
        let comparison = Comparison::new(Sides {
            baseline: (&[10.0, 20.0, 30.0, f64::NAN]).into(),
            candidate: (&[1.0, 1.0, 1.0, 1.0]).into(),
            published: Some(&[10.0, 20.5, 33.0, 1.0]),
            ..Sides::default()
        })
        .unwrap();
        for (label, value) in
            [("replay-match", 1.0 / 3.0), ("replay-match[tolerance=0.5]", 2.0 / 3.0), ("replay-error", 3.5 / 3.0)]
        {
            assert_eq!(label.parse::<Metric>().unwrap().measure(&comparison), Ok(value), "{label}");
        }
    }
}
