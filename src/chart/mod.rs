//! The chart room: what a comparison found, drawn. A chart is a pure function from plain numbers
//! to a picture with its sentence, caption and text alternative; the same numbers give the same
//! bytes on every machine, so a stored picture can be compared with a fresh one.
//!
//! One file a chart. The small files beside them hold what all charts share: the closed palette,
//! the canvas (the only file that knows plotters), axes, words for numbers, the width of text.
//! Pictures are made of whole pixels and a fixed set of colours; a page recolours them for dark
//! mode with [`themed`] and [`css`], and [`png`] rasterises them with one embedded face.

mod agreement;
mod axis;
mod canvas;
mod density;
mod distributions;
mod migration;
mod palette;
mod place;
mod raster;
mod table;
mod text;

#[cfg(test)]
mod tests;

pub use agreement::score_against_score;
pub use distributions::distributions;
pub use migration::migration;
pub use palette::{css, themed};
pub use raster::{RasterError, png};

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
