//! Sentences of the platform's and the product's pages, and the scenarios that rehearse them:
//! `scenarios/sentences.yaml` says what each sentence states, a scenario's second line
//! (`# rehearses: ID, ID`) which of it the scenario shows, and `scenarios/INDEX.md` is made of both.

use shakedown::yaml::{self, Node};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

const MARK: &str = "# rehearses:";
/// A sentence is found by a few of its words; more would be a copy of the page.
const MOST_WORDS: usize = 8;

fn scenarios() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// What is known of one sentence, or of one part of it.
struct Sentence {
    /// How it is found on its page: its words, or the rows it stands for.
    found: String,
    states: States,
}

enum States {
    Behaviour {
        id: String,
        says: String,
        shows: String,
    },
    /// The same as the behaviours of these ids.
    Same(Vec<String>),
    /// No behaviour, and why.
    Nothing(String),
}

struct Page {
    /// Document, page where it has numbers, and heading.
    heading: String,
    sentences: Vec<Sentence>,
}

struct List {
    documents: Vec<(String, String)>,
    pages: Vec<Page>,
    missing: Vec<String>,
}

fn wrong(node: &Node, what: &str) -> ! {
    panic!("scenarios/sentences.yaml:{}: {what}", node.span.line)
}

fn text(node: &Node, key: &str) -> String {
    match node.get(key).and_then(Node::text) {
        Some(text) if !text.trim().is_empty() => text.to_owned(),
        _ => wrong(node, &format!("`{key}` is missing or no text")),
    }
}

fn texts(node: &Node, key: &str) -> Vec<String> {
    let items = node.get(key).and_then(Node::sequence);
    let items = items.unwrap_or_else(|| wrong(node, &format!("`{key}` has to be a list")));
    let read = |item: &Node| match item.text() {
        Some(text) => text.to_owned(),
        None => wrong(item, "a text is expected here"),
    };
    items.iter().map(read).collect()
}

/// Exactly one of the keys is there.
fn one_of<'a>(node: &Node, keys: &[&'a str]) -> &'a str {
    let there: Vec<_> = keys.iter().filter(|k| node.get(k).is_some()).collect();
    match there.as_slice() {
        [key] => key,
        _ => wrong(node, &format!("exactly one of {keys:?} is expected")),
    }
}

fn only(node: &Node, known: &[&str]) {
    for (key, _) in node.mapping().unwrap_or_default() {
        if !key.text().is_some_and(|k| known.contains(&k)) {
            wrong(key, &format!("unknown key; known are {known:?}"));
        }
    }
}

fn sentence(node: &Node) -> Sentence {
    only(
        node,
        &[
            "words", "fields", "codes", "id", "says", "shows", "same", "none",
        ],
    );
    let found = match one_of(node, &["words", "fields", "codes"]) {
        "words" => {
            let words = text(node, "words");
            if words.split_whitespace().count() > MOST_WORDS {
                wrong(node, &format!("at most {MOST_WORDS} words of the original"));
            }
            format!("… {words} …")
        }
        rows => texts(node, rows)
            .iter()
            .map(|row| format!("`{row}`"))
            .collect::<Vec<_>>()
            .join(", "),
    };
    let states = match one_of(node, &["id", "same", "none"]) {
        "id" => States::Behaviour {
            id: text(node, "id"),
            says: text(node, "says"),
            shows: text(node, "shows"),
        },
        "same" => States::Same(texts(node, "same")),
        _ => States::Nothing(text(node, "none")),
    };
    Sentence { found, states }
}

fn page(node: &Node) -> Page {
    only(node, &["document", "page", "topic", "sentences"]);
    let document = match text(node, "document").as_str() {
        "whitepaper" => format!("Whitepaper, page {}", text(node, "page")),
        "workplace" => "Workplace".to_owned(),
        _ => wrong(node, "`document` is `whitepaper` or `workplace`"),
    };
    let sentences = node.get("sentences").and_then(Node::sequence);
    Page {
        heading: format!("{document}: {}", text(node, "topic")),
        sentences: sentences
            .unwrap_or_else(|| wrong(node, "`sentences` has to be a list"))
            .iter()
            .map(sentence)
            .collect(),
    }
}

fn list() -> List {
    let source = read(&scenarios().join("sentences.yaml"));
    let tree = yaml::parse(&source).unwrap_or_else(|e| {
        panic!("scenarios/sentences.yaml:{}: {}", e.span.line, e.message);
    });
    only(&tree, &["documents", "missing", "pages"]);
    let documents = tree.get("documents").and_then(Node::mapping);
    let pages = tree.get("pages").and_then(Node::sequence);
    List {
        documents: documents
            .unwrap_or_default()
            .iter()
            .filter_map(|(k, v)| Some((k.text()?.to_owned(), v.text()?.to_owned())))
            .collect(),
        pages: pages.unwrap_or_default().iter().map(page).collect(),
        missing: texts(&tree, "missing"),
    }
}

impl List {
    fn sentences(&self) -> impl Iterator<Item = &Sentence> {
        self.pages.iter().flat_map(|p| &p.sentences)
    }

    fn ids(&self) -> Vec<&str> {
        self.sentences()
            .filter_map(|s| match &s.states {
                States::Behaviour { id, .. } => Some(id.as_str()),
                _ => None,
            })
            .collect()
    }
}

fn yaml_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            yaml_files(&path, found);
        } else if path.extension().is_some_and(|e| e == "yaml") {
            found.push(path);
        }
    }
    found.sort();
}

/// For each id the scenarios that name it, as paths below `scenarios/`.
fn rehearsed() -> BTreeMap<String, Vec<String>> {
    let top = scenarios();
    let mut files = Vec::new();
    yaml_files(&top, &mut files);
    files.retain(|f| *f != top.join("sentences.yaml"));
    let mut by_id: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for file in files {
        let source = read(&file);
        let name = file.strip_prefix(&top).expect("it lies below the folder");
        let name = name.to_string_lossy().replace('\\', "/");
        for (at, line) in source.lines().enumerate() {
            if !line
                .trim_start()
                .trim_start_matches('#')
                .trim_start()
                .starts_with("rehearses")
            {
                continue;
            }
            assert!(
                at == 1 && line.starts_with(MARK),
                "scenarios/{name}:{}: `{MARK} ID, ID` is the second line of a scenario",
                at + 1
            );
            assert!(
                source.lines().any(|l| l.starts_with("scenario:")),
                "scenarios/{name}: a file that is no scenario rehearses nothing"
            );
            let mut of_this = BTreeSet::new();
            for id in line[MARK.len()..].split(',').map(str::trim) {
                assert!(of_this.insert(id), "scenarios/{name}: `{id}` stands twice");
                by_id.entry(id.to_owned()).or_default().push(name.clone());
            }
        }
    }
    by_id
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;")
}

fn links(scenarios: Option<&Vec<String>>) -> String {
    let Some(scenarios) = scenarios else {
        return "**none yet**".to_owned();
    };
    let link = |s: &String| format!("[{}]({s})", s.trim_end_matches(".yaml"));
    scenarios.iter().map(link).collect::<Vec<_>>().join("<br>")
}

fn quoted(ids: &[impl AsRef<str>]) -> String {
    let quote = |id: &_| format!("`{}`", AsRef::<str>::as_ref(id));
    ids.iter().map(quote).collect::<Vec<_>>().join(", ")
}

fn index(list: &List, rehearsed: &BTreeMap<String, Vec<String>>) -> String {
    let ids = list.ids();
    let without: Vec<&&str> = ids
        .iter()
        .filter(|id| !rehearsed.contains_key(**id))
        .collect();
    let mut out = String::from(
        "# Sentences and the scenarios that rehearse them\n\n\
         Made of [sentences.yaml](sentences.yaml) and of the line `# rehearses: ID, ID` of each scenario by `UPDATE_GENERATED=1 cargo test --test sentences`; a test holds it against them. Of a sentence only a few words are given, to find it by; what it says stands beside them in the project's own words.\n\nThe pages:\n\n",
    );
    for (key, name) in &list.documents {
        let _ = writeln!(out, "- {key}: {name}");
    }
    let _ = writeln!(
        out,
        "\n{} entries, {} behaviours: {} have a scenario, {} have none yet.\n",
        list.sentences().count(),
        ids.len(),
        ids.len() - without.len(),
        without.len()
    );
    // What runs only where `setup powershell` was done.
    let powershell: Vec<&&str> = ids
        .iter()
        .filter(|id| {
            let of = rehearsed.get(**id).into_iter().flatten();
            let mut of = of.peekable();
            of.peek().is_some() && of.all(|s| s.contains("powershell/"))
        })
        .collect();
    if !powershell.is_empty() {
        let _ = writeln!(
            out,
            "By scenarios in PowerShell alone, which are skipped with the reason where Windows devices have none: {}\n",
            quoted(&powershell)
        );
    }
    if !without.is_empty() {
        let _ = writeln!(out, "## Without a scenario\n\n{}\n", quoted(&without));
    }
    for page in &list.pages {
        let _ = writeln!(
            out,
            "## {}\n\n| sentence | behaviour | scenarios |\n|---|---|---|",
            cell(&page.heading)
        );
        for sentence in &page.sentences {
            let (behaviour, scenarios) = match &sentence.states {
                States::Behaviour { id, says, shows } => (
                    format!("`{id}`: {}<br>*Shown by:* {}", cell(says), cell(shows)),
                    links(rehearsed.get(id)),
                ),
                States::Same(ids) => (format!("says again: {}", quoted(ids)), String::new()),
                States::Nothing(why) => (format!("none: {}", cell(why)), String::new()),
            };
            let _ = writeln!(
                out,
                "| {} | {behaviour} | {scenarios} |",
                cell(&sentence.found)
            );
        }
        out.push('\n');
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

#[test]
fn the_index_is_up_to_date() {
    let made = index(&list(), &rehearsed());
    let path = scenarios().join("INDEX.md");
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        fs::write(&path, made).expect("the index can be written");
    } else {
        assert!(
            fs::read_to_string(&path).unwrap_or_default() == made,
            "scenarios/INDEX.md is not what sentences.yaml and the scenarios say; run: UPDATE_GENERATED=1 cargo test --test sentences"
        );
    }
}

#[test]
fn ids_are_of_one_form_and_stand_once() {
    let list = list();
    let mut seen = BTreeSet::new();
    for id in list.ids() {
        let prefix = ["monitoring-", "uav-", "management-", "workplace-"]
            .iter()
            .map(|p| (*p).to_owned())
            .chain((1..=5).map(|n| format!("bright-{n}-")))
            .any(|p| id.len() > p.len() && id.starts_with(&p));
        let letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(
            prefix && id.chars().all(letters),
            "`{id}` is no id of a page"
        );
        assert!(seen.insert(id), "`{id}` stands twice");
    }
    for sentence in list.sentences() {
        if let States::Same(ids) = &sentence.states {
            let unknown: Vec<_> = ids
                .iter()
                .filter(|id| !seen.contains(id.as_str()))
                .collect();
            assert!(
                unknown.is_empty() && !ids.is_empty(),
                "{}: no such behaviours: {unknown:?}",
                sentence.found
            );
        }
    }
}

#[test]
fn scenarios_name_behaviours_that_are_there() {
    let list = list();
    let known: BTreeSet<&str> = list.ids().into_iter().collect();
    for (id, scenarios) in rehearsed() {
        assert!(
            known.contains(id.as_str()),
            "{scenarios:?} rehearse `{id}`, which scenarios/sentences.yaml does not have"
        );
    }
}

/// The list may only shrink: a behaviour that has a scenario goes from it, and none but those on it
/// may be without.
#[test]
fn no_behaviour_is_without_a_scenario_but_those_said_to_be_missing() {
    let list = list();
    let rehearsed = rehearsed();
    let ids = list.ids();
    let missing: BTreeSet<&str> = list.missing.iter().map(String::as_str).collect();
    assert_eq!(
        missing.len(),
        list.missing.len(),
        "`missing` names one twice"
    );
    assert!(
        missing.is_empty(),
        "every behaviour has a scenario: {missing:?}"
    );
    for id in &missing {
        assert!(
            ids.contains(id),
            "`missing` names `{id}`, which is no behaviour"
        );
        assert!(
            !rehearsed.contains_key(*id),
            "`{id}` has a scenario now ({}): take it from `missing` in scenarios/sentences.yaml",
            rehearsed[*id].join(", ")
        );
    }
    for id in ids {
        assert!(
            rehearsed.contains_key(id) || missing.contains(id),
            "`{id}` has no scenario: write one with the second line `{MARK} {id}`"
        );
    }
}

/// Each row of the Workplace page's tables is told of once.
#[test]
fn workplace_rows_stand_once() {
    let list = list();
    let mut seen = BTreeSet::new();
    for sentence in list.sentences().filter(|s| s.found.starts_with('`')) {
        for row in sentence.found.split(", ") {
            assert!(seen.insert(row), "the row {row} stands twice");
        }
    }
    let codes = seen
        .iter()
        .filter(|r| r.trim_matches('`').parse::<u8>().is_ok());
    // The page has 4 headers, 49 values and lists, and 17 codes in 16 rows.
    assert_eq!((codes.count(), seen.len()), (17, 17 + 4 + 49));
}
