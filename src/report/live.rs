//! The live lines at the bottom of a terminal: one for each running scenario.

use super::clean::{cut, duration, one_line};
use super::paint::Paint;
use std::time::Instant;

/// Most scenarios shown at once; the others are counted.
const MOST_LINES: usize = 8;

/// A running scenario.
#[derive(Debug, Clone)]
pub struct Running {
    pub name: String,
    /// Title of the step that runs; empty before the first.
    pub step: String,
    pub since: Instant,
}

/// What was last drawn and has to be taken back before anything else is printed.
#[derive(Debug, Default)]
pub struct Live {
    drawn: usize,
}

impl Live {
    /// Escape codes that take the drawn lines back.
    pub fn erase(&mut self) -> String {
        let code = match self.drawn {
            0 => String::new(),
            n => format!("\x1b[{n}A\r\x1b[J"),
        };
        self.drawn = 0;
        code
    }

    /// The lines for what runs now; `head` is the line above them.
    pub fn draw(
        &mut self,
        head: &str,
        running: &[&Running],
        now: Instant,
        width: usize,
        paint: Paint,
    ) -> String {
        let room = width.saturating_sub(1).max(20);
        let mut out = format!("{}\n", paint.dim(&cut(head, room)));
        self.drawn = 1;
        for r in running.iter().take(MOST_LINES) {
            let ms = now.saturating_duration_since(r.since).as_secs_f64() * 1000.0;
            let time = if ms < 60_000.0 {
                format!("{:.1} s", ms / 1000.0)
            } else {
                duration(ms)
            };
            let line = match r.step.is_empty() {
                true => format!("  {time:>8}  {}", one_line(&r.name)),
                false => format!("  {time:>8}  {}: {}", one_line(&r.name), one_line(&r.step)),
            };
            out.push_str(&paint.cyan(&cut(&line, room)));
            out.push('\n');
            self.drawn += 1;
        }
        if running.len() > MOST_LINES {
            let more = format!("            and {} more", running.len() - MOST_LINES);
            out.push_str(&paint.dim(&cut(&more, room)));
            out.push('\n');
            self.drawn += 1;
        }
        out
    }
}
