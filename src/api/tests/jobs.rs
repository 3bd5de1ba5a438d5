//! Quick jobs: what is taken, what is shown before, during and after the run.

use super::devices::{uid_of, with_device, with_fleet, with_knobs};
use super::*;
use crate::api::Agents;
use crate::platform::desk::read;
use crate::rmm::api_knobs::{ApiKnobs, ApiOutputBeforeRun};
use crate::rmm::component::{
    Category, InstallType, Metadata, SelectionOption, Variable, VariableType,
};
use crate::rmm::event::Stream;
use crate::rmm::job::JobStatus;
use crate::rmm::observed::Exit;
use serde_json::json as value;
use std::sync::Mutex;

const HOUR: i64 = 3_600_000;

fn variable(idx: u32, name: &str, kind: VariableType, default: &str) -> Variable {
    Variable {
        idx,
        name: name.into(),
        kind,
        description: String::new(),
        default: default.into(),
        options: match kind {
            VariableType::Selection => vec![SelectionOption {
                name: "All drives".into(),
                value: "*".into(),
            }],
            _ => Vec::new(),
        },
    }
}

fn add_component(world: &World, key: &str, category: Category) {
    let listed = Metadata {
        name: "Clean".into(),
        category,
        description: String::new(),
        uid: format!("uid-{key}"),
        version: 1,
        timeout: 60,
        security_level: 1,
        install_type: InstallType::Unix,
        // Not in the order of the page, as packages have them.
        variables: vec![
            variable(2, "Drive", VariableType::Selection, "All drives"),
            variable(0, "Force", VariableType::Boolean, "true"),
            variable(1, "Text", VariableType::String, ""),
            variable(3, "Day", VariableType::Date, ""),
        ],
        post_conditions: Vec::new(),
    };
    world.emit(
        0,
        What::ComponentAdded {
            component: key.into(),
            uid: format!("uid-{key}"),
            name: "Clean".into(),
            version: 1,
            source: "made up".into(),
            listed: Some(Box::new(listed)),
        },
    );
}

fn with_component(settings: Settings) -> (World, String) {
    let (world, token) = with_device(settings);
    add_component(&world, "clean", Category::Scripts);
    (world, token)
}

fn ask(world: &World, token: &str, device: &str, variables: Value) -> Answer {
    let body = value!({
        "jobName": "Clean up",
        "jobComponent": { "componentUid": "uid-clean", "variables": variables },
    });
    let target = format!("/api/v2/device/{device}/quickjob");
    world.with(token, "PUT", &target, &body.to_string())
}

/// A job that was taken: its uid.
fn queue(world: &World, token: &str) -> String {
    let answer = ask(world, token, "uid-pc", Value::Null);
    assert_eq!(answer.status, 200, "{}", body(&answer));
    text(&json(&answer)["job"]["uid"])
}

fn run(world: &World, job: &str, status: JobStatus) {
    world.emit(0, What::JobStarted { job: job.into() });
    world.emit(
        0,
        What::Output {
            job: job.into(),
            stream: Stream::Stdout,
            text: Some("done\n".into()),
            base64: None,
            bytes: 5,
            cut: false,
        },
    );
    let exit = Exit::Code(i32::from(status == JobStatus::Failure));
    world.emit(
        0,
        What::JobEnded {
            job: job.into(),
            status,
            exit,
        },
    );
}

#[derive(Default)]
struct Told(Mutex<Vec<(u16, String)>>);

impl Agents for Told {
    fn queued(&self, account: u16, job: &str) {
        let mut all = self.0.lock().expect("no test panics in it");
        all.push((account, job.to_owned()));
    }
}

#[test]
fn a_job_is_answered_with_its_components_and_told_to_what_runs_it() {
    let (mut world, token) = with_component(settings());
    let told = Arc::new(Told::default());
    world.api = Api::new(settings()).with_agents(told.clone());
    let variables =
        value!([{ "name": "Force", "value": "false" }, { "name": "Text", "value": null }]);
    let answer = json(&ask(&world, &token, "uid-pc", variables));
    let uid = text(&answer["job"]["uid"]);
    assert_eq!(
        answer,
        value!({
            "job": { "id": 1, "dateCreated": START, "name": "Clean up", "uid": uid, "status": "active" },
            "jobComponents": [{
                "uid": "uid-clean", "name": "Clean",
                "variables": [
                    { "name": "Force", "value": "false" }, { "name": "Text", "value": "" },
                    { "name": "Drive", "value": "All drives" }, { "name": "Day", "value": "" },
                ],
            }],
        })
    );
    assert_eq!(
        *told.0.lock().expect("no test panics in it"),
        [(0, uid.clone())]
    );
    let components = world.get(&token, &format!("/api/v2/job/{uid}/components"));
    assert_eq!(components["jobComponents"], answer["jobComponents"]);
    assert_eq!(components["pageDetails"]["totalCount"], 1);
    let ledger = read(&world.shared);
    let job = ledger.state().jobs.get(&uid).expect("it is queued");
    assert_eq!(job.by.as_deref(), Some("ann@example.test"));
    // What was not given is left to the component's defaults, which the Agent knows.
    assert_eq!(
        job.variables.iter().collect::<Vec<_>>(),
        [(&"Force".to_owned(), &"false".to_owned())]
    );
}

#[test]
fn variables_may_be_null_missing_or_none() {
    let (world, token) = with_component(settings());
    for component in [
        value!({ "componentUid": "uid-clean", "variables": null }),
        value!({ "componentUid": "uid-clean" }),
        value!({ "componentUid": "uid-clean", "variables": [] }),
    ] {
        let body = value!({ "jobName": "x", "jobComponent": component }).to_string();
        assert_eq!(
            world.status(&token, "PUT", "/api/v2/device/uid-pc/quickjob", &body),
            200
        );
    }
}

#[test]
fn values_must_be_of_the_type_the_component_declares() {
    let (world, token) = with_component(settings());
    let long = "x".repeat(16_195);
    for (name, given, status) in [
        ("Force", "TRUE", 200),
        ("Force", "yes", 400),
        ("Drive", "All drives", 200),
        ("Drive", "*", 200),
        ("Drive", "some", 400),
        ("Day", "2026-02-28", 200),
        ("Day", "", 200),
        ("Day", "2026-02-30", 400),
        ("Text", long.as_str(), 200),
        ("Text", "a\0b", 400),
        ("text", "no such name in this case", 400),
        ("Other", "x", 400),
    ] {
        let answer = ask(
            &world,
            &token,
            "uid-pc",
            value!([{ "name": name, "value": given }]),
        );
        assert_eq!(
            answer.status,
            status,
            "{name}={given:.20}: {}",
            body(&answer)
        );
    }
    let twice = value!([{ "name": "Text", "value": "a" }, { "name": "Text", "value": "b" }]);
    assert_eq!(ask(&world, &token, "uid-pc", twice).status, 400);
}

#[test]
fn what_cannot_run_a_job_is_refused_one() {
    let (world, token) = with_component(settings());
    add_component(&world, "watch", Category::Monitors);
    let put = |device: &str, component: &str| {
        let body = value!({ "jobName": "x", "jobComponent": { "componentUid": component } });
        let target = format!("/api/v2/device/{device}/quickjob");
        world.with(&token, "PUT", &target, &body.to_string()).status
    };
    assert_eq!(put("uid-pc", "uid-clean"), 200);
    assert_eq!(put("uid-pc", "uid-none"), 400);
    assert_eq!(put("uid-pc", "uid-watch"), 400);
    assert_eq!(put("none", "uid-clean"), 404);
    let on_demand = r#"{"name":"Kobe","onDemand":true}"#;
    assert_eq!(
        world.status(&token, "POST", "/api/v2/site/uid-kobe", on_demand),
        200
    );
    assert_eq!(
        world.status(&token, "PUT", "/api/v2/device/uid-pc/site/uid-kobe", ""),
        200
    );
    assert_eq!(put("uid-pc", "uid-clean"), 400);
    for bad in [
        "{}",
        r#"{"jobName":"x"}"#,
        r#"{"jobComponent":{"componentUid":"uid-clean"}}"#,
        "x",
    ] {
        assert_eq!(
            world.status(&token, "PUT", "/api/v2/device/uid-pc/quickjob", bad),
            400,
            "{bad}"
        );
    }
}

#[test]
fn a_job_goes_from_pending_over_running_to_its_end() {
    let (world, token) = with_component(settings());
    for (end, component, warnings) in [
        (JobStatus::Success, "Success", 0),
        (JobStatus::Warning, "Success", 1),
        (JobStatus::Failure, "Failure", 0),
    ] {
        let uid = queue(&world, &token);
        let job = || text(&world.get(&token, &format!("/api/v2/job/{uid}"))["status"]);
        let results = || world.get(&token, &format!("/api/v2/job/{uid}/results/uid-pc"));
        assert_eq!(
            (job().as_str(), &results()["jobDeploymentStatus"]),
            ("active", &value!("Pending"))
        );
        assert_eq!(
            (
                &results()["ranOn"],
                &results()["componentResults"][0]["componentStatus"]
            ),
            (&Value::Null, &Value::Null)
        );
        world.emit(0, What::JobStarted { job: uid.clone() });
        assert_eq!(
            (job().as_str(), &results()["jobDeploymentStatus"]),
            ("active", &value!("Running"))
        );
        let began = results()["ranOn"].clone();
        assert_eq!(began, read(&world.shared).now_ms());
        run(&world, &uid, end);
        assert_eq!(job(), "completed");
        let word = results()["jobDeploymentStatus"]
            .as_str()
            .map(str::to_lowercase);
        assert_eq!(word.as_deref(), Some(end.word()));
        assert_eq!(
            results()["componentResults"],
            value!([{
                "componentUid": "uid-clean", "componentName": "Clean", "componentStatus": component,
                "numberOfWarnings": warnings, "hasStdOut": true, "hasStdErr": false,
            }])
        );
    }
}

#[test]
fn output_is_a_bare_array() {
    let (world, token) = with_component(settings());
    let uid = queue(&world, &token);
    let of = |stream: &str| {
        world.get(
            &token,
            &format!("/api/v2/job/{uid}/results/uid-pc/{stream}"),
        )
    };
    assert_eq!((of("stdout"), of("stderr")), (value!([]), value!([])));
    run(&world, &uid, JobStatus::Success);
    let row = |text: &str| value!([{ "componentUid": "uid-clean", "componentName": "Clean", "stdData": text }]);
    assert_eq!((of("stdout"), of("stderr")), (row("done\n"), row("")));
}

#[test]
fn output_before_the_run_is_not_found_where_the_knob_says_so() {
    let knobs = ApiKnobs {
        output_before_run: ApiOutputBeforeRun::NotFound,
        ..ApiKnobs::default()
    };
    let (world, token) = with_component(with_knobs(knobs));
    let uid = queue(&world, &token);
    let target = format!("/api/v2/job/{uid}/results/uid-pc/stdout");
    assert_eq!(world.status(&token, "GET", &target, ""), 404);
    run(&world, &uid, JobStatus::Success);
    assert_eq!(world.status(&token, "GET", &target, ""), 200);
}

#[test]
fn unknown_jobs_and_devices_of_a_job_are_not_found() {
    let (world, token) = with_component(settings());
    let uid = queue(&world, &token);
    world.emit(
        0,
        What::DeviceCreated {
            device: "other".into(),
            uid: "uid-other".into(),
            site: "osaka".into(),
            os: "linux".into(),
            hostname: "other".into(),
        },
    );
    for path in [
        "none".to_owned(),
        "none/components".to_owned(),
        "none/results/uid-pc".to_owned(),
        format!("{uid}/results/none"),
        format!("{uid}/results/uid-other"),
        format!("{uid}/results/uid-other/stdout"),
        format!("{uid}/results/none/stderr"),
    ] {
        assert_eq!(
            world.status(&token, "GET", &format!("/api/v2/job/{path}"), ""),
            404,
            "{path}"
        );
    }
    let bob = world.token(1, "bob");
    assert_eq!(
        world.status(&bob, "GET", &format!("/api/v2/job/{uid}"), ""),
        404
    );
}

#[test]
fn a_job_that_waits_too_long_expires_when_it_is_asked_for() {
    let knobs = ApiKnobs {
        job_expiry_hours: 10,
        ..ApiKnobs::default()
    };
    let (world, token) = with_component(with_knobs(knobs));
    let uid = queue(&world, &token);
    let status = || {
        let results = world.get(&token, &format!("/api/v2/job/{uid}/results/uid-pc"));
        text(&results["jobDeploymentStatus"])
    };
    world.advance(10 * HOUR - 1);
    assert_eq!(status(), "Pending");
    world.advance(1);
    assert_eq!(status(), "Expired");
    assert_eq!(
        world.get(&token, &format!("/api/v2/job/{uid}"))["status"],
        "completed"
    );
    let stdout = world.get(&token, &format!("/api/v2/job/{uid}/results/uid-pc/stdout"));
    assert_eq!(stdout, value!([]));
}

#[test]
fn a_job_on_a_device_of_a_fleet_waits_because_nothing_runs_it() {
    let (world, token) = with_fleet(100, settings());
    let (component, device) = {
        let ledger = read(&world.shared);
        let state = ledger.state();
        let uid = state
            .components
            .values()
            .next()
            .expect("a component")
            .uid
            .clone();
        let managed = uid_of(&world, |d| {
            d.details.category == "Desktop"
                && state
                    .sites
                    .get(&d.site)
                    .is_some_and(|s| !s.details.on_demand)
        });
        (uid, managed)
    };
    let body = value!({ "jobName": "x", "jobComponent": { "componentUid": component } });
    let put = |device: &str| {
        let target = format!("/api/v2/device/{device}/quickjob");
        world.with(&token, "PUT", &target, &body.to_string())
    };
    let uid = text(&json(&put(&device))["job"]["uid"]);
    let results = world.get(&token, &format!("/api/v2/job/{uid}/results/{device}"));
    assert_eq!(results["jobDeploymentStatus"], "Pending");
    let printer = uid_of(&world, |d| d.details.category == "Printer");
    assert_eq!(put(&printer).status, 400);

    let real = What::DeviceBooted {
        device: {
            let ledger = read(&world.shared);
            let found = ledger.state().devices.by_uid(&device);
            found.expect("a device").0.to_owned()
        },
        engine: "sandbox".into(),
        reduced: None,
        powershell: None,
    };
    world.emit(0, real);
    let refused = put(&device);
    assert_eq!(refused.status, 400, "a made-up component has no script");
    assert!(text(&json(&refused)["message"]).contains("made up with the fleet"));
}

#[test]
fn jobs_of_one_seed_have_the_same_uids_again_and_no_two_alike() {
    let uids = || {
        let (world, token) = with_component(settings());
        [queue(&world, &token), queue(&world, &token)]
    };
    assert_eq!(uids(), uids());
    assert_ne!(uids()[0], uids()[1]);
}
