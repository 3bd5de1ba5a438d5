//! How far `setup` is, on stderr: one line a step; on a terminal the present one is redrawn.

use super::{Surroundings, print};
use crate::engine::wine::setup::{Step, Watch};
use std::cell::RefCell;
use std::io::Write;
use std::time::{Duration, Instant};

/// How often a line is redrawn on a terminal, and said again in a file.
const REDRAWN: Duration = Duration::from_millis(100);
const SAID_AGAIN: Duration = Duration::from_secs(10);

struct Now {
    step: Step,
    detail: String,
    began: Instant,
    said: Instant,
}

/// The lines of one setup.
pub struct Progress {
    live: bool,
    width: usize,
    state: RefCell<(Option<Now>, bool)>,
}

impl Progress {
    /// For stderr as it is.
    pub fn new(around: &Surroundings) -> Progress {
        Progress {
            live: around.live(),
            width: around.width(),
            state: RefCell::new((None, false)),
        }
    }

    /// Whether there was anything to do.
    pub fn began(&self) -> bool {
        self.state.borrow().1
    }

    /// Leaves the line of a step that was not finished as it stands.
    pub fn close(&self) {
        if self.state.borrow_mut().0.take().is_some() && self.live {
            print::stderr("");
        }
    }

    fn redraw(&self, line: &str) {
        let cut: String = line.chars().take(self.width.saturating_sub(1)).collect();
        let mut stderr = std::io::stderr().lock();
        // A terminal that went away ends nothing.
        let _ = write!(stderr, "\r\x1b[K{cut}").and_then(|()| stderr.flush());
    }
}

/// `packages   45%  244 MB`.
fn line(now: &Now, percent: Option<f64>) -> String {
    let percent = match percent {
        Some(p) => format!("{:>3.0}%", p.clamp(0.0, 100.0)),
        None => "    ".to_owned(),
    };
    let line = format!("{:<9} {percent}  {}", now.step.word(), now.detail);
    line.trim_end().to_owned()
}

impl Watch for Progress {
    fn begin(&self, step: Step, detail: &str) {
        let now = Now {
            step,
            detail: detail.to_owned(),
            began: Instant::now(),
            said: Instant::now(),
        };
        if self.live {
            self.redraw(&line(&now, None));
        }
        *self.state.borrow_mut() = (Some(now), true);
    }

    fn at(&self, percent: f64) {
        let mut state = self.state.borrow_mut();
        let Some(now) = &mut state.0 else { return };
        let every = if self.live { REDRAWN } else { SAID_AGAIN };
        if now.said.elapsed() < every {
            return;
        }
        now.said = Instant::now();
        let line = line(now, Some(percent));
        match self.live {
            true => self.redraw(&line),
            false => print::stderr(&line),
        }
    }

    fn end(&self, detail: &str) {
        let Some(now) = self.state.borrow_mut().0.take() else {
            return;
        };
        let took = now.began.elapsed().as_secs_f64();
        let done = Now {
            detail: format!("{detail}, {took:.1} s"),
            ..now
        };
        let line = line(&done, Some(100.0));
        if self.live {
            self.redraw(&line);
            print::stderr("");
        } else {
            print::stderr(&line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_tells_step_percent_and_detail() {
        let now = Now {
            step: Step::Packages,
            detail: "244 MB".into(),
            began: Instant::now(),
            said: Instant::now(),
        };
        assert_eq!(line(&now, None), "packages        244 MB");
        assert_eq!(line(&now, Some(4.4)), "packages    4%  244 MB");
        assert_eq!(line(&now, Some(120.0)), "packages  100%  244 MB");
    }
}
