//! The registry of a Windows device: both views, writes as they are made, services.

use super::device::{boot, check, run, text, windows};
use libtest_mimic::Failed;
use shakedown::engine::windows::{Hive, KeyPath, NamedValue, RegistryData, View};

fn key(path: &str, view: View) -> KeyPath {
    KeyPath {
        hive: Hive::Hklm,
        path: path.into(),
        view,
    }
}

pub fn both_views() -> Result<(), Failed> {
    let device = boot("views")?;
    let side = windows(&device)?;
    let value = |name: &str, data| NamedValue {
        name: name.into(),
        data,
    };
    let (wide, narrow) = (
        key(r"SOFTWARE\Bright", View::Bits64),
        key(r"SOFTWARE\Bright", View::Bits32),
    );
    let values = [
        value("", RegistryData::Sz("default".into())),
        value("Text", RegistryData::Sz("Größe 漢".into())),
        value("Plain", RegistryData::Sz("plain".into())),
        value("Many", RegistryData::MultiSz(vec!["a".into(), "b".into()])),
        value("Big", RegistryData::Qword(1 << 40)),
        value("Bytes", RegistryData::Binary(vec![0, 1, 255])),
    ];
    side.write_values(&wide, &values)?;
    check(side.read_key(&narrow)?.is_none(), "the views are apart")?;
    let read = side.read_key(&wide)?.ok_or("the key is not there")?;
    for wanted in &values {
        check(read.values.contains(wanted), (wanted, &read))?;
    }
    let outcome = run(&device, r"reg query HKLM\SOFTWARE\Bright /v Plain")?;
    check(text(&outcome.stdout).contains("REG_SZ    plain"), &outcome)?;
    run(
        &device,
        r"reg add HKLM\SOFTWARE\Bright /v Old /d 1 /f /reg:32",
    )?;
    let read = side
        .read_key(&narrow)?
        .ok_or("the 32-bit key is not there")?;
    check(
        read.values == [value("Old", RegistryData::Sz("1".into()))],
        read,
    )?;
    side.delete_key(&wide, Some("Text"))?;
    side.delete_key(&narrow, None)?;
    check(side.read_key(&narrow)?.is_none(), "the key was deleted")?;
    let read = side.read_key(&wide)?.ok_or("the key is not there")?;
    check(read.values.len() == values.len() - 1, read)
}

pub fn writes_in_order() -> Result<(), Failed> {
    let device = boot("writes")?;
    let udf = r"reg add HKLM\SOFTWARE\CentraStage /f";
    let line = format!(
        "{udf} /v Custom3 /d a& {udf} /v Custom1 /d b& {udf} /v Custom2 /d c /reg:32& {udf} /v Custom3 /d d"
    );
    let outcome = run(&device, &line)?;
    let told: Vec<String> = outcome
        .observed
        .registry_writes
        .iter()
        .map(|w| format!("{} {} {:?}", w.key.to_lowercase(), w.value, w.data))
        .collect();
    check(
        told == [
            r#"hklm\software\centrastage Custom3 Some("a")"#,
            r#"hklm\software\centrastage Custom1 Some("b")"#,
            r#"hklm\software\wow6432node\centrastage Custom2 Some("c")"#,
            r#"hklm\software\centrastage Custom3 Some("d")"#,
        ],
        told,
    )?;
    let value = NamedValue {
        name: "Custom7".into(),
        data: RegistryData::Sz("own".into()),
    };
    windows(&device)?.write_values(&key(r"SOFTWARE\CentraStage", View::Bits64), &[value])?;
    let outcome = run(&device, "echo")?;
    check(outcome.observed.registry_writes.is_empty(), outcome)
}

pub fn identity() -> Result<(), Failed> {
    let device = boot("osaka-ws01")?;
    let outcome = run(&device, "hostname& ver& whoami")?;
    let told = text(&outcome.stdout).to_lowercase();
    check(
        told.contains("osaka-ws01") && told.contains("10.0.22631"),
        &told,
    )?;
    let current = key(
        r"SOFTWARE\Microsoft\Windows NT\CurrentVersion",
        View::Bits64,
    );
    let read = windows(&device)?
        .read_key(&current)?
        .ok_or("no CurrentVersion")?;
    let value = read
        .values
        .iter()
        .find(|v| v.name.eq_ignore_ascii_case("EditionID"));
    check(
        value.is_some_and(|v| v.data == RegistryData::Sz("Professional".into())),
        &read,
    )?;
    let services = windows(&device)?.services()?;
    check(
        services
            .iter()
            .any(|s| s.name.eq_ignore_ascii_case("MSIServer")),
        services,
    )
}
