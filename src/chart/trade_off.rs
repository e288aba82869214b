//! Trade-off: which candidate is worth it? What each candidate gains against what it costs, as
//! crosses of two intervals, with the baseline at the origin and the budget as a line.

use super::axis::{Scale, Tick};
use super::canvas::{self, Anchor, Canvas, Frame, LABEL, MARGIN, Point, SMALL, WIDTH};
use super::place::{self, Area};
use super::value::{self, Value};
use super::{Chart, Labels, ground, palette, text};
use crate::number;

const NAME: &str = "trade-off";
const CAPTION: &str = "Higher is better and further left is better: look for a cross that is clear \
    of the zero line, and of the budget if there is one, with both of its arms.";
const DISTRUST: &str = " Do not rank candidates whose crosses overlap. The best of many candidates \
    looks better than it is, because chance helped to choose it.";

const BOTTOM: i32 = 436;
/// Room left of no harm at all, so that the baseline's mark stands clear of the labels.
const LEFT_OF_ZERO: i32 = 20;

/// What candidates gain and what they cost, against one baseline.
#[derive(Clone, Debug, PartialEq)]
pub struct TradeOff {
    /// Who is harmed, such as `active users who lose 5 points or more`.
    pub harm_name: String,
    /// What is gained, such as `gain in AUC against 1,500 judged pairs`; the baseline has 0.
    pub benefit_name: String,
    pub candidates: Vec<Tradable>,
    /// The largest share that may be harmed, 0 to 1.
    pub budget: Option<f64>,
    /// The position of the candidate that was decided for.
    pub chosen: Option<usize>,
    /// The level of the intervals, such as 0.95.
    pub level: Option<f64>,
    pub accounts: u64,
}

/// A candidate with its price.
#[derive(Clone, Debug, PartialEq)]
pub struct Tradable {
    pub name: String,
    /// The share that is harmed, 0 to 1.
    pub harm: Value,
    pub benefit: Value,
}

/// Which candidate is worth it?
pub fn trade_off(data: &TradeOff, labels: &Labels) -> Chart {
    let title = title(data);
    let description = format!("{title} {}", carried(data)).trim_end().to_string();
    let n = format!("n = {}", number::accounts(data.accounts));
    let frame = Frame { name: NAME, title: &title, description: &description, dataset: labels.dataset, n: &n };
    let crosses = crosses(data);
    let svg = canvas::picture(&frame, |canvas, top| {
        if crosses.is_empty() {
            ground::bare(canvas, "no candidate with both figures");
            return;
        }
        let plot = Plot::new(data, &crosses, top);
        plot.axes(canvas, data);
        plot.budget(canvas);
        plot.crosses(canvas, &crosses);
        plot.names(canvas, &crosses, &text::model(labels.baseline));
    });
    let drawn = crosses.iter().any(|cross| cross.harm.interval.or(cross.benefit.interval).is_some());
    let caption = format!("{CAPTION}{}{DISTRUST}", value::level_words("The arms", data.level, drawn));
    Chart { name: NAME, title, caption, description, svg }
}

/// The candidate that the title speaks of, and why: the chosen one, or that with the most benefit
/// among those within the budget, or among all.
fn told(data: &TradeOff) -> Option<(usize, String)> {
    let count = data.candidates.len();
    if let Some(chosen) = data.chosen.filter(|chosen| *chosen < count) {
        let why = match count {
            1 => "which meets all that was expected".to_string(),
            count => format!("which meets all that was expected and gains most of {count}"),
        };
        return Some((chosen, why));
    }
    let within = |i: &usize| budget(data).is_some_and(|budget| data.candidates[*i].harm.point <= budget);
    if let Some(best) = best(data, (0..count).filter(within)) {
        return Some((best, format!("the best of {count} within the budget")));
    }
    match best(data, 0..count) {
        Some(best) => Some((best, format!("the best of {count}"))),
        None => (count > 0).then(|| (0, format!("the first of {count}"))),
    }
}

/// The candidate with the most benefit; of equals the one with less harm, then the first.
fn best(data: &TradeOff, among: impl Iterator<Item = usize>) -> Option<usize> {
    let mut best: Option<(usize, f64, f64)> = None;
    for i in among {
        let (benefit, harm) = (data.candidates[i].benefit.point, data.candidates[i].harm.point);
        let better = best.is_none_or(|(_, most, least)| benefit > most || (benefit == most && harm < least));
        if benefit.is_finite() && better {
            best = Some((i, benefit, harm));
        }
    }
    best.map(|(i, ..)| i)
}

fn budget(data: &TradeOff) -> Option<f64> {
    data.budget.filter(|budget| (0.0..=1.0).contains(budget))
}

fn title(data: &TradeOff) -> String {
    let Some((told, role)) = told(data) else {
        return "There is no candidate to weigh.".to_string();
    };
    let candidate = &data.candidates[told];
    let name = text::model(&candidate.name);
    let who = match data.candidates.len() {
        1 => name,
        _ => format!("{name}, {role},"),
    };
    let benefit = benefit_words(candidate, &text::name(&data.benefit_name, text::FIGURE));
    let harm = harm_words(candidate, &text::name(&data.harm_name, text::FIGURE), budget(data));
    format!("For {who} the {benefit}; the {harm}.")
}

/// `gain in AUC is +0.004 (−0.006 to 0.014), so there may be no gain`.
fn benefit_words(candidate: &Tradable, name: &str) -> String {
    let Some(benefit) = candidate.benefit.known() else {
        return format!("{name} is undefined");
    };
    let words = benefit.words(value::decimals([&benefit], ""));
    let doubt = match benefit.interval {
        Some([_, high]) if high <= 0.0 => ", so the interval leaves no gain possible",
        Some([low, _]) if low <= 0.0 => ", so there may be no gain",
        None if benefit.point <= 0.0 => ", so there is no gain",
        _ => "",
    };
    format!("{name} is {words}{doubt}")
}

/// `share of active users who lose 5 points or more is 2.4 %, within the budget of 3 %`.
fn harm_words(candidate: &Tradable, name: &str, budget: Option<f64>) -> String {
    let Some(harm) = candidate.harm.known() else {
        return format!("share of {name} is undefined");
    };
    let mut words = format!("share of {name} is {}", number::percent(harm.point));
    if let Some(budget) = budget {
        let told = percent(budget);
        words += &match harm.point <= budget {
            true if harm.ends()[1] > budget => format!(", within the budget of {told} but not surely"),
            true => format!(", within the budget of {told}"),
            false => format!(", beyond the budget of {told}"),
        };
    }
    words
}

/// A share in percent without needless decimals: `3 %`, `2.5 %`.
fn percent(share: f64) -> String {
    number::percent(share).replace(".0 %", " %")
}

/// The numbers that carry the title, for the text alternative.
fn carried(data: &TradeOff) -> String {
    let Some(candidate) = told(data).map(|(told, _)| &data.candidates[told]) else {
        return String::new();
    };
    let words = |value: Value, write: &dyn Fn(f64) -> String| {
        let [low, high] = value.ends();
        match value.interval {
            Some(_) => format!("{} ({} to {})", write(value.point), write(low), write(high)),
            None => write(value.point),
        }
    };
    let decimals = value::decimals([&candidate.benefit], "");
    let mut parts = Vec::new();
    if let Some(benefit) = candidate.benefit.known() {
        parts.push(format!("Benefit {}", words(benefit, &|value| value::figure(value, decimals, true))));
    }
    if let Some(harm) = candidate.harm.known() {
        parts.push(format!("harm {}", words(harm, &number::percent)));
    }
    parts.push(format!("of {}", number::counted(data.candidates.len() as u64, "candidate")));
    text::sentence(&parts.join(", "))
}

/// A candidate that has both figures.
struct Cross {
    position: usize,
    name: String,
    harm: Value,
    benefit: Value,
    chosen: bool,
}

fn crosses(data: &TradeOff) -> Vec<Cross> {
    let candidates = data.candidates.iter().enumerate();
    let known = candidates.filter_map(|(position, candidate)| {
        let (harm, benefit) = (candidate.harm.known()?, candidate.benefit.known()?);
        let name = text::model(&candidate.name);
        Some(Cross { position, name, harm, benefit, chosen: data.chosen == Some(position) })
    });
    known.collect()
}

struct Plot {
    /// Harm in percent.
    x: Scale,
    y: Scale,
    x_ticks: Vec<Tick>,
    y_ticks: Vec<Tick>,
    area: Area,
    budget: Option<f64>,
}

impl Plot {
    fn new(data: &TradeOff, crosses: &[Cross], top: i32) -> Plot {
        let budget = budget(data);
        let (y0, x1) = (top + 24, WIDTH - MARGIN - 8);
        let harm = crosses.iter().flat_map(|cross| [cross.harm.ends()[1], cross.harm.point]);
        let most = harm.chain(budget).map(|share| share.clamp(0.0, 1.0)).fold(0.0, f64::max);
        let most = if most > 0.0 { (most * 112.0).min(103.0) } else { 1.0 };
        let benefit =
            crosses.iter().flat_map(|cross| [cross.benefit.ends()[0], cross.benefit.ends()[1], cross.benefit.point]);
        let [low, high] = ground::span(benefit.chain([0.0]));
        let y = Scale::new(low, high, BOTTOM, y0);
        let y_ticks = y.ticks(7, 0.0);
        let x0 = MARGIN + ground::widest(&y_ticks).clamp(24, 120) + 10;
        let x = Scale::new(0.0, most, x0 + LEFT_OF_ZERO, x1);
        let x_ticks = ground::in_unit(x.ticks(8, 0.0), " %");
        Plot { x, y, x_ticks, y_ticks, area: Area { x0, y0, x1, y1: BOTTOM }, budget }
    }

    fn harm(&self, share: f64) -> i32 {
        self.x.pixel(share * 100.0)
    }

    fn axes(&self, canvas: &Canvas, data: &TradeOff) {
        let Area { x0, y0, x1, y1 } = self.area;
        ground::upright(canvas, &self.x, &self.x_ticks, (y0, y1));
        ground::level(canvas, &self.y, &self.y_ticks, (x0, x1));
        canvas.horizontal(x0, x1, self.y.pixel(0.0), palette::AXIS);
        canvas.vertical(self.x.pixel(0.0), y0, y1, palette::AXIS);
        let better = "better: higher and further left";
        canvas.text((x1, y0 - 12), better, SMALL, palette::MUTED, Anchor::End);
        let room = x1 - MARGIN - text::width(better, SMALL) - 16;
        let benefit = format!("{}, baseline = 0", text::name(&data.benefit_name, text::FIGURE));
        let benefit = text::fit(&benefit, LABEL, room);
        canvas.text((MARGIN, y0 - 12), &benefit, LABEL, palette::TEXT, Anchor::Start);
        let harm = text::fit(&text::name(&data.harm_name, text::FIGURE), LABEL, x1 - x0);
        canvas.text(((x0 + x1) / 2, y1 + 31), &harm, LABEL, palette::TEXT, Anchor::Middle);
    }

    /// The budget's line, the side beyond it shaded.
    fn budget(&self, canvas: &Canvas) {
        let Some(budget) = self.budget else {
            return;
        };
        let Area { y0, x1, y1, .. } = self.area;
        let x = self.harm(budget);
        canvas.wash(&[(x, y0), (x1, y0), (x1, y1), (x, y1)], palette::AXIS);
        canvas.rect((x - 1, y0), (x + 1, y1), palette::MUTED);
        let (label, area) = self.budget_label(budget);
        canvas.text((area.x0, (area.y0 + area.y1) / 2), &label, SMALL, palette::MUTED, Anchor::Start);
    }

    /// The name of the budget's line and its ground, right of the line where there is room.
    fn budget_label(&self, budget: f64) -> (String, Area) {
        let x = self.harm(budget);
        let label = format!("budget {}", percent(budget));
        let width = text::width(&label, SMALL);
        let x0 = if x + 8 + width <= self.area.x1 { x + 8 } else { x - 8 - width };
        (label, Area { x0, y0: self.area.y0 + 3, x1: x0 + width, y1: self.area.y0 + 17 })
    }

    /// The centre of a cross, and the ground of its two arms.
    fn arms(&self, cross: &Cross) -> (Point, [Area; 2]) {
        let (x, y) = (self.harm(cross.harm.point), self.y.pixel(cross.benefit.point));
        let [left, right] = cross.harm.ends().map(|end| self.harm(end));
        let [low, high] = cross.benefit.ends().map(|end| self.y.pixel(end));
        let across = Area { x0: left.min(x), y0: y - 1, x1: right.max(x) + 1, y1: y + 1 };
        let upright = Area { x0: x - 1, y0: high.min(y), x1: x + 1, y1: low.max(y) + 1 };
        ((x, y), [across, upright])
    }

    fn crosses(&self, canvas: &Canvas, crosses: &[Cross]) {
        // Below all crosses, so that the ring hides none of them.
        for cross in crosses.iter().filter(|cross| cross.chosen) {
            let (centre, _) = self.arms(cross);
            canvas.dot(centre, 13, palette::TEXT);
            canvas.dot(centre, 11, palette::BACKGROUND);
        }
        for cross in crosses {
            let (_, arms) = self.arms(cross);
            let (colour, _) = palette::series(cross.position);
            for Area { x0, y0, x1, y1 } in arms {
                canvas.rect((x0, y0), (x1, y1), colour);
            }
        }
        for cross in crosses {
            let (centre, _) = self.arms(cross);
            canvas.dot(centre, 6, palette::BACKGROUND);
            canvas.dot(centre, 5, palette::series(cross.position).0);
        }
        let origin = (self.x.pixel(0.0), self.y.pixel(0.0));
        canvas.dot(origin, 6, palette::BACKGROUND);
        canvas.dot(origin, 5, palette::BASELINE);
    }

    /// The ground of a line across the plot.
    fn across(&self, benefit: f64) -> Area {
        let y = self.y.pixel(benefit);
        Area { y0: y - 1, y1: y + 2, ..self.area }
    }

    /// Names beside their marks; one that finds no free ground is left out.
    fn names(&self, canvas: &Canvas, crosses: &[Cross], baseline: &str) {
        let origin = (self.x.pixel(0.0), self.y.pixel(0.0));
        let mut names = vec![(format!("{baseline} (baseline)"), origin, palette::BASELINE)];
        let mut taken: Vec<Area> = self.budget.map(|budget| self.budget_label(budget).1).into_iter().collect();
        for cross in crosses {
            let (centre, arms) = self.arms(cross);
            taken.extend(arms.map(|arm| arm.widened(2)));
            let name = if cross.chosen { format!("{} (ringed)", cross.name) } else { cross.name.clone() };
            names.push((name, centre, palette::series(cross.position).1));
        }
        let marks: Vec<(Point, i32)> = names.iter().map(|(name, at, _)| (*at, text::width(name, LABEL))).collect();
        let zero = self.across(0.0);
        let edge = self.budget.map(|budget| self.harm(budget)).map(|x| Area { x0: x - 1, x1: x + 1, ..self.area });
        let lines: Vec<Area> = [Some(zero), edge].into_iter().flatten().collect();
        let hits = |lines: &[Area], area: &Area| lines.iter().filter(|line| line.overlaps(area)).count() as i64;
        let grid: Vec<Area> = self.y_ticks.iter().map(|tick| self.across(tick.value)).collect();
        let places = place::place(&marks, self.area, &taken, |area| 60 * hits(&lines, area) + 12 * hits(&grid, area));
        let mut written: Vec<Area> = self.budget.map(|budget| self.budget_label(budget).1).into_iter().collect();
        for ((name, at, colour), area) in names.iter().zip(places) {
            let outside = area.x0 < self.area.x0 || area.x1 > WIDTH || area.y0 < self.area.y0 || area.y1 > self.area.y1;
            if outside || written.iter().any(|other| other.overlaps(&area)) {
                continue;
            }
            let end = area.nearest(*at);
            if (end.0 - at.0).abs().max((end.1 - at.1).abs()) > 18 {
                canvas.line(&[*at, end], 1, palette::AXIS);
            }
            canvas.text((area.x0, (area.y0 + area.y1) / 2), name, LABEL, *colour, Anchor::Start);
            written.push(area);
        }
    }
}

#[cfg(test)]
mod tests;
