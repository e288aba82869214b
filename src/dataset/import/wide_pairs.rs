//! Files in which each line is a pair of accounts side by side (`A_followers`, `B_followers`, ...)
//! and a label says who was judged the more influential. Such files name no accounts: an account
//! is whoever has the same features throughout.

use std::collections::BTreeMap;

use super::records::Records;
use crate::dataset::csv::number;
use crate::dataset::manifest::NonFinite;
use crate::dataset::pairs::PairTable;
use crate::dataset::write::{Cells, Rows};
use crate::diagnostic::{Diagnostic, Diagnostics, visible};

/// Accounts by their features, and the judged pairs.
#[derive(Clone, Debug, PartialEq)]
pub struct WidePairs {
    /// The column `account` (integers from 1 in order of appearance), then the features.
    pub accounts: Rows,
    pub pairs: PairTable,
    /// Pairs whose two sides have the same features: nobody could order them, so they are left out.
    pub same: u64,
}

/// Reads a file of pairs side by side. The label is 1 where the first is preferred, 0 where the
/// second is.
pub fn wide_pairs(
    records: &mut Records<'_>,
    label: &str,
    prefixes: [&str; 2],
    renames: &BTreeMap<String, String>,
) -> Result<WidePairs, Diagnostics> {
    let origin = records.origin().to_string();
    let header = records.header().to_vec();
    let layout = Layout::new(&origin, &header, label, prefixes)?;
    let mut known: BTreeMap<Vec<u64>, i64> = BTreeMap::new();
    let mut features: Vec<Vec<f64>> = vec![Vec::new(); layout.columns.len()];
    let mut pairs = PairTable::default();
    let mut same = 0;
    records.for_each(|cells| {
        let mut ids = [0; 2];
        for (side, id) in ids.iter_mut().enumerate() {
            let values: Vec<f64> = layout
                .columns
                .iter()
                .map(|(name, at)| {
                    number(cells[at[side]], NonFinite::Refuse)
                        .map_err(|message| format!("`{}{name}`: {message}", prefixes[side]))
                })
                .collect::<Result<_, String>>()?;
            let next = i64::try_from(known.len()).unwrap_or(i64::MAX - 1) + 1;
            *id = *known.entry(values.iter().map(|value| value.to_bits()).collect()).or_insert(next);
            if *id == next {
                features.iter_mut().zip(&values).for_each(|(column, value)| column.push(*value));
            }
        }
        let first_preferred = match cells[layout.label].trim() {
            "1" => true,
            "0" => false,
            other => return Err(format!("the label `{}` is neither 0 nor 1", visible(other))),
        };
        if ids[0] == ids[1] {
            same += 1;
        } else {
            pairs.push(&ids[0].to_string(), &ids[1].to_string(), first_preferred);
        }
        Ok(())
    })?;
    if pairs.is_empty() {
        return Err(Diagnostic::new(origin, "the file holds no pairs").into());
    }
    let ids = (1..).take(known.len()).collect();
    let mut columns = vec![("account".to_string(), Cells::Integer(ids))];
    for ((name, _), values) in layout.columns.iter().zip(features) {
        columns.push((renames.get(name).unwrap_or(name).clone(), Cells::Number(values)));
    }
    check_renames(&origin, &columns, &layout, renames)?;
    Ok(WidePairs { accounts: Rows { columns }, pairs, same })
}

struct Layout {
    label: usize,
    /// Feature name without its prefix, and its position on both sides.
    columns: Vec<(String, [usize; 2])>,
}

impl Layout {
    fn new(origin: &str, header: &[String], label: &str, prefixes: [&str; 2]) -> Result<Layout, Diagnostics> {
        let mut problems = Vec::new();
        let label_at = header.iter().position(|name| name == label).unwrap_or_else(|| {
            let message = format!("the file has no column `{}`, the label", visible(label));
            problems.push(Diagnostic::new(origin, message).suggest(label, header.iter().map(String::as_str)));
            0
        });
        let mut columns = Vec::new();
        for (at, name) in header.iter().enumerate() {
            let Some(feature) = name.strip_prefix(prefixes[0]) else { continue };
            match header.iter().position(|other| other.strip_prefix(prefixes[1]) == Some(feature)) {
                Some(other) => columns.push((feature.to_string(), [at, other])),
                None => {
                    let message =
                        format!("`{}` has no counterpart `{}{}`", visible(name), prefixes[1], visible(feature));
                    problems.push(Diagnostic::new(origin, message));
                }
            }
        }
        if columns.is_empty() && problems.is_empty() {
            let message = format!("no column begins with `{}`", visible(prefixes[0]));
            problems.push(Diagnostic::new(origin, message).hint("name both prefixes, such as --pairs A_,B_"));
        }
        Diagnostics::none_or(problems)?;
        Ok(Layout { label: label_at, columns })
    }
}

fn check_renames(
    origin: &str,
    columns: &[(String, Cells)],
    layout: &Layout,
    renames: &BTreeMap<String, String>,
) -> Result<(), Diagnostics> {
    let mut problems = Vec::new();
    for name in renames.keys().filter(|name| !layout.columns.iter().any(|(feature, _)| feature == *name)) {
        let message = format!("the pairs have no feature `{}`", visible(name));
        problems
            .push(Diagnostic::new(origin, message).suggest(name, layout.columns.iter().map(|(name, _)| name.as_str())));
    }
    for (position, (name, _)) in columns.iter().enumerate() {
        if columns[..position].iter().any(|(earlier, _)| earlier == name) {
            problems.push(Diagnostic::new(origin, format!("two columns would be called `{}`", visible(name))));
        }
    }
    Diagnostics::none_or(problems)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<WidePairs, Diagnostics> {
        let mut records = Records::csv("p.csv", text.as_bytes())?;
        wide_pairs(&mut records, "Choice", ["A_", "B_"], &[("n".to_string(), "twitter.n".to_string())].into())
    }

    #[test]
    fn accounts_are_those_with_the_same_features() {
        let text = "Choice,A_n,A_m,B_n,B_m\n1,5,1,7,1\n0,7,1,5,1\n1,5.0,1,5,2\n1,5,1,5,1\n";
        let wide = read(text).unwrap();
        assert_eq!(wide.accounts.columns[0], ("account".into(), Cells::Integer(vec![1, 2, 3])));
        assert_eq!(wide.accounts.columns[1], ("twitter.n".into(), Cells::Number(vec![5.0, 7.0, 5.0])));
        let mut expected = PairTable::default();
        for (first, second, preferred) in [("1", "2", true), ("2", "1", false), ("1", "3", true)] {
            expected.push(first, second, preferred);
        }
        assert_eq!((wide.pairs, wide.same), (expected, 1));
    }

    #[test]
    fn problems_are_said() {
        let message = |text: &str| read(text).unwrap_err().as_slice()[0].message.clone();
        assert_eq!(message("Choice,A_n,B_m\n"), "`A_n` has no counterpart `B_n`");
        assert_eq!(message("Label,A_n,B_n\n"), "the file has no column `Choice`, the label");
        assert_eq!(message("Choice,A_n,B_n\n2,1,2\n"), "the label `2` is neither 0 nor 1");
        assert_eq!(message("Choice,A_n,B_n\n"), "the file holds no pairs");
        assert_eq!(message("Choice,A_n,B_n\n1,x,2\n"), "`A_n`: `x` is not a number");
    }
}
