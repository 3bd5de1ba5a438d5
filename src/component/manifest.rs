//! `component.yaml`: the readable manifest of a component folder.

use super::error::ComponentError;
use super::resource::{DEFAULT_TIMEOUT, category_of};
use crate::rmm::component::{
    Category, InstallType, Metadata, PostCondition, SelectionOption, Streams, Variable,
    VariableType,
};
use crate::yaml::{self, Node, Resolved, Span};
use std::path::Path;

/// The manifest's file name.
pub const FILE: &str = "component.yaml";
/// Largest manifest that is read, bytes.
pub(super) const MAX_BYTES: u64 = 1024 * 1024;

const KEYS: [&str; 13] = [
    "name",
    "category",
    "type",
    "description",
    "uid",
    "version",
    "timeout",
    "level",
    "script",
    "icon",
    "variables",
    "post-conditions",
    "attachments",
];

/// A path in the manifest, relative to its folder, and where it is written.
#[derive(Debug, Clone)]
pub(super) struct Named {
    pub path: String,
    pub span: Span,
}

/// An attachment as the manifest lists it.
#[derive(Debug, Clone)]
pub(super) struct Listed {
    pub from: Named,
    /// Its name in the package.
    pub name: String,
    pub executable: bool,
}

/// A manifest, checked in itself; the files it names were not looked at.
#[derive(Debug)]
pub(super) struct Manifest {
    pub metadata: Metadata,
    pub script: Option<Named>,
    pub icon: Option<Named>,
    /// `None`: every other file of the folder.
    pub attachments: Option<Vec<Listed>>,
}

/// Lower-case GUID with dashes.
pub(super) fn is_guid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = groups.iter().map(|g| g.len()).collect();
    lengths == [8, 4, 4, 4, 12]
        && text
            .bytes()
            .all(|b| b == b'-' || b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

/// Reads a manifest. `path` is for messages.
pub(super) fn read(text: &str, path: &Path) -> Result<Manifest, ComponentError> {
    let root = yaml::parse(text).map_err(|e| ComponentError::yaml(path, text, &e))?;
    Reader { path, text }.manifest(&root)
}

struct Reader<'a> {
    path: &'a Path,
    text: &'a str,
}

type Read<T> = Result<T, ComponentError>;

impl Reader<'_> {
    fn refuse(&self, at: &Node, message: impl Into<String>) -> ComponentError {
        ComponentError::new("bad-manifest", self.path, message).at(self.text, at.span)
    }

    fn entries<'n>(&self, node: &'n Node, what: &str, keys: &[&str]) -> Read<&'n [(Node, Node)]> {
        let Some(entries) = node.mapping() else {
            return Err(self.refuse(node, format!("{what} is a mapping, not {}", node.kind())));
        };
        for (key, _) in entries {
            let word = key.text().unwrap_or_default();
            if !keys.contains(&word) {
                let error = self.refuse(
                    key,
                    format!("`{}` is not a key of {what}", super::names::shown(word)),
                );
                return Err(match yaml::nearest(word, keys.iter().copied()) {
                    Some(near) => error.help(format!("did you mean `{near}`?")),
                    None => error.help(format!("known keys: {}", keys.join(", "))),
                });
            }
        }
        Ok(entries)
    }

    /// A scalar's text as written; `~` and nothing are empty.
    fn text(&self, node: &Node, what: &str) -> Read<String> {
        if node.is_null() {
            return Ok(String::new());
        }
        node.text()
            .map(str::to_owned)
            .ok_or_else(|| self.refuse(node, format!("{what} is text, not {}", node.kind())))
    }

    fn filled(&self, node: &Node, what: &str) -> Read<String> {
        let text = self.text(node, what)?;
        if text.trim().is_empty() {
            Err(self.refuse(node, format!("{what} is empty")))
        } else {
            Ok(text)
        }
    }

    fn number(&self, node: &Node, what: &str, from: u32, to: u32) -> Read<u32> {
        match node.resolved() {
            Some(Resolved::Int(n)) if (i64::from(from)..=i64::from(to)).contains(&n) => {
                Ok(u32::try_from(n).unwrap_or(to))
            }
            _ => Err(self.refuse(
                node,
                format!("{what} is a whole number from {from} to {to}"),
            )),
        }
    }

    fn one_of<T: Copy>(&self, node: &Node, what: &str, words: &[(&str, T)]) -> Read<T> {
        let word = self.text(node, what)?;
        if let Some((_, value)) = words.iter().find(|(w, _)| *w == word) {
            return Ok(*value);
        }
        let known: Vec<&str> = words.iter().map(|(w, _)| *w).collect();
        let error = self.refuse(
            node,
            format!("`{}` is not a {what}", super::names::shown(&word)),
        );
        Err(match yaml::nearest(&word, known.iter().copied()) {
            Some(near) => error.help(format!("did you mean `{near}`?")),
            None => error.help(format!("one of: {}", known.join(", "))),
        })
    }

    fn manifest(&self, root: &Node) -> Read<Manifest> {
        let entries = self.entries(root, "a component's manifest", &KEYS)?;
        let get = |key: &str| {
            entries
                .iter()
                .find(|(k, _)| k.text() == Some(key))
                .map(|(_, v)| v)
        };
        let need = |key: &str| {
            get(key).ok_or_else(|| {
                self.refuse(root, format!("`{key}` is missing"))
                    .help(format!("add a line `{key}: ...`"))
            })
        };

        let category = need("category")?;
        let word = self.text(category, "`category`")?;
        let category = match category_of(&word) {
            Some(category) => category,
            None => self.one_of(
                category,
                "category",
                &[
                    ("applications", Category::Applications),
                    ("scripts", Category::Scripts),
                    ("monitors", Category::Monitors),
                ],
            )?,
        };
        let uid = match get("uid") {
            Some(node) => {
                let uid = self.text(node, "`uid`")?.to_lowercase();
                if !uid.is_empty() && !is_guid(&uid) {
                    return Err(self.refuse(node, "`uid` is not a GUID").help("write 8-4-4-4-12 hexadecimal digits, or remove the line: one is derived from the name"));
                }
                uid
            }
            None => String::new(),
        };
        let metadata = Metadata {
            name: self.filled(need("name")?, "`name`")?.trim().to_owned(),
            category,
            description: get("description")
                .map_or(Ok(String::new()), |n| self.text(n, "`description`"))?,
            uid,
            version: get("version").map_or(Ok(1), |n| self.number(n, "`version`", 0, u32::MAX))?,
            timeout: get("timeout").map_or(Ok(DEFAULT_TIMEOUT), |n| {
                self.number(n, "`timeout` (seconds)", 0, u32::MAX)
            })?,
            security_level: u8::try_from(
                get("level").map_or(Ok(1), |n| self.number(n, "`level`", 1, 5))?,
            )
            .unwrap_or(1),
            install_type: InstallType::from_token(self.filled(need("type")?, "`type`")?.trim()),
            variables: get("variables").map_or(Ok(Vec::new()), |n| self.variables(n))?,
            post_conditions: get("post-conditions")
                .map_or(Ok(Vec::new()), |n| self.post_conditions(n))?,
        };
        let file = |key: &str| {
            get(key)
                .map(|n| self.named(n, &format!("`{key}`")))
                .transpose()
        };
        Ok(Manifest {
            metadata,
            script: file("script")?,
            icon: file("icon")?,
            attachments: get("attachments")
                .map(|n| self.attachments(n))
                .transpose()?,
        })
    }

    fn list<'n>(&self, node: &'n Node, what: &str) -> Read<&'n [Node]> {
        if node.is_null() {
            return Ok(&[]);
        }
        node.sequence()
            .ok_or_else(|| self.refuse(node, format!("{what} is a list, not {}", node.kind())))
    }

    fn named(&self, node: &Node, what: &str) -> Read<Named> {
        Ok(Named {
            path: self.filled(node, what)?,
            span: node.span,
        })
    }

    fn variables(&self, node: &Node) -> Read<Vec<Variable>> {
        const KINDS: [(&str, VariableType); 4] = [
            ("string", VariableType::String),
            ("boolean", VariableType::Boolean),
            ("selection", VariableType::Selection),
            ("date", VariableType::Date),
        ];
        let mut variables: Vec<Variable> = Vec::new();
        for item in self.list(node, "`variables`")? {
            let entries = self.entries(
                item,
                "a variable",
                &["name", "type", "description", "default", "options", "idx"],
            )?;
            let get = |key: &str| {
                entries
                    .iter()
                    .find(|(k, _)| k.text() == Some(key))
                    .map(|(_, v)| v)
            };
            let name =
                get("name").ok_or_else(|| self.refuse(item, "the variable has no `name`"))?;
            let next = variables.last().map_or(0, |v| v.idx.saturating_add(1));
            let variable = Variable {
                idx: get("idx").map_or(Ok(next), |n| self.number(n, "`idx`", next, u32::MAX))?,
                name: self.filled(name, "a variable's `name`")?.trim().to_owned(),
                kind: get("type").map_or(Ok(VariableType::String), |n| {
                    self.one_of(n, "variable type", &KINDS)
                })?,
                description: get("description")
                    .map_or(Ok(String::new()), |n| self.text(n, "`description`"))?,
                default: get("default").map_or(Ok(String::new()), |n| self.text(n, "`default`"))?,
                options: get("options").map_or(Ok(Vec::new()), |n| self.options(n))?,
            };
            if let Some(options) = get("options")
                && variable.kind != VariableType::Selection
            {
                return Err(
                    self.refuse(options, "only a variable of `type: selection` has options")
                );
            }
            if variable.kind == VariableType::Selection && get("options").is_none() {
                return Err(self
                    .refuse(
                        item,
                        format!(
                            "the selection `{}` has no options",
                            super::names::shown(&variable.name)
                        ),
                    )
                    .help("add `options: { Shown name: value }`"));
            }
            variables.push(variable);
        }
        Ok(variables)
    }

    fn options(&self, node: &Node) -> Read<Vec<SelectionOption>> {
        if let Some(items) = node.sequence() {
            return items
                .iter()
                .map(|item| {
                    let entries = self.entries(item, "an option", &["name", "value"])?;
                    let get = |key: &str| {
                        let found = entries.iter().find(|(k, _)| k.text() == Some(key));
                        found.map_or(Ok(String::new()), |(_, v)| self.text(v, key))
                    };
                    Ok(SelectionOption {
                        name: get("name")?,
                        value: get("value")?,
                    })
                })
                .collect();
        }
        let Some(entries) = node.mapping() else {
            return Err(self.refuse(
                node,
                format!(
                    "`options` is a mapping of shown names to values, not {}",
                    node.kind()
                ),
            ));
        };
        entries
            .iter()
            .map(|(name, value)| {
                let name = name.text().unwrap_or_default().to_owned();
                Ok(SelectionOption {
                    name,
                    value: self.text(value, "an option's value")?,
                })
            })
            .collect()
    }

    fn post_conditions(&self, node: &Node) -> Read<Vec<PostCondition>> {
        let one = |item: &Node| {
            let entries = self.entries(item, "a post-condition", &["when", "text", "in"])?;
            let get = |key: &str| {
                entries
                    .iter()
                    .find(|(k, _)| k.text() == Some(key))
                    .map(|(_, v)| v)
            };
            let text =
                get("text").ok_or_else(|| self.refuse(item, "the post-condition has no `text`"))?;
            let streams = match get("in") {
                None => Streams {
                    stdout: true,
                    stderr: false,
                },
                Some(node) => {
                    let words = node.sequence().unwrap_or(std::slice::from_ref(node));
                    let mut streams = Streams {
                        stdout: false,
                        stderr: false,
                    };
                    for word in words {
                        if self.one_of(word, "stream", &[("stdout", true), ("stderr", false)])? {
                            streams.stdout = true;
                        } else {
                            streams.stderr = true;
                        }
                    }
                    if words.is_empty() {
                        return Err(self.refuse(node, "`in` is empty: name stdout, stderr or both"));
                    }
                    streams
                }
            };
            let found = get("when").map_or(Ok(true), |n| {
                self.one_of(n, "`when`", &[("found", true), ("not-found", false)])
            })?;
            Ok(PostCondition {
                streams,
                text: self.text(text, "`text`")?,
                found,
            })
        };
        self.list(node, "`post-conditions`")?
            .iter()
            .map(one)
            .collect()
    }

    fn attachments(&self, node: &Node) -> Read<Vec<Listed>> {
        let one = |item: &Node| {
            if item.scalar().is_some() {
                let from = self.named(item, "an attachment")?;
                let name = last_part(&from.path).to_owned();
                return Ok(Listed {
                    from,
                    name,
                    executable: false,
                });
            }
            let entries = self.entries(item, "an attachment", &["from", "as", "executable"])?;
            let get = |key: &str| {
                entries
                    .iter()
                    .find(|(k, _)| k.text() == Some(key))
                    .map(|(_, v)| v)
            };
            let from = self.named(
                get("from").ok_or_else(|| self.refuse(item, "the attachment has no `from`"))?,
                "`from`",
            )?;
            let name = match get("as") {
                Some(node) => self.filled(node, "`as`")?,
                None => last_part(&from.path).to_owned(),
            };
            let executable = match get("executable").map(|n| (n, n.resolved())) {
                None => false,
                Some((_, Some(Resolved::Bool(b)))) => b,
                Some((node, _)) => return Err(self.refuse(node, "`executable` is true or false")),
            };
            Ok(Listed {
                from,
                name,
                executable,
            })
        };
        self.list(node, "`attachments`")?.iter().map(one).collect()
    }
}

fn last_part(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
