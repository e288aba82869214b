//! What a version still scores when signals are gone.

use std::collections::BTreeSet;

use crate::model::Model;
use crate::model::spec::Missing;

/// What of a version rests on signals that are gone.
#[derive(Clone, Debug, PartialEq)]
pub struct Affected {
    /// The signals among those that are gone, in name order.
    pub signals: Vec<String>,
    /// Factors that read them, as `network/factor`, and what becomes of each.
    pub factors: Vec<(String, &'static str)>,
    /// Factors of the version.
    pub of: usize,
    /// The share of the version's weight that still rests on signals there are; none where weights
    /// sum to 0.
    pub left: Option<f64>,
    /// Networks that lose every factor.
    pub networks: Vec<String>,
}

/// What of a model reads signals that are gone; none if nothing does.
pub fn affected(model: &Model, gone: &BTreeSet<&str>) -> Option<Affected> {
    let signals: Vec<String> = model.columns().intersection(gone).map(ToString::to_string).collect();
    if signals.is_empty() {
        return None;
    }
    let mut factors = Vec::new();
    let mut networks = Vec::new();
    let mut lost = Some(0.0);
    for (network, shares) in model.networks.iter().zip(model.shares()) {
        let mut hit = 0;
        for (factor, share) in network.factors.iter().zip(shares) {
            if factor.value.columns().is_disjoint(gone) {
                continue;
            }
            hit += 1;
            let fate = match factor.missing {
                Missing::LeaveOut => "left out",
                Missing::Zero => "counts as 0",
                Missing::Constant(_) => "counts as its constant",
                Missing::ReferenceMedian => "counts as the median of the reference",
            };
            factors.push((format!("{}/{}", network.name, factor.name), fate));
            lost = lost.zip(share).map(|(lost, share)| lost + share);
        }
        if hit == network.factors.len() {
            networks.push(network.name.clone());
        }
    }
    Some(Affected {
        signals,
        factors,
        of: model.factor_count(),
        left: lost.map(|lost| (1.0 - lost).max(0.0)),
        networks,
    })
}

impl Affected {
    /// In a sentence: what is gone, and what is left.
    pub fn sentence(&self) -> String {
        let kept = self.of - self.factors.len();
        let left = self.left.map_or(String::new(), |left| format!(", {:.1} % of its weight", left * 100.0));
        let networks = match self.networks.as_slice() {
            [] => String::new(),
            lost => format!("; nothing is left of {}", lost.join(", ")),
        };
        format!("{} of {} factors still have their signals{left}{networks}", kept, self.of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ModelFile, resolve};

    #[test]
    fn what_is_left_of_a_version() {
        let text = "format = 1\nmodel = 'f@1.0.0'\ntitle = 't'\nrationale = 'r'\n\
            [network.a]\nweight = 3\n[network.b]\n\
            [factor.x]\nnetwork = 'a'\nvalue = 'a.x'\nweight = 1\n\
            [factor.y]\nnetwork = 'a'\nvalue = 'a.x / max(a.y, 1)'\nweight = 2\nmissing = 'zero'\n\
            [factor.w]\nnetwork = 'a'\nvalue = 'a.w'\nweight = 1\n\
            [factor.z]\nnetwork = 'b'\nvalue = 'b.z'\n";
        let model = resolve(&[ModelFile::parse("m", text, None).unwrap()], &[]).unwrap();
        let of = |gone: &[&str]| affected(&model, &gone.iter().copied().collect());
        assert_eq!(of(&["a.q"]), None);
        let found = of(&["a.y", "b.z", "a.q"]).unwrap();
        assert_eq!(found.signals, ["a.y", "b.z"]);
        assert_eq!(found.factors, [("a/y".to_string(), "counts as 0"), ("b/z".to_string(), "left out")]);
        // 3/4 of the weight is a's, and half of that is y's.
        assert_eq!(found.left, Some(1.0 - 0.375 - 0.25));
        assert_eq!(found.networks, ["b"]);
        assert_eq!(
            found.sentence(),
            "2 of 4 factors still have their signals, 37.5 % of its weight; nothing is left of b"
        );
    }
}
