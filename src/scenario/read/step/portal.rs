//! `portal:` steps: what a person does in the web portal.

use super::build::{devices, on_words, step};
use super::{Draft, comstore, step_kind};
use crate::scenario::error::Problem;
use crate::scenario::form::keys::keys;
use crate::scenario::form::list::{Many, MapOf};
use crate::scenario::form::path::FilePath;
use crate::scenario::form::reference::{Component, Devices, Ref, Scope};
use crate::scenario::form::scalar::{At, Text, UdfNumber};
use crate::scenario::form::word::{Word, Words};
use crate::scenario::form::{Cx, Form, Gen, Map};
use crate::scenario::read::expect::Judged;
use crate::scenario::read::variable::{JobVariables, VariableName};
use crate::scenario::span::Spanned;
use crate::scenario::step::{Action, PortalAct, Step};
use crate::scenario::text;
use crate::scenario::tree::Node;
use serde_json::{Value as Json, json};
use std::io::Read;

/// Largest CSV that `file:` may name, in bytes.
const MAX_CSV: u64 = 1 << 20;

/// An action in the portal.
#[derive(Debug, Clone, Copy)]
enum Act {
    SetUdf,
    SetVariable,
    DeleteVariable,
    ResolveAlert,
    SetDescription,
    UploadVariables,
    ComStore(comstore::Kind),
}

impl Words for Act {
    const WHAT: &'static str = "an action in the portal";
    const ALL: &'static [(&'static str, Act, &'static str)] = &[
        ("set-udf", Act::SetUdf, "Sets or clears UDFs of a device."),
        (
            "set-variable",
            Act::SetVariable,
            "Sets variables of the account or a site.",
        ),
        (
            "delete-variable",
            Act::DeleteVariable,
            "Deletes variables of the account or a site.",
        ),
        ("resolve-alert", Act::ResolveAlert, "Resolves open alerts."),
        (
            "set-description",
            Act::SetDescription,
            "Sets the description of a device.",
        ),
        (
            "upload-variables",
            Act::UploadVariables,
            "Uploads a CSV of variables.",
        ),
        (
            "publish",
            Act::ComStore(comstore::Kind::Publish),
            "Puts a component's next release on the ComStore.",
        ),
        (
            "download",
            Act::ComStore(comstore::Kind::Download),
            "Downloads a component from the ComStore.",
        ),
        (
            "update",
            Act::ComStore(comstore::Kind::Update),
            "Takes the newest release of a downloaded component.",
        ),
        (
            "metrics",
            Act::ComStore(comstore::Kind::Metrics),
            "Hands over how often components were downloaded.",
        ),
    ];
}

/// Reads the action and gives its place, which each table repeats and none needs.
pub(super) struct ActWord;

impl Form for ActWord {
    type Out = Option<Spanned<String>>;
    fn expected() -> std::borrow::Cow<'static, str> {
        Word::<Act>::expected()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Self::Out> {
        Word::<Act>::read(node, cx).map(|_| None)
    }
    fn schema(g: &mut Gen) -> Json {
        Word::<Act>::schema(g)
    }
}

keys! {
    /// Sets UDFs of a device; an empty text clears one.
    SetUdfKeys ("portal-set-udf-step") => Draft {
        /// The action.
        must "portal": ActWord => what,
        /// The device, or several; may be left out where the world has only one.
        "on": Devices => on,
        /// UDFs by number.
        must "udf": MapOf<UdfNumber, Text> => udf,
    }
}
step_kind!(SetUdfKeys);

keys! {
    /// Sets variables of the account or a site.
    SetVariableKeys ("portal-set-variable-step") => Draft {
        /// The action.
        must "portal": ActWord => what,
        /// `account`, or the key of a site.
        must "scope": Scope => scope,
        /// The variables: `NAME: value` or `NAME: { value, masked }`.
        must "variables": JobVariables => variables,
    }
}
step_kind!(SetVariableKeys);

keys! {
    /// Deletes variables of the account or a site.
    DeleteVariableKeys ("portal-delete-variable-step") => Draft {
        /// The action.
        must "portal": ActWord => what,
        /// `account`, or the key of a site.
        must "scope": Scope => scope,
        /// Names of the variables.
        must "names": Many<VariableName> => names,
    }
}
step_kind!(DeleteVariableKeys);

keys! {
    /// Resolves every open alert of a device.
    ResolveAlertKeys ("portal-resolve-alert-step") => Draft {
        /// The action.
        must "portal": ActWord => what,
        /// Only alerts of this monitor's component.
        "monitor": Ref<Component> => monitor,
        /// The device, or several; may be left out where the world has only one.
        "on": Devices => on,
    }
}
step_kind!(ResolveAlertKeys);

keys! {
    /// Sets the description of a device.
    SetDescriptionKeys ("portal-set-description-step") => Draft {
        /// The action.
        must "portal": ActWord => what,
        /// The device, or several; may be left out where the world has only one.
        "on": Devices => on,
        /// The description.
        must "text": Text => text,
    }
}
step_kind!(SetDescriptionKeys);

keys! {
    /// Uploads a CSV of variables with the columns `site,name,value,masked` (columns of this
    /// project: the real ones are not public).
    UploadVariablesKeys ("portal-upload-variables-step") => Draft {
        /// The action.
        must "portal": ActWord => what,
        /// The CSV's text.
        "csv": At<Text> => csv,
        /// A CSV file, relative to this file.
        "file": FilePath => file,
    }
}
step_kind!(UploadVariablesKeys);

/// One schema for each action.
pub(super) fn schemas(g: &mut Gen) -> Vec<Json> {
    let parts = [
        ("set-udf", g.object::<SetUdfKeys>()),
        ("set-variable", g.object::<SetVariableKeys>()),
        ("delete-variable", g.object::<DeleteVariableKeys>()),
        ("resolve-alert", g.object::<ResolveAlertKeys>()),
        ("set-description", g.object::<SetDescriptionKeys>()),
        ("upload-variables", g.object::<UploadVariablesKeys>()),
        ("publish", g.object::<comstore::PublishKeys>()),
        ("download", g.object::<comstore::DownloadKeys>()),
        ("update", g.object::<comstore::UpdateKeys>()),
        ("metrics", g.object::<comstore::MetricsKeys>()),
    ];
    parts
        .into_iter()
        .map(|(word, part)| json!({ "allOf": [part, { "properties": { "portal": { "const": word } } }] }))
        .collect()
}

pub(super) fn portal(node: &Node, cx: &mut Cx) -> Option<Step> {
    let word = node.get("portal")?;
    cx.key = "portal";
    let act = Word::<Act>::read(word, cx)?;
    let name = word.text().unwrap_or_default();
    let (d, act, title) = match act {
        Act::SetUdf => {
            let mut d = Map::<SetUdfKeys>::read(node, cx)?;
            let on = devices(&mut d.on, node, cx)?;
            let title = format!("portal {name} on {}", on_words(&on));
            let udfs = std::mem::take(&mut d.udf);
            let udfs = udfs.into_iter().map(|(n, text)| (n.value, text)).collect();
            (d, PortalAct::SetUdf { on, udfs }, title)
        }
        Act::SetVariable => {
            let mut d = Map::<SetVariableKeys>::read(node, cx)?;
            let scope = d.scope.take()?;
            let title = format!("portal {name} of {}", scope.value);
            let variables = std::mem::take(&mut d.variables);
            (d, PortalAct::SetVariable { scope, variables }, title)
        }
        Act::DeleteVariable => {
            let mut d = Map::<DeleteVariableKeys>::read(node, cx)?;
            let scope = d.scope.take()?;
            let title = format!("portal {name} of {}", scope.value);
            let names = std::mem::take(&mut d.names);
            (d, PortalAct::DeleteVariable { scope, names }, title)
        }
        Act::ResolveAlert => {
            let mut d = Map::<ResolveAlertKeys>::read(node, cx)?;
            let on = devices(&mut d.on, node, cx)?;
            let title = format!("portal {name} on {}", on_words(&on));
            let monitor = d.monitor.take();
            (d, PortalAct::ResolveAlert { monitor, on }, title)
        }
        Act::SetDescription => {
            let mut d = Map::<SetDescriptionKeys>::read(node, cx)?;
            let on = devices(&mut d.on, node, cx)?;
            let title = format!("portal {name} on {}", on_words(&on));
            let text = d.text.take()?;
            (d, PortalAct::SetDescription { on, text }, title)
        }
        Act::UploadVariables => {
            let mut d = Map::<UploadVariablesKeys>::read(node, cx)?;
            let csv = match (d.csv.take(), d.file.take()) {
                (Some(csv), None) => csv,
                (None, Some(path)) => csv_file(&path, cx)?,
                _ => {
                    return cx.fail(
                        Problem::new(
                            "scenario::portal",
                            "`upload-variables` needs either `csv` or `file`",
                        )
                        .at(node.span),
                    );
                }
            };
            (
                d,
                PortalAct::UploadVariables { csv },
                format!("portal {name}"),
            )
        }
        Act::ComStore(kind) => {
            let (d, act, title) = comstore::read(kind, node, cx)?;
            (d, PortalAct::ComStore(act), title)
        }
    };
    step(
        d,
        Action::Portal(act),
        title,
        Judged::Nothing,
        node.span,
        cx,
    )
}

/// The text of a CSV file, with its `${` kept from being filled in.
fn csv_file(path: &Spanned<std::path::PathBuf>, cx: &mut Cx) -> Option<Spanned<String>> {
    let read = || -> Result<String, String> {
        let meta = std::fs::metadata(&path.value).map_err(|e| e.to_string())?;
        if !meta.is_file() {
            return Err("it is not a file".to_owned());
        }
        let file = std::fs::File::open(&path.value).map_err(|e| e.to_string())?;
        let mut text = String::new();
        file.take(MAX_CSV + 1)
            .read_to_string(&mut text)
            .map_err(|e| e.to_string())?;
        if text.len() as u64 > MAX_CSV {
            return Err(format!("it has more than {MAX_CSV} bytes"));
        }
        Ok(text)
    };
    match read() {
        Ok(csv) => Some(Spanned {
            value: text::escape(&csv),
            span: path.span,
        }),
        Err(why) => cx.fail(
            Problem::new(
                "scenario::unreadable",
                format!("{} cannot be read: {why}", path.value.display()),
            )
            .at(path.span),
        ),
    }
}
