//! Programs about volumes: `vssadmin`, `mountvol`, `chkntfs`, `manage-bde`.
//!
//! Source: Microsoft Learn, "vssadmin", "mountvol", "chkntfs", "manage-bde status".

use crate::programs::told::clock::Moment;
use crate::programs::told::desk::{Desk, Played, Stop, play, same, told};
use crate::programs::told::row::Row;
use crate::programs::{Call, Ended};

/// `C` of `C:`, `c:\`.
fn letter(text: &str) -> Option<String> {
    let mut chars = text.chars();
    let first = chars.next().filter(char::is_ascii_alphabetic)?;
    let rest = chars.as_str();
    matches!(rest, ":" | ":\\").then(|| first.to_ascii_uppercase().to_string())
}

fn volumes(desk: &Desk<'_, '_>) -> Result<Vec<Row>, Stop> {
    desk.known_table("volumes", "UniqueId")
}

fn lettered(row: &Row) -> Option<String> {
    row.full("DriveLetter")
        .map(|l| l.trim_end_matches(':').to_uppercase())
}

/// `vssadmin`: shadow copies of the fact and store `shadowCopies` (`ID`, `SetID`, `Created`, `Volume`,
/// `Device`); a device that declares none has none.
pub fn vssadmin(call: &mut Call<'_>) -> Ended {
    play(call, |desk| {
        let args = desk.args();
        desk.out("vssadmin 1.1 - Volume Shadow Copy Service administrative command-line tool\n(C) Copyright 2001-2013 Microsoft Corp.\n");
        let word = |at: usize| args.get(at).map(|a| a.to_lowercase()).unwrap_or_default();
        match (word(0).as_str(), word(1).as_str()) {
            ("list", "shadows") => shadows(desk, &args[2..]),
            ("list", "volumes") => {
                for row in volumes(desk)? {
                    let id = row.text("UniqueId").unwrap_or_default();
                    let path = lettered(&row).map_or(id.clone(), |l| format!("{l}:\\"));
                    desk.out(format!("Volume path: {path}\n    Volume name: {id}"));
                }
                told(0)
            }
            ("delete", "shadows") => {
                let rows = copies(desk)?;
                if rows.is_empty() {
                    return Err(Stop::error(1, "No items found that satisfy the query."));
                }
                if !args.iter().any(|a| same(a, "/all")) || !args.iter().any(|a| same(a, "/quiet"))
                {
                    return Err(Stop::refused("delete shadows without /all /quiet"));
                }
                for row in &rows {
                    let id = row.text("ID").unwrap_or_default();
                    desk.put(
                        "shadowCopies",
                        &id.to_lowercase(),
                        serde_json::json!({ "~removed": id }),
                    )?;
                }
                desk.out(format!(
                    "Successfully deleted {} shadow copies.",
                    rows.len()
                ));
                told(0)
            }
            _ => Err(Stop::refused(args.join(" "))),
        }
    })
}

fn copies(desk: &Desk<'_, '_>) -> Result<Vec<Row>, Stop> {
    if let Some(rows) = desk.table("shadowCopies", "ID")? {
        return Ok(rows);
    }
    desk.defaulted("there are no shadow copies", "shadowCopies")?;
    Ok(Vec::new())
}

fn shadows(desk: &mut Desk<'_, '_>, filters: &[String]) -> Played {
    let mut rows = copies(desk)?;
    for filter in filters {
        match filter.split_once('=') {
            Some((name, volume)) if same(name, "/for") => {
                rows.retain(|r| {
                    r.text("Volume")
                        .is_some_and(|v| letter(&v) == letter(volume))
                });
            }
            _ => return Err(Stop::refused(filter.clone())),
        }
    }
    if rows.is_empty() {
        return Err(Stop::error(1, "No items found that satisfy the query."));
    }
    let host = desk.host()?;
    for row in rows {
        let text = |name: &str| row.text(name).unwrap_or_default();
        let created = row.text("Created").as_deref().and_then(Moment::parse);
        let created = created.map_or(String::new(), Moment::shown);
        desk.out(format!(
            "Contents of shadow copy set ID: {}\n   Contained 1 shadow copies at creation time: {created}\n      Shadow Copy ID: {}\n         Original Volume: ({}){}\n         Shadow Copy Volume: {}\n         Originating Machine: {host}\n         Service Machine: {host}\n         Provider: 'Microsoft Software Shadow Copy provider 1.0'\n         Type: ClientAccessible\n         Attributes: Persistent, Client-accessible, No auto release, No writers, Differential\n",
            text("SetID"),
            text("ID"),
            text("Volume"),
            text("VolumeName"),
            text("Device")
        ));
    }
    told(0)
}

/// `mountvol`.
pub fn mountvol(call: &mut Call<'_>) -> Ended {
    play(call, |desk| {
        let args = desk.args();
        let rows = volumes(desk)?;
        let id = |r: &Row| r.text("UniqueId").unwrap_or_default();
        if args.is_empty() {
            desk.out("Creates, deletes, or lists a volume mount point.\n\nMOUNTVOL [drive:]path VolumeName\nMOUNTVOL [drive:]path /D\nMOUNTVOL [drive:]path /L\nMOUNTVOL [drive:]path /P\nMOUNTVOL /R\nMOUNTVOL /N\nMOUNTVOL /E\n\nPossible values for VolumeName along with current mount points are:\n");
            for row in &rows {
                let at =
                    lettered(row).map_or("*** NO MOUNT POINTS ***".into(), |l| format!("{l}:\\"));
                desk.out(format!("    {}\n        {at}\n", id(row)));
            }
            return told(0);
        }
        match args.as_slice() {
            [drive, list] if same(list, "/l") => {
                let row = rows
                    .iter()
                    .find(|r| lettered(r).is_some() && lettered(r) == letter(drive));
                let row = row.ok_or_else(|| {
                    Stop::error(1, "The system cannot find the file specified.\n")
                })?;
                desk.out(format!("    {}", id(row)));
                told(0)
            }
            _ => Err(Stop::refused(args.join(" "))),
        }
    })
}

/// `chkntfs`.
pub fn chkntfs(call: &mut Call<'_>) -> Ended {
    play(call, |desk| {
        let args = desk.args();
        let mut exit = 0;
        if args.is_empty() {
            return Err(Stop::refused("no drive (its help text)"));
        }
        for arg in &args {
            let Some(drive) = letter(arg) else {
                return Err(Stop::refused(arg.clone()));
            };
            let rows = volumes(desk)?;
            let Some(row) = rows
                .iter()
                .find(|r| lettered(r).as_deref() == Some(drive.as_str()))
            else {
                return Err(Stop::error(
                    3,
                    format!("Cannot open volume for direct access.\n{drive}: does not exist"),
                ));
            };
            let system = row.text("FileSystem").unwrap_or_default();
            desk.out(format!("The type of the file system is {system}."));
            let dirty = row.full("Repair").is_some_and(|r| r != "NoErrorsFound");
            if dirty {
                desk.out(format!("{drive}: is dirty. You may use the /C option to schedule chkdsk for\n    this drive."));
                exit = 1;
            } else {
                desk.out(format!("{drive}: is not dirty."));
            }
        }
        told(exit)
    })
}

/// `manage-bde -status` and `-protectors -get`, by the fact and store `bitLocker`; a volume that it does
/// not name is not encrypted.
pub fn manage_bde(call: &mut Call<'_>) -> Ended {
    play(call, |desk| {
        let args = desk.args();
        let plain = |a: &String| a.trim_start_matches(['-', '/']).to_lowercase();
        let options: Vec<String> = args
            .iter()
            .filter(|a| letter(a).is_none())
            .map(plain)
            .collect();
        let drive = args.iter().find_map(|a| letter(a));
        let options: Vec<&str> = options.iter().map(String::as_str).collect();
        let version = desk.facts("os")?.text("Version").unwrap_or_default();
        let head = format!(
            "BitLocker Drive Encryption: Configuration Tool version {version}\nCopyright (C) 2013 Microsoft Corporation. All rights reserved.\n"
        );
        let mut rows = volumes(desk)?;
        rows.retain(|r| r.text("DriveType").is_none_or(|t| t == "Fixed") && lettered(r).is_some());
        if drive.is_some() {
            rows.retain(|r| lettered(r) == drive);
            if rows.is_empty() {
                desk.out(head);
                return Err(Stop::said(
                    -1,
                    format!(
                        "ERROR: The volume {}: could not be opened by BitLocker.\nThis may be because the volume does not exist, or because it is not a valid\nBitLocker volume.",
                        drive.unwrap_or_default()
                    ),
                ));
            }
        }
        let locks = desk.table("bitLocker", "MountPoint")?.unwrap_or_default();
        match options.as_slice() {
            ["status"] => {
                desk.out(head);
                if drive.is_none() {
                    desk.out(
                        "Disk volumes that can be protected with\nBitLocker Drive Encryption:",
                    );
                }
                for row in &rows {
                    status(desk, row, &locks);
                }
                told(0)
            }
            ["protectors", "get"] | ["get", "protectors"] if drive.is_some() => {
                desk.out(head);
                protectors(desk, &rows[0], &locks)
            }
            _ => Err(Stop::refused(args.join(" "))),
        }
    })
}

fn lock<'r>(row: &Row, locks: &'r [Row]) -> Option<&'r Row> {
    let drive = format!("{}:", lettered(row)?);
    locks.iter().find(|l| {
        l.text("MountPoint")
            .is_some_and(|m| same(m.trim_end_matches('\\'), &drive))
    })
}

fn title(row: &Row) -> String {
    let label = row.text("FileSystemLabel").unwrap_or_default();
    format!("Volume {}: [{label}]", lettered(row).unwrap_or_default())
}

fn kinds(lock: &Row) -> Vec<Row> {
    let list = lock
        .get("KeyProtector")
        .and_then(|k| k.as_array())
        .cloned()
        .unwrap_or_default();
    list.into_iter().map(Row::of).collect()
}

fn kind(protector: &Row) -> String {
    match protector.text("KeyProtectorType").as_deref() {
        Some("Tpm") => "TPM".into(),
        Some("TpmPin") => "TPM And PIN".into(),
        Some("RecoveryPassword") => "Numerical Password".into(),
        Some("ExternalKey") => "External Key".into(),
        Some(other) => other.to_owned(),
        None => String::new(),
    }
}

fn status(desk: &mut Desk<'_, '_>, row: &Row, locks: &[Row]) {
    let lock = lock(row, locks);
    let text = |name: &str| lock.and_then(|l| l.full(name));
    let system = lettered(row).as_deref() == Some("C");
    let spaced = match text("VolumeStatus").as_deref() {
        Some("FullyEncrypted") => "Fully Encrypted",
        Some("UsedSpaceOnlyEncrypted") => "Used Space Only Encrypted",
        Some("EncryptionInProgress") => "Encryption in Progress",
        Some("DecryptionInProgress") => "Decryption in Progress",
        _ => "Fully Decrypted",
    };
    let encrypted = spaced != "Fully Decrypted";
    let percent = text("EncryptionPercentage")
        .unwrap_or_else(|| if encrypted { "100".into() } else { "0".into() });
    let method = match text("EncryptionMethod").as_deref() {
        Some("XtsAes128") => "XTS-AES 128".to_owned(),
        Some("XtsAes256") => "XTS-AES 256".to_owned(),
        Some("Aes128") => "AES 128".to_owned(),
        Some("Aes256") => "AES 256".to_owned(),
        _ => "None".to_owned(),
    };
    let protection = text("ProtectionStatus").unwrap_or_else(|| "Off".into());
    let locked = text("LockStatus").unwrap_or_else(|| "Unlocked".into());
    let size = row.number("Size").unwrap_or(0) as f64 / f64::from(1 << 30);
    desk.out(format!(
        "{}\n[{} Volume]\n",
        title(row),
        if system { "OS" } else { "Data" }
    ));
    desk.out(format!("    Size:                 {size:.2} GB"));
    desk.out(format!(
        "    BitLocker Version:    {}",
        if encrypted { "2.0" } else { "None" }
    ));
    desk.out(format!(
        "    Conversion Status:    {spaced}\n    Percentage Encrypted: {percent}.0%"
    ));
    desk.out(format!(
        "    Encryption Method:    {method}\n    Protection Status:    Protection {protection}"
    ));
    desk.out(format!("    Lock Status:          {locked}"));
    desk.out(format!(
        "    Identification Field: {}",
        if encrypted { "Unknown" } else { "None" }
    ));
    let kinds = lock.map(kinds).unwrap_or_default();
    if kinds.is_empty() {
        desk.out("    Key Protectors:       None Found\n");
    } else {
        desk.out("    Key Protectors:");
        for protector in &kinds {
            desk.out(format!("        {}", kind(protector)));
        }
        desk.out("");
    }
}

fn protectors(desk: &mut Desk<'_, '_>, row: &Row, locks: &[Row]) -> Played {
    desk.out(format!("{}\nAll Key Protectors\n", title(row)));
    let kinds = lock(row, locks).map(kinds).unwrap_or_default();
    if kinds.is_empty() {
        return Err(Stop::said(-1, "ERROR: No key protectors found."));
    }
    for protector in &kinds {
        let id = protector.text("KeyProtectorId").unwrap_or_default();
        desk.out(format!("    {}:\n      ID: {id}", kind(protector)));
        if let Some(password) = protector.full("RecoveryPassword") {
            desk.out(format!("      Password:\n        {password}"));
        }
        desk.out("");
    }
    told(0)
}
