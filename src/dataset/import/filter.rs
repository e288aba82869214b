//! Which rows of a file are taken: `platform = youtube`, `followers >= 100`.

use std::str::FromStr;

use crate::diagnostic::visible;

/// A comparison of a column with a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    pub column: String,
    operator: Operator,
    value: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// Longer signs first, so that `<=` is not read as `<`.
const OPERATORS: [(&str, Operator); 6] = [
    ("!=", Operator::NotEqual),
    ("<=", Operator::LessOrEqual),
    (">=", Operator::GreaterOrEqual),
    ("=", Operator::Equal),
    ("<", Operator::Less),
    (">", Operator::Greater),
];

impl FromStr for Filter {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let form = || format!("`{}` is no filter: write COLUMN = VALUE, or !=, <, <=, >, >=", visible(text));
        let at = text.find(['=', '!', '<', '>']).ok_or_else(form)?;
        let (column, rest) = (text[..at].trim(), &text[at..]);
        let found =
            OPERATORS.into_iter().find_map(|(sign, operator)| Some((operator, rest.strip_prefix(sign)?.trim())));
        let (operator, value) = found.ok_or_else(form)?;
        if column.is_empty() || value.starts_with(['=', '<', '>', '!']) {
            return Err(form());
        }
        let ordered = !matches!(operator, Operator::Equal | Operator::NotEqual);
        if ordered && value.parse::<f64>().is_err() {
            return Err(format!("`{}` compares with `{}`, which is no number", visible(text), visible(value)));
        }
        Ok(Filter { column: column.to_string(), operator, value: value.to_string() })
    }
}

impl Filter {
    /// Equality is of texts, or of numbers where both sides are; order is of numbers alone, and an
    /// empty or other cell does not pass it.
    fn passes(&self, cell: &str) -> bool {
        let numbers = cell.trim().parse::<f64>().ok().zip(self.value.parse::<f64>().ok());
        let equal = cell == self.value || numbers.is_some_and(|(cell, value)| cell == value);
        match (self.operator, numbers) {
            (Operator::Equal, _) => equal,
            (Operator::NotEqual, _) => !equal,
            (_, None) => false,
            (Operator::Less, Some((cell, value))) => cell < value,
            (Operator::LessOrEqual, Some((cell, value))) => cell <= value,
            (Operator::Greater, Some((cell, value))) => cell > value,
            (Operator::GreaterOrEqual, Some((cell, value))) => cell >= value,
        }
    }
}

/// Filters bound to the positions of their columns.
pub struct Filters<'a>(Vec<(usize, &'a Filter)>);

impl<'a> Filters<'a> {
    /// Filters on columns that the header lacks are left to the caller's check.
    pub fn new(filters: &'a [Filter], header: &[String]) -> Self {
        let position = |filter: &Filter| header.iter().position(|name| *name == filter.column);
        Filters(filters.iter().filter_map(|filter| Some((position(filter)?, filter))).collect())
    }

    pub fn pass(&self, cells: &[&str]) -> bool {
        self.0.iter().all(|(at, filter)| filter.passes(cells[*at]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_compare() {
        for (text, cell, passes) in [
            ("platform = youtube", "youtube", true),
            ("platform=youtube", "tiktok", false),
            ("platform != youtube", "tiktok", true),
            ("n >= 10", "10", true),
            ("n < 10", "9.5", true),
            ("n > 10", "", false),
            ("n = 10", "10.0", true),
            ("snapshot = 2022-03?", "2022-03?", true),
        ] {
            assert_eq!(text.parse::<Filter>().unwrap().passes(cell), passes, "{text} {cell}");
        }
        for wrong in ["platform", "= x", "a == b", "a < b", "a ! b"] {
            assert!(wrong.parse::<Filter>().is_err(), "{wrong}");
        }
    }
}
