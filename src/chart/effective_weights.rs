//! Effective weights: what counts, from version to version? A column a version, whole to 100 %, made
//! of the shares of its largest parts and of all others together; pale ribbons lead from a part to
//! itself in the next version.

use std::cmp::Reverse;

use super::axis::Scale;
use super::canvas::{self, Anchor, Canvas, Frame, LABEL, MARGIN, SMALL, WIDTH};
use super::columns::Columns;
use super::palette::{self, Colour};
use super::{Chart, ground, guides, text};
use crate::number;

const NAME: &str = "effective-weights";
const CAPTION: &str = "A share is what a part brings to the strength where all factors have one \
    value, seen through the aggregations. Look for a step from one column to the next that no \
    version was meant to make: where one part grows, all others give way. Under each name: its share \
    in the first and in the last version, and its largest where that is another.";
const DISTRUST: &str = " It looks at weights alone: a factor that hardly varies has its full share \
    and decides nothing; its realised weight says so.";

const BOTTOM: i32 = 432;
/// The width of the key.
const KEY: i32 = 216;
/// Rows of the key, each a name and its shares.
const PITCH: i32 = 36;
/// Parts that are named; the others stand together.
const NAMED: usize = 8;

/// What the parts of each version weigh.
#[derive(Clone, Debug, PartialEq)]
pub struct EffectiveWeights {
    /// The family, for the axis and the title.
    pub family: String,
    /// The names of the versions, in order.
    pub versions: Vec<String>,
    /// What a part is: `factor` or `network`.
    pub part: String,
    pub parts: Vec<WeightPart>,
}

/// A part with its share in each version.
#[derive(Clone, Debug, PartialEq)]
pub struct WeightPart {
    pub name: String,
    /// From 0 to 1 by version; none where the version does not have it.
    pub shares: Vec<Option<f64>>,
}

/// What counts, from version to version?
pub fn effective_weights(data: &EffectiveWeights) -> Chart {
    let stack = Stack::new(data);
    let title = stack.title();
    let description = format!("{title} {}", stack.carried()).trim_end().to_string();
    let versions = number::counted(data.versions.len() as u64, "version");
    let parts = number::counted(data.parts.len() as u64, &text::name(&data.part, text::NAME));
    let n = format!("n = {versions}, {parts}");
    let frame = Frame { name: NAME, title: &title, description: &description, dataset: &data.family, n: &n };
    let svg = canvas::picture(&frame, |canvas, top| {
        if stack.layers.is_empty() || stack.versions.is_empty() {
            ground::bare(canvas, "no weights");
            return;
        }
        stack.draw(canvas, top);
    });
    Chart { name: NAME, title, caption: format!("{CAPTION}{DISTRUST}"), description, svg }
}

/// A part as it is drawn.
struct Layer {
    name: String,
    colour: Colour,
    /// By version; 0 where it is not there.
    shares: Vec<f64>,
}

struct Stack {
    family: String,
    part: String,
    versions: Vec<String>,
    /// From the bottom up: the largest first, the others together last.
    layers: Vec<Layer>,
    /// How many parts there are.
    parts: usize,
    /// How many of them stand together in the last layer.
    others: usize,
}

/// The colour of the layer at a position. Neighbours differ in hue or in lightness.
fn colour(position: usize) -> Colour {
    match position {
        0..=4 => palette::series(position).0,
        5 => palette::BASELINE,
        6 => palette::FLOW_DOWN,
        _ => palette::FLOW_UP,
    }
}

impl Stack {
    fn new(data: &EffectiveWeights) -> Stack {
        let count = data.versions.len();
        // Shares are sums: on a grid, so that all of it is 100 %.
        let grid = |share: f64| (share * 1e9).round() / 1e9;
        let shares = |part: &WeightPart| -> Vec<f64> {
            let stated = |at: usize| part.shares.get(at).copied().flatten();
            let share = |at: usize| stated(at).map(grid).filter(|share| (0.0..=1.0).contains(share));
            (0..count).map(|at| share(at).unwrap_or(0.0)).collect()
        };
        let mut parts: Vec<(&WeightPart, Vec<f64>)> = data.parts.iter().map(|part| (part, shares(part))).collect();
        parts.retain(|(_, shares)| shares.iter().any(|share| *share > 0.0));
        // Of equals the first by name.
        let most = |shares: &[f64]| (shares.iter().copied().fold(0.0, f64::max) * 1e9).round() as u64;
        parts.sort_by(|(one, own), (other, others)| {
            (Reverse(most(own)), &one.name).cmp(&(Reverse(most(others)), &other.name))
        });
        // A single part that is left needs no "others".
        let named = if parts.len() == NAMED + 1 { NAMED + 1 } else { NAMED };
        let rest = parts.split_off(named.min(parts.len()));
        let layer = |(at, (part, shares)): (usize, (&WeightPart, Vec<f64>))| Layer {
            name: text::name(&part.name, text::FIGURE),
            colour: if at < NAMED { colour(at) } else { palette::FLOW_STAY },
            shares,
        };
        let mut layers: Vec<Layer> = parts.into_iter().enumerate().map(layer).collect();
        if !rest.is_empty() {
            let sum = |at: usize| grid(rest.iter().map(|(_, shares)| shares[at]).sum());
            layers.push(Layer {
                name: format!("{} others", number::thousands(rest.len() as u64)),
                colour: palette::FLOW_STAY,
                shares: (0..count).map(sum).collect(),
            });
        }
        Stack {
            family: text::name(&data.family, text::NAME),
            part: text::name(&data.part, text::NAME),
            versions: data.versions.iter().map(|version| text::model(version)).collect(),
            layers,
            parts: data.parts.len(),
            others: rest.len(),
        }
    }

    /// The layers that are single parts.
    fn named(&self) -> &[Layer] {
        let kept = self.layers.len() - usize::from(self.others > 0);
        &self.layers[..kept]
    }

    /// The single part whose share changes most from the first version to the last.
    fn furthest(&self) -> Option<&Layer> {
        let reach = |layer: &Layer| (layer.last() - layer.first()).abs();
        self.named().iter().reduce(|most, layer| if reach(layer) > reach(most) { layer } else { most })
    }

    /// The single part that weighs most in the last version.
    fn largest(&self) -> Option<&Layer> {
        self.named().iter().reduce(|most, layer| if layer.last() > most.last() { layer } else { most })
    }

    fn title(&self) -> String {
        let (family, part) = (&self.family, &self.part);
        let (Some(first), Some(last)) = (self.versions.first(), self.versions.last()) else {
            return format!("There is no version of {family}.");
        };
        let (Some(furthest), Some(largest)) = (self.furthest(), self.largest()) else {
            return format!("Nothing weighs anything in {family}.");
        };
        let of = |layer: &Layer| guides::percent(layer.last());
        let count = number::counted(self.parts as u64, part);
        if self.versions.len() == 1 {
            return format!(
                "{} weighs most in {family} {first}: {} of the strength, of {count}.",
                largest.name,
                of(largest)
            );
        }
        if of(furthest) == guides::percent(furthest.first()) {
            return format!(
                "Between {first} and {last} of {family} no {part} changes its share; {} weighs most with {}.",
                largest.name,
                of(largest)
            );
        }
        let course = if furthest.last() > furthest.first() { "rises" } else { "falls" };
        let told = format!(
            "{} {course} from {} to {} of the strength between {first} and {last} of {family}, the most of {count}",
            furthest.name,
            guides::percent(furthest.first()),
            of(furthest)
        );
        match furthest.name == largest.name {
            true => format!("{told}, and weighs most there."),
            false => format!("{told}; in the last {} weighs most with {}.", largest.name, of(largest)),
        }
    }

    /// The numbers that carry the title, for the text alternative.
    fn carried(&self) -> String {
        let told = |layer: &Layer| format!("{} {}", layer.name, layer.words());
        let layers: Vec<String> = self.layers.iter().map(told).collect();
        if layers.is_empty() { String::new() } else { format!("From the largest: {}.", layers.join("; ")) }
    }

    fn draw(&self, canvas: &Canvas, top: i32) {
        let y0 = top + 24;
        let y = Scale::new(0.0, 1.0, BOTTOM, y0);
        let mut ticks = y.ticks(5, 0.2);
        for tick in &mut ticks {
            tick.label = format!("{:.0} %", tick.value * 100.0);
        }
        let x0 = guides::room_for(&ticks);
        let x1 = WIDTH - MARGIN - KEY - 18;
        ground::level(canvas, &y, &ticks, (x0, x1));
        canvas.text((MARGIN, top + 8), "share of the strength", LABEL, palette::TEXT, Anchor::Start);
        let columns = Columns::new(self.versions.len(), x0 + 4, x1);
        self.ribbons(canvas, &columns, &y);
        self.bars(canvas, &columns, &y);
        canvas.horizontal(x0, x1, BOTTOM, palette::AXIS);
        columns.names(canvas, &self.versions, BOTTOM + 14);
        let across = text::fit(&format!("version of {}", self.family), LABEL, x1 - x0);
        canvas.text(((x0 + x1) / 2, BOTTOM + 34), &across, LABEL, palette::MUTED, Anchor::Middle);
        self.key(canvas, (x1 + 18, y0));
    }

    /// Where the layers of a version end, from the bottom up, in pixels.
    fn edges(&self, at: usize, y: &Scale) -> Vec<i32> {
        let mut sum = 0.0;
        let edge = |layer: &Layer| {
            sum += layer.shares[at];
            y.pixel(sum)
        };
        std::iter::once(y.pixel(0.0)).chain(self.layers.iter().map(edge)).collect()
    }

    fn bars(&self, canvas: &Canvas, columns: &Columns, y: &Scale) {
        for at in 0..self.versions.len() {
            let (middle, half) = (columns.middle(at), columns.half());
            for (layer, edges) in self.layers.iter().zip(self.edges(at, y).windows(2)) {
                if edges[1] < edges[0] {
                    canvas.rect((middle - half, edges[1]), (middle + half, edges[0]), layer.colour);
                    // A hair of ground between neighbours.
                    if edges[0] - edges[1] > 3 {
                        canvas.horizontal(middle - half, middle + half, edges[1], palette::BACKGROUND);
                    }
                }
            }
        }
    }

    fn ribbons(&self, canvas: &Canvas, columns: &Columns, y: &Scale) {
        for at in 1..self.versions.len() {
            let (left, right) = (columns.middle(at - 1) + columns.half(), columns.middle(at) - columns.half());
            let sides = [self.edges(at - 1, y), self.edges(at, y)];
            for (position, layer) in self.layers.iter().enumerate() {
                let [[from, to], [next_from, next_to]] =
                    sides.each_ref().map(|side| [side[position], side[position + 1]]);
                if right > left && (from > to || next_from > next_to) {
                    let outline = [(left, from), (left, to), (right, next_to), (right, next_from)];
                    canvas.wash(&outline, layer.colour);
                }
            }
        }
    }

    /// The names of the layers, in the order of the stack.
    fn key(&self, canvas: &Canvas, (x, y0): (i32, i32)) {
        let count = i32::try_from(self.layers.len()).unwrap_or(i32::MAX).max(1);
        let pitch = PITCH.min((BOTTOM + 12 - y0) / count);
        let room = WIDTH - MARGIN - x - 18;
        for (row, layer) in self.layers.iter().rev().enumerate() {
            let y = y0 + 6 + pitch * row as i32;
            canvas.rect((x, y - 5), (x + 10, y + 5), layer.colour);
            canvas.text((x + 18, y), &text::fit(&layer.name, LABEL, room), LABEL, palette::TEXT, Anchor::Start);
            let words = text::fit(&layer.words(), SMALL, room);
            canvas.text((x + 18, y + 15), &words, SMALL, palette::MUTED, Anchor::Start);
        }
    }
}

impl Layer {
    fn first(&self) -> f64 {
        self.shares.first().copied().unwrap_or(0.0)
    }

    fn last(&self) -> f64 {
        self.shares.last().copied().unwrap_or(0.0)
    }

    /// `62.3 % → 8.1 %, at most 64.0 %`.
    fn words(&self) -> String {
        let [first, last] = [self.first(), self.last()].map(guides::percent);
        let most = guides::percent(self.shares.iter().copied().fold(0.0, f64::max));
        let course = match self.shares.len() {
            0 | 1 => return last,
            _ => format!("{first} → {last}"),
        };
        if most == first || most == last { course } else { format!("{course}, at most {most}") }
    }
}

#[cfg(test)]
mod tests;
