//! How tasklist prints processes.

use super::Task;
use super::filter::{NO_TITLE, SESSION, SESSION_NAME};

/// Form of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    #[default]
    Table,
    List,
    Csv,
}

/// Which columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Columns {
    #[default]
    Plain,
    Verbose,
    Services,
}

/// Name of a column, its width in a table, and whether it stands on the right.
type Column = (&'static str, usize, bool);

const PLAIN: &[Column] = &[
    ("Image Name", 25, false),
    ("PID", 8, true),
    ("Session Name", 16, false),
    ("Session#", 11, true),
    ("Mem Usage", 12, true),
];
const VERBOSE: &[Column] = &[
    ("Image Name", 25, false),
    ("PID", 8, true),
    ("Session Name", 16, false),
    ("Session#", 11, true),
    ("Mem Usage", 12, true),
    ("Status", 15, false),
    ("User Name", 50, false),
    ("CPU Time", 12, true),
    ("Window Title", 72, false),
];
const SERVICES: &[Column] = &[
    ("Image Name", 25, false),
    ("PID", 8, true),
    ("Services", 44, false),
];

/// The lines of the list.
#[must_use]
pub fn lines(tasks: &[Task], format: Format, columns: Columns, headings: bool) -> Vec<String> {
    let heads = match columns {
        Columns::Plain => PLAIN,
        Columns::Verbose => VERBOSE,
        Columns::Services => SERVICES,
    };
    let rows = tasks.iter().map(|t| cells(t, columns));
    match format {
        Format::Table => {
            let mut all = vec![String::new()];
            if headings {
                all.push(row(heads, heads.iter().map(|h| h.0.to_owned())));
                all.push(row(heads, heads.iter().map(|h| "=".repeat(h.1))));
            }
            all.extend(rows.map(|cells| row(heads, cells)));
            all
        }
        Format::Csv => {
            let line = |cells: Vec<String>| {
                let quoted: Vec<String> = cells.iter().map(|c| format!("\"{c}\"")).collect();
                quoted.join(",")
            };
            let head = headings.then(|| line(heads.iter().map(|h| h.0.to_owned()).collect()));
            head.into_iter().chain(rows.map(line)).collect()
        }
        Format::List => rows
            .flat_map(|cells| {
                let pairs = heads
                    .iter()
                    .zip(cells)
                    .map(|(head, cell)| format!("{:<13} {cell}", format!("{}:", head.0)));
                std::iter::once(String::new())
                    .chain(pairs)
                    .collect::<Vec<_>>()
            })
            .collect(),
    }
}

fn row(heads: &[Column], cells: impl IntoIterator<Item = String>) -> String {
    let cells: Vec<String> = heads
        .iter()
        .zip(cells)
        .map(|((_, width, right), cell)| {
            let cell: String = cell.chars().take(*width).collect();
            if *right {
                format!("{cell:>width$}")
            } else {
                format!("{cell:<width$}")
            }
        })
        .collect();
    cells.join(" ")
}

fn cells(task: &Task, columns: Columns) -> Vec<String> {
    let or = |text: &str, other: &str| if text.is_empty() { other } else { text }.to_owned();
    let mut cells = vec![task.name.clone(), task.pid.to_string()];
    if columns == Columns::Services {
        cells.push(or(&task.services.join(", "), NO_TITLE));
        return cells;
    }
    cells.push(SESSION_NAME.into());
    cells.push(SESSION.to_string());
    cells.push(format!("{} K", thousands(task.memory / 1024)));
    if columns == Columns::Verbose {
        cells.push("Running".into());
        cells.push(or(&task.user, NO_TITLE));
        cells.push(format!(
            "{}:{:02}:{:02}",
            task.cpu / 3600,
            task.cpu / 60 % 60,
            task.cpu % 60
        ));
        cells.push(or(&task.title, NO_TITLE));
    }
    cells
}

fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one() -> Vec<Task> {
        vec![Task {
            pid: 1234,
            name: "a name that is longer than its column.exe".into(),
            memory: 12_345 << 10,
            user: r"NT AUTHORITY\SYSTEM".into(),
            cpu: 3661,
            ..Task::default()
        }]
    }

    #[test]
    fn a_table_has_windows_columns() {
        assert_eq!(
            lines(&one(), Format::Table, Columns::Plain, true),
            [
                "",
                "Image Name                     PID Session Name        Session#    Mem Usage",
                "========================= ======== ================ =========== ============",
                "a name that is longer tha     1234 Services                   0     12,345 K",
            ]
        );
    }

    #[test]
    fn csv_and_list() {
        assert_eq!(
            lines(&one(), Format::Csv, Columns::Verbose, false),
            [
                "\"a name that is longer than its column.exe\",\"1234\",\"Services\",\"0\",\
                 \"12,345 K\",\"Running\",\"NT AUTHORITY\\SYSTEM\",\"1:01:01\",\"N/A\""
            ]
        );
        let list = lines(&one(), Format::List, Columns::Plain, true);
        assert_eq!(list[2], "PID:          1234");
        assert_eq!(list[3], "Session Name: Services");
    }

    #[test]
    fn thousands_have_commas() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(thousands(number), text);
        }
    }
}
