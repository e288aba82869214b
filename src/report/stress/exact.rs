//! Every figure of every study in full precision, a row each.

mod sheet;

use crate::experiment::stress::{ShakenBy, Steadier, Stressed, StressedVersion};
use crate::report::{Table, csv};
use crate::stability::findings::{
    Disturbance, Known, LeaveOutFindings, LeftOut, NoiseFindings, ReversalFindings, SamplingFindings,
    SensitivityFindings, TimeFindings, WeightFindings,
};
use crate::stability::gaming::findings::{AttackFindings, CohortFindings, GamingFindings};
use crate::stability::laws::LawFindings;
use crate::stability::laws::findings::{Change, Profile};
use sheet::Sheet;

/// Every figure as CSV. The subject is what the figure is about within its study: an account, a
/// factor, a disturbance; what narrows it stands behind a comma. Figures have the names that
/// expectations know them by, where there is such a name; `[of=low]` and `[of=high]` are the ends of
/// an interval, or what nine draws in ten lie between.
pub fn exact_studies(found: &Stressed) -> String {
    csv::render(&table(found))
}

pub(super) fn table(found: &Stressed) -> Table {
    let mut sheet = Sheet::new();
    for version in &found.versions {
        sheet.version(version);
    }
    for one in &found.steadier {
        sheet.steadier(one);
    }
    sheet.table
}

impl Sheet {
    fn version(&mut self, version: &StressedVersion) {
        self.of(&version.model, &version.place);
        self.study("version");
        self.counts("", [("accounts", version.accounts)]);
        self.part("sampling", version.sampling.as_ref(), Sheet::sampling);
        self.part("weights", version.weights.as_ref(), Sheet::weights);
        self.part("sensitivity", version.sensitivity.as_ref(), Sheet::sensitivity);
        self.part("leave-out", version.leave_out.as_ref(), Sheet::leave_out);
        self.part("noise", version.noise.as_ref(), Sheet::noise);
        self.part("time", version.time.as_ref(), Sheet::time);
        self.part("reversal", version.reversal.as_ref(), Sheet::reversal);
        self.part("gaming", version.gaming.as_ref(), Sheet::gaming);
        self.part("laws", version.laws.as_ref(), Sheet::laws);
        for skipped in &version.skipped {
            let (study, reason) = skipped.split_once(": ").unwrap_or(("", skipped.as_str()));
            self.study(study);
            self.undefined("", "", reason);
        }
    }

    /// The rows of a study, where it was made.
    fn part<T>(&mut self, study: &str, found: Option<&T>, rows: fn(&mut Sheet, &T)) {
        self.study(study);
        if let Some(found) = found {
            rows(self, found);
        }
    }

    fn sampling(&mut self, found: &SamplingFindings<String>) {
        let SamplingFindings { replicates, contenders, neighbours, level, told_apart, width, .. } = found;
        self.counts("", [("replicates", *replicates), ("contenders", *contenders), ("neighbours", *neighbours)]);
        self.numbers("", [("level", *level), ("told-apart", *told_apart), ("width", *width)]);
        self.known("", "told-apart-at-top", &found.told_apart_at_top);
        for signal in &found.not_drawn {
            self.undefined(signal, "drawn", "it counts no events");
        }
        for one in &found.accounts {
            self.number(&one.account, "place", one.place);
            self.ends(&one.account, "alone", one.alone);
            self.ends(&one.account, "together", one.together);
            self.counts(&one.account, [("group", u64::from(one.group))]);
        }
    }

    fn weights(&mut self, found: &WeightFindings<String>) {
        self.counts("", [("draws", found.draws), ("weights", found.weights)]);
        self.spread("", "tau-b", &found.tau);
        self.spread("", "rank-shift", &found.rank_shift);
        self.spread("", "top-kept", &found.top_kept);
        self.number("", "width", found.width);
        for one in &found.accounts {
            let figures = [("place", one.nominal), ("mean", one.mean), ("median", one.median)];
            self.numbers(&one.account, figures);
            self.ends(&one.account, "place", [one.low, one.high]);
        }
    }

    fn sensitivity(&mut self, found: &SensitivityFindings) {
        self.counts("", [("rows", found.rows), ("scorings", found.scorings)]);
        self.numbers("", [("rank-shift", found.mean), ("rank-shift-deviation", found.deviation)]);
        self.estimate("", "alone", &found.alone);
        for choice in &found.choices {
            self.estimate(&choice.name, "first", &choice.first);
            self.estimate(&choice.name, "total", &choice.total);
        }
    }

    fn leave_out(&mut self, found: &LeaveOutFindings<String>) {
        for LeftOut { name, found, furthest } in found.networks.iter().chain(&found.factors) {
            match found {
                Known::Value(moved) => {
                    let order = [("tau-b", moved.kendall_tau_b), ("rank-shift", moved.rank_shift)];
                    self.numbers(name, order);
                    self.numbers(name, [("top-kept", moved.top_kept), ("score-shift", moved.score_shift)]);
                    self.counts(name, [("lost", moved.lost)]);
                }
                Known::Undefined(reason) => self.not_left_out(name, reason),
            }
            if let Some(mover) = furthest {
                let subject = format!("{name}, {}", mover.account);
                self.numbers(&subject, [("place-before", mover.before), ("place-after", mover.after)]);
            }
        }
        for name in &found.alone {
            self.not_left_out(name, "nothing else is weighed against it");
        }
    }

    fn not_left_out(&mut self, name: &str, reason: &str) {
        for figure in ["tau-b", "rank-shift", "top-kept", "score-shift", "lost"] {
            self.undefined(name, figure, reason);
        }
    }

    fn noise(&mut self, found: &NoiseFindings) {
        for one in &found.disturbed {
            let subject = parameter(&one.disturbance);
            self.counts(&subject, [("draws", one.draws)]);
            self.spread(&subject, "tau-b", &one.tau);
            self.spread(&subject, "rank-shift", &one.rank_shift);
            self.spread(&subject, "top-kept", &one.top_kept);
            self.spread(&subject, "score-shift", &one.score_shift);
            self.number(&subject, "lost", one.lost);
        }
        for skipped in &found.skipped {
            self.undefined("", "", skipped);
        }
    }

    fn time(&mut self, found: &TimeFindings) {
        for step in &found.steps {
            let subject = format!("{} to {}", step.from, step.to);
            self.counts(&subject, [("accounts", step.both)]);
            self.numbers(&subject, [("tau-b", step.tau), ("top-kept", step.top_kept), ("mean-shift", step.mean_shift)]);
            self.number(&subject, "mean-absolute-shift", step.mean_absolute_shift);
            self.known(&subject, "psi", &step.psi);
            self.counts(&subject, [("still", step.still)]);
            let reason = "there is no account whose data hardly changed";
            self.optional(&subject, "still-median", step.still_median, reason);
            self.optional(&subject, "still-shift", step.still_high, reason);
        }
        for one in &found.survivors {
            self.number(&one.snapshot, "first-top-kept", one.share);
        }
        for one in &found.aged {
            self.numbers(&one.reference, [("aged-tau-b", one.tau), ("aged-mean-shift", one.mean_shift)]);
            self.number(&one.reference, "aged-mean-absolute-shift", one.mean_absolute_shift);
        }
    }

    fn reversal(&mut self, found: &ReversalFindings<String>) {
        self.counts("", [("draws", found.draws), ("neighbours", found.neighbours)]);
        self.counts("", [("removed", found.removed), ("worsened", found.worsened)]);
        self.counts("", [("swapped", found.removed + found.worsened)]);
        self.number("", "share", found.share);
        if let Some(pair) = &found.example {
            for (account, at) in [(&pair.above, 0), (&pair.below, 1)] {
                self.numbers(account, [("score-before", pair.before[at]), ("score-after", pair.after[at])]);
            }
        }
    }

    fn gaming(&mut self, found: &GamingFindings) {
        self.counts("", [("accounts", found.accounts)]);
        self.number("", "most", found.most);
        found.attacks.iter().for_each(|attack| self.attack(attack));
        for band in &found.cheapest {
            self.counts(&band.to, [("accounts", band.accounts), ("reached", band.reached)]);
            self.optional(&band.to, "band-cost", band.median_cost, NOBODY);
            for one in &band.attacks {
                self.counts(&format!("{}, {}", band.to, one.attack), [("cheapest-for", one.accounts)]);
            }
        }
        for one in &found.elasticities {
            let subject = format!("{}/{}", one.network, one.factor);
            self.counts(&subject, [("accounts", one.accounts)]);
            let figures = [("elasticity", one.median), ("elasticity[quantile=0.95]", one.upper), ("moved", one.moved)];
            self.numbers(&subject, figures);
        }
        for one in &found.inelastic {
            self.undefined(&format!("{}/{}", one.network, one.factor), "elasticity", &one.reason);
        }
        found.cohort.iter().for_each(|cohort| self.cohort(cohort));
    }

    fn attack(&mut self, found: &AttackFindings) {
        let attack = found.attack.as_str();
        let none_left = "no attacked account has a score left";
        self.number(attack, "cost", found.cost);
        if let Some(units) = found.most_units {
            self.number(attack, "most-units", units);
        }
        self.counts(attack, [("attacked", found.attacked), ("out-of-reach", found.out_of_reach)]);
        let reason = found.without_effect.as_deref().unwrap_or(none_left);
        self.optional(attack, "best-cost", found.best.map(|best| best.cost), reason);
        self.optional(attack, "gain-per-cost", found.best.map(|best| best.per_cost), reason);
        for one in &found.left_out {
            self.undefined(&format!("{attack}, {}", one.signal), "moved", &one.reason);
        }
        for level in &found.levels {
            let subject = format!("{attack}, cost={}", level.cost);
            self.numbers(
                &subject,
                [("units", level.units), ("gain", level.median), ("gain[quantile=0.95]", level.upper)],
            );
            self.numbers(&subject, [("share-gaining-1", level.gain_1), ("share-gaining-5", level.gain_5)]);
            self.number(&subject, "gain-per-cost", level.per_cost);
            self.counts(&subject, [("capped", level.capped), ("bounded", level.bounded), ("lost", level.lost)]);
        }
        for cost in &found.unscored {
            self.undefined(&format!("{attack}, cost={cost}"), "gain", none_left);
        }
        for step in &found.steps {
            let subject = format!("{attack}, to={}", step.to);
            self.counts(&subject, [("accounts", step.accounts), ("reached", step.reached)]);
            self.optional(&subject, "band-cost", step.median_cost, NOBODY);
        }
    }

    fn cohort(&mut self, found: &CohortFindings) {
        let name = found.name.as_str();
        self.counts(name, [("members", found.members), ("unscored", found.unscored), ("others", found.others)]);
        let reason = found.no_standing.as_deref().unwrap_or("one of the two sides is empty");
        let standing = found.standing;
        self.optional(name, "mean", standing.map(|one| one.mean), reason);
        self.optional(name, "mean-of-others", standing.map(|one| one.mean_of_others), reason);
        self.optional(name, "median-rank", standing.map(|one| one.median_rank), reason);
        self.optional(name, "median-percentile", standing.map(|one| one.median_percentile), reason);
        match (&found.matched, &found.no_match) {
            (Some(matched), _) => {
                self.counts(name, [("matched", matched.members), ("groups", matched.groups)]);
                let figures = [("matched-mean", matched.mean), ("expected", matched.expected)];
                self.numbers(name, figures);
                self.number(name, "cheats-lift", matched.lift);
            }
            (None, reason) => {
                self.undefined(name, "cheats-lift", reason.as_deref().unwrap_or("no truth is known"));
            }
        }
    }

    fn laws(&mut self, found: &LawFindings<String>) {
        let LawFindings { monotonicity, networks } = found;
        self.counts("", [("signals", monotonicity.signals), ("tested", monotonicity.tested)]);
        for law in &monotonicity.broken {
            let subject = format!("{}, {}", law.signal, change(law.change));
            self.counts(&subject, [("tested", law.tested), ("broken", law.broken)]);
            if let Some(worst) = &law.worst {
                let subject = format!("{subject}, {}", worst.account);
                self.numbers(&subject, [("cell-before", worst.cells[0]), ("cell-after", worst.cells[1])]);
                self.numbers(&subject, [("score-before", worst.scores[0]), ("score-after", worst.scores[1])]);
            }
        }
        for network in &networks.networks {
            self.counts(&network.network, [("on", network.on), ("off", network.off)]);
            for law in &network.profiles {
                let subject = format!("{}, {}", network.network, profile(law.profile));
                self.number(&subject, "strength", law.strength);
                self.counts(&subject, [("placed", law.placed), ("lowered", law.lowered)]);
                if let Some(worst) = &law.worst {
                    let subject = format!("{subject}, {}", worst.account);
                    self.numbers(&subject, [("score-before", worst.scores[0]), ("score-after", worst.scores[1])]);
                }
            }
        }
        for one in monotonicity.untested.iter().chain(&networks.untested) {
            self.undefined(&one.what, "tested", &one.reason);
        }
    }

    fn steadier(&mut self, one: &Steadier) {
        self.of(&one.second, &one.place);
        self.study("steadier");
        let by = match &one.shaken_by {
            ShakenBy::Weights => "weights".to_string(),
            ShakenBy::Signals(disturbance) => parameter(disturbance),
        };
        let subject = format!("{}, {by}", one.first);
        self.spread(&subject, "gain-in-tau-b", &one.gain);
        self.numbers(&subject, [("first-steadier", one.shares[0]), ("second-steadier", one.shares[1])]);
    }
}

const NOBODY: &str = "nobody gets there";

/// A disturbance as expectations name it.
fn parameter(disturbance: &Disturbance) -> String {
    match disturbance {
        Disturbance::Noise(level) => format!("noise={level}"),
        Disturbance::Digits(digits) => format!("digits={digits}"),
        Disturbance::Missing(share) => format!("missing={share}"),
        Disturbance::Outage(network) => format!("outage={network}"),
        Disturbance::Stale(share) => format!("stale={share}"),
    }
}

fn change(change: Change) -> &'static str {
    match change {
        Change::OnePercent => "one-percent",
        Change::Doubled => "doubled",
        Change::OneMore => "one-more",
    }
}

fn profile(profile: Profile) -> &'static str {
    match profile {
        Profile::Weakest => "weakest",
        Profile::Median => "median",
        Profile::Strongest => "strongest",
    }
}
