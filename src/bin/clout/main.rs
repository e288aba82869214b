//! The binary `clout`: parses arguments, calls one command, prints what went wrong and sets the
//! exit code. One file a command.

mod again;
mod annotate;
mod arguments;
mod beside;
mod check;
mod clock;
mod compare;
mod completions;
mod dataset;
mod diff;
mod exit;
mod expect;
mod init;
mod list;
mod metrics;
mod new;
mod output;
mod record;
mod release;
mod report;
mod rollback;
mod run;
mod schema;
mod score;
mod stress;
mod told;
mod trend;
mod watch;

use std::process::ExitCode;

use clap::Parser;

use arguments::{Command, Line};
use exit::{Failure, Outcome};

fn main() -> ExitCode {
    // Ctrl-C: what is half-written goes, and nothing else is said.
    let handler = ctrlc::set_handler(|| {
        cloutbench::workbench::abandon();
        std::process::exit(130);
    });
    if handler.is_err() {
        output::note("Ctrl-C may leave a folder .unfinished-… behind");
    }
    // A panic is a fault of this program, and ends it: what is half-written goes then too.
    let told = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        told(panic);
        cloutbench::workbench::abandon();
        output::note(
            "this is a fault of clout, not of what it was given: please report it with the command and the lines above",
        );
    }));
    let line = match Line::try_parse() {
        Ok(line) => line,
        Err(error) => return usage(&error),
    };
    match dispatch(&line) {
        Ok(exit) => exit.code(),
        Err(error) => tell(&error),
    }
}

fn dispatch(line: &Line) -> Outcome {
    if let Some(threads) = line.shared.threads {
        // The pool is set up once, before anything uses it.
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.get()).build_global();
        pool.map_err(|error| Failure::machine("cannot start the threads", error))?;
    }
    match &line.command {
        Command::Init(arguments) => init::run(arguments),
        Command::Check(arguments) => check::run(&line.shared, arguments),
        Command::List(arguments) => list::run(&line.shared, arguments),
        Command::New(arguments) => new::run(&line.shared, arguments),
        Command::Diff(arguments) => diff::run(&line.shared, arguments),
        Command::Stress(arguments) => stress::run(&line.shared, arguments),
        Command::Score(arguments) => score::run(&line.shared, arguments),
        Command::Compare(arguments) => compare::run(&line.shared, arguments),
        Command::Metrics(arguments) => metrics::run(&line.shared, arguments),
        Command::Expect(arguments) => expect::run(&line.shared, arguments),
        Command::Run(arguments) => run::run(&line.shared, arguments),
        Command::Report(arguments) => report::run(&line.shared, arguments),
        Command::Trend(arguments) => trend::run(&line.shared, arguments),
        Command::Annotate(arguments) => annotate::run(&line.shared, arguments),
        Command::Release(arguments) => release::run(&line.shared, arguments),
        Command::Rollback(arguments) => rollback::run(&line.shared, arguments),
        Command::Dataset(arguments) => dataset::run(&line.shared, arguments),
        Command::Schema(arguments) => schema::run(arguments),
        Command::Completions(arguments) => completions::run(arguments),
    }
}

/// Prints an error and gives its exit code.
fn tell(failure: &Failure) -> ExitCode {
    if !matches!(failure, Failure::BrokenPipe | Failure::Told(_)) {
        output::note(&failure.to_string());
    }
    ExitCode::from(failure.number())
}

/// What clap has to say: help and version on standard output with 0, wrong usage with 2.
fn usage(error: &clap::Error) -> ExitCode {
    // Nobody is left to tell if this cannot be printed.
    let _ = error.print();
    ExitCode::from(if error.use_stderr() { 2 } else { 0 })
}
