//! `tasklist` as Microsoft's reference page (windows-commands/tasklist) tells.

use super::filter::Filter;
use super::list::{Columns, Format, lines};
use super::{HIDDEN, Task};
use crate::os;
use crate::programs::{Call, Ended};

const USAGE: &str = "Type \"TASKLIST /?\" for usage.";

#[derive(Debug, Default)]
struct Order {
    format: Format,
    columns: Columns,
    no_headings: bool,
    filters: Vec<Filter>,
}

#[derive(Debug)]
enum Wrong {
    Usage(String),
    NotHere(&'static str),
}

pub fn run(call: &mut Call<'_>) -> Ended {
    let order = match order(&call.args) {
        Ok(order) => order,
        Err(Wrong::Usage(what)) => {
            call.complain(what);
            return Ended::done(1);
        }
        Err(Wrong::NotHere(what)) => return call.refuse(what),
    };
    let tasks = match os::tasks::list() {
        Ok(tasks) => tasks,
        Err(e) => return call.refuse(format_args!("the processes cannot be listed: {e}")),
    };
    let chosen: Vec<Task> = tasks
        .into_iter()
        .filter(|t| !t.name.eq_ignore_ascii_case(HIDDEN))
        .filter(|t| order.filters.iter().all(|f| f.passes(t)))
        .collect();
    if chosen.is_empty() {
        call.say("INFO: No tasks are running which match the specified criteria.");
        return Ended::done(0);
    }
    for line in lines(&chosen, order.format, order.columns, !order.no_headings) {
        call.say(line);
    }
    Ended::done(0)
}

fn order(args: &[String]) -> Result<Order, Wrong> {
    let mut order = Order::default();
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        match arg.to_lowercase().replacen('-', "/", 1).as_str() {
            "/v" => order.columns = Columns::Verbose,
            "/svc" => order.columns = Columns::Services,
            "/nh" => order.no_headings = true,
            "/fo" => {
                order.format = match args.next().map(|f| f.to_lowercase()).as_deref() {
                    Some("table") => Format::Table,
                    Some("list") => Format::List,
                    Some("csv") => Format::Csv,
                    other => {
                        let given = other.unwrap_or("").to_uppercase();
                        return Err(Wrong::Usage(format!(
                            "ERROR: Invalid syntax. '{given}' value is not allowed for '/FO' option.\r\n{USAGE}"
                        )));
                    }
                };
            }
            "/fi" => {
                let text = args.next().map_or("", String::as_str);
                order
                    .filters
                    .push(Filter::read(text).map_err(Wrong::Usage)?);
            }
            "/m" => return Err(Wrong::NotHere("/M (modules) is not played")),
            "/apps" => return Err(Wrong::NotHere("/APPS is not played")),
            "/s" | "/u" | "/p" => return Err(Wrong::NotHere("no other computer is reached")),
            _ => {
                return Err(Wrong::Usage(format!(
                    "ERROR: Invalid argument/option - '{arg}'.\r\n{USAGE}"
                )));
            }
        }
    }
    if order.no_headings && order.format == Format::List {
        return Err(Wrong::Usage(
            "ERROR: Invalid syntax. /NH option is valid only for \"TABLE\" and \"CSV\" format."
                .into(),
        ));
    }
    Ok(order)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(args: &[&str]) -> Result<Order, Wrong> {
        order(&args.iter().map(|a| (*a).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn switches() {
        let order = of(&["/FO", "csv", "/NH", "/fi", "pid eq 4"]).unwrap();
        assert_eq!(order.format, Format::Csv);
        assert!(order.no_headings && order.filters.len() == 1);
        assert!(matches!(of(&["/m"]), Err(Wrong::NotHere(_))));
        for wrong in [
            &["/fo", "xml"][..],
            &["/fi"],
            &["/q"],
            &["/fo", "list", "/nh"],
        ] {
            assert!(matches!(of(wrong), Err(Wrong::Usage(_))), "{wrong:?}");
        }
    }
}
