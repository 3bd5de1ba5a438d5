//! Devices: lists, look-ups, what is shown of them.

use super::*;
use crate::platform::desk::read;
use crate::rmm::api_knobs::{ApiDate, ApiKnobs, ApiNever, ApiNextUrlFilters};
use crate::rmm::portal::DeviceDetails;
use serde_json::json as value;

/// Ann's platform with a fleet, and Bob's with another one of the same seed.
pub fn with_fleet(devices: u32, settings: Settings) -> (World, String) {
    let world = world(settings);
    for account in [0, 1] {
        let what = What::FleetAdded {
            devices,
            seed: 7,
            maker: crate::platform::fleet::MAKER,
        };
        world.emit(account, what);
    }
    let token = world.token(0, "ann");
    (world, token)
}

pub fn with_knobs(knobs: ApiKnobs) -> Settings {
    Settings {
        knobs,
        ..settings()
    }
}

/// Ann's platform with a site `osaka` and a device `pc` in it that nothing is known of.
pub fn with_device(settings: Settings) -> (World, String) {
    let world = world(settings);
    for (site, name) in [("osaka", "Osaka HQ"), ("kobe", "Kobe")] {
        world.emit(
            0,
            What::SiteCreated {
                site: site.into(),
                uid: format!("uid-{site}"),
                name: name.into(),
            },
        );
    }
    world.emit(
        0,
        What::DeviceCreated {
            device: "pc".into(),
            uid: "uid-pc".into(),
            site: "osaka".into(),
            os: "linux".into(),
            hostname: "PC-01".into(),
        },
    );
    let token = world.token(0, "ann");
    (world, token)
}

impl World {
    /// A successful GET as JSON.
    pub fn get(&self, token: &str, target: &str) -> Value {
        let answer = self.with(token, "GET", target, "");
        assert_eq!(answer.status, 200, "{target}: {}", body(&answer));
        json(&answer)
    }

    pub fn status(&self, token: &str, method: &str, target: &str, body: &str) -> u16 {
        self.with(token, method, target, body).status
    }
}

/// Uid of the first device of the fleet of which this holds.
pub fn uid_of(world: &World, which: impl Fn(&crate::platform::state::Device) -> bool) -> String {
    let ledger = read(&world.shared);
    let found = ledger.state().devices.values().find(|d| which(d));
    found.expect("the fleet has such a device").uid.clone()
}

fn rows(page: &Value) -> &Vec<Value> {
    page["devices"].as_array().expect("a page of devices")
}

#[test]
fn pages_walk_over_every_device_once() {
    let (world, token) = with_fleet(600, settings());
    let mut url = "/api/v2/account/devices".to_owned();
    let mut seen = std::collections::HashSet::new();
    let mut sizes = Vec::new();
    loop {
        let page = world.get(&token, &url);
        sizes.push(rows(&page).len());
        assert_eq!(page["pageDetails"]["totalCount"], 600);
        for row in rows(&page) {
            assert!(seen.insert(text(&row["uid"])), "a device came twice");
        }
        match page["pageDetails"]["nextPageUrl"].as_str() {
            None => break,
            Some(next) => {
                url = next
                    .strip_prefix("http://localhost")
                    .expect("the host the client used")
                    .to_owned();
            }
        }
    }
    assert_eq!(sizes, [250, 250, 100]);
    assert_eq!(seen.len(), 600);
}

#[test]
fn filters_are_parts_of_texts_in_any_case_and_hold_together() {
    let (world, token) = with_fleet(300, settings());
    let of = |query: &str| world.get(&token, &format!("/api/v2/account/devices?{query}"));
    let laptops = of("deviceType=lapTOP");
    assert!(!rows(&laptops).is_empty());
    for row in rows(&laptops) {
        assert_eq!(row["deviceType"]["category"], "Laptop");
    }
    let first = &rows(&laptops)[0];
    let host = text(&first["hostname"]);
    assert_eq!(
        rows(&of(&format!("hostname={}", host.to_lowercase())))[0]["uid"],
        first["uid"]
    );
    let site = text(&first["siteName"]).replace(' ', "%20");
    for row in rows(&of(&format!(
        "siteName={site}&operatingSystem=windows%2011"
    ))) {
        assert_eq!(row["siteName"], first["siteName"]);
        assert!(text(&row["operatingSystem"]).contains("Windows 11"));
    }
    assert_eq!(rows(&of("siteName=no+such+site")).len(), 0);
}

#[test]
fn a_filter_alone_determines_the_result() {
    let (world, token) = with_fleet(300, settings());
    let filters = world.get(&token, "/api/v2/filter/default-filters");
    let printers = filters["filters"].as_array().expect("filters");
    let id = &printers
        .iter()
        .find(|f| f["name"] == "Printers")
        .expect("it is shipped")["id"];
    let page = world.get(
        &token,
        &format!("/api/v2/account/devices?filterId={id}&hostname=nothing-has-this"),
    );
    assert!(!rows(&page).is_empty());
    assert!(rows(&page).iter().all(|d| d["deviceClass"] == "printer"));
    assert_eq!(
        world.status(
            &token,
            "GET",
            "/api/v2/account/devices?filterId=999999999",
            ""
        ),
        404
    );
    let site = text(&rows(&page)[0]["siteUid"]);
    let of_site = world.get(
        &token,
        &format!("/api/v2/site/{site}/devices?filterId={id}"),
    );
    assert!(!rows(&of_site).is_empty());
    for device in rows(&of_site) {
        assert_eq!(
            (&device["siteUid"], &device["deviceClass"]),
            (&value!(site), &value!("printer"))
        );
    }
    assert_eq!(
        world.status(
            &token,
            "GET",
            &format!("/api/v2/site/{site}/devices?filterId=999999999"),
            ""
        ),
        404
    );
    assert_eq!(
        world.status(&token, "GET", "/api/v2/site/none/devices", ""),
        404
    );
}

#[test]
fn the_next_address_loses_filters_unless_the_knob_keeps_them() {
    for (knob, kept) in [
        (ApiNextUrlFilters::Drop, false),
        (ApiNextUrlFilters::Keep, true),
    ] {
        let knobs = ApiKnobs {
            next_url_filters: knob,
            ..ApiKnobs::default()
        };
        let (world, token) = with_fleet(100, with_knobs(knobs));
        let page = world.get(&token, "/api/v2/account/devices?max=2&deviceType=Laptop");
        let next = text(&page["pageDetails"]["nextPageUrl"]);
        assert!(next.starts_with("http://localhost/api/v2/account/devices?max=2&page=1"));
        assert_eq!(next.contains("deviceType=Laptop"), kept, "{next}");
    }
}

#[test]
fn a_device_is_found_by_uid_number_and_mac_address() {
    let (world, token) = with_fleet(60, settings());
    let uid = uid_of(&world, |d| d.details.macs.len() > 1);
    let device = world.get(&token, &format!("/api/v2/device/{uid}"));
    assert_eq!(device["uid"], uid);
    let by_id = world.get(&token, &format!("/api/v2/device/id/{}", device["id"]));
    assert_eq!(by_id, device);
    let site = text(&device["siteUid"]);
    let nics = world.get(
        &token,
        &format!("/api/v2/site/{site}/devices/network-interface"),
    );
    let row = rows(&nics)
        .iter()
        .find(|d| d["uid"] == uid)
        .expect("it is in its site");
    assert_eq!(row["intIpAddress"], device["intIpAddress"]);
    for nic in row["nics"].as_array().expect("cards") {
        let mac = text(&nic["macAddress"]);
        for form in [mac.clone(), mac.to_lowercase()] {
            let found = world.get(&token, &format!("/api/v2/device/macAddress/{form}"));
            assert_eq!(found, value!([device]));
        }
    }
    for (target, status) in [
        ("/api/v2/device/macAddress/02:00:00:00:00:00", 400),
        ("/api/v2/device/macAddress/0200", 400),
        ("/api/v2/device/macAddress/FFFFFFFFFFFF", 404),
        ("/api/v2/device/id/99999999999", 404),
        ("/api/v2/device/id/one", 400),
        ("/api/v2/device/none", 404),
    ] {
        assert_eq!(world.status(&token, "GET", target, ""), status, "{target}");
    }
}

#[test]
fn no_device_of_another_account_is_reached_by_any_of_its_names() {
    let (world, ann) = with_fleet(60, settings());
    let bob = world.token(1, "bob");
    let theirs = world.get(&bob, "/api/v2/account/devices?max=1");
    let theirs = &rows(&theirs)[0];
    let mac = {
        let ledger = read(&world.shared);
        let state = ledger.account(1).expect("Bob's account");
        state
            .devices
            .values()
            .next()
            .expect("a device")
            .details
            .macs[0]
            .clone()
    };
    let own = uid_of(&world, |_| true);
    for (method, target, body) in [
        (
            "GET",
            format!("/api/v2/device/{}", text(&theirs["uid"])),
            "",
        ),
        ("GET", format!("/api/v2/device/id/{}", theirs["id"]), ""),
        (
            "GET",
            format!("/api/v2/site/{}/devices", text(&theirs["siteUid"])),
            "",
        ),
        (
            "PUT",
            format!("/api/v2/device/{own}/site/{}", text(&theirs["siteUid"])),
            "",
        ),
        (
            "POST",
            format!("/api/v2/device/{}/udf", text(&theirs["uid"])),
            "{\"udf1\":\"x\"}",
        ),
        (
            "POST",
            format!("/api/v2/device/{}/warranty", text(&theirs["uid"])),
            "{\"warrantyDate\":null}",
        ),
        (
            "GET",
            format!("/api/v2/audit/device/{}", text(&theirs["uid"])),
            "",
        ),
        (
            "GET",
            format!("/api/v2/device/{}/alerts/open", text(&theirs["uid"])),
            "",
        ),
    ] {
        assert_eq!(
            world.status(&ann, method, &target, body),
            404,
            "{method} {target}"
        );
    }
    let ours = world.with(&ann, "GET", &format!("/api/v2/device/macAddress/{mac}"), "");
    assert!(!super::body(&ours).contains(&text(&theirs["uid"])));
}

#[test]
fn what_the_platform_does_not_know_is_null() {
    let (world, token) = with_device(settings());
    let device = world.get(&token, "/api/v2/device/uid-pc");
    for name in [
        "deviceType",
        "intIpAddress",
        "extIpAddress",
        "lastLoggedInUser",
        "domain",
        "cagVersion",
        "displayVersion",
        "description",
        "lastReboot",
        "lastAuditDate",
        "warrantyDate",
        "antivirus",
        "patchManagement",
        "softwareStatus",
    ] {
        assert_eq!(device.get(name), Some(&Value::Null), "{name}");
    }
    assert_eq!(device["lastSeen"], START);
    assert_eq!(device["siteName"], "Osaka HQ");
    let udf = device["udf"].as_object().expect("fields");
    assert_eq!(udf.len(), 300);
    assert!(udf.values().all(Value::is_null));
}

#[test]
fn an_online_device_is_seen_now_and_an_offline_one_when_it_went() {
    let (world, token) = with_device(settings());
    let seen = || world.get(&token, "/api/v2/device/uid-pc")["lastSeen"].clone();
    world.advance(60_000);
    assert_eq!(seen(), START + 60_000);
    let device = "pc".to_owned();
    world.emit(
        0,
        What::DeviceOnline {
            device,
            online: false,
        },
    );
    world.advance(60_000);
    assert_eq!(seen(), START + 60_000);
}

#[test]
fn dates_take_the_form_of_the_knob_and_never_too() {
    let knobs = |dates, never| {
        with_knobs(ApiKnobs {
            dates,
            never,
            ..ApiKnobs::default()
        })
    };
    for (dates, seen) in [
        (ApiDate::Milliseconds, value!(START)),
        (ApiDate::Seconds, value!(START / 1000)),
        (ApiDate::Iso, value!("2026-01-05T09:00:00.000Z")),
    ] {
        let (world, token) = with_device(knobs(dates, ApiNever::Null));
        assert_eq!(world.get(&token, "/api/v2/device/uid-pc")["lastSeen"], seen);
    }
    let (world, token) = with_device(knobs(ApiDate::Milliseconds, ApiNever::YearOne));
    let device = world.get(&token, "/api/v2/device/uid-pc");
    assert_eq!(device["lastReboot"], -62_135_596_800_000_i64);
}

#[test]
fn an_audit_of_a_device_keeps_what_it_does_not_tell() {
    let (world, token) = with_device(settings());
    world.advance(1_000);
    let details = DeviceDetails {
        category: "Server".into(),
        agent_version: "4.4.11965.11965".into(),
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
    let device = world.get(&token, "/api/v2/device/uid-pc");
    assert_eq!(
        (&device["creationDate"], &device["lastAuditDate"]),
        (&value!(START), &value!(START + 1_000))
    );
    assert_eq!(
        (&device["cagVersion"], &device["displayVersion"]),
        (&value!("11965"), &value!("4.4.11965.11965"))
    );
}

#[test]
fn a_network_device_shows_its_class_and_nothing_of_an_agent() {
    let (world, token) = with_fleet(200, settings());
    let uid = uid_of(&world, |d| d.details.onboarded_via_network_monitor);
    let device = world.get(&token, &format!("/api/v2/device/{uid}"));
    assert_eq!(device["deviceClass"], "rmmnetworkdevice");
    for name in [
        "cagVersion",
        "operatingSystem",
        "antivirus",
        "patchManagement",
        "a64Bit",
        "webRemoteUrl",
    ] {
        assert_eq!(device.get(name), Some(&Value::Null), "{name}");
    }
}
