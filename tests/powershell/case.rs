//! Cases as they stand in `cases/*.yaml`; README.md beside them says what the keys mean.

use regex::Regex;
use shakedown::yaml::{Node, Resolved, Value, parse};
use std::fmt;
use std::path::Path;

/// What an output has to be.
#[derive(Debug)]
pub enum Wanted {
    Text(String),
    Matches(Regex),
    /// Each is one line.
    Lines(Vec<Wanted>),
}

impl Wanted {
    /// Line ends as on Linux, without those at the end.
    pub fn is(&self, output: &str) -> bool {
        let output = output.replace("\r\n", "\n");
        self.fits(output.trim_end_matches('\n'))
    }

    fn fits(&self, output: &str) -> bool {
        match self {
            Wanted::Text(text) => text == output,
            Wanted::Matches(pattern) => pattern.is_match(output),
            Wanted::Lines(wanted) => {
                // No output is no line, or an empty one.
                let lines: Vec<&str> = match output {
                    "" if wanted.is_empty() => Vec::new(),
                    _ => output.split('\n').collect(),
                };
                let pairs = wanted.iter().zip(&lines);
                wanted.len() == lines.len() && pairs.into_iter().all(|(w, l)| w.fits(l))
            }
        }
    }
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Wanted::Text(text) => write!(f, "{text:?}"),
            Wanted::Matches(pattern) => write!(f, "/{pattern}/"),
            Wanted::Lines(lines) => {
                let shown: Vec<String> = lines.iter().map(Wanted::to_string).collect();
                write!(f, "{}", shown.join(" | "))
            }
        }
    }
}

/// A script and what Windows PowerShell 5.1 gives for it.
#[derive(Debug)]
pub struct Case {
    /// File without its ending.
    pub subject: String,
    /// File and line.
    pub place: String,
    pub name: String,
    pub script: String,
    pub stdout: Wanted,
    /// None: not held against anything.
    pub stderr: Option<Wanted>,
    pub exit: i32,
    /// Restarts that it asked for; none: not counted.
    pub reboots: Option<usize>,
    /// How it is known to be otherwise here.
    pub known_difference: Option<String>,
    /// 5.1 does not parse it, which is what the case is of.
    pub broken: bool,
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
];

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
        let root = parse(&text).map_err(|e| format!("{shown}: {e}"))?;
        let subject = file.file_stem().unwrap_or_default().to_string_lossy();
        let list = root.sequence().ok_or(format!("{shown}: it is no list"))?;
        for node in list {
            cases.push(case(&subject, &shown, node)?);
        }
    }
    Ok(cases)
}

fn case(subject: &str, file: &str, node: &Node) -> Result<Case, String> {
    let place = format!("{file}:{}", node.span.line);
    let wrong = |at: &Node, what: String| format!("{file}:{}: {what}", at.span.line);
    let pairs = node
        .mapping()
        .ok_or_else(|| wrong(node, "a case is a mapping".into()))?;
    for (key, _) in pairs {
        let text = key.text().unwrap_or_default();
        if !KEYS.contains(&text) {
            return Err(wrong(
                key,
                format!("no such key: {text}; there are {}", KEYS.join(", ")),
            ));
        }
    }
    let text = |key: &str| -> Result<Option<String>, String> {
        let Some(value) = node.get(key) else {
            return Ok(None);
        };
        let text = value.text().filter(|t| !t.trim().is_empty());
        let told = text.ok_or_else(|| wrong(value, format!("`{key}` is no text")))?;
        Ok(Some(told.to_owned()))
    };
    let needed = |key: &str| text(key)?.ok_or(format!("{place}: it needs `{key}`"));
    let number = |key: &str| -> Result<Option<i32>, String> {
        let Some(value) = node.get(key) else {
            return Ok(None);
        };
        let number = value.text().and_then(|t| t.parse().ok());
        let told = number.ok_or_else(|| wrong(value, format!("`{key}` is no whole number")))?;
        Ok(Some(told))
    };
    let flag = |key: &str| -> Result<bool, String> {
        match node.get(key) {
            None => Ok(false),
            Some(value) => match value.resolved() {
                Some(Resolved::Bool(flag)) => Ok(flag),
                _ => Err(wrong(value, format!("`{key}` is true or false"))),
            },
        }
    };
    let output = |key: &str| -> Result<Option<Wanted>, String> {
        node.get(key)
            .map(|value| wanted(value).map_err(|e| wrong(value, format!("`{key}` {e}"))))
            .transpose()
    };
    needed("source")?;
    flag("played")?;
    let reboots = number("reboots")?;
    Ok(Case {
        subject: subject.to_owned(),
        name: needed("name")?,
        script: needed("script")?,
        stdout: output("stdout")?.ok_or(format!("{place}: it needs `stdout`"))?,
        stderr: output("stderr")?,
        exit: number("exit")?.unwrap_or(0),
        reboots: reboots.and_then(|n| usize::try_from(n).ok()),
        known_difference: text("known_difference")?,
        broken: flag("broken")?,
        place,
    })
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
