//! Exit codes, as the command line promises them, and how errors are told.

use std::fmt::Display;
use std::io;
use std::process::ExitCode;

use cloutbench::diagnostic::{Diagnostic, Diagnostics};
use cloutbench::workbench::WorkbenchError;

/// How a command ended without an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: done, and every expectation is met.
    Done,
    /// 1: an expectation failed.
    ExpectationFailed,
}

/// Why a command could not do its work.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error(transparent)]
    Workbench(#[from] WorkbenchError),
    /// Whoever reads our output has gone; that is no error of ours.
    #[error("the reader has gone")]
    BrokenPipe,
    #[error("error: {0}")]
    Machine(String),
    /// Told already; only the exit code is left.
    #[error("")]
    Told(u8),
}

pub type Outcome = Result<Exit, Failure>;

impl Exit {
    pub fn code(self) -> ExitCode {
        ExitCode::from(match self {
            Exit::Done => 0,
            Exit::ExpectationFailed => 1,
        })
    }
}

impl Failure {
    pub fn machine(what: &str, error: impl Display) -> Failure {
        Failure::Machine(format!("{what}: {error}"))
    }

    /// 2 wrong input, 3 not comparable, 4 the machine failed.
    pub fn number(&self) -> u8 {
        match self {
            Failure::Workbench(WorkbenchError::Input(_)) => 2,
            Failure::Workbench(WorkbenchError::NotComparable(_)) => 3,
            Failure::Workbench(WorkbenchError::Machine { .. }) | Failure::Machine(_) => 4,
            Failure::BrokenPipe => 0,
            Failure::Told(number) => *number,
        }
    }
}

impl From<Diagnostic> for Failure {
    fn from(problem: Diagnostic) -> Self {
        Failure::Workbench(problem.into())
    }
}

impl From<Diagnostics> for Failure {
    fn from(problems: Diagnostics) -> Self {
        Failure::Workbench(problems.into())
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Failure::BrokenPipe,
            _ => Failure::machine("cannot write the output", error),
        }
    }
}

/// The gravest of several: 4, then 2, 3, 1, 0.
pub fn gravest(codes: impl IntoIterator<Item = u8>) -> u8 {
    const GRAVITY: [u8; 5] = [0, 1, 3, 2, 4];
    let gravity = |code: &u8| GRAVITY.iter().position(|known| known == code).unwrap_or(GRAVITY.len());
    codes.into_iter().max_by_key(gravity).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::gravest;

    #[test]
    fn the_gravest_code_wins() {
        for (codes, expected) in [(vec![], 0), (vec![0, 1], 1), (vec![1, 3], 3), (vec![3, 2, 1], 2), (vec![2, 4, 3], 4)]
        {
            assert_eq!(gravest(codes), expected);
        }
    }
}
