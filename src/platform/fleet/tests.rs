use super::*;
use crate::platform::state::Device;
use crate::rmm::portal::DeviceClass;
use sha2::{Digest, Sha256};
use std::collections::HashSet;

const AT: i64 = 1_767_603_600_000;

fn fleet(account: u16, devices: u32, seed: u64) -> State {
    let mut state = State::of_account(account, AT);
    add(&mut state, devices, seed, AT);
    state
}

/// All that a fleet is, as one text.
fn told(state: &State) -> String {
    let mut out = String::new();
    let mut tell = |value: &dyn std::fmt::Debug| out.push_str(&format!("{value:?}\n"));
    for (key, s) in state.sites.iter() {
        tell(&(key, s.id, &s.uid, &s.name, &s.details, &s.variables));
    }
    for (key, d) in state.devices.iter() {
        let place = d.fleet.expect("a device of a fleet has its place");
        tell(&(key, d.id, &d.uid, &d.site, &d.os, &d.hostname));
        tell(&(&d.description, &d.udfs, d.online, &d.warranty, &d.details));
        tell(&(audit(place, d), software(place), nics(d)));
    }
    for a in &state.alerts {
        tell(&(
            &a.id,
            &a.device,
            a.priority,
            &a.text,
            &a.diagnostic,
            &a.samples,
        ));
        tell(&(&a.context, a.opened, a.resolved, &a.resolved_by));
    }
    for (key, u) in state.users.iter() {
        tell(&(key, &u.details, &u.keys));
    }
    for (key, c) in state.components.iter() {
        tell(&(key, &c.uid, c.version, &c.listed));
    }
    for (key, f) in state.filters.iter() {
        tell(&(key, &f.name, &f.criteria, f.kind, f.created));
    }
    tell(&state.variables);
    out
}

fn digest(text: &str) -> String {
    Sha256::digest(text.as_bytes())[..8]
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect()
}

#[test]
fn the_fleet_of_a_version_of_its_maker_never_changes() {
    let found = digest(&told(&fleet(0, 700, 7)));
    assert_eq!(
        (MAKER, found.as_str()),
        (1, "944f8292375f4336"),
        "the fleet of seed 7 changed: raise MAKER and put the new digest here"
    );
}

#[test]
fn the_same_seed_gives_the_same_fleet_and_another_one_another() {
    let first = told(&fleet(0, 200, 7));
    assert_eq!(first, told(&fleet(0, 200, 7)));
    assert_ne!(first, told(&fleet(0, 200, 8)));
}

#[test]
fn a_fleet_has_as_many_devices_as_asked_for_and_plausible_sites() {
    for wanted in [0, 1, 24, 25, 61, 1_000] {
        let state = fleet(0, wanted, 7);
        assert_eq!(state.devices.len(), wanted as usize);
        for (key, _) in state.sites.iter() {
            let there = state.devices.values().filter(|d| d.site == key).count();
            assert!((1..=70).contains(&there), "{there} devices in {key}");
        }
    }
    assert_eq!(
        fleet(0, 1_000, 7)
            .sites
            .values()
            .map(|s| &s.name)
            .collect::<HashSet<_>>()
            .len(),
        fleet(0, 1_000, 7).sites.len()
    );
}

#[test]
fn a_fleet_holds_every_kind_of_device_and_many_of_alert() {
    let state = fleet(0, 2_000, 7);
    let classes: HashSet<DeviceClass> = state.devices.values().map(|d| d.details.class).collect();
    assert_eq!(classes.len(), 4);
    let categories: HashSet<&str> = state
        .devices
        .values()
        .map(|d| d.details.category.as_str())
        .collect();
    assert!(categories.len() >= 6, "{categories:?}");
    let contexts: HashSet<&str> = state
        .alerts
        .iter()
        .filter_map(|a| a.context.as_ref())
        .map(|c| c.class())
        .collect();
    assert!(contexts.len() >= 15, "{contexts:?}");
    let open = state.alerts.iter().filter(|a| a.is_open()).count();
    assert!(open > 50 && open < state.alerts.len() / 3);
    assert!(state.alerts.is_sorted_by_key(|a| a.opened));
}

#[test]
fn times_of_a_fleet_are_in_order() {
    for device in fleet(0, 2_000, 7).devices.values() {
        let d = &device.details;
        assert!(d.created < Some(AT) && d.last_seen <= Some(AT) && d.created <= d.last_seen);
        assert!(d.last_audit.is_none() || d.last_audit <= d.last_seen);
        assert!(d.last_reboot.is_none() || d.created <= d.last_reboot);
    }
    for alert in &fleet(0, 2_000, 7).alerts {
        assert!(alert.opened < AT && alert.resolved.is_none_or(|r| r >= alert.opened && r <= AT));
    }
}

#[test]
fn an_audit_is_of_the_class_of_its_device() {
    for device in fleet(0, 1_000, 7).devices.values() {
        let place = device.fleet.expect("a device of a fleet has its place");
        let class = match audit(place, device) {
            None => DeviceClass::RmmNetworkDevice,
            Some(audit::Audit::Device(_)) => DeviceClass::Device,
            Some(audit::Audit::Printer(_)) => DeviceClass::Printer,
            Some(audit::Audit::EsxiHost(_)) => DeviceClass::EsxiHost,
        };
        assert_eq!(class, device.details.class);
    }
}

#[test]
fn nothing_of_a_fleet_is_there_twice() {
    let state = fleet(0, 3_000, 7);
    let all = |of: fn(&Device) -> Vec<String>| {
        let values: Vec<String> = state.devices.values().flat_map(of).collect();
        assert_eq!(values.iter().collect::<HashSet<_>>().len(), values.len());
    };
    all(|d| vec![d.uid.clone()]);
    all(|d| d.details.macs.clone());
    all(|d| vec![d.details.int_ip.clone()]);
}

#[test]
fn fleets_of_two_accounts_have_nothing_in_common() {
    let (one, two) = (fleet(0, 200, 7), fleet(1, 200, 7));
    let uids = |s: &State| -> HashSet<String> {
        let of_devices = s.devices.values().map(|d| d.uid.clone());
        let of_sites = s.sites.values().map(|d| d.uid.clone());
        let keys = s.users.values().map(|u| u.keys.key.clone());
        let of_alerts = s.alerts.iter().map(|a| a.id.clone());
        of_devices
            .chain(of_sites)
            .chain(keys)
            .chain(of_alerts)
            .collect()
    };
    assert!(uids(&one).is_disjoint(&uids(&two)));
}

#[test]
fn a_fleet_is_added_once_and_beside_another() {
    let mut state = fleet(0, 100, 7);
    add(&mut state, 100, 7, AT);
    assert_eq!(state.devices.len(), 100);
    add(&mut state, 100, 8, AT);
    assert_eq!(state.devices.len(), 200);
    let alerts: HashSet<&str> = state.alerts.iter().map(|a| a.id.as_str()).collect();
    assert_eq!(alerts.len(), state.alerts.len());
}
