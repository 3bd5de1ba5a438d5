//! `resource.xml`: from the tree to metadata. Strict where a value would be guessed, a note where
//! the platform is known or likely to cope.

use super::error::{ComponentError, note};
use super::xml::{self, Element};
use crate::rmm::component::{Category, InstallType, Metadata};
use crate::rmm::event::Note;
use crate::yaml::Span;
use std::path::Path;

/// How `resource.xml` is written: exporters have two dialects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dialect {
    /// A stored `resource.xml` byte for byte as it is; the new dialect for a manifest.
    #[default]
    Keep,
    /// All exports up to about 2024: no declaration, single quotes, two spaces.
    Old,
    /// Seen in 2025: declaration, double quotes, four spaces.
    New,
}

/// What a `resource.xml` says.
#[derive(Debug)]
pub(super) struct Resource {
    pub metadata: Metadata,
    /// Empty, or 32 hexadecimal digits made by the platform.
    pub hash: String,
    /// Elements without a known meaning, as paths: `general/colour`.
    pub unknown: Vec<String>,
    /// The dialect it is written in; `Keep` when it is neither.
    pub dialect: Dialect,
    pub notes: Vec<Note>,
}

/// The default of 37 of 42 known exports, seconds.
pub(super) const DEFAULT_TIMEOUT: u32 = 3600;

/// Most unknown elements that are told.
const MAX_STRANGERS: usize = 20;

/// Reads the bytes of a `resource.xml`. `path` is for messages.
pub(super) fn read(bytes: &[u8], path: &Path) -> Result<Resource, ComponentError> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(ComponentError::new(
            "xml-encoding",
            path,
            "resource.xml is UTF-16; exports are UTF-8",
        )
        .help("save it as UTF-8 without a byte-order mark"));
    }
    let text = std::str::from_utf8(bytes).map_err(|e| {
        let known =
            String::from_utf8_lossy(bytes.get(..e.valid_up_to()).unwrap_or_default()).into_owned();
        let at = xml::place(&known, known.len(), 0);
        ComponentError::new(
            "xml-encoding",
            path,
            "resource.xml is not UTF-8 from here on",
        )
        .help("save it as UTF-8 without a byte-order mark")
        .at(&known, at)
    })?;
    let mut notes = Vec::new();
    let bare = text.strip_prefix('\u{feff}').unwrap_or(text);
    if bare.len() < text.len() {
        notes.push(note(
            "resource-bom",
            "resource.xml starts with a byte-order mark: the portal's import then fails without a message",
            "save it as UTF-8 without a byte-order mark",
        ));
    }
    let document = xml::parse(bare).map_err(|e| {
        let made = ComponentError::new(e.code, path, e.message).at(bare, e.span);
        match e.help {
            Some(help) => made.help(help),
            None => made,
        }
    })?;
    let mut reader = Reader {
        path,
        text: bare,
        unknown: Vec::new(),
        notes,
    };
    let (metadata, hash) = reader.component(&document.root)?;
    let dialect = dialect_of(bare, document.declared);
    let Reader {
        unknown, mut notes, ..
    } = reader;
    if !unknown.is_empty() {
        notes.push(note(
            "unknown-elements",
            format!(
                "resource.xml has elements no export is known to have: {}",
                unknown.join(", ")
            ),
            "they are kept as they are; the platform may drop them on import",
        ));
    }
    Ok(Resource {
        metadata,
        hash,
        unknown,
        dialect,
        notes,
    })
}

fn dialect_of(text: &str, declared: bool) -> Dialect {
    if declared && text.contains("<component info=\"") {
        Dialect::New
    } else if !declared && text.starts_with("<component info='") {
        Dialect::Old
    } else {
        Dialect::Keep
    }
}

/// Reads one document; what the parts share.
pub(super) struct Reader<'a> {
    path: &'a Path,
    text: &'a str,
    unknown: Vec<String>,
    notes: Vec<Note>,
}

impl Reader<'_> {
    pub(super) fn refuse(&self, at: Span, message: impl Into<String>) -> ComponentError {
        ComponentError::new("bad-resource", self.path, message).at(self.text, at)
    }

    pub(super) fn note(&mut self, code: &str, message: String, help: &str) {
        self.notes.push(note(code, message, help));
    }

    fn component(&mut self, root: &Element) -> Result<(Metadata, String), ComponentError> {
        if root.name != "component" {
            return Err(self
                .refuse(
                    root.span,
                    format!(
                        "the root element is `{}`; a component's is `component`",
                        root.name
                    ),
                )
                .help("this XML is not a component's metadata"));
        }
        if root.attribute("info") != Some("CentraStage Component") {
            self.note(
                "resource-info",
                "the root element lacks info=\"CentraStage Component\", which all exports have"
                    .to_owned(),
                "add the attribute",
            );
        }
        self.known(root, &["general", "variable", "postCondition"], "");
        let Some(general) = self.child(root, "general")? else {
            return Err(self.refuse(
                root.span,
                "there is no `general` element: the component has no name, type or level",
            ));
        };
        let (mut metadata, hash) = self.general(general)?;
        for element in root.children.iter().filter(|c| c.name == "variable") {
            let variable = self.variable(element, metadata.variables.len())?;
            metadata.variables.push(variable);
        }
        metadata.variables.sort_by_key(|v| v.idx);
        for element in root.children.iter().filter(|c| c.name == "postCondition") {
            let condition = self.post_condition(element)?;
            metadata.post_conditions.push(condition);
        }
        Ok((metadata, hash))
    }

    pub(super) fn known(&mut self, element: &Element, names: &[&str], prefix: &str) {
        let strangers = element.children.iter().map(|c| c.name.as_str());
        for name in strangers.filter(|name| !names.contains(name)) {
            let path = format!("{prefix}{}", super::names::shown(name));
            if self.unknown.len() < MAX_STRANGERS && !self.unknown.contains(&path) {
                self.unknown.push(path);
            }
        }
    }

    /// The one child of a name; two are an error, for it is unknown which one the platform takes.
    pub(super) fn child<'e>(
        &self,
        element: &'e Element,
        name: &str,
    ) -> Result<Option<&'e Element>, ComponentError> {
        let mut found = element.children.iter().filter(|c| c.name == name);
        let first = found.next();
        match found.next() {
            Some(second) => Err(self
                .refuse(
                    second.span,
                    format!("a second `{name}` stands in `{}`", element.name),
                )
                .help("keep one of them")),
            None => Ok(first),
        }
    }

    pub(super) fn text(&self, element: &Element, name: &str) -> Result<String, ComponentError> {
        Ok(self
            .child(element, name)?
            .map(|c| c.text.clone())
            .unwrap_or_default())
    }

    pub(super) fn word(
        &self,
        element: &Element,
        name: &str,
    ) -> Result<Option<(String, Span)>, ComponentError> {
        let found = self
            .child(element, name)?
            .map(|c| (c.text.trim().to_owned(), c.span));
        Ok(found.filter(|(word, _)| !word.is_empty()))
    }

    pub(super) fn required(
        &self,
        element: &Element,
        name: &str,
    ) -> Result<(String, Span), ComponentError> {
        self.word(element, name)?.ok_or_else(|| {
            self.refuse(
                element.span,
                format!("`{name}` is missing or empty in `{}`", element.name),
            )
        })
    }

    pub(super) fn number(
        &mut self,
        element: &Element,
        name: &str,
        otherwise: u32,
    ) -> Result<u32, ComponentError> {
        let Some((word, at)) = self.word(element, name)? else {
            self.note(
                "resource-incomplete",
                format!("`{name}` is missing or empty; {otherwise} is taken"),
                "write it out",
            );
            return Ok(otherwise);
        };
        word.parse().map_err(|_| {
            self.refuse(
                at,
                format!(
                    "`{name}` is not a whole number: {}",
                    super::names::shown(&word)
                ),
            )
        })
    }

    fn general(&mut self, general: &Element) -> Result<(Metadata, String), ComponentError> {
        self.known(
            general,
            &[
                "name",
                "category",
                "description",
                "uid",
                "hash",
                "version",
                "timeout",
                "securityLevel",
                "installType",
                "uninstallType",
            ],
            "general/",
        );
        let (name, _) = self.required(general, "name")?;
        let (category, at) = self.required(general, "category")?;
        let category = category_of(&category).ok_or_else(|| {
            self.refuse(
                at,
                format!(
                    "the category `{}` is not known",
                    super::names::shown(&category)
                ),
            )
            .help("exports have applications, scripts or monitors")
        })?;
        let (install_type, _) = self.required(general, "installType")?;
        let uid = self
            .word(general, "uid")?
            .map(|(uid, _)| uid.to_lowercase())
            .unwrap_or_default();
        if !super::manifest::is_guid(&uid) {
            let what = if uid.is_empty() {
                "there is no uid".to_owned()
            } else {
                format!("the uid `{uid}` is not a GUID")
            };
            self.note(
                "resource-uid",
                what,
                "the platform gives a new one on import",
            );
        }
        let version = self.number(general, "version", 1)?;
        let timeout = self.number(general, "timeout", DEFAULT_TIMEOUT)?;
        let level = self.number(general, "securityLevel", 1)?;
        let security_level = u8::try_from(level)
            .ok()
            .filter(|l| (1..=5).contains(l))
            .ok_or_else(|| {
                self.refuse(
                    general.span,
                    format!("`securityLevel` is {level}; levels go from 1 (Basic) to 5 (Super)"),
                )
            })?;
        let install_type = InstallType::from_token(&install_type);
        if let InstallType::Other(token) = &install_type {
            let what = format!(
                "the installType `{}` was seen in no export",
                super::names::shown(token)
            );
            self.note("install-type", what, "powershell, unix and batch are known");
        }
        let metadata = Metadata {
            name,
            category,
            description: self.text(general, "description")?,
            uid,
            version,
            timeout,
            security_level,
            install_type,
            variables: Vec::new(),
            post_conditions: Vec::new(),
        };
        Ok((metadata, self.text(general, "hash")?.trim().to_owned()))
    }
}

/// The category of a package's or a manifest's word.
pub(super) fn category_of(word: &str) -> Option<Category> {
    match word {
        "applications" => Some(Category::Applications),
        "scripts" => Some(Category::Scripts),
        "monitors" => Some(Category::Monitors),
        _ => None,
    }
}

/// The word of a category in packages and manifests.
pub(super) fn category_word(category: Category) -> &'static str {
    match category {
        Category::Applications => "applications",
        Category::Scripts => "scripts",
        Category::Monitors => "monitors",
    }
}
