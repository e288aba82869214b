//! The drawing surface: whole pixels, palette colours, one face. This is the only file that
//! knows plotters, which here writes the SVG elements and escapes their text; scales, ticks and
//! places are computed in this room, so that the bytes do not hang on another crate's taste.

use plotters::coord::Shift;
use plotters::element::{Circle, PathElement, Polygon, Rectangle, Text};
use plotters::prelude::{DrawingArea, IntoDrawingArea, IntoFont, SVGBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontTransform, RGBColor, ShapeStyle, TextStyle};

use super::palette::{self, Colour};
use super::text;

pub(super) const WIDTH: i32 = 800;
pub(super) const HEIGHT: i32 = 500;
/// Room between the picture's edge and what stands nearest to it.
pub(super) const MARGIN: i32 = 16;
/// Font sizes in pixels: the sentence on top, labels, and the smallest text there is.
pub(super) const TITLE: u32 = 16;
pub(super) const LABEL: u32 = 12;
pub(super) const SMALL: u32 = 11;

const FACE: &str = "DejaVu Sans, Verdana, sans-serif";
/// plotters divides a font size by this before it writes it.
const FONT_FACTOR: f64 = 1.24;
const NEVER: &str = "writing svg into a string cannot fail";

/// A point in pixels from the upper left corner.
pub(super) type Point = (i32, i32);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

pub(super) struct Canvas<'a> {
    area: DrawingArea<SVGBackend<'a>, Shift>,
}

/// What stands around every picture.
pub(super) struct Frame<'a> {
    pub(super) name: &'static str,
    pub(super) title: &'a str,
    pub(super) description: &'a str,
    pub(super) dataset: &'a str,
    /// The number of accounts in words, such as `n = 5,000 accounts`.
    pub(super) n: &'a str,
}

/// Draws the frame, then what `draw` adds; `draw` is given the first free row below the title.
pub(super) fn picture(frame: &Frame, draw: impl FnOnce(&Canvas, i32)) -> String {
    let mut body = String::new();
    {
        let size = (WIDTH as u32, HEIGHT as u32);
        let canvas = Canvas { area: SVGBackend::with_string(&mut body, size).into_drawing_area() };
        canvas.rect((0, 0), (WIDTH, HEIGHT), palette::BACKGROUND);
        let lines = text::balance(frame.title, TITLE, WIDTH - 2 * MARGIN);
        let mut row = MARGIN + 8;
        for line in &lines {
            canvas.text((MARGIN, row), line, TITLE, palette::TEXT, Anchor::Start);
            row += 21;
        }
        let foot = HEIGHT - 12;
        let dataset = text::dataset(frame.dataset);
        let left = WIDTH - 3 * MARGIN - text::width(frame.n, SMALL);
        let dataset = text::fit(&dataset, SMALL, left);
        canvas.text((MARGIN, foot), &dataset, SMALL, palette::MUTED, Anchor::Start);
        canvas.text((WIDTH - MARGIN, foot), frame.n, SMALL, palette::MUTED, Anchor::End);
        draw(&canvas, row);
        canvas.area.present().expect(NEVER);
    }
    document(frame, &body)
}

impl Canvas<'_> {
    /// A filled rectangle; both corners are edges, so a width of one is one pixel.
    pub(super) fn rect(&self, upper_left: Point, lower_right: Point, fill: Colour) {
        let shape = Rectangle::new([upper_left, lower_right], filled(fill));
        self.area.draw(&shape).expect(NEVER);
    }

    /// A rectangle of lines that lie inside its corners.
    pub(super) fn outline(&self, (x0, y0): Point, (x1, y1): Point, stroke: i32, colour: Colour) {
        self.rect((x0, y0), (x1, y0 + stroke), colour);
        self.rect((x0, y1 - stroke), (x1, y1), colour);
        self.rect((x0, y0 + stroke), (x0 + stroke, y1 - stroke), colour);
        self.rect((x1 - stroke, y0 + stroke), (x1, y1 - stroke), colour);
    }

    /// A line one pixel high from `x0` to `x1`, sharp at every scale.
    pub(super) fn horizontal(&self, x0: i32, x1: i32, y: i32, colour: Colour) {
        self.rect((x0, y), (x1, y + 1), colour);
    }

    pub(super) fn vertical(&self, x: i32, y0: i32, y1: i32, colour: Colour) {
        self.rect((x, y0), (x + 1, y1), colour);
    }

    pub(super) fn line(&self, points: &[Point], stroke: u32, colour: Colour) {
        let style = ShapeStyle { color: rgb(colour).into(), filled: false, stroke_width: stroke };
        self.area.draw(&PathElement::new(points.to_vec(), style)).expect(NEVER);
    }

    /// A polygon that lets through what lies below it.
    pub(super) fn wash(&self, points: &[Point], colour: Colour) {
        let style = ShapeStyle { color: rgb(colour).mix(0.14), filled: true, stroke_width: 0 };
        self.area.draw(&Polygon::new(points.to_vec(), style)).expect(NEVER);
    }

    /// A filled polygon without an edge of its own.
    pub(super) fn polygon(&self, points: &[Point], fill: Colour) {
        self.area.draw(&Polygon::new(points.to_vec(), filled(fill))).expect(NEVER);
    }

    pub(super) fn dot(&self, centre: Point, radius: i32, colour: Colour) {
        self.area.draw(&Circle::new(centre, radius, filled(colour))).expect(NEVER);
    }

    /// One line of text; `at` is the anchor, at half the height of small letters.
    pub(super) fn text(&self, at: Point, text: &str, size: u32, colour: Colour, anchor: Anchor) {
        self.write(at, text, size, colour, anchor, FontTransform::None);
    }

    /// A line of text that reads upwards.
    pub(super) fn upward(&self, at: Point, text: &str, size: u32, colour: Colour, anchor: Anchor) {
        self.write(at, text, size, colour, anchor, FontTransform::Rotate270);
    }

    fn write(&self, at: Point, text: &str, size: u32, colour: Colour, anchor: Anchor, turn: FontTransform) {
        if text.is_empty() {
            return;
        }
        let h_pos = match anchor {
            Anchor::Start => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::End => HPos::Right,
        };
        let font = (FACE, f64::from(size) * FONT_FACTOR).into_font().transform(turn);
        let colour = rgb(colour);
        let style = TextStyle::from(font).color(&colour).pos(Pos::new(h_pos, VPos::Center));
        self.area.draw(&Text::new(text.to_string(), at, style)).expect(NEVER);
    }
}

fn rgb(colour: Colour) -> RGBColor {
    let [_, red, green, blue] = colour.light.to_be_bytes();
    RGBColor(red, green, blue)
}

fn filled(colour: Colour) -> ShapeStyle {
    ShapeStyle { color: rgb(colour).into(), filled: true, stroke_width: 0 }
}

/// The elements inside a document with its text alternative. What every element repeats goes to
/// the root; attribute values are escaped, so the patterns are found in attributes only.
fn document(frame: &Frame, body: &str) -> String {
    let body = body
        .replace(&format!(" font-family=\"{FACE}\""), "")
        .replace(" opacity=\"1\"", "")
        .replace(" stroke=\"none\"", "")
        .replace(" stroke-width=\"0\"", "")
        .replace(" text-anchor=\"start\"", "");
    let inner = body.find('>').map_or("", |end| &body[end + 1..]);
    let id = format!("{}-{:08x}", frame.name, fingerprint(&[frame.title, inner]));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{HEIGHT}\" \
         viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" \
         aria-labelledby=\"{id}-title {id}-desc\" font-family=\"{}\">\n\
         <title id=\"{id}-title\">{}</title>\n<desc id=\"{id}-desc\">{}</desc>{inner}",
        "&quot;DejaVu Sans&quot;, Verdana, sans-serif",
        escape(frame.title),
        escape(frame.description),
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// FNV-1a, 32 bits: ids that differ between pictures on one page.
fn fingerprint(parts: &[&str]) -> u32 {
    parts
        .iter()
        .flat_map(|part| part.bytes())
        .fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}
