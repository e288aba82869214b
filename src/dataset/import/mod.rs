//! Somebody's file turned into a dataset: the kind and role of each column are guessed from its
//! name and all of its cells, shown, and can be set or edited afterwards. The file is read twice,
//! once to look and once to convert, so that its size does not matter.

mod filter;
mod profile;
mod records;
mod wide_pairs;

use std::collections::BTreeMap;
use std::io::Write;

pub use filter::Filter;
pub use profile::{ColumnProfile, profile};
pub use records::Records;
pub use wide_pairs::{WidePairs, wide_pairs};

use super::csv::{ConvertError, number};
use super::manifest::{ColumnSpec, KeyKind, NonFinite, Role};
use super::write::{CellKind, Cells, GROUP_ROWS, Packing, Rows, TableWriter};
use crate::diagnostic::{Diagnostic, Diagnostics, visible};
use crate::number::counted;

/// What the user says about the file; the rest is guessed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wishes {
    /// The column that names the account.
    pub key: Option<String>,
    /// Roles by column name as in the file.
    pub roles: BTreeMap<String, Role>,
    /// New names by column name as in the file.
    pub renames: BTreeMap<String, String>,
    /// Columns that are not taken.
    pub leave: Vec<String>,
    /// Only rows that pass all of these are taken.
    pub filters: Vec<Filter>,
    /// What cells such as `nan` and `inf` mean.
    pub non_finite: NonFinite,
}

/// A column to be taken, and why it has its role.
#[derive(Clone, Debug, PartialEq)]
pub struct Taken {
    /// Position in the file.
    pub at: usize,
    /// Name in the dataset.
    pub name: String,
    pub role: Role,
    pub kind: CellKind,
    pub because: String,
}

/// What will be taken from a file, and what will not.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportPlan {
    pub taken: Vec<Taken>,
    /// Column name and reason.
    pub left: Vec<(String, String)>,
    pub rows: u64,
}

impl ImportPlan {
    /// The columns as a manifest declares them.
    pub fn columns(&self) -> BTreeMap<String, ColumnSpec> {
        let spec = |taken: &Taken| ColumnSpec {
            role: taken.role,
            kind: (taken.role == Role::Key).then_some(match taken.kind {
                CellKind::Integer => KeyKind::Integer,
                _ => KeyKind::Text,
            }),
            unit: None,
            direction: None,
            note: None,
        };
        self.taken.iter().map(|taken| (taken.name.clone(), spec(taken))).collect()
    }
}

/// A segment with more distinct values than this is taken for a free text and left.
const SEGMENT_VALUES: usize = 100;

/// Decides roles and kinds.
pub fn plan(origin: &str, profiles: &[ColumnProfile], wishes: &Wishes) -> Result<ImportPlan, Diagnostics> {
    check_wishes(origin, profiles, wishes)?;
    let rows = profiles.first().map_or(0, |profile| profile.cells);
    if rows == 0 {
        let message = if wishes.filters.is_empty() { "the table has no rows" } else { "no row passes the filter" };
        return Err(Diagnostic::new(origin, message).into());
    }
    let key = key_column(origin, profiles, wishes)?;
    let mut taken = Vec::new();
    let mut left = Vec::new();
    let mut problems = Vec::new();
    for (at, profile) in profiles.iter().enumerate() {
        let guess = match wishes.roles.get(&profile.name) {
            Some(role) => Ok((*role, "as you said".to_string())),
            None if at == key.0 => Ok((Role::Key, key.1.clone())),
            None => guess_role(profile),
        };
        if wishes.leave.contains(&profile.name) {
            left.push((profile.name.clone(), "as you said".to_string()));
            continue;
        }
        // A column of numbers does not become a column of words because of one `inf`.
        let said = wishes.roles.contains_key(&profile.name) || at == key.0;
        if !said && profile.non_finite > 0 && profile.numbers + profile.empty + profile.non_finite == profile.cells {
            let example = visible(profile.example_text.as_deref().unwrap_or(""));
            let message = format!(
                "column `{}`: {} of its cells are not finite, such as `{example}`",
                visible(&profile.name),
                profile.non_finite
            );
            let hint = "count them as missing with --non-finite-is-missing, or give the column a --role";
            problems.push(Diagnostic::new(origin, message).hint(hint));
            continue;
        }
        match guess {
            Err(reason) => {
                if wishes.renames.contains_key(&profile.name) {
                    let message = format!("column `{}` is renamed, but left out: {reason}", visible(&profile.name));
                    problems.push(
                        Diagnostic::new(origin, message)
                            .hint("say its role with --role COLUMN=ROLE, or drop the --rename"),
                    );
                }
                left.push((profile.name.clone(), reason));
            }
            Ok((role, because)) => {
                let kind = match role {
                    Role::Key if profile.all_integers() => CellKind::Integer,
                    role if role.is_number() => CellKind::Number,
                    _ => CellKind::Text,
                };
                if kind == CellKind::Number && profile.numbers + profile.empty < profile.cells {
                    let example = visible(profile.example_text.as_deref().unwrap_or(""));
                    let message = format!(
                        "column `{}` cannot be a {}: `{example}` is no number",
                        visible(&profile.name),
                        role.name()
                    );
                    problems.push(Diagnostic::new(origin, message));
                }
                let name = wishes.renames.get(&profile.name).unwrap_or(&profile.name).clone();
                taken.push(Taken { at, name, role, kind, because });
            }
        }
    }
    for (position, column) in taken.iter().enumerate() {
        if taken[..position].iter().any(|earlier| earlier.name == column.name) {
            problems.push(Diagnostic::new(origin, format!("two columns would be called `{}`", visible(&column.name))));
        }
    }
    Diagnostics::none_or(problems)?;
    Ok(ImportPlan { taken, left, rows })
}

fn check_wishes(origin: &str, profiles: &[ColumnProfile], wishes: &Wishes) -> Result<(), Diagnostics> {
    let named = wishes.key.iter().chain(wishes.roles.keys()).chain(wishes.renames.keys()).chain(&wishes.leave);
    let problems = named
        .filter(|name| !profiles.iter().any(|profile| profile.name == **name))
        .map(|name| {
            let known = profiles.iter().map(|profile| profile.name.as_str());
            Diagnostic::new(origin, format!("the file has no column `{}`", visible(name))).suggest(name, known)
        })
        .collect();
    Diagnostics::none_or(problems)
}

/// Position of the key and why it is the key.
fn key_column(origin: &str, profiles: &[ColumnProfile], wishes: &Wishes) -> Result<(usize, String), Diagnostics> {
    const NAMES: [&str; 10] =
        ["account", "account_id", "id", "user", "user_id", "userid", "handle", "username", "screen_name", "name"];
    let position = |wanted: &str| profiles.iter().position(|profile| profile.name.eq_ignore_ascii_case(wanted));
    let said = wishes.key.as_deref().and_then(position);
    let by_role = wishes.roles.iter().find(|(_, role)| **role == Role::Key).and_then(|(name, _)| position(name));
    let found = match (said.or(by_role), NAMES.into_iter().find_map(position)) {
        (Some(at), _) => (at, "as you said".to_string()),
        (None, Some(at)) => (at, "by its name".to_string()),
        (None, None) => {
            let hint = "name the column that identifies the account with --key COLUMN";
            return Err(Diagnostic::new(origin, "no column looks like the account").hint(hint).into());
        }
    };
    let profile = &profiles[found.0];
    if profile.empty > 0 {
        let message = format!("the key `{}` is empty in {}", visible(&profile.name), counted(profile.empty, "row"));
        return Err(Diagnostic::new(origin, message).into());
    }
    Ok(found)
}

fn guess_role(profile: &ColumnProfile) -> Result<(Role, String), String> {
    let name = profile.name.to_lowercase();
    if profile.empty == profile.cells {
        return Err("every cell is empty".to_string());
    }
    match name.as_str() {
        "snapshot" | "date" | "month" | "week" | "day" | "period" if profile.empty == 0 => {
            return Ok((Role::Snapshot, "by its name".to_string()));
        }
        "topic" if profile.empty == 0 => return Ok((Role::Topic, "by its name".to_string())),
        "published_score" | "published-score" | "klout" | "klout_score" | "kscore"
            if profile.numbers + profile.empty == profile.cells =>
        {
            return Ok((Role::PublishedScore, "by its name".to_string()));
        }
        _ => {}
    }
    if profile.numbers + profile.empty == profile.cells {
        Ok((Role::Signal, "every cell is a number or empty".to_string()))
    } else if profile.distinct <= SEGMENT_VALUES {
        Ok((Role::Segment, format!("a text with {}", counted(profile.distinct as u64, "distinct value"))))
    } else {
        Err(format!("a text with more than {SEGMENT_VALUES} distinct values"))
    }
}

/// Reads the file again and writes the planned columns; gives back what it wrote to.
pub fn convert<W: Write + Send>(
    records: &mut Records<'_>,
    plan: &ImportPlan,
    wishes: &Wishes,
    out: W,
) -> Result<W, ConvertError> {
    let kinds: Vec<(String, CellKind)> = plan.taken.iter().map(|taken| (taken.name.clone(), taken.kind)).collect();
    let mut writer = TableWriter::new(out, &kinds, Packing::Kept)?;
    let mut rows = empty(plan);
    let mut held = 0;
    let mut failed: Option<ConvertError> = None;
    let filters = filter::Filters::new(&wishes.filters, records.header());
    records.for_each(|cells| {
        if failed.is_some() || !filters.pass(cells) {
            return Ok(());
        }
        for (taken, (_, column)) in plan.taken.iter().zip(&mut rows.columns) {
            let cell = cells[taken.at];
            match column {
                Cells::Integer(values) => values.push(cell.parse().map_err(|_| "not an integer".to_string())?),
                Cells::Number(values) => values.push(number(cell, wishes.non_finite)?),
                Cells::Text(values) => values.push(if cell.is_empty() { None } else { Some(cell.to_string()) }),
            }
        }
        held += 1;
        if held == GROUP_ROWS {
            held = 0;
            failed = writer.write(std::mem::replace(&mut rows, empty(plan))).err().map(ConvertError::from);
        }
        Ok(())
    })?;
    if let Some(error) = failed {
        return Err(error);
    }
    if held > 0 {
        writer.write(rows)?;
    }
    Ok(writer.finish()?)
}

fn empty(plan: &ImportPlan) -> Rows {
    let cells = |taken: &Taken| match taken.kind {
        CellKind::Integer => Cells::Integer(Vec::new()),
        CellKind::Number => Cells::Number(Vec::new()),
        CellKind::Text => Cells::Text(Vec::new()),
    };
    Rows { columns: plan.taken.iter().map(|taken| (taken.name.clone(), cells(taken))).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "id,month,followers,country,note\n007,2012-01,5,be,a\n8,2012-01,,us,b\n007,2012-02,7,be,c\n";

    fn plan_of(text: &str, wishes: &Wishes) -> Result<ImportPlan, Diagnostics> {
        let mut records = Records::csv("f.csv", text.as_bytes())?;
        let profiles = profile(&mut records, &wishes.filters, wishes.non_finite)?;
        plan("f.csv", &profiles, wishes)
    }

    fn roles(plan: &ImportPlan) -> Vec<(&str, Role, CellKind)> {
        plan.taken.iter().map(|taken| (taken.name.as_str(), taken.role, taken.kind)).collect()
    }

    #[test]
    fn roles_and_kinds_are_guessed() {
        let plan = plan_of(FILE, &Wishes::default()).unwrap();
        assert_eq!(
            roles(&plan),
            [
                ("id", Role::Key, CellKind::Text), // "007" does not survive as an integer
                ("month", Role::Snapshot, CellKind::Text),
                ("followers", Role::Signal, CellKind::Number),
                ("country", Role::Segment, CellKind::Text),
                ("note", Role::Segment, CellKind::Text),
            ]
        );
        assert_eq!(plan.rows, 3);
    }

    #[test]
    fn wishes_come_first() {
        let wishes = Wishes {
            roles: [("country".to_string(), Role::Cluster)].into(),
            renames: [("followers".to_string(), "twitter.followers".to_string())].into(),
            filters: vec!["id != 007".parse().unwrap()],
            ..Wishes::default()
        };
        let problems = plan_of(FILE, &wishes).unwrap_err();
        assert_eq!(problems.as_slice()[0].message, "column `followers` is renamed, but left out: every cell is empty");
        let wishes = Wishes { renames: BTreeMap::new(), leave: vec!["note".to_string()], ..wishes };
        let plan = plan_of(FILE, &wishes).unwrap();
        assert_eq!(plan.rows, 1);
        assert_eq!(roles(&plan)[0], ("id", Role::Key, CellKind::Integer));
        // The only followers cell that is left is empty, so there is nothing to take.
        let left: Vec<(&str, &str)> = plan.left.iter().map(|(name, why)| (name.as_str(), why.as_str())).collect();
        assert_eq!(left, [("followers", "every cell is empty"), ("note", "as you said")]);
        assert!(roles(&plan).contains(&("country", Role::Cluster, CellKind::Text)));
        let mut records = Records::csv("f.csv", FILE.as_bytes()).unwrap();
        assert!(convert(&mut records, &plan, &wishes, Vec::new()).unwrap().len() > 100);
    }

    #[test]
    fn what_cannot_be_is_said() {
        let message = |text: &str, wishes: &Wishes| plan_of(text, wishes).unwrap_err().as_slice()[0].message.clone();
        let key = |name: &str| Wishes { key: Some(name.to_string()), ..Wishes::default() };
        assert_eq!(message("a,b\n1,2\n", &Wishes::default()), "no column looks like the account");
        assert_eq!(message(FILE, &key("ident")), "the file has no column `ident`");
        assert_eq!(message(FILE, &key("followers")), "the key `followers` is empty in 1 row");
        assert_eq!(message("id,a\n", &Wishes::default()), "the table has no rows");
        assert_eq!(
            message("id,a\n1,nan\n2,3\n", &Wishes::default()),
            "column `a`: 1 of its cells are not finite, such as `nan`"
        );
        let lenient = Wishes { non_finite: NonFinite::Missing, ..Wishes::default() };
        assert!(plan_of("id,a\n1,nan\n2,3\n", &lenient).is_ok());
        assert!(plan_of("id,who\n1,nan\n2,ann\n", &Wishes::default()).is_ok(), "a person may be called Nan");
        let signal = Wishes { roles: [("country".to_string(), Role::Signal)].into(), ..Wishes::default() };
        assert_eq!(message(FILE, &signal), "column `country` cannot be a signal: `be` is no number");
    }
}
