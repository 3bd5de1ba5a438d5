//! Scenarios of several files: includes, and many at once.

use super::shown;
use crate::scenario::step::Action;
use crate::scenario::{Scenario, ScenarioError, discover, load_all, load_path};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = dir.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    dir
}

fn main(dir: &TempDir) -> Result<Vec<Scenario>, ScenarioError> {
    load_path(&dir.path().join("a/main.yaml"))
}

/// What is told, with the folder's name taken out.
fn told(dir: &TempDir) -> String {
    let error = main(dir).unwrap_err();
    let root = format!("{}/", dir.path().display()).replace('\\', "/");
    let problems: Vec<_> = error
        .problems
        .iter()
        .map(|p| format!("{p} | {}", p.help.as_deref().unwrap_or_default()))
        .collect();
    problems.join("\n").replace('\\', "/").replace(&root, "")
}

const SHARED: &str = "
parameters: [region, { licence: BRGT-1 }]
world:
  account: { name: MSP, variables: { region: '${param.region}', licence: '${param.licence}' } }
  sites: { osaka: { name: Osaka } }
  devices: { web-01: { os: linux, udf: { 1: one, 2: two } } }
  components: { deploy: ./deploy }
groups:
  install:
    parameters: [on]
    steps: [{ job: deploy, on: '${param.on}', variables: { r: '${param.region}' } }]
";

#[test]
fn an_included_world_lies_below() {
    let dir = folder(&[
        ("shared/world.yaml", SHARED),
        (
            "a/main.yaml",
            "
scenario: x
include: { file: ../shared/world.yaml, with: { region: eu } }
world:
  account: { variables: { licence: { value: OWN, masked: true } } }
  devices: { web-01: { udf: { 2: own } }, web-02: { os: macos } }
  components: { status: ./status }
steps:
  - { group: install, with: { on: web-02 } }
",
        ),
    ]);
    let s = main(&dir).map_err(|e| shown(&e)).unwrap().remove(0);
    let w = &s.world;
    assert_eq!(w.account.name, "MSP");
    let variables: Vec<_> = w
        .account
        .variables
        .iter()
        .map(|v| (v.name.as_str(), v.value.as_str(), v.masked))
        .collect();
    assert_eq!(
        variables,
        [("licence", "OWN", true), ("region", "eu", false)]
    );
    let device = w.devices.iter().find(|d| *d.key == "web-01").unwrap();
    assert_eq!(device.udfs.values().collect::<Vec<_>>(), ["one", "own"]);
    assert_eq!(device.site.as_ref().unwrap().value, "osaka");
    let path = |key: &str| {
        w.components
            .iter()
            .find(|c| *c.key == key)
            .unwrap()
            .path
            .value
            .clone()
    };
    assert_eq!(path("status"), dir.path().join("a/./status"));
    assert_eq!(path("deploy"), dir.path().join("a/../shared/./deploy"));
    let Action::Group { steps, .. } = &s.steps[0].action else {
        panic!("{:?}", s.steps[0].action)
    };
    let Action::Job {
        variables,
        component,
        ..
    } = &steps[0].action
    else {
        panic!("{:?}", steps[0].action)
    };
    assert_eq!(variables[0].value, "eu");
    assert_eq!((component.span.file, s.sources.len()), (1, 2));
}

#[test]
fn a_problem_in_an_included_file_is_shown_there() {
    let dir = folder(&[
        ("a/w.yaml", "world:\n  devices: { d: { os: linx } }\n"),
        (
            "a/main.yaml",
            "scenario: x\ninclude: w.yaml\nsteps: [{ check: d, expect: { online: true } }]",
        ),
    ]);
    assert_eq!(
        told(&dir),
        "a/w.yaml:2:23: `linx` is not an operating system | did you mean `linux`? known: `linux`, `macos`, `windows`, `windows-10`, `windows-11`, `windows-server-2012`, `windows-server-2012r2`, `windows-server-2016`, `windows-server-2019`, `windows-server-2022`, `windows-server-2025`"
    );
    assert!(shown(&main(&dir).unwrap_err()).contains("devices: { d: { os: linx } }"));
}

#[test]
fn a_cycle_is_told_with_its_chain() {
    let dir = folder(&[
        ("a/b.yaml", "include: c.yaml\n"),
        ("a/c.yaml", "include: [b.yaml]\n"),
        (
            "a/main.yaml",
            "scenario: x\ninclude: b.yaml\nsteps: [{ advance: 1s }]",
        ),
    ]);
    assert_eq!(
        told(&dir),
        "a/c.yaml:1:11: this file includes itself | `main.yaml`, `b.yaml`, `c.yaml`, `b.yaml` in this order"
    );
}

#[test]
fn what_is_wrong_with_an_include_is_told() {
    for (main_text, other, want) in [
        ("include: no.yaml", "", "a/main.yaml:2:10: "),
        (
            "include: o.yaml",
            "world: [",
            "a/o.yaml:2:1: this is not valid YAML",
        ),
        (
            "include: o.yaml",
            "scenario: y\nsteps: []",
            "a/main.yaml:2:10: ",
        ),
        ("include: o.yaml", "parameters: [p]", "a/main.yaml:2:10: "),
        (
            "include: { file: o.yaml, with: { q: 1 } }",
            "parameters: [p, { q: 1 }, { p: 2 }]",
            "a/o.yaml:1:29: parameter `p` is declared twice",
        ),
        (
            "include: { file: o.yaml, with: { p: 1, r: 2 } }",
            "parameters: [p]",
            "a/main.yaml:2:40: ",
        ),
        (
            "include: o.yaml",
            "wrold: {}",
            "a/o.yaml:1:1: unknown key `wrold` | did you mean `world`?",
        ),
        (
            "include: o.yaml",
            "parameters: [{ p: 1 }]\nworld: { account: { name: '${param.q}' } }",
            "a/o.yaml:2:28: `${param.q}` stands for nothing here | did you mean `p`?",
        ),
        (
            "include: o.yaml",
            "groups: { g: { parameters: [p], steps: [{ advance: '${param.q}' }] } }",
            "a/o.yaml:1:53: `${param.q}` stands for nothing here | did you mean `p`?",
        ),
        (
            "include: o.yaml\nworld: { devices: { d: { os: linux } } }",
            "world: { devices: [d] }",
            "a/main.yaml:3:19: `world.devices` is a mapping in one file",
        ),
        ("include: .", "", "a/main.yaml:2:10: "),
    ] {
        let dir = folder(&[
            ("a/o.yaml", other),
            (
                "a/main.yaml",
                &format!("scenario: x\n{main_text}\nsteps: [{{ advance: 1s }}]"),
            ),
        ]);
        let got = told(&dir);
        assert!(got.starts_with(want), "{main_text} of {other}:\n{got}");
    }
}

#[test]
fn includes_that_multiply_are_bounded() {
    let mut files = vec![(
        "a/main.yaml".to_owned(),
        "scenario: x\ninclude: [f0.yaml]\nsteps: [{ advance: 1s }]".to_owned(),
    )];
    for n in 0..14 {
        let next = n + 1;
        files.push((
            format!("a/f{n}.yaml"),
            format!("include: [f{next}.yaml, f{next}.yaml, f{next}.yaml]\n"),
        ));
    }
    files.push(("a/f14.yaml".to_owned(), "world: {}\n".to_owned()));
    let files: Vec<_> = files
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    let dir = folder(&files);
    assert!(told(&dir).contains("includes"), "{}", told(&dir));
}

#[test]
fn many_files_come_in_order_with_their_errors() {
    let dir = folder(&[
        ("w.yaml", SHARED),
        ("1.yaml", "scenario: one\nsteps: [{ advance: 1s }]"),
        ("2.yaml", "scenario: two\nsteps: [{ advance: soon }]"),
        (
            "3.yaml",
            "scenario: three ${matrix.n}\nmatrix: { n: [1, 2] }\nsteps: [{ advance: '${matrix.n}s' }]",
        ),
        ("4.yaml", "scenario: one\nsteps: [{ advance: 1s }]"),
    ]);
    let paths = discover(&[dir.path().to_owned()]).unwrap();
    for threads in [0, 1, 2, 9] {
        let (scenarios, errors) = load_all(&paths, threads);
        let names: Vec<_> = scenarios.iter().map(|s| s.name.value.as_str()).collect();
        assert_eq!(names, ["one", "three 1", "three 2"]);
        let files: Vec<_> = errors
            .iter()
            .map(|e| e.path.file_name().unwrap().to_owned())
            .collect();
        assert_eq!(files, ["2.yaml", "4.yaml"]);
        assert!(
            errors[1]
                .to_string()
                .contains("another scenario is called `one` too")
        );
    }
}

#[test]
fn what_cannot_be_read_is_told() {
    let dir = folder(&[("latin.yaml", "")]);
    std::fs::write(dir.path().join("latin.yaml"), b"scenario: \xe9").unwrap();
    let told = |name: &str| {
        load_path(&dir.path().join(name))
            .unwrap_err()
            .problems
            .remove(0)
            .message
    };
    assert_eq!(
        told("latin.yaml"),
        "cannot be read: it is not UTF-8 text (byte 10)"
    );
    assert!(told("none.yaml").starts_with("cannot be read: "));
    assert_eq!(told(""), "cannot be read: it is not a file");
}

#[test]
fn every_shipped_scenario_loads() {
    let root = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios"));
    let paths = discover(&[root]).unwrap();
    let (_, errors) = load_all(&paths, 2);
    let told: Vec<_> = errors.iter().map(shown).collect();
    assert!(told.is_empty(), "{}", told.concat());
}

/// A file of the size that scenarios have, with a shared world.
fn typical(n: usize) -> String {
    let text = super::sketch::SKETCH.trim_start();
    let text = text.replace(
        "alerts on a threat",
        &format!("alerts on a threat, number {n}"),
    );
    text.replacen("world:\n", "include: ../shared/knobs.yaml\nworld:\n", 1)
}

/// Prints how long 1,000 files take to be found and checked; `scripts/bench` runs it in release.
#[test]
fn a_thousand_files_are_checked() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| -> PathBuf { dir.path().join(name) };
    std::fs::create_dir_all(at("many")).unwrap();
    std::fs::create_dir_all(at("shared")).unwrap();
    std::fs::write(
        at("shared/knobs.yaml"),
        "world:\n  knobs: { stdin: open }\n  doubles: { reboot: }\n",
    )
    .unwrap();
    for n in 0..1000 {
        std::fs::write(at(&format!("many/{n:04}.yaml")), typical(n)).unwrap();
    }
    let check = |folder: &Path| {
        let began = std::time::Instant::now();
        let paths = discover(&[folder.to_owned()]).unwrap();
        let found = began.elapsed();
        let (scenarios, errors) = load_all(&paths, 2);
        assert!(errors.is_empty(), "{}", shown(&errors[0]));
        assert_eq!(scenarios.len(), 1000);
        (found, began.elapsed())
    };
    let rounds = if cfg!(debug_assertions) { 1 } else { 5 };
    let (found, all) = (0..rounds)
        .map(|_| check(&at("many")))
        .min_by_key(|t| t.1)
        .unwrap();
    println!("1000 files: found in {found:?}, checked in {all:?}");
    // Far above the promise, so that a debug build on a busy machine passes and a blow-up does not.
    assert!(all < std::time::Duration::from_secs(20), "{all:?}");
}
