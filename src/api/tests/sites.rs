//! Sites, their settings and proxies.

use super::*;
use crate::rmm::portal::SiteDetails;
use serde_json::json as value;

/// Ann's platform with one site of her own, `osaka`, and two devices in it.
fn with_site() -> (World, String) {
    let world = world(settings());
    world.emit(
        0,
        What::SiteCreated {
            site: "osaka".into(),
            uid: "uid-osaka".into(),
            name: "Osaka HQ".into(),
        },
    );
    for (key, online) in [("pc", true), ("web", false)] {
        world.emit(0, device(key, "osaka"));
        let device = key.into();
        world.emit(0, What::DeviceOnline { device, online });
    }
    let token = world.token(0, "ann");
    (world, token)
}

fn device(key: &str, site: &str) -> What {
    What::DeviceCreated {
        device: key.into(),
        uid: format!("uid-{key}"),
        site: site.into(),
        os: "linux".into(),
        hostname: key.into(),
    }
}

#[test]
fn a_site_made_by_put_is_read_back_with_everything_it_was_given() {
    let (world, token) = with_site();
    let body = value!({
        "name": "Kobe", "description": "Port", "notes": "n", "onDemand": true,
        "splashtopAutoInstall": true,
        "proxySettings": { "host": "proxy.test", "port": 3128, "type": "socks5", "username": "u", "password": "secret" },
    });
    let made = world.with(&token, "PUT", "/api/v2/site", &body.to_string());
    assert_eq!(made.status, 200, "{}", super::body(&made));
    let made = json(&made);
    for field in [
        "name",
        "description",
        "notes",
        "onDemand",
        "splashtopAutoInstall",
        "proxySettings",
    ] {
        assert_eq!(made[field], body[field], "{field}");
    }
    assert_eq!(made["accountUid"], "ab1c0000");
    let uid = text(&made["uid"]);
    let url = text(&made["portalUrl"]);
    assert!(
        url.starts_with("https://pinotage.centrastage.net/csm/search/"),
        "{url}"
    );
    let read = world.with(&token, "GET", &format!("/api/v2/site/{uid}"), "");
    assert_eq!(json(&read), made);
}

#[test]
fn the_same_calls_make_the_same_uids_and_accounts_share_none() {
    let uids = || {
        let world = world(settings());
        let users = [(0, "ann"), (0, "ann"), (1, "bob")];
        users.map(|(account, user)| {
            let token = world.token(account, user);
            text(&json(&world.with(&token, "PUT", "/api/v2/site", r#"{"name":"Twin"}"#))["uid"])
        })
    };
    let first = uids();
    assert_eq!(first, uids());
    assert!(first[0] != first[1] && first[0] != first[2] && first[1] != first[2]);
}

#[test]
fn a_name_of_a_site_may_have_255_characters_and_must_have_one() {
    let (world, token) = with_site();
    let put = |name: &str| {
        let body = value!({ "name": name }).to_string();
        world.with(&token, "PUT", "/api/v2/site", &body).status
    };
    assert_eq!(put(&"é".repeat(255)), 200);
    assert_eq!((put(&"é".repeat(256)), put("")), (400, 400));
    assert_eq!(world.with(&token, "PUT", "/api/v2/site", "{}").status, 400);
}

#[test]
fn an_update_clears_what_it_does_not_send_and_answers_with_the_site() {
    let (world, token) = with_site();
    let details = SiteDetails {
        name: "Osaka HQ".into(),
        description: Some("d".into()),
        notes: Some("n".into()),
        on_demand: true,
        autotask_company_id: Some("1234".into()),
        ..SiteDetails::default()
    };
    world.emit(
        0,
        What::SiteSet {
            site: "osaka".into(),
            details,
            origin: crate::rmm::event::Origin::Portal,
        },
    );
    let path = "/api/v2/site/uid-osaka";
    let answer = json(&world.with(&token, "POST", path, r#"{"name":"Osaka","notes":"new"}"#));
    assert_eq!(
        (
            &answer["name"],
            &answer["notes"],
            &answer["description"],
            &answer["onDemand"]
        ),
        (
            &value!("Osaka"),
            &value!("new"),
            &Value::Null,
            &value!(false)
        )
    );
    // The request has no such field, so that it cannot be cleared by it.
    assert_eq!(answer["autotaskCompanyId"], "1234");
    assert_eq!(world.with(&token, "POST", path, "{}").status, 400);
    assert_eq!(json(&world.with(&token, "GET", path, "")), answer);
}

#[test]
fn devices_are_counted_by_site_and_account() {
    let (world, token) = with_site();
    let on_demand = text(
        &json(&world.with(
            &token,
            "PUT",
            "/api/v2/site",
            r#"{"name":"Far","onDemand":true}"#,
        ))["uid"],
    );
    world.emit(0, device("far", &on_demand));
    world.emit(1, device("theirs", "theirs"));
    let counts = |path: &str| json(&world.with(&token, "GET", path, ""))["devicesStatus"].clone();
    assert_eq!(
        counts("/api/v2/site/uid-osaka"),
        value!({ "numberOfDevices": 2, "numberOfOnlineDevices": 1, "numberOfOfflineDevices": 1 })
    );
    assert_eq!(
        counts("/api/v2/account"),
        value!({
            "numberOfDevices": 3, "numberOfOnlineDevices": 2, "numberOfOfflineDevices": 1,
            "numberOfOnDemandDevices": 1, "numberOfManagedDevices": 2,
        })
    );
    let listed = json(&world.with(&token, "GET", "/api/v2/account/sites?siteName=osaka", ""));
    assert_eq!(
        listed["sites"][0]["devicesStatus"],
        counts("/api/v2/site/uid-osaka")
    );
}

#[test]
fn every_account_has_the_platforms_own_sites() {
    let (world, token) = with_site();
    let listed = json(&world.with(&token, "GET", "/api/v2/account/sites", ""));
    let of = |name: &str| {
        let sites = listed["sites"].as_array().expect("a list");
        sites
            .iter()
            .find(|s| s["name"] == name)
            .cloned()
            .expect("it is there")
    };
    assert_eq!(of("Deleted Devices")["uid"], "ab1c0000-00000000");
    assert_eq!(of("Managed")["uid"].as_str().map(str::len), Some(36));
    assert_eq!(of("OnDemand")["onDemand"], true);
    let one = world.with(&token, "GET", "/api/v2/site/ab1c0000-00000000", "");
    assert_eq!(json(&one), of("Deleted Devices"));
}

#[test]
fn a_proxy_is_set_read_with_its_password_replaced_and_deleted() {
    let (world, token) = with_site();
    let path = "/api/v2/site/uid-osaka/settings/proxy";
    let set = |body: &str| world.with(&token, "POST", path, body);
    let first = json(&set(
        r#"{"host":"h","port":1,"type":"http","username":"u","password":"p"}"#,
    ));
    assert_eq!(first["proxySettings"]["password"], "p");
    assert_eq!(first["generalSettings"]["uid"], "uid-osaka");
    assert_eq!(first["mailRecipients"], value!([]));
    let second = json(&set(r#"{"host":"other"}"#));
    assert_eq!(
        second["proxySettings"],
        value!({ "host": "other", "port": null, "type": null, "username": null, "password": null })
    );
    let settings = || json(&world.with(&token, "GET", "/api/v2/site/uid-osaka/settings", ""));
    assert_eq!(settings(), second);
    for bad in [r#"{"port":70000}"#, r#"{"type":"ftp"}"#, "no JSON"] {
        assert_eq!(set(bad).status, 400, "{bad}");
    }
    let delete = || world.with(&token, "DELETE", path, "");
    let (done, nothing) = (delete(), delete());
    assert_eq!((done.status, nothing.status), (200, 204));
    assert!(done.body.is_empty() && nothing.body.is_empty());
    assert_eq!(settings()["proxySettings"], Value::Null);
}

#[test]
fn a_site_of_another_account_is_not_there() {
    let (world, _) = with_site();
    let bob = world.token(1, "bob");
    let refused = [
        ("GET", "", ""),
        ("POST", "", r#"{"name":"Mine"}"#),
        ("GET", "/settings", ""),
        ("POST", "/settings/proxy", r#"{"host":"h"}"#),
        ("DELETE", "/settings/proxy", ""),
        ("GET", "/filters", ""),
        ("GET", "/variables", ""),
        ("PUT", "/variable", r#"{"name":"a","value":"b"}"#),
        ("POST", "/variable/1", r#"{"value":"b"}"#),
        ("DELETE", "/variable/1", ""),
    ];
    let before = crate::platform::desk::read(&world.shared).seq();
    for (method, below, body) in refused {
        for uid in ["uid-osaka", "osaka", "ab1c0000-00000000", "%2e%2e"] {
            let answer = world.with(&bob, method, &format!("/api/v2/site/{uid}{below}"), body);
            assert_eq!(answer.status, 404, "{method} {uid}{below}");
        }
    }
    let after = crate::platform::desk::read(&world.shared).seq();
    assert_eq!(before, after, "nothing was changed");
    let listed = super::body(&world.with(&bob, "GET", "/api/v2/account/sites", ""));
    assert!(!listed.contains("ab1c0000") && !listed.contains("Osaka"));
}

#[test]
fn sites_are_listed_with_their_networks() {
    let (world, token) = with_site();
    let details = SiteDetails {
        name: "Osaka HQ".into(),
        dnet_network_ids: vec![7, 8],
        ..SiteDetails::default()
    };
    world.emit(
        0,
        What::SiteSet {
            site: "osaka".into(),
            details,
            origin: crate::rmm::event::Origin::Portal,
        },
    );
    let listed = json(&world.with(&token, "GET", "/api/v2/account/dnet-site-mappings", ""));
    let rows = listed["dnetSiteMappings"].as_array().expect("a list");
    assert_eq!(rows.len(), 4);
    assert_eq!(rows[3]["dattoNetworkingNetworkIds"], value!([7, 8]));
    assert_eq!(rows[0]["dattoNetworkingNetworkIds"], value!([]));
}

#[test]
fn the_activity_log_tells_what_was_made_and_what_was_changed() {
    let (world, token) = with_site();
    world.with(&token, "PUT", "/api/v2/site", r#"{"name":"Kobe"}"#);
    world.with(
        &token,
        "POST",
        "/api/v2/site/uid-osaka",
        r#"{"name":"Osaka"}"#,
    );
    let ledger = crate::platform::desk::read(&world.shared);
    let told: Vec<_> = ledger
        .state()
        .activities
        .iter()
        .filter(|a| a.category == "site")
        .map(|a| (a.action, a.details["site.name"].as_str()))
        .collect();
    assert_eq!(told, [("create", "Kobe"), ("update", "Osaka")]);
}
