//! Lists of the account: pages, users, components, filters.

use super::*;
use crate::rmm::api_knobs::{ApiKnobs, ApiNever, ApiNextUrlFilters};
use crate::rmm::filter::{Criteria, Kind};
use crate::rmm::portal::UserDetails as User;
use serde_json::json as value;

fn with_sites(many: usize, settings: Settings) -> (World, String) {
    let world = world(settings);
    for n in 0..many {
        world.emit(
            0,
            What::SiteCreated {
                site: format!("s{n}"),
                uid: format!("uid-{n}"),
                name: format!("Site {n}"),
            },
        );
    }
    let token = world.token(0, "ann");
    (world, token)
}

fn get(world: &World, token: &str, target: &str) -> Value {
    let bearer = format!("Bearer {token}");
    let headers = [
        ("authorization", bearer.as_str()),
        ("host", "rmm.test:8443"),
    ];
    let answer = world.ask("GET", target, &headers, "");
    assert_eq!(answer.status, 200, "{target}: {}", body(&answer));
    json(&answer)
}

fn path_of(url: &Value) -> Option<String> {
    let url = url.as_str()?;
    let path = url.strip_prefix("http://rmm.test:8443");
    Some(
        path.unwrap_or_else(|| panic!("another origin: {url}"))
            .to_owned(),
    )
}

#[test]
fn the_pages_lead_through_all_rows_and_back() {
    let (world, token) = with_sites(600, settings());
    let (mut at, mut seen, mut pages) = (
        Some("/api/v2/account/sites?max=1000".to_owned()),
        Vec::new(),
        Vec::new(),
    );
    while let Some(target) = at {
        let page = get(&world, &token, &target);
        let details = &page["pageDetails"];
        let rows = page["sites"].as_array().expect("a list");
        assert_eq!(details["count"], rows.len());
        assert_eq!(details["totalCount"], 603);
        seen.extend(rows.iter().map(|s| text(&s["uid"])));
        at = path_of(&details["nextPageUrl"]);
        pages.push((rows.len(), at.clone(), path_of(&details["prevPageUrl"])));
    }
    let url = |page: u8| Some(format!("/api/v2/account/sites?max=250&page={page}"));
    assert_eq!(
        pages,
        [
            (250, url(1), None),
            (250, url(2), url(0)),
            (103, None, url(1))
        ]
    );
    let mut all = seen.clone();
    all.sort();
    all.dedup();
    assert_eq!((seen.len(), all.len()), (603, 603));
}

#[test]
fn a_page_beyond_the_last_is_empty_and_leads_back_to_the_last() {
    let (world, token) = with_sites(2, settings());
    for (target, last) in [
        ("?page=9", "?max=250&page=0"),
        ("?page=2147483647&max=2147483647", "?max=250&page=0"),
        ("?page=9&max=2", "?max=2&page=2"),
        ("?page=3&max=2", "?max=2&page=2"),
    ] {
        let page = get(&world, &token, &format!("/api/v2/account/sites{target}"));
        assert_eq!(page["sites"], value!([]));
        assert_eq!(page["pageDetails"]["count"], 0);
        assert_eq!(page["pageDetails"]["nextPageUrl"], Value::Null);
        let last = format!("/api/v2/account/sites{last}");
        assert_eq!(path_of(&page["pageDetails"]["prevPageUrl"]), Some(last));
    }
    for bad in ["page=-1", "page=x", "max=2147483648", "max="] {
        let answer = world.with(&token, "GET", &format!("/api/v2/account/sites?{bad}"), "");
        assert_eq!(answer.status, 400, "{bad}");
    }
}

#[test]
fn sites_are_found_by_part_of_their_name_and_the_knob_keeps_it_in_the_url() {
    for (knob, next) in [
        (
            ApiNextUrlFilters::Drop,
            "/api/v2/account/sites?max=1&page=1",
        ),
        (
            ApiNextUrlFilters::Keep,
            "/api/v2/account/sites?max=1&page=1&siteName=SITE%201",
        ),
    ] {
        let knobs = ApiKnobs {
            next_url_filters: knob,
            ..ApiKnobs::default()
        };
        let (world, token) = with_sites(
            20,
            Settings {
                knobs,
                ..settings()
            },
        );
        let page = get(
            &world,
            &token,
            "/api/v2/account/sites?max=1&siteName=SITE%201",
        );
        assert_eq!(page["sites"][0]["name"], "Site 1");
        assert_eq!(page["pageDetails"]["totalCount"], 11);
        assert_eq!(
            path_of(&page["pageDetails"]["nextPageUrl"]).as_deref(),
            Some(next)
        );
    }
}

#[test]
fn every_field_is_there_and_null_where_nothing_is_known() {
    let (world, token) = with_sites(1, settings());
    world.emit(
        0,
        What::ComponentAdded {
            component: "c".into(),
            uid: "uid-c".into(),
            name: "Component".into(),
            version: 1,
            source: "folder".into(),
            listed: None,
        },
    );
    let nulls = |row: &Value| -> Vec<String> {
        let fields = row.as_object().expect("an object").iter();
        fields
            .filter(|(_, v)| v.is_null())
            .map(|(k, _)| k.clone())
            .collect()
    };
    let site = &get(&world, &token, "/api/v2/site/uid-0");
    assert_eq!(site.as_object().map(serde_json::Map::len), Some(13));
    assert_eq!(
        nulls(site),
        [
            "description",
            "notes",
            "proxySettings",
            "autotaskCompanyName",
            "autotaskCompanyId"
        ]
    );
    let account = get(&world, &token, "/api/v2/account");
    assert_eq!(nulls(&account), ["currency"]);
    assert_eq!(
        nulls(&account["descriptor"]),
        ["bilingEmail", "deviceLimit", "timeZone"]
    );
    let components = get(&world, &token, "/api/v2/account/components");
    assert_eq!(
        nulls(&components["components"][0]),
        ["description", "categoryCode"]
    );
    let users = get(&world, &token, "/api/v2/account/users");
    assert_eq!(
        nulls(&users["users"][0]),
        ["firstName", "lastName", "email", "telephone"]
    );
    let filters = get(&world, &token, "/api/v2/filter/default-filters");
    assert_eq!(nulls(&filters["filters"][0]), ["dateCreate", "lastUpdated"]);
}

#[test]
fn a_component_is_listed_with_its_variables() {
    use crate::rmm::component::{Category, InstallType, Metadata, Variable, VariableType};
    let world = world(settings());
    let listed = Metadata {
        name: "Deploy".into(),
        category: Category::Scripts,
        description: "d".into(),
        uid: String::new(),
        version: 1,
        timeout: 60,
        security_level: 1,
        install_type: InstallType::Unix,
        variables: vec![Variable {
            idx: 3,
            name: "usrMode".into(),
            kind: VariableType::Selection,
            description: String::new(),
            default: "Quick".into(),
            options: Vec::new(),
        }],
        post_conditions: Vec::new(),
    };
    world.emit(
        0,
        What::ComponentAdded {
            component: "c".into(),
            uid: "uid-c".into(),
            name: "Deploy".into(),
            version: 1,
            source: "folder".into(),
            listed: Some(Box::new(listed)),
        },
    );
    let token = world.token(0, "ann");
    let page = get(&world, &token, "/api/v2/account/components");
    let row = &page["components"][0];
    assert_eq!(
        (
            &row["uid"],
            &row["categoryCode"],
            &row["credentialsRequired"]
        ),
        (&value!("uid-c"), &value!("scripts"), &value!(false))
    );
    assert_eq!(
        row["variables"],
        value!([{ "name": "usrMode", "defaultVal": "Quick", "type": "map", "direction": true,
            "description": null, "variablesIdx": 3 }])
    );
}

#[test]
fn a_user_who_never_came_is_told_by_the_knob() {
    let never = User {
        username: "zoe".into(),
        disabled: true,
        created: START,
        ..User::default()
    };
    for (knob, told) in [
        (ApiNever::Null, Value::Null),
        (ApiNever::YearOne, value!(-62_135_596_800_000_i64)),
    ] {
        let knobs = ApiKnobs {
            never: knob,
            ..ApiKnobs::default()
        };
        let world = world(Settings {
            knobs,
            ..settings()
        });
        world.emit(
            0,
            What::UserAdded {
                user: "zoe".into(),
                details: never.clone(),
                keys: ApiKeys::default(),
            },
        );
        let token = world.token(0, "ann");
        let users = get(&world, &token, "/api/v2/account/users");
        let row = &users["users"][1];
        assert_eq!(
            (&row["username"], &row["lastAccess"]),
            (&value!("zoe"), &told)
        );
        assert_eq!(
            (&row["disabled"], &row["created"]),
            (&value!(true), &value!(START))
        );
        assert_eq!(users["users"][0]["lastAccess"], START, "ann has logged in");
        let listed = users.to_string();
        assert!(!listed.contains("bob") && !listed.contains(&keys(SEED, 0, "ann").secret));
    }
}

#[test]
fn filters_are_listed_by_who_made_them() {
    let (world, token) = with_sites(2, settings());
    for (key, kind, site) in [
        ("mine", Kind::Custom, None),
        ("its", Kind::Site, Some("s0")),
    ] {
        world.emit(
            0,
            What::FilterAdded {
                filter: key.into(),
                name: key.into(),
                description: String::new(),
                criteria: Criteria {
                    site: site.map(str::to_owned),
                    ..Criteria::default()
                },
                kind,
            },
        );
    }
    let listed = |path: &str| -> Vec<(String, String)> {
        let page = get(&world, &token, path);
        let rows = page["filters"].as_array().expect("a list").iter();
        rows.map(|f| (text(&f["name"]), text(&f["type"]))).collect()
    };
    let one = |name: &str, kind: &str| vec![(name.to_owned(), kind.to_owned())];
    assert_eq!(
        listed("/api/v2/filter/custom-filters"),
        one("mine", "custom")
    );
    assert_eq!(listed("/api/v2/site/uid-0/filters"), one("its", "site"));
    assert_eq!(listed("/api/v2/site/uid-1/filters"), []);
    let defaults = listed("/api/v2/filter/default-filters");
    assert!(defaults.len() > 10 && defaults.iter().all(|(_, kind)| kind == "rmm_default"));
    let page = get(&world, &token, "/api/v2/filter/custom-filters");
    assert_eq!(page["filters"][0]["dateCreate"], "2026-01-05T09:00:00.000Z");
    let bob = world.token(1, "bob");
    assert_eq!(
        get(&world, &bob, "/api/v2/filter/custom-filters")["filters"],
        value!([])
    );
}
