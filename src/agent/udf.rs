//! UDF write-back: what a script left in `values.xml`, on Windows in the registry, becomes UDFs of
//! the device.
//!
//! The Agent reads the file when the script has ended and removes the entries it took; that it
//! does so at once and on Unix too is inference from the registry on Windows `[T]`, knob
//! `udf_after_sync`.

use super::note;
use super::values_xml;
use crate::engine::{Device, EngineError};
use crate::rmm::event::Note;
use crate::rmm::knobs::{Knobs, UdfAfterSync, UdfOverlong};
use crate::rmm::os::Os;
use std::collections::BTreeMap;

/// Longest UDF in characters `[O]`.
pub const LONGEST: usize = 255;

/// Largest `values.xml` that is read, in bytes.
const LARGEST_FILE: u64 = 4 << 20;

/// Shortest secret that is looked for inside a UDF, in bytes: shorter ones stand in any text.
const SHORTEST_SECRET: usize = 4;

/// What one sync brought.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Synced {
    /// Changes by number; `None` clears the UDF.
    pub udfs: Vec<(u16, Option<String>)>,
    /// New `DeviceDescription`; the platform shows it with the next audit, not at once `[O]`.
    pub description: Option<String>,
    pub notes: Vec<Note>,
}

/// Folder of Mono's registry for root, on Unix; the whole of it is the Agent's own.
pub fn registry(os: Os) -> &'static str {
    match os {
        Os::Macos => "/var/root/.mono/registry",
        Os::Linux | Os::Windows => "/root/.mono/registry",
    }
}

/// The file that scripts find with `find /root/.mono/registry -name values.xml` (macOS: below
/// `/var/root`) `[A]`.
pub fn path(os: Os) -> String {
    format!(
        "{}/CurrentUser/software/centrastage/values.xml",
        registry(os)
    )
}

/// Puts the file where a running Agent has it: with the device's id, as the registry key on
/// Windows holds it (`DeviceID` `[A]` there, `[I]` here).
pub fn seed(device: &dyn Device, os: Os, device_uid: &str) -> Result<(), EngineError> {
    if os == Os::Windows {
        return super::windows::udf::seed(device, device_uid);
    }
    let text = values_xml::write(&[("DeviceID", device_uid)]);
    device.write_file(&path(os), text.as_bytes(), 0o600)
}

/// Reads what a script left, and consumes it unless the knob says otherwise.
///
/// `current` are the device's UDFs: under `udf_after_sync: keep` entries stay, so only those that
/// differ are changes. `secrets` are masked values of the job; one inside a UDF is told, because
/// UDFs are shown in plain text `[O]`. `touched` says whether this job changed the file (none: not
/// known): damage that another job left is not told again.
pub fn sync(
    device: &dyn Device,
    os: Os,
    knobs: &Knobs,
    current: &BTreeMap<u16, String>,
    secrets: &[&str],
    touched: Option<bool>,
) -> Result<Synced, EngineError> {
    if os == Os::Windows {
        return super::windows::udf::sync(device, knobs, current, secrets);
    }
    let path = path(os);
    let mut out = Synced::default();
    let read = match device.read_file(&path, LARGEST_FILE + 1) {
        // What a script made of its place is the script's affair, not the engine's.
        Err(EngineError::File { source, .. }) => {
            out.notes.push(note(
                "values-xml-unreadable",
                format!("{path} cannot be read ({source}): no UDF is taken from it"),
                "keep it a regular file: write a temporary file beside it and move it over",
            ));
            return Ok(out);
        }
        other => other?,
    };
    let Some(bytes) = read else {
        out.notes.push(note(
            "values-xml-missing",
            format!("{path} is gone: no UDF can be read, and the next script's `find ... -name values.xml` finds nothing"),
            "write the new content to a temporary file and move it over the old one",
        ));
        return Ok(out);
    };
    if bytes.len() as u64 > LARGEST_FILE {
        out.notes.push(note(
            "values-xml-too-large",
            format!("{path} is larger than {LARGEST_FILE} bytes; no UDF was read"),
            "keep files out of UDFs: a UDF holds 255 characters",
        ));
        return Ok(out);
    }
    let found = values_xml::parse(&bytes, knobs.udf_count);
    let keep = knobs.udf_after_sync == UdfAfterSync::Keep;
    let mut taken: Vec<String> = found.custom.keys().map(|n| format!("Custom{n}")).collect();
    for (number, text) in found.custom {
        let now = current.get(&number).map_or("", String::as_str);
        if keep && now == text {
            continue;
        }
        take(number, text, knobs, secrets, &mut out);
    }
    if found.device_description.is_some() {
        taken.push("DeviceDescription".to_owned());
    }
    out.description = found.device_description;
    if touched.unwrap_or(!taken.is_empty()) {
        out.notes.extend(found.notes);
    }
    if !keep && !taken.is_empty() {
        let mode = device.stat(&path)?.map_or(0o600, |s| s.mode & 0o7777);
        device.write_file(&path, &values_xml::consume(&bytes, &taken), mode)?;
    }
    Ok(out)
}

pub(super) fn take(number: u16, text: String, knobs: &Knobs, secrets: &[&str], out: &mut Synced) {
    let notes = &mut out.notes;
    if secrets
        .iter()
        .any(|s| s.len() >= SHORTEST_SECRET && text.contains(s))
    {
        notes.push(note(
            "udf-secret",
            format!("UDF {number} receives a masked value: UDFs are shown in plain text"),
            "write a name or a hash of it into the UDF instead",
        ));
    }
    if text.contains("~0,255") {
        notes.push(note(
            "udf-batch-substring",
            format!("UDF {number} receives the literal text ~0,255: a batch substring of a variable that was not set"),
            "test with `if defined` before taking %NAME:~0,255%",
        ));
    }
    if !text.is_empty() && text.trim().is_empty() {
        notes.push(note(
            "udf-blank",
            format!("UDF {number} receives only white space: it looks empty but is not"),
            "write an empty text to clear a UDF",
        ));
    }
    if number == 1 {
        notes.push(note(
            "udf-1-isolation",
            "UDF 1 is overwritten by the notice of the ransomware isolation",
            "let users choose the UDF with a variable such as usrUDF, and do not offer 1",
        ));
    }
    let length = text.chars().count();
    if length > LONGEST {
        let truncate = knobs.udf_overlong == UdfOverlong::Truncate;
        notes.push(note(
            "udf-overlong",
            format!(
                "UDF {number} receives {length} characters and takes {LONGEST}: the text was {}",
                if truncate { "cut" } else { "not taken" }
            ),
            format!("keep the text within {LONGEST} characters"),
        ));
        if truncate {
            out.udfs
                .push((number, Some(text.chars().take(LONGEST).collect())));
        }
        return;
    }
    out.udfs
        .push((number, Some(text).filter(|t| !t.is_empty())));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agent::job::tests::FakeDevice;

    fn run(entries: &[(&str, &str)], knobs: &Knobs, secrets: &[&str]) -> (Synced, String) {
        let device = FakeDevice::default();
        seed(&device, Os::Linux, "dev-1").unwrap();
        let mut all = vec![("DeviceID", "dev-1")];
        all.extend(entries);
        device.put(&path(Os::Linux), values_xml::write(&all).as_bytes(), 0o644);
        let current = BTreeMap::from([(9, "same".to_owned())]);
        let synced = sync(&device, Os::Linux, knobs, &current, secrets, Some(true)).unwrap();
        let left = device.file(&path(Os::Linux)).unwrap();
        assert_eq!(left.1, 0o644, "the mode stays");
        (synced, String::from_utf8(left.0).unwrap())
    }

    fn codes(s: &Synced) -> Vec<&str> {
        s.notes.iter().map(|n| n.code.as_str()).collect()
    }

    #[test]
    fn values_are_taken_once_and_the_rest_stays() {
        let (s, left) = run(
            &[
                ("Custom5", "five"),
                ("Custom6", ""),
                ("DeviceDescription", "Desk"),
            ],
            &Knobs::default(),
            &[],
        );
        assert_eq!(s.udfs, [(5, Some("five".to_owned())), (6, None)]);
        assert_eq!(s.description.as_deref(), Some("Desk"));
        assert!(s.notes.is_empty());
        assert_eq!(left, values_xml::write(&[("DeviceID", "dev-1")]));
    }

    #[test]
    fn kept_entries_change_only_what_differs() {
        let knobs = Knobs {
            udf_after_sync: UdfAfterSync::Keep,
            ..Knobs::default()
        };
        let (s, left) = run(&[("Custom9", "same"), ("Custom8", "new")], &knobs, &[]);
        assert_eq!(s.udfs, [(8, Some("new".to_owned()))]);
        assert!(left.contains("Custom9") && left.contains("Custom8"));
    }

    #[test]
    fn length_is_counted_in_characters_and_follows_the_knob() {
        let fits = "é".repeat(255);
        let long = "é".repeat(256);
        let (s, _) = run(
            &[("Custom5", &fits), ("Custom6", &long)],
            &Knobs::default(),
            &[],
        );
        assert_eq!(s.udfs, [(5, Some(fits.clone())), (6, Some(fits.clone()))]);
        assert_eq!(codes(&s), ["udf-overlong"]);
        let knobs = Knobs {
            udf_overlong: UdfOverlong::Reject,
            ..Knobs::default()
        };
        let (s, _) = run(&[("Custom6", &long)], &knobs, &[]);
        assert!(s.udfs.is_empty());
        assert_eq!(codes(&s), ["udf-overlong"]);
    }

    #[test]
    fn traps_are_told() {
        let (s, _) = run(
            &[
                ("Custom1", "x"),
                ("Custom2", "~0,255"),
                ("Custom3", " \t"),
                ("Custom4", "key=BRGT-1"),
            ],
            &Knobs::default(),
            &["BRGT-1", "x"],
        );
        assert_eq!(
            codes(&s),
            [
                "udf-1-isolation",
                "udf-batch-substring",
                "udf-blank",
                "udf-secret"
            ]
        );
        assert!(s.notes.iter().all(|n| !n.message.contains("BRGT-1")));
    }

    #[test]
    fn damage_is_told_to_the_job_that_did_it_only() {
        let device = FakeDevice::default();
        let none = BTreeMap::new();
        for (text, touched, told) in [
            ("<values>", Some(true), 1),
            ("<values>", Some(false), 0),
            ("<values>", None, 0),
            (
                "<values>\n<value name=\"Custom2\" type=\"string\">x</value>",
                None,
                1,
            ),
        ] {
            device.put(&path(Os::Linux), text.as_bytes(), 0o600);
            let s = sync(&device, Os::Linux, &Knobs::default(), &none, &[], touched).unwrap();
            assert_eq!(s.notes.len(), told, "{text} {touched:?}");
        }
    }

    #[test]
    fn a_missing_or_huge_file_is_told_and_not_written() {
        let device = FakeDevice::default();
        let none = BTreeMap::new();
        let again = || sync(&device, Os::Macos, &Knobs::default(), &none, &[], None).unwrap();
        let s = again();
        assert_eq!(codes(&s), ["values-xml-missing"]);
        assert!(s.notes[0].message.starts_with("/var/root/.mono/registry/"));
        device.put(
            &path(Os::Macos),
            &vec![b'x'; LARGEST_FILE as usize + 1],
            0o600,
        );
        let s = again();
        assert_eq!(codes(&s), ["values-xml-too-large"]);
        assert_eq!(device.writes(), 0);
    }
}
