//! The activity log: its window, its cursor, its filters.

use super::devices::with_device;
use super::*;
use crate::rmm::event::Origin;
use serde_json::json as value;

const MINUTE: i64 = 60_000;

/// Ann's platform with so many moves of a device, a minute apart, the last one now.
fn moved(times: u32) -> (World, String) {
    let (world, token) = with_device(settings());
    for n in 0..times {
        if n > 0 {
            world.advance(MINUTE);
        }
        let site = if n % 2 == 0 { "kobe" } else { "osaka" };
        world.emit(
            0,
            What::DeviceMoved {
                device: "pc".into(),
                site: site.into(),
                origin: Origin::Api,
            },
        );
    }
    (world, token)
}

fn rows(page: &Value) -> &Vec<Value> {
    page["activities"].as_array().expect("a page of activities")
}

/// Walks over pages until one is empty; gives the ids of each page and the last empty page.
fn walk(world: &World, token: &str, first: &str, link: &str) -> (Vec<Vec<String>>, Value) {
    let mut pages = Vec::new();
    let mut page = world.get(token, first);
    while !rows(&page).is_empty() && pages.len() < 50 {
        pages.push(rows(&page).iter().map(|a| text(&a["id"])).collect());
        let url = text(&page["pageDetails"][link]);
        page = world.get(
            token,
            url.strip_prefix("http://localhost")
                .expect("the client's host"),
        );
    }
    (pages, page)
}

#[test]
fn the_log_shows_a_quarter_of_an_hour_unless_asked_otherwise() {
    let (world, token) = moved(30);
    let page = world.get(&token, "/api/v2/activity-logs");
    assert_eq!(rows(&page).len(), 16);
    let from = "/api/v2/activity-logs?from=2026-01-05T09:00:00Z";
    assert_eq!(rows(&world.get(&token, from)).len(), 30);
    let both = format!("{from}&until=2026-01-05T09:04:00Z");
    assert_eq!(rows(&world.get(&token, &both)).len(), 5);
    let always = "/api/v2/activity-logs?from=2026-01-05T09:00:00Z&until=9999-12-31T23:59:59Z";
    assert_eq!(rows(&world.get(&token, always)).len(), 30);
    let never = "/api/v2/activity-logs?from=9999-12-31T23:59:59Z";
    assert!(rows(&world.get(&token, never)).is_empty());
    for bad in [
        "from=yesterday",
        "from=9999-12-31",
        "from=9999-12-31T23:59:59",
        "order=up",
        "page=first",
        "searchAfter=x",
        "entities=site",
        "siteIds=x",
    ] {
        assert_eq!(
            world.status(&token, "GET", &format!("/api/v2/activity-logs?{bad}"), ""),
            400,
            "{bad}"
        );
    }
}

#[test]
fn size_counts_and_max_does_not() {
    let (world, token) = moved(10);
    let count = |query: &str| {
        let page = world.get(&token, &format!("/api/v2/activity-logs?{query}"));
        assert_eq!(page["pageDetails"]["count"], rows(&page).len());
        assert_eq!(page["pageDetails"]["totalCount"], 10);
        rows(&page).len()
    };
    assert_eq!(
        (count("max=2"), count("size=2"), count("size=0")),
        (10, 2, 0)
    );
}

#[test]
fn the_cursor_walks_over_every_activity_once_in_both_orders() {
    let (world, token) = moved(10);
    for order in ["asc", "desc"] {
        let first = format!("/api/v2/activity-logs?size=4&order={order}");
        let (pages, last) = walk(&world, &token, &first, "nextPageUrl");
        let sizes: Vec<usize> = pages.iter().map(Vec::len).collect();
        assert_eq!(sizes, [4, 4, 2], "{order}");
        assert_eq!(last["pageDetails"]["nextPageUrl"], Value::Null);
        let ids: Vec<u64> = pages
            .concat()
            .iter()
            .map(|i| i.parse().expect("a number"))
            .collect();
        assert!(if order == "asc" {
            ids.is_sorted()
        } else {
            ids.is_sorted_by(|a, b| a > b)
        });
        assert_eq!(ids.len(), 10);
    }
}

#[test]
fn the_page_before_is_the_one_that_was_left() {
    let (world, token) = moved(10);
    let follow = |page: &Value, link: &str| {
        let url = text(&page["pageDetails"][link]);
        world.get(
            &token,
            url.strip_prefix("http://localhost")
                .expect("the client's host"),
        )
    };
    for order in ["asc", "desc"] {
        let first = world.get(
            &token,
            &format!("/api/v2/activity-logs?size=4&order={order}"),
        );
        assert_eq!(first["pageDetails"]["prevPageUrl"], Value::Null);
        let second = follow(&first, "nextPageUrl");
        let back = follow(&second, "prevPageUrl");
        assert_eq!(rows(&back), rows(&first));
        assert_eq!(back["pageDetails"]["prevPageUrl"], Value::Null);
    }
}

#[test]
fn the_text_api_stands_only_at_the_start_of_the_path_of_the_next_address() {
    let (world, token) = moved(3);
    let target =
        "/api/v2/activity-logs?size=1&searchQuery=&categories=device,rAPId,api&actions=move";
    let page = world.get(&token, target);
    let url = text(&page["pageDetails"]["nextPageUrl"]);
    assert_eq!(url.to_lowercase().matches("api").count(), 1, "{url}");
    let next = world.get(
        &token,
        url.strip_prefix("http://localhost")
            .expect("the client's host"),
    );
    assert_eq!(rows(&next).len(), 1);
    assert_eq!(
        next["pageDetails"]["totalCount"], 3,
        "the filters were kept"
    );
}

#[test]
fn an_activity_tells_who_where_and_what() {
    let (world, token) = moved(1);
    world.advance(440);
    let moved = &world.get(&token, "/api/v2/activity-logs")["activities"][0];
    assert_eq!(
        (
            &moved["entity"],
            &moved["category"],
            &moved["action"],
            &moved["hostname"]
        ),
        (
            &value!("DEVICE"),
            &value!("device"),
            &value!("move"),
            &value!("PC-01")
        )
    );
    assert_eq!(moved["date"], START as f64 / 1000.0);
    assert_eq!(moved["site"]["name"], "Kobe");
    assert_eq!(
        (&moved["hasStdOut"], &moved["user"]),
        (&value!(false), &Value::Null)
    );
    let details: Value = serde_json::from_str(&text(&moved["details"])).expect("it holds JSON");
    assert_eq!(
        (
            &details["data.from_site_name"],
            &details["data.to_site_uid"],
            &details["event.action"]
        ),
        (&value!("Osaka HQ"), &value!("uid-kobe"), &value!("move"))
    );
    assert!(
        details
            .as_object()
            .expect("an object")
            .values()
            .all(Value::is_string),
        "it is flat"
    );
}

#[test]
fn filters_cut_the_log_down() {
    let (world, token) = moved(2);
    let details = crate::rmm::portal::SiteDetails {
        name: "Osaka".into(),
        ..Default::default()
    };
    world.emit(
        0,
        What::SiteSet {
            site: "osaka".into(),
            details,
            origin: Origin::Api,
        },
    );
    world.emit(
        0,
        What::ApiKeysReset {
            user: "ann".into(),
            keys: keys(SEED, 0, "ann-2"),
        },
    );
    let token = {
        let answer = world.log_in(&keys(SEED, 0, "ann-2"));
        let _ = token;
        text(&json(&answer)["access_token"])
    };
    let count =
        |query: &str| rows(&world.get(&token, &format!("/api/v2/activity-logs?{query}"))).len();
    let kobe = world.get(&token, "/api/v2/account/sites?siteName=Kobe")["sites"][0]["id"].clone();
    let of_user = world.get(
        &token,
        "/api/v2/activity-logs?entities=user&actions=reset_api_keys",
    );
    let ann = &rows(&of_user)[0]["user"];
    assert_eq!(ann["userName"], "ann@example.test");
    for (query, expected) in [
        ("entities=device".to_owned(), 2),
        ("entities=device,user".to_owned(), 4),
        ("categories=SITE".to_owned(), 1),
        ("actions=move,update".to_owned(), 3),
        (format!("siteIds={kobe}"), 1),
        (format!("userIds={}", ann["id"]), 1),
        ("userIds=987654321".to_owned(), 0),
        ("searchQuery=pc-01".to_owned(), 2),
        ("searchQuery=nothing+has+this".to_owned(), 0),
    ] {
        assert_eq!(count(&query), expected, "{query}");
    }
}

#[test]
fn what_a_token_changes_is_told_with_its_user() {
    let (world, token) = with_device(settings());
    let call = |method: &str, target: &str, body: &str| {
        let status = world.status(&token, method, &format!("/api/v2{target}"), body);
        assert_eq!(status, 200, "{method} {target}");
    };
    world.emit(
        0,
        What::AlertOpened {
            alert: "a1".into(),
            monitor: "disk".into(),
            device: "pc".into(),
            priority: crate::rmm::job::Priority::High,
            samples: Default::default(),
            text: "full".into(),
            diagnostic: String::new(),
            context: None,
            autoresolve_minutes: None,
        },
    );
    call(
        "PUT",
        "/account/variable",
        r#"{"name":"a","value":"kept secret"}"#,
    );
    let id = world.get(&token, "/api/v2/account/variables")["variables"][0]["id"].clone();
    let one = format!("/account/variable/{id}");
    call("POST", &one, r#"{"name":"b","value":"2"}"#);
    call("DELETE", &one, "");
    call("PUT", "/site/uid-osaka/variable", r#"{"name":"s"}"#);
    call(
        "PUT",
        "/site",
        r#"{"name":"Nara","proxySettings":{"host":"h"}}"#,
    );
    call("POST", "/site/uid-kobe", r#"{"name":"Kobe 2"}"#);
    call("POST", "/site/uid-kobe/settings/proxy", r#"{"host":"h"}"#);
    call("PUT", "/device/uid-pc/site/uid-kobe", "");
    call(
        "POST",
        "/device/uid-pc/udf",
        r#"{"udf1":"x","udf2":"y","udf300":""}"#,
    );
    call(
        "POST",
        "/device/uid-pc/warranty",
        r#"{"warrantyDate":"2026-12-31"}"#,
    );
    call("POST", "/alert/a1/resolve", "");
    let page = world.get(&token, "/api/v2/activity-logs?order=asc");
    let told: Vec<_> = rows(&page)
        .iter()
        .map(|a| {
            assert_eq!(a["user"]["userName"], "ann@example.test", "{a}");
            format!("{} {}", text(&a["category"]), text(&a["action"]))
        })
        .collect();
    assert_eq!(
        told,
        [
            "variable create",
            "variable update",
            "variable delete",
            "variable create",
            "site create",
            "site update",
            "site update",
            "device move",
            "device update",
            "device update",
            "alert resolve",
        ]
    );
    assert!(text(&rows(&page)[8]["details"]).contains(r#""data.udfs":"1,2,300""#));
    assert!(!page.to_string().contains("kept secret"));
    assert_eq!(rows(&page)[3]["site"]["name"], "Osaka HQ");
    assert_eq!(rows(&page)[4]["site"]["name"], "Nara");
}

#[test]
fn times_in_the_next_address_are_seconds_and_lose_nothing() {
    let (world, token) = moved(1);
    world.advance(300);
    world.emit(
        0,
        What::DeviceMoved {
            device: "pc".into(),
            site: "kobe".into(),
            origin: Origin::Api,
        },
    );
    world.advance(100);
    let first = world.get(&token, "/api/v2/activity-logs?size=1&order=asc");
    let url = text(&first["pageDetails"]["nextPageUrl"]);
    let times = "&from=2026-01-05T08%3A45%3A00Z&until=2026-01-05T09%3A00%3A01Z";
    assert!(url.ends_with(times), "{url}");
    let next = url
        .strip_prefix("http://localhost")
        .expect("the client's host");
    assert_eq!(rows(&world.get(&token, next)).len(), 1);
}
