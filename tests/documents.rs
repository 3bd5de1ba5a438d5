//! Holds the project's pages against its files: links lead somewhere, FIDELITY.md names code that
//! exists and every knob with its default.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Pages at the root, in `docs/` and beside fixtures.
fn pages() -> Vec<PathBuf> {
    let folders = [
        root(),
        root().join("docs"),
        root().join("fixtures/bright-antivirus"),
    ];
    let entries = folders
        .iter()
        .filter_map(|f| fs::read_dir(f).ok())
        .flat_map(|f| f.flatten());
    let pages: Vec<_> = entries
        .map(|e| e.path())
        .filter(|p| p.extension().is_some_and(|e| e == "md"))
        .collect();
    assert!(
        pages.len() >= 5,
        "the pages of the project are not where they are looked for: {pages:?}"
    );
    pages
}

/// Texts in backticks outside of code blocks.
fn quoted(page: &str) -> Vec<&str> {
    page.split("```")
        .step_by(2)
        .flat_map(|part| part.split('`').skip(1).step_by(2))
        .collect()
}

#[test]
fn links_lead_to_files_that_exist() {
    for page in pages() {
        let text = read(&page);
        for target in text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next())
        {
            let file = target.split('#').next().unwrap_or_default();
            if file.is_empty() || file.contains("://") {
                continue;
            }
            let path = page.parent().unwrap_or(Path::new("/")).join(file);
            assert!(
                path.exists(),
                "{}: the link {target} leads nowhere",
                page.display()
            );
        }
    }
}

#[test]
fn paths_that_pages_name_exist() {
    let tops = [
        "src/",
        "helper/",
        "build/",
        "tests/",
        "scripts/",
        "scenarios/",
        "fixtures/",
        "docs/",
        ".ci/",
        "examples/",
    ];
    for page in pages().iter().filter(|p| p.parent() == Some(&root())) {
        let text = read(page);
        for path in quoted(&text)
            .into_iter()
            .filter(|q| tops.iter().any(|t| q.starts_with(t)) && !q.contains([' ', '*', '<']))
        {
            assert!(
                root().join(path).exists(),
                "{} names `{path}`, which is not there",
                page.display()
            );
        }
    }
}

/// Keys of `world.knobs` with the default that their help text tells.
fn knobs() -> Vec<(String, String)> {
    let source = read(&root().join("src/scenario/read/knobs.rs"));
    let mut told = String::new();
    let mut out = Vec::new();
    for line in source.lines().map(str::trim) {
        if let Some(text) = line.strip_prefix("///") {
            told = text.to_owned();
        } else if let Some((key, _)) = line.strip_prefix('"').and_then(|l| l.split_once("\":")) {
            let default = told
                .rsplit_once(" unless given")
                .map(|(before, _)| before)
                .unwrap_or_default();
            let default = default.rsplit([' ', ';']).next().unwrap_or_default();
            out.push((key.to_owned(), default.trim_matches('`').to_owned()));
        }
    }
    assert!(
        out.len() > 10,
        "the table of knobs is not where it is looked for"
    );
    out
}

#[test]
fn fidelity_names_every_knob_with_its_default() {
    let page = read(&root().join("FIDELITY.md"));
    for (key, default) in knobs() {
        assert!(
            page.contains(&format!("`{key}` (`{default}`)"))
                || page.contains(&format!("`{key}` ({default})")),
            "FIDELITY.md has no row with the knob `{key}` (`{default}`)"
        );
    }
}

#[test]
fn fidelity_names_no_knob_that_is_not_there() {
    let page = read(&root().join("FIDELITY.md"));
    let known: BTreeSet<String> = knobs().into_iter().map(|(key, _)| key).collect();
    let rows = page
        .lines()
        .filter(|l| l.starts_with("| ") && l.split('|').count() == 7);
    let mut seen = 0;
    for cell in rows.filter_map(|l| l.split('|').nth(4)) {
        for knob in quoted(cell)
            .into_iter()
            .step_by(2)
            .filter(|_| cell.contains('('))
        {
            seen += 1;
            assert!(
                known.contains(knob),
                "FIDELITY.md names the knob `{knob}`, which scenarios do not have"
            );
        }
    }
    assert!(
        seen > 10,
        "the column of knobs is not where it is looked for"
    );
}

/// Files below a folder of the sources, without tests beside them.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder of sources").flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() {
            out.extend(sources(&path));
        } else if name.ends_with(".rs") && !name.ends_with("tests.rs") {
            out.push(path);
        }
    }
    out
}

/// A text in quotes at the beginning, if it has the form of a code.
fn code(text: &str) -> Option<&str> {
    let code = text.trim_start().strip_prefix('"')?.split('"').next()?;
    let is = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.';
    (code.contains('-') && code.chars().all(is)).then_some(code)
}

/// Codes of notes that are chosen from a table or a constant, by the file that has them.
const CHOSEN: [(&str, &[&str]); 5] = [
    ("src/rmm/event/parts.rs", &["ended-early"]),
    ("src/agent/windows/notes.rs", &["batch-quirk"]),
    (
        "src/agent/values_xml.rs",
        &[
            "values-xml-malformed",
            "values-xml-unescaped",
            "values-xml-after-end",
        ],
    ),
    (
        "src/component/powershell/notes.rs",
        &["newer-than-5.1", "fails-in-5.1", "other-in-5.1"],
    ),
    ("src/replay/crew.rs", &["job-not-run"]),
];

#[test]
fn every_note_is_listed_and_no_other() {
    let mut made = BTreeSet::new();
    for path in sources(&root().join("src")) {
        let text = read(&path);
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        for call in ["note(", "remark(", "note: Note {\n", "code: "] {
            let of_call = text
                .split(call)
                .skip(1)
                .filter_map(|rest| code(rest.trim_start().strip_prefix("code: ").unwrap_or(rest)));
            // Errors have codes, too, and the platform's DNS and XML readers.
            let notes = call != "code: " || path.starts_with(root().join("src/replay"));
            made.extend(of_call.filter(|_| notes).map(str::to_owned));
        }
    }
    for (file, codes) in CHOSEN {
        let text = read(&root().join(file));
        for code in codes {
            assert!(
                text.contains(&format!("\"{code}\"")),
                "{file} has no {code}"
            );
            made.insert((*code).to_owned());
        }
    }
    assert!(
        made.len() > 80,
        "the notes are not where they are looked for"
    );
    let page = read(&root().join("docs/notes.md"));
    let first = |line: &str| {
        line.strip_prefix("| `")
            .and_then(|l| l.split(" | ").next().map(str::to_owned))
    };
    let listed: BTreeSet<String> = page
        .lines()
        .filter_map(first)
        .flat_map(|cell| {
            let cell = format!("`{cell}");
            quoted(&cell)
                .into_iter()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .collect();
    let missing: Vec<_> = made.difference(&listed).collect();
    assert!(
        missing.is_empty(),
        "docs/notes.md does not list {missing:?}"
    );
    let stray: Vec<_> = listed.difference(&made).collect();
    assert!(
        stray.is_empty(),
        "docs/notes.md lists {stray:?}, which nothing gives"
    );
}
