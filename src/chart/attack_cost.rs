//! Attack cost: how cheap is it to cheat? The points that the median account gains against what an
//! attack on it costs, a line for each attack and version.

use super::axis::{Scale, Tick};
use super::canvas::{self, Anchor, Canvas, Frame, LABEL, MARGIN, Point, SMALL, WIDTH};
use super::curves::{self, End, Style};
use super::place::Area;
use super::{Chart, Labels, ground, guides, palette, text, value};
use crate::number;

const NAME: &str = "attack-cost";
const CAPTION: &str = "Look for lines that rise early: there a few units of cost buy points. Compare \
    attacks at one cost, not at their ends.";
const VERSIONS: &str = " A dashed line is the baseline: where the solid line of the same colour \
    lies above it, cheating has become cheaper.";
const DISTRUST: &str = " What a unit costs and brings is assumed, so a line may move left or right \
    as a whole. Half of the accounts gain more than the median. Everybody is attacked by itself: \
    nobody else cheats, and the scale does not give way.";

const BOTTOM: i32 = 432;
/// The widest names at the ends of lines, in pixels.
const NAMES: i32 = 230;
/// Attacks that can be told apart in one picture.
const MOST: usize = 12;
/// Costs that are equal but for rounding.
const ROUNDING: f64 = 1e-9;

/// What attacks gain at what cost.
#[derive(Clone, Debug, PartialEq)]
pub struct AttackCost {
    /// In what costs are counted, such as `dollars, our assumption`.
    pub currency: String,
    pub lines: Vec<AttackLine>,
    /// The accounts that were attacked, each by itself.
    pub accounts: u64,
}

/// One attack on one version.
#[derive(Clone, Debug, PartialEq)]
pub struct AttackLine {
    pub attack: String,
    pub version: String,
    pub points: Vec<AttackPoint>,
}

/// What an attack comes to at one cost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AttackPoint {
    /// Above zero.
    pub cost: f64,
    /// Points of score, the median over accounts.
    pub gain: f64,
}

/// How cheap is it to cheat?
pub fn attack_cost(data: &AttackCost, labels: &Labels) -> Chart {
    let lines = lines(data, labels.baseline);
    let title = title(data, &lines);
    let description = format!("{title} {}", carried(data, &lines)).trim_end().to_string();
    let n = format!("n = {}", number::accounts(data.accounts));
    let frame = Frame { name: NAME, title: &title, description: &description, dataset: labels.dataset, n: &n };
    let all = attacks(&lines).len();
    let lines = shown(lines);
    let drawn = attacks(&lines).len();
    let svg = canvas::picture(&frame, |canvas, top| {
        if lines.is_empty() {
            ground::bare(canvas, "no gain at any cost");
            return;
        }
        let plot = Plot::new(&lines, top);
        plot.axes(canvas, data);
        lines.iter().filter(|line| line.style.dashed).for_each(|line| plot.line(canvas, line));
        lines.iter().filter(|line| !line.style.dashed).for_each(|line| plot.line(canvas, line));
        plot.names(canvas, &lines);
    });
    let versions = if lines.iter().any(|line| line.style.dashed) { VERSIONS } else { "" };
    let left_out = match all - drawn {
        0 => String::new(),
        _ => format!(" Of {all} attacks the {drawn} that gain most are drawn."),
    };
    Chart { name: NAME, title, caption: format!("{CAPTION}{versions}{left_out}{DISTRUST}"), description, svg }
}

/// The attacks of some lines, each once.
fn attacks<'a>(lines: &[Drawn<'a>]) -> Vec<&'a str> {
    let mut attacks: Vec<&str> = Vec::new();
    for line in lines {
        if !attacks.contains(&line.line.attack.as_str()) {
            attacks.push(&line.line.attack);
        }
    }
    attacks
}

/// The lines of the attacks that gain most, under whatever version; more could not be told apart.
fn shown(lines: Vec<Drawn<'_>>) -> Vec<Drawn<'_>> {
    let mut ranked = attacks(&lines);
    if ranked.len() <= MOST {
        return lines;
    }
    let gain = |attack: &str| {
        let own = lines.iter().filter(|line| line.line.attack == attack).flat_map(|line| &line.points);
        own.map(|point| point.gain).fold(f64::NEG_INFINITY, f64::max)
    };
    // The sort is stable: of equal ones the first is kept.
    ranked.sort_by(|one, other| gain(other).total_cmp(&gain(one)));
    ranked.truncate(MOST);
    let kept: Vec<String> = ranked.into_iter().map(str::to_string).collect();
    lines.into_iter().filter(|line| kept.contains(&line.line.attack)).collect()
}

/// A line as it is drawn.
struct Drawn<'a> {
    line: &'a AttackLine,
    attack: String,
    version: String,
    baseline: bool,
    style: Style,
    /// The cheapest first.
    points: Vec<AttackPoint>,
}

impl Drawn<'_> {
    /// The gain for at most this cost.
    fn gain(&self, cost: f64) -> Option<f64> {
        self.points.iter().rev().find(|point| point.cost <= cost * (1.0 + ROUNDING)).map(|point| point.gain)
    }

    fn has(&self, cost: f64) -> bool {
        self.points.iter().any(|point| (point.cost - cost).abs() <= cost * ROUNDING)
    }
}

/// The lines that have a point. An attack has one colour under all versions, and the baseline is
/// dashed where there are others.
fn lines<'a>(data: &'a AttackCost, baseline: &str) -> Vec<Drawn<'a>> {
    let several = data.lines.iter().any(|line| line.version != baseline);
    let mut attacks: Vec<&str> = Vec::new();
    let mut drawn = Vec::new();
    for line in &data.lines {
        // An attack has one line under a version.
        if drawn
            .iter()
            .any(|known: &Drawn<'_>| (&known.line.attack, &known.line.version) == (&line.attack, &line.version))
        {
            continue;
        }
        let known = |point: &&AttackPoint| point.cost > 0.0 && point.cost.is_finite() && point.gain.is_finite();
        let mut points: Vec<AttackPoint> = line.points.iter().filter(known).copied().collect();
        points.sort_by(|one, other| one.cost.total_cmp(&other.cost));
        points.dedup_by(|next, point| next.cost == point.cost);
        if points.is_empty() {
            continue;
        }
        let position = attacks.iter().position(|attack| *attack == line.attack).unwrap_or(attacks.len());
        if position == attacks.len() {
            attacks.push(&line.attack);
        }
        let is_baseline = line.version == baseline;
        drawn.push(Drawn {
            line,
            attack: text::name(&line.attack, text::MODEL),
            version: text::model(&line.version),
            baseline: is_baseline,
            style: Style { dashed: is_baseline && several, ..Style::at(position) },
            points,
        });
    }
    drawn
}

/// The versions in their order, the baseline first.
fn versions<'a>(lines: &'a [Drawn]) -> Vec<&'a Drawn<'a>> {
    let mut versions: Vec<&Drawn> = Vec::new();
    for line in lines.iter().filter(|line| line.baseline).chain(lines.iter().filter(|line| !line.baseline)) {
        if versions.iter().all(|other| other.line.version != line.line.version) {
            versions.push(line);
        }
    }
    versions
}

/// The greatest cost at which all lines have a point; where there is none, the greatest that none
/// of them stops short of.
fn common(lines: &[Drawn]) -> Option<f64> {
    let first = lines.first()?;
    let mut all = first.points.iter().rev().map(|point| point.cost);
    let shared = all.find(|cost| lines.iter().all(|line| line.has(*cost)));
    shared.or_else(|| lines.iter().filter_map(|line| Some(line.points.last()?.cost)).reduce(f64::min))
}

/// The lines that the title speaks of, that with the most points at a cost first: the candidates',
/// or the baseline's where there are no others.
fn told<'a>(lines: &'a [Drawn], cost: f64) -> Vec<(&'a Drawn<'a>, f64)> {
    let candidates = lines.iter().any(|line| !line.baseline);
    let about = lines.iter().filter(|line| !(candidates && line.baseline));
    let mut told: Vec<(&Drawn, f64)> = about.filter_map(|line| Some((line, line.gain(cost)?))).collect();
    told.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    told
}

fn decimals(lines: &[Drawn]) -> usize {
    let most = lines.iter().flat_map(|line| &line.points).map(|point| point.gain.abs()).fold(0.0, f64::max);
    if most > 0.0 && most < 1.0 { 2 } else { 1 }
}

/// A gain with its unit: `3.1 points`.
fn points(gain: f64, decimals: usize) -> String {
    format!("{} points", value::figure(gain, decimals, false))
}

/// What a cost is in words: `1,000 dollars`.
fn price(data: &AttackCost, cost: f64) -> String {
    let currency = text::name(&data.currency, text::FIGURE);
    let unit = currency.split_once(", ").map_or(currency.as_str(), |(unit, _)| unit);
    let decimals = if cost == cost.round() { 0 } else { 2 };
    format!("{} {unit}", value::figure(cost, decimals, false))
}

fn title(data: &AttackCost, lines: &[Drawn]) -> String {
    let Some(cost) = common(lines) else {
        return "No attack gains anything that could be measured.".to_string();
    };
    let (told, decimals, price) = (told(lines, cost), decimals(lines), price(data, cost));
    let Some((best, gain)) = told.first() else {
        return format!("For {price}, no attack can be had.");
    };
    let versions = versions(lines).len();
    let under = if versions > 1 { format!(" under {}", best.version) } else { String::new() };
    if *gain <= 0.0 {
        return format!("For {price}, no attack gains the median account anything{under}.");
    }
    let beside = lines.iter().find(|line| line.baseline && !best.baseline && line.line.attack == best.line.attack);
    let beside = beside.and_then(|line| Some((line, line.gain(cost)?)));
    let against = beside.map_or(String::new(), |(line, before)| {
        format!(", against {} under {}", value::figure(before, decimals, false), line.version)
    });
    let gain = points(*gain, decimals);
    match told.len() {
        1 => format!("For {price}, {} gains the median account {gain}{under}{against}.", best.attack),
        _ => format!("For {price}, {} gains the median account most: {gain}{under}{against}.", best.attack),
    }
}

/// The numbers that carry the title, for the text alternative.
fn carried(data: &AttackCost, lines: &[Drawn]) -> String {
    let Some(cost) = common(lines) else {
        return String::new();
    };
    let decimals = decimals(lines);
    let mut parts = Vec::new();
    for (line, gain) in told(lines, cost).into_iter().take(3) {
        parts.push(format!("{} {}", line.attack, value::figure(gain, decimals, true)));
    }
    let count = number::counted(lines.len() as u64, "line");
    let mut text = format!("At {}, of {count}: {}.", price(data, cost), parts.join(", "));
    let all = lines.iter().flat_map(|line| line.points.iter().map(move |point| (line, point)));
    if let Some((line, point)) = all.reduce(|most, next| if next.1.gain > most.1.gain { next } else { most }) {
        let cost = price(data, point.cost);
        text += &format!(" Most at any cost: {} by {}, for {cost}.", points(point.gain, decimals), line.attack);
    }
    text
}

struct Plot {
    /// Logarithm of the cost.
    x: Scale,
    y: Scale,
    x_ticks: Vec<Tick>,
    y_ticks: Vec<Tick>,
    area: Area,
    decimals: usize,
    /// Whether names at the ends of lines tell the version too.
    versioned: bool,
}

impl Plot {
    fn new(lines: &[Drawn], top: i32) -> Plot {
        let all = || lines.iter().flat_map(|line| &line.points);
        let [low, high] = ground::span(all().map(|point| point.gain).chain([0.0]));
        let y0 = top + 26;
        // No room below zero where nothing falls.
        let low = if all().all(|point| point.gain >= 0.0) { 0.0 } else { low };
        let y = Scale::new(low, high, BOTTOM, y0);
        let y_ticks = y.ticks(6, 0.0);
        let (decimals, versioned) = (decimals(lines), versions(lines).len() > 2);
        let names = lines.iter().map(|line| text::width(&end_name(line, decimals, versioned), LABEL)).max();
        let x0 = MARGIN + ground::widest(&y_ticks).clamp(24, 120) + 12;
        let x1 = WIDTH - MARGIN - names.unwrap_or(0).clamp(30, NAMES) - 14;
        let costs = all().map(|point| point.cost);
        let [cheap, dear] =
            costs.fold([f64::MAX, f64::MIN_POSITIVE], |[low, high], cost| [low.min(cost), high.max(cost)]);
        let [from, to] = [cheap, dear].map(libm::log10);
        // A single cost stands in the middle.
        let (from, to) = if to > from { (from, to) } else { (from - 0.5, to + 0.5) };
        let x = Scale::new(from, to, x0 + 14, x1 - 6);
        let x_ticks = curves::log_ticks(cheap, dear, 9);
        Plot { x, y, x_ticks, y_ticks, area: Area { x0, y0, x1, y1: BOTTOM }, decimals, versioned }
    }

    fn at(&self, point: &AttackPoint) -> Point {
        (self.x.pixel(libm::log10(point.cost)), self.y.pixel(point.gain))
    }

    fn axes(&self, canvas: &Canvas, data: &AttackCost) {
        let Area { x0, x1, y1, .. } = self.area;
        ground::level(canvas, &self.y, &self.y_ticks, (x0, x1));
        canvas.horizontal(x0, x1, self.y.pixel(0.0), palette::AXIS);
        let mut free = MARGIN;
        for tick in &self.x_ticks {
            let x = self.x.pixel(libm::log10(tick.value));
            canvas.vertical(x, y1 + 1, y1 + 5, palette::AXIS);
            let half = text::width(&tick.label, LABEL) / 2 + 1;
            if x - half >= free && x + half <= WIDTH - MARGIN {
                canvas.text((x, y1 + 14), &tick.label, LABEL, palette::MUTED, Anchor::Middle);
                free = x + half + 6;
            }
        }
        let cost = format!("cost in {}, log scale", text::name(&data.currency, text::FIGURE));
        let cost = text::fit(&cost, LABEL, WIDTH - 2 * MARGIN);
        let half = text::width(&cost, LABEL) / 2 + 1;
        let middle = ((x0 + x1) / 2).clamp(MARGIN + half, (WIDTH - MARGIN - half).max(MARGIN + half));
        canvas.text((middle, y1 + 33), &cost, LABEL, palette::MUTED, Anchor::Middle);
    }

    fn line(&self, canvas: &Canvas, line: &Drawn) {
        let points: Vec<Point> = line.points.iter().map(|point| self.at(point)).collect();
        curves::draw(canvas, &points, line.style);
    }

    fn names(&self, canvas: &Canvas, lines: &[Drawn]) {
        let end = |line: &Drawn| {
            let name = end_name(line, self.decimals, self.versioned);
            Some(End { at: self.at(line.points.last()?), name, style: line.style })
        };
        let unnamed = curves::unnamed(curves::names(canvas, lines.iter().filter_map(end).collect(), self.area));
        let y = self.area.y0 - 14;
        let left = "points gained, median of accounts";
        canvas.text((MARGIN, y), left, LABEL, palette::TEXT, Anchor::Start);
        canvas.text((WIDTH - MARGIN, y), &unnamed, SMALL, palette::MUTED, Anchor::End);
        let right = WIDTH - MARGIN - text::width(&unnamed, SMALL) - if unnamed.is_empty() { 0 } else { 16 };
        self.key(canvas, lines, (MARGIN + text::width(left, LABEL) + 20, right, y));
    }

    /// Which version is dashed, where one is.
    fn key(&self, canvas: &Canvas, lines: &[Drawn], (left, right, y): (i32, i32, i32)) {
        let Some(baseline) = lines.iter().find(|line| line.style.dashed) else {
            return;
        };
        let others: Vec<&Drawn> = versions(lines).into_iter().filter(|line| !line.baseline).collect();
        let solid = match others.as_slice() {
            [only] => only.version.clone(),
            _ => "others".to_string(),
        };
        let mut end = right;
        for (words, dashed) in [(solid, false), (baseline.version.clone(), true)] {
            let words = text::fit(&words, SMALL, (right - left) / 2 - 50);
            canvas.text((end, y), &words, SMALL, palette::MUTED, Anchor::End);
            end -= text::width(&words, SMALL) + 6;
            let stroke = [(end - 28, y), (end, y)];
            match dashed {
                true => guides::dashes(canvas, &stroke, 2, palette::MUTED),
                false => canvas.line(&stroke, 2, palette::MUTED),
            }
            end -= 28 + 16;
        }
    }
}

/// The name of a line with its last gain, which comes first so that it is never cut.
fn end_name(line: &Drawn, decimals: usize, versioned: bool) -> String {
    let last = line.points.last().map_or(f64::NAN, |point| point.gain);
    let version = if versioned { format!(", {}", line.version) } else { String::new() };
    format!("{} {}{version}", value::figure(last, decimals, true), line.attack)
}

#[cfg(test)]
mod tests;
