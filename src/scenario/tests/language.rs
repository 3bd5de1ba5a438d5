//! What the language can say, key by key.

use super::{good, load, steps};
use crate::rmm::service::Fault;
use crate::scenario::matcher::NumberMatcher;
use crate::scenario::step::{Action, DeviceAct, Overlap, PortalAct, SkipWhen};
use crate::scenario::world::FileContent;
use std::time::Duration;

/// Scenarios that are right; also checked against the JSON Schema.
pub(super) const GOOD: &[&str] = &[EVERYTHING, MATRIX, GROUPS];

const EVERYTHING: &str = r#"
scenario: every key once
description: more
tags: one
skip: { reason: needs root, when: reduced }
engine: sandbox-full
seed: 7
timeout: 1h30m
world:
  platform: merlot
  clock: 2026-03-01T08:00:00+01:00
  account: { name: MSP, variables: { a: 1, b: yes, c: { value: 1.50, masked: true } } }
  sites:
    osaka:
    kobe: { name: Kobe, description: d, variables: { x: '' }, proxy: { host: p, port: 3128, username: u, password: w } }
  devices:
    web-01:
      site: osaka
      os: linux
      hostname: web01.example
      domain: EXAMPLE
      description: front
      engine: sandbox
      root: [../root/a, ../root/b]
      udf: { 5: five }
      files: { /etc/a: text, /etc/b: { from: ./b, mode: "0755" }, /etc/c: { text: 'echo ${HOME}', mode: 600 } }
      doubles: { lsb_release: Debian, /usr/bin/uname: { exit: 1 } }
      mac: 02-00-5E-10-00-01
      serial: 1234
      online: false
    mac-01: { site: kobe, os: macos }
  components: { deploy: ./deploy, status: ./status.cpt }
  services:
    cloud:
      url: http://cloud.example:8080/v1
      fault: { delay: 2s }
      routes:
        - when: { method: report, path: '/a/**', query: { q: 1 }, headers: { X-A: b }, body-contains: text }
          then:
            - { status: 503, fault: { truncate: 50 } }
            - { headers: { X-B: c }, body: hello }
        - then: { json: [1, { a: null }] }
  doubles:
    osascript:
      - { when: '^-e', stdout: done, stderr: warn, exit: 3, delay: 10ms }
      - { run: 'echo "$1 ${HOME}"' }
    reboot:
  knobs:
    stdin: open
    timeout-status: expired
    udf-count: 300
    udf-overlong: reject
    udf-after-sync: keep
    bare-result-line: drop
    several-blocks: last
    diagnostic-limit: 0s
    auto-resolve: after-time
    auto-resolve-after: 2h
    boolean-text: capital
    empty-variable: unset
    date-format: '%d.%m.%Y'
steps:
  - job: deploy
    name: install
    on: [web-01, mac-01]
    variables: { v: { value: '${seed}', masked: true }, n: 007 }
    timeout: 30s
    stdin: 'null'
    retry: { times: 3, every: 1s, within: 10s }
    expect:
      status: [success, warning]
      exit: { at-least: 0, at-most: 9, not: 4 }
      timed-out: false
      stdout: { starts-with: a, ends-with: z, contains: [b, c], not-contains: d, matches: ['^a', 'z$'], not-matches: q, lines: 3, empty: false }
      stderr: any
      udf: { 1: empty, 300: { snapshot: snap/udf.txt } }
      description: front
      footprint:
        created: /opt/x/**
        changed: ['/etc/{a,b}']
        metadata: '**/c'
        deleted: [/d]
        only: [/opt/**, /etc/*]
        untouched: /root/**
        residue: [/opt/x/log]
      processes: { running: A, not-running: [B], left: none, holding: { only: [A] } }
      services:
        cloud:
          calls: { at-least: 1 }
          unmatched: 0
          requests: [{ post: /v1/x }, { method: REPORT, path: { matches: x }, body: b, headers: { X-A: b }, json: { $.a.b: { contains: c } }, status: 200 }]
      doubles: { osascript: { calls: 1, args: { contains: -e }, stdin: empty } }
      reboot: attempted
      input: awaited
      names: { contains: cloud.example, not-contains: '*.evil', only: '*.example' }
      connections: none
      notes: [udf-truncated, 'x-*']
      files:
        /a: absent
        /b: present
        /c: { contains: licensed }
        /d: { text: { matches: x }, mode: '0644', kind: file, size: { at-most: 10 } }
        /e: exact text
        /f: { present: true }
      duration: { at-most: 5s, at-least: 1ms }
      alerts: none
      variables: { account: { a: '1' }, kobe: { x: empty } }
      online: true
    capture:
      out: stdout
      id: { from: stdout, matches: 'id=(\w+)' }
      five: udf.5
  - monitor: status
    on: web-01
    variables: { x: '${out}' }
    every: 5m
    runs: 4
    overlapping: true
    stagger: 100ms
    priority: high
    timeout: 5s
    until: { within: 5s, every: 100ms }
    expect:
      runs: { alerting: 1, healthy: 3 }
      samples: { Output: ok }
      alerts: { opened: 1, resolved: 0, open: { at-most: 1 } }
      alert: { samples: { Output: { contains: '${id}' } }, text: any, diagnostic: { lines: 2 }, priority: high, state: open }
  - { device: web-01, shell: 'echo $${HOME} ${web-01.hostname}', timeout: 5s, expect: { stdout: { contains: / } } }
  - { device: web-01, reboot: true }
  - { device: [web-01, mac-01], online: true }
  - { device: web-01, write: { /etc/x: '${five}', /etc/y: { from: ./y } } }
  - { device: web-01, remove: '/etc/${out}' }
  - { device: web-01, kill: Daemon, skip: later }
  - { device: web-01, double: { osascript: other } }
  - { portal: set-udf, on: web-01, udf: { 5: '' } }
  - { portal: set-variable, scope: account, variables: { a: 2 } }
  - { portal: delete-variable, scope: kobe, names: [x] }
  - { portal: resolve-alert, monitor: status, on: web-01 }
  - { portal: set-description, on: web-01, text: '${site.kobe.uid} ${account.uid}' }
  - { portal: upload-variables, csv: "site,name,value,masked\nkobe,x,1,false\n" }
  - { service: cloud, fault: unknown-name }
  - { service: cloud, on: web-01, fault: none, retry: 2 }
  - { advance: 100h }
  - { check: web-01, until: 5s, expect: { online: true } }
  - parallel:
      - { advance: 1s }
      - { device: web-01, kill: x }
  - { api: 'GET /v2/account', expect: { json: { $.name: Contoso, '$.devices[*].id': { contains: 5 }, $.gone: absent } } }
finally:
  - { device: web-01, shell: 'true' }
"#;

#[test]
fn every_key_is_read() {
    let s = good(EVERYTHING);
    assert_eq!(s.skip_when, SkipWhen::Reduced);
    assert_eq!((s.seed, s.timeout), (Some(7), Duration::from_secs(5400)));
    assert_eq!(s.tags[0].value, "one");
    let w = &s.world;
    assert_eq!(w.clock_ms, 1_772_348_400_000);
    let texts: Vec<_> = w
        .account
        .variables
        .iter()
        .map(|v| v.value.as_str())
        .collect();
    assert_eq!(texts, ["1", "yes", "1.50"]);
    assert_eq!(w.sites[0].name, "osaka");
    assert_eq!(
        w.devices[0].mac.as_ref().unwrap().value,
        "02:00:5e:10:00:01"
    );
    assert_eq!(w.devices[0].files[1].mode, 0o755);
    assert_eq!(w.devices[0].files[2].mode, 0o600);
    let FileContent::From(path) = &w.devices[0].files[1].content else {
        panic!("{:?}", w.devices[0].files[1])
    };
    assert_eq!(path.value, std::path::Path::new("./b"));
    assert!(!w.devices[0].online && w.devices[1].online);
    assert_eq!(w.services[0].base_path, "/v1");
    let route = &w.services[0].routes[0];
    assert_eq!(route.when.method.as_deref(), Some("REPORT"));
    assert_eq!(route.replies[0].fault, Some(Fault::Truncate(50)));
    assert_eq!(
        w.services[0].routes[1].replies[0].headers[0].1,
        "application/json"
    );
    assert_eq!(
        w.doubles[0].replies[1].run.as_deref(),
        Some("echo \"$1 ${HOME}\"")
    );
    assert_eq!(w.doubles[1].replies.len(), 1);
    assert_eq!(w.devices[0].doubles[0].replies[0].stdout, "Debian\n");
    assert_eq!(
        (w.knobs.diagnostic_seconds, w.knobs.auto_resolve_minutes),
        (0, 120)
    );
    let job = &s.steps[0];
    assert_eq!((job.title.as_str(), job.captures.len()), ("install", 3));
    let Action::Job { variables, on, .. } = &job.action else {
        panic!("{:?}", job.action)
    };
    assert_eq!((variables[1].value.as_str(), on.len()), ("007", 2));
    let e = &job.expect;
    assert_eq!(e.stdout.as_ref().unwrap().matches.len(), 2);
    assert_eq!(e.udf[1].0.value, 300);
    assert_eq!(e.files[3].1.mode, Some(0o644));
    assert_eq!(
        e.files[4].1.text.as_ref().unwrap().equals.as_deref(),
        Some("exact text")
    );
    assert_eq!(e.services[0].1.requests[0].method.as_deref(), Some("POST"));
    assert_eq!(e.variables.len(), 2);
    let Action::Monitor {
        runs, overlapping, ..
    } = &s.steps[1].action
    else {
        panic!("{:?}", s.steps[1].action)
    };
    assert_eq!((*runs, *overlapping), (4, Overlap::Staggered));
    assert_eq!(
        s.steps[1].retry.as_ref().unwrap().within,
        Some(Duration::from_secs(5))
    );
    assert!(
        matches!(&s.steps[6].action, Action::Device { act: DeviceAct::Remove(p), .. } if p[0].value == "/etc/${out}")
    );
    assert!(
        matches!(&s.steps[9].action, Action::Portal(PortalAct::SetUdf { udfs, .. }) if udfs == &[(5, String::new())])
    );
    assert_eq!(s.steps[15].title, "service cloud: unknown name");
    assert!(matches!(&s.steps[19].action, Action::Parallel(p) if p.len() == 2));
}

#[test]
fn defaults() {
    let s = good(
        "scenario: x\nworld: { devices: { d: { os: linux } }, components: { c: ./c } }\nsteps: [{ job: c }]",
    );
    assert_eq!(s.world.platform, "pinotage");
    assert_eq!(
        s.world.clock_ms,
        "2026-01-05T09:00:00Z"
            .parse::<jiff::Timestamp>()
            .unwrap()
            .as_millisecond()
    );
    assert_eq!(s.world.sites[0].key.value, "default");
    assert_eq!(s.world.devices[0].site.as_ref().unwrap().value, "default");
    assert_eq!(s.timeout, Duration::from_secs(600));
    let Action::Job { on, .. } = &s.steps[0].action else {
        panic!("{:?}", s.steps[0].action)
    };
    assert_eq!(on[0].value, "d");
}

#[test]
fn one_word_or_a_list() {
    let s = good(&steps(
        "- { job: deploy, expect: { stdout: { contains: one }, notes: one } }",
    ));
    let e = &s.steps[0].expect;
    assert_eq!(e.stdout.as_ref().unwrap().contains, ["one"]);
    assert_eq!(e.notes.as_ref().unwrap().contains[0].value, "one");
    let e = good(&steps("- { job: deploy, expect: { exit: 3 } }"))
        .steps
        .remove(0)
        .expect;
    let exit = e.exit.unwrap();
    assert_eq!(
        exit,
        NumberMatcher {
            span: exit.span,
            equals: Some(3),
            ..NumberMatcher::default()
        }
    );
}

const MATRIX: &str = r"
scenario: deploys for ${matrix.region} on ${matrix.os}
matrix:
  region: [eu, us, 7]
  os: [linux, macos]
  exclude: [{ region: us, os: macos }]
world:
  devices: { d: { os: '${matrix.os}' } }
  components: { deploy: './deploy-${matrix.os}' }
steps:
  - { job: deploy, variables: { region: '${matrix.region}', literal: '$${matrix.os}' } }
";

#[test]
fn a_matrix_gives_one_scenario_for_each_combination() {
    let all = load(MATRIX).map_err(|e| super::shown(&e)).unwrap();
    let names: Vec<_> = all.iter().map(|s| s.name.value.as_str()).collect();
    assert_eq!(
        names,
        [
            "deploys for eu on linux",
            "deploys for eu on macos",
            "deploys for us on linux",
            "deploys for 7 on linux",
            "deploys for 7 on macos"
        ]
    );
    assert_eq!(all[2].matrix["region"], "us");
    assert_eq!(
        all[1].world.components[0].path.value,
        std::path::Path::new("./deploy-macos")
    );
    let Action::Job { variables, .. } = &all[1].steps[0].action else {
        panic!("{:?}", all[1].steps[0].action)
    };
    assert_eq!(
        (variables[0].value.as_str(), variables[1].value.as_str()),
        ("eu", "$${matrix.os}")
    );
    assert_eq!(all[3].steps[0].span.line, 11);
}

#[test]
fn a_whole_value_keeps_its_type() {
    let s = load("scenario: x\nmatrix: { n: [2] }\nworld: { devices: { d: { os: linux } }, components: { c: ./c } }\nsteps: [{ monitor: c, runs: '${matrix.n}' }]")
        .map_err(|e| super::shown(&e))
        .unwrap();
    assert_eq!(s[0].name.value, "x [2]");
    assert!(matches!(
        s[0].steps[0].action,
        Action::Monitor { runs: 2, .. }
    ));
}

const GROUPS: &str = r"
scenario: groups
world: { devices: { a: { os: linux }, b: { os: macos } }, components: { deploy: ./deploy } }
groups:
  install:
    parameters: [devices, { licence: BRGT-1 }]
    steps:
      - { job: deploy, on: '${param.devices}', variables: { l: '${param.licence}' }, capture: { out: stdout } }
  twice:
    parameters: [device]
    steps:
      - { group: install, with: { devices: '${param.device}', licence: '${a.uid}' } }
      - { device: '${param.device}', shell: 'echo ${out}' }
steps:
  - { group: install, with: { devices: [a, b] } }
  - { group: twice, with: { device: b } }
";

#[test]
fn groups_are_expanded_with_their_parameters() {
    let s = good(GROUPS);
    let Action::Group { steps, .. } = &s.steps[0].action else {
        panic!("{:?}", s.steps[0].action)
    };
    let Action::Job { on, variables, .. } = &steps[0].action else {
        panic!("{:?}", steps[0].action)
    };
    assert_eq!((on.len(), variables[0].value.as_str()), (2, "BRGT-1"));
    let Action::Group { steps, .. } = &s.steps[1].action else {
        panic!("{:?}", s.steps[1].action)
    };
    let Action::Group { steps, .. } = &steps[0].action else {
        panic!("{:?}", steps[0].action)
    };
    let Action::Job { variables, .. } = &steps[0].action else {
        panic!("{:?}", steps[0].action)
    };
    assert_eq!(variables[0].value, "${a.uid}");
}

#[test]
fn a_name_that_only_looks_like_its_values_gets_them() {
    let all = load("scenario: x 1\nmatrix: { n: [1, 11] }\nsteps: [{ advance: '${matrix.n}s' }]")
        .map_err(|e| super::shown(&e))
        .unwrap();
    let names: Vec<_> = all.iter().map(|s| s.name.value.as_str()).collect();
    assert_eq!(names, ["x 1 [1]", "x 1 [11]"]);
}

#[test]
fn a_block_of_one_line_is_a_command_line_of_windows() {
    for text in [
        "scenario: x\nworld: { devices: { w: { os: windows } } }\nsteps:\n- device: w\n  shell: |\n    echo a\n",
        "scenario: x\nworld: { devices: { w: { os: windows }, l: { os: linux } } }\nsteps:\n- device: l\n  shell: |\n    echo a\n    echo b\n",
    ] {
        assert!(load(text).is_ok(), "{text}");
    }
}
