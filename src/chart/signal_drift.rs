//! Signal drift: did the data move? The population stability index of the most drifted signals
//! against what chance alone brings, and the share of missing values before and after.

use super::axis::{Scale, Tick};
use super::canvas::{self, Anchor, Canvas, Frame, LABEL, MARGIN, SMALL, WIDTH};
use super::value::{self, Value};
use super::{Chart, Labels, ground, palette, text};
use crate::number;

const NAME: &str = "signal-drift";
const CAPTION: &str = "PSI, the population stability index, is 0 where a signal is distributed as \
    before. Look for dark bars that reach beyond their tick, which 95 of 100 pairs of samples \
    without any drift would not, and for a share missing that jumps.";
const DISTRUST: &str = " Among many signals a few pass their tick by chance, and with many accounts \
    a drift too small to matter passes it too. A drift of the data says nothing about the score \
    as long as no version weighs the signal.";

const BOTTOM: i32 = 434;
/// The most signals that are drawn.
const SHOWN: usize = 20;
const LOWEST: i32 = 16;
const HIGHEST: i32 = 44;
/// The widest names, in pixels.
const NAMES: i32 = 250;
/// Room for the small axis of the share missing, and for the words beside it.
const MISSING: i32 = 72;
const MISSING_WORDS: i32 = 122;
const LONGEST: usize = 40;

/// How the signals of two snapshots differ.
#[derive(Clone, Debug, PartialEq)]
pub struct SignalDrift {
    /// The earlier and the later snapshot.
    pub from: String,
    pub to: String,
    /// The gravest first.
    pub signals: Vec<DriftedSignal>,
    /// Accounts before and after.
    pub accounts: [u64; 2],
}

/// A signal in two snapshots.
#[derive(Clone, Debug, PartialEq)]
pub struct DriftedSignal {
    pub name: String,
    /// Population stability index; missing where one side has no values.
    pub psi: Option<f64>,
    /// The 95 % quantile of the index between samples that do not drift.
    pub critical: Option<f64>,
    /// Shares without a value, 0 to 1.
    pub missing_before: f64,
    pub missing_after: f64,
    /// Whether it is there before only, or after only.
    pub vanished: bool,
    pub appeared: bool,
}

impl DriftedSignal {
    fn psi(&self) -> Option<f64> {
        self.psi.filter(|psi| psi.is_finite() && *psi >= 0.0)
    }

    fn critical(&self) -> Option<f64> {
        self.critical.filter(|critical| critical.is_finite() && *critical >= 0.0)
    }

    /// Whether it lies beyond what chance explains.
    fn drifts(&self) -> bool {
        self.psi().zip(self.critical()).is_some_and(|(psi, critical)| psi > critical)
    }

    /// What stands in place of a bar.
    fn words(&self) -> Option<&'static str> {
        match (self.vanished, self.appeared, self.psi()) {
            (true, ..) => Some("vanished"),
            (_, true, _) => Some("appeared"),
            (.., None) => Some("no index"),
            _ => None,
        }
    }

    fn shown_name(&self) -> String {
        text::name(&self.name, LONGEST)
    }
}

/// Did the data move?
pub fn signal_drift(data: &SignalDrift, labels: &Labels) -> Chart {
    let title = title(data);
    let description = format!("{title} {}", carried(data)).trim_end().to_string();
    let n = match data.accounts {
        [before, after] if before == after => format!("n = {}", number::accounts(before)),
        [before, after] => format!("n = {} before, {} after", number::accounts(before), number::thousands(after)),
    };
    let frame = Frame { name: NAME, title: &title, description: &description, dataset: labels.dataset, n: &n };
    let svg = canvas::picture(&frame, |canvas, top| {
        if data.signals.is_empty() {
            ground::bare(canvas, "no signals");
            return;
        }
        let plot = Plot::new(data, top);
        plot.axes(canvas, data);
        for (place, signal) in plot.shown.iter().enumerate() {
            plot.signal(canvas, place, signal);
        }
    });
    Chart { name: NAME, title, caption: format!("{CAPTION}{DISTRUST}"), description, svg }
}

fn count(data: &SignalDrift, keep: impl Fn(&DriftedSignal) -> bool) -> usize {
    data.signals.iter().filter(|signal| keep(signal)).count()
}

/// The signal with the highest index among those that drift, or among all.
fn gravest(data: &SignalDrift) -> Option<(&DriftedSignal, f64)> {
    let drifting = count(data, DriftedSignal::drifts) > 0;
    let mut gravest: Option<(&DriftedSignal, f64)> = None;
    for signal in data.signals.iter().filter(|signal| signal.drifts() || !drifting) {
        if let Some(psi) = signal.psi().filter(|psi| gravest.is_none_or(|(_, most)| *psi > most)) {
            gravest = Some((signal, psi));
        }
    }
    gravest
}

fn title(data: &SignalDrift) -> String {
    let [from, to] = [&data.from, &data.to].map(|snapshot| text::name(snapshot, text::MODEL));
    let all = number::counted(data.signals.len() as u64, "signal");
    if data.signals.is_empty() {
        return format!("There is no signal to compare between {from} and {to}.");
    }
    let judged = count(data, |signal| signal.psi().and(signal.critical()).is_some());
    let drifting = count(data, DriftedSignal::drifts);
    let most =
        gravest(data).map(|(signal, psi)| format!("{} (PSI {})", signal.shown_name(), value::figure(psi, 2, false)));
    let mut parts = vec![match (drifting, judged, most) {
        (0, 0, Some(most)) => format!("from {from} to {to}, {most} moves most of {all}"),
        (_, _, None) => format!("from {from} to {to}, none of {all} has an index of drift"),
        (0, _, Some(most)) => format!(
            "from {from} to {to}, no signal of {} drifts more than chance explains; the most is {most}",
            data.signals.len()
        ),
        (1, _, Some(most)) => format!("from {from} to {to}, 1 of {all} drifts more than chance explains: {most}"),
        (n, _, Some(most)) => {
            format!("from {from} to {to}, {n} of {all} drift more than chance explains, most of all {most}")
        }
    }];
    for (keep, verb) in
        [(count(data, |signal| signal.vanished), "vanished"), (count(data, |signal| signal.appeared), "appeared")]
    {
        match keep {
            0 => {}
            n => parts.push(format!("{n} {verb}")),
        }
    }
    text::sentence(&parts.join("; "))
}

/// The numbers that carry the title, for the text alternative.
fn carried(data: &SignalDrift) -> String {
    if data.signals.is_empty() {
        return String::new();
    }
    let mut text = format!("Beyond chance: {} of {}.", count(data, DriftedSignal::drifts), data.signals.len());
    if let Some((signal, psi)) = gravest(data) {
        text += &format!(" Highest PSI: {}", value::figure(psi, 3, false));
        if let Some(critical) = signal.critical() {
            text += &format!(" against a critical value of {}", value::figure(critical, 3, false));
        }
        text += ".";
    }
    let jump = |signal: &&DriftedSignal| (signal.missing_after - signal.missing_before).abs();
    let known = data.signals.iter().filter(|signal| jump(signal).is_finite());
    if let Some(signal) = known.reduce(|most, signal| if jump(&signal) > jump(&most) { signal } else { most }) {
        text += &format!(" Share missing moves most for {}: {}.", signal.shown_name(), missing(signal));
    }
    text
}

/// `2.0 % → 14.1 %`.
fn missing(signal: &DriftedSignal) -> String {
    let [before, after] = [signal.missing_before, signal.missing_after].map(share);
    format!("{before} → {after}")
}

fn share(share: f64) -> String {
    if (0.0..=1.0).contains(&share) { number::percent(share) } else { "–".to_string() }
}

struct Plot<'a> {
    shown: &'a [DriftedSignal],
    x: Scale,
    ticks: Vec<Tick>,
    decimals: usize,
    missing: Scale,
    top: i32,
    pitch: i32,
    left: i32,
    right: i32,
}

impl<'a> Plot<'a> {
    fn new(data: &'a SignalDrift, top: i32) -> Plot<'a> {
        let top = top + 36;
        let room = ((BOTTOM - top) / LOWEST).clamp(1, SHOWN as i32) as usize;
        let shown = &data.signals[..data.signals.len().min(room)];
        let (pitch, top) = ground::rows(shown.len(), (top, BOTTOM), (LOWEST, HIGHEST));
        let names = shown.iter().map(|signal| text::width(&signal.shown_name(), LABEL)).max().unwrap_or(0);
        let left = MARGIN + names.clamp(40, NAMES) + 12;
        let words = WIDTH - MARGIN - MISSING_WORDS;
        // The figure of the longest bar stands behind it.
        let right = words - MISSING - 26 - 46;
        let psi = shown.iter().flat_map(|signal| [signal.psi(), signal.critical()]).flatten();
        let most = psi.fold(0.0, f64::max);
        let most = if most > 0.0 { most } else { 0.1 };
        let x = Scale::new(0.0, most, left, right);
        let points: Vec<Value> =
            shown.iter().filter_map(DriftedSignal::psi).map(|point| Value { point, interval: None }).collect();
        let missing = Scale::new(0.0, 1.0, words - 12 - MISSING, words - 12);
        let ticks = x.ticks(5, 0.0);
        Plot { shown, x, ticks, decimals: value::decimals(&points, "").min(3), missing, top, pitch, left, right }
    }

    fn bottom(&self) -> i32 {
        self.top + self.pitch * self.shown.len() as i32
    }

    fn axes(&self, canvas: &Canvas, data: &SignalDrift) {
        let (top, bottom) = (self.top, self.bottom());
        ground::upright(canvas, &self.x, &self.ticks, (top, bottom));
        let ends = [(0.0, "0"), (1.0, "100 %")].map(|(value, label)| Tick { value, label: label.to_string() });
        ground::upright(canvas, &self.missing, &ends, (top, bottom));
        canvas.vertical(self.left, top, bottom, palette::AXIS);
        let head = text::fit("signal", LABEL, self.left - MARGIN - 8);
        canvas.text((MARGIN, top - 11), &head, LABEL, palette::MUTED, Anchor::Start);
        let all = data.signals.len();
        if self.shown.len() < all {
            let left_out = number::counted((all - self.shown.len()) as u64, "less drifted signal");
            let words = format!("{left_out} left out");
            canvas.text((MARGIN, bottom + 30), &words, SMALL, palette::MUTED, Anchor::Start);
        }
        canvas.text((self.left, top - 11), "PSI", LABEL, palette::TEXT, Anchor::Start);
        if self.shown.iter().any(|signal| signal.critical().is_some()) {
            let tick = self.left + 36;
            canvas.rect((tick, top - 17), (tick + 2, top - 5), palette::TEXT);
            let key = text::fit("by chance up to here (95 %)", SMALL, self.right + 40 - tick);
            canvas.text((tick + 8, top - 11), &key, SMALL, palette::MUTED, Anchor::Start);
        }
        canvas.text((WIDTH - MARGIN, top - 11), "share missing", LABEL, palette::TEXT, Anchor::End);
        self.sides(canvas, data);
    }

    /// Which dot is before and which is after, below the words of the share missing.
    fn sides(&self, canvas: &Canvas, data: &SignalDrift) {
        let y = self.bottom() + 30;
        let right = WIDTH - MARGIN;
        let mut x = right;
        let sides = [
            (&data.to, palette::CANDIDATE, palette::CANDIDATE_TEXT),
            (&data.from, palette::BASELINE, palette::BASELINE),
        ];
        for (snapshot, fill, ink) in sides {
            let name = text::fit(&text::name(snapshot, text::MODEL), SMALL, 130);
            canvas.text((x, y), &name, SMALL, ink, Anchor::End);
            x -= text::width(&name, SMALL) + 8;
            canvas.dot((x, y), 4, fill);
            x -= 16;
        }
    }

    fn signal(&self, canvas: &Canvas, place: usize, signal: &DriftedSignal) {
        let y = self.top + self.pitch * place as i32 + self.pitch / 2;
        let name = text::fit(&signal.shown_name(), LABEL, self.left - MARGIN - 12);
        canvas.text((MARGIN, y), &name, LABEL, palette::TEXT, Anchor::Start);
        self.missing(canvas, y, signal);
        if let Some(words) = signal.words() {
            let ink = if signal.psi().is_none() && !signal.vanished && !signal.appeared {
                palette::MUTED
            } else {
                palette::TEXT
            };
            canvas.text((self.left + 8, y), words, LABEL, ink, Anchor::Start);
            return;
        }
        let psi = signal.psi().unwrap_or(0.0);
        let (reach, half) = (self.x.pixel(psi), (self.pitch / 2 - 2).min(7));
        let fill = if signal.drifts() { palette::MUTED } else { palette::RULE };
        canvas.rect((self.left, y - half), (reach.max(self.left + 1), y + half), fill);
        let mut end = reach;
        if let Some(critical) = signal.critical() {
            let x = self.x.pixel(critical);
            canvas.rect((x - 2, y - half - 1), (x + 2, y + half + 1), palette::BACKGROUND);
            canvas.rect((x - 1, y - half - 1), (x + 1, y + half + 1), palette::TEXT);
            end = end.max(x);
        }
        let words = value::figure(psi, self.decimals, false);
        canvas.text((end + 6, y), &words, LABEL, palette::TEXT, Anchor::Start);
    }

    /// The share missing: before and after as dots, and in words.
    fn missing(&self, canvas: &Canvas, y: i32, signal: &DriftedSignal) {
        let words = missing(signal);
        let same = share(signal.missing_before) == share(signal.missing_after);
        let ink = if same { palette::MUTED } else { palette::TEXT };
        canvas.text((WIDTH - MARGIN, y), &words, LABEL, ink, Anchor::End);
        let known = |share: f64| (0.0..=1.0).contains(&share).then(|| self.missing.pixel(share));
        let ends = [known(signal.missing_before), known(signal.missing_after)];
        if let [Some(before), Some(after)] = ends {
            canvas.rect((before.min(after), y - 1), (before.max(after), y + 1), palette::AXIS);
        }
        for (x, fill) in ends.into_iter().zip([palette::BASELINE, palette::CANDIDATE]) {
            if let Some(x) = x {
                canvas.dot((x, y), 4, fill);
            }
        }
    }
}

#[cfg(test)]
mod tests;
