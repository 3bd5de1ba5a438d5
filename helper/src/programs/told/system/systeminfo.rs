//! `systeminfo` and `driverquery`.
//!
//! Source: Microsoft Learn, "systeminfo", "driverquery" (Windows commands). Lines of what is not known
//! are left out.

use crate::programs::told::clock::Moment;
use crate::programs::told::desk::{Desk, Played, Stop, play, told};
use crate::programs::told::options::{Options, Takes, bad};
use crate::programs::told::row::Row;
use crate::programs::{Call, Ended};

/// One line: label and its values; more than one stand below each other.
type Line = (&'static str, Vec<String>);

/// Width of the labels in a list.
const LABEL: usize = 27;

/// The program.
pub fn systeminfo(call: &mut Call<'_>) -> Ended {
    play(call, run)
}

fn run(desk: &mut Desk<'_, '_>) -> Played {
    let args = desk.args();
    let table = [
        ("S", Takes::Value),
        ("U", Takes::Value),
        ("P", Takes::Maybe),
        ("FO", Takes::Value),
        ("NH", Takes::Nothing),
        ("?", Takes::Nothing),
    ];
    let options = Options::read("SYSTEMINFO", &args, &table)?;
    if options.has("?") {
        return Err(Stop::refused("/? (its help text)"));
    }
    if let Some(system) = options.value("S")
        && !desk.is_this(system)?
    {
        return Err(Stop::refused(format!("/S {system} (another computer)")));
    }
    let format = options.value("FO").unwrap_or("LIST").to_uppercase();
    if format == "LIST" && options.has("NH") {
        return Err(bad(
            "SYSTEMINFO",
            "Invalid syntax. /NH option is allowed only for \"TABLE\" and \"CSV\" formats.",
        ));
    }
    let lines = lines(desk)?;
    match format.as_str() {
        "LIST" => {
            desk.out("");
            for (label, values) in &lines {
                let mut label = format!("{label}:");
                for value in values {
                    desk.out(format!("{label:LABEL$}{value}").trim_end());
                    label = String::new();
                }
            }
        }
        "CSV" => {
            let row = |cells: Vec<String>| {
                let quoted: Vec<String> = cells
                    .iter()
                    .map(|c| format!("\"{}\"", c.replace('"', "\"\"")))
                    .collect();
                quoted.join(",")
            };
            if !options.has("NH") {
                desk.out(row(lines.iter().map(|(l, _)| (*l).to_owned()).collect()));
            }
            desk.out(row(lines.iter().map(|(_, v)| joined(v, ",")).collect()));
        }
        "TABLE" => {
            let cells: Vec<(String, String)> = lines
                .iter()
                .map(|(l, v)| ((*l).to_owned(), joined(v, ", ")))
                .collect();
            let widths: Vec<usize> = cells
                .iter()
                .map(|(l, v)| l.chars().count().max(v.chars().count()))
                .collect();
            let row = |texts: Vec<&str>| {
                let padded = texts.iter().zip(&widths).map(|(t, w)| format!("{t:w$}"));
                padded.collect::<Vec<_>>().join(" ")
            };
            desk.out("");
            if !options.has("NH") {
                desk.out(row(cells.iter().map(|(l, _)| l.as_str()).collect()));
                let rules: Vec<String> = widths.iter().map(|w| "=".repeat(*w)).collect();
                desk.out(rules.join(" "));
            }
            desk.out(row(cells.iter().map(|(_, v)| v.as_str()).collect()));
        }
        other => {
            return Err(bad(
                "SYSTEMINFO",
                &format!("Invalid syntax. '{other}' value is not allowed for '/FO' option."),
            ));
        }
    }
    told(0)
}

/// Values in one cell, without what indents them.
fn joined(values: &[String], between: &str) -> String {
    values
        .iter()
        .map(|v| v.trim())
        .collect::<Vec<_>>()
        .join(between)
}

/// A number with commas between the thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (n, c) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

fn lines(desk: &Desk<'_, '_>) -> Result<Vec<Line>, Stop> {
    let os = Row::of(desk.known("os")?);
    let system = Row::of(desk.known("computerSystem")?);
    let bios = desk.facts("bios")?;
    let mut lines: Vec<Line> = vec![("Host Name", vec![desk.host()?])];
    let mut one = |label: &'static str, value: Option<String>| {
        if let Some(value) = value {
            lines.push((label, vec![value]));
        }
    };
    let moment = |row: &Row, name: &str| row.text(name).as_deref().and_then(Moment::parse);
    let date_time = |m: Moment| format!("{}, {}", m.date(), m.time());
    let megabytes = |kib: u64| format!("{} MB", grouped(kib / 1024));
    one("OS Name", os.full("Caption"));
    let version = os.full("Version").zip(os.full("BuildNumber"));
    one(
        "OS Version",
        version.map(|(v, b)| format!("{v} N/A Build {b}")),
    );
    one("OS Manufacturer", os.full("Manufacturer"));
    let server = os.number("ProductType").map(|t| t != 1);
    one(
        "OS Configuration",
        server.map(|server| {
            match (
                server,
                system.flag("PartOfDomain") == Some(true),
                os.number("ProductType"),
            ) {
                (_, _, Some(2)) => "Primary Domain Controller",
                (false, false, _) => "Standalone Workstation",
                (false, true, _) => "Member Workstation",
                (true, false, _) => "Standalone Server",
                (true, true, _) => "Member Server",
            }
            .to_owned()
        }),
    );
    one("OS Build Type", os.full("BuildType"));
    one("Registered Owner", os.full("RegisteredUser"));
    let organization = os.text("Organization");
    one(
        "Registered Organization",
        organization.map(|o| if o.is_empty() { "N/A".into() } else { o }),
    );
    one("Product ID", os.full("SerialNumber"));
    one(
        "Original Install Date",
        moment(&os, "InstallDate").map(date_time),
    );
    one(
        "System Boot Time",
        moment(&os, "LastBootUpTime").map(date_time),
    );
    one("System Manufacturer", system.full("Manufacturer"));
    one("System Model", system.full("Model"));
    one("System Type", system.full("SystemType"));
    let processors = list(desk, "processors")?;
    if !processors.is_empty() {
        let mut values = vec![format!("{} Processor(s) Installed.", processors.len())];
        values.extend(processors.iter().enumerate().map(|(n, p)| {
            let name = p
                .full("Caption")
                .or_else(|| p.full("Name"))
                .unwrap_or_default();
            let maker = p.full("Manufacturer").unwrap_or_default();
            let speed = p
                .number("MaxClockSpeed")
                .map_or(String::new(), |s| format!(" ~{s} Mhz"));
            format!("[{:02}]: {name} {maker}{speed}", n + 1)
        }));
        lines.push(("Processor(s)", values));
    }
    let mut one = |label: &'static str, value: Option<String>| {
        if let Some(value) = value {
            lines.push((label, vec![value]));
        }
    };
    let released = moment(&bios, "ReleaseDate").map(|m| format!(", {}", m.date()));
    one(
        "BIOS Version",
        bios.full("SMBIOSBIOSVersion").map(|v| {
            let maker = bios.full("Manufacturer").unwrap_or_default();
            format!("{maker} {v}{}", released.unwrap_or_default())
                .trim()
                .to_owned()
        }),
    );
    one("Windows Directory", os.full("WindowsDirectory"));
    one("System Directory", os.full("SystemDirectory"));
    one("Boot Device", os.full("BootDevice"));
    let english = os.text("Locale").as_deref() == Some("0409");
    one(
        "System Locale",
        english.then(|| "en-us;English (United States)".into()),
    );
    one(
        "Input Locale",
        english.then(|| "en-us;English (United States)".into()),
    );
    let zone = super::zone::zone(desk)?;
    one(
        "Time Zone",
        zone.full("StandardName")
            .zip(zone.get("Bias").and_then(|b| b.as_i64()))
            .map(|(name, bias)| {
                let sign = if bias > 0 { '-' } else { '+' };
                let (h, m) = (bias.abs() / 60, bias.abs() % 60);
                if bias == 0 {
                    format!("(UTC) {name}")
                } else {
                    format!("(UTC{sign}{h:02}:{m:02}) {name}")
                }
            }),
    );
    one(
        "Total Physical Memory",
        system
            .number("TotalPhysicalMemory")
            .map(|b| megabytes(b / 1024)),
    );
    one(
        "Available Physical Memory",
        os.number("FreePhysicalMemory").map(megabytes),
    );
    let (all, free) = (
        os.number("TotalVirtualMemorySize"),
        os.number("FreeVirtualMemory"),
    );
    one("Virtual Memory: Max Size", all.map(megabytes));
    one("Virtual Memory: Available", free.map(megabytes));
    one(
        "Virtual Memory: In Use",
        all.zip(free).map(|(a, f)| megabytes(a.saturating_sub(f))),
    );
    one("Domain", system.full("Domain"));
    let nobody = system.full("UserName").is_none();
    one("Logon Server", nobody.then(|| "N/A".into()));
    let fixes = list(desk, "hotfixes")?;
    if !desk.fact("hotfixes")?.is_null() {
        let head = match fixes.len() {
            0 => "N/A".to_owned(),
            n => format!("{n} Hotfix(s) Installed."),
        };
        let ids = fixes.iter().filter_map(|f| f.text("HotFixID")).enumerate();
        let ids = ids.map(|(n, id)| format!("[{:02}]: {id}", n + 1));
        lines.push(("Hotfix(s)", std::iter::once(head).chain(ids).collect()));
    }
    if let Some(cards) = desk.table("networkAdapters", "Name")? {
        lines.push(("Network Card(s)", network(&cards)));
    }
    Ok(lines)
}

fn list(desk: &Desk<'_, '_>, fact: &str) -> Result<Vec<Row>, Stop> {
    Ok(match desk.fact(fact)? {
        serde_json::Value::Array(rows) => rows.into_iter().map(Row::of).collect(),
        _ => Vec::new(),
    })
}

fn network(cards: &[Row]) -> Vec<String> {
    let mut values = vec![format!("{} NIC(s) Installed.", cards.len())];
    for (n, card) in cards.iter().enumerate() {
        let text = |name: &str| card.text(name).unwrap_or_default();
        values.push(format!("[{:02}]: {}", n + 1, text("InterfaceDescription")));
        values.push(format!("      Connection Name: {}", text("Name")));
        if card.text("Status").is_some_and(|s| s != "Up") {
            values.push("      Status:          Media disconnected".into());
            continue;
        }
        if let Some(dhcp) = card.flag("Dhcp") {
            values.push(format!(
                "      DHCP Enabled:    {}",
                if dhcp { "Yes" } else { "No" }
            ));
        }
        let addresses: Vec<String> = ["IPv4Address", "IPv6Address"]
            .iter()
            .filter_map(|a| card.full(a))
            .collect();
        if !addresses.is_empty() {
            values.push("      IP address(es)".into());
            let numbered = addresses.iter().enumerate();
            values.extend(numbered.map(|(n, a)| format!("      [{:02}]: {a}", n + 1)));
        }
    }
    values
}

/// `driverquery`: needs the fact `drivers`, rows of `Name`, `DisplayName`, `Type`, `LinkDate`.
pub fn driverquery(call: &mut Call<'_>) -> Ended {
    play(call, |desk| {
        let args = desk.args();
        if let Some(option) = args.first() {
            return Err(Stop::refused(option.clone()));
        }
        let rows = desk.known_table("drivers", "Name")?;
        desk.out(format!(
            "\n{:12} {:22} {:13} {:22}",
            "Module Name", "Display Name", "Driver Type", "Link Date"
        ));
        desk.out(format!(
            "{} {} {} {}",
            "=".repeat(12),
            "=".repeat(22),
            "=".repeat(13),
            "=".repeat(22)
        ));
        for row in rows {
            let text = |name: &str, width: usize| {
                row.text(name)
                    .unwrap_or_default()
                    .chars()
                    .take(width)
                    .collect::<String>()
            };
            desk.out(format!(
                "{:12} {:22} {:13} {:22}",
                text("Name", 12),
                text("DisplayName", 22),
                text("Type", 13),
                text("LinkDate", 22)
            ));
        }
        told(0)
    })
}
