//! Devices of a world, and files laid on them.

use super::double::Doubles;
use super::facts::FactsKeys;
use super::platform::ListedKeys;
use super::registry::RegistrySets;
use crate::rmm::double::DoubleSpec;
use crate::rmm::facts::Declared;
use crate::rmm::facts::release::edition_of;
use crate::rmm::os::{Os, WindowsRelease};
use crate::scenario::api::Listed;
use crate::scenario::error::Problem;
use crate::scenario::form::keys::keys;
use crate::scenario::form::list::{Many, MapOf};
use crate::scenario::form::path::{DevicePath, FilePath, Mode};
use crate::scenario::form::pattern::Mac;
use crate::scenario::form::reference::{Ref, Site};
use crate::scenario::form::scalar::{At, Fixed, Flag, Literal, Name, Text, UdfNumber, any_text};
use crate::scenario::form::word::{Word, Words};
use crate::scenario::form::{Cx, Form, Gen, Key, Keys, Map};
use crate::scenario::model::EngineDemand;
use crate::scenario::span::{Span, Spanned};
use crate::scenario::tree::{Node, Value};
use crate::scenario::windows::RegistrySet;
use crate::scenario::world::{Device, DeviceFile, FileContent};
use serde_json::{Value as Json, json};
use std::borrow::Cow;
use std::path::PathBuf;

/// What a device's `os` names: a system, and of Windows the release.
#[derive(Debug, Clone, Copy)]
pub(crate) struct System(Os, Option<WindowsRelease>);

impl Words for System {
    const WHAT: &'static str = "an operating system";
    const ALL: &'static [(&'static str, System, &'static str)] = &[
        (
            "linux",
            System(Os::Linux, None),
            "Runs in the sandbox for real.",
        ),
        (
            "macos",
            System(Os::Macos, None),
            "Played in the sandbox: macOS paths and commands over a Linux kernel.",
        ),
        (
            "windows",
            System(Os::Windows, Some(WindowsRelease::Windows11)),
            "Windows 11.",
        ),
        (
            "windows-10",
            System(Os::Windows, Some(WindowsRelease::Windows10)),
            "",
        ),
        (
            "windows-11",
            System(Os::Windows, Some(WindowsRelease::Windows11)),
            "",
        ),
        (
            "windows-server-2012",
            System(Os::Windows, Some(WindowsRelease::Server2012)),
            "",
        ),
        (
            "windows-server-2012r2",
            System(Os::Windows, Some(WindowsRelease::Server2012R2)),
            "",
        ),
        (
            "windows-server-2016",
            System(Os::Windows, Some(WindowsRelease::Server2016)),
            "",
        ),
        (
            "windows-server-2019",
            System(Os::Windows, Some(WindowsRelease::Server2019)),
            "",
        ),
        (
            "windows-server-2022",
            System(Os::Windows, Some(WindowsRelease::Server2022)),
            "",
        ),
        (
            "windows-server-2025",
            System(Os::Windows, Some(WindowsRelease::Server2025)),
            "",
        ),
    ];
}

/// A device as it is read.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    site: Option<Spanned<String>>,
    os: Option<Spanned<System>>,
    image: Option<Spanned<String>>,
    facts: Option<Spanned<Declared>>,
    registry: Option<Spanned<Vec<RegistrySet>>>,
    hostname: Option<String>,
    domain: String,
    description: String,
    engine: Option<Spanned<EngineDemand>>,
    root: Vec<Spanned<PathBuf>>,
    udf: Vec<(Spanned<u16>, String)>,
    files: Vec<DeviceFile>,
    doubles: Vec<Spanned<DoubleSpec>>,
    mac: Option<Spanned<String>>,
    serial: Option<String>,
    online: Option<bool>,
    listed: Listed,
}

keys! {
    /// A device.
    DeviceKeys ("device") => Draft {
        /// Key of its site; may be left out where there is only one.
        "site": Ref<Site> => site,
        /// Its operating system.
        must "os": At<Word<System>> => os,
        /// Its host name; the key unless given.
        "hostname": HostName => hostname,
        /// Its domain.
        "domain": Literal => domain,
        /// Its description on the platform.
        "description": Literal => description,
        /// The engine it must run on; elsewhere the scenario is skipped with the reason.
        "engine": At<Word<EngineDemand>> => engine,
        /// A folder, or several (topmost first), used as its file system below; the machine's own unless given.
        "root": Many<FilePath> => root,
        /// Image of its container; only for the container engine.
        "image": At<Fixed> => image,
        /// What a Windows device tells of itself by WMI, systeminfo, the registry.
        "facts": At<Map<FactsKeys>> => facts,
        /// Values of a Windows device's registry before the first step: `KEY: { NAME: text | number | { dword: 5 } }`.
        "registry": At<RegistrySets> => registry,
        /// UDFs it has before the first step: `5: text`.
        "udf": MapOf<UdfNumber, Literal> => udf,
        /// Files laid on it before the first step: `PATH: text` or `PATH: { text | from, mode }`.
        "files": Files => files,
        /// Programs that the scenario plays on it, by command name or absolute path.
        "doubles": Doubles => doubles,
        /// Address of its first network card; derived from the seed unless given.
        "mac": Mac => mac,
        /// Serial number of its board; derived from the seed unless given.
        "serial": Fixed => serial,
        /// `false`: off the platform at the start.
        "online": Flag => online,
        /// What the REST API lists of it besides what the device itself tells.
        "listed": Map<ListedKeys> => listed,
    }
}

impl Keys for DeviceKeys {
    type Draft = Draft;
    type Out = Device;
    const NAME: &'static str = DeviceKeys::TITLE;
    const DOC: &'static str = DeviceKeys::ABOUT;
    const TABLES: &'static [&'static [Key<Draft>]] = &[DeviceKeys::KEYS];

    fn finish(mut d: Draft, _: Span, cx: &mut Cx) -> Option<Device> {
        let system = d.os.take()?;
        let System(os, windows) = system.value;
        if os != Os::Windows {
            let given = [
                ("facts", d.facts.as_ref().map(|f| f.span)),
                ("registry", d.registry.as_ref().map(|r| r.span)),
            ];
            if let Some((key, span)) = given.iter().find_map(|(k, s)| s.map(|s| (*k, s))) {
                return cx.fail(
                    Problem::new(
                        "scenario::device",
                        format!("`{key}` is for Windows devices, and this one is {os}"),
                    )
                    .at(span)
                    .help("give the device `os: windows`, or leave the key out"),
                );
            }
        }
        if let Some(problem) = misplaced_image(&d, os) {
            return cx.fail(problem);
        }
        let facts = d.facts.map(|f| f.value).unwrap_or_default();
        let server = windows.is_some_and(WindowsRelease::is_server);
        let edition = facts.edition.as_deref().and_then(edition_of);
        if let Some(wrong) = edition.filter(|e| e.server != server) {
            return cx.fail(
                Problem::new(
                    "scenario::device",
                    format!(
                        "no Windows {} has the edition {}",
                        if server { "server" } else { "client" },
                        wrong.word
                    ),
                )
                .at(system.span)
                .help("clients: home, pro, enterprise, education; servers: standard, datacenter"),
            );
        }
        Some(Device {
            key: Spanned::default(),
            site: d.site,
            os,
            windows,
            image: d.image,
            facts,
            registry: d.registry.map(|r| r.value).unwrap_or_default(),
            hostname: d.hostname.unwrap_or_default(),
            domain: d.domain,
            description: d.description,
            engine: d.engine,
            root: d.root,
            udfs: d.udf.into_iter().map(|(n, text)| (n.value, text)).collect(),
            files: d.files,
            doubles: d.doubles,
            mac: d.mac,
            serial: d.serial,
            online: d.online.unwrap_or(true),
            listed: d.listed,
        })
    }
}

/// What an image goes together with: Linux, and the container engine's own choice of files.
fn misplaced_image(d: &Draft, os: Os) -> Option<Problem> {
    let image = d.image.as_ref()?;
    let engine = d.engine.as_ref().map(|e| e.value);
    let why = if os != Os::Linux {
        format!("`image` is for Linux devices, and this one is {os}")
    } else if !d.root.is_empty() {
        "`root` and `image` both say which files the device has".to_owned()
    } else if engine.is_some_and(|e| e != EngineDemand::Container) {
        "`image` is for the container engine, and this device demands another".to_owned()
    } else {
        return None;
    };
    let problem = Problem::new("scenario::device", why).at(image.span);
    Some(problem.help("leave one of the two out"))
}

/// `devices:` of a world.
pub(crate) struct Devices;

impl Form for Devices {
    type Out = Vec<Device>;
    fn expected() -> Cow<'static, str> {
        "a mapping from a device's key to what it has, such as `web-01: { os: linux }`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Vec<Device>> {
        let entries = MapOf::<Name, Map<DeviceKeys>>::read(node, cx)?;
        Some(
            entries
                .into_iter()
                .map(|(key, mut device)| {
                    if device.hostname.is_empty() {
                        device.hostname.clone_from(&key.value);
                    }
                    device.key = key;
                    device
                })
                .collect(),
        )
    }
    fn schema(g: &mut Gen) -> Json {
        MapOf::<Name, Map<DeviceKeys>>::schema(g)
    }
}

struct HostName;

impl Form for HostName {
    type Out = String;
    fn expected() -> Cow<'static, str> {
        "a host name of at most 63 letters, digits, `-`, `_` and dots".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<String> {
        let text = Fixed::read(node, cx)?;
        let good = text.len() <= 63
            && text
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
        if good {
            Some(text)
        } else {
            cx.wrong(node, &Self::expected())
        }
    }
    fn schema(_: &mut Gen) -> Json {
        json!({ "type": ["string", "number"], "pattern": "^([A-Za-z0-9._-]{1,63}|.*\\$\\{.*)$" })
    }
}

/// A file as it is read.
#[derive(Debug, Default)]
pub(crate) struct FileDraft {
    text: Option<String>,
    from: Option<Spanned<PathBuf>>,
    mode: Option<u32>,
}

keys! {
    /// A file laid on a device.
    FileKeys ("device-file") => FileDraft {
        /// Its text.
        "text": Text => text,
        /// A file to copy, relative to this file.
        "from": FilePath => from,
        /// Permission bits in octal; 0644 unless given.
        "mode": Mode => mode,
    }
}

impl Keys for FileKeys {
    type Draft = FileDraft;
    type Out = (FileContent, u32);
    const NAME: &'static str = FileKeys::TITLE;
    const DOC: &'static str = FileKeys::ABOUT;
    const TABLES: &'static [&'static [Key<FileDraft>]] = &[FileKeys::KEYS];

    fn finish(d: FileDraft, span: Span, cx: &mut Cx) -> Option<Self::Out> {
        let content = match (d.text, d.from) {
            (Some(text), None) => FileContent::Text(text),
            (None, Some(path)) => FileContent::From(path),
            _ => {
                return cx.fail(
                    Problem::new("scenario::file", "a file has either `text` or `from`").at(span),
                );
            }
        };
        Some((content, d.mode.unwrap_or(0o644)))
    }
}

struct FileValue;

impl Form for FileValue {
    type Out = (FileContent, u32);
    fn expected() -> Cow<'static, str> {
        "a text, or a mapping such as `{ from: ./file, mode: \"0755\" }`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Self::Out> {
        match node.value {
            Value::Mapping(_) => Map::<FileKeys>::read(node, cx),
            Value::Scalar(_) => Text::read(node, cx).map(|t| (FileContent::Text(t), 0o644)),
            Value::Sequence(_) => cx.wrong(node, &Self::expected()),
        }
    }
    fn schema(g: &mut Gen) -> Json {
        let keys = g.object::<FileKeys>();
        json!({ "anyOf": [any_text(), keys] })
    }
}

/// Files by their path on the device.
pub(crate) struct Files;

impl Form for Files {
    type Out = Vec<DeviceFile>;
    fn expected() -> Cow<'static, str> {
        "a mapping from an absolute path on the device to a text".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Vec<DeviceFile>> {
        let entries = MapOf::<DevicePath, FileValue>::read(node, cx)?;
        Some(
            entries
                .into_iter()
                .map(|(path, (content, mode))| DeviceFile {
                    path,
                    content,
                    mode,
                })
                .collect(),
        )
    }
    fn schema(g: &mut Gen) -> Json {
        g.part("device-files", MapOf::<DevicePath, FileValue>::schema)
    }
}
