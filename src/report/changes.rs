//! What one job did to its device, for people: footprint, processes, names, connections, calls.

use super::clean::{cut, one_line, wrap};
use super::paint::Paint;
use crate::rmm::event::Note;
use crate::rmm::observed::{
    Change, EntryKind, Footprint, FootprintEntry, Observed, PlayedHow, RegistryEntry,
};
use std::collections::BTreeMap;

/// Most paths, processes, calls ... shown of each kind; the JSON report has them all.
const MOST: usize = 60;

/// The footprint, grouped by folder, with sizes and modes.
pub fn footprint(footprint: &Footprint, width: usize, paint: Paint) -> Vec<String> {
    let mut out = files(footprint, width, paint);
    registry(&footprint.registry, width, paint, &mut out);
    out
}

/// What changed in the registry of a Windows device, each with its data.
fn registry(entries: &[RegistryEntry], width: usize, paint: Paint, out: &mut Vec<String>) {
    let items: Vec<String> = entries
        .iter()
        .map(|e| {
            let name = match e.value.as_deref() {
                None => String::new(),
                Some("") => r"\(default)".to_owned(),
                Some(name) => format!(r"\{name}"),
            };
            let data = match (&e.before, &e.after) {
                (Some(before), Some(after)) => format!("  {before} -> {after}"),
                (None, Some(one)) | (Some(one), None) => format!("  {one}"),
                (None, None) => String::new(),
            };
            format!("{} {}{name}{data}", sign(e.change), e.key)
        })
        .collect();
    list(out, "registry", &items, width, paint);
}

fn files(footprint: &Footprint, width: usize, paint: Paint) -> Vec<String> {
    if footprint.entries.is_empty() {
        return vec![heading("files", "nothing changed", paint)];
    }
    let mut counts: BTreeMap<Change, u64> = BTreeMap::new();
    let mut bytes = 0;
    for e in &footprint.entries {
        *counts.entry(e.change).or_default() += 1;
        if e.kind == EntryKind::File && matches!(e.change, Change::Created | Change::Changed) {
            bytes += e.size;
        }
    }
    let parts: Vec<String> = counts
        .iter()
        .map(|(change, n)| format!("{n} {}", word(*change)))
        .collect();
    let head = format!("{} ({} written)", parts.join(", "), size(bytes));
    let mut out = vec![heading("files", &head, paint)];
    let mut folder_before = None;
    for entry in footprint.entries.iter().take(MOST) {
        let (folder, name) = split(&entry.path);
        if folder_before != Some(folder) {
            out.push(format!(
                "    {}",
                cut(&one_line(folder), width.saturating_sub(4))
            ));
            folder_before = Some(folder);
        }
        out.push(entry_line(entry, name, width, paint));
    }
    more(&mut out, footprint.entries.len());
    out
}

fn entry_line(entry: &FootprintEntry, name: &str, width: usize, paint: Paint) -> String {
    let color: fn(Paint, &str) -> String = match entry.change {
        Change::Created => Paint::green,
        Change::Changed => Paint::yellow,
        Change::Metadata => Paint::cyan,
        Change::Deleted => Paint::red,
    };
    let sign = sign(entry.change);
    let name = one_line(name);
    let name = match entry.kind {
        EntryKind::Folder => format!("{name}/"),
        EntryKind::Symlink => format!("{name} (link)"),
        EntryKind::Special => format!("{name} (special)"),
        EntryKind::File => name,
    };
    let about = match (entry.change, entry.kind) {
        (Change::Deleted, _) => "deleted".to_owned(),
        (_, EntryKind::File) => format!("{}, {:04o}", size(entry.size), entry.mode & 0o7777),
        _ => format!("{:04o}", entry.mode & 0o7777),
    };
    let room = width.saturating_sub(10 + about.len()).max(20);
    format!(
        "      {} {}  {}",
        color(paint, sign),
        cut(&name, room),
        paint.dim(&about)
    )
}

fn sign(change: Change) -> &'static str {
    match change {
        Change::Created => "+",
        Change::Changed => "~",
        Change::Metadata => "m",
        Change::Deleted => "-",
    }
}

/// Processes, input waits, reboots, names, connections and calls, as far as there are any.
pub fn observed(observed: &Observed, width: usize, paint: Paint) -> Vec<String> {
    let mut lines: Vec<(&str, Vec<String>)> = Vec::new();
    let left = observed.left.iter().map(|p| {
        let holds = match (p.holds_stdout, p.holds_stderr) {
            (true, true) => ", holds the script's stdout and stderr",
            (true, false) => ", holds the script's stdout",
            (false, true) => ", holds the script's stderr",
            (false, false) => "",
        };
        format!("{} (pid {}{holds}): {}", p.name, p.pid, p.command_line)
    });
    lines.push(("left running", left.collect()));
    let waits = observed.waits.iter().map(|w| {
        format!(
            "{} waits on {} (descriptor {}): {}",
            w.name, w.what, w.fd, w.command_line
        )
    });
    lines.push(("input", waits.collect()));
    let reboots = observed
        .reboots
        .iter()
        .map(|r| format!("by {}: {}", r.via.word(), r.by));
    lines.push(("reboot", reboots.collect()));
    let names = observed.lookups.iter().map(|l| {
        let answer = if l.answered {
            "answered"
        } else {
            "not known on the device"
        };
        format!("{} ({answer})", l.name)
    });
    lines.push(("names", names.collect()));
    let connections = observed
        .connections
        .iter()
        .map(|c| format!("{} {} by {}", c.protocol, c.to, c.process));
    lines.push(("connections", connections.collect()));
    let services = observed.services.iter().map(|s| {
        let route = if s.route.is_none() {
            " (no route takes it)"
        } else {
            ""
        };
        format!(
            "{}: {} {} -> {}{route}",
            s.service, s.method, s.path, s.status
        )
    });
    lines.push(("services", services.collect()));
    let doubles = observed.doubles.iter().map(|d| {
        let how = match d.how {
            Some(PlayedHow::Refused) => ", refused: not judged here",
            Some(PlayedHow::Facts) => ", answered from facts",
            Some(PlayedHow::Done) | None => "",
        };
        format!("{} {} -> exit {}{how}", d.command, d.args.join(" "), d.exit)
    });
    lines.push(("played", doubles.collect()));
    let windows = observed
        .windows
        .iter()
        .map(|w| format!("{} shows {:?} and waits: {}", w.name, w.title, w.text));
    lines.push(("windows", windows.collect()));
    let written = observed.registry_writes.iter().map(|w| {
        let data = w.data.as_deref().unwrap_or("(deleted)");
        format!(r"{}\{} = {data}", w.key, w.value)
    });
    lines.push(("written", written.collect()));
    let stores = observed.stores.iter().map(|s| match &s.value {
        Some(_) => format!("{}: {}", s.store, s.key),
        None => format!("{}: {} removed", s.store, s.key),
    });
    lines.push(("stores", stores.collect()));
    let mut out = Vec::new();
    for (label, items) in lines {
        list(&mut out, label, &items, width, paint);
    }
    out
}

/// Notes of the Agent: what was seen and how to mend it.
pub fn notes(notes: &[Note], width: usize, paint: Paint) -> Vec<String> {
    let mut out = Vec::new();
    for note in notes.iter().take(MOST) {
        let text = format!("{}: {}", one_line(&note.code), one_line(&note.message));
        for (i, line) in wrap(&text, width.saturating_sub(16)).iter().enumerate() {
            out.push(heading(if i == 0 { "note" } else { "" }, line, paint));
        }
        for line in wrap(&one_line(&note.help), width.saturating_sub(16)) {
            out.push(heading("", &line, paint));
        }
    }
    more(&mut out, notes.len());
    out
}

fn list(out: &mut Vec<String>, label: &str, items: &[String], width: usize, paint: Paint) {
    if items.is_empty() {
        return;
    }
    out.push(heading(label, &items.len().to_string(), paint));
    for item in items.iter().take(MOST) {
        out.push(format!(
            "    {}",
            cut(&one_line(item), width.saturating_sub(4))
        ));
    }
    more(out, items.len());
}

fn more(out: &mut Vec<String>, all: usize) {
    if all > MOST {
        out.push(format!("    and {} more: --json has them all", all - MOST));
    }
}

/// A labelled line of the report on one job.
pub fn heading(label: &str, text: &str, paint: Paint) -> String {
    format!("  {} {text}", paint.dim(&format!("{label:<12}")))
}

fn word(change: Change) -> &'static str {
    match change {
        Change::Created => "created",
        Change::Changed => "changed",
        Change::Metadata => "with other mode or owner",
        Change::Deleted => "deleted",
    }
}

/// Folder and name of an absolute path.
fn split(path: &str) -> (&str, &str) {
    if let (true, Some(at)) = (path.as_bytes().get(1) == Some(&b':'), path.rfind('\\')) {
        return (&path[..at.max(2)], &path[at + 1..]);
    }
    match path.rfind('/') {
        Some(0) => ("/", &path[1..]),
        Some(at) => (&path[..at], &path[at + 1..]),
        None => ("", path),
    }
}

/// Bytes as people read them: `17 B`, `1.2 KiB`, `3.4 MiB`.
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    let mut value = bytes as f64 / 1024.0;
    let mut unit = 0;
    while value >= 1024.0 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    format!("{value:.1} {}", UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rmm::observed::LeftProcess;

    fn entry(path: &str, change: Change, kind: EntryKind, size: u64) -> FootprintEntry {
        FootprintEntry {
            path: path.into(),
            change,
            kind,
            size,
            mode: 0o100755,
        }
    }

    #[test]
    fn a_footprint_is_grouped_by_folder() {
        let taken = Footprint {
            registry: Vec::new(),
            entries: vec![
                entry("/etc/hosts", Change::Changed, EntryKind::File, 210),
                entry("/opt/bright", Change::Created, EntryKind::Folder, 0),
                entry(
                    "/opt/bright/bv\u{1b}cmd",
                    Change::Created,
                    EntryKind::File,
                    1536,
                ),
                entry("/x", Change::Deleted, EntryKind::File, 0),
            ],
        };
        let out = footprint(&taken, 80, Paint::new(false)).join("\n");
        let expected = "  files        2 created, 1 changed, 1 deleted (1.7 KiB written)
    /etc
      ~ hosts  210 B, 0755
    /opt
      + bright/  0755
    /opt/bright
      + bv\\x1bcmd  1.5 KiB, 0755
    /
      - x  deleted";
        assert_eq!(out, expected);
        let none = footprint(&Footprint::default(), 80, Paint::new(false));
        assert_eq!(none, ["  files        nothing changed"]);
    }

    #[test]
    fn windows_paths_and_the_registry_are_shown_as_windows_writes_them() {
        let value = RegistryEntry {
            key: r"HKLM\SOFTWARE\Bright".into(),
            value: Some("Seats".into()),
            change: Change::Changed,
            before: Some("REG_DWORD: 4".into()),
            after: Some("REG_DWORD: 5".into()),
        };
        let taken = Footprint {
            registry: vec![value],
            entries: vec![entry(
                r"C:\Bright\av.log",
                Change::Created,
                EntryKind::File,
                1,
            )],
        };
        let out = footprint(&taken, 80, Paint::new(false));
        assert_eq!(
            out[1..],
            [
                r"    C:\Bright".to_owned(),
                "      + av.log  1 B, 0755".to_owned(),
                "  registry     1".to_owned(),
                r"    ~ HKLM\SOFTWARE\Bright\Seats  REG_DWORD: 4 -> REG_DWORD: 5".to_owned(),
            ]
        );
    }

    #[test]
    fn long_lists_are_cut_and_counted() {
        let one = entry("/a", Change::Created, EntryKind::File, 1);
        let taken = Footprint {
            registry: Vec::new(),
            entries: vec![one; MOST + 5],
        };
        let out = footprint(&taken, 80, Paint::new(false));
        assert_eq!(
            out.last().map(String::as_str),
            Some("    and 5 more: --json has them all")
        );
        assert_eq!(out.len(), MOST + 3);
    }

    #[test]
    fn what_holds_the_output_is_named() {
        let seen = Observed {
            left: vec![LeftProcess {
                pid: 7,
                name: "sleep".into(),
                command_line: "sleep 60".into(),
                holds_stdout: true,
                holds_stderr: false,
            }],
            ..Observed::default()
        };
        let out = observed(&seen, 80, Paint::new(false)).join("\n");
        assert_eq!(
            out,
            "  left running 1\n    sleep (pid 7, holds the script's stdout): sleep 60"
        );
    }

    #[test]
    fn sizes_read_well() {
        assert_eq!(size(0), "0 B");
        assert_eq!(size(1023), "1023 B");
        assert_eq!(size(1 << 20), "1.0 MiB");
        assert_eq!(size(u64::MAX), "16777216.0 TiB");
    }
}
