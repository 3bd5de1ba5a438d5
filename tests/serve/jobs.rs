//! Jobs that the API queues run on devices.

use super::client::Served;
use serde_json::{Value, json};
use std::path::Path;

const WORLD: &str = "scenario: A world to serve
world:
  account: { name: Contoso MSP, variables: { usrRegion: jp } }
  sites: { osaka: { variables: { usrLicence: { value: hunter2hunter2, masked: true } } } }
  devices: { pc: { os: linux } }
  components: { tell: tell }
steps:
  - { job: tell, on: pc }
";

fn world(dir: &Path, script: &str) {
    let folder = dir.join("tell");
    let status = std::process::Command::new(env!("CARGO_BIN_EXE_shakedown"))
        .args(["new", "component"])
        .arg(&folder)
        .output()
        .expect("the program runs");
    assert!(
        status.status.success(),
        "{}",
        String::from_utf8_lossy(&status.stderr)
    );
    let script_file = std::fs::read_dir(&folder)
        .expect("the folder")
        .flatten()
        .map(|e| e.path())
        .find(|p| p.extension().is_some_and(|e| e == "sh"))
        .expect("its script");
    std::fs::write(script_file, script).expect("the script");
    std::fs::write(dir.join("world.yaml"), WORLD).expect("the world");
}

struct Client<'s> {
    served: &'s Served,
    token: String,
}

impl Client<'_> {
    fn get(&self, path: &str) -> Value {
        let headers = [("Authorization", self.token.as_str())];
        let got = self.served.call("GET", path, &headers, "");
        assert_eq!(got.status, 200, "{path}: {}", got.text());
        got.json()
    }

    fn first(&self, path: &str, list: &str) -> String {
        let uid = self.get(path)[list][0]["uid"].as_str().map(str::to_owned);
        uid.expect("there is one")
    }

    fn job(&self, device: &str, component: &str) -> String {
        let body = json!({ "jobName": "try", "jobComponent": { "componentUid": component } });
        let headers = [
            ("Authorization", self.token.as_str()),
            ("Content-Type", "application/json"),
        ];
        let path = format!("/api/v2/device/{device}/quickjob");
        let got = self.served.call("PUT", &path, &headers, &body.to_string());
        assert_eq!(got.status, 200, "{}", got.text());
        let uid = got.json()["job"]["uid"].as_str().map(str::to_owned);
        uid.expect("a uid")
    }

    fn results(&self, job: &str, device: &str) -> Value {
        self.get(&format!("/api/v2/job/{job}/results/{device}"))
    }
}

pub fn a_quick_job_runs_on_the_device_and_is_told() {
    let dir = tempfile::tempdir().expect("a folder");
    let script = "#!/bin/bash\necho \"region $usrRegion licence ${#usrLicence} at $CS_PROFILE_NAME\"\necho oops >&2\n";
    world(dir.path(), script);
    let served = Served::start(dir.path(), &["--world", "world.yaml"]);
    let client = Client {
        served: &served,
        token: served.token(0),
    };
    let device = client.first("/api/v2/account/devices", "devices");
    let component = client.first("/api/v2/account/components", "components");
    let idle = || {
        served
            .call("GET", "/shakedown/jobs?wait=30s", &[], "")
            .json()
    };
    let job = client.job(&device, &component);
    assert_eq!(idle(), json!({ "idle": true, "open": [] }));
    assert_eq!(
        client.results(&job, &device)["jobDeploymentStatus"],
        "Success"
    );
    let text = |stream: &str| {
        let path = format!("/api/v2/job/{job}/results/{device}/{stream}");
        client.get(&path)[0]["stdData"].as_str().map(str::to_owned)
    };
    assert_eq!(
        text("stdout").as_deref(),
        Some("region jp licence 14 at osaka\n")
    );
    assert_eq!(text("stderr").as_deref(), Some("oops\n"));

    let online = |online: bool| {
        let body = json!({ "online": online }).to_string();
        let path = format!("/shakedown/device/{device}/online");
        assert_eq!(served.call("POST", &path, &[], &body).status, 200);
    };
    online(false);
    let waits = client.job(&device, &component);
    let late = client.job(&device, &component);
    assert_eq!(idle()["open"].as_array().map(Vec::len), Some(2));
    assert_eq!(
        client.results(&waits, &device)["jobDeploymentStatus"],
        "Pending"
    );
    online(true);
    assert_eq!(idle(), json!({ "idle": true, "open": [] }));
    assert_eq!(
        client.results(&waits, &device)["jobDeploymentStatus"],
        "Success"
    );
    assert_eq!(
        client.results(&late, &device)["jobDeploymentStatus"],
        "Success"
    );

    online(false);
    let expires = client.job(&device, &component);
    let by = json!({ "by": "169h" }).to_string();
    served.call("POST", "/shakedown/advance", &[], &by);
    let token = served.token(0);
    let client = Client {
        served: &served,
        token,
    };
    assert_eq!(
        client.results(&expires, &device)["jobDeploymentStatus"],
        "Expired"
    );
}

pub fn a_job_of_a_server_that_ends_is_not_lost_in_silence() {
    lost(rustix::process::Signal::TERM);
}

pub fn a_job_of_a_killed_server_is_not_lost_in_silence() {
    lost(rustix::process::Signal::KILL);
}

fn lost(signal: rustix::process::Signal) {
    let dir = tempfile::tempdir().expect("a folder");
    world(
        dir.path(),
        "#!/bin/bash\necho begun >&2\nsleep 60\necho done\n",
    );
    let args = ["--world", "world.yaml", "--state", "s.jsonl"];
    let served = Served::start(dir.path(), &args);
    let token = served.token(0);
    let client = Client {
        served: &served,
        token: token.clone(),
    };
    let device = client.first("/api/v2/account/devices", "devices");
    let component = client.first("/api/v2/account/components", "components");
    let runs = client.job(&device, &component);
    let begun = std::time::Instant::now();
    while client.results(&runs, &device)["jobDeploymentStatus"] != "Running" {
        assert!(begun.elapsed().as_secs() < 30, "it never runs");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    served.signal(signal);
    served.ended();

    let served = Served::start(dir.path(), &args);
    let client = Client {
        served: &served,
        token,
    };
    assert_eq!(
        client.results(&runs, &device)["jobDeploymentStatus"],
        "Failure"
    );
    let path = format!("/api/v2/job/{runs}/results/{device}/stderr");
    let told = client.get(&path)[0]["stdData"].to_string();
    assert!(
        told.contains("shakedown: the platform ended while the job ran"),
        "{told}"
    );
    assert!(told.len() < 500, "{told}");
    assert_eq!(client.first("/api/v2/account/devices", "devices"), device);
    let sites = client.get("/api/v2/account/sites");
    let named = sites["sites"].to_string().matches("\"osaka\"").count();
    assert_eq!(named, 1, "the world is not written twice: {sites}");
}

pub fn a_device_that_the_world_lost_is_offline() {
    let dir = tempfile::tempdir().expect("a folder");
    world(dir.path(), "#!/bin/bash\necho done\n");
    let file = dir.path().join("world.yaml");
    let text = std::fs::read_to_string(&file).expect("the world");
    let two = text.replace(
        "{ pc: { os: linux } }",
        "{ pc: { os: linux }, old: { os: linux } }",
    );
    std::fs::write(&file, two).expect("the world");
    let args = ["--world", "world.yaml", "--state", "s.jsonl"];
    let served = Served::start(dir.path(), &args);
    let token = served.token(0);
    served.stopped();
    std::fs::write(&file, text).expect("the world");

    let served = Served::start(dir.path(), &args);
    let client = Client {
        served: &served,
        token,
    };
    let devices = client.get("/api/v2/account/devices");
    let devices = devices["devices"].as_array().expect("devices").clone();
    let online = |name: &str| {
        let device = devices.iter().find(|d| d["hostname"] == name);
        let device = device.expect("it is listed");
        let uid = device["uid"].as_str().expect("a uid").to_owned();
        (uid, device["online"].clone())
    };
    assert_eq!(online("pc").1, true);
    let (old, stands) = online("old");
    assert_eq!(stands, false);
    let component = client.first("/api/v2/account/components", "components");
    client.job(&old, &component);
    let jobs = served.call("GET", "/shakedown/jobs?wait=20s", &[], "");
    let jobs = jobs.json();
    assert_eq!(jobs["idle"], true, "nobody waits for what cannot run");
    assert_eq!(jobs["open"].as_array().map(Vec::len), Some(1));
    let path = format!("/shakedown/device/{old}/online");
    let back = served.call("POST", &path, &[], "{\"online\":true}");
    assert_eq!(back.status, 500, "{}", back.text());
    let (_, _, err) = served.stopped();
    assert!(err.contains("note: the world has no device old"), "{err}");
}
