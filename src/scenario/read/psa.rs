//! `world.psa`, and expectations on tickets, messages and an alert's actions.

use super::fault::FaultForm;
use super::matcher::{Count, Matcher, says_nothing};
use super::service::{Url, UrlForm};
use crate::rmm::policy::ResponseActionType as Action;
use crate::rmm::service::{Fault, ServiceSpec};
use crate::scenario::error::Problem;
use crate::scenario::form::generator::or_placeholder;
use crate::scenario::form::keys::{keys, plain};
use crate::scenario::form::list::ListOf;
use crate::scenario::form::scalar::Flag;
use crate::scenario::form::time;
use crate::scenario::form::word::{Word, Words};
use crate::scenario::form::{Cx, Form, Gen, Key, Keys, Map};
use crate::scenario::matcher::TextMatcher;
use crate::scenario::psa::{
    ActionExpect, MailExpect, MailsExpect, PSA, Psa, TicketExpect, TicketsExpect,
};
use crate::scenario::span::Span;
use crate::scenario::tree::{Node, Value};
use serde_json::{Value as Json, json};
use std::borrow::Cow;
use std::time::Duration;

/// Host of the made-up zone that a PSA without a URL is in.
const HOST: &str = "webservices5.autotask.net";
/// Path of Autotask's REST API.
const PATH: &str = "/atservicesrest/v1.0";

/// A PSA as it is read.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    url: Option<Url>,
    fault: Option<Fault>,
    taken: Option<bool>,
}

keys! {
    /// A PSA that the platform is connected to: a queue of tickets behind a REST API in the shape of Autotask's.
    PsaKeys ("psa") => Draft {
        /// URL of its REST API; `https://webservices5.autotask.net/atservicesrest/v1.0` unless given.
        "url": UrlForm => url,
        /// A fault from the start: `cut`, `hang`, `{ status: 500 }`, `{ delay: 2s }`, one of certificates, names or connections.
        "fault": FaultForm => fault,
        /// `true`: the fault strikes after the PSA did what it was asked.
        "taken": Flag => taken,
    }
}

impl Keys for PsaKeys {
    type Draft = Draft;
    type Out = Option<Psa>;
    const NAME: &'static str = PsaKeys::TITLE;
    const DOC: &'static str = PsaKeys::ABOUT;
    const TABLES: &'static [&'static [Key<Draft>]] = &[PsaKeys::KEYS];

    fn finish(d: Draft, span: Span, cx: &mut Cx) -> Option<Option<Psa>> {
        let taken = d.taken.unwrap_or_default();
        strikes(d.fault.as_ref(), taken, span, cx)?;
        let given = d.url.unwrap_or_else(|| Url {
            tls: true,
            host: HOST.to_owned(),
            port: 443,
            base_path: PATH.to_owned(),
        });
        Some(Some(Psa {
            span,
            spec: ServiceSpec {
                name: PSA.to_owned(),
                tls: given.tls,
                host: given.host,
                port: given.port,
                base_path: given.base_path,
                ..ServiceSpec::default()
            },
            fault: d.fault,
            taken,
        }))
    }
}

/// A PSA by its keys, or with nothing given (`psa:`).
pub(crate) struct PsaForm;

impl Form for PsaForm {
    type Out = Option<Psa>;
    fn expected() -> Cow<'static, str> {
        "a mapping such as `{ url: https://... }`, or nothing".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Self::Out> {
        if node.is_null() {
            return PsaKeys::finish(Draft::default(), node.span, cx);
        }
        Map::<PsaKeys>::read(node, cx)
    }
    fn schema(g: &mut Gen) -> Json {
        let keys = g.object::<PsaKeys>();
        json!({ "anyOf": [keys, { "type": "null" }] })
    }
}

/// Refuses faults that the PSA cannot play.
pub(crate) fn strikes(fault: Option<&Fault>, taken: bool, span: Span, cx: &mut Cx) -> Option<()> {
    let refuse = |what: String, help: &str, cx: &mut Cx| {
        cx.fail(Problem::new("scenario::fault", what).at(span).help(help))
    };
    match fault {
        Some(fault @ (Fault::Truncate(_) | Fault::Corrupt)) => refuse(
            format!("the psa cannot play the fault {}", fault.word()),
            "it plays `cut`, `hang`, a status, a delay, and faults of certificates, names and connections",
            cx,
        ),
        None if taken => refuse(
            "`taken` without a fault says nothing".into(),
            "name a `fault`, such as `cut`",
            cx,
        ),
        Some(
            fault @ (Fault::UntrustedCertificate
            | Fault::ExpiredCertificate
            | Fault::UnknownName
            | Fault::Refused
            | Fault::Delay(_)),
        ) if taken => refuse(
            format!("`taken` does not go with {}", fault.word()),
            "it goes with `cut`, `hang` and a status: the PSA did what it was asked, and its answer is lost",
            cx,
        ),
        _ => Some(()),
    }
}

keys! {
    /// The PSA's queue after the step.
    TicketsKeys ("tickets-expectation") => TicketsExpect {
        /// How many tickets are open.
        "open": Count => open,
        /// How many are completed.
        "closed": Count => closed,
        /// Each of these is met by a ticket, open or not.
        "holding": ListOf<Map<TicketKeys>> => holding,
    }
}
plain!(TicketsKeys => TicketsExpect, |mut t: TicketsExpect, span, cx: &mut Cx| {
    if t.open.is_none() && t.closed.is_none() && t.holding.is_empty() {
        return says_nothing(cx, span);
    }
    t.span = span;
    Some(t)
});

/// A ticket as it is read.
#[derive(Debug, Default)]
pub(crate) struct TicketDraft {
    expect: TicketExpect,
    state: Option<TicketState>,
}

/// Whether a ticket is open.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TicketState(bool);

impl Words for TicketState {
    const WHAT: &'static str = "the state of a ticket";
    const ALL: &'static [(&'static str, TicketState, &'static str)] = &[
        ("open", TicketState(true), ""),
        ("closed", TicketState(false), "It is completed."),
    ];
}

keys! {
    /// A ticket; everything given must hold.
    TicketKeys ("ticket-expectation") => TicketDraft {
        /// Its number, such as `T20260105.0001`.
        "number": Matcher => expect.number,
        /// Its title.
        "title": Matcher => expect.title,
        /// Its description.
        "description": Matcher => expect.description,
        /// Its external id: the alert's uid.
        "external-id": Matcher => expect.external_id,
        /// Its priority in the PSA's numbers: 4 critical, 1 high, 2 medium, 3 low.
        "priority": Count => expect.priority,
        /// Whether it is open.
        "state": Word<TicketState> => state,
    }
}

impl Keys for TicketKeys {
    type Draft = TicketDraft;
    type Out = TicketExpect;
    const NAME: &'static str = TicketKeys::TITLE;
    const DOC: &'static str = TicketKeys::ABOUT;
    const TABLES: &'static [&'static [Key<TicketDraft>]] = &[TicketKeys::KEYS];

    fn finish(d: TicketDraft, span: Span, cx: &mut Cx) -> Option<TicketExpect> {
        let mut t = d.expect;
        t.open = d.state.map(|s| s.0);
        let texts = [&t.number, &t.title, &t.description, &t.external_id];
        if texts.iter().all(|m| m.is_none()) && t.priority.is_none() && t.open.is_none() {
            return says_nothing(cx, span);
        }
        t.span = span;
        Some(t)
    }
}

keys! {
    /// Messages that monitors sent since the scenario began.
    MailsKeys ("mails-expectation") => MailsExpect {
        /// How many.
        "sent": Count => sent,
        /// Each of these is met by a message.
        "holding": ListOf<Map<MailKeys>> => holding,
    }
}
plain!(MailsKeys => MailsExpect, |mut m: MailsExpect, span, cx: &mut Cx| {
    if m.sent.is_none() && m.holding.is_empty() {
        return says_nothing(cx, span);
    }
    m.span = span;
    Some(m)
});

keys! {
    /// A message; everything given must hold.
    MailKeys ("mail-expectation") => MailExpect {
        /// One of its addresses.
        "to": Matcher => to,
        /// Its subject.
        "subject": Matcher => subject,
        /// Its text.
        "text": Matcher => text,
    }
}
plain!(MailKeys => MailExpect, |mut m: MailExpect, span, cx: &mut Cx| {
    if m.to.is_none() && m.subject.is_none() && m.text.is_none() {
        return says_nothing(cx, span);
    }
    m.span = span;
    Some(m)
});

macro_rules! none_or {
    ($(#[doc = $doc:literal])* $name:ident, $keys:ident, $out:ident, $none:literal, $example:literal) => {
        $(#[doc = $doc])*
        pub(crate) struct $name;

        impl Form for $name {
            type Out = $out;
            fn expected() -> Cow<'static, str> {
                concat!("`none`, or a mapping such as `", $example, "`").into()
            }
            fn read(node: &Node, cx: &mut Cx) -> Option<$out> {
                match node.text() {
                    Some("none") => Some($out {
                        span: node.span,
                        none: true,
                        ..$out::default()
                    }),
                    Some(_) => cx.wrong(node, &Self::expected()),
                    None => Map::<$keys>::read(node, cx),
                }
            }
            fn schema(g: &mut Gen) -> Json {
                let keys = g.object::<$keys>();
                or_placeholder(g, json!({ "anyOf": [{ "const": "none", "description": $none }, keys] }))
            }
        }
    };
}

none_or! {
    /// `none`, or what the PSA's queue holds.
    Tickets, TicketsKeys, TicketsExpect, "The PSA's queue has never had a ticket.", "{ open: 1 }"
}
none_or! {
    /// `none`, or which messages were sent.
    Mails, MailsKeys, MailsExpect, "No message was sent since the scenario began.", "{ sent: 1 }"
}

impl Words for Action {
    const WHAT: &'static str = "an action of an alert";
    const ALL: &'static [(&'static str, Action, &'static str)] = &[
        ("EMAIL_SENT", Action::EmailSent, ""),
        ("EMAIL_SEND_ERROR", Action::EmailSendError, ""),
        ("TICKET_PENDING", Action::TicketPending, ""),
        ("TICKET_CREATED", Action::TicketCreated, ""),
        ("TICKET_CREATION_ERROR", Action::TicketCreationError, ""),
        ("TICKET_CLOSED_CALL", Action::TicketClosedCall, ""),
        ("COMPONENT", Action::Component, ""),
        ("WEBHOOK_EXECUTED", Action::WebhookExecuted, ""),
        ("WEBHOOK_EXECUTION_ERROR", Action::WebhookExecutionError, ""),
    ];
}

/// The key of `respond` that such an action comes from.
pub(crate) fn comes_from(action: Action) -> &'static str {
    match action {
        Action::EmailSent | Action::EmailSendError => "email",
        Action::TicketPending
        | Action::TicketCreated
        | Action::TicketCreationError
        | Action::TicketClosedCall => "ticket",
        Action::Component => "component",
        Action::WebhookExecuted | Action::WebhookExecutionError => "webhook",
    }
}

/// An action as it is read.
#[derive(Debug, Default)]
pub(crate) struct ActionDraft {
    action: Option<Action>,
    text: Option<TextMatcher>,
    after: Option<Duration>,
}

keys! {
    /// An action of an alert.
    ActionKeys ("action-expectation") => ActionDraft {
        /// What was done, in the API's words.
        must "action": Word<Action> => action,
        /// What it went to or what went wrong.
        "text": Matcher => text,
        /// Exactly so much platform time after the alert was opened.
        "after": time::Span => after,
    }
}

impl Keys for ActionKeys {
    type Draft = ActionDraft;
    type Out = ActionExpect;
    const NAME: &'static str = ActionKeys::TITLE;
    const DOC: &'static str = ActionKeys::ABOUT;
    const TABLES: &'static [&'static [Key<ActionDraft>]] = &[ActionKeys::KEYS];

    fn finish(d: ActionDraft, span: Span, _: &mut Cx) -> Option<ActionExpect> {
        Some(ActionExpect {
            span,
            action: d.action?,
            text: d.text,
            after_ms: d
                .after
                .map(|a| i64::try_from(a.as_millis()).unwrap_or(i64::MAX)),
        })
    }
}

/// A word of the API for an action, or a mapping.
pub(crate) struct ActionForm;

impl Form for ActionForm {
    type Out = ActionExpect;
    fn expected() -> Cow<'static, str> {
        "an action such as `EMAIL_SENT`, or a mapping such as `{ action: EMAIL_SENT, after: 0s }`"
            .into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<ActionExpect> {
        if matches!(node.value, Value::Mapping(_)) {
            return Map::<ActionKeys>::read(node, cx);
        }
        Some(ActionExpect {
            span: node.span,
            action: Word::<Action>::read(node, cx)?,
            text: None,
            after_ms: None,
        })
    }
    fn schema(g: &mut Gen) -> Json {
        let word = Word::<Action>::schema(g);
        let keys = g.object::<ActionKeys>();
        json!({ "anyOf": [word, keys] })
    }
}
