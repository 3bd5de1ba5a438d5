//! Every component of the bad set is caught, for the mistake it was written with and by a message that names it.

use shakedown::yaml::{self, Node};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What `expected.yaml` says of one scenario.
struct Expected {
    fails: Vec<String>,
    names: Vec<String>,
}

fn bad() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/bright-antivirus/bad")
}

fn words(node: &Node, key: &str) -> Vec<String> {
    node.get(key)
        .and_then(Node::sequence)
        .unwrap_or_default()
        .iter()
        .filter_map(|n| n.text().map(str::to_owned))
        .collect()
}

fn expected() -> BTreeMap<String, Expected> {
    let text = std::fs::read_to_string(bad().join("expected.yaml")).unwrap();
    let root = yaml::parse(&text).unwrap();
    root.mapping()
        .unwrap()
        .iter()
        .map(|(key, value)| {
            let expected = Expected {
                fails: words(value, "fails"),
                names: words(value, "names"),
            };
            (key.text().unwrap().to_owned(), expected)
        })
        .collect()
}

/// The last part of a path without its `.yaml`.
fn stem(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.strip_suffix(".yaml").unwrap_or(name).to_owned()
}

fn text<'j>(json: &'j serde_json::Value, key: &str) -> &'j str {
    json[key].as_str().unwrap_or_default()
}

#[test]
fn each_mistake_is_caught_and_named() {
    let records = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_shakedown"))
        .args(["run", "--json", "-", "--seed", "1", "--record"])
        .arg(records.path())
        .arg(bad().join("scenarios"))
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{told}");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("a JSON report");
    let mut expected = expected();
    let mut wrong = Vec::new();
    for scenario in report["scenarios"].as_array().expect("scenarios") {
        let name = stem(text(scenario, "file"));
        let Some(expected) = expected.remove(&name) else {
            wrong.push(format!("{name}: expected.yaml has no such entry"));
            continue;
        };
        let skipped_for_a_tool =
            text(scenario, "verdict") == "skipped" && text(scenario, "reason").contains("curl");
        if skipped_for_a_tool {
            continue;
        }
        let failures = scenario["failures"].as_array().cloned().unwrap_or_default();
        let fails: Vec<&str> = failures.iter().map(|f| text(f, "expectation")).collect();
        if text(scenario, "verdict") != "failed" || fails != expected.fails {
            wrong.push(format!(
                "{name}: {} by {fails:?}, not failed by {:?}",
                text(scenario, "verdict"),
                expected.fails
            ));
        }
        let message: String = failures
            .iter()
            .flat_map(|f| ["expected", "actual", "help"].map(|k| format!("{}\n", text(f, k))))
            .collect();
        for name_of_cause in &expected.names {
            if !message.contains(name_of_cause.as_str()) {
                wrong.push(format!(
                    "{name}: the message does not name {name_of_cause:?}: {message}"
                ));
            }
        }
    }
    wrong.extend(
        expected
            .keys()
            .map(|name| format!("{name}: no such scenario was run")),
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
