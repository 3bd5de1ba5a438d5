//! `taskkill` as Microsoft's reference page (windows-commands/taskkill) tells.

use super::filter::Filter;
use super::{HIDDEN, Task};
use crate::os;
use crate::programs::text::wild;
use crate::programs::{Call, Ended, error_text};
use crate::protocol::Question;

const USAGE: &str = "Type \"TASKKILL /?\" for usage.";
/// What holds the console of a script; its processes end with it.
const CONSOLE: &str = "conhost.exe";
/// Exit code where a named process is not there.
const NOT_FOUND: i32 = 128;

#[derive(Debug, Default)]
struct Order {
    images: Vec<String>,
    pids: Vec<u32>,
    filters: Vec<Filter>,
    force: bool,
    tree: bool,
}

pub fn run(call: &mut Call<'_>) -> Ended {
    let order = match order(&call.args) {
        Ok(order) => order,
        Err(what) => {
            call.complain(what);
            return Ended::done(1);
        }
    };
    let tasks: Vec<Task> = match os::tasks::list() {
        Ok(tasks) => tasks
            .into_iter()
            .filter(|t| !t.name.eq_ignore_ascii_case(HIDDEN))
            .collect(),
        Err(e) => return call.refuse(format_args!("the processes cannot be listed: {e}")),
    };
    let (chosen, missing) = chosen(&tasks, &order);
    let mut exit = 0;
    for name in missing {
        call.complain(format_args!("ERROR: The process \"{name}\" not found."));
        exit = NOT_FOUND;
    }
    if chosen.is_empty() && exit == 0 {
        call.say("INFO: No tasks running with the specified criteria.");
    }
    let me = std::process::id();
    let (consoles, chosen): (Vec<&Task>, Vec<&Task>) = chosen
        .into_iter()
        .partition(|t| t.name.eq_ignore_ascii_case(CONSOLE));
    for task in chosen.into_iter().filter(|t| t.pid != me) {
        let family = if order.tree {
            children(&tasks, task.pid)
        } else {
            Vec::new()
        };
        // Children first, so that none loses its parent before it is found.
        for (child, parent) in family.iter().rev() {
            exit = end(call, child, Some(*parent), order.force).unwrap_or(exit);
        }
        exit = end(call, task, None, order.force).unwrap_or(exit);
    }
    if consoles.is_empty() {
        return Ended::done(exit);
    }
    if !order.force {
        for task in consoles {
            exit = end(call, task, None, false).unwrap_or(exit);
        }
        return Ended::done(exit);
    }
    end_console(call, &consoles)
}

/// Ends whoever has this program's console, as Windows does when a console's host ends: the script with
/// a code that is not 0. The hosts themselves hold the harness's consoles, too, so they go on.
fn end_console(call: &mut Call<'_>, consoles: &[&Task]) -> Ended {
    for task in consoles {
        let (name, pid) = (&task.name, task.pid);
        call.say(format_args!(
            "SUCCESS: The process \"{name}\" with PID {pid} has been terminated."
        ));
    }
    // Nothing is heard of this program once its script has ended.
    let ended = Ended::done(os::console::CONTROL_C_EXIT);
    let played = Question::Played {
        command: call.name.to_owned(),
        args: call.args.clone(),
        stdin: String::new(),
        exit: ended.exit,
        how: ended.how,
    };
    if let Err(what) = call.device.ask(&played) {
        return call.refuse(format_args!("this call is not recorded: {what}"));
    }
    let _ = call.out.flush();
    match os::console::end_all(HIDDEN) {
        Ok(()) => ended,
        Err(e) => call.refuse(format_args!("the script's console cannot be told: {e}")),
    }
}

/// Ends one process; none: it is ended or told to, else the exit code.
fn end(call: &mut Call<'_>, task: &Task, parent: Option<u32>, force: bool) -> Option<i32> {
    let pid = task.pid;
    let whom = match parent {
        Some(parent) => format!("process with PID {pid} (child process of PID {parent})"),
        None => format!("process \"{}\" with PID {pid}", task.name),
    };
    if force {
        return match os::tasks::end(pid) {
            Ok(()) => {
                call.say(format_args!("SUCCESS: The {whom} has been terminated."));
                None
            }
            Err(e) => {
                call.complain(format_args!("ERROR: The {whom} could not be terminated."));
                call.complain(format_args!("Reason: {}", error_text(e.code)));
                Some(1)
            }
        };
    }
    if os::tasks::close_windows(pid) {
        call.say(format_args!(
            "SUCCESS: Sent termination signal to the {whom}."
        ));
        return None;
    }
    call.complain(format_args!("ERROR: The {whom} could not be terminated."));
    call.complain("Reason: This process can only be terminated forcefully (with /F option).");
    Some(1)
}

/// Processes an order means, and names it gives that are not there.
fn chosen<'t>(tasks: &'t [Task], order: &Order) -> (Vec<&'t Task>, Vec<String>) {
    let passes = |task: &&Task| order.filters.iter().all(|f| f.passes(task));
    let mut found: Vec<&Task> = Vec::new();
    let mut missing = Vec::new();
    for image in &order.images {
        let here: Vec<&Task> = tasks.iter().filter(|t| wild(image, &t.name)).collect();
        if here.is_empty() && order.filters.is_empty() {
            missing.push(image.clone());
        }
        found.extend(here.into_iter().filter(passes));
    }
    for pid in &order.pids {
        match tasks.iter().find(|t| t.pid == *pid) {
            Some(task) => found.extend(Some(task).filter(passes)),
            None if order.filters.is_empty() => missing.push(pid.to_string()),
            None => {}
        }
    }
    if order.images.is_empty() && order.pids.is_empty() {
        found.extend(tasks.iter().filter(passes));
    }
    (found, missing)
}

/// All that a process started, with whom started each, parents before children.
fn children(tasks: &[Task], of: u32) -> Vec<(&Task, u32)> {
    let mut found: Vec<(&Task, u32)> = Vec::new();
    let mut parents = vec![of];
    while let Some(parent) = parents.pop() {
        for task in tasks.iter().filter(|t| t.parent == parent && t.pid != of) {
            if !found.iter().any(|(t, _)| t.pid == task.pid) {
                found.push((task, parent));
                parents.push(task.pid);
            }
        }
    }
    found
}

fn order(args: &[String]) -> Result<Order, String> {
    let mut order = Order::default();
    let mut args = args.iter();
    let wrong = |what: String| format!("ERROR: {what}\r\n{USAGE}");
    while let Some(arg) = args.next() {
        // Batch files written for MSYS shells double the slash.
        let lower = arg.to_lowercase();
        let switch = lower.strip_prefix(['/', '-']).unwrap_or("");
        let mut value = || {
            args.next()
                .cloned()
                .ok_or_else(|| wrong(format!("Invalid syntax. Value expected for '{arg}'.")))
        };
        match switch {
            "f" => order.force = true,
            "t" => order.tree = true,
            "im" => order.images.push(value()?),
            "pid" => {
                let given = value()?;
                let pid = given
                    .parse()
                    .map_err(|_| format!("ERROR: The process \"{given}\" not found."))?;
                order.pids.push(pid);
            }
            "fi" => order.filters.push(Filter::read(&value()?)?),
            _ => return Err(wrong(format!("Invalid argument/option - '{arg}'."))),
        }
    }
    if order.images.is_empty() && order.pids.is_empty() && order.filters.is_empty() {
        return Err(wrong(
            "Invalid syntax. Neither /FI nor /PID nor /IM were specified.".into(),
        ));
    }
    Ok(order)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(pid: u32, parent: u32, name: &str) -> Task {
        Task {
            pid,
            parent,
            name: name.into(),
            ..Task::default()
        }
    }

    fn of(args: &[&str]) -> Result<Order, String> {
        order(&args.iter().map(|a| (*a).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn what_is_meant() {
        let tasks = [
            task(4, 0, "a.exe"),
            task(8, 4, "b.exe"),
            task(12, 8, "B.exe"),
        ];
        let names = |args: &[&str]| {
            let (found, missing) = chosen(&tasks, &of(args).unwrap());
            (found.iter().map(|t| t.pid).collect::<Vec<_>>(), missing)
        };
        assert_eq!(names(&["/im", "b.exe"]), (vec![8, 12], vec![]));
        assert_eq!(
            names(&["/im", "c.exe", "/pid", "4"]),
            (vec![4], vec!["c.exe".into()])
        );
        assert_eq!(names(&["/fi", "pid gt 4"]), (vec![8, 12], vec![]));
        assert_eq!(names(&["/im", "*", "/fi", "pid eq 12"]), (vec![12], vec![]));
        let family = children(&tasks, 4);
        assert_eq!(
            family.iter().map(|(t, p)| (t.pid, *p)).collect::<Vec<_>>(),
            [(8, 4), (12, 8)]
        );
    }

    #[test]
    fn wrong_calls() {
        for args in [&[][..], &["/f"], &["/im"], &["/x"], &["/pid", "x"]] {
            assert!(of(args).is_err(), "{args:?}");
        }
    }
}
