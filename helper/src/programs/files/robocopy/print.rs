//! What robocopy writes, on the console, into its log or both.

use super::order::Order;
use crate::programs::told::clock::Moment;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};

const LINE: &str =
    "-------------------------------------------------------------------------------";
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = [
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
];

/// Where lines go.
pub struct Log<'o> {
    out: Option<&'o mut dyn Write>,
    file: Option<File>,
}

impl<'o> Log<'o> {
    /// On stdout.
    pub fn of(out: &'o mut dyn Write) -> Log<'o> {
        Log {
            out: Some(out),
            file: None,
        }
    }

    /// Into a file, and with `tee` on stdout too.
    pub fn log_to(&mut self, path: &str, append: bool, tee: bool) -> io::Result<()> {
        let mut options = OpenOptions::new();
        options
            .create(true)
            .write(true)
            .append(append)
            .truncate(!append);
        self.file = Some(options.open(path)?);
        let full = std::path::absolute(path)?;
        if !tee {
            self.line(&format!("\n Log File : {}", full.display()));
            self.out = None;
        }
        Ok(())
    }

    /// A line, on stdout before a log takes its place.
    pub fn line(&mut self, text: &str) {
        let text = format!("{text}\n").replace('\n', "\r\n");
        // A reader that has gone is no fault of the copy.
        if let Some(out) = &mut self.out {
            let _ = out.write_all(text.as_bytes());
        }
        if let Some(file) = &mut self.file {
            let _ = file.write_all(text.as_bytes());
        }
    }
}

/// `Sunday, November 22, 2026 3:21:00 PM`.
fn moment() -> String {
    let now = Moment::now();
    let p = now.parts();
    let month = MONTHS.get(p.month as usize - 1).unwrap_or(&"");
    let day = DAYS.get(p.weekday as usize).unwrap_or(&"");
    format!("{day}, {month} {}, {} {}", p.day, p.year, now.time())
}

/// `2026/11/22 15:21:00`, before errors.
pub fn stamp() -> String {
    let p = Moment::now().parts();
    format!(
        "{:04}/{:02}/{:02} {:02}:{:02}:{:02}",
        p.year, p.month, p.day, p.hour, p.minute, p.second
    )
}

/// The name of the program, as it begins every log.
pub fn title(log: &mut Log<'_>) {
    log.line(&format!(
        "\n{LINE}\n   ROBOCOPY     ::     Robust File Copy for Windows                              \n{LINE}\n"
    ));
}

/// What is copied and how.
pub fn head(log: &mut Log<'_>, order: &Order) {
    if order.no_head {
        return;
    }
    title(log);
    let place = |p: &std::path::Path| {
        let full = std::path::absolute(p).unwrap_or_else(|_| p.to_owned());
        format!("{}\\", full.display().to_string().trim_end_matches('\\'))
    };
    let files = if order.files.is_empty() {
        "*.*".to_owned()
    } else {
        order.files.join("\n\t    ")
    };
    log.line(&format!("  Started : {}", moment()));
    log.line(&format!("   Source : {}", place(&order.from)));
    log.line(&format!("     Dest : {}\n", place(&order.to)));
    log.line(&format!("    Files : {files}\n\t    "));
    for (name, list) in [("Dirs", &order.not_folders), ("Files", &order.not_files)] {
        if !list.is_empty() {
            log.line(&format!("Exc {name} : {}\n\t    ", list.join("\n\t    ")));
        }
    }
    log.line(&format!(
        "  Options : {} {} /DCOPY:DA /COPY:DAT /R:{} /W:{} \n\n{}\n",
        if order.files.is_empty() { "*.*" } else { "" },
        order
            .shown
            .iter()
            .filter(|o| !o.starts_with("/R:") && !o.starts_with("/W:"))
            .cloned()
            .collect::<Vec<_>>()
            .join(" "),
        order.retries,
        order.wait,
        &LINE[1..]
    ));
}

/// What was done, in the order of the columns.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    pub total: u64,
    pub copied: u64,
    pub skipped: u64,
    pub mismatch: u64,
    pub failed: u64,
    pub extras: u64,
}

/// The table at the end.
pub fn summary(log: &mut Log<'_>, order: &Order, counts: [Count; 3], seconds: u64) {
    if order.no_summary {
        return;
    }
    log.line(&format!(
        "\n{}\n\n               Total    Copied   Skipped  Mismatch    FAILED    Extras",
        &LINE[1..]
    ));
    for (name, c) in ["Dirs", "Files", "Bytes"].iter().zip(counts) {
        let fields = [c.total, c.copied, c.skipped, c.mismatch, c.failed, c.extras];
        let shown: String = fields
            .iter()
            .map(|f| {
                if *name == "Bytes" {
                    size(*f)
                } else {
                    f.to_string()
                }
            })
            .map(|f| format!("{f:>10}"))
            .collect();
        log.line(&format!("{name:>8} :{}", &shown));
    }
    let took = format!(
        "{}:{:02}:{:02}",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    );
    log.line(&format!(
        "   Times :{took:>10}{took:>10}                       0:00:00   0:00:00"
    ));
    log.line(&format!("   Ended : {}\n", moment()));
}

/// `1234`, `1.2 m`, as the columns of sizes show it.
pub fn size(bytes: u64) -> String {
    const UNITS: [(f64, &str); 4] = [
        (1_099_511_627_776.0, "t"),
        (1_073_741_824.0, "g"),
        (1_048_576.0, "m"),
        (1_024.0, "k"),
    ];
    let exact = bytes as f64;
    let unit = UNITS.iter().find(|(of, _)| exact >= *of);
    match unit {
        // Whole bytes are shown up to a hundred thousand.
        Some((of, word)) if bytes > 99_999 => format!("{:.1} {word}", exact / of),
        _ => bytes.to_string(),
    }
}
