//! Fitted parameters as a release stores them: plain numbers, from which a model scores to the bit as
//! it did, without its reference population.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::fit;
use super::fitted::{FittedFactor, FittedModel, FittedScale};
use crate::diagnostic::visible;
use crate::model::normalise::FittedNormalise;
use crate::model::transform::{FittedTransform, Transform};
use crate::model::{Factor, Model};
use crate::stats::interpolate::Knots;

/// What a model learnt from its reference population.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FrozenFit {
    /// The topic, where the reference has a row per account and topic: each has a fit of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    /// How strengths become scores; none where the model declares it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale: Option<FrozenScale>,
    /// The factors that learn anything, by network and name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub factor: Vec<FrozenFactor>,
}

/// What a factor learnt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FrozenFactor {
    pub network: String,
    pub name: String,
    /// Stands in for a missing value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub substitute: Option<f64>,
    /// The transforms, with their limits.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transforms: Vec<Transform>,
    pub normalise: FrozenNormalise,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum FrozenNormalise {
    /// (x - centre) / spread.
    Linear { centre: f64, spread: f64 },
    /// The percentile rank: straight lines between these knots.
    Percentile { values: Vec<f64>, ranks: Vec<f64> },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum FrozenScale {
    /// The strengths of the two ends.
    Linear { low: f64, high: f64 },
    /// The percentile rank of a strength, counted in `unit`.
    Percentile { unit: f64, values: Vec<f64>, ranks: Vec<f64> },
}

impl FrozenFit {
    /// What a fitted model learnt.
    pub fn of(fitted: &FittedModel, topic: Option<String>) -> FrozenFit {
        let mut factor = Vec::new();
        for (network, learnt) in fitted.model.networks.iter().zip(&fitted.factors) {
            for (own, learnt) in network.factors.iter().zip(learnt).filter(|(own, _)| own.needs_fit()) {
                factor.push(FrozenFactor {
                    network: network.name.clone(),
                    name: own.name.clone(),
                    substitute: learnt.substitute,
                    transforms: learnt.transforms.iter().map(FittedTransform::plain).cloned().collect(),
                    normalise: match &learnt.normalise {
                        FittedNormalise::Linear { centre, spread } => {
                            FrozenNormalise::Linear { centre: *centre, spread: *spread }
                        }
                        FittedNormalise::Percentile(knots) => FrozenNormalise::Percentile {
                            values: knots.values().to_vec(),
                            ranks: knots.ranks().to_vec(),
                        },
                    },
                });
            }
        }
        let learnt = fit::known_scale(&fitted.model).is_none();
        let scale = learnt.then(|| match &fitted.scale {
            FittedScale::Linear { low, high } => FrozenScale::Linear { low: *low, high: *high },
            FittedScale::Percentile { knots, unit } => {
                FrozenScale::Percentile { unit: *unit, values: knots.values().to_vec(), ranks: knots.ranks().to_vec() }
            }
        });
        FrozenFit { topic, scale, factor }
    }

    /// What a model can take over of what another learnt from the same reference: the fits of factors
    /// that are defined alike, and the scale where everything before it is alike. None if it would
    /// have to learn anything else.
    pub fn inherited(from: &Model, fit: &FrozenFit, model: &Model) -> Option<FrozenFit> {
        let mut known = std::collections::BTreeMap::new();
        for network in &from.networks {
            for own in &network.factors {
                let frozen = fit.factor.iter().find(|one| one.network == network.name && one.name == own.name);
                known.extend(frozen.map(|frozen| (fit::key(network, own), frozen)));
            }
        }
        let mut factor = Vec::new();
        for network in &model.networks {
            for own in network.factors.iter().filter(|own| own.needs_fit()) {
                let frozen = *known.get(&fit::key(network, own))?;
                factor.push(FrozenFactor { network: network.name.clone(), name: own.name.clone(), ..frozen.clone() });
            }
        }
        let scale = match fit::known_scale(model) {
            Some(_) => None,
            None => {
                let alike = from.networks == model.networks
                    && from.combine == model.combine
                    && from.scale.from == model.scale.from;
                Some(fit.scale.clone().filter(|_| alike)?)
            }
        };
        Some(FrozenFit { topic: fit.topic.clone(), scale, factor })
    }

    /// The model with what it learnt.
    ///
    /// # Errors
    /// What is missing or cannot be, in words.
    pub fn thaw(&self, model: &Arc<Model>) -> Result<FittedModel, String> {
        let mut factors = Vec::with_capacity(model.networks.len());
        let mut used = 0;
        for network in &model.networks {
            let mut fitted = Vec::with_capacity(network.factors.len());
            for own in &network.factors {
                let place = format!("{}/{}", network.name, own.name);
                let frozen = self.factor.iter().find(|one| one.network == network.name && one.name == own.name);
                fitted.push(match frozen {
                    Some(frozen) => {
                        used += 1;
                        frozen.thaw(own).map_err(|why| format!("the fit of {place} is broken: {why}"))?
                    }
                    None if own.needs_fit() => return Err(format!("there is no fit of {place}")),
                    None => fit::factor(model, own, "", || Ok(Vec::new())).map_err(|found| found.in_a_line())?,
                });
            }
            factors.push(fitted);
        }
        if used < self.factor.len() {
            let known = |one: &&FrozenFactor| {
                let mut networks = model.networks.iter().filter(|network| network.name == one.network);
                networks.any(|network| network.factors.iter().any(|factor| factor.name == one.name))
            };
            let stray = self.factor.iter().find(|one| !known(one));
            let name = stray.map_or(String::new(), |one| visible(&format!(" of {}/{}", one.network, one.name)));
            return Err(format!("there is a fit{name} that the model does not ask for"));
        }
        let scale = match (fit::known_scale(model), &self.scale) {
            (Some(known), None) => known,
            (None, Some(frozen)) => frozen.thaw().map_err(|why| format!("the fit of the scale is broken: {why}"))?,
            (Some(_), Some(_)) => return Err("there is a fit of the scale, which the model declares".to_string()),
            (None, None) => return Err("there is no fit of the scale".to_string()),
        };
        Ok(FittedModel { model: model.clone(), factors, scale })
    }
}

impl FrozenFactor {
    fn thaw(&self, own: &Factor) -> Result<FittedFactor, String> {
        if !own.needs_fit() {
            return Err("the factor learns nothing".to_string());
        }
        if self.transforms.len() != own.transforms.len() {
            return Err(format!("it has {} transforms, the factor {}", self.transforms.len(), own.transforms.len()));
        }
        let pairs = self.transforms.iter().zip(&own.transforms);
        let mut transforms = Vec::with_capacity(own.transforms.len());
        for (learnt, declared) in pairs {
            let fits = match (declared, learnt) {
                (Transform::Winsorize(_), Transform::Clip(_)) => true,
                (Transform::Winsorize(_), _) => false,
                (declared, learnt) => declared == learnt,
            };
            if !fits || learnt.problem().is_some() {
                return Err("a transform is not that of the factor".to_string());
            }
            // What is fitted already learns nothing more.
            transforms.push(learnt.fit(&[]).map_err(|error| error.to_string())?);
        }
        if self.substitute.is_some_and(|value| !value.is_finite()) {
            return Err("the substitute is no number".to_string());
        }
        let normalise = match &self.normalise {
            FrozenNormalise::Linear { centre, spread } if centre.is_finite() && spread.is_finite() && *spread > 0.0 => {
                FittedNormalise::Linear { centre: *centre, spread: *spread }
            }
            FrozenNormalise::Linear { .. } => {
                return Err("centre and spread are no numbers, or spread is not above 0".into());
            }
            FrozenNormalise::Percentile { values, ranks } => {
                let knots = Knots::from_parts(values.clone(), ranks.clone()).map_err(|error| error.to_string())?;
                FittedNormalise::Percentile(Arc::new(knots))
            }
        };
        Ok(FittedFactor { substitute: self.substitute, transforms, normalise })
    }
}

impl FrozenScale {
    fn thaw(&self) -> Result<FittedScale, String> {
        match self {
            FrozenScale::Linear { low, high } if low.is_finite() && high.is_finite() && low < high => {
                Ok(FittedScale::Linear { low: *low, high: *high })
            }
            FrozenScale::Linear { .. } => Err("`low` is not below `high`".to_string()),
            FrozenScale::Percentile { unit, values, ranks } if unit.is_finite() && *unit > 0.0 => {
                let knots = Knots::from_parts(values.clone(), ranks.clone()).map_err(|error| error.to_string())?;
                Ok(FittedScale::Percentile { knots, unit: *unit })
            }
            FrozenScale::Percentile { .. } => Err("the unit is not above 0".to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ModelFile, resolve};

    const TEXT: &str = "format = 1\nmodel = 'f@1.0.0'\ntitle = 't'\nrationale = 'r'\nreference = 'd'\n\
        [scale]\nfrom = 'percentile-rank'\n[network.n]\n\
        [factor.a]\nnetwork = 'n'\nvalue = 'x'\ntransforms = ['sqrt', { winsorize = { lower = 0.1, upper = 0.9 } }]\nnormalise = 'percentile-rank'\n\
        [factor.b]\nnetwork = 'n'\nvalue = 'y'\nmissing = 'reference-median'\nnormalise = 'z-score'\n\
        [factor.c]\nnetwork = 'n'\nvalue = 'z'\ntransforms = ['log1p']\n";

    fn model(text: &str) -> Arc<Model> {
        Arc::new(resolve(&[ModelFile::parse("m", text, None).unwrap()], &[]).unwrap())
    }

    /// The model fitted on some numbers.
    fn fitted(model: &Arc<Model>) -> FittedModel {
        let values: Vec<f64> = (0..200).map(|row| f64::from(row * row % 97) / 7.0).collect();
        let fit = |own: &Factor| fit::factor(model, own, "d", || Ok(values.clone())).unwrap();
        let factors = model.networks.iter().map(|network| network.factors.iter().map(fit).collect()).collect();
        let knots = Knots::fit(&[0.1, 0.2, 0.7, 0.7, 3.5]).unwrap();
        FittedModel { model: model.clone(), factors, scale: FittedScale::Percentile { knots, unit: 0.003_5 } }
    }

    #[test]
    fn what_is_frozen_thaws_to_the_bit() {
        let model = model(TEXT);
        let before = fitted(&model);
        let frozen = FrozenFit::of(&before, None);
        assert_eq!(frozen.factor.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        // Through the text of a lock.
        let text = toml::to_string(&frozen).unwrap();
        let read: FrozenFit = toml::from_str(&text).unwrap();
        assert_eq!(read, frozen);
        assert_eq!(read.thaw(&model).unwrap(), before);
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let model = model(TEXT);
        let frozen = FrozenFit::of(&fitted(&model), None);
        let told = |change: &dyn Fn(&mut FrozenFit)| {
            let mut changed = frozen.clone();
            change(&mut changed);
            changed.thaw(&model).unwrap_err()
        };
        assert_eq!(told(&|fit| drop(fit.factor.remove(0))), "there is no fit of n/a");
        assert_eq!(told(&|fit| fit.scale = None), "there is no fit of the scale");
        let stray = |fit: &mut FrozenFit| {
            let mut one = fit.factor[0].clone();
            one.name = "q".to_string();
            fit.factor.push(one);
        };
        assert_eq!(told(&stray), "there is a fit of n/q that the model does not ask for");
        let zero = FrozenNormalise::Linear { centre: 1.0, spread: 0.0 };
        let wrong = told(&|fit| fit.factor[1].normalise = zero.clone());
        assert!(wrong.starts_with("the fit of n/b is broken: centre and spread"), "{wrong}");
        let falling = FrozenNormalise::Percentile { values: vec![2.0, 1.0], ranks: vec![0.2, 0.4] };
        let wrong = told(&|fit| fit.factor[0].normalise = falling.clone());
        assert!(wrong.contains("the values of the knots do not increase"), "{wrong}");
        let wrong = told(&|fit| fit.factor[0].transforms[0] = Transform::Log1p);
        assert!(wrong.contains("a transform is not that of the factor"), "{wrong}");
        let wrong = told(&|fit| drop(fit.factor[0].transforms.pop()));
        assert!(wrong.contains("it has 1 transforms, the factor 2"), "{wrong}");
        let wrong = told(&|fit| fit.scale = Some(FrozenScale::Linear { low: 1.0, high: 1.0 }));
        assert!(wrong.contains("the fit of the scale is broken"), "{wrong}");
    }

    #[test]
    fn a_child_inherits_equal_fits_alone() {
        let parent = model(TEXT);
        let frozen = FrozenFit::of(&fitted(&parent), None);
        let inherit = |text: &str| FrozenFit::inherited(&parent, &frozen, &model(text));
        // What is shown otherwise learns nothing else.
        assert_eq!(inherit(&format!("{TEXT}[display]\ndecimals = 2\n")), Some(frozen.clone()));
        // Another name is the same factor; a scale learnt on strengths needs all of them alike.
        let fixed = TEXT.replace("from = 'percentile-rank'", "from = 'unit'");
        let renamed = inherit(&fixed.replace("factor.a", "factor.d")).unwrap();
        assert_eq!(renamed.scale, None);
        assert_eq!(renamed.factor.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["b", "d"]);
        assert_eq!(inherit(&TEXT.replace("factor.a", "factor.d")), None);
        assert_eq!(inherit(&TEXT.replace("upper = 0.9", "upper = 0.8")), None);
        assert_eq!(inherit(&TEXT.replace("'z-score'", "'min-max'")), None);
    }
}
