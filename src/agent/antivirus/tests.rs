use super::*;
use crate::agent::job::tests::FakeDevice;
use crate::agent::outcome::tests::outcome;
use crate::engine::Outcome;
use crate::rmm::facts::declared::Antivirus as Declared;
use crate::rmm::facts::{Declared as Facets, Facts, Identity};
use crate::rmm::observed::{Exit, LeftProcess};
use crate::rmm::os::WindowsRelease;
use crate::rmm::uav::{UavCheck, UpdateCheck};
use std::time::Duration;

const WEEK: i64 = 7 * 24 * 3_600_000;

fn bright() -> UavProduct {
    UavProduct {
        name: "Bright Antivirus".into(),
        linux: Some(UavCheck {
            present: None,
            running: "BvAntiSrv".into(),
            update: UpdateCheck {
                program: "/opt/bright/BvCmd".into(),
                arguments: vec!["--status".into()],
                ..UpdateCheck::default()
            },
        }),
        ..UavProduct::default()
    }
}

fn process(name: &str) -> LeftProcess {
    LeftProcess {
        pid: 7,
        name: name.into(),
        command_line: format!("/opt/bright/{name} --service"),
        holds_stdout: false,
        holds_stderr: false,
    }
}

/// What is found on a device where the command gives this; ages are what it printed.
fn found(device: &FakeDevice) -> Found {
    let look = Look {
        os: Os::Linux,
        file: "/antivirus.json",
        products: &[bright()],
        env: Vec::new(),
        age_ms: &|date| date,
        cancel: &Cancel::default(),
    };
    find(device, &look).unwrap()
}

fn installed(answer: impl Fn() -> Outcome + Send + Sync + 'static, runs: bool) -> FakeDevice {
    let mut device = FakeDevice::running(move |_, launch| {
        assert_eq!(launch.program, "/opt/bright/BvCmd");
        assert_eq!(launch.args, ["--status"]);
        assert_eq!(launch.timeout, Duration::from_secs(30));
        Ok(answer())
    });
    device.processes.extend(runs.then(|| process("BvAntiSrv")));
    device.put("/opt/bright/BvCmd", b"", 0o755);
    device
}

fn printing(text: &str) -> Outcome {
    outcome(Exit::Code(0), text, "")
}

#[test]
fn process_and_command_decide() {
    let status = |age: i64| {
        let f = found(&installed(move || printing(&format!("{age}\r\n")), true));
        assert_eq!(f.antivirus.product, "Bright Antivirus");
        assert_eq!(f.antivirus.source, Some(AntivirusSource::Uav));
        assert!(f.notes.is_empty() && f.observed.is_some(), "{:?}", f.notes);
        f.antivirus.status
    };
    assert_eq!(status(0), AntivirusStatus::RunningAndUpToDate);
    assert_eq!(status(WEEK), AntivirusStatus::RunningAndUpToDate);
    assert_eq!(status(WEEK + 1), AntivirusStatus::RunningAndNotUpToDate);
    let stopped = found(&installed(|| panic!("it is not asked"), false));
    assert_eq!(stopped.antivirus.status, AntivirusStatus::NotRunning);
    let nothing = found(&FakeDevice::default());
    assert_eq!(nothing.antivirus, Antivirus::none());
}

#[test]
fn what_the_command_does_not_tell_counts_as_out_of_date_and_is_told() {
    type Case = (fn() -> Outcome, &'static str, &'static str);
    let cases: [Case; 9] = [
        (|| printing("-5\n"), "uav-date-odd", "before 1970"),
        (|| printing("+17000"), "uav-date-odd", "has a sign"),
        (|| printing("never"), "uav-date-odd", "no number"),
        (|| printing(""), "uav-date-odd", "is nothing"),
        (|| printing("1\n2"), "uav-date-odd", "more than one line"),
        (
            || printing("1767225600000"),
            "uav-date-odd",
            "milliseconds?",
        ),
        (
            || printing("99999999999999999999"),
            "uav-date-odd",
            "no date",
        ),
        (
            || outcome(Exit::Code(3), "", ""),
            "uav-command-failed",
            "ended with 3",
        ),
        (
            || outcome(Exit::TimedOut, "", ""),
            "uav-command-hangs",
            "within 30s",
        ),
    ];
    for (answer, code, words) in cases {
        let f = found(&installed(answer, true));
        assert_eq!(f.antivirus.status, AntivirusStatus::RunningAndNotUpToDate);
        let note = &f.notes[0];
        assert_eq!((note.code.as_str(), f.notes.len()), (code, 1));
        assert!(note.message.contains(words), "{}", note.message);
    }
    let gone = installed(|| panic!("it is not there"), true);
    gone.remove("/opt/bright/BvCmd").unwrap();
    let f = found(&gone);
    assert_eq!(f.antivirus.status, AntivirusStatus::RunningAndNotUpToDate);
    assert_eq!(f.notes[0].code, "uav-command-missing");
}

proptest::proptest! {
    #[test]
    fn only_plain_digits_are_a_date(text in ".*", seconds in 0i64..1_000_000_000_000) {
        if let Ok(date) = check::date(&text) {
            proptest::prop_assert_eq!(text.trim().parse::<i64>(), Ok(date));
            proptest::prop_assert!(text.trim().bytes().all(|b| b.is_ascii_digit()));
        }
        proptest::prop_assert_eq!(check::date(&format!(" {seconds}\r\n")), Ok(seconds));
        for odd in [format!("-{seconds}"), format!("{seconds}.5"), format!("{seconds} {seconds}")] {
            proptest::prop_assert!(check::date(&odd).is_err());
        }
    }
}

#[test]
fn the_file_comes_first() {
    let device = installed(|| printing("0"), true);
    device.put(
        "/antivirus.json",
        br#"{"product":"Other","running":true,"upToDate":false}"#,
        0o644,
    );
    let f = found(&device);
    assert_eq!(f.antivirus.product, "Other");
    assert_eq!(f.antivirus.source, Some(AntivirusSource::File));
    device.put("/antivirus.json", b"{", 0o644);
    let f = found(&device);
    assert_eq!(f.antivirus.status, AntivirusStatus::NotDetected);
    assert_eq!(f.notes[0].code, "antivirus-json-invalid");
}

#[test]
fn a_workstation_is_known_by_security_center() {
    let facts = |release, products: &[(&str, bool, bool)]| {
        let declared = Facets {
            antivirus: Some(
                products
                    .iter()
                    .map(|(name, running, current)| Declared {
                        name: (*name).into(),
                        running: Some(*running),
                        up_to_date: Some(*current),
                    })
                    .collect(),
            ),
            ..Facets::default()
        };
        let facts = Facts::of(release, &Identity::default(), &declared);
        facts.get("antivirusProducts").clone()
    };
    let of = |products: &[(&str, bool, bool)]| {
        let a = by_center(&facts(WindowsRelease::Windows11, products)).unwrap();
        assert_eq!(a.source, Some(AntivirusSource::SecurityCenter));
        (a.product, a.status)
    };
    use AntivirusStatus::*;
    assert_eq!(
        of(&[("Bright", true, true)]),
        ("Bright".into(), RunningAndUpToDate)
    );
    assert_eq!(
        of(&[("Bright", true, false)]),
        ("Bright".into(), RunningAndNotUpToDate)
    );
    assert_eq!(
        of(&[("Bright", false, true)]),
        ("Bright".into(), NotRunning)
    );
    let defender = ("Windows Defender", true, true);
    assert_eq!(of(&[defender, ("Bright", true, false)]).0, "Bright");
    assert_eq!(
        of(&[defender]),
        ("Windows Defender".into(), RunningAndUpToDate)
    );
    assert_eq!(by_center(&facts(WindowsRelease::Windows11, &[])), None);
    let server = Facts::of(
        WindowsRelease::Server2022,
        &Identity::default(),
        &Facets::default(),
    );
    assert_eq!(by_center(server.get("antivirusProducts")), None);
}
