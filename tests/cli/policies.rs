//! Policies: what is refused when a scenario is read, and expectations that do not hold.

use super::Place;
use super::responses::refused;

const SCRIPT: &str = "#!/bin/sh\necho '<-Start Result->'\necho \"Status=$usrSays\"\necho '<-End Result->'\n[ -e /well ]\n";

fn place() -> Place {
    let place = Place::new();
    let component = |category: &str| {
        format!(
            "name: Sick\ncategory: {category}\ntype: unix\nscript: command.sh\nvariables:\n  - {{ name: usrSays, type: string, default: sick }}\n  - {{ name: usrLoud, type: boolean, default: 'false' }}\n"
        )
    };
    for (key, category) in [("sick", "monitors"), ("tidy", "scripts")] {
        place.file(
            &format!("scenarios/{key}/component.yaml"),
            &component(category),
        );
        place.file(&format!("scenarios/{key}/command.sh"), SCRIPT);
    }
    place
}

/// Line 6 is the policy, line 8 the step.
fn scenario(policy: &str, step: &str) -> String {
    format!(
        "scenario: policies\nworld:\n  devices: {{ pc: {{ os: linux }}, desk: {{ os: linux }} }}\n  components: {{ sick: sick, tidy: tidy }}\n  policies:\n    all: {policy}\nsteps:\n  - {step}\n"
    )
}

pub fn policies_that_nobody_could_run_are_told_before_the_run() {
    let place = place();
    let monitor = |monitor: &str| format!("{{ monitors: {{ m: {monitor} }} }}");
    let sick = |more: &str| monitor(&format!("{{ component: sick{more} }}"));
    let with = |more: &str| format!("{{ {more}, monitors: {{ m: {{ component: sick }} }} }}");
    for (policy, told) in [
        (monitor("{ every: 5m }"), "looks at exactly one thing"),
        (sick(", ping: { host: h }"), "looks at exactly one thing"),
        (monitor("{ component: sik }"), "sick"),
        (
            monitor("{ component: tidy }"),
            "not of the category monitors",
        ),
        (
            sick(", respond: { component: sick }"),
            "cannot respond to an alert",
        ),
        (sick(", variables: { usrSay: a }"), "did you mean usrSays"),
        (sick(", variables: { usrLoud: maybe }"), "usrLoud"),
        (
            sick(", respond: { component: tidy, variables: { usrSay: a } }"),
            "did you mean usrSays",
        ),
        (sick(", timeout: 0s"), "`timeout` of nothing"),
        (sick(", every: 59s"), "from 1m to 7d"),
        (sick(", every: 8d"), "from 1m to 7d"),
        (sick(", resolve: 90s"), "whole minutes"),
        (sick(", resolve: sometimes"), "`healthy`, `never`"),
        (sick(", priority: urgent"), "priority"),
        (
            monitor("{ ping: { host: h.example }, timeout: 5s }"),
            "belong to a component monitor",
        ),
        (
            monitor("{ ping: { host: h.example } }"),
            "no service of the world has the host",
        ),
        (with("targets: { account: false }"), "has no targets"),
        (with("targets: { devices: dsk }"), "desk"),
        (with("targets: { sites: osaka }"), "osaka"),
        (with("targets: { filter: {} }"), "says nothing"),
        (
            with("targets: { filter: { hostnam: pc } }"),
            "did you mean `hostname`",
        ),
        (with("pcy: none.pcy"), "there is no file"),
        ("{ enabled: true }".to_owned(), "monitors"),
    ] {
        place.file("scenarios/a.yaml", &scenario(&policy, "advance: 5m"));
        refused(&place, &policy, 6, told);
    }
}

pub fn expectations_on_monitors_that_never_run_are_refused() {
    let place = place();
    let policy = "{ targets: { devices: pc }, monitors: { m: { component: sick } } }";
    for (expect, told) in [
        ("runs: { on: desk, monitor: m, healthy: 0 }", "never runs"),
        ("alerts: { on: desk, monitor: m, open: 0 }", "never runs"),
        (
            "alert: { on: desk, monitor: m, state: resolved }",
            "never runs",
        ),
        ("runs: { monitor: all/n, healthy: 0 }", "all/m"),
        ("runs: { on: dsk, healthy: 0 }", "desk"),
        ("runs: { on: pc }", "says nothing"),
        ("runs: { helthy: 0 }", "did you mean `healthy`"),
    ] {
        let step = format!("{{ advance: 5m, expect: {{ {expect} }} }}");
        place.file("scenarios/a.yaml", &scenario(policy, &step));
        refused(&place, expect, 8, told);
    }
    for expect in [
        "files: { /x: present }",
        "online: false",
        "footprint: none",
        "udf: { 5: empty }",
        "processes: { not-running: x }",
    ] {
        let step = format!("{{ advance: 5m, expect: {{ {expect} }} }}");
        place.file("scenarios/a.yaml", &scenario(policy, &step));
        refused(&place, expect, 8, "cannot be judged after `advance 5m`");
    }
    let beside = "{ monitor: sick, on: pc, runs: 2 }";
    place.file("scenarios/a.yaml", &scenario(policy, beside));
    refused(&place, beside, 8, "monitors of the policies");
    let twice = "{ monitors: { m: { component: sick, respond: [ticket, ticket] } } }";
    place.file("scenarios/a.yaml", &scenario(twice, "advance: 5m"));
    refused(&place, twice, 6, "an alert has one ticket");
    let apart = "parallel: [{ advance: 5m }, { advance: 5m }]";
    place.file("scenarios/a.yaml", &scenario(policy, apart));
    refused(&place, apart, 8, "cannot stand in `parallel`");
}

#[cfg(target_os = "linux")]
pub fn policies_that_do_otherwise_fail() {
    let place = place();
    let policy =
        "{ targets: { devices: pc }, monitors: { m: { component: sick, priority: low } } }";
    for (expect, told) in [
        ("alerts: none", "all/m on pc"),
        ("alerts: { opened: 2 }", "alerts.opened"),
        ("runs: { healthy: 1 }", "runs.healthy"),
        ("runs: { alerting: 1 }", "runs.alerting"),
        ("runs: { skipped: 1 }", "runs.skipped"),
        ("alert: { on: desk, state: open }", "none was ever opened"),
        ("alert: { priority: high }", "alert.priority"),
        (
            "alert: { samples: { Stat: { not-contains: x } } }",
            "Status",
        ),
        ("alert: { fields: { code: '1' } }", "a field code"),
        ("alert: { context: eventlog_ctx }", "comp_script_ctx"),
        ("notes: [policy-disabled]", "notes"),
    ] {
        let step = format!("{{ advance: 10m, expect: {{ {expect} }} }}");
        place.file("scenarios/a.yaml", &scenario(policy, &step));
        let call = place.call(&["run"]);
        assert_eq!(call.code, Some(1), "{expect}: {}", call.stderr);
        let all = format!("{}{}", call.stdout, call.stderr);
        let all = all.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(all.contains(told), "{expect}: {all}");
    }
    let mistaken = "{ monitors: { m: { component: sick, variables: { usrSay: a } } } }";
    place.file("scenarios/a.yaml", &scenario(mistaken, "advance: 5m"));
    let call = place.call(&["run"]);
    assert_eq!(call.code, Some(1), "{}", call.stderr);
    for told in ["did you mean usrSays", "a.yaml:6:"] {
        let all = format!("{}{}", call.stdout, call.stderr);
        assert!(all.contains(told), "{told}: {all}");
    }
}
