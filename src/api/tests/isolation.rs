//! Accounts are strictly apart: what is another account's is as what is nowhere.

use super::*;
use crate::api::openapi::document;
use crate::api::table::{Operation, operations};
use crate::platform::desk::read;
use crate::rmm::api_knobs::ApiKnobs;
use crate::rmm::event::Origin;
use crate::rmm::filter::{Criteria, Kind};
use crate::rmm::ids::guid;
use crate::rmm::job::Priority;
use crate::rmm::portal::DeviceDetails;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// Everything in an account that a client can name, by the name that stands for it in a path, a
/// query or a body.
struct Names(BTreeMap<&'static str, String>);

fn uid(account: u16, what: &str) -> String {
    guid(SEED, &format!("{what} {account}"))
}

fn mac(account: u16) -> String {
    format!("02AB0000000{account}")
}

/// Fills an account, the same for each but for its uids, numbers and texts.
fn fill(w: &World, account: u16) {
    let of = |what: &str| uid(account, what);
    let (site, device) = ("site".to_owned(), "device".to_owned());
    let details = DeviceDetails {
        macs: vec![mac(account)],
        operating_system: format!("system {account}"),
        last_audit: Some(START),
        ..DeviceDetails::default()
    };
    let variable = |scope: &str| What::VariableSet {
        scope: scope.into(),
        name: format!("variable-{account}"),
        value: Some(format!("value-{account}")),
        masked: false,
        origin: Origin::Portal,
    };
    for what in [
        What::SiteCreated {
            site: site.clone(),
            uid: of("site"),
            name: format!("site-{account}"),
        },
        What::DeviceCreated {
            device: device.clone(),
            uid: of("device"),
            site,
            os: "linux".into(),
            hostname: format!("host-{account}"),
        },
        What::DeviceAudited {
            device: device.clone(),
            details: Box::new(details),
        },
        variable("account"),
        variable("site:site"),
        What::ComponentAdded {
            component: "component".into(),
            uid: of("component"),
            name: format!("component-{account}"),
            version: 1,
            source: String::new(),
            listed: None,
        },
        What::FilterAdded {
            filter: "filter".into(),
            name: format!("filter-{account}"),
            description: String::new(),
            criteria: Criteria::default(),
            kind: Kind::Custom,
        },
        What::JobQueued {
            job: of("job"),
            component: "component".into(),
            device: device.clone(),
            variables: BTreeMap::new(),
            name: Some(format!("job-{account}")),
            by: None,
        },
        What::AlertOpened {
            alert: of("alert"),
            monitor: format!("monitor-{account}"),
            device,
            priority: Priority::High,
            samples: BTreeMap::new(),
            text: format!("text-{account}"),
            diagnostic: String::new(),
            autoresolve_minutes: None,
            context: None,
        },
    ] {
        w.emit(account, what);
    }
}

impl Names {
    fn of(w: &World, account: u16) -> Names {
        let ledger = read(&w.shared);
        let state = ledger.account(account).expect("the account is there");
        let device = state.devices.get("device").expect("the device is there");
        let site = state.sites.get("site").expect("the site is there");
        let filter = state.filters.get("filter").expect("the filter is there");
        let variable = |map: &BTreeMap<String, crate::platform::state::Variable>| {
            map.values()
                .next()
                .expect("the variable is there")
                .id
                .to_string()
        };
        Names(BTreeMap::from([
            ("siteUid", site.uid.clone()),
            ("deviceUid", device.uid.clone()),
            ("deviceId", device.id.to_string()),
            ("macAddress", mac(account)),
            ("jobUid", uid(account, "job")),
            ("alertUid", uid(account, "alert")),
            ("componentUid", uid(account, "component")),
            ("filterId", filter.id.to_string()),
            ("siteIds", site.id.to_string()),
            (
                "userIds",
                state.users.values().next().expect("a user").id.to_string(),
            ),
            ("variableId of the account", variable(&state.variables)),
            ("variableId of a site", variable(&site.variables)),
        ]))
    }

    /// As [`Names::of`], of nothing that there is.
    fn unknown() -> Names {
        let guid = |what: &str| uid(9, what);
        Names(BTreeMap::from([
            ("siteUid", guid("site")),
            ("deviceUid", guid("device")),
            ("deviceId", "987654321".into()),
            ("macAddress", mac(9)),
            ("jobUid", guid("job")),
            ("alertUid", guid("alert")),
            ("componentUid", guid("component")),
            ("filterId", "987654321".into()),
            ("siteIds", "987654321".into()),
            ("userIds", "987654321".into()),
            ("variableId of the account", "987654321".into()),
            ("variableId of a site", "987654321".into()),
        ]))
    }

    fn get(&self, operation: &Operation, name: &str) -> &str {
        let name = match (name, operation.path.contains("{siteUid}")) {
            ("variableId", true) => "variableId of a site",
            ("variableId", false) => "variableId of the account",
            (name, _) => name,
        };
        self.0.get(name).unwrap_or_else(|| {
            panic!(
                "{}: `{name}` is not known here: add what each account has by it",
                operation.id
            )
        })
    }
}

/// What a client can name in a call of an operation.
fn named(operation: &Operation) -> Vec<&'static str> {
    let path: &'static str = operations()
        .find(|o| o.id == operation.id)
        .map_or("", |o| o.path);
    let in_path = path
        .split('{')
        .skip(1)
        .filter_map(|part| part.split('}').next());
    let in_query = operation
        .query
        .iter()
        .map(|p| p.name)
        .filter(|n| n.ends_with("Id") || n.ends_with("Ids") || n.ends_with("Uid"));
    let in_body = (operation.id == "createQuickJob").then_some("componentUid");
    in_path.chain(in_query).chain(in_body).collect()
}

/// Two filled accounts, and the first one's token.
fn filled() -> (World, String) {
    let w = world(Settings {
        rate_limits: false,
        ..settings()
    });
    fill(&w, 0);
    fill(&w, 1);
    let token = w.token(0, "ann");
    (w, token)
}

/// The body of the document's example.
fn example(operation: &Operation) -> Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    let document =
        DOCUMENT.get_or_init(|| document(operations(), "http://localhost", &ApiKnobs::default()));
    let method = operation.method.as_str().to_ascii_lowercase();
    document["paths"][operation.path][method]["requestBody"]["content"]["application/json"]["example"].clone()
}

/// Calls an operation with all of the first account's names but those that `other` has instead.
/// Gives status and body, the names in them made alike, and what the accounts are after it.
fn call(
    operation: &Operation,
    instead: &[&str],
    other: impl Fn(&World) -> Names,
) -> (u16, String, [String; 2]) {
    let (w, token) = filled();
    let (own, other) = (Names::of(&w, 0), other(&w));
    let value = |name: &str| match instead.contains(&name) {
        true => other.get(operation, name).to_owned(),
        false => own.get(operation, name).to_owned(),
    };
    let mut target = format!("/api{}", operation.path);
    let mut query = Vec::new();
    for name in named(operation) {
        target = target.replace(&format!("{{{name}}}"), &value(name));
        if instead.contains(&name) && operation.query.iter().any(|p| p.name == name) {
            query.push(format!("{name}={}", value(name)));
        }
    }
    let mut body = example(operation);
    if operation.id == "createQuickJob" {
        body = serde_json::json!({"jobName": "j", "jobComponent": {"componentUid": value("componentUid"), "variables": []}});
    }
    let body = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    let target = match query.is_empty() {
        true => target,
        false => format!("{target}?{}", query.join("&")),
    };
    let answer = w.with(&token, operation.method.as_str(), &target, &body);
    let mut text = super::body(&answer);
    for name in instead {
        text = text.replace(other.get(operation, name), "it");
    }
    let accounts = [0, 1].map(|n| {
        let ledger = read(&w.shared);
        let state = ledger.account(n).expect("the account is there");
        let (sites, devices): (Vec<_>, Vec<_>) =
            (state.sites.iter().collect(), state.devices.iter().collect());
        let (jobs, users): (Vec<_>, Vec<_>) =
            (state.jobs.iter().collect(), state.users.iter().collect());
        let (components, filters): (Vec<_>, Vec<_>) =
            (state.components.iter().collect(), state.filters.iter().collect());
        let (alerts, variables) = (&state.alerts, &state.variables);
        format!("{sites:?} {devices:?} {jobs:?} {users:?} {components:?} {filters:?} {alerts:?} {variables:?}")
    });
    (answer.status, text, accounts)
}

#[test]
fn what_another_account_has_is_as_what_nobody_has() {
    for operation in operations() {
        let all = named(operation);
        let each = all.iter().map(std::slice::from_ref);
        for instead in each.chain([all.as_slice()]).filter(|i| !i.is_empty()) {
            let others = call(operation, instead, |w| Names::of(w, 1));
            let nobodys = call(operation, instead, |_| Names::unknown());
            assert_eq!(
                others, nobodys,
                "{} with another account's {instead:?}",
                operation.id
            );
        }
    }
}

#[test]
fn what_an_account_has_itself_is_not_so() {
    for operation in operations() {
        // What does nothing does it for every uid.
        if operation.deprecated {
            continue;
        }
        let in_path = |name: &&str| operation.path.contains(&format!("{{{name}}}"));
        for name in named(operation).into_iter().filter(in_path) {
            let (status, ..) = call(operation, &[name], |w| Names::of(w, 0));
            let (nobodys, ..) = call(operation, &[name], |_| Names::unknown());
            assert_eq!(nobodys, 404, "{} with an unknown {name}", operation.id);
            // Audits of other classes of device are refused with 400.
            let class = operation.path.contains("/audit/") && status == 400;
            assert!(
                status < 300 || class,
                "{} with its own {name}: {status}",
                operation.id
            );
        }
    }
}

#[test]
fn no_list_tells_anything_of_another_account() {
    let (w, token) = filled();
    for operation in operations().filter(|o| o.method == Method::GET && !o.path.contains('{')) {
        let text = body(&w.with(&token, "GET", &format!("/api{}", operation.path), ""));
        let told: Vec<String> = ["site", "device", "component", "job", "alert"]
            .iter()
            .map(|what| uid(1, what))
            .chain(
                [
                    "site",
                    "host",
                    "variable",
                    "value",
                    "component",
                    "filter",
                    "job",
                    "text",
                ]
                .map(|what| format!("{what}-1")),
            )
            .chain([mac(1), "ab1c0001".to_owned(), "bob".to_owned()])
            .filter(|other| text.contains(other.as_str()))
            .collect();
        assert!(told.is_empty(), "{}: {told:?}", operation.id);
    }
}

#[test]
fn numbers_near_ones_own_are_nobodys() {
    let (w, token) = filled();
    let own: i64 = Names::of(&w, 0).0["deviceId"].parse().expect("a number");
    let other: i64 = Names::of(&w, 1).0["deviceId"].parse().expect("a number");
    let ask = |id: i64| {
        w.with(&token, "GET", &format!("/api/v2/device/id/{id}"), "")
            .status
    };
    assert_eq!(ask(own), 200);
    for near in (-20..20).filter(|n| *n != 0) {
        assert_ne!(ask(own + near), 200);
        assert_ne!(ask(other + near), 200);
    }
}
