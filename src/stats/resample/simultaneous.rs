//! Intervals that hold together.
//!
//! Of twenty intervals at 95 % one misses by chance. Whoever looks at all
//! segments and names the worst needs intervals that cover all figures at once.

#[cfg(test)]
mod tests;

use super::interval::{Refused, Resampled, Used, percentile};
use super::replicates::Replicates;
use crate::stats::sum::sum;

/// Intervals of several figures, by figure; one that allows no interval has the
/// reason and no part in the others.
pub type Simultaneous = Vec<Result<Resampled, Refused>>;

impl Replicates<'_> {
    /// Intervals that cover all figures at once with the level of the plan:
    /// `point +- q s`, with `s` the standard deviation of the figure's
    /// replicates and `q` the level-quantile over replicates of the largest
    /// `|replicate - point| / s` among the figures.
    ///
    /// Studentised maximum, as in Romano and Wolf, "Exact and approximate
    /// stepdown methods for multiple hypothesis testing", JASA 100 (2005). The
    /// quantile is the order statistic `ceil(level (B + 1))`. Ends are cut at
    /// the bounds of the figure, which no figure exceeds. Replicates in which a
    /// figure is undefined are left out for all; a figure undefined in more
    /// than one in a hundred has no part.
    #[must_use]
    pub fn max_t(&self) -> Simultaneous {
        let parts: Vec<Result<Part, Refused>> = (0..self.len()).map(|at| self.part(at)).collect();
        let members: Vec<(usize, &Part)> =
            parts.iter().enumerate().filter_map(|(at, part)| Some((at, part.as_ref().ok()?))).collect();
        let mut largest: Vec<f64> = (0..self.plan.replicates)
            .filter_map(|number| {
                let reach =
                    |(at, part): &(usize, &Part)| Some((self.figures(*at)[number]? - part.point).abs() / part.spread);
                members.iter().try_fold(0.0, |widest: f64, member| Some(widest.max(reach(member)?)))
            })
            .collect();
        largest.sort_unstable_by(f64::total_cmp);
        let place = (self.plan.level * (largest.len() + 1) as f64).ceil() as usize;
        let reach = largest.get(place.clamp(1, largest.len().max(1)) - 1).copied();
        let (together, replicates) = (members.len(), largest.len());
        let interval = |at: usize, part: &Part| {
            let Some(reach) = reach else {
                let all = self.plan.replicates;
                return Err(Refused::OftenUndefined { undefined: all, of: all });
            };
            let (least, greatest) = self.range(at);
            let (lower, upper) = (part.point - reach * part.spread, part.point + reach * part.spread);
            let ends = (lower.max(least), part.point, upper.min(greatest));
            self.resampled(at, ends, Used::MaxT { together, reach }, replicates)
        };
        parts
            .iter()
            .enumerate()
            .map(|(at, part)| part.as_ref().map_err(Clone::clone).and_then(|part| interval(at, part)))
            .collect()
    }

    fn part(&self, at: usize) -> Result<Part, Refused> {
        self.plan.check(1)?;
        let (point, replicates) = self.usable(at)?;
        let n = replicates.len() as f64;
        let mean = sum(replicates.iter().copied()) / n;
        let spread = (sum(replicates.iter().map(|figure| (figure - mean) * (figure - mean))) / (n - 1.0)).sqrt();
        if !(spread > 0.0 && spread.is_finite()) {
            return Err(Refused::NoSpread);
        }
        Ok(Part { point, spread })
    }

    /// Percentile intervals that cover all figures at once: each at
    /// `1 - (1 - level) / m` for `m` figures (Bonferroni). Wider than
    /// [`max_t`](Replicates::max_t) where figures depend on each other, and its
    /// ends lie far out, so it needs `20 m / (1 - level)` replicates.
    #[must_use]
    pub fn simultaneous_percentile(&self) -> Simultaneous {
        let usable: Vec<Result<(f64, Vec<f64>), Refused>> = (0..self.len()).map(|at| self.usable(at)).collect();
        let together = usable.iter().filter(|figure| figure.is_ok()).count();
        let level = 1.0 - (1.0 - self.plan.level) / together.max(1) as f64;
        let interval = |(at, figure): (usize, Result<(f64, Vec<f64>), Refused>)| {
            self.plan.check(together.max(1))?;
            let (point, replicates) = figure?;
            let (lower, upper) = percentile(&replicates, level)?;
            let used = Used::SimultaneousPercentile { together };
            self.resampled(at, (lower, point, upper), used, replicates.len())
        };
        usable.into_iter().enumerate().map(interval).collect()
    }
}

struct Part {
    point: f64,
    spread: f64,
}
