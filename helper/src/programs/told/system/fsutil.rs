//! `fsutil`: volumes from facts, settings of NTFS from the registry, files and hard links for real.
//!
//! Source: Microsoft Learn, "fsutil dirty", "fsutil volume", "fsutil fsinfo", "fsutil behavior",
//! "fsutil file", "fsutil hardlink", "fsutil reparsepoint".

use crate::os;
use crate::programs::told::desk::{Desk, Played, Stop, done, play, told};
use crate::programs::told::row::Row;
use crate::programs::{Call, Ended, error_text};
use std::fs::{self, OpenOptions};

const SETTINGS: &str = r"SYSTEM\CurrentControlSet\Control\FileSystem";
/// First build whose `diskfree` groups digits and shows sizes.
const GROUPED: u64 = 18_362;
const HELP: &str = "---- Commands Supported ----\n\n8dot3name       8dot3name management\nbehavior        Control file system behavior\ndirty           Manage volume dirty bit\nfile            File specific commands\nfsinfo          File system information\nhardlink        Hardlink management\nobjectid        Object ID management\nquota           Quota management\nrepair          Self healing management\nreparsepoint    Reparse point management\nresource        Transactional Resource Manager management\nsparse          Sparse file control\ntransaction     Transaction management\nusn             USN management\nvolume          Volume management\nwim             Transparent wim hosting management";

/// The program.
pub fn fsutil(call: &mut Call<'_>) -> Ended {
    play(call, |desk| {
        let args = desk.args();
        let lower: Vec<String> = args.iter().map(|a| a.to_lowercase()).collect();
        let words: Vec<&str> = lower.iter().map(String::as_str).collect();
        match words.as_slice() {
            [] | ["/?" | "help"] => {
                desk.out(HELP);
                told(0)
            }
            ["dirty", "query", _] => dirty(desk, &args[2]),
            ["volume", "diskfree", _] => disk_free(desk, &args[2]),
            ["fsinfo", "drives"] => {
                let mut drives = String::from("\nDrives:");
                for row in desk.known_table("volumes", "UniqueId")? {
                    if let Some(letter) = letter(&row) {
                        drives += &format!(" {letter}:\\");
                    }
                }
                desk.out(drives + " ");
                told(0)
            }
            ["fsinfo", "drivetype", _] => {
                let (letter, row) = volume(desk, &args[2])?;
                let kind = match row.and_then(|r| r.text("DriveType")).as_deref() {
                    None => "No such Root Directory".to_owned(),
                    Some("Fixed") => "Fixed Drive".into(),
                    Some("CD-ROM") => "CD-ROM Drive".into(),
                    Some("Removable") => "Removable Drive".into(),
                    Some("Network") => "Remote/Network Drive".into(),
                    Some(other) => other.to_owned(),
                };
                desk.out(format!("{letter}: - {kind}"));
                told(0)
            }
            ["behavior", "query", name, ..] => query(desk, name),
            ["behavior", "set", name, value] => set(desk, name, value),
            ["file", "createnew", _, length] => create(desk, &args[2], length),
            ["hardlink", "create", _, _] => {
                let (new, old) = (&args[2], &args[3]);
                fs::hard_link(old, new).map_err(|e| failed(&e))?;
                desk.out(format!("Hardlink created for {new} <<===>> {old}"));
                done(0)
            }
            ["reparsepoint", "query", _] => {
                fs::symlink_metadata(&args[2]).map_err(|e| failed(&e))?;
                // Wine makes no links, so no file of a device is one.
                Err(Stop::said(
                    1,
                    "Error:  The file or directory is not a reparse point.",
                ))
            }
            _ => Err(Stop::refused(args.join(" "))),
        }
    })
}

fn failed(error: &std::io::Error) -> Stop {
    let code = error.raw_os_error().map_or(1, i32::cast_unsigned);
    Stop::said(1, format!("Error:  {}", error_text(code)))
}

fn letter(row: &Row) -> Option<String> {
    let letter = row.full("DriveLetter")?;
    Some(letter.trim_end_matches(':').to_uppercase())
}

/// A drive's letter, and the volume that has it.
fn volume(desk: &Desk<'_, '_>, name: &str) -> Result<(String, Option<Row>), Stop> {
    let mut chars = name.chars();
    let first = chars.next().filter(char::is_ascii_alphabetic);
    let drive = first.filter(|_| matches!(chars.as_str(), ":" | ":\\"));
    let Some(drive) = drive.map(|d| d.to_ascii_uppercase().to_string()) else {
        return Err(Stop::refused(format!(
            "the volume {name}, which is no drive's letter"
        )));
    };
    let mut rows = desk.known_table("volumes", "UniqueId")?.into_iter();
    let row = rows.find(|r| letter(r).as_deref() == Some(&drive));
    Ok((drive, row))
}

/// The volume of a drive, or Windows' error where there is none.
fn present(desk: &Desk<'_, '_>, name: &str) -> Result<(String, Row), Stop> {
    match volume(desk, name)? {
        (letter, Some(row)) => Ok((letter, row)),
        (_, None) => Err(Stop::said(1, format!("Error:  {}", error_text(3)))),
    }
}

fn dirty(desk: &mut Desk<'_, '_>, name: &str) -> Played {
    let (letter, row) = present(desk, name)?;
    let dirty = row.full("Repair").is_some_and(|r| r != "NoErrorsFound");
    let not = if dirty { "" } else { "NOT " };
    desk.out(format!("Volume - {letter}: is {not}Dirty"));
    told(0)
}

fn disk_free(desk: &mut Desk<'_, '_>, name: &str) -> Played {
    let (_, row) = present(desk, name)?;
    let number = |name: &str| {
        row.number(name)
            .ok_or_else(|| Stop::refused(format!("'{name}' of the volume is not declared")))
    };
    let (free, size) = (number("SizeRemaining")?, number("Size")?);
    let build = desk.facts("os")?.number("BuildNumber").unwrap_or(0);
    if build < GROUPED {
        desk.out(format!("Total # of free bytes        : {free}"));
        desk.out(format!("Total # of bytes             : {size}"));
        desk.out(format!("Total # of avail free bytes  : {free}"));
    } else {
        let width = grouped(size).len();
        for (name, bytes) in [
            ("Total free bytes", free),
            ("Total bytes", size),
            ("Total quota free bytes", free),
        ] {
            let shown = grouped(bytes);
            let short = short(bytes);
            desk.out(format!("{name:<31} : {shown:>width$} ({short:>8})"));
        }
    }
    told(0)
}

/// `254,377,193,472`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `236.9 GB`.
fn short(bytes: u64) -> String {
    let mut value = bytes as f64 / 1024.0;
    let mut unit = "KB";
    for next in ["MB", "GB", "TB"] {
        if value >= 1024.0 {
            (value, unit) = (value / 1024.0, next);
        }
    }
    format!("{value:.1} {unit}")
}

/// Value of the registry, and what Windows takes where there is none.
fn setting(name: &str) -> Option<(&'static str, u32)> {
    Some(match name {
        "disabledeletenotify" => ("DisableDeleteNotification", 0),
        "disablelastaccess" => ("NtfsDisableLastAccessUpdate", 0x8000_0002),
        "disable8dot3" => ("NtfsDisable8dot3NameCreation", 2),
        "encryptpagingfile" => ("NtfsEncryptPagingFile", 0),
        "memoryusage" => ("NtfsMemoryUsage", 0),
        "mftzone" => ("NtfsMftZoneReservation", 0),
        _ => return None,
    })
}

fn query(desk: &mut Desk<'_, '_>, name: &str) -> Played {
    let Some((value, usual)) = setting(name) else {
        return Err(Stop::refused(format!("behavior query {name}")));
    };
    let number = os::values::number(true, SETTINGS, value).unwrap_or(usual);
    desk.out(match name {
        "disabledeletenotify" => {
            let means = if number == 0 { "Allows TRIM" } else { "Disables TRIM" };
            format!("NTFS DisableDeleteNotify = {number}  ({means} operations to be sent to the storage device)")
        }
        "disablelastaccess" => {
            // Bit 1: Windows decides; bit 0: no times of last access are kept.
            let by = if number & 2 == 0 { "User" } else { "System" };
            let state = if number & 1 == 0 { "Disabled" } else { "Enabled" };
            format!("DisableLastAccess = {}  ({by} Managed, {state})", number & 3)
        }
        "disable8dot3" => {
            let means = match number {
                0 => "8dot3 name creation is enabled on all volumes",
                1 => "8dot3 name creation is disabled on all volumes",
                2 => "Per volume setting - the default",
                _ => "8dot3 name creation is disabled on all volumes except the system volume",
            };
            format!("The registry state is: {number} ({means}).")
        }
        "encryptpagingfile" => format!("EncryptPagingFile = {number}"),
        "memoryusage" => format!("MemoryUsage = {number}"),
        _ => format!("MftZone = {number}"),
    });
    done(0)
}

fn set(desk: &mut Desk<'_, '_>, name: &str, value: &str) -> Played {
    let known = setting(name).filter(|_| name != "disablelastaccess");
    let Some((key, _)) = known else {
        return Err(Stop::refused(format!("behavior set {name}")));
    };
    let most = if name == "disable8dot3" { 3 } else { 4 };
    let number = value.parse::<u32>().ok().filter(|n| *n <= most);
    let Some(number) = number else {
        return Err(Stop::said(1, format!("Error:  {}", error_text(87))));
    };
    os::values::set_number(true, SETTINGS, key, number)
        .map_err(|e| Stop::said(1, format!("Error:  {}", error_text(e.code))))?;
    desk.out("This operation takes effect immediately");
    done(0)
}

fn create(desk: &mut Desk<'_, '_>, path: &str, length: &str) -> Played {
    let length = length
        .parse::<u64>()
        .map_err(|_| Stop::said(1, format!("Error:  {}", error_text(87))))?;
    let file = OpenOptions::new().write(true).create_new(true).open(path);
    file.and_then(|f| f.set_len(length))
        .map_err(|e| failed(&e))?;
    let full = std::path::absolute(path).map_err(|e| failed(&e))?;
    desk.out(format!("File {} is created", full.display()));
    done(0)
}

#[cfg(test)]
mod tests {
    use crate::programs::told::fake::Fake;
    use serde_json::json;

    #[test]
    fn volumes_are_the_facts() {
        let d = Fake::with(json!({
            "os": { "BuildNumber": "22631" },
            "volumes": [
                { "UniqueId": "1", "DriveLetter": "C", "DriveType": "Fixed", "Size": 254_377_193_472_u64, "SizeRemaining": 93_207_359_488_u64 },
                { "UniqueId": "2", "DriveLetter": "D", "DriveType": "Fixed", "Repair": "SpotFixNeeded" },
            ],
        }));
        for (line, exit, out) in [
            ("fsutil dirty query c:", 0, "Volume - C: is NOT Dirty\n"),
            ("fsutil dirty query D:", 0, "Volume - D: is Dirty\n"),
            (
                "fsutil dirty query Q:",
                1,
                "Error:  The system cannot find the path specified.\n",
            ),
            ("fsutil fsinfo drives", 0, "\nDrives: C:\\ D:\\ \n"),
            ("fsutil fsinfo drivetype C:", 0, "C: - Fixed Drive\n"),
            (
                "fsutil volume diskfree C:",
                0,
                "Total free bytes                :  93,207,359,488 ( 86.8 GB)\nTotal bytes                     : 254,377,193,472 (236.9 GB)\nTotal quota free bytes          :  93,207,359,488 ( 86.8 GB)\n",
            ),
        ] {
            let ran = d.run(line);
            assert_eq!((ran.ended.exit, ran.out.as_str()), (exit, out), "{line}");
        }
        assert_eq!(d.run("fsutil dirty set C:").ended.exit, 120);
        assert_eq!(d.run("fsutil volume diskfree D:").ended.exit, 120);
    }
}
