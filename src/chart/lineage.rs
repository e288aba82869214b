//! Lineage: how far did each step go, and how far is the family from where it began? Each version's
//! rank correlation with the one that it extends, as a bar that hangs from 1, and with the first
//! version, as a line.

use super::axis::{Scale, Tick};
use super::canvas::{self, Anchor, Canvas, Frame, LABEL, MARGIN, Point, SMALL, WIDTH};
use super::columns::Columns;
use super::place::Area;
use super::{Chart, ground, guides, palette, text};
use crate::number;

const NAME: &str = "lineage";
const CAPTION: &str = "A bar hangs from 1, where both versions order all accounts alike: the longer, \
    the more the step changed. Look for a long bar under a version that was meant to be small, and \
    for a line that goes on falling: many short steps can lead far from the first version.";
const DISTRUST: &str = " The axis does not reach down to 0, so compare lengths, not heights. A version \
    without a bar extends none that could be scored here. Tau-b speaks of order alone: the scale can \
    have moved as well.";

const BOTTOM: i32 = 420;
/// Room right of the columns for the value at the end of the line.
const END: i32 = 52;
/// The least span of the axis.
const SPAN: f64 = 0.02;

/// The versions of a family and how near they are to others of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Lineage {
    pub family: String,
    /// In order.
    pub versions: Vec<Kin>,
    /// Accounts that both sides of a pair score, for each pair.
    pub accounts: Vec<u64>,
}

/// One version among its family.
#[derive(Clone, Debug, PartialEq)]
pub struct Kin {
    pub name: String,
    /// The version that it extends.
    pub parent: Option<String>,
    /// Kendall tau-b with that; none where it was not or could not be measured.
    pub with_parent: Option<f64>,
    /// The same with the first version.
    pub with_first: Option<f64>,
}

/// How far did each step go, and how far is the family from where it began?
pub fn lineage(data: &Lineage, dataset: &str) -> Chart {
    let family = Family::new(data);
    let title = family.title();
    let description = format!("{title} {}", family.carried()).trim_end().to_string();
    let n = n(data);
    let frame = Frame { name: NAME, title: &title, description: &description, dataset, n: &n };
    let svg = canvas::picture(&frame, |canvas, top| {
        if family.values().next().is_none() {
            ground::bare(canvas, "no versions that were compared");
            return;
        }
        Plot::new(&family, top).draw(canvas, &family);
    });
    Chart { name: NAME, title, caption: format!("{CAPTION}{DISTRUST}"), description, svg }
}

fn n(data: &Lineage) -> String {
    let versions = number::counted(data.versions.len() as u64, "version");
    match (data.accounts.iter().min(), data.accounts.iter().max()) {
        (Some(least), Some(most)) if least == most => format!("n = {}, {versions}", number::accounts(*most)),
        (Some(least), Some(most)) => {
            format!("n = {} to {}, {versions}", number::thousands(*least), number::accounts(*most))
        }
        _ => format!("n = {versions}"),
    }
}

/// The data as they are drawn: names cleaned, and only correlations.
struct Family {
    name: String,
    versions: Vec<Kin>,
}

impl Family {
    fn new(data: &Lineage) -> Family {
        let known = |value: Option<f64>| value.filter(|value| (-1.0..=1.0).contains(value));
        let kin = |kin: &Kin| Kin {
            name: text::model(&kin.name),
            parent: kin.parent.as_ref().map(|parent| text::model(parent)),
            with_parent: known(kin.with_parent),
            with_first: known(kin.with_first),
        };
        Family { name: text::name(&data.family, text::NAME), versions: data.versions.iter().map(kin).collect() }
    }

    fn values(&self) -> impl Iterator<Item = f64> {
        self.versions.iter().flat_map(|kin| kin.with_parent.into_iter().chain(kin.with_first))
    }

    /// The steps that were measured.
    fn steps(&self) -> Vec<(&Kin, f64)> {
        self.versions.iter().filter_map(|kin| Some((kin, kin.with_parent?))).collect()
    }

    /// The last version that was compared with the first.
    fn end(&self) -> Option<(&Kin, f64)> {
        self.versions.iter().rev().find_map(|kin| Some((kin, kin.with_first?)))
    }

    fn first(&self) -> &str {
        self.versions.first().map_or("", |kin| &kin.name)
    }

    fn title(&self) -> String {
        let steps = self.steps();
        let far = steps.iter().copied().reduce(|far, step| if step.1 < far.1 { step } else { far });
        let end = self.end().map(|(kin, value)| {
            let least = self.versions.iter().filter_map(|kin| kin.with_first).fold(f64::INFINITY, f64::min);
            let lowest = if value <= least && self.versions.len() > 2 { ", the lowest of all" } else { "" };
            format!("{} stands at {} with {}, the first{lowest}", kin.name, tau(value), self.first())
        });
        let step = far.map(|(kin, value)| {
            let parent = kin.parent.as_deref().unwrap_or("its parent");
            match steps.len() {
                1 => format!("the step to {} has a tau-b of {} with {parent}", kin.name, tau(value)),
                several => format!(
                    "of {} in {} the one to {} changes the order most: a tau-b of {} with {parent}",
                    number::counted(several as u64, "step"),
                    self.name,
                    kin.name,
                    tau(value)
                ),
            }
        });
        match (step, end) {
            (Some(step), Some(end)) => text::sentence(&format!("{step}; {end}")),
            (Some(told), None) => text::sentence(&told),
            (None, Some(told)) => format!("No step of {} could be measured; {told}.", self.name),
            (None, None) => format!("No two versions of {} were compared.", self.name),
        }
    }

    /// The numbers that carry the title, for the text alternative.
    fn carried(&self) -> String {
        let told = |kin: &Kin| {
            let one = |value: Option<f64>| value.map_or("–".to_string(), tau);
            format!("{} {} and {}", kin.name, one(kin.with_parent), one(kin.with_first))
        };
        let shown: Vec<String> = self.versions.iter().take(24).map(told).collect();
        match shown.is_empty() {
            true => String::new(),
            false => format!("Each version with its parent and with the first: {}.", shown.join("; ")),
        }
    }
}

/// A correlation with three decimals. What is not 1 is never written as 1.
fn tau(value: f64) -> String {
    let text = format!("{:.3}", value.abs());
    match (text.as_str(), value < 0.0) {
        ("1.000", false) if value < 1.0 => ">0.999".to_string(),
        ("1.000", true) if value > -1.0 => "<−0.999".to_string(),
        ("0.000", _) | (_, false) => text,
        (_, true) => format!("−{text}"),
    }
}

struct Plot {
    y: Scale,
    ticks: Vec<Tick>,
    area: Area,
    columns: Columns,
    /// Where the key stands.
    head: i32,
}

impl Plot {
    fn new(family: &Family, top: i32) -> Plot {
        let least = family.values().fold(1.0, f64::min);
        // A bar needs a foot, and the value below it some room.
        let low = 1.0 - ((1.0 - least) * 1.18).max(SPAN);
        let y0 = top + 30;
        let y = Scale::new(low, 1.0, BOTTOM, y0);
        let ticks = y.ticks(6, 0.0);
        let (x0, x1) = (guides::room_for(&ticks), WIDTH - MARGIN - END);
        let columns = Columns::new(family.versions.len(), x0 + 6, x1);
        Plot { y, ticks, area: Area { x0, y0, x1, y1: BOTTOM }, columns, head: top + 8 }
    }

    fn draw(&self, canvas: &Canvas, family: &Family) {
        let Area { x0, x1, y1, .. } = self.area;
        ground::level(canvas, &self.y, &self.ticks, (x0, x1));
        self.key(canvas, family);
        self.bars(canvas, family);
        let points = self.line(canvas, family);
        canvas.horizontal(x0, x1, self.y.pixel(1.0), palette::AXIS);
        self.values(canvas, family, &points);
        canvas.horizontal(x0, x1, y1, palette::AXIS);
        let names: Vec<String> = family.versions.iter().map(|kin| kin.name.clone()).collect();
        self.columns.names(canvas, &names, y1 + 14);
        let below = if self.parents(canvas, family) { 48 } else { 36 };
        let across = text::fit(&format!("version of {}", family.name), LABEL, x1 - x0);
        canvas.text(((x0 + x1) / 2, y1 + below), &across, LABEL, palette::MUTED, Anchor::Middle);
    }

    /// What the bars and the line are.
    fn key(&self, canvas: &Canvas, family: &Family) {
        let y = self.head;
        let intro = "Kendall tau-b with";
        canvas.text((MARGIN, y), intro, LABEL, palette::TEXT, Anchor::Start);
        let x = MARGIN + text::width(intro, LABEL) + 14;
        canvas.rect((x, y - 5), (x + 10, y + 5), palette::CANDIDATE);
        let bars = "the version that it extends";
        canvas.text((x + 16, y), bars, LABEL, palette::CANDIDATE_TEXT, Anchor::Start);
        let x = x + 16 + text::width(bars, LABEL) + 20;
        canvas.line(&[(x, y), (x + 20, y)], 2, palette::BASELINE);
        canvas.dot((x + 10, y), 3, palette::BASELINE);
        let first = text::fit(&format!("{}, the first", family.first()), LABEL, WIDTH - MARGIN - x - 28);
        canvas.text((x + 27, y), &first, LABEL, palette::BASELINE, Anchor::Start);
    }

    fn bars(&self, canvas: &Canvas, family: &Family) {
        let (top, half) = (self.y.pixel(1.0), self.columns.half());
        for (at, kin) in family.versions.iter().enumerate() {
            let Some(value) = kin.with_parent else { continue };
            let (x, end) = (self.columns.middle(at), self.y.pixel(value).max(top + 2));
            canvas.rect((x - half, top), (x + half, end), palette::CANDIDATE);
        }
    }

    /// The line of those that were compared with the first; gives its points by column.
    fn line(&self, canvas: &Canvas, family: &Family) -> Vec<Option<Point>> {
        let point = |(at, kin): (usize, &Kin)| Some((self.columns.middle(at), self.y.pixel(kin.with_first?)));
        let points: Vec<Option<Point>> = family.versions.iter().enumerate().map(point).collect();
        for run in points.split(Option::is_none) {
            let run: Vec<Point> = run.iter().copied().flatten().collect();
            if run.len() > 1 {
                canvas.line(&run, 2, palette::BASELINE);
            }
            for at in run {
                // A rim of ground, since dots stand on bars.
                canvas.dot(at, 4, palette::BACKGROUND);
                canvas.dot(at, 3, palette::BASELINE);
            }
        }
        points
    }

    /// The values below the bars where columns have room, and the one at the end of the line.
    fn values(&self, canvas: &Canvas, family: &Family, points: &[Option<Point>]) {
        let top = self.y.pixel(1.0);
        for (at, kin) in family.versions.iter().enumerate() {
            let Some(value) = kin.with_parent else { continue };
            let words = tau(value);
            let width = text::width(&words, SMALL);
            if width + 8 > self.columns.pitch() {
                continue;
            }
            let x = self.columns.middle(at);
            let mut y = self.y.pixel(value).max(top + 2) + 10;
            // Below the dot of the line, where that is in the way.
            if let Some((_, dot)) = points.get(at).copied().flatten().filter(|(_, dot)| (dot - y).abs() < 12) {
                y = dot + 13;
            }
            let y = y.min(BOTTOM - 8);
            let ground = Area { x0: x - width / 2 - 2, y0: y - 7, x1: x + width / 2 + 2, y1: y + 7 };
            guides::chip(canvas, ground, &words, SMALL, palette::CANDIDATE_TEXT);
        }
        let end = points.iter().zip(&family.versions).rev().find_map(|(point, kin)| Some(((*point)?, kin.with_first?)));
        if let Some(((x, y), value)) = end {
            let left = self.area.x1 + 6;
            if left - x > 40 {
                canvas.line(&[(x + 6, y), (left - 3, y)], 1, palette::BASELINE);
            }
            canvas.text((left, y), &tau(value), LABEL, palette::BASELINE, Anchor::Start);
        }
    }

    /// Which version each extends, where that is not the one left of it, as far as columns have room;
    /// whether any is written.
    fn parents(&self, canvas: &Canvas, family: &Family) -> bool {
        let mut written = false;
        for (at, kin) in family.versions.iter().enumerate() {
            let before = at.checked_sub(1).and_then(|before| family.versions.get(before)).map(|kin| &kin.name);
            let words = match &kin.parent {
                Some(parent) if before == Some(parent) => continue,
                Some(parent) => format!("from {parent}"),
                None if at > 0 => "no parent".to_string(),
                None => continue,
            };
            let half = text::width(&words, SMALL) / 2 + 1;
            let x = self.columns.middle(at);
            let inside = x - half >= MARGIN && x + half <= WIDTH - MARGIN;
            if inside && 2 * half + 4 <= self.columns.pitch() {
                canvas.text((x, self.area.y1 + 29), &words, SMALL, palette::MUTED, Anchor::Middle);
                written = true;
            }
        }
        written
    }
}

#[cfg(test)]
mod tests;
