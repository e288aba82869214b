//! Which metrics are measured where, by what is known of the accounts.

use std::collections::BTreeMap;

use super::{Argument, Metric};
use crate::compare::Comparison;

impl Metric {
    /// The metrics that a comparison measures, by what is known of its accounts.
    pub fn for_comparison(comparison: &Comparison) -> Vec<Metric> {
        let mut metrics = Metric::standard();
        if comparison.beside.displayed.is_some() {
            metrics.extend(Metric::displayed());
        }
        if comparison.ends.is_some() {
            metrics.extend(labelled(&[
                "saturation",
                "saturation[of=baseline]",
                "saturation[end=bottom]",
                "saturation[end=bottom,of=baseline]",
            ]));
        }
        if !comparison.answers.is_empty() {
            metrics.extend(labelled(&["nps[of=baseline]", "nps", "nps[of=gain]"]));
        }
        if comparison.beside.exposure.is_some() {
            metrics.extend(Metric::exposed());
        }
        if comparison.beside.confidence.is_some() {
            metrics.extend(Metric::data());
        }
        if comparison.beside.ages.is_some() {
            metrics.extend(labelled(&["data-age", "data-age[quantile=0.95]"]));
        }
        metrics.extend(outcomes(comparison, &["baseline", "candidate", "gain"]));
        if !comparison.pairs.is_empty() || comparison.pairs_left_out > 0 {
            metrics.extend(Metric::judgement());
        }
        if comparison.published.is_some() {
            metrics.extend(Metric::replay());
        }
        metrics
    }

    /// The metrics that two candidates are held against each other by.
    pub fn for_two(comparison: &Comparison) -> Vec<Metric> {
        let mut labels = vec!["kendall-tau-b", "overlap-at-k[k=100]", "mean-shift", "share-moved[direction=down]"];
        if !comparison.pairs.is_empty() {
            labels.extend(["auc[of=gain]", "accuracy[of=gain]"]);
        }
        if !comparison.answers.is_empty() {
            labels.push("nps[of=gain]");
        }
        let mut metrics = labelled(&labels);
        metrics.extend(outcomes(comparison, &["gain"]));
        metrics
    }

    /// The metrics that every comparison measures.
    pub fn standard() -> Vec<Metric> {
        let labels = [
            "kendall-tau-b",
            "spearman",
            "weighted-tau",
            "tau-ap",
            "rbo",
            "overlap-at-k",
            "overlap-at-k[k=50]",
            "overlap-at-k[k=100]",
            "overlap-at-k[k=1000]",
            "jaccard-at-k",
            "jaccard-at-k[k=100]",
            "rank-shift",
            "mean-shift",
            "quantile-shift[quantile=0.05]",
            "quantile-shift",
            "quantile-shift[quantile=0.95]",
            "mean-absolute-shift",
            "move-quantile[quantile=0]",
            "move-quantile",
            "move-quantile[quantile=0.95]",
            "move-quantile[quantile=1]",
            "share-moved",
            "share-moved[direction=down,threshold=1]",
            "share-moved[direction=down]",
            "share-moved[direction=down,threshold=10]",
            "share-moved[direction=down,threshold=20]",
            "share-moved[direction=up,threshold=1]",
            "share-moved[direction=up]",
            "share-moved[direction=up,threshold=10]",
            "share-moved[direction=up,threshold=20]",
            "wasserstein",
            "ks",
            "psi",
            "jensen-shannon",
            "migration-up",
            "migration-down",
            "weighted-kappa",
            "bowker",
            "order-share",
            "spread-ratio",
        ];
        labelled(&labels)
    }

    /// The shares that move as people see them.
    pub fn displayed() -> Vec<Metric> {
        moved("on=displayed")
    }

    /// The shares that move, by exposure.
    pub fn exposed() -> Vec<Metric> {
        moved("per=exposure")
    }

    /// What the scores rest on.
    pub fn data() -> Vec<Metric> {
        labelled(&["confidence[of=baseline]", "confidence", "confidence[of=gain]", "confidence[quantile=0.05]"])
    }

    /// The metrics of a dataset with judged pairs.
    pub fn judgement() -> Vec<Metric> {
        let labels =
            ["auc[of=baseline]", "auc", "auc[of=gain]", "accuracy[of=baseline]", "accuracy", "accuracy[of=gain]"];
        labelled(&labels)
    }

    /// The metrics of a dataset with a published score.
    pub fn replay() -> Vec<Metric> {
        labelled(&["replay-match", "replay-error"])
    }
}

/// Metrics by their labels, which a test checks.
fn labelled(labels: &[&str]) -> Vec<Metric> {
    labels.iter().filter_map(|label| label.parse().ok()).collect()
}

/// Agreement with every outcome that the dataset declares.
fn outcomes(comparison: &Comparison, of: &[&str]) -> Vec<Metric> {
    let mut metrics = Vec::new();
    for (name, _) in &comparison.beside.outcomes {
        metrics.extend(of.iter().filter_map(|of| {
            let word = |word: &str| Argument::Word(word.to_string());
            let stated = BTreeMap::from([("of".to_string(), word(of)), ("outcome".to_string(), word(name))]);
            Metric::new("outcome-spearman", &stated).ok()
        }));
    }
    metrics
}

/// The shares moved in both directions by every usual threshold.
fn moved(with: &str) -> Vec<Metric> {
    let each = |direction: &'static str| {
        [1, 5, 10, 20].map(|threshold| format!("share-moved[direction={direction},{with},threshold={threshold}]"))
    };
    let labels = ["down", "up"].into_iter().flat_map(each);
    labels.filter_map(|label| label.parse().ok()).collect()
}
