//! `getmac`.
//!
//! Source: Microsoft Learn, "getmac".

use super::adapter::{Adapter, adapters};
use crate::programs::told::desk::{Stop, play, same, told};
use crate::programs::told::options::{Options, Takes, bad};
use crate::programs::{Call, Ended};

const TABLE: [(&str, Takes); 6] = [
    ("S", Takes::Value),
    ("U", Takes::Value),
    ("P", Takes::Maybe),
    ("FO", Takes::Value),
    ("NH", Takes::Nothing),
    ("V", Takes::Nothing),
];
const WIDTHS: [usize; 4] = [15, 15, 19, 58];
const NAMES: [&str; 4] = [
    "Connection Name",
    "Network Adapter",
    "Physical Address",
    "Transport Name",
];

/// The program.
pub fn getmac(call: &mut Call<'_>) -> Ended {
    play(call, |desk| {
        let options = Options::read("getmac", &desk.args(), &TABLE)?;
        if options
            .value("S")
            .is_some_and(|s| !desk.is_this(s).unwrap_or(false))
        {
            return Err(Stop::refused("/S (another computer)"));
        }
        let form = options.value("FO").unwrap_or("table").to_lowercase();
        let from = if options.has("V") { 0 } else { 2 };
        let rows: Vec<Vec<String>> = adapters(desk)?.iter().map(|a| columns(a, from)).collect();
        let names = &NAMES[from..];
        match form.as_str() {
            "csv" => {
                let quoted = |cells: Vec<String>| {
                    let all: Vec<String> = cells.iter().map(|c| format!("\"{c}\"")).collect();
                    all.join(",")
                };
                if !options.has("NH") {
                    desk.out(quoted(names.iter().map(|n| (*n).to_owned()).collect()));
                }
                for row in rows {
                    desk.out(quoted(row));
                }
            }
            "list" => {
                for row in rows {
                    desk.out("");
                    for (name, cell) in names.iter().zip(row) {
                        desk.out(format!("{:<18}{cell}", format!("{name}:")));
                    }
                }
            }
            other if same(other, "table") => {
                let width = |n: usize| WIDTHS[from + n];
                let cut = |cells: &[String]| {
                    let padded = cells.iter().enumerate().map(|(n, c)| {
                        let cell: String = c.chars().take(width(n)).collect();
                        format!("{cell:<0$}", width(n))
                    });
                    padded.collect::<Vec<_>>().join(" ")
                };
                desk.out("");
                if !options.has("NH") {
                    let head: Vec<String> = names.iter().map(|n| (*n).to_owned()).collect();
                    desk.out(cut(&head));
                    let lines: Vec<String> =
                        (0..names.len()).map(|n| "=".repeat(width(n))).collect();
                    desk.out(lines.join(" "));
                }
                for row in rows {
                    desk.out(cut(&row));
                }
            }
            other => {
                return Err(bad(
                    "getmac",
                    &format!("Invalid syntax. '{other}' value is not allowed for '/FO' option."),
                ));
            }
        }
        told(0)
    })
}

fn columns(adapter: &Adapter, from: usize) -> Vec<String> {
    let transport = if adapter.up {
        format!(r"\Device\Tcpip_{}", adapter.text("InterfaceGuid"))
    } else {
        "Media disconnected".to_owned()
    };
    let all = [
        adapter.name.clone(),
        adapter.text("InterfaceDescription"),
        adapter.text("MacAddress"),
        transport,
    ];
    all[from..].to_vec()
}
