//! `find`: switches, output and exit codes (0 found, 1 not found, 2 wrong call) as Microsoft's
//! reference page (windows-commands/find) and its help tell.

use super::read;
use crate::programs::{Call, Ended};
use std::io::Write;

#[derive(Debug, Default)]
struct Order {
    text: Option<String>,
    files: Vec<String>,
    not: bool,
    count: bool,
    numbers: bool,
    ignore_case: bool,
}

pub fn run(call: &mut Call<'_>) -> Ended {
    let order = match order(&call.args) {
        Ok(order) if order.text.is_some() && call.line.contains('"') => order,
        // Windows wants the string in quotes.
        Ok(_) => {
            call.complain("FIND: Parameter format not correct");
            return Ended::done(2);
        }
        Err(what) => {
            call.complain(what);
            return Ended::done(2);
        }
    };
    let mut found = false;
    if order.files.is_empty() {
        found = search(&mut std::io::stdin().lock(), None, &order, call.out);
    }
    for name in &order.files {
        let files = read::expand(name);
        if files.is_empty() {
            call.complain(format_args!("File not found - {}", name.to_uppercase()));
        }
        for file in files {
            let shown = file.to_string_lossy().to_uppercase();
            match read::open(&file) {
                Ok(mut from) => found |= search(&mut *from, Some(&shown), &order, call.out),
                Err(_) => call.complain(format_args!("File not found - {shown}")),
            }
        }
    }
    Ended::done(i32::from(!found))
}

fn order(args: &[String]) -> Result<Order, String> {
    let mut order = Order::default();
    for arg in args {
        match arg.strip_prefix('/') {
            Some(switch) => match switch.to_lowercase().as_str() {
                "v" => order.not = true,
                "c" => order.count = true,
                "n" => order.numbers = true,
                "i" => order.ignore_case = true,
                "off" | "offline" | "skipoff" | "skipoffline" => {}
                _ => return Err("FIND: Invalid switch".into()),
            },
            None if order.text.is_none() => order.text = Some(arg.clone()),
            None => order.files.push(arg.clone()),
        }
    }
    Ok(order)
}

fn search(
    from: &mut dyn std::io::BufRead,
    name: Option<&str>,
    order: &Order,
    out: &mut dyn Write,
) -> bool {
    let fold = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes);
        if order.ignore_case {
            text.to_lowercase()
        } else {
            text.into_owned()
        }
    };
    let wanted = fold(order.text.as_deref().unwrap_or("").as_bytes());
    if let (Some(name), false) = (name, order.count) {
        let _ = write!(out, "\r\n---------- {name}\r\n");
    }
    let (mut count, mut number) = (0_u64, 0_u64);
    let read = read::lines(from, |line| {
        number += 1;
        // No line has the empty string, as on Windows.
        let has = !wanted.is_empty() && fold(line).contains(&wanted);
        if has == order.not {
            return true;
        }
        count += 1;
        if order.count {
            return true;
        }
        if order.numbers {
            let _ = write!(out, "[{number}]");
        }
        let _ = out.write_all(line);
        // A reader that has gone ends the search.
        out.write_all(b"\r\n").is_ok()
    });
    // What could be read of it counts, as on Windows.
    drop(read);
    if order.count {
        let _ = match name {
            Some(name) => write!(out, "\r\n---------- {name}: {count}\r\n"),
            None => write!(out, "{count}\r\n"),
        };
    }
    count > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn over(args: &[&str], name: Option<&str>) -> (bool, String) {
        let args: Vec<String> = args.iter().map(|a| (*a).to_owned()).collect();
        let mut out = Vec::new();
        let mut text = "[mail]\r\nmapi=1\nlast".as_bytes();
        let found = search(&mut text, name, &order(&args).unwrap(), &mut out);
        (found, String::from_utf8(out).unwrap())
    }

    #[test]
    fn lines_are_chosen_as_on_windows() {
        for (args, name, expected) in [
            (&["/i", "MA"][..], None, "[mail]\r\nmapi=1\r\n"),
            (&["/v", "ma"], None, "last\r\n"),
            (&["/c", "ma"], None, "2\r\n"),
            (&["/n", "last"], None, "[3]last\r\n"),
            (&["ma", "/c"], Some("A.TXT"), "\r\n---------- A.TXT: 2\r\n"),
            (&["last"], Some("A.TXT"), "\r\n---------- A.TXT\r\nlast\r\n"),
            (&["nope"], None, ""),
            (&[""], None, ""),
        ] {
            assert_eq!(over(args, name).1, expected, "{args:?}");
        }
        assert!(over(&["/c", "ma"], None).0);
        assert!(!over(&["/c", "nope"], None).0);
    }

    #[test]
    fn an_unknown_switch_is_an_error() {
        assert_eq!(order(&["/z".into()]).unwrap_err(), "FIND: Invalid switch");
    }
}
