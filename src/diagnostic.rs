//! One problem in one input, said so that a person can mend it: where it stands, what is wrong,
//! what would be right. Every room reports wrong input with this type, so that all problems of a
//! file can be collected and shown together.

use std::fmt;
use std::ops::Range;

/// A problem and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// File, option or command-line argument that holds the problem, as the user named it.
    pub origin: String,
    pub place: Option<Place>,
    /// Lower-case sentence without a full stop.
    pub message: String,
    /// What to do about it, apart from what is wrong.
    pub hint: Option<String>,
}

/// A position inside the origin; lines and columns count from 1, columns in characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub line: usize,
    pub column: usize,
    /// The line itself and how many characters of it to underline; data files have none.
    pub excerpt: Option<Excerpt>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    pub text: String,
    pub width: usize,
}

impl Diagnostic {
    pub fn new(origin: impl Into<String>, message: impl Into<String>) -> Self {
        Diagnostic { origin: origin.into(), place: None, message: message.into(), hint: None }
    }

    /// A problem at a byte range of a text.
    pub fn at(origin: &str, text: &str, span: Range<usize>, message: impl Into<String>) -> Self {
        Diagnostic { place: Some(Place::of(text, span)), ..Diagnostic::new(origin, message) }
    }

    /// A problem in a line of a data file, without an excerpt (it may be private or endless).
    pub fn at_line(origin: &str, line: usize, column: usize, message: impl Into<String>) -> Self {
        let place = Place { line, column, excerpt: None };
        Diagnostic { place: Some(place), ..Diagnostic::new(origin, message) }
    }

    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds "did you mean" when one of the known names is near the unknown one, else the list.
    #[must_use]
    pub fn suggest<'a>(self, unknown: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        let known: Vec<&str> = known.into_iter().collect();
        if let Some(near) = nearest(unknown, known.iter().copied()) {
            return self.hint(format!("did you mean `{}`?", visible(near)));
        }
        match known.len() {
            0 => self,
            1..=12 => {
                let list: Vec<String> = known.iter().map(|name| format!("`{}`", visible(name))).collect();
                self.hint(format!("known here: {}", list.join(", ")))
            }
            more => self.hint(format!("{more} names are known here, none of them near")),
        }
    }
}

impl Place {
    /// The place of a byte range in a text; the range is cut to the end of its first line.
    pub fn of(text: &str, span: Range<usize>) -> Self {
        let start = floor_boundary(text, span.start.min(text.len()));
        let end = floor_boundary(text, span.end.clamp(start, text.len()));
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let line = text[..line_start].matches('\n').count() + 1;
        let column = text[line_start..start].chars().count() + 1;
        let width = text[start..end.min(line_end).max(start)].chars().count().max(1);
        let text = text[line_start..line_end].trim_end_matches('\r').to_string();
        Place { line, column, excerpt: Some(Excerpt { text, width }) }
    }
}

fn floor_boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "error: {}", self.message)?;
        let Some(place) = &self.place else {
            write!(out, "\n  --> {}", visible(&self.origin))?;
            return match &self.hint {
                Some(hint) => write!(out, "\n  = hint: {hint}"),
                None => Ok(()),
            };
        };
        let number = place.line.to_string();
        let gutter = " ".repeat(number.len());
        write!(out, "\n{gutter}--> {}:{}:{}", visible(&self.origin), place.line, place.column)?;
        if let Some(excerpt) = &place.excerpt {
            let (line, before, width) = window(excerpt, place.column);
            write!(out, "\n{gutter} |\n{number} | {line}\n{gutter} | {before}{}", "^".repeat(width))?;
        }
        match &self.hint {
            Some(hint) => write!(out, "\n{gutter} = hint: {hint}"),
            None => Ok(()),
        }
    }
}

/// At most 120 characters of the line around the caret, made visible, the blank before the caret
/// and the caret's width.
fn window(excerpt: &Excerpt, column: usize) -> (String, String, usize) {
    const WIDE: usize = 120;
    let skip = if column > WIDE - 20 { column - 40 } else { 0 };
    let line: String = excerpt.text.chars().skip(skip).take(WIDE).collect();
    let lead: String = line.chars().take(column - 1 - skip).collect();
    let marked: String = line.chars().skip(column - 1 - skip).take(excerpt.width).collect();
    let before = " ".repeat(visible(&lead).chars().count());
    (visible(&line), before, visible(&marked).chars().count().max(1))
}

/// Problems found together, never none. Shown at most fifty, the rest counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostics {
    problems: Vec<Diagnostic>,
}

impl Diagnostics {
    /// `Err` with the problems if there are any: file by file in the order of their first problem,
    /// within a file in the order of its lines, what has no place at the end.
    pub fn none_or(mut problems: Vec<Diagnostic>) -> Result<(), Diagnostics> {
        let mut origins: Vec<String> = Vec::new();
        for problem in &problems {
            if !origins.contains(&problem.origin) {
                origins.push(problem.origin.clone());
            }
        }
        problems.sort_by_key(|problem| {
            let origin = origins.iter().position(|known| *known == problem.origin);
            let place = problem.place.as_ref().map_or((usize::MAX, 0), |place| (place.line, place.column));
            (origin, place)
        });
        if problems.is_empty() { Ok(()) } else { Err(Diagnostics { problems }) }
    }

    pub fn as_slice(&self) -> &[Diagnostic] {
        &self.problems
    }

    /// What they say, in one line: for a reason that stands within a sentence.
    pub fn in_a_line(&self) -> String {
        let messages: Vec<&str> = self.problems.iter().map(|problem| problem.message.as_str()).collect();
        messages.join("; ")
    }

    /// The same problems, each told otherwise.
    #[must_use]
    pub fn map(self, tell: impl FnMut(Diagnostic) -> Diagnostic) -> Diagnostics {
        Diagnostics { problems: self.problems.into_iter().map(tell).collect() }
    }

    pub fn into_vec(self) -> Vec<Diagnostic> {
        self.problems
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(problem: Diagnostic) -> Self {
        Diagnostics { problems: vec![problem] }
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 50;
        for (index, problem) in self.problems.iter().take(SHOWN).enumerate() {
            if index > 0 {
                out.write_str("\n\n")?;
            }
            write!(out, "{problem}")?;
        }
        if self.problems.len() > SHOWN {
            write!(out, "\n\n… and {} more problems", self.problems.len() - SHOWN)?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}

/// The known name nearest to an unknown one, if it is near enough to be a slip of the pen.
pub fn nearest<'a>(unknown: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = match unknown.chars().count() {
        0..=1 => 0,
        2 => 1,
        3..=5 => 2,
        length => length / 3,
    };
    let unknown = unknown.to_lowercase();
    let known: Vec<&'a str> = known.into_iter().collect();
    // `kendall` is the beginning of one name; `mean` is a part of several, and near to none.
    let holding: Vec<&str> =
        known.iter().copied().filter(|name| *name != unknown && name.split('-').any(|part| part == unknown)).collect();
    match holding.as_slice() {
        [] => {}
        [only] => return Some(only),
        _ => return None,
    }
    known
        .into_iter()
        .map(|name| (strsim::osa_distance(&unknown, &name.to_lowercase()), name))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// The known name that an unknown one is a slip of, for names that may be right though nobody knows
/// them: [`nearest`], two letters away at most, and not in figures alone, as `panel-2011` and
/// `panel-2012` are.
pub fn slip_of<'a>(unknown: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let letters = |name: &str| name.to_lowercase().chars().filter(|c| !c.is_ascii_digit()).collect::<String>();
    let near = nearest(unknown, known)?;
    let slip = strsim::osa_distance(&unknown.to_lowercase(), &near.to_lowercase()) <= 2;
    (slip && letters(unknown) != letters(near)).then_some(near)
}

/// Text that came from a file, safe on a terminal: control and direction-changing characters are
/// written as escapes, a tab as a blank.
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\t' => out.push(' '),
            // Without width, or turning the direction of what follows.
            '\u{ad}'
            | '\u{61c}'
            | '\u{200b}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{2060}'
            | '\u{feff}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}' => {
                out.extend(character.escape_unicode());
            }
            control if control.is_control() => out.extend(control.escape_unicode()),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_names_file_line_column_and_hint() {
        let text = "format = 1\nweigth = 2\n";
        let problem =
            Diagnostic::at("m.toml", text, 11..17, "unknown key `weigth`").suggest("weigth", ["weight", "value"]);
        let expected = "error: unknown key `weigth`\n --> m.toml:2:1\n  |\n2 | weigth = 2\n  | ^^^^^^\n  = hint: did you mean `weight`?";
        assert_eq!(problem.to_string(), expected);
    }

    #[test]
    fn columns_count_characters_and_spans_stay_inside_the_text() {
        let place = Place::of("é = ü\r\n", 5..999);
        assert_eq!((place.line, place.column), (1, 5));
        assert_eq!(place.excerpt, Some(Excerpt { text: "é = ü".into(), width: 2 }));
        assert_eq!(Place::of("", 7..9).line, 1);
        assert_eq!(Place::of("é", 1..1).column, 1);
    }

    #[test]
    fn a_far_column_is_shown_in_a_window() {
        let text = format!("{}bad", "x".repeat(5000));
        let shown = Diagnostic::at("m.toml", &text, 5000..5003, "no").to_string();
        assert!(shown.contains(":1:5001"));
        assert!(shown.len() < 500, "{shown}");
        assert!(shown.ends_with("^^^"));
    }

    #[test]
    fn escapes_from_data_do_not_reach_the_terminal() {
        assert_eq!(visible("a\u{1b}[31mb\u{202e}c\td"), "a\\u{1b}[31mb\\u{202e}c d");
    }

    #[test]
    fn a_name_is_suggested_only_when_it_is_near() {
        assert_eq!(nearest("followrs", ["followers", "listed"]), Some("followers"));
        assert_eq!(nearest("zebra", ["followers", "listed"]), None);
        assert_eq!(nearest("kendall", ["kendall-tau-b", "ks"]), Some("kendall-tau-b"));
        assert_eq!(slip_of("twitter.folowers", ["twitter.followers"]), Some("twitter.followers"));
        assert_eq!(slip_of("Twitter.Folowers", ["twitter.followers"]), Some("twitter.followers"));
        assert_eq!(slip_of("panel-2012", ["panel-2011"]), None);
        assert_eq!(slip_of("panel", ["clean-panel"]), None);
        assert_eq!(slip_of("twitter.mentions-sent", ["twitter.mentions"]), None);
        assert_eq!(nearest("mean", ["weighted-mean", "power-mean", "max"]), None);
    }
}
