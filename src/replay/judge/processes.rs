//! Processes, waits for input, reboots: what a well-behaved component leaves and never does.

use super::set::set;
use super::{Findings, Seen, list};
use crate::rmm::observed::LeftProcess;
use crate::scenario::Span;
use crate::scenario::expect::{Expect, InputExpect, ProcessExpect, RebootExpect, SetExpect};

/// Holds what is expected of processes, and the rules that hold without being written.
pub fn processes(out: &mut Findings, e: &Expect, seen: &Seen, step: Span) {
    let empty = ProcessExpect::default();
    let m = e.processes.as_ref().unwrap_or(&empty);
    let running = seen.running.as_deref().unwrap_or_default();
    let names = |p: &[LeftProcess]| p.iter().map(|p| p.name.clone()).collect::<Vec<_>>();
    for want in &m.running {
        let holds = running.iter().any(|p| called(p, want));
        out.check(
            holds,
            "processes.running",
            || format!("{} running", want.value),
            || list(&names(running), 12),
            want.span,
        );
    }
    for want in &m.not_running {
        let bad: Vec<String> = running
            .iter()
            .filter(|p| called(p, want))
            .map(describe)
            .collect();
        out.check(
            bad.is_empty(),
            "processes.not-running",
            || format!("{} not running", want.value),
            || list(&bad, 12),
            want.span,
        );
    }
    if let Some(left) = &m.left {
        set(
            out,
            "processes.left",
            left,
            &names(&seen.observed.left),
            "processes left running",
        );
    }
    holding(out, m, seen, step);
    input(out, e, seen, step);
    reboot(out, e, seen, step);
}

fn holding(out: &mut Findings, m: &ProcessExpect, seen: &Seen, step: Span) {
    let holders: Vec<&LeftProcess> = seen
        .observed
        .left
        .iter()
        .filter(|p| p.holds_stdout || p.holds_stderr)
        .collect();
    if let Some(want) = &m.holding {
        let names: Vec<String> = holders.iter().map(|p| p.name.clone()).collect();
        return set(
            out,
            "processes.holding",
            want,
            &names,
            "processes holding the script's output",
        );
    }
    if !holders.is_empty() {
        let shown: Vec<String> = holders
            .iter()
            .map(|p| format!("{} holds {}", describe(p), held(p)))
            .collect();
        let help = "start it with its output redirected (>/dev/null 2>&1 </dev/null) or let it close what it inherited; the real Agent may wait for it until the timeout";
        out.failed(
            "processes.holding",
            "no process left that holds the script's output".into(),
            list(&shown, 6),
            step,
            Some(help.into()),
        );
    }
}

fn input(out: &mut Findings, e: &Expect, seen: &Seen, step: Span) {
    let waits: Vec<String> = seen
        .observed
        .waits
        .iter()
        .map(|w| {
            format!(
                "{} (pid {}) reads fd {}, {}: {}",
                w.name, w.pid, w.fd, w.what, w.command_line
            )
        })
        .collect();
    let want = e.input.as_ref().map(|i| i.value);
    let span = e.input.as_ref().map_or(step, |i| i.span);
    match want.unwrap_or(InputExpect::None) {
        InputExpect::Any => {}
        InputExpect::Awaited => out.check(
            !waits.is_empty(),
            "input",
            || "a process that waits for input".into(),
            || "none did".into(),
            span,
        ),
        InputExpect::None if waits.is_empty() => {
            if want.is_some() {
                out.met("input");
            }
        }
        InputExpect::None => {
            let help = "components run where nobody can answer: take the answer from a user variable or a silent flag, and redirect stdin from /dev/null";
            out.failed(
                "input",
                "no process that waits for input".into(),
                list(&waits, 4),
                span,
                Some(help.into()),
            );
        }
    }
}

fn reboot(out: &mut Findings, e: &Expect, seen: &Seen, step: Span) {
    let attempts: Vec<String> = seen
        .observed
        .reboots
        .iter()
        .map(|r| format!("{} (by {})", r.by, r.via.word()))
        .collect();
    let want = e.reboot.as_ref().map(|r| r.value);
    let span = e.reboot.as_ref().map_or(step, |r| r.span);
    match want.unwrap_or(RebootExpect::None) {
        RebootExpect::Attempted => out.check(
            !attempts.is_empty(),
            "reboot",
            || "an attempt to reboot or shut down".into(),
            || "none was made".into(),
            span,
        ),
        RebootExpect::None if attempts.is_empty() => {
            if want.is_some() {
                out.met("reboot");
            }
        }
        RebootExpect::None => {
            let help = "a component must never reboot by itself: tell the administrator, or offer it as a user variable";
            out.failed(
                "reboot",
                "no attempt to reboot or shut down".into(),
                list(&attempts, 4),
                span,
                Some(help.into()),
            );
        }
    }
}

/// Whether a process has a name; Windows minds no case and may leave `.exe` out.
pub fn called(p: &LeftProcess, want: &str) -> bool {
    let exe = |name: &str| {
        let plain = |n: &str| {
            let n = n.to_lowercase();
            n.strip_suffix(".exe").map_or(n.clone(), str::to_owned)
        };
        plain(name) == plain(want)
    };
    let on_windows = p.name.get(p.name.len().saturating_sub(4)..);
    if on_windows.is_some_and(|end| end.eq_ignore_ascii_case(".exe")) {
        return exe(&p.name);
    }
    p.is_called(want)
}

fn held(p: &LeftProcess) -> &'static str {
    match (p.holds_stdout, p.holds_stderr) {
        (true, true) => "stdout and stderr",
        (true, false) => "stdout",
        _ => "stderr",
    }
}

fn describe(p: &LeftProcess) -> String {
    format!("{} (pid {}: {})", p.name, p.pid, p.command_line)
}

/// True when the expectation needs the list of running processes.
pub fn wants_running(e: &Expect) -> bool {
    e.processes
        .as_ref()
        .is_some_and(|p| !p.running.is_empty() || !p.not_running.is_empty())
}

/// `none`, for expectations that hold without being written.
pub fn none() -> SetExpect {
    SetExpect {
        none: true,
        ..SetExpect::default()
    }
}
