//! Cases as they stand in `cases/*.yaml`; README.md beside them says what the keys mean.

use crate::wanted::{Expected, Wanted};
use regex::Regex;
use shakedown::yaml::{Node, Resolved, Value, parse};
use std::path::Path;

/// A script and what Windows PowerShell 5.1 gives for it.
#[derive(Debug)]
pub struct Case {
    /// File without its ending.
    pub subject: String,
    /// File and line.
    pub place: String,
    pub name: String,
    pub script: String,
    /// Who says so.
    pub source: String,
    pub expected: Expected,
    /// How it is known to be otherwise here.
    pub difference: Option<Difference>,
    /// The command that the device has to name as one that it does not give.
    pub refused: Option<String>,
    /// It holds on a played device alone.
    pub played: bool,
    /// 5.1 does not parse it, which is what the case is of.
    pub broken: bool,
}

/// A difference between 5.1 and PowerShell 7 with our layer on Wine.
#[derive(Debug)]
pub struct Difference {
    pub why: String,
    /// What comes instead; none where nobody knows.
    pub here: Option<Expected>,
    /// Its row in FIDELITY.md.
    pub fidelity: String,
    /// What the static check names it; none where a script's text does not show it.
    pub note: Option<String>,
}

const KEYS: &[&str] = &[
    "name",
    "script",
    "stdout",
    "stderr",
    "exit",
    "reboots",
    "source",
    "played",
    "broken",
    "known_difference",
    "refused",
];
const DIFFERENCE: &[&str] = &["why", "here", "fidelity", "note"];
const HERE: &[&str] = &["stdout", "stderr", "exit", "reboots"];

/// All cases, by file.
pub fn all() -> Result<Vec<Case>, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/powershell/cases");
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .map_err(|e| format!("{}: {e}", folder.display()))?
        .flatten()
        .map(|entry| entry.path())
        .collect();
    files.sort();
    let mut cases = Vec::new();
    for file in files {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let shown = format!("tests/powershell/cases/{name}");
        let text = std::fs::read_to_string(&file).map_err(|e| format!("{shown}: {e}"))?;
        let subject = file.file_stem().unwrap_or_default().to_string_lossy();
        cases.extend(of_file(&subject, &shown, &text)?);
    }
    Ok(cases)
}

/// The cases of one file's text.
pub fn of_file(subject: &str, file: &str, text: &str) -> Result<Vec<Case>, String> {
    let root = parse(text).map_err(|e| format!("{file}: {e}"))?;
    let list = root.sequence().ok_or(format!("{file}: it is no list"))?;
    list.iter().map(|node| case(subject, file, node)).collect()
}

fn case(subject: &str, file: &str, node: &Node) -> Result<Case, String> {
    let of = Keys::of(file, node, KEYS)?;
    let difference = node
        .get("known_difference")
        .map(|value| difference(file, value))
        .transpose()?;
    let refused = of.text("refused")?;
    if difference.is_some() && refused.is_some() {
        return Err(of.wrong(node, "it is refused or a known difference, not both"));
    }
    Ok(Case {
        subject: subject.to_owned(),
        place: format!("{file}:{}", node.span.line),
        name: of.needed("name")?,
        script: of.needed("script")?,
        source: of.needed("source")?,
        expected: of.expected()?,
        difference,
        refused,
        played: of.flag("played")?,
        broken: of.flag("broken")?,
    })
}

fn difference(file: &str, node: &Node) -> Result<Difference, String> {
    let of = Keys::of(file, node, DIFFERENCE)?;
    let here = node
        .get("here")
        .ok_or_else(|| of.wrong(node, "it needs `here`: an outcome or `unknown`"))?;
    let here = match here.text() {
        Some("unknown") => None,
        _ => Some(Keys::of(file, here, HERE)?.expected()?),
    };
    Ok(Difference {
        why: of.needed("why")?,
        here,
        fidelity: of.needed("fidelity")?,
        note: Some(of.needed("note")?).filter(|note| note != "none"),
    })
}

/// The keys of a mapping, each of them known.
struct Keys<'a> {
    file: &'a str,
    node: &'a Node,
}

impl<'a> Keys<'a> {
    fn of(file: &'a str, node: &'a Node, known: &[&str]) -> Result<Keys<'a>, String> {
        let keys = Keys { file, node };
        let pairs = node.mapping();
        let pairs = pairs.ok_or_else(|| keys.wrong(node, &format!("a mapping of {known:?}")))?;
        for (key, _) in pairs {
            let text = key.text().unwrap_or_default();
            if !known.contains(&text) {
                let known = known.join(", ");
                return Err(keys.wrong(key, &format!("no such key: {text}; there are {known}")));
            }
        }
        Ok(keys)
    }

    fn wrong(&self, at: &Node, what: &str) -> String {
        format!("{}:{}: {what}", self.file, at.span.line)
    }

    fn text(&self, key: &str) -> Result<Option<String>, String> {
        let Some(value) = self.node.get(key) else {
            return Ok(None);
        };
        let text = value.text().filter(|t| !t.trim().is_empty());
        let told = text.ok_or_else(|| self.wrong(value, &format!("`{key}` is no text")))?;
        Ok(Some(told.to_owned()))
    }

    fn needed(&self, key: &str) -> Result<String, String> {
        let missing = || self.wrong(self.node, &format!("it needs `{key}`"));
        self.text(key)?.ok_or_else(missing)
    }

    fn number<N: std::str::FromStr>(&self, key: &str) -> Result<Option<N>, String> {
        let Some(value) = self.node.get(key) else {
            return Ok(None);
        };
        let number = value.text().and_then(|t| t.parse().ok());
        let told =
            number.ok_or_else(|| self.wrong(value, &format!("`{key}` is no whole number")))?;
        Ok(Some(told))
    }

    fn flag(&self, key: &str) -> Result<bool, String> {
        match self.node.get(key) {
            None => Ok(false),
            Some(value) => match value.resolved() {
                Some(Resolved::Bool(flag)) => Ok(flag),
                _ => Err(self.wrong(value, &format!("`{key}` is true or false"))),
            },
        }
    }

    fn output(&self, key: &str) -> Result<Option<Wanted>, String> {
        self.node
            .get(key)
            .map(|value| wanted(value).map_err(|e| self.wrong(value, &format!("`{key}` {e}"))))
            .transpose()
    }

    fn expected(&self) -> Result<Expected, String> {
        let stdout = self.output("stdout")?;
        Ok(Expected {
            stdout: stdout.ok_or_else(|| self.wrong(self.node, "it needs `stdout`"))?,
            stderr: self.output("stderr")?,
            exit: self.number("exit")?.unwrap_or(0),
            reboots: self.number("reboots")?,
        })
    }
}

/// A list of lines, each a text or a pattern, a text, or `{ matches: PATTERN }`.
fn wanted(value: &Node) -> Result<Wanted, String> {
    match &value.value {
        Value::Scalar(_) => {
            let text = value.text().unwrap_or_default();
            Ok(Wanted::Text(text.trim_end_matches('\n').to_owned()))
        }
        Value::Sequence(lines) => {
            let mut wanted: Vec<Wanted> =
                lines.iter().map(self::wanted).collect::<Result<_, _>>()?;
            if wanted.iter().any(|w| matches!(w, Wanted::Lines(_))) {
                return Err("has a list in its list".into());
            }
            // Ends of lines at the end do not count; one empty line is no output at all.
            while wanted.len() > 1 && matches!(wanted.last(), Some(Wanted::Text(t)) if t.is_empty())
            {
                wanted.pop();
            }
            Ok(Wanted::Lines(wanted))
        }
        Value::Mapping(pairs) => match pairs.as_slice() {
            [(key, pattern)] if key.text() == Some("matches") => {
                let pattern = pattern.text().ok_or("has a pattern that is no text")?;
                let read = Regex::new(&format!("(?s){pattern}"))
                    .map_err(|e| format!("has a pattern that cannot be read: {e}"))?;
                Ok(Wanted::Matches(read))
            }
            _ => Err("is a list of lines, a text, or `matches:`".into()),
        },
    }
}
