//! `respond:` of a monitor: what is done about its alerts.

use crate::rmm::policy::{Response, Value, Webhook};
use crate::rmm::webhook::{DEFAULT_BODY, PLACEHOLDERS, unknown};
use crate::scenario::error::Problem;
use crate::scenario::form::cx::list;
use crate::scenario::form::keys::keys;
use crate::scenario::form::list::{Many, MapOf};
use crate::scenario::form::reference::{Component, Ref};
use crate::scenario::form::scalar::{At, Fixed, Flag, Literal};
use crate::scenario::form::word::{Word, Words};
use crate::scenario::form::{Cx, Form, Gen, Key, Keys, Map};
use crate::scenario::psa::PSA;
use crate::scenario::read::http::HeaderName;
use crate::scenario::read::service::url;
use crate::scenario::read::variable::JobVariables;
use crate::scenario::span::{Span, Spanned};
use crate::scenario::step::JobVariable;
use crate::scenario::tree::{Node, Value as Tree};
use crate::scenario::world::World;
use crate::yaml::nearest;
use serde_json::{Value as Json, json};
use std::borrow::Cow;

/// A response as it is read.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    component: Option<Spanned<String>>,
    variables: Vec<JobVariable>,
    ticket: Option<bool>,
    email: Option<Vec<String>>,
    webhook: Option<Webhook>,
}

keys! {
    /// What is done when a monitor opens an alert; one of these.
    ResponseKeys ("response") => Draft {
        /// A component that runs on the alert's device as a job; none of the category monitors.
        "component": Ref<Component> => component,
        /// Values of the component's variables: `NAME: value` or `NAME: { value, masked }`.
        "variables": JobVariables => variables,
        /// `true`: a ticket in the world's PSA, completed when the alert resolves. The word `ticket` alone means the same.
        "ticket": Flag => ticket,
        /// A message to this address, or to these. The word `email` alone: to the `mail-recipients` of the device's site.
        "email": Many<Address> => email,
        /// A call of one of the world's services or of the PSA.
        "webhook": Map<WebhookKeys> => webhook,
    }
}

impl Keys for ResponseKeys {
    type Draft = Draft;
    type Out = Response;
    const NAME: &'static str = ResponseKeys::TITLE;
    const DOC: &'static str = ResponseKeys::ABOUT;
    const TABLES: &'static [&'static [Key<Draft>]] = &[ResponseKeys::KEYS];

    fn finish(d: Draft, span: Span, cx: &mut Cx) -> Option<Response> {
        let refuse = |what: &str, help: &str, cx: &mut Cx| {
            cx.fail(Problem::new("scenario::response", what).at(span).help(help))
        };
        if !d.variables.is_empty() && d.component.is_none() {
            return refuse(
                "`variables` belong to a component",
                "add `component: KEY`, or take them out",
                cx,
            );
        }
        match (d.component, d.ticket, d.email, d.webhook) {
            (Some(component), None, None, None) => {
                let value = |v: JobVariable| {
                    let value = Value {
                        value: v.value,
                        masked: v.masked,
                    };
                    (v.name.value, value)
                };
                Some(Response::Component {
                    component: component.value,
                    variables: d.variables.into_iter().map(value).collect(),
                })
            }
            (None, Some(true), None, None) => Some(Response::Ticket),
            (None, Some(false), None, None) => {
                refuse("`ticket: false` does nothing", "take the response out", cx)
            }
            (None, None, Some(to), None) => Some(Response::Email { to }),
            (None, None, None, Some(webhook)) => Some(Response::Webhook(Box::new(webhook))),
            _ => refuse(
                "a response is exactly one thing",
                "give it one of `component`, `ticket`, `email` and `webhook`; several are several entries of the list",
                cx,
            ),
        }
    }
}

/// A response: `ticket`, `email`, or a mapping.
pub(crate) struct ResponseForm;

impl Form for ResponseForm {
    type Out = Response;
    fn expected() -> Cow<'static, str> {
        "`ticket`, `email`, or a mapping such as `{ component: restart }`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Response> {
        match (&node.value, node.text()) {
            (Tree::Mapping(_), _) => Map::<ResponseKeys>::read(node, cx),
            (_, Some("ticket")) => Some(Response::Ticket),
            (_, Some("email")) => Some(Response::Email { to: Vec::new() }),
            _ => cx.wrong(node, &Self::expected()),
        }
    }
    fn schema(g: &mut Gen) -> Json {
        let keys = g.object::<ResponseKeys>();
        json!({ "anyOf": [{ "enum": ["ticket", "email"] }, keys] })
    }
}

/// Responses of a monitor, each with its place.
pub(crate) type Responses = Many<At<ResponseForm>>;

/// An address of e-mail.
pub(crate) struct Address;

impl Form for Address {
    type Out = String;
    fn expected() -> Cow<'static, str> {
        "an address such as `desk@contoso.example`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<String> {
        let text = Fixed::read(node, cx)?;
        let whole = text.split_once('@').is_some_and(|(name, host)| {
            let odd = |c: char| c.is_whitespace() || c.is_control() || "@,;<>\"()".contains(c);
            !name.is_empty()
                && text.len() <= 254
                && !text.contains([' ', ',', ';'])
                && !name.contains(odd)
                && !host.contains(odd)
                && host.split('.').all(|l| !l.is_empty())
                && host.contains('.')
        });
        match whole {
            true => Some(text),
            false => cx.wrong(node, &Self::expected()),
        }
    }
    fn schema(_: &mut Gen) -> Json {
        json!({ "type": "string", "pattern": "^([^@ ,;]+@[^@ ,;]+\\.[^@ ,;]+|.*\\$\\{.*)$", "examples": ["desk@contoso.example"] })
    }
}

/// A method that webhooks can have.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Method(&'static str);

impl Words for Method {
    const WHAT: &'static str = "a webhook's method";
    const ALL: &'static [(&'static str, Method, &'static str)] = &[
        ("POST", Method("POST"), "The default."),
        ("PUT", Method("PUT"), ""),
        ("PATCH", Method("PATCH"), ""),
    ];
}

/// A webhook as it is read.
#[derive(Debug, Default)]
pub(crate) struct WebhookDraft {
    url: String,
    method: Option<Method>,
    headers: Vec<(Spanned<String>, String)>,
    body: Option<Spanned<String>>,
    resolved: Option<Spanned<String>>,
}

keys! {
    /// A call that the platform makes when the alert opens.
    WebhookKeys ("webhook") => WebhookDraft {
        /// Address of one of the world's services, or of the PSA.
        must "url": Fixed => url,
        /// `POST` unless given.
        "method": Word<Method> => method,
        /// Headers besides `Content-Type: application/json` and `Idempotency-Key`, which is the alert's uid.
        "headers": MapOf<HeaderName, Literal> => headers,
        /// Its body, with placeholders such as `[alert_uid]`, `[alert_message]`, `[device_hostname]`; uid, message, priority, host, site and platform as JSON unless given.
        "body": At<Literal> => body,
        /// Body of a second call when the alert resolves; no such call unless given.
        "resolved": At<Literal> => resolved,
    }
}

/// Headers that are not a webhook's to say.
const OWN: &[&str] = &[
    "content-length",
    "host",
    "transfer-encoding",
    "connection",
    "idempotency-key",
];

impl Keys for WebhookKeys {
    type Draft = WebhookDraft;
    type Out = Webhook;
    const NAME: &'static str = WebhookKeys::TITLE;
    const DOC: &'static str = WebhookKeys::ABOUT;
    const TABLES: &'static [&'static [Key<WebhookDraft>]] = &[WebhookKeys::KEYS];

    fn finish(d: WebhookDraft, span: Span, cx: &mut Cx) -> Option<Webhook> {
        for (name, value) in &d.headers {
            let refuse = |what: String, help: &str, cx: &mut Cx| {
                cx.fail(
                    Problem::new("scenario::header", what)
                        .at(name.span)
                        .help(help),
                )
            };
            if value.chars().any(char::is_control) {
                return refuse(
                    format!(
                        "the value of header `{}` has a line break or another control character",
                        name.value
                    ),
                    "a header is one line",
                    cx,
                );
            }
            if OWN.iter().any(|own| name.value.eq_ignore_ascii_case(own)) {
                return refuse(
                    format!("header `{}` is the platform's own", name.value),
                    "leave it out",
                    cx,
                );
            }
        }
        for text in d.body.iter().chain(&d.resolved) {
            if let Some(name) = unknown(&text.value).first() {
                let known: Vec<&str> = PLACEHOLDERS.iter().map(|p| p.0).collect();
                let near = nearest(name, known.iter().copied())
                    .map(|n| format!("did you mean `[{n}]`? "))
                    .unwrap_or_default();
                return cx.fail(
                    Problem::new(
                        "scenario::placeholder",
                        format!("`[{name}]` stands for nothing in a webhook"),
                    )
                    .at(text.span)
                    .help(format!("{near}known: {}", list(&known))),
                );
            }
        }
        let bare = d.url.split('?').next().unwrap_or_default();
        if let Err(why) = url(bare) {
            return cx.fail(
                Problem::new(
                    "scenario::url",
                    format!("`{}` is not a webhook's URL", d.url),
                )
                .at(span)
                .help(format!(
                    "{why}; an example: `https://hooks.vendor.example/alerts`"
                )),
            );
        }
        if !d.url.bytes().all(|b| b.is_ascii_graphic()) {
            return cx.fail(
                Problem::new(
                    "scenario::url",
                    format!("`{}` is not a webhook's URL", d.url),
                )
                .at(span)
                .help("it has spaces or letters that a URL writes as %XX"),
            );
        }
        Some(Webhook {
            url: d.url,
            method: d.method.map_or("POST", |m| m.0).to_owned(),
            headers: d.headers.into_iter().map(|(k, v)| (k.value, v)).collect(),
            body: d.body.map_or_else(|| DEFAULT_BODY.to_owned(), |b| b.value),
            resolved: d.resolved.map(|b| b.value),
        })
    }
}

/// What responses need that the world does not have; told where they stand.
pub(crate) fn needs(world: &World, cx: &mut Cx) {
    if let Some(psa) = &world.psa {
        beside(world, &psa.spec, psa.span, cx);
    }
    for declared in &world.policies {
        for (monitor, places) in declared.policy.monitors.iter().zip(&declared.places) {
            let mut tickets = monitor.respond.iter().zip(&places.respond);
            let mut tickets = tickets
                .by_ref()
                .filter(|(r, _)| matches!(r, Response::Ticket));
            if let Some((_, span)) = tickets.nth(1) {
                cx.say(
                    Problem::new("scenario::response", "an alert has one ticket")
                        .at(*span)
                        .help("leave the second `ticket` out"),
                );
            }
            for (response, span) in monitor.respond.iter().zip(&places.respond) {
                if let Some((what, help)) = lacks(world, response) {
                    cx.say(
                        Problem::new("scenario::response", what)
                            .at(*span)
                            .help(help),
                    );
                }
            }
        }
    }
}

/// A PSA stands beside the services: under its own name and at a URL of its own.
fn beside(world: &World, psa: &crate::rmm::service::ServiceSpec, span: Span, cx: &mut Cx) {
    if let Some(named) = world.services.iter().find(|s| s.value.name == PSA) {
        cx.say(
            Problem::new(
                "scenario::duplicate",
                "a service is called `psa`, as the PSA is",
            )
            .at(named.span)
            .help("call the service otherwise, or take `psa` out of the world"),
        );
    }
    let same = |s: &&Spanned<crate::rmm::service::ServiceSpec>| s.value.host == psa.host;
    if let Some(service) = world.services.iter().find(same) {
        cx.say(
            Problem::new(
                "scenario::duplicate",
                format!(
                    "service `{}` is at the PSA's host {}",
                    service.value.name, psa.host
                ),
            )
            .at(span)
            .help("give the PSA or the service another `url`"),
        );
    }
}

fn lacks(world: &World, response: &Response) -> Option<(String, String)> {
    match response {
        Response::Ticket if world.psa.is_none() => Some((
            "there is no PSA to make a ticket in".into(),
            "add `psa:` to the world".into(),
        )),
        Response::Email { to } if to.is_empty() => {
            let told = world.sites.iter().any(|s| !s.mail_recipients.is_empty());
            (!told).then(|| {
                (
                    "no site has recipients for this message".into(),
                    "give a site `mail-recipients`, or write `email: ADDRESS`".into(),
                )
            })
        }
        Response::Webhook(webhook) => {
            let bare = webhook.url.split('?').next().unwrap_or_default();
            let at = url(bare).ok()?;
            let psa = world.psa.iter().map(|p| &p.spec);
            let served = world.services.iter().map(|s| &s.value).chain(psa);
            let here = served
                .filter(|s| s.host == at.host && s.port == at.port && s.tls == at.tls)
                .count();
            (here == 0).then(|| {
                (
                    format!("no service of this world is at {}", webhook.url),
                    "declare it under `world.services` with its real URL: nothing outside is ever called".into(),
                )
            })
        }
        Response::Ticket | Response::Email { .. } | Response::Component { .. } => None,
    }
}
