//! The arguments of releases and of the way back.

use clap::Args;
use cloutbench::date::Date;
use cloutbench::diagnostic::Diagnostic;
use cloutbench::release::Waiver;
use cloutbench::release::live::check_ramp;
use cloutbench::workbench::{LiveOrder, ReleaseOrder};

use super::TableFormat;
use crate::exit::Failure;

#[derive(Debug, Args)]
#[command(
    after_help = "A release freezes what the version learnt into models/<family>/<version>.lock.toml, and puts its note and evidence under releases/<family>/<version>/. It is refused (exit code 1) where an expectation of the run or a limit of the movement budget fails, and wrong (exit code 2) where the run rests on other files, or a signature is missing. The family's settings, models/<family>/family.toml, say what is asked for.\n\nExamples:\n  clout release clout@3.1.0 --sign legal='Ada L.'\n  clout release clout@3.1.0 --run five-months\n  clout release clout@3.1.0 --run five-months --live-from 2012-09-01 --ramp 10%,50%,100%\n  clout release clout@3.1.0 --run five-months --waive people-fall --approver 'Ada L.' --because 'bots were counted' --until 2012-12-31\n  clout release clout@3.1.0 --live-from 2012-09-01"
)]
pub struct ReleaseArguments {
    /// The version: family@version
    pub model: String,
    /// The run that it rests on: a folder, an id or the beginning of it, or an experiment with one run
    #[arg(long, value_name = "RUN")]
    pub run: Option<String>,
    /// Put it live from this day on (YYYY-MM-DD); of a version that is released, without --run
    #[arg(long, value_name = "DATE")]
    pub live_from: Option<Date>,
    /// Shares of the accounts that see it, rising to 100%
    #[arg(long, value_name = "SHARES", requires = "live_from", value_delimiter = ',', value_parser = share)]
    pub ramp: Vec<f64>,
    /// Days from one share to the next (default: 7)
    #[arg(long, value_name = "DAYS", requires = "ramp", value_parser = clap::value_parser!(u32).range(1..=366))]
    pub ramp_days: Option<u32>,
    /// Sign for a role; may be repeated. Without --run the signature waits for the release
    #[arg(long, value_name = "ROLE=NAME", value_parser = signature)]
    pub sign: Vec<(String, String)>,
    /// A limit of the budget that may be broken; may be repeated
    #[arg(long, value_name = "LIMIT", requires_all = ["run", "approver", "because", "until"])]
    pub waive: Vec<String>,
    /// Who allows it: once for all waivers, or once for each
    #[arg(long, value_name = "NAME", requires = "waive")]
    pub approver: Vec<String>,
    /// Why: once for all waivers, or once for each
    #[arg(long, value_name = "TEXT", requires = "waive")]
    pub because: Vec<String>,
    /// The last day on which it holds: once for all waivers, or once for each
    #[arg(long, value_name = "DATE", requires = "waive")]
    pub until: Vec<Date>,
    /// The day of the release (default: today, UTC)
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<Date>,
    #[arg(long, value_enum, default_value_t = TableFormat::Table)]
    pub format: TableFormat,
}

impl ReleaseArguments {
    /// What goes live, if anything is to.
    pub fn live(&self) -> Result<Option<LiveOrder>, Failure> {
        check_ramp(&self.ramp).map_err(|why| Diagnostic::new("--ramp", why).hint("write --ramp 10%,50%,100%"))?;
        Ok(self.live_from.map(|from| LiveOrder { from, ramp: self.ramp.clone(), ramp_days: self.ramp_days }))
    }

    /// The release that is asked for, on a day.
    pub fn order(&self, run: &str, day: Date) -> Result<ReleaseOrder, Failure> {
        let count = self.waive.len();
        for (option, given) in
            [("--approver", self.approver.len()), ("--because", self.because.len()), ("--until", self.until.len())]
        {
            if given > 1 && given != count {
                let message = format!("{option} is given {given} times for {count} waivers");
                return Err(Diagnostic::new(option, message)
                    .hint("give it once for all, or once for each --waive")
                    .into());
            }
        }
        let waiver = |(at, limit): (usize, &String)| {
            let text = |given: &[String]| given.get(at).or(given.first()).cloned().unwrap_or_default();
            let until = self.until.get(at).or(self.until.first()).copied();
            until.map(|until| Waiver {
                limit: limit.clone(),
                approver: text(&self.approver),
                because: text(&self.because),
                until,
            })
        };
        Ok(ReleaseOrder {
            model: self.model.clone(),
            run: run.to_string(),
            day,
            live: self.live()?,
            signatures: self.sign.clone(),
            waivers: self.waive.iter().enumerate().filter_map(waiver).collect(),
        })
    }
}

#[derive(Debug, Args)]
#[command(
    after_help = "The released version is live again at once, whatever the budget says. A notice of it is printed, and kept beside the record of what is live.\n\nExample:\n  clout rollback clout --to 3.0.0 --because 'half of the journalists fell by ten points'"
)]
pub struct RollbackArguments {
    /// The family
    pub family: String,
    /// The released version to go back to
    #[arg(long, value_name = "VERSION")]
    pub to: String,
    /// Why, for the notice
    #[arg(long, value_name = "TEXT")]
    pub because: Option<String>,
    /// The day (default: today, UTC)
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<Date>,
}

/// `10%` or `0.1`.
fn share(text: &str) -> Result<f64, String> {
    let (number, divisor) = text.trim().strip_suffix('%').map_or((text.trim(), 1.0), |number| (number.trim(), 100.0));
    match number.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(number / divisor),
        _ => Err("write shares such as 10%,50%,100%".to_string()),
    }
}

fn signature(text: &str) -> Result<(String, String), String> {
    match text.split_once('=').map(|(role, name)| (role.trim(), name.trim())) {
        Some((role, name)) if !role.is_empty() && !name.is_empty() => Ok((role.to_string(), name.to_string())),
        _ => Err("write ROLE=NAME, such as legal='Ada L.'".to_string()),
    }
}
