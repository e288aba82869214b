//! Arithmetic over columns: `twitter.retweets / max(twitter.posts, 1)`. A text is parsed once into
//! a small closed tree; there are no variables, no loops and no calls but the few listed in
//! [`Function`]. A missing cell is NaN and makes every result that touches it missing, except
//! through `coalesce`; so does a division by zero.

mod parse;

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;

pub use parse::parse;

/// A parsed expression. Two texts with the same tree are the same expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Expression {
    Number(f64),
    Column(String),
    Negate(Box<Expression>),
    Binary(Operator, Box<Expression>, Box<Expression>),
    Call(Function, Vec<Expression>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// The smallest argument; missing if one is.
    Min,
    /// The largest argument; missing if one is.
    Max,
    /// The magnitude of one argument.
    Abs,
    /// The first argument that is not missing.
    Coalesce,
}

impl Function {
    pub const ALL: [Function; 4] = [Function::Min, Function::Max, Function::Abs, Function::Coalesce];

    pub fn name(self) -> &'static str {
        match self {
            Function::Min => "min",
            Function::Max => "max",
            Function::Abs => "abs",
            Function::Coalesce => "coalesce",
        }
    }

    /// How many arguments the function takes.
    pub fn arity(self) -> Range<usize> {
        match self {
            Function::Abs => 1..2,
            Function::Min | Function::Max | Function::Coalesce => 2..17,
        }
    }
}

/// What is wrong with a text, and which bytes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    pub span: Range<usize>,
    pub message: String,
    pub hint: Option<String>,
}

impl Expression {
    /// The columns that the expression reads, in name order.
    pub fn columns(&self) -> BTreeSet<&str> {
        let mut names = BTreeSet::new();
        self.collect(&mut names);
        names
    }

    /// Whether a value can come out though every column is missing: `coalesce(followers, 0)`.
    pub fn replaces_missing(&self) -> bool {
        match self {
            Expression::Number(_) | Expression::Column(_) => false,
            Expression::Negate(inner) => inner.replaces_missing(),
            Expression::Binary(_, left, right) => left.replaces_missing() || right.replaces_missing(),
            Expression::Call(Function::Coalesce, _) => true,
            Expression::Call(_, arguments) => arguments.iter().any(Expression::replaces_missing),
        }
    }

    fn collect<'a>(&'a self, names: &mut BTreeSet<&'a str>) {
        match self {
            Expression::Number(_) => {}
            Expression::Column(name) => {
                names.insert(name);
            }
            Expression::Negate(inner) => inner.collect(names),
            Expression::Binary(_, left, right) => {
                left.collect(names);
                right.collect(names);
            }
            Expression::Call(_, arguments) => arguments.iter().for_each(|argument| argument.collect(names)),
        }
    }

    /// The value for each row of a chunk. `column` gives the cells of a named column, all of the
    /// length of `out`; NaN is missing.
    pub fn evaluate<'a>(&self, column: &impl Fn(&str) -> &'a [f64], out: &mut [f64]) {
        match self {
            Expression::Number(number) => out.fill(*number),
            Expression::Column(name) => out.copy_from_slice(column(name)),
            Expression::Negate(inner) => {
                inner.evaluate(column, out);
                out.iter_mut().for_each(|value| *value = -*value);
            }
            Expression::Binary(operator, left, right) => {
                left.evaluate(column, out);
                let mut other = vec![0.0; out.len()];
                right.evaluate(column, &mut other);
                for (value, other) in out.iter_mut().zip(&other) {
                    *value = operator.apply(*value, *other);
                }
            }
            Expression::Call(function, arguments) => {
                let mut other = vec![0.0; out.len()];
                for (position, argument) in arguments.iter().enumerate() {
                    if position == 0 {
                        argument.evaluate(column, out);
                        if *function == Function::Abs {
                            out.iter_mut().for_each(|value| *value = value.abs());
                        }
                        continue;
                    }
                    argument.evaluate(column, &mut other);
                    for (value, other) in out.iter_mut().zip(&other) {
                        *value = function.join(*value, *other);
                    }
                }
            }
        }
    }
}

impl Operator {
    fn apply(self, left: f64, right: f64) -> f64 {
        let result = match self {
            Operator::Add => left + right,
            Operator::Subtract => left - right,
            Operator::Multiply => left * right,
            Operator::Divide if right == 0.0 => f64::NAN,
            Operator::Divide => left / right,
        };
        // Overflow is no number that a score could rest on.
        if result.is_finite() { result } else { f64::NAN }
    }

    fn symbol(self) -> &'static str {
        match self {
            Operator::Add => "+",
            Operator::Subtract => "-",
            Operator::Multiply => "*",
            Operator::Divide => "/",
        }
    }
}

impl Function {
    fn join(self, left: f64, right: f64) -> f64 {
        match self {
            Function::Coalesce if left.is_nan() => right,
            Function::Coalesce | Function::Abs => left,
            _ if left.is_nan() || right.is_nan() => f64::NAN,
            Function::Min => left.min(right),
            Function::Max => left.max(right),
        }
    }
}

impl fmt::Display for Expression {
    /// The canonical text: fully bracketed, so that equal trees and only they print alike.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Expression::Number(number) => write!(out, "{number}"),
            Expression::Column(name) if parse::is_plain(name) => out.write_str(name),
            Expression::Column(name) => write!(out, "`{name}`"),
            Expression::Negate(inner) => write!(out, "(-{inner})"),
            Expression::Binary(operator, left, right) => write!(out, "({left} {} {right})", operator.symbol()),
            Expression::Call(function, arguments) => {
                write!(out, "{}(", function.name())?;
                for (position, argument) in arguments.iter().enumerate() {
                    write!(out, "{}{argument}", if position > 0 { ", " } else { "" })?;
                }
                out.write_str(")")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> f64 {
        let cells = |name: &str| -> &'static [f64] {
            match name {
                "a" => &[6.0],
                "b.c-count" | "b" => &[4.0],
                "zero" => &[0.0],
                "gone" => &[f64::NAN],
                other => panic!("{other}"),
            }
        };
        let mut out = [0.0];
        parse(text).unwrap().evaluate(&cells, &mut out);
        out[0]
    }

    #[test]
    fn arithmetic_has_the_usual_precedence() {
        assert_eq!(value("1 + 2 * 3 - 4 / 2"), 5.0);
        assert_eq!(value("(1 + 2) * -a"), -18.0);
        assert_eq!(value("8 / 2 / 2"), 2.0);
        assert_eq!(value("a / max(b, 1)"), 1.5);
        assert_eq!(value("min(a, b, 1e0) + abs(-2.5)"), 3.5);
        assert_eq!(value("`b.c-count` * 2"), 8.0);
        assert_eq!(value("b.c-count - 1"), 3.0);
    }

    #[test]
    fn missing_spreads_and_coalesce_stops_it() {
        for text in ["gone + 1", "max(gone, 1)", "min(1, gone)", "a / zero", "-gone", "1e308 * 10"] {
            assert!(value(text).is_nan(), "{text}");
        }
        assert_eq!(value("coalesce(gone, a / zero, 7)"), 7.0);
        assert_eq!(value("coalesce(a, 7)"), 6.0);
    }

    #[test]
    fn the_printed_form_parses_to_the_same_tree() {
        for text in ["a - (b - zero)", "-a * `odd name`", "coalesce(a, 1.5, b / 2)", "1e-7 + a"] {
            let tree = parse(text).unwrap();
            assert_eq!(parse(&tree.to_string()).unwrap(), tree, "{tree}");
        }
        assert_eq!(parse("a+b").unwrap().columns().into_iter().collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn errors_name_the_bytes_at_fault() {
        for (text, span, message) in [
            ("", 0..0, "the expression ends where a value is expected"),
            ("a +", 3..3, "the expression ends where a value is expected"),
            ("a b", 2..3, "expected an operator or the end, found `b`"),
            ("a / / b", 4..5, "expected a value, found `/`"),
            ("(a + 1", 6..6, "expected `)`, found the end"),
            ("ma(a, 1)", 0..2, "unknown function `ma`"),
            ("max(a)", 0..6, "`max` takes at least 2 arguments, found 1"),
            ("abs(a, b)", 0..9, "`abs` takes 1 argument, found 2"),
            ("a ^ 2", 2..3, "`^` means nothing here"),
            ("1.2.3", 0..5, "`1.2.3` is not a number"),
            ("1e999", 0..5, "`1e999` is too large a number"),
            ("`a", 0..2, "the quoted column name does not end"),
        ] {
            let error = parse(text).unwrap_err();
            assert_eq!((error.span.clone(), error.message.as_str()), (span, message), "{text}");
        }
    }

    #[test]
    fn deep_nesting_is_refused_not_overflowed() {
        let text = format!("{}a{}", "(".repeat(400), ")".repeat(400));
        assert!(parse(&text).unwrap_err().message.contains("nested"));
        assert!(parse(&"-".repeat(400)).unwrap_err().message.contains("nested"));
        assert!(parse(&"-".repeat(100_000)).unwrap_err().message.contains("longer"));
        let long = vec!["a"; 3000].join(" + ");
        assert!(parse(&long).unwrap_err().message.contains("longer"));
    }
}
