//! `bcdedit` and `reagentc`, by facts that a scenario declares: `bcd` (rows with `title` and their
//! entries) and `windowsRE` (`Status`, `Location`, `BcdId`).
//!
//! Source: Microsoft Learn, "BCDEdit /enum", "REAgentC command-line options".

use crate::programs::told::desk::{Stop, play, same, told};
use crate::programs::told::row::Row;
use crate::programs::{Call, Ended};

/// `bcdedit`, reading only.
pub fn bcdedit(call: &mut Call<'_>) -> Ended {
    play(call, |desk| {
        let args = desk.args();
        let which = match args.as_slice() {
            [] => None,
            [enumerate] if same(enumerate, "/enum") => None,
            [enumerate, which] if same(enumerate, "/enum") => Some(which.clone()),
            _ => return Err(Stop::refused(args.join(" "))),
        };
        let rows = desk.known_table("bcd", "identifier")?;
        let wanted = |row: &Row| match which.as_deref() {
            None | Some("active" | "all") => true,
            Some(id) => row.text("identifier").is_some_and(|i| same(&i, id)),
        };
        let rows: Vec<Row> = rows.into_iter().filter(wanted).collect();
        if rows.is_empty() {
            return Err(Stop::error(
                1,
                "The specified entry type is invalid.\nRun \"bcdedit /?\" for command line assistance.\nThe parameter is incorrect.",
            ));
        }
        for row in rows {
            let title = row.text("title").unwrap_or_default();
            desk.out(format!("\n{title}\n{}", "-".repeat(title.len())));
            for name in row.0.keys().filter(|n| *n != "title") {
                desk.out(format!("{name:24}{}", row.text(name).unwrap_or_default()));
            }
        }
        told(0)
    })
}

/// `reagentc /info`.
pub fn reagentc(call: &mut Call<'_>) -> Ended {
    play(call, |desk| {
        let args = desk.args();
        if args.len() != 1 || !same(args[0].trim_start_matches(['/', '-']), "info") {
            return Err(Stop::refused(args.join(" ")));
        }
        let row = Row::of(desk.known("windowsRE")?);
        let text = |name: &str| row.text(name).unwrap_or_default();
        desk.out("Windows Recovery Environment (Windows RE) and system reset configuration\nInformation:\n");
        desk.out(format!("    Windows RE status:         {}", text("Status")));
        desk.out(format!("    Windows RE location:       {}", text("Location")).trim_end());
        desk.out(
            format!(
                "    Boot Configuration Data (BCD) identifier: {}",
                text("BcdId")
            )
            .trim_end(),
        );
        desk.out("    Recovery image location:   \n    Recovery image index:      0\n    Custom image location:     \n    Custom image index:        0\n\nREAGENTC.EXE: Operation Successful.\n");
        told(0)
    })
}
