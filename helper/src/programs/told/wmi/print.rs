//! Rows as `wmic` prints them. Its lines end with two carriage returns where they do not go to a
//! console: scripts know that and take the last one off.

use crate::programs::told::desk::Desk;
use crate::programs::told::row::Row;
use serde_json::Value;

/// A form of output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Table,
    List,
    Csv,
}

/// A property as `wmic` shows it; lists in braces.
fn shown(row: &Row, property: &str, separator: &str) -> String {
    match row.get(property) {
        Some(Value::Array(items)) => {
            let quoted = |v: &Value| match v {
                Value::String(text) if separator == ";" => text.clone(),
                Value::String(text) => format!("\"{text}\""),
                other => other.to_string(),
            };
            let items: Vec<String> = items.iter().map(quoted).collect();
            format!("{{{}}}", items.join(separator))
        }
        _ => row.text(property).unwrap_or_default(),
    }
}

fn line(desk: &mut Desk<'_, '_>, text: &str) {
    let _ = write!(desk.call.out, "{text}\r\r\n");
}

/// Prints rows with their properties, which are sorted by name as `wmic` sorts them.
pub fn print(
    desk: &mut Desk<'_, '_>,
    rows: &[Row],
    properties: &[String],
    format: Format,
    host: &str,
) {
    let mut names: Vec<&String> = properties.iter().collect();
    names.sort_by_key(|n| n.to_lowercase());
    match format {
        Format::Table => {
            let width = |name: &String| {
                let longest = rows
                    .iter()
                    .map(|r| shown(r, name, ", ").chars().count())
                    .max();
                longest.unwrap_or(0).max(name.len()) + 2
            };
            let widths: Vec<usize> = names.iter().map(|n| width(n)).collect();
            let cells = |values: Vec<String>| {
                let padded = values.iter().zip(&widths).map(|(v, w)| format!("{v:w$}"));
                padded.collect::<String>()
            };
            let head = cells(names.iter().map(|n| (*n).clone()).collect());
            line(desk, &head);
            for row in rows {
                let text = cells(names.iter().map(|n| shown(row, n, ", ")).collect());
                line(desk, &text);
            }
            line(desk, "");
        }
        Format::List => {
            for row in rows {
                line(desk, "");
                line(desk, "");
                for name in &names {
                    let text = format!("{name}={}", shown(row, name, ","));
                    line(desk, &text);
                }
            }
            for _ in 0..3 {
                line(desk, "");
            }
        }
        Format::Csv => {
            line(desk, "");
            let head: Vec<&str> = std::iter::once("Node")
                .chain(names.iter().map(|n| n.as_str()))
                .collect();
            line(desk, &head.join(","));
            for row in rows {
                let mut cells = vec![host.to_owned()];
                cells.extend(names.iter().map(|n| shown(row, n, ";")));
                line(desk, &cells.join(","));
            }
        }
    }
}
