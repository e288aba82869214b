//! The chart room: what a comparison found, drawn. A chart is a pure function from plain numbers
//! to a picture with its sentence, caption and text alternative; the same numbers give the same
//! bytes on every machine, so a stored picture can be compared with a fresh one.
//!
//! One file a chart. The small files beside them hold what all charts share: the closed palette,
//! the canvas (the only file that knows plotters), axes, words for numbers, the width of text.
//! Pictures are made of whole pixels and a fixed set of colours; a page recolours them for dark
//! mode with [`themed`] and [`css`], and [`png`] rasterises them with one embedded face.

mod agreement;
mod attack_cost;
mod axis;
mod band_flow;
mod by_level;
mod canvas;
mod changes;
mod columns;
mod curves;
mod density;
mod depth;
mod distributions;
mod effective_weights;
mod ground;
mod guides;
mod lineage;
mod migration;
mod models;
mod noise;
mod noticed;
mod palette;
mod place;
mod rank_flow;
mod rank_intervals;
mod raster;
mod segments;
mod sensitivity;
mod signal_drift;
mod snapshots;
mod table;
mod text;
mod trade_off;
mod value;
mod waterfall;

#[cfg(test)]
mod tests;

pub use agreement::score_against_score;
pub use attack_cost::{AttackCost, AttackLine, AttackPoint, attack_cost};
pub use band_flow::{PerkLine, band_flow};
pub use by_level::change_by_level;
pub use changes::changes;
pub use depth::agreement_by_depth;
pub use distributions::distributions;
pub use effective_weights::{EffectiveWeights, WeightPart, effective_weights};
pub use lineage::{Kin, Lineage, lineage};
pub use migration::migration;
pub use models::{Models, models};
pub use noise::{Noise, NoiseLine, NoisePoint, noise};
pub use noticed::who_notices;
pub use palette::{css, themed};
pub use rank_flow::rank_flow;
pub use rank_intervals::{RankIntervals, RankRow, rank_intervals};
pub use raster::{PNG_SCALE, RasterError, png};
pub use segments::{Segment, Segments, segments};
pub use sensitivity::{Sensitivity, SensitivityInput, sensitivity};
pub use signal_drift::{DriftedSignal, SignalDrift, signal_drift};
pub use snapshots::{Snapshots, TrendLine, TrendMark, TrendRule, snapshots};
pub use trade_off::{Tradable, TradeOff, trade_off};
pub use value::Value;
pub use waterfall::{Waterfall, WaterfallTerm, waterfall};

/// A picture and the words that go with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chart {
    /// File stem, such as `score-against-score`.
    pub name: &'static str,
    /// What the picture says, as a sentence built from its numbers.
    pub title: String,
    /// What to look for, and when not to trust it.
    pub caption: String,
    /// Text alternative: the same sentence and the numbers that carry it.
    pub description: String,
    /// A complete SVG document of 800 x 500 pixels in the light palette.
    pub svg: String,
}

/// What the picture calls its two models and its data. Any text is allowed: it is cleaned, cut
/// and escaped before it is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Labels<'a> {
    pub baseline: &'a str,
    pub candidate: &'a str,
    /// Such as `starter, snapshot 2012-06`.
    pub dataset: &'a str,
}
