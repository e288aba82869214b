//! The sheet that exact figures are written on.

use crate::experiment::outcome::Place;
use crate::report::{Align, Table};
use crate::stability::Spread;
use crate::stability::findings::Known;
use crate::stats::estimate::Estimate;

/// Rows as they come, under the version and study that they are of.
pub(super) struct Sheet {
    pub(super) table: Table,
    /// Model, dataset, topic, snapshot and study.
    at: [String; 5],
}

impl Sheet {
    pub(super) fn new() -> Sheet {
        let columns = [
            ("model", Align::Left),
            ("dataset", Align::Left),
            ("topic", Align::Left),
            ("snapshot", Align::Left),
            ("study", Align::Left),
            ("subject", Align::Left),
            ("figure", Align::Left),
            ("value", Align::Right),
            ("undefined", Align::Left),
        ];
        Sheet { table: Table::new("", &columns), at: Default::default() }
    }

    /// Rows are of this model and place from now on.
    pub(super) fn of(&mut self, model: &str, place: &Place) {
        let named = |name: &Option<String>| name.clone().unwrap_or_default();
        let [topic, snapshot] = [named(&place.topic), named(&place.snapshot)];
        self.at = [model.to_string(), place.dataset.clone(), topic, snapshot, String::new()];
    }

    pub(super) fn study(&mut self, study: &str) {
        self.at[4] = study.to_string();
    }

    fn row(&mut self, subject: &str, figure: &str, value: String, undefined: &str) {
        let named = [subject.to_string(), figure.to_string(), value, undefined.to_string()];
        self.table.row(self.at.clone().into_iter().chain(named));
    }

    pub(super) fn undefined(&mut self, subject: &str, figure: &str, reason: &str) {
        self.row(subject, figure, String::new(), reason);
    }

    pub(super) fn number(&mut self, subject: &str, figure: &str, value: f64) {
        match value.is_finite() {
            true => self.row(subject, figure, value.to_string(), ""),
            false => self.undefined(subject, figure, "it is no finite number"),
        }
    }

    pub(super) fn numbers<const N: usize>(&mut self, subject: &str, figures: [(&str, f64); N]) {
        figures.into_iter().for_each(|(figure, value)| self.number(subject, figure, value));
    }

    pub(super) fn counts<const N: usize>(&mut self, subject: &str, figures: [(&str, u64); N]) {
        figures.into_iter().for_each(|(figure, count)| self.row(subject, figure, count.to_string(), ""));
    }

    pub(super) fn ends(&mut self, subject: &str, figure: &str, [low, high]: [f64; 2]) {
        self.number(subject, &format!("{figure}[of=low]"), low);
        self.number(subject, &format!("{figure}[of=high]"), high);
    }

    pub(super) fn spread(&mut self, subject: &str, figure: &str, spread: &Spread) {
        self.number(subject, figure, spread.mean);
        self.ends(subject, figure, [spread.low, spread.high]);
    }

    pub(super) fn estimate(&mut self, subject: &str, figure: &str, estimate: &Estimate) {
        self.number(subject, figure, estimate.point());
        if let Some(bounds) = estimate.bounds() {
            self.ends(subject, figure, [bounds.lower, bounds.upper]);
        }
    }

    pub(super) fn known(&mut self, subject: &str, figure: &str, known: &Known<f64>) {
        match known {
            Known::Value(value) => self.number(subject, figure, *value),
            Known::Undefined(reason) => self.undefined(subject, figure, reason),
        }
    }

    pub(super) fn optional(&mut self, subject: &str, figure: &str, value: Option<f64>, reason: &str) {
        match value {
            Some(value) => self.number(subject, figure, value),
            None => self.undefined(subject, figure, reason),
        }
    }
}
