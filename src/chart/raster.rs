//! SVG to PNG with the one embedded face. System fonts are never read, so the pixels do not
//! depend on what a machine has installed.

use std::sync::{Arc, OnceLock};

use resvg::{tiny_skia, usvg};
use thiserror::Error;

/// The longest side of a raster, in pixels.
const LONGEST: f32 = 16_384.0;

/// PNG files have twice the pixels of the SVG, for sharp screens.
pub const PNG_SCALE: f32 = 2.0;

/// Why a picture could not be rasterised.
#[derive(Debug, Error)]
pub enum RasterError {
    #[error("the picture is not a readable svg document")]
    Parse(#[source] Box<usvg::Error>),
    #[error("a raster of {width} x {height} pixels is outside 1 to 16,384 pixels a side")]
    Size { width: f32, height: f32 },
    #[error("the pixels could not be written as png: {reason}")]
    Encode { reason: String },
}

/// The picture as PNG bytes; `scale` 1 keeps the size that the SVG states.
pub fn png(svg: &str, scale: f32) -> Result<Vec<u8>, RasterError> {
    let tree = parse(svg).map_err(|source| RasterError::Parse(Box::new(source)))?;
    let width = (tree.size().width() * scale).round();
    let height = (tree.size().height() * scale).round();
    let outside = |side: f32| !(1.0..=LONGEST).contains(&side);
    if outside(width) || outside(height) {
        return Err(RasterError::Size { width, height });
    }
    // Both are whole numbers within 1 and 16,384.
    let mut pixels = tiny_skia::Pixmap::new(width as u32, height as u32).ok_or(RasterError::Size { width, height })?;
    resvg::render(&tree, tiny_skia::Transform::from_scale(scale, scale), &mut pixels.as_mut());
    pixels.encode_png().map_err(|source| RasterError::Encode { reason: source.to_string() })
}

/// The document as resvg understands it, set in the embedded face.
pub(super) fn parse(svg: &str) -> Result<usvg::Tree, usvg::Error> {
    static FONTS: OnceLock<Arc<usvg::fontdb::Database>> = OnceLock::new();
    let fonts = FONTS.get_or_init(|| {
        let mut fonts = usvg::fontdb::Database::new();
        fonts.load_font_source(usvg::fontdb::Source::Binary(Arc::new(dejavu::sans::regular())));
        fonts.set_sans_serif_family("DejaVu Sans");
        Arc::new(fonts)
    });
    let options =
        usvg::Options { font_family: "DejaVu Sans".to_string(), fontdb: Arc::clone(fonts), ..usvg::Options::default() };
    usvg::Tree::from_str(svg, &options)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SQUARE: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"8\" height=\"5\">\
                          <text y=\"5\" font-size=\"5\">a</text></svg>";

    #[test]
    fn scale_sets_the_size_and_bytes_repeat() {
        let once = png(SQUARE, 2.0).unwrap();
        assert_eq!(once, png(SQUARE, 2.0).unwrap());
        assert_eq!(&once[1..4], b"PNG");
        assert_eq!(once[16..24], [0, 0, 0, 16, 0, 0, 0, 10]);
    }

    #[test]
    fn bad_input_is_an_error() {
        assert!(matches!(png("<svg", 1.0), Err(RasterError::Parse(_))));
        for scale in [0.0, -1.0, f32::NAN, f32::INFINITY, 1e9] {
            assert!(matches!(png(SQUARE, scale), Err(RasterError::Size { .. })), "{scale}");
        }
    }

    #[test]
    fn text_finds_the_embedded_face() {
        let tree = parse(SQUARE).unwrap();
        assert!(tree.root().has_children(), "the letter was dropped");
    }
}
