//! The closed palette. Every colour in a picture has a name, a light and a dark value, so a page
//! can map the drawn (light) value to a CSS custom property and follow the reader's preference.
//! The light values are all different: the value alone tells the name.

/// A named colour, `0xRRGGBB` on light and on dark ground.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Colour {
    pub(super) name: &'static str,
    pub(super) light: u32,
    pub(super) dark: u32,
}

const fn colour(name: &'static str, light: u32, dark: u32) -> Colour {
    Colour { name, light, dark }
}

pub(super) const BACKGROUND: Colour = colour("background", 0xFF_FF_FF, 0x15_18_1C);
pub(super) const TEXT: Colour = colour("text", 0x1F_23_28, 0xE8_EA_ED);
pub(super) const MUTED: Colour = colour("muted", 0x5B_61_69, 0xA9_AF_B7);
pub(super) const GRID: Colour = colour("grid", 0xE3_E5_E8, 0x2E_33_3A);
pub(super) const AXIS: Colour = colour("axis", 0x8C_92_9A, 0x76_7D_86);
pub(super) const RULE: Colour = colour("rule", 0xB4_B9_C0, 0x52_59_62);
pub(super) const BASELINE: Colour = colour("baseline", 0x00_72_B2, 0x5A_AD_E0);
pub(super) const CANDIDATE: Colour = colour("candidate", 0xD5_5E_00, 0xF5_93_4A);
/// The candidate's colour for small text, which needs more contrast than a line does.
pub(super) const CANDIDATE_TEXT: Colour = colour("candidate-text", 0xB3_4F_00, 0xF5_9B_57);
/// Flows between bands: those that rise, those that fall, and those that stay where they were.
pub(super) const FLOW_UP: Colour = colour("flow-up", 0x8F_C1_E3, 0x2B_5F_85);
pub(super) const FLOW_DOWN: Colour = colour("flow-down", 0xF0_B0_80, 0x8E_4E_1E);
pub(super) const FLOW_STAY: Colour = colour("flow-stay", 0xEC_ED_F0, 0x26_2B_31);
/// Further candidates, in this order after [`CANDIDATE`]; each with its colour for small text.
pub(super) const FURTHER: [Colour; 4] = [
    colour("further-1", 0x00_9E_73, 0x2F_C7_9C),
    colour("further-2", 0xCC_79_A7, 0xE0_9B_C2),
    colour("further-3", 0xE6_9F_00, 0xF2_BC_3F),
    colour("further-4", 0x56_B4_E9, 0x8C_CF_F5),
];
pub(super) const FURTHER_TEXT: [Colour; 4] = [
    colour("further-text-1", 0x00_70_52, 0x37_CF_A4),
    colour("further-text-2", 0x99_44_73, 0xE3_A1_C6),
    colour("further-text-3", 0x85_5C_00, 0xF3_C0_4A),
    colour("further-text-4", 0x1D_6A_9C, 0x93_D2_F6),
];
/// Text on the steps of [`RAMP`] below [`RAMP_TURN`], and on those from it upwards.
pub(super) const ON_LOW: Colour = colour("on-low", 0x11_14_18, 0xF4_F5_F7);
pub(super) const ON_HIGH: Colour = colour("on-high", 0xFC_FC_FD, 0x10_13_17);

/// The cividis map (Nuñez, Anderton and Renslow 2018, doi:10.1371/journal.pone.0199239), little
/// to much; it is even in lightness and reads alike with colour-deficient sight. On light ground
/// much is dark, and the lowest steps are paled so that little does not shout; on dark ground
/// much is bright.
pub(super) const RAMP: [Colour; 10] = [
    colour("ramp-0", 0xFB_F1_BF, 0x0A_29_57),
    colour("ramp-1", 0xF1_DD_82, 0x12_35_70),
    colour("ramp-2", 0xD6_C3_66, 0x3B_49_6C),
    colour("ramp-3", 0xB5_A8_71, 0x57_5D_6D),
    colour("ramp-4", 0x8F_8A_78, 0x6C_6E_72),
    colour("ramp-5", 0x70_71_73, 0x8A_86_78),
    colour("ramp-6", 0x57_5D_6D, 0xA5_9C_74),
    colour("ramp-7", 0x3B_49_6C, 0xC3_B3_69),
    colour("ramp-8", 0x12_35_70, 0xE1_CC_55),
    colour("ramp-9", 0x00_22_4E, 0xFE_E8_38),
];

/// From this step of [`RAMP`] on, text takes [`ON_HIGH`].
const RAMP_TURN: usize = 5;

const NAMED: [Colour; 11] =
    [BACKGROUND, TEXT, MUTED, GRID, AXIS, RULE, BASELINE, CANDIDATE, CANDIDATE_TEXT, ON_LOW, ON_HIGH];
const FLOWS: [Colour; 3] = [FLOW_UP, FLOW_DOWN, FLOW_STAY];

/// Colours of the candidate at a position, of its lines and of its small text; after five they
/// repeat, and line styles tell them apart.
pub(super) fn series(position: usize) -> (Colour, Colour) {
    match position % 5 {
        0 => (CANDIDATE, CANDIDATE_TEXT),
        further => (FURTHER[further - 1], FURTHER_TEXT[further - 1]),
    }
}

/// The text colour that can be read on a step of [`RAMP`].
pub(super) fn on_ramp(step: usize) -> Colour {
    if step < RAMP_TURN { ON_LOW } else { ON_HIGH }
}

fn every() -> impl Iterator<Item = Colour> {
    NAMED.into_iter().chain(FLOWS).chain(FURTHER).chain(FURTHER_TEXT).chain(RAMP)
}

/// The picture made ready for inlining in an HTML page: palette colours become
/// `var(--chart-NAME)`, which [`css`] defines, the XML header goes, and the width follows the page (the height
/// follows from the view box).
pub fn themed(svg: &str) -> String {
    let body = match svg.find("<svg") {
        Some(start) => &svg[start..],
        None => svg,
    };
    let head_end = body.find('>').map_or(0, |end| end + 1);
    let (head, rest) = body.split_at(head_end);
    let mut out = String::with_capacity(svg.len() * 3 / 2);
    out.push_str(&responsive(head));
    let mut rest = rest;
    while let Some(found) = rest.find("=\"#") {
        let value = found + 2;
        out.push_str(&rest[..value]);
        rest = &rest[value..];
        let hex = rest.get(..7).filter(|hex| rest[hex.len()..].starts_with('"'));
        match hex.and_then(name_of) {
            Some(name) => {
                out.push_str(&format!("var(--chart-{name})"));
                rest = &rest[7..];
            }
            None => {
                out.push('#');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

fn name_of(hex: &str) -> Option<&'static str> {
    let value = u32::from_str_radix(hex.strip_prefix('#')?, 16).ok()?;
    let colour = every().find(|colour| colour.light == value)?;
    Some(colour.name)
}

/// The opening tag with a width of 100 % and no height, and a class for the page's own rules.
fn responsive(head: &str) -> String {
    let mut out = head.to_string();
    for (attribute, replacement) in [(" width=\"", " class=\"chart\" width=\"100%\""), (" height=\"", "")] {
        let Some(start) = out.find(attribute) else {
            continue;
        };
        let value = start + attribute.len();
        if let Some(length) = out[value..].find('"') {
            out.replace_range(start..=value + length, replacement);
        }
    }
    out
}

/// The custom properties that [`themed`] pictures read, for light and for dark pages.
pub fn css() -> String {
    let list = |pick: fn(&Colour) -> u32, indent: &str| {
        every().map(|colour| format!("{indent}--chart-{}: #{:06X};\n", colour.name, pick(&colour))).collect::<String>()
    };
    format!(
        ":root {{\n{}}}\n@media (prefers-color-scheme: dark) {{\n  :root {{\n{}  }}\n}}\n",
        list(|colour| colour.light, "  "),
        list(|colour| colour.dark, "    "),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn luminance(value: u32) -> f64 {
        let channel = |shift: u32| {
            let c = f64::from((value >> shift) & 0xFF) / 255.0;
            if c <= 0.040_45 { c / 12.92 } else { libm::pow((c + 0.055) / 1.055, 2.4) }
        };
        0.2126 * channel(16) + 0.7152 * channel(8) + 0.0722 * channel(0)
    }

    fn contrast(a: u32, b: u32) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn light_values_and_names_are_all_different() {
        let colours: Vec<Colour> = every().collect();
        for (i, a) in colours.iter().enumerate() {
            for b in &colours[i + 1..] {
                assert_ne!(a.light, b.light, "{} {}", a.name, b.name);
                assert_ne!(a.name, b.name);
            }
        }
    }

    #[test]
    fn text_can_be_read_on_its_ground() {
        for text in [TEXT, MUTED, BASELINE, CANDIDATE_TEXT].into_iter().chain(FURTHER_TEXT) {
            assert!(contrast(text.light, BACKGROUND.light) >= 4.5, "{}", text.name);
            assert!(contrast(text.dark, BACKGROUND.dark) >= 4.5, "{}", text.name);
        }
        for (step, ground) in RAMP.into_iter().enumerate() {
            let text = on_ramp(step);
            assert!(contrast(text.light, ground.light) >= 4.5, "{}", ground.name);
            assert!(contrast(text.dark, ground.dark) >= 4.5, "{}", ground.name);
        }
    }

    #[test]
    fn themed_maps_known_colours_and_leaves_the_rest() {
        let svg = "<?xml version=\"1.0\"?>\n<svg width=\"800\" height=\"500\" viewBox=\"0 0 800 500\">\
                   <rect fill=\"#0072B2\"/><rect fill=\"#123456\"/><a b=\"#\u{e9}\"/></svg>";
        let page = themed(svg);
        assert!(page.starts_with("<svg class=\"chart\" width=\"100%\" viewBox"), "{page}");
        assert!(page.contains("fill=\"var(--chart-baseline)\""));
        assert!(page.contains("fill=\"#123456\"") && page.contains("b=\"#\u{e9}\""));
        assert_eq!(themed(""), "");
    }

    #[test]
    fn css_names_each_colour_twice() {
        let css = css();
        for colour in every() {
            assert_eq!(css.matches(&format!("--chart-{}:", colour.name)).count(), 2);
        }
    }
}
