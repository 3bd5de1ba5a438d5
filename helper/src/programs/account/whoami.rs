//! `whoami` as SYSTEM, the account of the Agent's jobs; Wine gives it another name and SID, and
//! prints nothing for groups and privileges.

use crate::programs::{Call, Ended};

const NAME: &str = r"nt authority\system";
const SID: &str = "S-1-5-18";

type Table = (
    &'static str,
    &'static [&'static str],
    &'static [&'static [&'static str]],
);

const USER: Table = ("USER INFORMATION", &["User Name", "SID"], &[&[NAME, SID]]);
/// Groups of SYSTEM in session 0 (well-known SIDs, MS-DTYP 2.4.2.4).
const GROUPS: Table = (
    "GROUP INFORMATION",
    &["Group Name", "Type", "SID", "Attributes"],
    &[
        &[
            r"BUILTIN\Administrators",
            "Alias",
            "S-1-5-32-544",
            "Enabled by default, Enabled group, Group owner",
        ],
        &[
            "Everyone",
            "Well-known group",
            "S-1-1-0",
            "Mandatory group, Enabled by default, Enabled group",
        ],
        &[
            r"NT AUTHORITY\Authenticated Users",
            "Well-known group",
            "S-1-5-11",
            "Mandatory group, Enabled by default, Enabled group",
        ],
        &[
            r"Mandatory Label\System Mandatory Level",
            "Label",
            "S-1-16-16384",
            "",
        ],
    ],
);

pub fn run(call: &mut Call<'_>) -> Ended {
    let mut tables: Vec<&Table> = Vec::new();
    let (mut format, mut headings) = ("table".to_owned(), true);
    let mut args = call.args.clone().into_iter();
    while let Some(arg) = args.next() {
        match arg.to_lowercase().as_str() {
            "/user" => tables.push(&USER),
            "/groups" => tables.push(&GROUPS),
            "/fo" => format = args.next().unwrap_or_default().to_lowercase(),
            "/nh" => headings = false,
            "/upn" => {
                call.complain(
                    "ERROR: Unable to get User Principal Name (UPN) as the current logged-on user",
                );
                call.complain("       is not a domain user.");
                return Ended::done(1);
            }
            "/fqdn" => {
                call.complain(
                    "ERROR: Unable to get Fully Qualified Distinguished Name (FQDN) as the current",
                );
                call.complain("       logged-on user is not a domain user.");
                return Ended::done(1);
            }
            "/priv" | "/all" | "/logonid" | "/claims" => {
                return call.refuse(format_args!("{arg} is not played"));
            }
            _ => {
                call.complain(format_args!("ERROR: Invalid argument/option - '{arg}'."));
                call.complain("Type \"WHOAMI /?\" for usage.");
                return Ended::done(1);
            }
        }
    }
    if !matches!(format.as_str(), "table" | "list" | "csv") {
        call.complain("ERROR: Invalid syntax. Value is not allowed for '/FO' option.");
        return Ended::done(1);
    }
    if tables.is_empty() {
        call.say(NAME);
    }
    for table in tables {
        for line in lines(table, &format, headings) {
            call.say(line);
        }
    }
    Ended::facts(0)
}

fn lines((title, heads, rows): &Table, format: &str, headings: bool) -> Vec<String> {
    let quoted = |cells: &[&str]| {
        let cells: Vec<String> = cells.iter().map(|c| format!("\"{c}\"")).collect();
        cells.join(",")
    };
    let mut all = Vec::new();
    match format {
        "csv" => {
            all.extend(headings.then(|| quoted(heads)));
            all.extend(rows.iter().map(|r| quoted(r)));
        }
        "list" => {
            let width = heads.iter().map(|h| h.len() + 1).max().unwrap_or(0);
            all.extend([
                String::new(),
                (*title).to_owned(),
                "-".repeat(title.len()),
                String::new(),
            ]);
            for row in *rows {
                let cells = heads.iter().zip(*row);
                all.extend(cells.map(|(h, c)| format!("{:<width$} {c}", format!("{h}:"))));
                all.push(String::new());
            }
        }
        _ => {
            let widths: Vec<usize> = (0..heads.len())
                .map(|i| {
                    rows.iter()
                        .map(|r| r[i].len())
                        .chain([heads[i].len()])
                        .max()
                        .unwrap_or(0)
                })
                .collect();
            let line = |cells: Vec<String>| {
                let cells: Vec<String> = cells
                    .iter()
                    .zip(&widths)
                    .map(|(c, w)| format!("{c:<w$}"))
                    .collect();
                cells.join(" ")
            };
            if headings {
                all.extend([
                    String::new(),
                    (*title).to_owned(),
                    "-".repeat(title.len()),
                    String::new(),
                ]);
                all.push(line(heads.iter().map(|h| (*h).to_owned()).collect()));
                all.push(line(widths.iter().map(|w| "=".repeat(*w)).collect()));
            }
            all.extend(
                rows.iter()
                    .map(|r| line(r.iter().map(|c| (*c).to_owned()).collect())),
            );
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        assert_eq!(
            lines(&USER, "table", true)[4..],
            [
                "User Name           SID     ",
                "=================== ========",
                r"nt authority\system S-1-5-18",
            ]
        );
        assert_eq!(
            lines(&USER, "csv", false),
            ["\"nt authority\\system\",\"S-1-5-18\""]
        );
        assert_eq!(lines(&USER, "list", true)[5], "SID:       S-1-5-18");
    }
}
