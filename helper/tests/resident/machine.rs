//! The registry, services, and what the helper says of itself.

use crate::harness::{Harness, SHARED};
use shakedown_helper::protocol::message::{
    DumpedHive, HelperEvent, Hive, KeyContent, KeyPath, NamedValue, RegistryData, View,
};
use shakedown_helper::protocol::{Reply, Request, VERSION};

fn key(hive: Hive, path: &str, view: View) -> KeyPath {
    KeyPath {
        hive,
        path: path.into(),
        view,
    }
}

fn read(key: &KeyPath) -> Option<KeyContent> {
    match SHARED.ask(Request::ReadKey { key: key.clone() }) {
        Reply::Key { key } => key,
        other => panic!("{other:?}"),
    }
}

fn write(key: &KeyPath, name: &str, data: RegistryData) {
    let values = vec![NamedValue {
        name: name.into(),
        data,
    }];
    let key = key.clone();
    assert_eq!(
        SHARED.ask(Request::WriteValues { key, values }),
        Reply::Done
    );
}

fn delete(key: &KeyPath, value: Option<&str>) {
    let (key, value) = (key.clone(), value.map(str::to_owned));
    assert_eq!(SHARED.ask(Request::DeleteKey { key, value }), Reply::Done);
}

#[test]
fn hello_tells_versions_and_account() {
    match SHARED.ask(Request::Hello { version: VERSION }) {
        Reply::Hello {
            version,
            windows,
            user,
            pid,
            ..
        } => {
            assert_eq!(version, VERSION);
            assert_eq!(windows.split('.').count(), 3, "{windows}");
            assert!(pid != 0 && user.contains('\\'), "{user}");
        }
        other => panic!("{other:?}"),
    }
    let other = SHARED.ask(Request::Hello {
        version: VERSION + 1,
    });
    assert!(matches!(other, Reply::Failed { .. }), "{other:?}");
}

#[test]
fn both_views_hold_every_type() {
    let wide = key(Hive::Hklm, r"SOFTWARE\ShakedownTypes", View::Bits64);
    let narrow = key(Hive::Hklm, r"SOFTWARE\ShakedownTypes", View::Bits32);
    let all = [
        RegistryData::Sz("Größe €".into()),
        RegistryData::Sz(String::new()),
        RegistryData::ExpandSz("%windir%".into()),
        RegistryData::MultiSz(vec!["a".into(), "ü".into()]),
        RegistryData::MultiSz(Vec::new()),
        RegistryData::Dword(u32::MAX),
        RegistryData::Qword(u64::MAX),
        RegistryData::Binary(vec![0, 255]),
        RegistryData::Binary(Vec::new()),
        RegistryData::Other {
            kind: 0,
            bytes: vec![1, 2, 3],
        },
    ];
    for (at, data) in all.iter().enumerate() {
        write(&wide, &format!("v{at}"), data.clone());
    }
    write(&narrow, "", RegistryData::Sz("32".into()));
    let found = read(&wide).unwrap();
    for (at, data) in all.iter().enumerate() {
        let value = found.values.iter().find(|v| v.name == format!("v{at}"));
        assert_eq!(value.map(|v| &v.data), Some(data));
    }
    assert_eq!(read(&narrow).unwrap().values.len(), 1);
    let below = key(
        Hive::Hklm,
        r"SOFTWARE\WOW6432Node\ShakedownTypes",
        View::Bits64,
    );
    assert_eq!(read(&below), read(&narrow));
    delete(&wide, Some("v0"));
    delete(&wide, Some("v0"));
    assert_eq!(read(&wide).unwrap().values.len(), all.len() - 1);
    write(
        &key(Hive::Hklm, r"SOFTWARE\ShakedownTypes\a\b", View::Bits64),
        "x",
        all[0].clone(),
    );
    for view in [&wide, &narrow, &wide] {
        delete(view, None);
        assert_eq!(read(view), None);
    }
    let hive = key(Hive::Hklm, "", View::Bits64);
    let whole = SHARED.ask(Request::DeleteKey {
        key: hive,
        value: None,
    });
    assert!(matches!(whole, Reply::Failed { .. }), "{whole:?}");
}

#[test]
fn writes_below_a_watched_key_are_told_in_order_before_the_jobs_end() {
    let path = r"SOFTWARE\ShakedownWatched";
    for (watch, view) in [(71, View::Bits64), (72, View::Bits32)] {
        let key = key(Hive::Hklm, path, view);
        assert_eq!(SHARED.ask(Request::Watch { watch, key }), Reply::Done);
    }
    let add = |name: &str, data: &str, more: &str| {
        format!("reg add HKLM\\{path} /v {name} /d {data} /f {more}")
    };
    let lines = [
        add("Custom2", "two", "/reg:64"),
        add("Custom1", "one", "/reg:64"),
        add("Custom2", "again", "/reg:64"),
        add("Custom5", "narrow", "/reg:32"),
        format!("reg delete HKLM\\{path} /v Custom1 /f /reg:64"),
    ];
    // Writes of one moment are told by their names: between these lies some time, the more of it the
    // busier the machine is.
    let pause = " & (for /l %i in (1,1,100000) do @rem) & ";
    let ended = SHARED.run(&format!("cmd /c \"{}\"", lines.join(pause)));
    assert_eq!(ended.exit, 0, "{ended:?}");
    let told: Vec<(u32, String, Option<String>)> = SHARED
        .events()
        .into_iter()
        .filter_map(|event| match event {
            HelperEvent::Written {
                watch, value, data, ..
            } if watch == 71 || watch == 72 => Some((
                watch,
                value,
                data.map(|d| match d {
                    RegistryData::Sz(text) => text,
                    other => format!("{other:?}"),
                }),
            )),
            _ => None,
        })
        .collect();
    let wanted = [
        (71, "Custom2", Some("two")),
        (71, "Custom1", Some("one")),
        (71, "Custom2", Some("again")),
        (72, "Custom5", Some("narrow")),
        (71, "Custom1", None),
    ];
    let wanted: Vec<_> = wanted
        .map(|(w, v, d)| (w, v.to_owned(), d.map(str::to_owned)))
        .to_vec();
    assert_eq!(told, wanted);
}

#[test]
fn the_live_hives_are_written_as_text() {
    let dump = || match SHARED.ask(Request::DumpHives {
        folder: r"C:\windows\temp".into(),
    }) {
        Reply::Dumped { files } => files,
        other => panic!("{other:?}"),
    };
    let key = key(Hive::Hklm, r"SOFTWARE\ShakedownDumped", View::Bits64);
    write(&key, "Größe", RegistryData::Sz("a\"b".into()));
    let files = dump();
    let file = |hive| -> &DumpedHive { files.iter().find(|f| f.hive == hive).unwrap() };
    let machine = std::fs::read_to_string(&file(Hive::Hklm).file).unwrap();
    assert!(
        machine.contains(r"relative to REGISTRY\\Machine"),
        "{}",
        &machine[..200]
    );
    assert!(
        machine
            .to_lowercase()
            .contains(r"[software\\shakedowndumped]")
    );
    assert!(machine.contains(r#"="a\"b""#));
    let user = std::fs::read_to_string(&file(Hive::Hkcu).file).unwrap();
    assert!(
        user.contains(r"relative to REGISTRY\\User\\S-1-5-"),
        "{}",
        &user[..200]
    );
    write(&key, "more", RegistryData::Dword(1));
    let again = dump();
    assert!(!again.is_empty());
    let machine = std::fs::read_to_string(&file(Hive::Hklm).file).unwrap();
    assert!(machine.contains("\"more\"=dword:00000001"));
}

#[test]
fn systems_name_leads_to_its_own_hive() {
    let own = key(Hive::Hkcu, r"Software\ShakedownOwn", View::Bits64);
    write(&own, "x", RegistryData::Dword(7));
    let named = key(Hive::Hku, r"S-1-5-18\Software\ShakedownOwn", View::Bits64);
    assert_eq!(read(&named), read(&own));
}

#[test]
fn services_are_told_with_their_configuration() {
    let services = match SHARED.ask(Request::Services) {
        Reply::Services { services } => services,
        other => panic!("{other:?}"),
    };
    let found = services
        .iter()
        .find(|s| s.name.eq_ignore_ascii_case("PlugPlay"))
        .unwrap_or_else(|| panic!("{services:?}"));
    assert_eq!(found.state, "running");
    assert!(
        !found.binary.is_empty() && found.account == "LocalSystem",
        "{found:?}"
    );
}

#[test]
fn the_accounts_environment_is_windows_own() {
    let variables = match SHARED.ask(Request::Environment) {
        Reply::Environment { variables } => variables,
        other => panic!("{other:?}"),
    };
    let get = |name: &str| {
        let found = variables.iter().find(|(n, _)| n.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.to_lowercase())
    };
    assert_eq!(get("SystemRoot").as_deref(), Some(r"c:\windows"));
    assert!(
        get("Path").is_some_and(|path| path.contains("system32")),
        "{variables:?}"
    );
    assert!(
        get("CARGO_MANIFEST_DIR").is_none(),
        "what this process has is not the account's"
    );
}

#[test]
fn a_second_helper_is_refused_the_pipe() {
    // The first must be there.
    let _ = SHARED.ask(Request::Hello { version: VERSION });
    assert_eq!(Harness::start("resident").close(), Some(1));
}
