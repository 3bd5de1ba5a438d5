//! What a scenario might declare of a device, nothing of it a default.

use serde_json::json;
use shakedown::rmm::facts::Declared;
use shakedown::rmm::facts::declared::{
    Adapter, Antivirus, Battery, Hotfix, LogEvent, Printer, Processor, Task, User, Volume,
};
use std::collections::BTreeMap;

/// What no default is.
pub fn odd() -> Declared {
    let more = [
        ("azureAd", json!({ "Joined": true })),
        ("baseBoard", json!({ "Product": "Bright Board" })),
        (
            "bcd",
            json!([{ "identifier": "{current}", "title": "Windows Boot Loader", "description": "Bright Boot" }]),
        ),
        (
            "bitLocker",
            json!([{ "MountPoint": "C:", "ProtectionStatus": "On" }]),
        ),
        (
            "computerSystemProduct",
            json!({ "UUID": "0DD00DD0-0000-4000-8000-00000000B00B" }),
        ),
        ("os", json!({ "Organization": "Bright & Sons" })),
        (
            "optionalFeatures",
            json!([{ "FeatureName": "BrightFeature", "State": "Enabled" }]),
        ),
        (
            "smbShares",
            json!([{ "Name": "bright$", "Path": "C:\\bright" }]),
        ),
        (
            "timeZone",
            json!({ "Id": "Tokyo Standard Time", "StandardName": "Tokyo Standard Time", "Bias": -540 }),
        ),
        (
            "disks",
            json!([{ "Number": 0, "FriendlyName": "Bright SSD" }]),
        ),
        (
            "dnsCache",
            json!([{ "Entry": "cached.bright.example", "Data": "10.9.8.20" }]),
        ),
        (
            "dnsRecords",
            json!([{ "Name": "bright.example", "Type": "A", "IPAddress": "10.9.8.21" }]),
        ),
        (
            "drivers",
            json!([{ "Name": "brightdrv", "DisplayName": "Bright Filter", "Type": "Kernel" }]),
        ),
        (
            "firewallProfiles",
            json!([{ "Name": "Public", "Enabled": "False" }]),
        ),
        (
            "firewallRules",
            json!([{ "Name": "bright-in", "DisplayName": "Bright In", "Direction": "Inbound",
                "Protocol": "TCP", "LocalPort": "8443" }]),
        ),
        ("imageHealth", json!("Repairable")),
        (
            "licensingProducts",
            json!([{ "Name": "Bright Licence", "LicenseStatus": 5 }]),
        ),
        ("machineSid", json!("S-1-5-21-7-8-9")),
        (
            "neighbors",
            json!([{ "IPAddress": "10.9.8.99", "LinkLayerAddress": "02-AA-00-00-00-99", "State": "Permanent" }]),
        ),
        ("pageFiles", json!([{ "Name": "C:\\bright.sys" }])),
        ("physicalMemory", json!([{ "PartNumber": "BR-DDR5" }])),
        ("physicalMemoryArrays", json!([{ "MemoryDevices": 7 }])),
        (
            "sessions",
            json!([{ "UserName": "ann", "SessionName": "console", "Id": 3, "State": "Active" }]),
        ),
        (
            "shadowCopies",
            json!([{ "ID": "{0dd00dd0-0000-4000-8000-00000000c0de}", "Volume": "C:" }]),
        ),
        (
            "smbMappings",
            json!([{ "LocalPath": "Z:", "RemotePath": r"\\srv\share" }]),
        ),
        ("smbOpenFiles", json!([{ "FileId": 1 }])),
        ("smbSessions", json!([{ "SessionId": 1 }])),
        ("systemEnclosure", json!({ "SMBIOSAssetTag": "BRIGHT-TAG" })),
        ("videoControllers", json!([{ "Name": "Bright GPU" }])),
        ("windowsRE", json!({ "Status": "Disabled" })),
        (
            "wmi",
            json!({ "Win32_Bright": [{ "Answer": "forty-two" }] }),
        ),
    ];
    Declared {
        build: Some("20123".into()),
        maker: Some("Bright & Co.".into()),
        model: Some("B-1 (odd)".into()),
        bios_version: Some("9.8.7".into()),
        workgroup: Some("BRIGHTWG".into()),
        user: Some("ann".into()),
        memory: Some(5 << 30),
        processors: vec![Processor {
            name: Some("Bright CPU 9000".into()),
            cores: Some(3),
            ..Processor::default()
        }],
        volumes: vec![
            Volume {
                letter: Some("C".into()),
                size: Some(200 << 30),
                free: Some(77 << 30),
                ..Volume::default()
            },
            Volume {
                letter: Some("Q".into()),
                label: Some("Bright Data".into()),
                ..Volume::default()
            },
        ],
        adapters: vec![Adapter {
            name: "LAN 7".into(),
            mac: Some("02:aa:bb:cc:dd:ee".into()),
            ip: Some("10.9.8.7".into()),
            gateway: Some("10.9.8.1".into()),
            dns: vec!["10.9.8.2".into()],
            ..Adapter::default()
        }],
        batteries: Some(vec![Battery {
            charge: Some(41),
            ..Battery::default()
        }]),
        printers: vec![Printer {
            name: "Bright Printer".into(),
            ..Printer::default()
        }],
        antivirus: Some(vec![Antivirus {
            name: "Bright Antivirus".into(),
            ..Antivirus::default()
        }]),
        hotfixes: Some(vec![Hotfix {
            id: "KB9990001".into(),
            ..Hotfix::default()
        }]),
        users: vec![User {
            name: "ann".into(),
            full_name: Some("Ann O'Neil".into()),
            ..User::default()
        }],
        groups: vec![("Bright Ops".into(), vec!["ann".into()])],
        tasks: vec![Task {
            path: r"\Bright\Scan".into(),
            run: r"C:\bright.exe".into(),
            arguments: Some("/scan".into()),
            ..Task::default()
        }],
        events: vec![LogEvent {
            source: "Bright".into(),
            id: 77,
            level: Some("Critical".into()),
            message: "odd event".into(),
            ..LogEvent::default()
        }],
        more: more
            .map(|(n, v)| (n.to_owned(), v))
            .into_iter()
            .collect::<BTreeMap<_, _>>(),
        ..Declared::default()
    }
}
