//! A second opinion on scores, written from the descriptions of the model file alone: one account
//! at a time, a missing value is `None`, nothing is shared, nothing is fast. It uses the functions
//! of the standard library, so that it cannot inherit a mistake of ours.

#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    Column(usize),
    Number(f64),
    Add(Box<Expr>, Box<Expr>),
    Subtract(Box<Expr>, Box<Expr>),
    Multiply(Box<Expr>, Box<Expr>),
    Divide(Box<Expr>, Box<Expr>),
    Max(Box<Expr>, Box<Expr>),
    Min(Box<Expr>, Box<Expr>),
    Coalesce(Box<Expr>, Box<Expr>),
    Abs(Box<Expr>),
}

#[derive(Clone, Debug, PartialEq)]
pub enum Transform {
    Log1p,
    Sqrt,
    Reverse,
    Power(f64),
    Clip(Option<f64>, Option<f64>),
    Winsorize(f64, f64),
    Logit(f64),
    Saturating(f64),
    Lookup(Vec<(f64, f64)>),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Normalise {
    None,
    MinMax,
    Max,
    ZScore,
    RobustZ,
    PercentileRank,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Missing {
    Zero,
    Constant(f64),
    ReferenceMedian,
    LeaveOut,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Aggregate {
    WeightedSum,
    WeightedMean,
    PowerMean(f64),
    GeometricMean,
    RootSumSquares,
    Max,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ScaleFrom {
    Unit,
    MinMax,
    PercentileRank,
    Fixed(f64, f64),
}

#[derive(Clone, Debug)]
pub struct Factor {
    pub value: Expr,
    pub missing: Missing,
    pub transforms: Vec<Transform>,
    pub normalise: Normalise,
    pub weight: f64,
}

#[derive(Clone, Debug)]
pub struct Network {
    pub weight: f64,
    pub aggregate: Aggregate,
    pub connected: Option<Expr>,
    pub factors: Vec<Factor>,
}

#[derive(Clone, Debug)]
pub struct Model {
    pub networks: Vec<Network>,
    pub combine: Aggregate,
    pub min: f64,
    pub max: f64,
    pub from: ScaleFrom,
}

/// The cells of an account, by column.
pub type Row = Vec<Option<f64>>;

impl Expr {
    pub fn of(&self, row: &Row) -> Option<f64> {
        let finite = |value: f64| value.is_finite().then_some(value);
        match self {
            Expr::Column(at) => row[*at],
            Expr::Number(number) => Some(*number),
            Expr::Add(a, b) => finite(a.of(row)? + b.of(row)?),
            Expr::Subtract(a, b) => finite(a.of(row)? - b.of(row)?),
            Expr::Multiply(a, b) => finite(a.of(row)? * b.of(row)?),
            Expr::Divide(a, b) => {
                let (a, b) = (a.of(row)?, b.of(row)?);
                if b == 0.0 { None } else { finite(a / b) }
            }
            Expr::Max(a, b) => Some(a.of(row)?.max(b.of(row)?)),
            Expr::Min(a, b) => Some(a.of(row)?.min(b.of(row)?)),
            Expr::Coalesce(a, b) => a.of(row).or_else(|| b.of(row)),
            Expr::Abs(a) => Some(a.of(row)?.abs()),
        }
    }

    pub fn columns(&self, found: &mut Vec<usize>) {
        match self {
            Expr::Column(at) => found.push(*at),
            Expr::Number(_) => {}
            Expr::Abs(a) => a.columns(found),
            Expr::Add(a, b)
            | Expr::Subtract(a, b)
            | Expr::Multiply(a, b)
            | Expr::Divide(a, b)
            | Expr::Max(a, b)
            | Expr::Min(a, b)
            | Expr::Coalesce(a, b) => {
                a.columns(found);
                b.columns(found);
            }
        }
    }
}

impl Network {
    /// "Where the expression is neither missing nor zero", or where any column that the factors
    /// read has a value.
    pub fn is_on(&self, row: &Row) -> bool {
        match &self.connected {
            Some(expression) => expression.of(row).is_some_and(|value| value != 0.0),
            None => {
                let mut columns = Vec::new();
                self.factors.iter().for_each(|factor| factor.value.columns(&mut columns));
                columns.iter().any(|at| row[*at].is_some())
            }
        }
    }
}

/// Linear interpolation at position (n - 1) p.
pub fn quantile(values: &[f64], p: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let position = (sorted.len().checked_sub(1)?) as f64 * p;
    let below = sorted[position.floor() as usize];
    let above = sorted[position.ceil() as usize];
    Some(below + (above - below) * (position - position.floor()))
}

fn transformed(transform: &Transform, value: f64, reference: &[f64]) -> Option<f64> {
    match transform {
        Transform::Log1p => (value >= 0.0).then(|| value.ln_1p()),
        Transform::Sqrt => (value >= 0.0).then(|| value.sqrt()),
        Transform::Reverse => Some(-value),
        Transform::Power(exponent) => (value >= 0.0).then(|| value.powf(*exponent)),
        Transform::Clip(min, max) => Some(value.max(min.unwrap_or(f64::MIN)).min(max.unwrap_or(f64::MAX))),
        Transform::Winsorize(lower, upper) => {
            Some(value.max(quantile(reference, *lower)?).min(quantile(reference, *upper)?))
        }
        Transform::Logit(margin) => (0.0..=1.0).contains(&value).then(|| {
            let share = value.max(*margin).min(1.0 - margin);
            (share / (1.0 - share)).ln()
        }),
        Transform::Saturating(half) => (value >= 0.0).then(|| value / (value + half)),
        Transform::Lookup(levels) => levels.iter().find(|(level, _)| *level == value).map(|(_, counts)| *counts),
    }
}

/// The share below plus half the share that is equal; between two values on the line, and 0 and 1
/// beyond the ends.
pub fn percentile_rank(value: f64, reference: &[f64]) -> f64 {
    let n = reference.len() as f64;
    let rank = |x: f64| {
        let below = reference.iter().filter(|other| **other < x).count() as f64;
        let equal = reference.iter().filter(|other| **other == x).count() as f64;
        (below + equal / 2.0) / n
    };
    let left = reference.iter().copied().filter(|x| *x <= value).fold(f64::NEG_INFINITY, f64::max);
    let right = reference.iter().copied().filter(|x| *x >= value).fold(f64::INFINITY, f64::min);
    match (left.is_finite(), right.is_finite()) {
        (false, _) => 0.0,
        (_, false) => 1.0,
        _ if left == right => rank(left),
        _ => rank(left) + (rank(right) - rank(left)) * (value - left) / (right - left),
    }
}

fn normalised(normalise: Normalise, value: f64, reference: &[f64]) -> f64 {
    let least = reference.iter().copied().fold(f64::INFINITY, f64::min);
    let most = reference.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mean = reference.iter().sum::<f64>() / reference.len() as f64;
    match normalise {
        Normalise::None => value,
        Normalise::MinMax => (value - least) / (most - least),
        Normalise::Max => value / most,
        Normalise::ZScore => {
            let variance = reference.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / reference.len() as f64;
            (value - mean) / variance.sqrt()
        }
        Normalise::RobustZ => {
            let (median, deviation) = median_and_deviation(reference);
            (value - median) / (1.482_602_218_505_602 * deviation)
        }
        Normalise::PercentileRank => percentile_rank(value, reference),
    }
}

fn median_and_deviation(reference: &[f64]) -> (f64, f64) {
    let median = quantile(reference, 0.5).unwrap();
    let deviations: Vec<f64> = reference.iter().map(|x| (x - median).abs()).collect();
    (median, quantile(&deviations, 0.5).unwrap())
}

/// Whether a reference can place anybody.
fn bears(normalise: Normalise, reference: &[f64]) -> bool {
    let spread = reference.iter().any(|x| *x != reference[0]);
    match normalise {
        Normalise::None => true,
        Normalise::MinMax | Normalise::ZScore => spread,
        Normalise::Max => reference.iter().any(|x| *x > 0.0),
        Normalise::RobustZ => !reference.is_empty() && median_and_deviation(reference).1 > 0.0,
        Normalise::PercentileRank => !reference.is_empty(),
    }
}

/// A factor with the reference values at each of its steps.
struct Fitted<'a> {
    factor: &'a Factor,
    substitute: Option<f64>,
    /// Before each transform, and at the end.
    steps: Vec<Vec<f64>>,
}

impl<'a> Fitted<'a> {
    /// None where the reference population cannot bear the fit.
    fn new(factor: &'a Factor, network: &Network, reference: &[Row]) -> Option<Fitted<'a>> {
        let raw: Vec<Option<f64>> =
            reference.iter().filter(|row| network.is_on(row)).map(|row| factor.value.of(row)).collect();
        let substitute = match factor.missing {
            Missing::Zero => Some(0.0),
            Missing::Constant(value) => Some(value),
            Missing::ReferenceMedian => Some(quantile(&raw.iter().flatten().copied().collect::<Vec<_>>(), 0.5)?),
            Missing::LeaveOut => None,
        };
        let mut values: Vec<f64> = raw.into_iter().filter_map(|value| value.or(substitute)).collect();
        let mut steps = Vec::new();
        for transform in &factor.transforms {
            if matches!(transform, Transform::Winsorize(..)) && values.is_empty() {
                return None;
            }
            let after = values.iter().filter_map(|value| transformed(transform, *value, &values)).collect();
            steps.push(std::mem::replace(&mut values, after));
        }
        let bears = bears(factor.normalise, &values);
        steps.push(values);
        bears.then_some(Fitted { factor, substitute, steps })
    }

    fn of(&self, row: &Row) -> Option<f64> {
        let mut value = self.factor.value.of(row).or(self.substitute)?;
        for (transform, reference) in self.factor.transforms.iter().zip(&self.steps) {
            value = transformed(transform, value, reference)?;
        }
        Some(normalised(self.factor.normalise, value, self.steps.last()?))
    }
}

/// The strengths that are present, each with its weight, as one.
pub fn aggregated(aggregate: Aggregate, parts: &[(f64, f64)]) -> Option<f64> {
    if parts.is_empty() {
        return None;
    }
    let weight: f64 = parts.iter().map(|(weight, _)| weight).sum();
    let mean = |each: &dyn Fn(f64) -> f64| {
        // A weight of 0 takes no part, not even 0 times infinity.
        let taken = parts.iter().filter(|(weight, _)| *weight > 0.0);
        (weight > 0.0).then(|| taken.map(|(weight, x)| weight * each(*x)).sum::<f64>() / weight)
    };
    match aggregate {
        Aggregate::WeightedSum => Some(parts.iter().map(|(weight, x)| weight * x).sum()),
        Aggregate::WeightedMean => mean(&|x| x),
        Aggregate::PowerMean(p) => Some(mean(&|x| x.max(0.0).powf(p))?.powf(1.0 / p)),
        Aggregate::GeometricMean => Some(mean(&|x| x.max(0.0).ln())?.exp()),
        Aggregate::RootSumSquares => {
            Some(parts.iter().map(|(weight, x)| weight * x.max(0.0).powi(2)).sum::<f64>().sqrt())
        }
        Aggregate::Max => parts.iter().map(|(weight, x)| weight * x).reduce(f64::max),
    }
}

/// What the oracle knows of a model over a reference.
pub struct Opinion {
    /// Combined strengths of the scored rows.
    pub strengths: Vec<Option<f64>>,
    /// Combined strengths of the reference.
    pub reference: Vec<f64>,
    pub scores: Vec<Option<f64>>,
}

/// Strengths and scores of the rows; none if the model cannot be fitted on the reference.
pub fn opinion(model: &Model, reference: &[Row], rows: &[Row]) -> Option<Opinion> {
    let fitted: Option<Vec<Vec<Fitted<'_>>>> = model
        .networks
        .iter()
        .map(|network| network.factors.iter().map(|factor| Fitted::new(factor, network, reference)).collect())
        .collect();
    let fitted = fitted?;
    let strength = |row: &Row| {
        let networks = model.networks.iter().zip(&fitted).filter(|(network, _)| network.is_on(row));
        let parts: Vec<(f64, f64)> = networks
            .filter_map(|(network, factors)| {
                let own: Vec<(f64, f64)> =
                    factors.iter().filter_map(|fitted| Some((fitted.factor.weight, fitted.of(row)?))).collect();
                Some((network.weight, aggregated(network.aggregate, &own)?))
            })
            .collect();
        aggregated(model.combine, &parts)
    };
    let strengths: Vec<Option<f64>> = rows.iter().map(strength).collect();
    let reference: Vec<f64> = reference.iter().filter_map(strength).collect();
    let least = reference.iter().copied().fold(f64::INFINITY, f64::min);
    let most = reference.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let (low, high) = match model.from {
        ScaleFrom::Unit => (0.0, 1.0),
        ScaleFrom::Fixed(low, high) => (low, high),
        ScaleFrom::MinMax if least < most => (least, most),
        ScaleFrom::PercentileRank if !reference.is_empty() => (0.0, 1.0),
        _ => return None,
    };
    let score = |strength: f64| {
        let share = match model.from {
            // Ranked on a grid of a billionth of a thousandth of the largest strength.
            ScaleFrom::PercentileRank => {
                let largest = least.abs().max(most.abs());
                let unit = if largest > 0.0 { largest / 1000.0 } else { 1.0 };
                let gridded = |strength: f64| (strength / unit * 1e9).round() / 1e9;
                let reference: Vec<f64> = reference.iter().copied().map(gridded).collect();
                percentile_rank(gridded(strength), &reference)
            }
            _ => ((strength - low) / (high - low)).clamp(0.0, 1.0),
        };
        model.min + (model.max - model.min) * share
    };
    let scores = strengths.iter().map(|strength| strength.map(score)).collect();
    Some(Opinion { strengths, reference, scores })
}
