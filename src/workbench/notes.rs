//! Notes on stored runs: `<run id>.notes.toml` beside the run's folder, outside of every digest. It
//! is the only file of a run that holds a clock.

use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::error::Result;
use super::{Workbench, files};
use crate::date::Date;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::Document;
use crate::number::thousands;

/// Characters that a note may have.
pub const LONGEST_NOTE: usize = 2_000;

/// The sidecar file of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct NotesSpec {
    /// Format of this file; 1 is the only one so far.
    format: u32,
    /// The oldest first.
    #[serde(default)]
    note: Vec<Note>,
}

/// What somebody wrote about a run, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Note {
    /// UTC to the second: `2011-10-26T16:00:00Z`.
    pub at: String,
    #[schemars(length(min = 1))]
    pub text: String,
}

impl Note {
    /// A note of this text, without the blanks around it; `seconds` counts from the beginning of
    /// 1970, UTC.
    ///
    /// # Errors
    /// A text that is empty or longer than [`LONGEST_NOTE`] characters.
    pub fn new(text: &str, seconds: u64) -> std::result::Result<Note, Diagnostic> {
        let text = text.trim();
        let length = text.chars().count();
        if length == 0 {
            return Err(Diagnostic::new("TEXT", "the note is empty").hint("leave it out to print the notes there are"));
        }
        if length > LONGEST_NOTE {
            let (length, longest) = (thousands(length as u64), thousands(LONGEST_NOTE as u64));
            let message = format!("the note has {length} characters, and may have {longest}");
            return Err(Diagnostic::new("TEXT", message).hint("put the rest into a file, and name that"));
        }
        Ok(Note { at: utc(seconds), text: text.to_string() })
    }
}

impl Workbench {
    /// The notes on a run, the oldest first. `run` is its folder.
    ///
    /// # Errors
    /// Wrong input with line and column, if the file of notes cannot be read.
    pub fn notes(&self, run: &Path) -> Result<Vec<Note>> {
        let path = sidecar(run);
        if !files::exists(&path) {
            return Ok(Vec::new());
        }
        Ok(parse(&self.origin(&path), &files::read_text(&path)?)?)
    }

    /// Adds a note to those of a run, and gives the file that holds them. What the file holds
    /// already, comments among it, stays as it is; one that cannot be read is left alone.
    pub fn annotate(&self, run: &Path, note: &Note) -> Result<PathBuf> {
        let path = sidecar(run);
        let before = if files::exists(&path) { Some(files::read_text(&path)?) } else { None };
        let text = with_note(&self.origin(&path), before.as_deref(), note)?;
        files::write_whole(&path, text.as_bytes())?;
        Ok(path)
    }
}

/// Where the notes of a run stand.
fn sidecar(run: &Path) -> PathBuf {
    let mut name = run.file_name().unwrap_or_default().to_os_string();
    name.push(".notes.toml");
    run.with_file_name(name)
}

fn parse(origin: &str, text: &str) -> std::result::Result<Vec<Note>, Diagnostics> {
    let document = Document::parse(origin, text)?;
    let spec: NotesSpec = document.decode()?;
    let mut problems = Vec::new();
    for (index, note) in spec.note.iter().enumerate() {
        if !is_time(&note.at) {
            let problem = document.problem(&["note", &index.to_string(), "at"], "`at` is no time");
            problems.push(problem.hint("write UTC to the second, such as \"2011-10-26T16:00:00Z\""));
        }
    }
    Diagnostics::none_or(problems)?;
    Ok(spec.note)
}

/// The text of the sidecar with one note more.
fn with_note(origin: &str, before: Option<&str>, note: &Note) -> std::result::Result<String, Diagnostics> {
    let Some(before) = before else {
        return Ok(format!("format = 1\n{}", written(note)));
    };
    let mut notes = parse(origin, before)?;
    let gap = if before.ends_with('\n') { "" } else { "\n" };
    let text = format!("{before}{gap}{}", written(note));
    notes.push(note.clone());
    match parse(origin, &text) {
        Ok(found) if found == notes => Ok(text),
        // Notes written as `note = [{…}]` cannot be continued; all are written in the usual form.
        _ => Ok(format!("format = 1\n{}", notes.iter().map(written).collect::<String>())),
    }
}

fn written(note: &Note) -> String {
    let value = |text: &str| toml::Value::String(text.to_string()).to_string();
    format!("\n[[note]]\nat = {}\ntext = {}\n", value(&note.at), value(&note.text))
}

/// Whether a text has the form of a time as [`utc`] writes it.
fn is_time(text: &str) -> bool {
    const FORM: &[u8] = b"0000-00-00T00:00:00Z";
    let fits = |(byte, form): (u8, &u8)| if *form == b'0' { byte.is_ascii_digit() } else { byte == *form };
    text.len() == FORM.len() && text.bytes().zip(FORM).all(fits)
}

/// A time as `2011-10-26T16:00:00Z`; `seconds` from the beginning of 1970, UTC, without leap seconds.
fn utc(seconds: u64) -> String {
    let rest = seconds % 86_400;
    let (hour, minute, second) = (rest / 3_600, rest / 60 % 60, rest % 60);
    format!("{}T{hour:02}:{minute:02}:{second:02}Z", Date::of_seconds(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(text: &str) -> Note {
        Note::new(text, 1_319_644_800).unwrap()
    }

    #[test]
    fn times_are_those_of_the_calendar() {
        for (seconds, expected) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_319_644_800, "2011-10-26T16:00:00Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(utc(seconds), expected);
            assert_eq!(Date::of_seconds(seconds).to_string(), expected[..10]);
        }
    }

    #[test]
    fn notes_are_appended_and_read_back() {
        let texts =
            ["plain", "two\nlines", "\"quotes\" 'and' \\ \u{1b}[31m \u{7f} é \u{202e}", "[[note]]", "\"\"\" '''"];
        let mut text: Option<String> = None;
        for (count, added) in texts.iter().enumerate() {
            let next = with_note("n", text.as_deref(), &note(added)).unwrap();
            assert!(next.starts_with(text.as_deref().unwrap_or_default()), "{next}");
            let found = parse("n", &next).unwrap();
            assert_eq!(found.iter().map(|note| note.text.as_str()).collect::<Vec<_>>(), texts[..=count]);
            text = Some(next);
        }
    }

    #[test]
    fn what_a_person_wrote_stays() {
        let by_hand = "# mine\nformat = 1 # one\n[[note]]\nat = '2011-10-26T16:00:00Z'\ntext = 'a'";
        let text = with_note("n", Some(by_hand), &note("b")).unwrap();
        assert!(text.starts_with(by_hand), "{text}");
        assert_eq!(parse("n", &text).unwrap().len(), 2);
        // A list in line cannot be continued, and is written anew with nothing lost.
        let in_line = "format = 1\nnote = [{at = '2011-10-26T16:00:00Z', text = 'a'}]\n";
        let text = with_note("n", Some(in_line), &note("b")).unwrap();
        let found = parse("n", &text).unwrap();
        assert_eq!(found.iter().map(|note| note.text.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(parse("n", "format = 1\n").unwrap(), []);
    }

    #[test]
    fn wrong_files_are_refused_with_their_place() {
        for (text, line, column, message) in [
            ("format = 1\n[[note]\n", 2, 8, ""),
            ("format = 1\n[[note]]\nat = '26 October'\ntext = 'a'\n", 3, 6, "`at` is no time"),
            ("format = 1\n[[note]]\nat = '2011-10-26T16:00:00Z'\ntext = ' '\n", 4, 8, "`text` is empty"),
            ("format = 1\n[[note]]\nat = 3\ntext = 'a'\n", 3, 6, "`at` must be a string, not an integer"),
            ("format = 1\nnotes = 3\n", 2, 1, "unknown key `notes`"),
        ] {
            let problems = with_note("n", Some(text), &note("b")).unwrap_err();
            let first = &problems.as_slice()[0];
            let place = first.place.as_ref().unwrap();
            assert_eq!((place.line, place.column), (line, column), "{problems}");
            assert!(first.message.contains(message), "{problems}");
        }
    }

    #[test]
    fn texts_have_their_bounds() {
        assert!(Note::new(" \n\t", 0).unwrap_err().message.contains("empty"));
        assert_eq!(Note::new(&"é".repeat(2_000), 0).unwrap().text.chars().count(), 2_000);
        let long = Note::new(&"é".repeat(2_001), 0).unwrap_err();
        assert_eq!(long.message, "the note has 2,001 characters, and may have 2,000");
    }
}
