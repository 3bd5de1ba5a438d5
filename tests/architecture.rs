//! Holds ARCHITECTURE.md against the sources: every folder of `src/` is named there, its table
//! of dependencies is the real one, and the rules it states hold.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

type Graph = BTreeMap<String, BTreeSet<String>>;

/// What a module must never use, whatever the table says.
const FORBIDDEN: &[(&str, &[&str])] = &[
    (
        "engine",
        &["scenario", "platform", "replay", "report", "cli"],
    ),
    (
        "agent",
        &["scenario", "platform", "replay", "report", "cli"],
    ),
    (
        "scenario",
        &["agent", "platform", "replay", "report", "cli"],
    ),
    ("platform", &["scenario", "replay", "report", "cli"]),
    (
        "report",
        &["scenario", "agent", "component", "replay", "cli"],
    ),
    ("replay", &["report", "cli"]),
];

/// Modules that use nothing of ours.
const ALONE: &[&str] = &["rmm", "mask"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn document() -> String {
    fs::read_to_string(root().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md can be read")
}

/// The folders directly in `src/`, which are the crate's top modules.
fn modules() -> BTreeSet<String> {
    fs::read_dir(root().join("src"))
        .expect("src can be read")
        .flatten()
        .filter(|e| e.path().is_dir())
        .filter_map(|e| e.file_name().into_string().ok())
        .collect()
}

fn rust_files(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder)
        .expect("a folder of src can be read")
        .flatten()
    {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() {
            // Tests may look at anything.
            if name != "tests" {
                rust_files(&path, out);
            }
        } else if name.ends_with(".rs") && name != "tests.rs" && !name.ends_with("_tests.rs") {
            out.push(path);
        }
    }
}

/// A source without comments and without items that are compiled for tests only. Relies on the
/// layout of `cargo fmt`: an item ends at the first `}` that stands as deep as it began.
fn code(text: &str) -> String {
    let mut out = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let trimmed = line.trim_start();
        if trimmed.starts_with("#[cfg(test)]") {
            let indent = &line[..line.len() - trimmed.len()];
            for l in lines.by_ref() {
                let inside = l.trim_start().starts_with("#[");
                if !inside
                    && (l.trim_end() == format!("{indent}}}")
                        || l.ends_with(';')
                            && l.starts_with(indent)
                            && !l[indent.len()..].starts_with(' '))
                {
                    break;
                }
            }
        } else if !trimmed.starts_with("//") {
            out.push_str(line.split(" // ").next().unwrap_or_default());
            out.push('\n');
        }
    }
    out
}

/// Names that follow `crate::`, also within `crate::{a, b::c}`.
fn used(code: &str) -> BTreeSet<String> {
    let name = |text: &str| -> String {
        text.chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect()
    };
    let mut out = BTreeSet::new();
    for after in code.split("crate::").skip(1) {
        match after.strip_prefix('{') {
            None => {
                out.insert(name(after));
            }
            Some(group) => {
                let mut depth = 0;
                let mut start = true;
                for (at, c) in group.char_indices() {
                    match c {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' if depth == 0 => start = true,
                        c if start && !c.is_whitespace() => {
                            start = false;
                            out.insert(name(&group[at..]));
                        }
                        _ => {}
                    }
                }
            }
        }
    }
    out
}

/// `super::` chains that climb out of a top module, as `crate::` paths would name them.
fn climbed(code: &str, depth: usize) -> BTreeSet<String> {
    let up = "super::".repeat(depth);
    code.match_indices(&up)
        .filter(|(at, _)| !code[..*at].ends_with("super::"))
        .map(|(at, _)| &code[at + up.len()..])
        .filter(|rest| !rest.starts_with("super::"))
        .map(|rest| {
            rest.chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect()
        })
        .collect()
}

/// Which top module uses which others.
fn graph() -> Graph {
    let modules = modules();
    let mut graph = Graph::new();
    for module in &modules {
        let folder = root().join("src").join(module);
        let mut files = Vec::new();
        rust_files(&folder, &mut files);
        let uses = graph.entry(module.clone()).or_default();
        for file in files {
            let text = fs::read_to_string(&file).expect("a source can be read");
            let code = code(&text);
            let inside = file.strip_prefix(&folder).expect("it is below its module");
            let is_mod = inside.file_name().is_some_and(|n| n == "mod.rs");
            let depth = inside.components().count() + usize::from(!is_mod);
            let names = used(&code).into_iter().chain(climbed(&code, depth));
            uses.extend(names.filter(|n| n != module && modules.contains(n)));
        }
    }
    graph
}

/// Texts in backticks.
fn quoted(document: &str) -> impl Iterator<Item = &str> {
    document.split('`').skip(1).step_by(2)
}

/// The table headed `| module | uses |`.
fn table(document: &str) -> Graph {
    document
        .lines()
        .skip_while(|l| !l.starts_with("| module | uses |"))
        .skip(2)
        .take_while(|l| l.starts_with('|'))
        .map(|l| {
            let mut cells = l.trim_matches('|').split('|');
            let names = |cell: &str| quoted(cell).map(str::to_owned).collect::<Vec<_>>();
            let module = cells.next().map(names).unwrap_or_default().remove(0);
            (
                module,
                cells
                    .next()
                    .map(names)
                    .unwrap_or_default()
                    .into_iter()
                    .collect(),
            )
        })
        .collect()
}

#[test]
fn every_folder_of_src_is_named() {
    let document = document();
    for module in modules() {
        assert!(
            document.contains(&format!("`src/{module}/`")),
            "ARCHITECTURE.md does not name `src/{module}/`: add its line to the table of folders"
        );
    }
}

#[test]
fn the_table_of_dependencies_is_the_real_one() {
    let told = table(&document());
    let real = graph();
    assert!(
        told.len() > 5,
        "ARCHITECTURE.md has no table headed `| module | uses |`"
    );
    for (module, uses) in &real {
        let told = told.get(module).unwrap_or_else(|| panic!("ARCHITECTURE.md: the table of dependencies lacks a row for `{module}`, which uses {uses:?}"));
        let more: Vec<_> = uses.difference(told).collect();
        assert!(
            more.is_empty(),
            "`{module}` uses {more:?}, which its row in ARCHITECTURE.md does not name: take the use out, or tell it there if the direction of data allows it"
        );
        let less: Vec<_> = told.difference(uses).collect();
        assert!(
            less.is_empty(),
            "ARCHITECTURE.md says that `{module}` uses {less:?}, and it does not: mend its row"
        );
    }
    for module in told.keys() {
        assert!(
            real.contains_key(module),
            "ARCHITECTURE.md has a row for `{module}`, which is no folder of src"
        );
    }
}

#[test]
fn the_rules_of_direction_hold() {
    let real = graph();
    let none = BTreeSet::new();
    for module in ALONE {
        let uses = real.get(*module).unwrap_or(&none);
        assert!(
            uses.is_empty(),
            "`{module}` is to use nothing of ours and uses {uses:?}"
        );
    }
    for (module, forbidden) in FORBIDDEN {
        for f in *forbidden {
            assert!(
                !real.get(*module).unwrap_or(&none).contains(*f),
                "`{module}` must not use `{f}`"
            );
        }
    }
    for (module, uses) in &real {
        assert!(
            module == "cli" || !uses.contains("cli"),
            "`{module}` uses `cli`, which only the binary does"
        );
    }
}

#[test]
fn no_modules_use_each_other_in_a_circle() {
    let mut left = graph();
    loop {
        let free: Vec<String> = left
            .iter()
            .filter(|(_, uses)| uses.iter().all(|u| !left.contains_key(u)))
            .map(|(m, _)| m.clone())
            .collect();
        if free.is_empty() {
            break;
        }
        left.retain(|m, _| !free.contains(m));
    }
    assert!(
        left.is_empty(),
        "these modules use each other in a circle, or use one that does: {left:?}"
    );
}

#[test]
fn uses_are_found_in_every_form() {
    let text = "use crate::rmm::event::Note;\nuse crate::{yaml, engine::{Device, types}, mask};\n// crate::cli\nfn f() { crate::agent::g() }\n#[cfg(test)]\nmod tests {\n    use crate::replay::x;\n}\n#[cfg(test)]\n#[path = \"x_tests.rs\"]\nmod more;\nuse crate::component;\n";
    let found: Vec<_> = used(&code(text)).into_iter().collect();
    assert_eq!(
        found,
        ["agent", "component", "engine", "mask", "rmm", "yaml"]
    );
    let climbs: Vec<_> = climbed(
        "super::super::replay::run(); super::x(); super::super::super::y()",
        2,
    )
    .into_iter()
    .collect();
    assert_eq!(climbs, ["replay"]);
}
