//! Mistakes, each with the code of the problem it is told by.

use super::steps;

/// Mistakes in shape, with the code of the first problem: the reader and the JSON Schema both refuse.
pub(super) fn wrong_shapes() -> Vec<(&'static str, String)> {
    let whole = |code, text: &str| (code, text.to_owned());
    let step = |code, text: &str| (code, steps(text));
    vec![
        whole("scenario::missing-key", "scenario: x"),
        whole("scenario::wrong-type", "[a]"),
        whole(
            "scenario::unknown-key",
            "scenario: x\nstep: []\nsteps: [{ advance: 1s }]",
        ),
        whole("scenario::empty-list", "scenario: x\nsteps: []"),
        whole(
            "scenario::wrong-type",
            "scenario: x\ntimeout: 5\nsteps: [{ advance: 1s }]",
        ),
        whole(
            "scenario::unknown-word",
            "scenario: x\nengine: vm\nsteps: [{ advance: 1s }]",
        ),
        whole(
            "scenario::missing-key",
            "scenario: x\nworld: { devices: { a: {} } }\nsteps: [{ advance: 1s }]",
        ),
        whole(
            "scenario::unknown-word",
            "scenario: x\nworld: { devices: { a: { os: lunix } } }\nsteps: [{ advance: 1s }]",
        ),
        whole(
            "scenario::name",
            "scenario: x\nworld: { devices: { a.b: { os: linux } } }\nsteps: [{ advance: 1s }]",
        ),
        whole(
            "scenario::wrong-type",
            "scenario: x\nworld: { devices: { a: { os: linux, mac: '02:00' } } }\nsteps: [{ advance: 1s }]",
        ),
        whole(
            "scenario::wrong-type",
            "scenario: x\nworld: { devices: { a: { os: linux, udf: { 301: x } } } }\nsteps: [{ advance: 1s }]",
        ),
        whole(
            "scenario::mode",
            "scenario: x\nworld: { devices: { a: { os: linux, files: { /a: { text: x, mode: '0999' } } } } }\nsteps: [{ advance: 1s }]",
        ),
        whole(
            "scenario::path",
            "scenario: x\nworld: { devices: { a: { os: linux, files: { etc/a: x } } } }\nsteps: [{ advance: 1s }]",
        ),
        whole(
            "scenario::time",
            "scenario: x\nworld: { clock: tomorrow }\nsteps: [{ advance: 1s }]",
        ),
        whole(
            "scenario::url",
            "scenario: x\nworld: { services: { s: { url: ftp://a } } }\nsteps: [{ advance: 1s }]",
        ),
        whole(
            "scenario::missing-key",
            "scenario: x\nworld: { uav: { products: { p: { linux: { running: a } } } } }\nsteps: [{ advance: 1s }]",
        ),
        whole(
            "scenario::unknown-key",
            "scenario: x\nworld: { uav: { products: { p: { linux: { running: a, up-to-date: { program: /a, older: 7d } } } } } }\nsteps: [{ advance: 1s }]",
        ),
        step(
            "scenario::unknown-word",
            "- { audit: web-01, expect: { antivirus: { status: runs } } }",
        ),
        step(
            "scenario::clock",
            "- { device: web-01, clock: 2026-01-01T00:00:00Z }",
        ),
        step("scenario::no-kind", "- { jbo: deploy }"),
        step("scenario::unknown-key", "- { job: deploy, varables: {} }"),
        step(
            "scenario::unknown-key",
            "- { job: deploy, expect: { stdot: empty } }",
        ),
        step(
            "scenario::unknown-key",
            "- { job: deploy, expect: { stdout: { contain: x } } }",
        ),
        step("scenario::wrong-type", "- { job: [deploy] }"),
        step("scenario::wrong-type", "- { monitor: deploy, runs: often }"),
        step("scenario::wrong-type", "- { monitor: deploy, runs: 0 }"),
        step(
            "scenario::wrong-type",
            "- { monitor: deploy, overlapping: yes }",
        ),
        step("scenario::wrong-type", "- { advance: 1h30 }"),
        step("scenario::missing-key", "- { service: licensing }"),
        step(
            "scenario::unknown-word",
            "- { service: licensing, fault: slow }",
        ),
        step(
            "scenario::wrong-type",
            "- { job: deploy, expect: { exit: zero } }",
        ),
        step(
            "scenario::unknown-word",
            "- { job: deploy, expect: { status: ok } }",
        ),
        step(
            "scenario::capture",
            "- { job: deploy, capture: { x: stout } }",
        ),
        step(
            "scenario::unknown-word",
            "- { portal: set-ufd, udf: { 5: x } }",
        ),
        step("scenario::missing-key", "- { portal: set-udf }"),
        step(
            "scenario::wrong-type",
            "- { job: deploy, variables: { a: } }",
        ),
        step(
            "scenario::glob",
            "- { job: deploy, expect: { footprint: { created: opt/x } } }",
        ),
        step(
            "scenario::wrong-type",
            "- { job: deploy, variables: { a: [1] } }",
        ),
        step("scenario::wrong-type", "- { job: deploy, retry: 0 }"),
    ]
}

/// Mistakes that only the reader can see.
pub(super) fn wrong_meanings() -> Vec<(&'static str, String)> {
    let whole = |code, text: &str| (code, text.to_owned());
    let step = |code, text: &str| (code, steps(text));
    vec![
        whole(
            "scenario::device",
            "scenario: x\nworld: { devices: { a: { os: macos, image: debian } } }\nsteps: [{ advance: 1s }]",
        ),
        whole(
            "scenario::device",
            "scenario: x\nworld: { devices: { a: { os: linux, image: debian, root: /srv } } }\nsteps: [{ advance: 1s }]",
        ),
        whole(
            "scenario::device",
            "scenario: x\nworld: { devices: { a: { os: linux, image: debian, engine: sandbox } } }\nsteps: [{ advance: 1s }]",
        ),
        whole(
            "scenario::device-step",
            "scenario: x\nworld: { devices: { l: { os: linux }, w: { os: windows-server-2022 } } }\nsteps:\n- device: [l, w]\n  shell: |\n    set x=1\n    echo %x%\n",
        ),
        whole("scenario::yaml", "scenario: x\nsteps: [\n"),
        whole("scenario::yaml", "scenario: x\nscenario: y\n"),
        whole(
            "scenario::duplicate",
            "scenario: x\ntags: [a, a]\nsteps: [{ advance: 1s }]",
        ),
        whole(
            "scenario::matrix",
            "scenario: x\nmatrix: {}\nsteps: [{ advance: 1s }]",
        ),
        whole(
            "scenario::matrix",
            "scenario: x\nmatrix: { a: [1], exclude: [{ a: 1 }] }\nsteps: [{ advance: 1s }]",
        ),
        whole(
            "scenario::unknown-name",
            "scenario: x\nmatrix: { os: [linux], exclude: [{ so: linux }] }\nsteps: [{ advance: 1s }]",
        ),
        whole(
            "scenario::duplicate",
            "scenario: x\nmatrix: { a: [1, 1] }\nsteps: [{ advance: 1s }]",
        ),
        whole(
            "scenario::name",
            "scenario: x\nworld: { devices: { site: { os: linux } } }\nsteps: [{ advance: 1s }]",
        ),
        whole(
            "scenario::missing-key",
            "scenario: x\nworld: { sites: { a: , b: }, devices: { d: { os: linux } } }\nsteps: [{ advance: 1s }]",
        ),
        whole(
            "scenario::unknown-name",
            "scenario: x\nworld: { sites: { osaka: }, devices: { d: { os: linux, site: osako } } }\nsteps: [{ advance: 1s }]",
        ),
        whole(
            "scenario::text",
            "scenario: x\nworld: { account: { variables: { a: '${seed}' } } }\nsteps: [{ advance: 1s }]",
        ),
        whole(
            "scenario::mac",
            "scenario: x\nworld: { devices: { a: { os: linux, mac: '03:00:00:00:00:01' } } }\nsteps: [{ advance: 1s }]",
        ),
        whole(
            "scenario::time",
            "scenario: x\nworld: { clock: 2026-02-30T00:00:00Z }\nsteps: [{ advance: 1s }]",
        ),
        whole(
            "scenario::unused-group",
            "scenario: x\ngroups: { g: { steps: [{ advance: 1s }] } }\nsteps: [{ advance: 1s }]",
        ),
        whole(
            "scenario::unknown-name",
            "scenario: x\ngroups: { install: { steps: [{ advance: 1s }] } }\nsteps: [{ group: instal }]",
        ),
        whole(
            "scenario::group-cycle",
            "scenario: x\ngroups: { g: { steps: [{ group: h }] }, h: { steps: [{ group: g }] } }\nsteps: [{ group: g }]",
        ),
        whole(
            "scenario::unknown-parameter",
            "scenario: x\ngroups: { g: { parameters: [{ time: 1s }], steps: [{ advance: '${param.time}' }] } }\nsteps: [{ group: g, with: { tim: 1s } }]",
        ),
        whole(
            "scenario::missing-parameter",
            "scenario: x\ngroups: { g: { parameters: [time], steps: [{ advance: '${param.time}' }] } }\nsteps: [{ group: g }]",
        ),
        whole(
            "scenario::unknown-value",
            "scenario: x\ngroups: { g: { parameters: [time], steps: [{ advance: '${param.tiem}' }] } }\nsteps: [{ group: g, with: { time: 1s } }]",
        ),
        whole(
            "scenario::uav",
            "scenario: x\nworld: { uav: { products: { p: { linux: { running: a, up-to-date: { program: /a, older-than: 0s } } } } } }\nsteps: [{ advance: 1s }]",
        ),
        whole(
            "scenario::uav",
            "scenario: x\nworld: { uav: { products: { p: { linux: { running: a, up-to-date: { program: 'C:\\a.exe' } } } } } }\nsteps: [{ advance: 1s }]",
        ),
        whole(
            "scenario::uav",
            "scenario: x\nworld: { uav: { products: { p: { windows: { running: a, up-to-date: { program: 'C:\\a.exe' } } } } } }\nsteps: [{ advance: 1s }]",
        ),
        whole(
            "scenario::says-nothing",
            "scenario: x\nworld: { uav: { products: { p: { name: P } } } }\nsteps: [{ advance: 1s }]",
        ),
        step(
            "scenario::misplaced-expectation",
            "- { advance: 1d, expect: { antivirus: { product: empty } } }",
        ),
        step("scenario::unknown-name", "- { audit: web-02 }"),
        step("scenario::unknown-name", "- { job: deply }"),
        step("scenario::unknown-name", "- { job: deploy, on: web-02 }"),
        step(
            "scenario::unknown-name",
            "- { service: licencing, fault: none }",
        ),
        step(
            "scenario::unknown-name",
            "- { portal: set-variable, scope: nowhere, variables: { a: 1 } }",
        ),
        step(
            "scenario::duplicate",
            "- { job: deploy, on: [web-01, web-01] }",
        ),
        step(
            "scenario::text",
            "- { job: deploy, variables: { a: '${seed' } }",
        ),
        step(
            "scenario::unknown-value",
            "- { job: deploy, variables: { a: '${HOME}' } }",
        ),
        step(
            "scenario::unknown-value",
            "- { job: deploy, variables: { a: '${matrix.os}' } }",
        ),
        step(
            "scenario::unknown-value",
            "- { job: deploy, variables: { a: '${web-02.uid}' } }",
        ),
        step(
            "scenario::unknown-value",
            "- { job: deploy, variables: { a: '${web-01.name}' } }",
        ),
        step(
            "scenario::unknown-value",
            "- { job: deploy, variables: { a: '${site.x.uid}' } }",
        ),
        step(
            "scenario::unknown-value",
            "- { parallel: [{ job: deploy, capture: { a: stdout } }, { device: web-01, shell: 'echo ${a}' }] }",
        ),
        step(
            "scenario::parallel",
            "- { parallel: [{ parallel: [{ advance: 1s }, { advance: 1s }] }, { advance: 1s }] }",
        ),
        step(
            "scenario::text",
            "- { job: deploy, expect: { stdout: { snapshot: '${seed}' } } }",
        ),
        step(
            "scenario::regex",
            "- { job: deploy, expect: { stdout: { matches: '(' } } }",
        ),
        step(
            "scenario::regex",
            "- { job: deploy, expect: { stdout: { matches: '(a{500}){500}' } } }",
        ),
        step(
            "scenario::glob",
            "- { job: deploy, expect: { footprint: { created: '/a/[' } } }",
        ),
        step(
            "scenario::json-path",
            "- { job: deploy, expect: { services: { licensing: { requests: { json: { '$[': 1 } } } } } }",
        ),
        step(
            "scenario::contradiction",
            "- { job: deploy, expect: { stdout: { empty: true, contains: x } } }",
        ),
        step(
            "scenario::contradiction",
            "- { job: deploy, expect: { stdout: { contains: xyz, not-contains: y } } }",
        ),
        step(
            "scenario::contradiction",
            "- { job: deploy, expect: { stdout: { equals: abc, contains: d } } }",
        ),
        step(
            "scenario::contradiction",
            "- { job: deploy, expect: { exit: { at-least: 3, at-most: 2 } } }",
        ),
        step(
            "scenario::contradiction",
            "- { job: deploy, expect: { services: { licensing: { calls: -1 } } } }",
        ),
        step(
            "scenario::contradiction",
            "- { job: deploy, expect: { processes: { running: a, not-running: a } } }",
        ),
        step(
            "scenario::contradiction",
            "- { job: deploy, expect: { files: { /a: { present: false, mode: '0644' } } } }",
        ),
        step(
            "scenario::contradiction",
            "- { job: deploy, expect: { duration: { at-least: 2s, at-most: 1s } } }",
        ),
        step(
            "scenario::says-nothing",
            "- { job: deploy, expect: { stdout: {} } }",
        ),
        step("scenario::says-nothing", "- { check: web-01 }"),
        step("scenario::says-nothing", "- { check: web-01, expect: {} }"),
        step(
            "scenario::says-nothing",
            "- { check: web-01, expect: { udf: {} } }",
        ),
        step(
            "scenario::says-nothing",
            "- { check: web-01, expect: { variables: { account: {} } } }",
        ),
        step(
            "scenario::says-nothing",
            "- { job: deploy, expect: { stdout: { contains: '' } } }",
        ),
        step(
            "scenario::misplaced-expectation",
            "- { advance: 1h, expect: { stdout: empty } }",
        ),
        step(
            "scenario::misplaced-expectation",
            "- { job: deploy, expect: { runs: { alerting: 1 } } }",
        ),
        step("scenario::device-step", "- { device: web-01 }"),
        step(
            "scenario::device-step",
            "- { device: web-01, kill: a, reboot: true }",
        ),
        step(
            "scenario::device-step",
            "- { device: web-01, reboot: false }",
        ),
        step("scenario::retry", "- { job: deploy, retry: 2, until: 5s }"),
        step("scenario::monitor", "- { monitor: deploy, stagger: 1s }"),
        step(
            "scenario::method",
            "- { job: deploy, expect: { services: { licensing: { requests: { post: /a, get: /b } } } } }",
        ),
        step(
            "scenario::fault",
            "- { service: licensing, fault: { status: 500, delay: 1s } }",
        ),
        step(
            "scenario::double",
            "- { device: web-01, double: { x: { run: a, exit: 1 } } }",
        ),
        step("scenario::path", "- { device: web-01, remove: /a/../b }"),
        step("scenario::portal", "- { portal: upload-variables }"),
        step(
            "scenario::unreadable",
            "- { portal: upload-variables, file: no/such.csv }",
        ),
    ]
}
