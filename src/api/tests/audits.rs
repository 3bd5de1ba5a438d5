//! Audits by class, and software.

use super::devices::{uid_of, with_device, with_fleet};
use super::*;
use crate::rmm::portal::{DeviceClass, DeviceDetails};
use serde_json::json as value;

const KINDS: [(&str, DeviceClass); 3] = [
    ("device", DeviceClass::Device),
    ("printer", DeviceClass::Printer),
    ("esxihost", DeviceClass::EsxiHost),
];

#[test]
fn an_audit_is_given_to_the_class_asked_for_and_refused_to_others() {
    let (world, token) = with_fleet(600, settings());
    let classes = [
        DeviceClass::Device,
        DeviceClass::Printer,
        DeviceClass::EsxiHost,
        DeviceClass::RmmNetworkDevice,
    ];
    for class in classes {
        let audited = |d: &crate::platform::state::Device| {
            d.details.class == class
                && (d.details.last_audit.is_some() || class == DeviceClass::RmmNetworkDevice)
        };
        let uid = uid_of(&world, audited);
        for (path, asked) in KINDS {
            let answer = world.with(&token, "GET", &format!("/api/v2/audit/{path}/{uid}"), "");
            let expected = if asked == class { 200 } else { 400 };
            assert_eq!(answer.status, expected, "{path} of {class:?}");
            if expected == 400 {
                assert!(body(&answer).contains("is not of class"));
            }
        }
    }
    for (path, _) in KINDS {
        assert_eq!(
            world.status(&token, "GET", &format!("/api/v2/audit/{path}/none"), ""),
            404
        );
    }
}

#[test]
fn a_device_never_audited_has_no_audit() {
    let (world, token) = with_device(settings());
    for path in ["device/uid-pc", "device/uid-pc/software"] {
        assert_eq!(
            world.status(&token, "GET", &format!("/api/v2/audit/{path}"), ""),
            404
        );
    }
}

#[test]
fn the_audit_of_a_real_device_tells_what_is_known_of_it() {
    let (world, token) = with_device(settings());
    let details = DeviceDetails {
        last_user: "root".into(),
        int_ip: "192.168.1.5".into(),
        macs: vec!["020000000001".into(), "020000000002".into()],
        software: vec![
            ("bash".into(), "5.2".into()),
            ("curl".into(), String::new()),
        ],
        ..DeviceDetails::default()
    };
    let device = "pc".to_owned();
    world.emit(
        0,
        What::DeviceAudited {
            device,
            details: Box::new(details),
        },
    );
    let audit = world.get(&token, "/api/v2/audit/device/uid-pc");
    assert_eq!(audit["systemInfo"]["username"], "root");
    assert_eq!(audit["systemInfo"]["model"], Value::Null);
    assert_eq!(
        audit["nics"],
        value!([
            { "instance": null, "ipv4": "192.168.1.5", "ipv6": null, "macAddress": "020000000001", "type": null },
            { "instance": null, "ipv4": null, "ipv6": null, "macAddress": "020000000002", "type": null },
        ])
    );
    assert_eq!(audit["displays"], value!([]));
    let by_mac = world.get(&token, "/api/v2/audit/device/macAddress/020000000002");
    assert_eq!(by_mac, value!([audit]));
    let software = world.get(&token, "/api/v2/audit/device/uid-pc/software?max=1&page=1");
    assert_eq!(
        software["software"],
        value!([{ "name": "curl", "version": null }])
    );
    assert_eq!(software["pageDetails"]["totalCount"], 2);
}

#[test]
fn the_audit_of_a_fleets_device_is_whole_and_always_the_same() {
    let (world, token) = with_fleet(600, settings());
    let uid = uid_of(&world, |d| {
        d.details.category == "Laptop" && d.details.last_audit.is_some()
    });
    let target = format!("/api/v2/audit/device/{uid}");
    let audit = world.get(&token, &target);
    assert_eq!(audit, world.get(&token, &target));
    for name in ["systemInfo", "bios", "baseBoard"] {
        assert!(audit[name].is_object(), "{name}");
    }
    for name in [
        "nics",
        "displays",
        "logicalDisks",
        "processors",
        "videoBoards",
        "physicalMemory",
    ] {
        assert!(
            audit[name].as_array().is_some_and(|l| !l.is_empty()),
            "{name}"
        );
    }
    let disk = &audit["logicalDisks"][0];
    assert!(disk["freespace"].as_i64() < disk["size"].as_i64());
    let software = world.get(&token, &format!("{target}/software"));
    assert!(software["software"].as_array().is_some_and(|l| l.len() > 5));
}

#[test]
fn an_address_of_a_printer_has_no_device_audit() {
    let (world, token) = with_fleet(200, settings());
    let uid = uid_of(&world, |d| d.details.class == DeviceClass::Printer);
    let audit = world.get(&token, &format!("/api/v2/audit/printer/{uid}"));
    let mac = text(&audit["nics"][0]["macAddress"]);
    for (mac, status) in [(mac.as_str(), 400), ("FFFFFFFFFFFF", 404), ("x", 400)] {
        let target = format!("/api/v2/audit/device/macAddress/{mac}");
        assert_eq!(world.status(&token, "GET", &target, ""), status, "{mac}");
    }
}
