//! Who notices: how many will see it, and how far? The change of the displayed score in whole
//! points, for all accounts and weighed by exposure, with the part shaded that falls far.

use super::axis::Scale;
use super::canvas::{Anchor, Canvas, LABEL, MARGIN, Point, SMALL, TITLE, WIDTH};
use super::guides::{self, Story};
use super::palette::{self, Colour};
use super::place::{self, Area};
use super::{Chart, Labels, text};
use crate::compare::findings::{Noticed, NoticedShares};
use crate::number;

const NAME: &str = "who-notices";
const CAPTION: &str = "Look at the shaded part: those are the falls that people notice and ask \
    about. Where the dark line stands above the grey there, accounts with much exposure are hit \
    more often than others. The change is that of the score as it is displayed, so what is lost \
    with the fraction is nothing here, and the last bar at either end holds everything beyond. \
    Do not trust the dark line where a few accounts carry most of the exposure: it then tells of \
    those few.";

/// Changes from -15 to 15; the ends hold what lies beyond.
const FURTHEST: i32 = 15;
const BINS: usize = 31;
/// The bin of those who see no change.
const SAME: usize = 15;
/// Falls from here down are told and shaded.
const FAR: i32 = 5;
const BOTTOM: i32 = 390;
/// When so many times the rest see no change, their bar is cut off so that the rest can be seen.
const CUT: f64 = 4.0;

/// How many will see it, and how far?
pub fn who_notices(data: &Noticed, labels: &Labels) -> Chart {
    let story =
        Story { name: NAME, caption: CAPTION, title: title(data), carried: carried(data), accounts: data.accounts };
    story.chart(labels, |canvas, top| {
        if data.accounts == 0 {
            return guides::nothing(canvas, "no accounts");
        }
        let plot = Plot::new(data, top);
        plot.shade(canvas);
        plot.axes(canvas);
        plot.heads(canvas, data);
        plot.outlines(canvas);
        plot.names(canvas);
        plot.medians(canvas);
    })
}

fn title(data: &Noticed) -> String {
    let shares = heights(&data.by_account);
    let changed = changed(&shares);
    let median = data.by_account.median;
    match data.accounts {
        0 => return "No account is compared.".to_string(),
        _ if changed <= 0.0 && data.accounts == 1 => return "The one account sees no change of its score.".to_string(),
        _ if changed <= 0.0 => return "No account sees its score change.".to_string(),
        1 if median < 0.0 => return format!("The one account sees its score fall by {}.", points(median)),
        1 if median > 0.0 => return format!("The one account sees its score rise by {}.", points(median)),
        1 => return "The one account sees its score change.".to_string(),
        _ => {}
    }
    let see = match shares[SAME] > 0.0 {
        true => format!("{} of accounts see their score change", guides::percent(changed)),
        false => "every account sees its score change".to_string(),
    };
    let fall = data.by_account.fall;
    let exposed = data.by_exposure.as_ref().map(|shares| shares.fall).filter(|fall| fall.is_finite());
    let exposed = exposed.map_or(String::new(), |fall| format!(" ({} by exposure)", guides::percent(fall)));
    let far = match fall > 0.0 {
        _ if !fall.is_finite() => return text::sentence(&see),
        true => format!("{} fall by {FAR} points or more{exposed}", guides::percent(fall)),
        false => format!("none falls by {FAR} points or more"),
    };
    text::sentence(&format!("{see}; {far}"))
}

/// The numbers that carry the title.
fn carried(data: &Noticed) -> String {
    if data.accounts == 0 {
        return String::new();
    }
    let side = |shares: &NoticedShares| {
        format!(
            "{} fall and {} rise by {FAR} points or more, {} see no change",
            guides::percent(shares.fall),
            guides::percent(shares.rise),
            guides::percent(heights(shares)[SAME]),
        )
    };
    let mut text = format!("Of all accounts: {}.", side(&data.by_account));
    if let Some(shares) = &data.by_exposure {
        text += &format!(" By exposure: {}.", side(shares));
    }
    text
}

/// `1 point`, `3 points`.
fn points(change: f64) -> String {
    let size = number::short(change.abs());
    format!("{size} point{}", if size == "1" { "" } else { "s" })
}

/// A change with its sign and without a needless decimal.
fn signed(change: f64) -> String {
    let text = number::change(change);
    text.strip_suffix(".0").map_or(text.clone(), str::to_string)
}

/// The shares as they can be drawn: as many as there are bins, none broken.
fn heights(shares: &NoticedShares) -> [f64; BINS] {
    let mut heights = [0.0; BINS];
    for (height, share) in heights.iter_mut().zip(&shares.shares) {
        if *share > 0.0 && share.is_finite() {
            *height = *share;
        }
    }
    heights
}

fn changed(heights: &[f64; BINS]) -> f64 {
    heights.iter().enumerate().filter(|(bin, _)| *bin != SAME).map(|(_, share)| share).sum()
}

/// One of the two outlines.
struct Side {
    name: &'static str,
    heights: [f64; BINS],
    median: f64,
    colour: Colour,
    /// Whether the ground below the outline is grey.
    filled: bool,
}

struct Plot {
    sides: Vec<Side>,
    x: Scale,
    /// In percent.
    y: Scale,
    area: Area,
    heads: i32,
    cut: bool,
}

impl Plot {
    fn new(data: &Noticed, top: i32) -> Plot {
        let side = |name, shares: &NoticedShares, colour, filled| Side {
            name,
            heights: heights(shares),
            median: shares.median,
            colour,
            filled,
        };
        let mut sides = vec![side("all accounts", &data.by_account, palette::MUTED, true)];
        sides.extend(data.by_exposure.as_ref().map(|shares| side("by exposure", shares, palette::TEXT, false)));
        let most = |keep: fn(usize) -> bool| {
            let bins = sides.iter().flat_map(|side| side.heights.iter().enumerate());
            bins.filter(|(bin, _)| keep(*bin)).map(|(_, share)| *share).fold(0.0, f64::max)
        };
        let (same, rest) = (most(|bin| bin == SAME), most(|bin| bin != SAME));
        let cut = rest > 0.0 && same > CUT * rest;
        let high = if cut { rest * 1.3 } else { same.max(rest) };
        let heads = top + 8;
        let y0 = heads + if sides.len() > 1 { 62 } else { 46 };
        let y = Scale::new(0.0, high * 100.0, BOTTOM, y0);
        let x0 = guides::room_for(&guides::percent_ticks(&y)).max(64);
        let area = Area { x0, y0, x1: WIDTH - MARGIN - 8, y1: BOTTOM };
        let end = f64::from(FURTHEST) + 0.5;
        Plot { x: Scale::new(-end, end, area.x0, area.x1), y, area, heads, cut, sides }
    }

    /// The pixel between two bins; bin 0 begins at edge 0.
    fn edge(&self, edge: usize) -> i32 {
        self.x.pixel(edge as f64 - f64::from(FURTHEST) - 0.5)
    }

    fn height(&self, share: f64) -> i32 {
        self.y.pixel(share * 100.0)
    }

    /// The steps over bins `from..to`, one outline for each run of bins that are not empty.
    fn steps(&self, heights: &[f64; BINS], from: usize, to: usize) -> Vec<Vec<Point>> {
        let mut runs: Vec<Vec<Point>> = Vec::new();
        let mut open = false;
        for (bin, share) in heights.iter().enumerate().take(to).skip(from) {
            let (left, right, y) = (self.edge(bin), self.edge(bin + 1), self.height(*share));
            if *share > 0.0 {
                if !open {
                    runs.push(vec![(left, BOTTOM)]);
                }
                if let Some(run) = runs.last_mut() {
                    run.extend([(left, y), (right, y)]);
                }
            }
            open = *share > 0.0;
            let last = bin + 1 == to || heights.get(bin + 1).is_none_or(|next| *next <= 0.0);
            if open
                && last
                && let Some(run) = runs.last_mut()
            {
                run.push((right, BOTTOM));
            }
        }
        runs
    }

    /// The part that falls far, and the grey ground of the rest.
    fn shade(&self, canvas: &Canvas) {
        let far = (FURTHEST - FAR + 1) as usize;
        for side in &self.sides {
            for run in self.steps(&side.heights, 0, far) {
                canvas.polygon(&run, palette::FLOW_DOWN);
            }
            if side.filled {
                for run in self.steps(&side.heights, far, BINS) {
                    canvas.polygon(&run, palette::FLOW_STAY);
                }
            }
        }
    }

    fn axes(&self, canvas: &Canvas) {
        guides::value_grid(canvas, &self.y, &guides::percent_ticks(&self.y), self.area);
        canvas.vertical(self.x.pixel(0.0), self.area.y0, BOTTOM, palette::AXIS);
        for change in (-FURTHEST..=FURTHEST).step_by(FAR as usize) {
            let x = self.x.pixel(f64::from(change));
            canvas.vertical(x, BOTTOM + 1, BOTTOM + 5, palette::AXIS);
            let (at, label, anchor) = match change {
                _ if change == -FURTHEST => (self.area.x0 - 8, "−15 or less".to_string(), Anchor::Start),
                _ if change == FURTHEST => (self.area.x1 + 8, "+15 or more".to_string(), Anchor::End),
                _ => (x, signed(f64::from(change)), Anchor::Middle),
            };
            canvas.text((at, BOTTOM + 14), &label, LABEL, palette::MUTED, anchor);
        }
        let at = ((self.area.x0 + self.area.x1) / 2, BOTTOM + 32);
        canvas.text(at, "change of the displayed score, points", LABEL, palette::MUTED, Anchor::Middle);
    }

    /// The shares in words: falls at the left, no change in the middle, rises at the right, each
    /// above its part of the plot.
    fn heads(&self, canvas: &Canvas, data: &Noticed) {
        let [low, high] = [-FAR, FAR].map(|change| self.x.pixel(f64::from(change) + 0.5 * f64::from(-change.signum())));
        let middle = (low + high) / 2;
        let same = if self.cut { "see no change (bar cut off)" } else { "see no change" };
        let pick: [fn(&NoticedShares) -> f64; 3] = [|side| side.fall, |side| heights(side)[SAME], |side| side.rise];
        let columns = [
            (self.area.x0, Anchor::Start, palette::CANDIDATE_TEXT, format!("fall by {FAR} points or more")),
            (middle, Anchor::Middle, palette::TEXT, same.to_string()),
            (self.area.x1, Anchor::End, palette::BASELINE, format!("rise by {FAR} points or more")),
        ];
        for ((x, anchor, colour, words), share) in columns.into_iter().zip(pick) {
            let all = format!("{} of accounts", guides::percent(share(&data.by_account)));
            canvas.text((x, self.heads), &all, TITLE, colour, anchor);
            let mut y = self.heads + 18;
            if let Some(shares) = &data.by_exposure {
                let exposed = format!("{} by exposure", guides::percent(share(shares)));
                canvas.text((x, y), &exposed, LABEL, colour, anchor);
                y += 16;
            }
            canvas.text((x, y), &words, LABEL, colour, anchor);
        }
        for (x, end, colour) in [(low, self.area.x0, palette::CANDIDATE), (high, self.area.x1, palette::BASELINE)] {
            let y = self.area.y0 - 16;
            canvas.rect((x.min(end), y), (x.max(end), y + 2), colour);
            canvas.vertical(x, y, BOTTOM, palette::RULE);
        }
    }

    fn outlines(&self, canvas: &Canvas) {
        for side in &self.sides {
            for run in self.steps(&side.heights, 0, BINS) {
                canvas.line(&run, 2, side.colour);
            }
        }
        canvas.horizontal(self.area.x0, self.area.x1, BOTTOM, palette::AXIS);
        if self.cut {
            let (x0, x1, y) = (self.edge(SAME), self.edge(SAME + 1), self.area.y0);
            canvas.rect((x0 - 3, y - 3), (x1 + 4, y + 3), palette::BACKGROUND);
            for dy in [9, 14] {
                let slash = [(x0 - 5, y + dy + 3), (x1 + 5, y + dy - 3)];
                canvas.line(&slash, 3, palette::BACKGROUND);
            }
        }
    }

    /// Names each outline where it stands highest above the other.
    fn names(&self, canvas: &Canvas) {
        if self.sides.len() < 2 {
            return;
        }
        let taken: Vec<Area> = (0..BINS).filter_map(|bin| self.ground(bin)).collect();
        let marks: Vec<(Point, i32)> = [(0, 1), (1, 0)]
            .into_iter()
            .map(|(own, other)| (self.summit(own, other), text::width(self.sides[own].name, LABEL) + 8))
            .collect();
        let bounds = Area { x0: self.area.x0, y0: self.area.y0 + 4, x1: self.area.x1, y1: BOTTOM };
        let places = place::place(&marks, bounds, &taken, |_| 0);
        for ((side, area), (at, _)) in self.sides.iter().zip(&places).zip(&marks) {
            let end = area.nearest(*at);
            if (end.0 - at.0).abs().max((end.1 - at.1).abs()) > 9 {
                canvas.line(&[*at, end], 1, side.colour);
            }
        }
        for (side, area) in self.sides.iter().zip(&places) {
            guides::chip(canvas, *area, side.name, LABEL, side.colour);
        }
    }

    /// What the outlines cover of a bin.
    fn ground(&self, bin: usize) -> Option<Area> {
        let top = self.sides.iter().map(|side| side.heights[bin]).fold(0.0, f64::max);
        let area = Area { x0: self.edge(bin), y0: self.height(top) - 2, x1: self.edge(bin + 1), y1: BOTTOM };
        (top > 0.0).then_some(area)
    }

    fn summit(&self, own: usize, other: usize) -> Point {
        let [own, other] = [own, other].map(|side| &self.sides[side].heights);
        let bins = (0..BINS).filter(|bin| *bin != SAME || !self.cut);
        let above = |bin: usize| own[bin] - other[bin];
        let best = bins.fold(None, |best: Option<usize>, bin| match best {
            Some(best) if above(best) >= above(bin) => Some(best),
            _ => Some(bin),
        });
        let bin = best.unwrap_or(SAME);
        ((self.edge(bin) + self.edge(bin + 1)) / 2, self.height(own[bin]))
    }

    /// A tick for each median below the axis, with its value.
    fn medians(&self, canvas: &Canvas) {
        for (row, side) in (0..).zip(&self.sides) {
            if !side.median.is_finite() {
                continue;
            }
            let (x, y) = (self.x.pixel(side.median), BOTTOM + 53 + 17 * row);
            let of = if row == 0 { "median of all accounts" } else { "median by exposure" };
            let words = format!("{of}: {}", signed(side.median));
            canvas.rect((x - 1, y - 6), (x + 2, y + 6), side.colour);
            let fits = x + 8 + text::width(&words, SMALL) <= self.area.x1;
            let (at, anchor) = if fits { (x + 8, Anchor::Start) } else { (x - 8, Anchor::End) };
            canvas.text((at, y), &words, SMALL, side.colour, anchor);
        }
    }
}

#[cfg(test)]
mod tests;
