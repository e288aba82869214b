//! Change by level: who pays? The median and the middle 90 % of the change over the level of the
//! accounts, which is the average of both scores unless it says otherwise.

use super::axis::{Scale, Tick};
use super::canvas::{Anchor, Canvas, LABEL, MARGIN, Point, SMALL, WIDTH};
use super::guides::{self, Story};
use super::palette::{self, Colour};
use super::place::{self, Area};
use super::table::{COUNTS, Write, fullest};
use super::{Chart, Labels, text};
use crate::compare::change::{ByLevel, LevelBasis, LevelBin};
use crate::compare::findings::BandLabel;
use crate::number;

const NAME: &str = "change-by-level";
const CAPTION: &str = "The line is the median change of the accounts at a level, the shaded band \
    holds their middle 90 % (it is not an interval of the median). Look for where the line leaves \
    zero and whether the whole band does.";
const FAIR: &str = "The level is the average of both scores: by the baseline alone high accounts \
    would seem to fall by chance. Do not trust a level of few accounts (hollow dots), nor the two \
    ends where the scale stops.";
const UNFAIR: &str = "The level is one of the two scores that are compared, so that its high \
    accounts are partly there by luck: a slope is expected even if nothing changed. Use the \
    chart over the average of both scores to tell who pays.";

const BOTTOM: i32 = 388;
/// The room for names at the ends of the lines.
const NAMES: i32 = 62;
/// Levels with fewer accounts than this are hollow, and the title does not tell of them.
const FEW: u64 = 20;

/// Who pays? `bands` are the bands of the scale, lowest first.
pub fn change_by_level(data: &ByLevel, bands: &[BandLabel], labels: &Labels) -> Chart {
    let bins = bins(data);
    let caption = format!("{CAPTION} {}", if data.basis == LevelBasis::Average { FAIR } else { UNFAIR });
    let story = Story {
        name: NAME,
        caption: &caption,
        title: title(&bins),
        carried: carried(&bins),
        accounts: guides::sum(bins.iter().map(|bin| bin.accounts)),
    };
    story.chart(labels, |canvas, top| {
        let Some(plot) = Plot::new(&bins, top) else {
            return guides::nothing(canvas, "no accounts");
        };
        plot.band(canvas);
        plot.axes(canvas, data.basis);
        plot.edges(canvas, bands);
        plot.medians(canvas);
        plot.extremes(canvas, bands);
        plot.names(canvas);
        plot.counts(canvas);
    })
}

/// The bins that can be drawn, lowest first.
fn bins(data: &ByLevel) -> Vec<LevelBin> {
    let mut bins = data.bins.clone();
    bins.retain(|bin| {
        let values = [bin.least, bin.greatest].into_iter().chain(bin.quantiles);
        bin.accounts > 0 && values.into_iter().all(f64::is_finite) && bin.least <= bin.greatest
    });
    bins.sort_by(|a, b| a.least.total_cmp(&b.least));
    bins.truncate(200);
    bins
}

fn median(bin: &LevelBin) -> f64 {
    bin.quantiles[1]
}

/// The sign of a change as it is shown: what is written as 0.0 is neither up nor down.
fn direction(change: f64) -> i32 {
    match number::change(change).as_str() {
        "0.0" => 0,
        _ if change < 0.0 => -1,
        _ => 1,
    }
}

/// The levels whose medians fall and rise most, if any does, among those of enough accounts.
fn told(bins: &[LevelBin]) -> [Option<LevelBin>; 2] {
    let bins: Vec<LevelBin> = bins.iter().copied().filter(|bin| bin.accounts >= FEW).collect();
    let by_median = |a: &&LevelBin, b: &&LevelBin| median(a).total_cmp(&median(b));
    let least = bins.iter().min_by(by_median).filter(|bin| direction(median(bin)) < 0);
    let most = bins.iter().max_by(by_median).filter(|bin| direction(median(bin)) > 0);
    [least.copied(), most.copied()]
}

fn title(bins: &[LevelBin]) -> String {
    let accounts = guides::sum(bins.iter().map(|bin| bin.accounts));
    let amount = |bin: &LevelBin| number::distance(median(bin));
    match (bins, told(bins)) {
        ([], _) => "No account has a change to show.".to_string(),
        ([bin], _) if accounts == 1 && median(bin) == 0.0 => "The one account keeps its score.".to_string(),
        ([bin], _) if accounts == 1 => {
            let verb = if median(bin) < 0.0 { "loses" } else { "gains" };
            format!("The one account {verb} {}.", amount(bin))
        }
        (_, [None, None]) if bins.iter().all(|bin| median(bin) == 0.0) => {
            "At no level does the median change.".to_string()
        }
        _ if bins.iter().all(|bin| bin.accounts < FEW) => {
            format!("No level holds {FEW} accounts or more: too few to tell who pays.")
        }
        (_, [None, None]) => "At no level does the median change by 0.1 points or more.".to_string(),
        ([bin], [lose, _]) => {
            let verb = if lose.is_some() { "lose" } else { "gain" };
            format!("Accounts at {} {verb} {} in the median.", span(bin), amount(bin))
        }
        (_, [Some(bin), None]) => {
            format!("Accounts at {} lose most, {} in the median; no level gains.", span(&bin), amount(&bin))
        }
        (_, [None, Some(bin)]) => {
            format!("Accounts at {} gain most, {} in the median; no level loses.", span(&bin), amount(&bin))
        }
        (_, [Some(lose), Some(gain)]) => format!(
            "Accounts at {} lose most, {} in the median; those at {} gain most, {}.",
            span(&lose),
            amount(&lose),
            span(&gain),
            amount(&gain),
        ),
    }
}

/// `62.0 to 71.3 points`.
fn span(bin: &LevelBin) -> String {
    match [bin.least, bin.greatest].map(number::points) {
        [least, greatest] if least == greatest => format!("{least} points"),
        [least, greatest] => format!("{least} to {greatest} points"),
    }
}

/// The numbers that carry the title.
fn carried(bins: &[LevelBin]) -> String {
    let mut parts = Vec::new();
    let [lose, gain] = told(bins);
    for bin in [lose, gain].into_iter().flatten() {
        let [low, middle, high] = bin.quantiles.map(number::change);
        let accounts = number::accounts(bin.accounts);
        parts.push(format!("{accounts} at {}: median {middle}, middle 90 % from {low} to {high}.", span(&bin)));
    }
    parts.join(" ")
}

struct Plot<'a> {
    bins: &'a [LevelBin],
    x: Scale,
    y: Scale,
    ticks: Vec<Tick>,
    area: Area,
    heads: i32,
}

impl<'a> Plot<'a> {
    fn new(bins: &'a [LevelBin], top: i32) -> Option<Plot<'a>> {
        let low = bins.first()?.least;
        let high = bins.iter().map(|bin| bin.greatest).fold(low, f64::max);
        let ends = |quantile: usize, pick: fn(f64, f64) -> f64| {
            bins.iter().flat_map(|bin| [bin.quantiles[quantile], median(bin)]).fold(0.0, pick)
        };
        let (least, most) = (ends(0, f64::min), ends(2, f64::max));
        // Half a point at least: noise is not to fill the picture.
        let pad = ((most - least) * 0.06).max(0.5);
        let y0 = top + 26;
        let y = Scale::new(least - pad, most + pad, BOTTOM, y0);
        let mut ticks = y.ticks(6, 0.0);
        for tick in &mut ticks {
            if tick.value > 0.0 {
                tick.label.insert(0, '+');
            }
        }
        let x0 = (guides::room_for(&ticks) + 20).max(92);
        let area = Area { x0, y0, x1: WIDTH - MARGIN - NAMES, y1: BOTTOM };
        Some(Plot { bins, x: Scale::new(low, high, area.x0 + 6, area.x1), y, ticks, area, heads: top + 10 })
    }

    /// The pixel in the middle of a bin.
    fn column(&self, bin: &LevelBin) -> i32 {
        (self.x.pixel(bin.least) + self.x.pixel(bin.greatest)) / 2
    }

    /// A quantile along the levels, level from the outermost bins to the ends.
    fn path(&self, quantile: usize) -> Vec<Point> {
        let at = |bin: &LevelBin| (self.column(bin), self.y.pixel(bin.quantiles[quantile]));
        let mut points: Vec<Point> = self.bins.iter().map(at).collect();
        if let (Some(first), Some(last)) = (points.first().copied(), points.last().copied()) {
            points.insert(0, (self.x.pixel(self.bins[0].least), first.1));
            points.push((self.area.x1, last.1));
        }
        points
    }

    /// The middle 90 %.
    fn band(&self, canvas: &Canvas) {
        let mut points = self.path(2);
        points.extend(self.path(0).into_iter().rev());
        canvas.polygon(&points, palette::FLOW_STAY);
        for quantile in [0, 2] {
            canvas.line(&self.path(quantile), 1, palette::RULE);
        }
    }

    fn axes(&self, canvas: &Canvas, basis: LevelBasis) {
        guides::value_grid(canvas, &self.y, &self.ticks, self.area);
        let at = (MARGIN + 6, (self.area.y0 + BOTTOM) / 2);
        canvas.upward(at, "change, points", LABEL, palette::MUTED, Anchor::Middle);
        canvas.horizontal(self.area.x0, self.area.x1, BOTTOM, palette::AXIS);
        canvas.horizontal(self.area.x0, self.area.x1, self.y.pixel(0.0), palette::TEXT);
        let mut free = i32::MAX;
        for tick in self.x.ticks(10, 0.0).iter().rev() {
            let x = self.x.pixel(tick.value);
            let half = text::width(&tick.label, LABEL) / 2;
            canvas.vertical(x, BOTTOM + 1, BOTTOM + 5, palette::AXIS);
            if x + half < free {
                canvas.text((x, BOTTOM + 14), &tick.label, LABEL, palette::MUTED, Anchor::Middle);
                free = x - half - 6;
            }
        }
        let title = match basis {
            LevelBasis::Average => "level: average of both scores, points",
            LevelBasis::Baseline => "level: baseline score, points (high accounts fall by chance alone)",
            LevelBasis::Candidate => "level: candidate score, points (high accounts have risen by chance alone)",
        };
        let at = ((self.area.x0 + self.area.x1) / 2, BOTTOM + 32);
        canvas.text(at, title, LABEL, palette::MUTED, Anchor::Middle);
    }

    /// Thin lines where bands begin, and their names between them where they fit.
    fn edges(&self, canvas: &Canvas, bands: &[BandLabel]) {
        let mut bands: Vec<&BandLabel> = bands.iter().filter(|band| band.from.is_finite()).collect();
        bands.sort_by(|a, b| a.from.total_cmp(&b.from));
        for (i, band) in bands.iter().enumerate() {
            let x = self.x.pixel(band.from);
            if self.x.holds(band.from) && i > 0 {
                canvas.vertical(x, self.heads - 8, BOTTOM, palette::RULE);
            }
            let end = bands.get(i + 1).map_or(self.area.x1, |next| self.x.pixel(next.from));
            let name = text::name(&band.name, text::NAME);
            if text::width(&name, SMALL) + 8 <= end - x {
                canvas.text(((x + end) / 2, self.heads), &name, SMALL, palette::MUTED, Anchor::Middle);
            }
        }
    }

    fn medians(&self, canvas: &Canvas) {
        canvas.line(&self.path(1), 2, palette::TEXT);
        for bin in self.bins {
            let at = (self.column(bin), self.y.pixel(median(bin)));
            canvas.dot(at, 5, palette::BACKGROUND);
            canvas.dot(at, 4, colours(median(bin))[0]);
            if bin.accounts < FEW {
                canvas.dot(at, 2, palette::BACKGROUND);
            }
        }
    }

    /// Writes the values beside the medians that the title tells.
    fn extremes(&self, canvas: &Canvas, bands: &[BandLabel]) {
        let bins: Vec<LevelBin> = told(self.bins).into_iter().flatten().collect();
        let words: Vec<String> = bins.iter().map(|bin| number::change(median(bin))).collect();
        let marks: Vec<(Point, i32)> = bins
            .iter()
            .zip(&words)
            .map(|(bin, words)| ((self.column(bin), self.y.pixel(median(bin))), text::width(words, LABEL) + 6))
            .collect();
        let zero = self.y.pixel(0.0);
        let mut taken = guides::along(&self.path(1));
        taken.extend(guides::along(&[(self.area.x0, zero), (self.area.x1, zero)]));
        for band in bands.iter().filter(|band| self.x.holds(band.from)) {
            let x = self.x.pixel(band.from);
            taken.push(Area { x0: x, x1: x + 1, ..self.area });
        }
        let places = place::place(&marks, self.area, &taken, |_| 0);
        for ((bin, words), area) in bins.iter().zip(&words).zip(&places) {
            let middle = ((area.x0 + area.x1) / 2, (area.y0 + area.y1) / 2);
            canvas.text(middle, words, LABEL, colours(median(bin))[1], Anchor::Middle);
        }
    }

    /// Names of the lines at their right ends.
    fn names(&self, canvas: &Canvas) {
        let names = [("95 %", 2, palette::MUTED), ("median", 1, palette::TEXT), ("5 %", 0, palette::MUTED)];
        let ends = names.map(|(_, quantile, _)| self.path(quantile).last().map_or(BOTTOM, |end| end.1));
        let mut rows = ends.to_vec();
        guides::stack(&mut rows, 16, self.area.y0, BOTTOM - 6);
        for (((name, _, colour), end), y) in names.into_iter().zip(ends).zip(rows) {
            if (y - end).abs() > 4 {
                canvas.line(&[(self.area.x1 + 1, end), (self.area.x1 + 7, y)], 1, palette::RULE);
            }
            canvas.text((self.area.x1 + 9, y), name, LABEL, colour, Anchor::Start);
        }
    }

    /// The accounts of each level below it, in two rows where one is too narrow; where even those
    /// are, of some.
    fn counts(&self, canvas: &Canvas) {
        let y = BOTTOM + 54;
        canvas.text((MARGIN, y), "accounts", LABEL, palette::MUTED, Anchor::Start);
        let low = self.area.x0 - 8;
        let place = |write: Write| {
            let mut free = [low; 2];
            let mut placed: Vec<(Point, String)> = Vec::new();
            for bin in self.bins {
                let (x, words) = (self.column(bin), write(bin.accounts));
                let half = text::width(&words, SMALL) / 2;
                if let Some(row) = free.iter().position(|free| x - half >= *free) {
                    free[row] = x + half + 7;
                    placed.push(((x, y + 14 * row as i32), words));
                }
            }
            placed
        };
        let whole = fullest(&COUNTS, |write| place(write).len() == self.bins.len());
        for (at, words) in place(whole.unwrap_or(number::tight)) {
            canvas.text(at, &words, SMALL, palette::MUTED, Anchor::Middle);
        }
    }
}

/// The colours of a change for its mark and its words.
fn colours(change: f64) -> [Colour; 2] {
    match direction(change) {
        -1 => [palette::CANDIDATE, palette::CANDIDATE_TEXT],
        0 => [palette::TEXT, palette::TEXT],
        _ => [palette::BASELINE, palette::BASELINE],
    }
}

#[cfg(test)]
mod tests;
