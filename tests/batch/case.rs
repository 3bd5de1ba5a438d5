//! Cases as they stand in `cases/*.yaml`.

use regex::Regex;
use shakedown::yaml::{Node, parse};
use std::path::Path;

/// How a difference from Windows is known.
#[derive(Debug, Clone)]
pub enum Known {
    /// The script runs and a note tells of it.
    Note,
    /// A note tells of it, and each of these programs says on stderr that it is refused.
    Refused(Vec<String>),
}

/// A script and what real Windows gives for it.
#[derive(Debug)]
pub struct Case {
    /// The file's name.
    pub subject: String,
    pub name: String,
    script: String,
    /// Line ends are LF alone.
    line_feeds: bool,
    pub files: Vec<(String, String)>,
    stdout: Wanted,
    stderr: String,
    exit: i32,
    pub known: Option<Known>,
    pub mended: Vec<String>,
    pub notes: Vec<String>,
    pub told: bool,
}

#[derive(Debug)]
enum Wanted {
    Text(String),
    Matches(Regex),
}

const KEYS: &[&str] = &[
    "name",
    "script",
    "newline",
    "files",
    "stdout",
    "stdout_matches",
    "stderr",
    "exit",
    "source",
    "confidence",
    "known",
    "why",
    "mended",
    "notes",
    "told",
    "refused",
];

impl Case {
    /// The script's bytes.
    pub fn body(&self) -> Vec<u8> {
        if self.line_feeds {
            self.script.clone().into_bytes()
        } else {
            self.script.replace('\n', "\r\n").into_bytes()
        }
    }

    /// How what was seen differs from what Windows gives; none where it does not.
    pub fn differs(&self, folder: &str, out: &str, err: &str, code: i32) -> Option<String> {
        let stdout = match &self.stdout {
            Wanted::Text(text) => text.replace("{folder}", folder) == out,
            Wanted::Matches(pattern) => pattern.is_match(out),
        };
        let stderr = self.stderr.replace("{folder}", folder) == err;
        let same = stdout && stderr && code == self.exit;
        (!same).then(|| {
            format!(
                "Windows: {:?}, {:?}, {}; here: {out:?}, {err:?}, {code}",
                self.stdout, self.stderr, self.exit
            )
        })
    }
}

/// All cases, by file.
pub fn all() -> Result<Vec<Case>, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/batch/cases");
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .map_err(|e| format!("{}: {e}", folder.display()))?
        .flatten()
        .map(|entry| entry.path())
        .collect();
    files.sort();
    let mut cases = Vec::new();
    for file in files {
        let shown = file.display().to_string();
        let text = std::fs::read_to_string(&file).map_err(|e| format!("{shown}: {e}"))?;
        let root = parse(&text).map_err(|e| format!("{shown}: {e}"))?;
        let subject = file.file_stem().unwrap_or_default().to_string_lossy();
        for node in root.sequence().unwrap_or_default() {
            cases.push(case(&subject, node).map_err(|e| format!("{shown}: {e}"))?);
        }
    }
    Ok(cases)
}

fn case(subject: &str, node: &Node) -> Result<Case, String> {
    let text = |key: &str| node.get(key).and_then(Node::text).map(str::to_owned);
    let name = text("name").ok_or("a case without `name`")?;
    let wrong = |what: &str| format!("{name}: {what}");
    for (key, _) in node.mapping().unwrap_or_default() {
        let key = key.text().unwrap_or_default();
        if !KEYS.contains(&key) {
            return Err(wrong(&format!("no such key: {key}")));
        }
    }
    if text("source").is_none() || text("confidence").is_none() {
        return Err(wrong("it needs `source` and `confidence`"));
    }
    let names = |key: &str| -> Vec<String> {
        let list = node.get(key).and_then(Node::sequence).unwrap_or_default();
        list.iter()
            .filter_map(Node::text)
            .map(str::to_owned)
            .collect()
    };
    let known = match text("known").as_deref() {
        None => None,
        Some("note") if text("why").is_some() => Some(Known::Note),
        Some("refused") if text("why").is_some() && !names("refused").is_empty() => {
            Some(Known::Refused(names("refused")))
        }
        Some(_) => {
            return Err(wrong(
                "`known` is `note` with `why`, or `refused` with `why` and `refused`",
            ));
        }
    };
    let stdout = match text("stdout_matches") {
        Some(pattern) => Wanted::Matches(Regex::new(&pattern).map_err(|e| wrong(&e.to_string()))?),
        None => Wanted::Text(text("stdout").unwrap_or_default()),
    };
    let exit = text("exit").unwrap_or_else(|| "0".into());
    let files = node
        .get("files")
        .and_then(Node::mapping)
        .unwrap_or_default();
    Ok(Case {
        subject: subject.to_owned(),
        script: text("script").ok_or_else(|| wrong("it has no `script`"))?,
        line_feeds: text("newline").as_deref() == Some("lf"),
        files: files
            .iter()
            .filter_map(|(k, v)| Some((k.text()?.to_owned(), v.text()?.to_owned())))
            .collect(),
        stdout,
        stderr: text("stderr").unwrap_or_default(),
        exit: exit.parse().map_err(|_| wrong("`exit` is no number"))?,
        known,
        mended: names("mended"),
        notes: names("notes"),
        told: text("told").as_deref() == Some("true"),
        name,
    })
}
