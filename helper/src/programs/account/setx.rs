//! `setx` as Microsoft's reference page (windows-commands/setx) tells: into the environment of SYSTEM,
//! or with `/M` of the machine. The process that calls it does not see the change.

use crate::os;
use crate::programs::{Call, Ended};

/// Most characters setx keeps.
const MOST: usize = 1024;
const USAGE: &str = "Type \"SETX /?\" for usage.";
const USER: &str = "Environment";
const MACHINE: &str = r"SYSTEM\CurrentControlSet\Control\Session Manager\Environment";

#[derive(Debug, PartialEq, Eq)]
struct Order {
    name: String,
    value: String,
    machine: bool,
    /// It was longer than [`MOST`].
    cut: bool,
}

pub fn run(call: &mut Call<'_>) -> Ended {
    if let Some(other) = call.args.iter().find(|a| {
        ["/s", "/u", "/p", "/f", "/k", "/a", "/r", "/x", "/d"]
            .iter()
            .any(|s| a.eq_ignore_ascii_case(s))
    }) {
        let what = format!("{other} is not played");
        return call.refuse(what);
    }
    let order = match order(&call.args) {
        Ok(order) => order,
        Err(what) => {
            call.complain(format_args!("ERROR: {what}\r\n{USAGE}"));
            return Ended::done(1);
        }
    };
    if order.cut {
        call.say(format_args!(
            "\r\nWARNING: The data being saved is truncated to {MOST} characters."
        ));
    }
    let path = if order.machine { MACHINE } else { USER };
    let expands = order.value.contains('%');
    match os::values::set_text(order.machine, path, &order.name, &order.value, expands) {
        Ok(()) => {
            call.say("\r\nSUCCESS: Specified value was saved.");
            Ended::done(0)
        }
        Err(e) => {
            call.complain(format_args!("ERROR: {e}"));
            Ended::done(1)
        }
    }
}

fn order(args: &[String]) -> Result<Order, String> {
    let mut words = Vec::new();
    let mut machine = false;
    for arg in args {
        // A value may begin with a slash; a name may not.
        if arg.eq_ignore_ascii_case("/m") || arg.eq_ignore_ascii_case("-m") {
            machine = true;
        } else if arg.starts_with('/') && words.is_empty() {
            return Err(format!("Invalid argument/option - '{arg}'."));
        } else {
            words.push(arg.clone());
        }
    }
    let [name, value] = <[String; 2]>::try_from(words).map_err(|words| match words.get(2) {
        Some(extra) => format!(
            "Invalid syntax. Default option is not allowed more than '2' time(s).\r\n'{extra}'"
        ),
        None => "Invalid syntax.".to_owned(),
    })?;
    if name.is_empty() || name.contains('=') {
        return Err("Invalid syntax.".into());
    }
    let cut = value.chars().count() > MOST;
    Ok(Order {
        name,
        value: value.chars().take(MOST).collect(),
        machine,
        cut,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(args: &[&str]) -> Result<Order, String> {
        order(&args.iter().map(|a| (*a).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn forms() {
        let got = of(&["BRIGHT", "/x y", "/M"]).unwrap();
        assert_eq!(
            (got.value.as_str(), got.machine, got.cut),
            ("/x y", true, false)
        );
        let long = "a".repeat(MOST + 1);
        let got = of(&["A", &long]).unwrap();
        assert_eq!((got.value.len(), got.cut), (MOST, true));
        for wrong in [
            &[][..],
            &["A"],
            &["A", "b", "c"],
            &["/q", "A", "b"],
            &["A=", "b"],
        ] {
            assert!(of(wrong).is_err(), "{wrong:?}");
        }
    }
}
