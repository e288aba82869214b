//! A day of the calendar, without a clock: releases, waivers and what is live are dated by days.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A day of the Gregorian calendar, from the year 1 to 9999, counted from the beginning of 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String", extend("pattern" = r"^\d{4}-\d{2}-\d{2}$", "format" = "date"))]
pub struct Date(i64);

/// Why a text is no day.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no day: write YYYY-MM-DD, such as 2011-10-26")]
pub struct DateError(String);

/// Days of 400 years, after which the calendar repeats.
const CYCLE: i64 = 146_097;
/// Days from 1 March of the year 0 to the beginning of 1970.
const EPOCH: i64 = 719_468;
/// Seconds of a day, without leap seconds.
const DAY: u64 = 86_400;

impl Date {
    /// The day of a time in seconds from the beginning of 1970, UTC.
    pub fn of_seconds(seconds: u64) -> Date {
        Date(i64::try_from(seconds / DAY).unwrap_or(i64::MAX)).within()
    }

    /// The day so many days later, or earlier.
    #[must_use]
    pub fn plus(self, days: i64) -> Date {
        Date(self.0.saturating_add(days)).within()
    }

    /// How many days after another it lies.
    pub fn since(self, earlier: Date) -> i64 {
        self.0 - earlier.0
    }

    /// Year, month and day.
    fn parts(self) -> (i64, i64, i64) {
        // Whole cycles from 1 March of the year 0 on; a year that begins in March has its leap day
        // at the end.
        let days = self.0 + EPOCH;
        let (cycle, day) = (days.div_euclid(CYCLE), days.rem_euclid(CYCLE));
        // Every 4 years a day more, every 100 one less; the last day of the cycle has no year of its
        // own.
        let year = (day - day / 1_460 + day / 36_524 - day / (CYCLE - 1)) / 365;
        let day = day - (365 * year + year / 4 - year / 100);
        // Months from March on: five of them have 153 days.
        let month = (5 * day + 2) / 153;
        let day = day - (153 * month + 2) / 5 + 1;
        let (year, month) = (cycle * 400 + year, if month < 10 { month + 3 } else { month - 9 });
        (if month <= 2 { year + 1 } else { year }, month, day)
    }

    /// The day of a year, a month and a day of it, if the calendar has it.
    fn of(year: i64, month: i64, day: i64) -> Option<Date> {
        if !(1..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
            return None;
        }
        let (from_march, shifted) = (if month > 2 { month - 3 } else { month + 9 }, year - i64::from(month <= 2));
        let (cycle, year_of_cycle) = (shifted.div_euclid(400), shifted.rem_euclid(400));
        let day_of_year = (153 * from_march + 2) / 5 + day - 1;
        let days = year_of_cycle * 365 + year_of_cycle / 4 - year_of_cycle / 100 + day_of_year;
        let date = Date(cycle * CYCLE + days - EPOCH);
        // The 31st of a shorter month would be a day of the next.
        (date.parts() == (year, month, day)).then_some(date)
    }

    fn within(self) -> Date {
        let ends = (Date::of(1, 1, 1), Date::of(9999, 12, 31));
        let (Some(first), Some(last)) = ends else { return self };
        self.clamp(first, last)
    }
}

impl FromStr for Date {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Date, DateError> {
        let wrong = || DateError(text.escape_debug().to_string());
        let digits = |part: std::ops::Range<usize>| {
            let part = text.get(part)?;
            part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse::<i64>().ok())?
        };
        let dashed = text.len() == 10 && text.as_bytes()[4] == b'-' && text.as_bytes()[7] == b'-';
        let parts = if dashed { (digits(0..4), digits(5..7), digits(8..10)) } else { (None, None, None) };
        match parts {
            (Some(year), Some(month), Some(day)) => Date::of(year, month, day).ok_or_else(wrong),
            _ => Err(wrong()),
        }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.parts();
        write!(out, "{year:04}-{month:02}-{day:02}")
    }
}

impl TryFrom<String> for Date {
    type Error = DateError;

    fn try_from(text: String) -> Result<Date, DateError> {
        text.parse()
    }
}

impl From<Date> for String {
    fn from(date: Date) -> String {
        date.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every day of five centuries against a calendar that is counted day by day.
    #[test]
    fn days_follow_each_other() {
        let leap = |year: i64| year % 4 == 0 && year % 100 != 0 || year % 400 == 0;
        let mut number = 0;
        for year in 1970..2470 {
            let february = if leap(year) { 29 } else { 28 };
            for (month, days) in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].into_iter().enumerate() {
                for day in 1..=days {
                    let text = format!("{year}-{:02}-{day:02}", month + 1);
                    assert_eq!(Date(number).to_string(), text);
                    assert_eq!(text.parse(), Ok(Date(number)));
                    assert_eq!(Date::of_seconds(number as u64 * 86_400 + 86_399), Date(number));
                    number += 1;
                }
                let beyond = format!("{year}-{:02}-{:02}", month + 1, days + 1);
                assert!(beyond.parse::<Date>().is_err(), "{beyond}");
            }
        }
    }

    #[test]
    fn days_are_counted() {
        let day: Date = "2012-01-30".parse().unwrap();
        assert_eq!(day.plus(-96).to_string(), "2011-10-26");
        assert_eq!(day.since(day.plus(-96)), 96);
        assert_eq!("0001-01-01".parse::<Date>().unwrap().plus(-1).to_string(), "0001-01-01");
        assert_eq!("9999-12-31".parse::<Date>().unwrap().plus(i64::MAX).to_string(), "9999-12-31");
    }

    #[test]
    fn other_texts_are_no_days() {
        for text in [
            "",
            "2011",
            "26-10-2011",
            "2011-1-1",
            "2011-13-01",
            "2011-00-10",
            "2011/10/26",
            "2011-10-26T",
            "２011-10-2",
            "0000-01-01",
            "+201-01-01",
        ] {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
        let told = "2011-02-30".parse::<Date>().unwrap_err().to_string();
        assert_eq!(told, "`2011-02-30` is no day: write YYYY-MM-DD, such as 2011-10-26");
    }
}
