//! How far a command is, and where its time went: a bar on standard error while something lasts,
//! and a table for who asks.

use std::io::{self, IsTerminal};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use cloutbench::experiment::{self, Completed, Plan, Progress, Stage, Studying};
use cloutbench::report::{Align, Table, terminal};
use cloutbench::score::{LocalEngine, Tick};
use cloutbench::workbench::{Workbench, WorkbenchError};
use indicatif::{ProgressBar, ProgressStyle};

use crate::output;

/// What a command does at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Files are read, checked and held against their digests.
    Open,
    Run(Stage),
    /// The report is composed, and everything written.
    Write,
}

impl Phase {
    fn title(self) -> &'static str {
        match self {
            Phase::Open => "opening the workbench",
            Phase::Run(stage) => stage.title(),
            Phase::Write => "writing the report",
        }
    }
}

/// What is known of the phase that lasts.
#[derive(Debug)]
struct State {
    phase: Phase,
    since: Instant,
    /// Rows of the table that is being read, and how many are done.
    rows: Option<[u64; 2]>,
    /// Phases that are over, each once, in the order they began.
    spent: Vec<(Phase, Duration)>,
}

impl State {
    fn begin(&mut self, phase: Phase) {
        let lasted = self.since.elapsed();
        match self.spent.iter_mut().find(|(known, _)| *known == self.phase) {
            Some((_, spent)) => *spent += lasted,
            None => self.spent.push((self.phase, lasted)),
        }
        (self.phase, self.since, self.rows) = (phase, Instant::now(), None);
    }
}

/// Watches a command.
#[derive(Debug)]
pub struct Watch {
    state: Arc<Mutex<State>>,
    bar: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Watch {
    /// Begins with the opening of files. A bar shows on a terminal, and only after a second.
    pub fn start() -> Watch {
        let state = State { phase: Phase::Open, since: Instant::now(), rows: None, spent: Vec::new() };
        let state = Arc::new(Mutex::new(state));
        let bar = io::stderr().is_terminal().then(|| {
            let (sender, receiver) = mpsc::channel();
            let state = state.clone();
            let thread = std::thread::spawn(move || {
                let mut bar = Bar::default();
                let mut wait = Duration::from_secs(1);
                while receiver.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
                    let state = state.lock().unwrap_or_else(PoisonError::into_inner);
                    let (phase, rows) = (state.phase, state.rows);
                    drop(state);
                    bar.show(phase, rows);
                    wait = Duration::from_millis(100);
                }
                bar.clear();
            });
            (sender, thread)
        });
        Watch { state, bar }
    }

    /// Watches one piece of work, and forgets where its time went.
    pub fn around<T>(work: impl FnOnce(&LocalEngine<'_>, Progress<'_>) -> T) -> T {
        let watch = Watch::start();
        let result = watch.during(work);
        watch.stop();
        result
    }

    fn update(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
    }

    pub fn begin(&self, phase: Phase) {
        self.update(|state| state.begin(phase));
    }

    /// Runs something with an engine that is watched.
    pub fn during<T>(&self, work: impl FnOnce(&LocalEngine<'_>, Progress<'_>) -> T) -> T {
        let ticked = |tick: Tick| self.tick(tick);
        let told = |stage: Stage| self.begin(Phase::Run(stage));
        work(&LocalEngine::telling(&ticked), &told)
    }

    /// Runs studies, whose scorings are counted.
    pub fn ticking<T>(&self, work: impl FnOnce(&(dyn Fn(Tick) + Sync)) -> T) -> T {
        self.begin(Phase::Run(Stage::Stress));
        work(&|tick| self.tick(tick))
    }

    /// Runs a plan, its studies put aside until it is done.
    pub fn running(&self, bench: &Workbench, plan: &Plan) -> Result<Completed, WorkbenchError> {
        let shelf = bench.kept_studies();
        let tell = |tick: Tick| self.tick(tick);
        let studying = Studying { shelf: &shelf, tell: &tell };
        let completed = self.during(|engine, told| experiment::run(plan, engine, told, studying))?;
        shelf.clear();
        Ok(completed)
    }

    fn tick(&self, tick: Tick) {
        self.update(|state| match (tick, &mut state.rows) {
            (Tick::Begin(of), rows) => *rows = Some([0, of]),
            (Tick::Rows(more), Some([done, _])) => *done += more,
            (Tick::Rows(_), None) => {}
        });
    }

    /// Takes the bar away; where the time went.
    pub fn stop(self) -> Timings {
        if let Some((sender, thread)) = self.bar {
            drop(sender);
            // The bar's thread has nothing to give back.
            let _ = thread.join();
        }
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let last = state.phase;
        state.begin(last);
        Timings(std::mem::take(&mut state.spent))
    }
}

/// Where the time of a command went.
#[derive(Debug)]
pub struct Timings(Vec<(Phase, Duration)>);

impl Timings {
    /// Seconds by phase, in the order they began, and all of them.
    pub fn table(&self) -> Table {
        let mut table = Table::new("", &[("Phase", Align::Left), ("Seconds", Align::Right), ("%", Align::Right)]);
        let whole: f64 = self.0.iter().map(|(_, spent)| spent.as_secs_f64()).sum();
        let all = [("all of it", whole)];
        let phases = self.0.iter().map(|(phase, spent)| (phase.title(), spent.as_secs_f64()));
        for (title, seconds) in phases.chain(all) {
            let share = if whole > 0.0 { 100.0 * seconds / whole } else { 0.0 };
            table.row([title.to_string(), format!("{seconds:.3}"), format!("{share:.0}")]);
        }
        table
    }

    /// Prints the table beside the results.
    pub fn tell(&self) {
        output::note(terminal::table(&self.table(), output::style()).trim_end());
    }
}

/// What is shown on the terminal: a spinner, or a bar where rows are counted.
#[derive(Default)]
struct Bar {
    shown: Option<(Phase, Option<u64>, ProgressBar)>,
}

impl Bar {
    fn show(&mut self, phase: Phase, rows: Option<[u64; 2]>) {
        let of = rows.map(|[_, of]| of);
        if !self.shown.as_ref().is_some_and(|(known, length, _)| (*known, *length) == (phase, of)) {
            self.clear();
            let (bar, template) = match of {
                Some(of) => {
                    let unit = if phase == Phase::Run(Stage::Stress) { "scorings" } else { "rows" };
                    let counted = format!("{{human_pos}}/{{human_len}} {unit}, {{per_sec}}, {{eta}} left");
                    (ProgressBar::new(of), format!("{{spinner}} {{msg}} {{wide_bar}} {counted}"))
                }
                None => (ProgressBar::new_spinner(), "{spinner} {msg} ({elapsed})".to_string()),
            };
            if let Ok(style) = ProgressStyle::with_template(&template) {
                bar.set_style(style);
            }
            bar.set_message(phase.title());
            self.shown = Some((phase, of, bar));
        }
        if let Some((_, _, bar)) = &self.shown {
            match rows {
                Some([done, _]) => bar.set_position(done),
                None => bar.tick(),
            }
        }
    }

    fn clear(&mut self) {
        if let Some((_, _, bar)) = self.shown.take() {
            bar.finish_and_clear();
        }
    }
}
