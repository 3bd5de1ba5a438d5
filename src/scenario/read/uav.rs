//! `world.uav` - what vendors told the platform of their antivirus products - and what an audit is
//! expected to have found.

use super::matcher::{Matcher, says_nothing};
use crate::rmm::portal::{AntivirusSource, AntivirusStatus};
use crate::rmm::uav::{UavCheck, UavProduct, UpdateCheck};
use crate::scenario::error::Problem;
use crate::scenario::expect::AntivirusExpect;
use crate::scenario::form::keys::{keys, plain};
use crate::scenario::form::list::{Filled, Many, MapOf};
use crate::scenario::form::path::DevicePath;
use crate::scenario::form::pattern::drive;
use crate::scenario::form::scalar::{At, Fixed, Literal, Name, text_of};
use crate::scenario::form::time;
use crate::scenario::form::word::{Word, Words};
use crate::scenario::form::{Cx, Form, Gen, Key, Keys, Map};
use crate::scenario::matcher::TextMatcher;
use crate::scenario::span::{Span, Spanned};
use crate::scenario::tree::Node;
use serde_json::{Value as Json, json};
use std::borrow::Cow;
use std::time::Duration;

/// Products by key as they are read.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    products: Vec<(Spanned<String>, UavProduct)>,
}

keys! {
    /// Universal Antivirus: what vendors told the platform of their products, so that the Agent finds them by itself.
    UavKeys ("uav") => Draft {
        /// Products by key. The first one that runs is the device's, else the first one that is there.
        must "products": Filled<MapOf<Name, Map<ProductKeys>>> => products,
    }
}

impl Keys for UavKeys {
    type Draft = Draft;
    type Out = Vec<UavProduct>;
    const NAME: &'static str = UavKeys::TITLE;
    const DOC: &'static str = UavKeys::ABOUT;
    const TABLES: &'static [&'static [Key<Draft>]] = &[UavKeys::KEYS];

    fn finish(d: Draft, _: Span, _: &mut Cx) -> Option<Vec<UavProduct>> {
        let named = |(key, mut p): (Spanned<String>, UavProduct)| {
            if p.name.is_empty() {
                p.name = key.value;
            }
            p
        };
        Some(d.products.into_iter().map(named).collect())
    }
}

keys! {
    /// An antivirus product and its vendor's checks, by system.
    ProductKeys ("uav-product") => UavProduct {
        /// Its name on the platform; the key unless given.
        "name": Fixed => name,
        /// How it is checked on Windows devices: on servers, and on clients whose SecurityCenter2 lists nothing.
        "windows": CheckOf<true> => windows,
        /// How it is checked on Linux devices.
        "linux": CheckOf<false> => linux,
        /// How it is checked on macOS devices.
        "macos": CheckOf<false> => macos,
    }
}
plain!(ProductKeys => UavProduct, |p: UavProduct, span, cx: &mut Cx| {
    if p.windows.is_none() && p.linux.is_none() && p.macos.is_none() {
        return cx.fail(
            Problem::new("scenario::says-nothing", "a product without checks is never found")
                .at(span)
                .help("give it `windows`, `linux` or `macos`: `linux: { running: BvAntiSrv, up-to-date: { program: /opt/bright/bin/BvCmd, arguments: --status } }`"),
        );
    }
    Some(p)
});

keys! {
    /// The vendor's checks on one system.
    CheckKeys ("uav-check") => UavCheck {
        /// A file that is there with the product; the program of `up-to-date` unless given.
        "present": ProgramPath => present,
        /// The process that runs while the product does: `BvAntiSrv.exe`.
        must "running": ProcessName => running,
        /// The command that tells the last update.
        must "up-to-date": Map<UpdateKeys> => update,
    }
}
plain!(CheckKeys => UavCheck);

keys! {
    /// A command that prints the time of the last update, in seconds since 1970. It is run by audits where the product runs.
    UpdateKeys ("uav-update") => UpdateCheck {
        /// The program: an absolute path on the device.
        must "program": ProgramPath => program,
        /// Its argument, or several.
        "arguments": Many<Literal> => arguments,
        /// An update longer ago is out of date, in platform time; 7d unless given.
        "older-than": NonZero => older_than,
        /// Real time that the command has; 30s unless given.
        "timeout": NonZero => timeout,
    }
}
plain!(UpdateKeys => UpdateCheck);

/// A duration that is not nothing.
pub(crate) struct NonZero;

impl Form for NonZero {
    type Out = Duration;
    fn expected() -> Cow<'static, str> {
        time::Span::expected()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Duration> {
        let d = time::Span::read(node, cx)?;
        if d.is_zero() {
            let key = cx.key;
            return cx.fail(
                Problem::new("scenario::uav", format!("`{key}` is no time at all"))
                    .at(node.span)
                    .help("every update is longer ago than that, and no command ends within it: give it a time such as `7d` or `30s`"),
            );
        }
        Some(d)
    }
    fn schema(g: &mut Gen) -> Json {
        time::Span::schema(g)
    }
}

/// A path as text.
pub(crate) struct ProgramPath;

impl Form for ProgramPath {
    type Out = String;
    fn expected() -> Cow<'static, str> {
        DevicePath::expected()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<String> {
        DevicePath::read(node, cx).map(|p| p.value)
    }
    fn schema(g: &mut Gen) -> Json {
        DevicePath::schema(g)
    }
}

/// Name of a process, no path.
pub(crate) struct ProcessName;

impl Form for ProcessName {
    type Out = String;
    fn expected() -> Cow<'static, str> {
        "the name of a process such as `BvAntiSrv.exe`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<String> {
        let name = Fixed::read(node, cx)?;
        if name.contains(['/', '\\', '\0', '\n']) || name.trim() != name {
            return cx.fail(
                Problem::new(
                    "scenario::uav",
                    format!("{} is no name of a process", node.shown()),
                )
                .at(node.span)
                .help(
                    "the name alone, without folders, as `ps -o comm` or the task manager shows it",
                ),
            );
        }
        Some(name)
    }
    fn schema(_: &mut Gen) -> Json {
        json!({ "type": "string", "minLength": 1, "pattern": r"^[^/\\]+$" })
    }
}

/// A check on Windows, or elsewhere: paths and names have the system's form.
pub(crate) struct CheckOf<const WINDOWS: bool>;

impl<const WINDOWS: bool> Form for CheckOf<WINDOWS> {
    type Out = UavCheck;
    fn expected() -> Cow<'static, str> {
        Map::<CheckKeys>::expected()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<UavCheck> {
        let check = Map::<CheckKeys>::read(node, cx)?;
        let places = [
            check.present.as_deref().map(|p| (p, node.get("present"))),
            Some((
                check.update.program.as_str(),
                node.get("up-to-date").and_then(|u| u.get("program")),
            )),
        ];
        for (path, place) in places.into_iter().flatten() {
            if drive(path) != WINDOWS {
                let (system, like) = match WINDOWS {
                    true => (
                        "Windows",
                        r"`C:\Program Files (x86)\Bright Antivirus\BvCmd.exe`",
                    ),
                    false => ("this system", "`/opt/bright/bin/BvCmd`"),
                };
                return cx.fail(
                    Problem::new(
                        "scenario::uav",
                        format!(
                            "`{path}` is no path of {system}: the product would never be found"
                        ),
                    )
                    .at(place.map_or(node.span, |p| p.span))
                    .help(format!("a path such as {like}")),
                );
            }
        }
        let extension = std::path::Path::new(&check.running).extension();
        if WINDOWS && extension.is_none() {
            let place = node.get("running").map_or(node.span, |p| p.span);
            return cx.fail(
                Problem::new(
                    "scenario::uav",
                    format!("no process of Windows is called `{}`", check.running),
                )
                .at(place)
                .help(format!("with its extension: `{}.exe`", check.running)),
            );
        }
        Some(check)
    }
    fn schema(g: &mut Gen) -> Json {
        Map::<CheckKeys>::schema(g)
    }
}

/// Absolute path of Linux and macOS: where the Agent looks for `antivirus.json` there.
pub(crate) struct UnixPath;

impl Form for UnixPath {
    type Out = String;
    fn expected() -> Cow<'static, str> {
        "an absolute path such as `/usr/local/share/x/antivirus.json`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<String> {
        let text = text_of(node, cx, &Self::expected())?;
        if !text.starts_with('/') || text.ends_with('/') {
            return cx.wrong(node, &Self::expected());
        }
        ProgramPath::read(node, cx)
    }
    fn schema(_: &mut Gen) -> Json {
        json!({ "type": "string", "pattern": "^/.*[^/]$" })
    }
}

impl Words for AntivirusStatus {
    const WHAT: &'static str = "the status of an antivirus product";
    const ALL: &'static [(&'static str, AntivirusStatus, &'static str)] = &[
        (
            "running-and-up-to-date",
            AntivirusStatus::RunningAndUpToDate,
            "",
        ),
        (
            "running-and-not-up-to-date",
            AntivirusStatus::RunningAndNotUpToDate,
            "",
        ),
        ("not-running", AntivirusStatus::NotRunning, ""),
        (
            "not-detected",
            AntivirusStatus::NotDetected,
            "No product was found.",
        ),
    ];
}

impl Words for AntivirusSource {
    const WHAT: &'static str = "what tells of an antivirus product";
    const ALL: &'static [(&'static str, AntivirusSource, &'static str)] = &[
        (
            "antivirus-json",
            AntivirusSource::File,
            "The file `antivirus.json` on the device.",
        ),
        (
            "security-center",
            AntivirusSource::SecurityCenter,
            "SecurityCenter2 of a Windows client.",
        ),
        (
            "uav",
            AntivirusSource::Uav,
            "The vendor's checks in `world.uav`.",
        ),
        (
            "listed",
            AntivirusSource::Listed,
            "`listed` of the device in the world.",
        ),
    ];
}

/// An expectation as it is read.
#[derive(Debug, Default)]
pub(crate) struct ExpectDraft {
    product: Option<TextMatcher>,
    status: Option<Spanned<AntivirusStatus>>,
    by: Option<Spanned<AntivirusSource>>,
}

keys! {
    /// The device's antivirus on the platform, as its last audit found it; all fail where no audit has told of it.
    AntivirusExpectKeys ("antivirus-expectation") => ExpectDraft {
        /// Name of the product; `empty` where none was found.
        "product": Matcher => product,
        /// Its status, `antivirusStatus` of the API.
        "status": At<Word<AntivirusStatus>> => status,
        /// What told of it.
        "by": At<Word<AntivirusSource>> => by,
    }
}

impl Keys for AntivirusExpectKeys {
    type Draft = ExpectDraft;
    type Out = AntivirusExpect;
    const NAME: &'static str = AntivirusExpectKeys::TITLE;
    const DOC: &'static str = AntivirusExpectKeys::ABOUT;
    const TABLES: &'static [&'static [Key<ExpectDraft>]] = &[AntivirusExpectKeys::KEYS];

    fn finish(d: ExpectDraft, span: Span, cx: &mut Cx) -> Option<AntivirusExpect> {
        if d.product.is_none() && d.status.is_none() && d.by.is_none() {
            return says_nothing(cx, span);
        }
        Some(AntivirusExpect {
            span,
            product: d.product,
            status: d.status,
            by: d.by,
        })
    }
}
