use super::*;
use crate::agent::job::tests::FakeDevice;

fn sz(text: &str) -> RegistryData {
    RegistryData::Sz(text.into())
}

fn run(values: &[(&str, &str, RegistryData)], knobs: &Knobs) -> (Synced, Vec<String>) {
    let device = FakeDevice::of_windows();
    seed(&device, "dev-1").unwrap();
    let windows = device.windows.as_ref().unwrap();
    for (key, name, data) in values {
        windows.set(key, name, data.clone());
    }
    let current = BTreeMap::from([(9, "same".to_owned())]);
    let synced = sync(&device, knobs, &current, &["BRGT-1"]).unwrap();
    let keys = windows.keys.lock().unwrap();
    let left = keys
        .iter()
        .flat_map(|(k, v)| v.iter().map(move |v| format!(r"{k}\{}", v.name)))
        .filter(|v| v.to_lowercase().contains("custom") || v.contains("Description"))
        .collect();
    (synced, left)
}

fn codes(s: &Synced) -> Vec<&str> {
    s.notes.iter().map(|n| n.code.as_str()).collect()
}

const HERE: &str = KEY;
const THERE: &str = r"HKLM32\SOFTWARE\CentraStage";

#[test]
fn values_are_taken_in_any_case_and_consumed() {
    let (s, left) = run(
        &[
            (HERE, "custom5", sz("five")),
            (HERE, "CUSTOM6", sz("")),
            (HERE, "Custom31", sz("no field")),
            (HERE, "Custom05", sz("no field")),
            (HERE, "DeviceDescription", sz("Desk")),
        ],
        &Knobs::default(),
    );
    assert_eq!(s.udfs, [(5, Some("five".to_owned())), (6, None)]);
    assert_eq!(s.description.as_deref(), Some("Desk"));
    assert!(s.notes.is_empty(), "{:?}", s.notes);
    assert_eq!(left.len(), 2, "{left:?}");
}

#[test]
fn the_32_bit_view_is_a_trap_unless_the_knob_reads_it() {
    let both = [
        (HERE, "Custom5", sz("64")),
        (THERE, "Custom5", sz("32")),
        (THERE, "Custom6", sz("only")),
    ];
    let (s, left) = run(&both, &Knobs::default());
    assert_eq!(s.udfs, [(5, Some("64".to_owned()))]);
    assert_eq!(codes(&s), ["udf-32-bit-view", "udf-32-bit-view"]);
    assert_eq!(left.len(), 2);
    let knobs = Knobs {
        udf_registry_view: UdfRegistryView::Both,
        ..Knobs::default()
    };
    let (s, left) = run(&both, &knobs);
    assert_eq!(
        s.udfs,
        [(5, Some("64".to_owned())), (6, Some("only".to_owned()))]
    );
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn kept_values_change_only_what_differs_and_traps_are_told() {
    let knobs = Knobs {
        udf_after_sync: UdfAfterSync::Keep,
        ..Knobs::default()
    };
    let (s, left) = run(
        &[
            (HERE, "Custom9", sz("same")),
            (HERE, "Custom2", sz("~0,255")),
            (HERE, "Custom3", RegistryData::Dword(5)),
            (HERE, "Custom4", sz("key=BRGT-1")),
            (HERE, "Custom8", sz(&"x".repeat(256))),
        ],
        &knobs,
    );
    let numbers: Vec<u16> = s.udfs.iter().map(|(n, _)| *n).collect();
    assert_eq!(numbers, [2, 4, 8]);
    assert_eq!(
        codes(&s),
        [
            "udf-type",
            "udf-batch-substring",
            "udf-secret",
            "udf-overlong"
        ]
    );
    assert_eq!(left.len(), 5);
}

#[test]
fn a_deleted_key_is_told() {
    let device = FakeDevice::of_windows();
    let s = sync(&device, &Knobs::default(), &BTreeMap::new(), &[]).unwrap();
    assert_eq!(codes(&s), ["centrastage-key-missing"]);
}

#[test]
fn what_the_agent_does_not_take_stays_in_the_footprint() {
    let knobs = Knobs::default();
    let entry = |key: &str, value: Option<&str>, after: Option<&str>| RegistryEntry {
        key: key.into(),
        value: value.map(str::to_owned),
        change: match after {
            Some(_) => Change::Created,
            None => Change::Deleted,
        },
        before: None,
        after: after.map(str::to_owned),
    };
    let text = Some("REG_SZ: x");
    for (name, after, own) in [
        (Some("Custom5"), text, true),
        (Some("CUSTOM30"), text, true),
        (Some("devicedescription"), text, true),
        (Some("Custom5"), None, true),
        (Some("Custom31"), text, false),
        (Some("Custom07"), text, false),
        (Some("CustomX"), text, false),
        (Some("Custom9"), Some("REG_DWORD: 9"), false),
        (Some("DeviceID"), text, false),
        (Some("AgentFolderLocation"), None, false),
        (None, Some(""), true),
        (None, None, false),
    ] {
        let entry = entry(KEY, name, after);
        assert_eq!(is_own(&entry, &knobs), own, "{entry:?}");
    }
    let below = entry(&format!(r"{KEY}\Own"), Some("Custom5"), text);
    assert!(!is_own(&below, &knobs));
    let footprint = Footprint {
        registry: vec![
            entry(r"HKLM\Software\centrastage", Some("deviceid"), text),
            entry(KEY, Some("Custom31"), text),
        ],
        ..Footprint::default()
    };
    let told: Vec<String> = remarks(&footprint).map(|n| n.message).collect();
    assert_eq!(
        told,
        [r"HKLM\SOFTWARE\CentraStage\deviceid is the Agent's own and was written"]
    );
}
