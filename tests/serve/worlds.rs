//! `--world`: what a scenario's file says of its platform holds on the port too.

use super::client::{LOGIN, Served};
use serde_json::{Value, json};
use std::path::Path;

const WORLD: &str = "scenario: Only a world
seed: 7
world:
  platform: merlot
  account: { name: Contoso MSP }
  knobs: { api-udfs: 30, api-wrong-secret: '401' }
  api:
    rate-limits: off
    fleet: 3
    users: { alice: { last-name: Smith } }
    accounts: { fabrikam: { fleet: 2, variables: { usrRegion: jp } } }
    faults: { getByUid: 504, getSites: 503 }
";

fn get(served: &Served, token: &str, path: &str) -> Value {
    let got = served.call("GET", path, &[("Authorization", token)], "");
    assert_eq!(got.status, 200, "{path}: {}", got.text());
    got.json()
}

fn users(served: &Served) -> Vec<String> {
    let keys = served.call("GET", "/shakedown/keys", &[], "").json();
    let rows = keys.as_array().expect("an array").clone();
    let row = |k: &Value| {
        let text = |name: &str| k[name].as_str().unwrap_or_default().to_owned();
        format!("{} {} {}", k["account"], text("account_name"), text("user"))
    };
    // A fleet comes with people of its own.
    let named = |k: &&Value| k["user"] == "admin" || k["user"] == "alice";
    rows.iter().filter(named).map(row).collect()
}

fn wrong_secret(served: &Served) -> u16 {
    let (key, _) = served.keys(0);
    let body = format!("grant_type=password&username={key}&password=wrong");
    let form = ("Content-Type", "application/x-www-form-urlencoded");
    served
        .call("POST", "/auth/oauth/token", &[LOGIN, form], &body)
        .status
}

pub fn the_api_section_of_a_world_is_obeyed() {
    let dir = tempfile::tempdir().expect("a folder");
    std::fs::write(dir.path().join("world.yaml"), WORLD).expect("the world");
    let args = ["--world", "world.yaml", "--state", "s.jsonl"];
    let served = Served::start(dir.path(), &args);
    let all = [
        "0 Contoso MSP admin",
        "0 Contoso MSP alice",
        "1 fabrikam admin",
    ];
    assert_eq!(users(&served), all);
    let keys = served.keys(0);
    let (own, other) = (served.token(0), served.token(1));
    let count = |served: &Served, token: &str| {
        let page = get(served, token, "/api/v2/account/devices");
        page["pageDetails"]["totalCount"].clone()
    };
    assert_eq!(count(&served, &own), 3);
    assert_eq!(count(&served, &other), 2);
    let variables = get(&served, &other, "/api/v2/account/variables");
    assert_eq!(variables["variables"][0]["name"], "usrRegion");
    let devices = get(&served, &own, "/api/v2/account/devices");
    let first = &devices["devices"][0];
    let portal = first["portalUrl"].to_string();
    assert!(portal.contains("merlot.centrastage.net"), "{portal}");
    let udfs = first["udf"].as_object().expect("UDFs").len();
    assert_eq!(udfs, 30);
    assert_eq!(wrong_secret(&served), 401);
    let faults = served.call("GET", "/shakedown/faults", &[], "").json();
    assert_eq!(faults, json!(["getByUid=504", "getSites=503"]));
    let rate = get(&served, &own, "/api/v2/system/request_rate");
    assert!(rate.is_object(), "{rate}");
    drop(served);

    let served = Served::start(dir.path(), &args);
    assert_eq!(users(&served), all, "the world is not written twice");
    assert_eq!(served.keys(0), keys);
    assert_eq!(count(&served, &served.token(1)), 2);
}

pub fn the_clock_of_a_world_is_where_time_begins() {
    let dir = tempfile::tempdir().expect("a folder");
    let world = WORLD.replace("  platform: merlot\n", "  clock: 2031-05-06T07:08:09Z\n");
    std::fs::write(dir.path().join("world.yaml"), world).expect("the world");
    let args = ["--world", "world.yaml", "--state", "s.jsonl"];
    let begin = 1_935_817_689_000;
    for _ in 0..2 {
        let served = Served::start(dir.path(), &args);
        let clock = served.call("GET", "/shakedown/clock", &[], "").json();
        let since = clock["ms"].as_i64().expect("a time") - begin;
        assert!(
            (0..600_000).contains(&since),
            "it runs on from there: {clock}"
        );
        let users = get(&served, &served.token(0), "/api/v2/account/users");
        let created = users["users"][0]["created"].as_i64().expect("a time");
        assert!((0..600_000).contains(&(created - begin)), "{users}");
    }
}

pub fn arguments_win_over_the_world() {
    let dir = tempfile::tempdir().expect("a folder");
    std::fs::write(dir.path().join("world.yaml"), WORLD).expect("the world");
    let served = Served::start(
        dir.path(),
        &[
            "--world",
            "world.yaml",
            "--platform",
            "syrah",
            "--seed",
            "8",
            "--fleet",
            "5",
            "--accounts",
            "3",
            "--knob",
            "wrong-secret=400",
            "--fault",
            "getSites=500",
        ],
    );
    assert_eq!(users(&served).len(), 4);
    for account in 0..3 {
        let page = get(&served, &served.token(account), "/api/v2/account/devices");
        assert_eq!(page["pageDetails"]["totalCount"], 5);
        let portal = page["devices"][0]["portalUrl"].to_string();
        assert!(portal.contains("syrah.centrastage.net"), "{portal}");
    }
    assert_eq!(wrong_secret(&served), 400);
    let faults = served.call("GET", "/shakedown/faults", &[], "").json();
    assert_eq!(faults, json!(["getByUid=504", "getSites=500"]));
}

pub fn a_world_without_steps_is_no_scenario_to_run() {
    let dir = tempfile::tempdir().expect("a folder");
    std::fs::write(dir.path().join("world.yaml"), WORLD).expect("the world");
    let run = std::process::Command::new(env!("CARGO_BIN_EXE_shakedown"))
        .args(["run", "world.yaml"])
        .current_dir(dir.path())
        .output()
        .expect("the program runs");
    let said = String::from_utf8_lossy(&run.stderr);
    assert_eq!(run.status.code(), Some(2), "{said}");
    assert!(said.contains("`steps:` is missing"), "{said}");
    std::fs::write(dir.path().join("world.yaml"), "world: {}\n").expect("the world");
    let serve = super::client::command(dir.path(), &["--world", "world.yaml"])
        .output()
        .expect("the program runs");
    let said = String::from_utf8_lossy(&serve.stderr);
    assert_eq!(serve.status.code(), Some(2), "{said}");
    assert!(said.contains("`scenario:` is missing"), "{said}");
}

const CLIENT: &str = "scenario: A component that is a client
world:
  devices: { pc: { os: linux } }
  components: { link: link }
";

/// A component whose script asks the API by its real name.
fn client(dir: &Path) {
    let folder = dir.join("link");
    std::fs::create_dir(&folder).expect("a folder");
    let manifest = "name: Link\ncategory: scripts\ntype: unix\nscript: link.sh\nvariables:\n  - { name: usrToken, type: string, default: '' }\n";
    std::fs::write(folder.join("component.yaml"), manifest).expect("the manifest");
    let script = "#!/bin/sh
curl --silent --fail --header \"Authorization: $usrToken\" \\
    https://pinotage-api.centrastage.net/api/v2/account/devices && echo && curl --silent \\
    --output /dev/null --write-out '%{http_code}' https://pinotage-api.centrastage.net/shakedown/keys
echo; echo $UDF_31
";
    std::fs::write(folder.join("link.sh"), script).expect("the script");
    std::fs::write(dir.join("world.yaml"), CLIENT).expect("the world");
}

pub fn a_component_on_a_device_reaches_the_served_platform() {
    let dir = tempfile::tempdir().expect("a folder");
    client(dir.path());
    let served = Served::start(dir.path(), &["--world", "world.yaml"]);
    let token = served.token(0);
    let devices = get(&served, &token, "/api/v2/account/devices");
    let uid = devices["devices"][0]["uid"].as_str().expect("a uid");
    let address = &devices["devices"][0]["intIpAddress"];
    assert_eq!(address, &Value::Null, "its card has none");
    let components = get(&served, &token, "/api/v2/account/components");
    let variables = json!([{ "name": "usrToken", "value": token }]);
    let udf = format!("/api/v2/device/{uid}/udf");
    let headers = [
        ("Authorization", token.as_str()),
        ("Content-Type", "application/json"),
    ];
    let set = served.call("POST", &udf, &headers, r#"{"udf31":"above thirty"}"#);
    assert_eq!(set.status, 200, "{}", set.text());
    let job = json!({ "jobName": "link", "jobComponent": {
        "componentUid": components["components"][0]["uid"], "variables": variables } });
    let path = format!("/api/v2/device/{uid}/quickjob");
    let queued = served.call("PUT", &path, &headers, &job.to_string());
    assert_eq!(queued.status, 200, "{}", queued.text());
    let job = queued.json()["job"]["uid"].clone();
    let job = job.as_str().expect("a uid");
    let idle = served.call("GET", "/shakedown/jobs?wait=30s", &[], "");
    assert_eq!(idle.json(), json!({ "idle": true, "open": [] }));
    let path = format!("/api/v2/job/{job}/results/{uid}/stdout");
    let out = get(&served, &token, &path)[0]["stdData"].clone();
    let out = out.as_str().expect("output");
    let lines: Vec<&str> = out.lines().collect();
    let [page, refused, udf] = lines[..] else {
        panic!("three lines: {out}")
    };
    let page: Value = serde_json::from_str(page).unwrap_or_else(|e| panic!("{e}: {out}"));
    assert_eq!(page["devices"][0]["uid"], uid);
    assert_eq!(refused, "404", "our own endpoints are not there");
    assert_eq!(udf, "above thirty", "what the API sets, the next job gets");
    let calls = served.call("GET", "/shakedown/calls", &[], "").json();
    let devices = calls.as_array().expect("an array").iter();
    let of = devices.filter(|c| c["operation"] == "getUserAccountDevices");
    assert_eq!(of.count(), 2);
}
