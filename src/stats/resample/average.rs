//! Means and shares of weighted rows.

#[cfg(test)]
mod tests;

use super::statistic::{Groups, Scratch, Statistic, designed, fits, inside};
use super::units::Units;
use crate::stats::paired::Paired;
use crate::stats::sum::{Sum, sum};
use crate::stats::undefined::{Figure, Undefined, all_finite, figure};

/// The mean of a value, or the share of rows that carry a mark:
/// `sum w x / sum w`.
///
/// Multiplicities are integers, so a share without design weights is a ratio of
/// counts, and a mean with multiplicities 1 is that of
/// [`crate::stats::summary::mean`]. No ties; missing values are not admitted.
/// O(n) a replicate.
#[derive(Clone, Debug)]
pub struct Average {
    /// Rows of the table that multiplicities speak of.
    rows: usize,
    /// The rows that take part, ascending.
    chosen: Vec<u32>,
    /// Along `chosen`.
    parts: Parts,
    /// Design weights along `chosen`.
    weights: Option<Vec<f64>>,
}

#[derive(Clone, Debug)]
enum Parts {
    Values { values: Vec<f64>, least: f64, greatest: f64 },
    Marks(Vec<bool>),
}

impl Average {
    /// The mean of a column.
    ///
    /// # Errors
    /// A value that is not finite; more than 2^32 - 1 rows.
    pub fn of_values(values: &[f64]) -> Result<Self, Undefined> {
        all_finite(values)?;
        Ok(Average { rows: values.len(), chosen: all_rows(values.len())?, parts: ends(values.to_vec()), weights: None })
    }

    /// The mean of second minus first: the mean shift.
    ///
    /// # Errors
    /// [`Undefined::Overflow`] if a difference leaves the range of `f64`.
    pub fn of_differences(pairs: Paired<'_>) -> Result<Self, Undefined> {
        let differences: Vec<f64> = pairs.differences().collect();
        Average::of_values(&differences).map_err(|_| Undefined::Overflow)
    }

    /// The share of rows that are marked.
    ///
    /// # Errors
    /// More than 2^32 - 1 rows.
    pub fn of_marks(marks: &[bool]) -> Result<Self, Undefined> {
        let chosen = all_rows(marks.len())?;
        Ok(Average { rows: marks.len(), chosen, parts: Parts::Marks(marks.to_vec()), weights: None })
    }

    /// The same figure of some rows, a segment say, for multiplicities of the
    /// whole table: `chosen` holds row numbers, ascending. Comes before
    /// [`weighted`](Average::weighted).
    ///
    /// # Errors
    /// [`Undefined::OutOfRange`] if they do not ascend or leave the table, or
    /// if rows or weights have been chosen already.
    pub fn within(self, chosen: &[u32]) -> Result<Self, Undefined> {
        inside(self.rows, chosen)?;
        if self.chosen.len() != self.rows || self.weights.is_some() {
            return Err(Undefined::OutOfRange { text: "rows are chosen once, before weights".to_owned() });
        }
        let parts = match self.parts {
            Parts::Values { values, .. } => ends(chosen.iter().map(|&row| values[row as usize]).collect()),
            Parts::Marks(marks) => Parts::Marks(chosen.iter().map(|&row| marks[row as usize]).collect()),
        };
        Ok(Average { rows: self.rows, chosen: chosen.to_vec(), parts, weights: None })
    }

    /// The same rows with design weights, one for every row of the table; they
    /// multiply every multiplicity.
    ///
    /// # Errors
    /// Another number of weights than rows; a weight that is not finite or is
    /// below 0.
    pub fn weighted(mut self, weights: &[f64]) -> Result<Self, Undefined> {
        designed(self.rows, weights)?;
        self.weights = Some(self.chosen.iter().map(|&row| weights[row as usize]).collect());
        Ok(self)
    }

    /// The value of the row at a place, a mark counting 1.
    fn part(&self, at: usize) -> f64 {
        match &self.parts {
            Parts::Values { values, .. } => values[at],
            Parts::Marks(marks) => f64::from(u8::from(marks[at])),
        }
    }

    fn divided(&self, total: f64, weight: f64) -> Figure {
        if weight <= 0.0 {
            return Err(Undefined::Empty);
        }
        let (least, greatest) = match self.parts {
            Parts::Values { least, greatest, .. } => (least, greatest),
            Parts::Marks(_) => (0.0, 1.0),
        };
        Ok(figure(total / weight)?.clamp(least, greatest))
    }
}

fn all_rows(rows: usize) -> Result<Vec<u32>, Undefined> {
    match u32::try_from(rows) {
        Ok(rows) => Ok((0..rows).collect()),
        Err(_) => Err(Undefined::OutOfRange { text: format!("{rows} rows are more than {}", u32::MAX) }),
    }
}

fn ends(values: Vec<f64>) -> Parts {
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let greatest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    Parts::Values { values, least, greatest }
}

impl Statistic for Average {
    fn rows(&self) -> usize {
        self.rows
    }

    fn range(&self) -> (f64, f64) {
        match self.parts {
            Parts::Values { .. } => (f64::NEG_INFINITY, f64::INFINITY),
            Parts::Marks(_) => (0.0, 1.0),
        }
    }

    fn of(&self, multiplicities: &[u32], _: &mut Scratch) -> Figure {
        fits(self.rows, multiplicities)?;
        let counts = || self.chosen.iter().map(|&row| multiplicities[row as usize]);
        match (&self.weights, &self.parts) {
            (Some(weights), _) => {
                let weights = || counts().zip(weights).map(|(count, weight)| f64::from(count) * weight);
                let total = sum(weights().enumerate().map(|(at, weight)| weight * self.part(at)));
                // The sum of a mark's weights in the same order, so a share of 1 is exactly 1.
                self.divided(total, sum(weights()))
            }
            (None, Parts::Marks(marks)) => {
                let marked: u64 =
                    counts().zip(marks).filter(|(_, mark)| **mark).map(|(count, _)| u64::from(count)).sum();
                self.divided(marked as f64, counts().map(u64::from).sum::<u64>() as f64)
            }
            (None, Parts::Values { values, .. }) => {
                let (mut total, mut weight) = (Sum::default(), 0);
                for (count, value) in counts().zip(values) {
                    total.add(f64::from(count) * value);
                    weight += u64::from(count);
                }
                self.divided(total.value(), weight as f64)
            }
        }
    }

    /// In closed form, O(n): the total less the unit's part of it.
    fn leave_one_out(&self, units: &Units) -> Result<Vec<f64>, Undefined> {
        let groups = Groups::of(units, self.rows)?;
        let mut own = vec![(0.0, 0.0); self.rows];
        for (at, &row) in self.chosen.iter().enumerate() {
            let weight = self.weights.as_ref().map_or(1.0, |weights| weights[at]);
            own[row as usize] = (weight * self.part(at), weight);
        }
        let whole = (sum(own.iter().map(|part| part.0)), sum(own.iter().map(|part| part.1)));
        (0..groups.count())
            .map(|unit| {
                let parts = || groups.rows(unit).iter().map(|&row| own[row as usize]);
                let total = whole.0 - sum(parts().map(|part| part.0));
                let weight = whole.1 - sum(parts().map(|part| part.1));
                // What rounding leaves of a weight is nothing.
                self.divided(total, if weight > 1e-12 * whole.1 { weight } else { 0.0 })
            })
            .collect()
    }
}
