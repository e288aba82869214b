//! Which studies are made, with everything filled in.

use std::num::NonZeroU8;

use super::noise::NoiseStudy;
use super::reversal::ReversalStudy;
use super::sampling::SamplingStudy;
use super::sensitivity::{Alternative, SensitivityStudy};
use super::spec::{
    AlternativeSpec, GamingSpec, NoiseSpec, ReversalSpec, SamplingSpec, SensitivitySpec, StabilitySpec, TimeSpec, Vary,
    WeightsSpec,
};
use super::time::TimeStudy;
use super::weights::{Around, WeightStudy};

/// What is asked of every version.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Studies {
    pub seed: u64,
    pub top: u64,
    /// MiB.
    pub memory: u64,
    pub sampling: Option<SamplingStudy>,
    pub weights: Option<WeightStudy>,
    pub sensitivity: Option<SensitivityStudy>,
    pub leave_out: bool,
    pub noise: Option<NoiseStudy>,
    pub time: Option<TimeStudy>,
    pub reversal: Option<ReversalStudy>,
    pub gaming: Option<GamingStudy>,
    pub laws: bool,
}

/// Which attacks are tried, and beside whom.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct GamingStudy {
    /// None for every one that there is.
    pub attacks: Option<Vec<String>>,
    pub most: f64,
    /// A segment's column and the value that cheats have there.
    pub cheats: Option<(String, String)>,
    /// An outcome column.
    pub truth: Option<String>,
}

impl Studies {
    /// Bytes that a version may take.
    pub fn cap(&self) -> usize {
        usize::try_from(self.memory).unwrap_or(usize::MAX).saturating_mul(1 << 20)
    }
}

impl From<&StabilitySpec> for Studies {
    fn from(spec: &StabilitySpec) -> Studies {
        Studies {
            seed: spec.seed.unwrap_or(1),
            top: spec.top.unwrap_or(50),
            memory: spec.memory.unwrap_or(1024),
            sampling: spec.sampling.as_ref().map(SamplingStudy::from),
            weights: spec.weights.as_ref().map(WeightStudy::from),
            sensitivity: spec.sensitivity.as_ref().map(SensitivityStudy::from),
            leave_out: spec.leave_out.is_some(),
            noise: spec.noise.as_ref().map(NoiseStudy::from),
            time: spec.time.as_ref().map(TimeStudy::from),
            reversal: spec.reversal.as_ref().map(ReversalStudy::from),
            gaming: spec.gaming.as_ref().map(GamingStudy::from),
            laws: spec.laws.is_some(),
        }
    }
}

impl From<&SamplingSpec> for SamplingStudy {
    fn from(spec: &SamplingSpec) -> SamplingStudy {
        SamplingStudy {
            replicates: spec.replicates.unwrap_or(400),
            level: spec.level.unwrap_or(0.95),
            burst: spec.burst.unwrap_or(1.0),
        }
    }
}

impl From<&WeightsSpec> for WeightStudy {
    fn from(spec: &WeightsSpec) -> WeightStudy {
        let around = match spec.concentration {
            Some(concentration) => Around::Concentration(concentration),
            None => Around::Within(spec.within.unwrap_or(0.25)),
        };
        WeightStudy { draws: spec.draws.unwrap_or(1000), around, vary: spec.vary.unwrap_or_default() }
    }
}

impl From<&SensitivitySpec> for SensitivityStudy {
    fn from(spec: &SensitivitySpec) -> SensitivityStudy {
        let alternative = |spec: &AlternativeSpec| Alternative { name: spec.name.clone(), edits: spec.edits.clone() };
        SensitivityStudy {
            rows: spec.rows.unwrap_or(256),
            within: spec.within.unwrap_or(0.5),
            vary: spec.vary.unwrap_or(Vary::Networks),
            level: spec.level.unwrap_or(0.95),
            alternatives: spec.alternative.iter().map(alternative).collect(),
        }
    }
}

impl From<&NoiseSpec> for NoiseStudy {
    fn from(spec: &NoiseSpec) -> NoiseStudy {
        let digits = spec.digits.clone().unwrap_or_else(|| vec![1, 2]);
        NoiseStudy {
            draws: spec.draws.unwrap_or(50),
            levels: spec.levels.clone().unwrap_or_else(|| vec![0.05, 0.1, 0.2, 0.4]),
            // The schema admits 1 to 12 alone.
            digits: digits.into_iter().filter_map(|digits| NonZeroU8::new(digits as u8)).collect(),
            missing: spec.missing.clone().unwrap_or_else(|| vec![0.02, 0.05, 0.1]),
            stale: spec.stale.clone().unwrap_or_else(|| vec![0.1, 0.5]),
        }
    }
}

impl From<&TimeSpec> for TimeStudy {
    fn from(spec: &TimeSpec) -> TimeStudy {
        TimeStudy { still: spec.still.unwrap_or(0.05) }
    }
}

impl From<&ReversalSpec> for ReversalStudy {
    fn from(spec: &ReversalSpec) -> ReversalStudy {
        ReversalStudy { draws: spec.draws.unwrap_or(20), share: spec.share.unwrap_or(0.1) }
    }
}

impl From<&GamingSpec> for GamingStudy {
    fn from(spec: &GamingSpec) -> GamingStudy {
        let parted = |text: &String| {
            let (column, value) = text.split_once('=').unwrap_or((text, ""));
            (column.trim().to_string(), value.trim().to_string())
        };
        GamingStudy {
            attacks: spec.attacks.clone(),
            most: spec.most.unwrap_or(100.0),
            cheats: spec.cheats.as_ref().map(parted),
            truth: spec.truth.clone(),
        }
    }
}
