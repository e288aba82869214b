//! What a metric can be told: parameters, what they may be, and the values that were given.

use std::collections::BTreeMap;
use std::fmt;

#[derive(Debug)]
pub struct Parameter {
    pub name: &'static str,
    pub summary: &'static str,
    pub domain: Domain,
}

/// What a parameter may be, the default first.
#[derive(Debug)]
pub enum Domain {
    Whole {
        default: u32,
        least: u32,
    },
    Number {
        default: f64,
        least: f64,
        most: f64,
    },
    Word {
        default: &'static str,
        others: &'static [&'static str],
    },
    /// A name from the data, such as that of a column.
    Name {
        default: &'static str,
    },
}

/// The value of a parameter.
#[derive(Clone, Debug, PartialEq, serde::Deserialize)]
#[serde(untagged)]
pub enum Argument {
    Number(f64),
    Word(String),
}

impl serde::Serialize for Argument {
    /// A whole number is written as one: `10`, not `10.0`.
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Argument::Number(number) if number.fract() == 0.0 && number.abs() < 1e15 => {
                to.serialize_i64(*number as i64)
            }
            Argument::Number(number) => to.serialize_f64(*number),
            Argument::Word(word) => to.serialize_str(word),
        }
    }
}

impl schemars::JsonSchema for Argument {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Argument".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        // Written by hand, because the check of TOML files names types, not alternatives.
        schemars::json_schema!({ "type": ["number", "string"] })
    }
}

/// The values of all parameters of a metric, by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Arguments(pub(super) BTreeMap<&'static str, Argument>);

impl Arguments {
    /// A numeric parameter. Every parameter of the definition has a value of its kind.
    pub fn number(&self, name: &str) -> f64 {
        match self.0.get(name) {
            Some(Argument::Number(number)) => *number,
            _ => f64::NAN,
        }
    }

    pub fn whole(&self, name: &str) -> usize {
        self.number(name) as usize
    }

    pub fn word(&self, name: &str) -> &str {
        match self.0.get(name) {
            Some(Argument::Word(word)) => word,
            _ => "",
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &Argument)> {
        self.0.iter().map(|(name, argument)| (*name, argument))
    }
}

impl Domain {
    /// The value unless another is stated.
    pub fn default(&self) -> Argument {
        match self {
            Domain::Whole { default, .. } => Argument::Number(f64::from(*default)),
            Domain::Number { default, .. } => Argument::Number(*default),
            Domain::Word { default, .. } | Domain::Name { default } => Argument::Word((*default).to_string()),
        }
    }

    pub(super) fn admits(&self, argument: &Argument) -> bool {
        match (self, argument) {
            (Domain::Whole { least, .. }, Argument::Number(number)) => {
                number.fract() == 0.0 && *number >= f64::from(*least) && *number <= f64::from(u32::MAX)
            }
            (Domain::Number { least, most, .. }, Argument::Number(number)) => (*least..=*most).contains(number),
            (Domain::Word { default, others }, Argument::Word(word)) => {
                word == default || others.contains(&word.as_str())
            }
            (Domain::Name { .. }, Argument::Word(_)) => true,
            _ => false,
        }
    }

    /// What the parameter may be, in words.
    pub fn wanted(&self) -> String {
        match self {
            Domain::Whole { least, .. } => format!("a whole number of at least {least}"),
            Domain::Number { least, most, .. } => format!("a number from {least} to {most}"),
            Domain::Word { default, others } => {
                let words: Vec<String> =
                    std::iter::once(default).chain(*others).map(|word| format!("`{word}`")).collect();
                format!("one of {}", words.join(", "))
            }
            Domain::Name { .. } => "a name".to_string(),
        }
    }
}

impl fmt::Display for Argument {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Argument::Number(number) => write!(out, "{number}"),
            Argument::Word(word) => out.write_str(word),
        }
    }
}
