//! Expectations on a Windows device's services, event log, tasks and users; and what steps write there.

use super::matcher::{Matcher, Number, says_nothing};
use crate::scenario::error::Problem;
use crate::scenario::form::keys::{keys, plain};
use crate::scenario::form::list::ListOf;
use crate::scenario::form::scalar::{Fixed, Text, Whole};
use crate::scenario::form::word::{Word, Words};
use crate::scenario::form::{Cx, Form, Gen, Map};
use crate::scenario::span::Spanned;
use crate::scenario::tree::{Node, Value};
use crate::scenario::windows::{
    EventExpect, EventWrite, EventsExpect, PresentExpect, ServiceExpect,
};
use serde_json::{Value as Json, json};
use std::borrow::Cow;

macro_rules! plain_words {
    ($(#[doc = $doc:literal])* $name:ident: $what:literal [$($word:literal: $meaning:literal),+ $(,)?]) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy)]
        pub(crate) struct $name(&'static str);

        impl Words for $name {
            const WHAT: &'static str = $what;
            const ALL: &'static [(&'static str, $name, &'static str)] = &[$(($word, $name($word), $meaning)),+];
        }

        impl From<$name> for Option<String> {
            fn from(word: $name) -> Self {
                Some(word.0.to_owned())
            }
        }
    };
}
pub(crate) use plain_words;

plain_words! {
    /// State of a service.
    State: "a state of a service" [
        "running": "It runs.",
        "stopped": "It does not run.",
        "paused": "",
        "start-pending": "It is being started.",
        "stop-pending": "It is being stopped.",
        "pause-pending": "",
        "continue-pending": "",
        "present": "It is registered, in whatever state.",
        "absent": "No such service is registered.",
    ]
}

plain_words! {
    /// When a service starts.
    Start: "when a service starts" [
        "boot": "", "system": "", "auto": "With Windows.", "demand": "When it is asked for.",
        "disabled": "Never.",
    ]
}

plain_words! {
    /// Type of an entry of the event log.
    Level: "the type of an event" [
        "Error": "", "Warning": "", "Information": "", "SuccessAudit": "", "FailureAudit": "",
    ]
}

keys! {
    /// A Windows service after the step.
    ServiceKeys ("windows-service") => ServiceExpect {
        /// Its state.
        "state": Word<State> => state,
        /// When it starts.
        "start": Word<Start> => start,
        /// Its command line.
        "binary": Matcher => binary,
        /// The account it runs as.
        "account": Matcher => account,
    }
}
plain!(ServiceKeys => ServiceExpect, |mut s: ServiceExpect, span, cx: &mut Cx| {
    let more = s.start.is_some() || s.binary.is_some() || s.account.is_some();
    if s.state.is_none() && !more {
        return says_nothing(cx, span);
    }
    if more && s.state.as_deref() == Some("absent") {
        return super::matcher::never(cx, span, "a service that is absent has no start, binary or account");
    }
    s.span = span;
    Some(s)
});

/// A state, or a mapping.
pub(crate) struct Service;

impl Form for Service {
    type Out = ServiceExpect;
    fn expected() -> Cow<'static, str> {
        "`running`, `stopped`, `present`, `absent`, or a mapping such as `{ start: auto }`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<ServiceExpect> {
        if matches!(node.value, Value::Mapping(_)) {
            return Map::<ServiceKeys>::read(node, cx);
        }
        Some(ServiceExpect {
            span: node.span,
            state: Word::<State>::read(node, cx)?.into(),
            ..ServiceExpect::default()
        })
    }
    fn schema(g: &mut Gen) -> Json {
        let state = Word::<State>::schema(g);
        let keys = g.object::<ServiceKeys>();
        json!({ "anyOf": [state, keys] })
    }
}

/// `absent`, `present`, or a text matcher.
pub(crate) struct Present;

impl Form for Present {
    type Out = PresentExpect;
    fn expected() -> Cow<'static, str> {
        "`absent`, `present`, a text, or a mapping such as `{ contains: BvCmd }`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<PresentExpect> {
        let mut out = PresentExpect {
            span: node.span,
            ..PresentExpect::default()
        };
        match node.text() {
            Some("absent") => out.present = Some(false),
            Some("present") => out.present = Some(true),
            _ => out.text = Some(Matcher::read(node, cx)?),
        }
        Some(out)
    }
    fn schema(g: &mut Gen) -> Json {
        let text = Matcher::schema(g);
        json!({ "anyOf": [{ "enum": ["absent", "present"] }, text] })
    }
}

/// The path of a scheduled task as the key of an entry, or its name.
pub(crate) struct TaskPath;

impl Form for TaskPath {
    type Out = Spanned<String>;
    fn expected() -> Cow<'static, str> {
        r"the path of a scheduled task, such as `\Bright\Scan`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Self::Out> {
        let text = Fixed::read(node, cx)?;
        let path = text.trim_start_matches('\\');
        if path.is_empty() || path.split('\\').any(str::is_empty) {
            return cx.fail(
                Problem::new(
                    "scenario::task",
                    format!("{} is no task's path", node.shown()),
                )
                .at(node.span)
                .help(r"write the folders and the name: '\Bright\Scan'"),
            );
        }
        Some(Spanned {
            value: format!(r"\{path}"),
            span: node.span,
        })
    }
    fn schema(_: &mut Gen) -> Json {
        json!({ "minLength": 1 })
    }
}

keys! {
    /// Entries of the event log that the step wrote; everything given must hold of one entry.
    EventKeys ("eventlog-entry") => EventExpect {
        /// Name of the log, such as `Application`.
        "log": Fixed => log,
        /// The source that wrote it.
        "source": Fixed => source,
        /// Its id.
        "id": Number => id,
        /// Its type.
        "level": Word<Level> => level,
        /// Its text.
        "message": Matcher => message,
        /// How many such entries; at least one unless given.
        "count": super::matcher::Count => count,
    }
}
plain!(EventKeys => EventExpect, |mut e: EventExpect, span, cx: &mut Cx| {
    if e.log.is_none() && e.source.is_none() && e.id.is_none() && e.level.is_none() && e.message.is_none() {
        return says_nothing(cx, span);
    }
    e.span = span;
    Some(e)
});

/// `none`, an entry, or a list of entries.
pub(crate) struct Events;

impl Form for Events {
    type Out = EventsExpect;
    fn expected() -> Cow<'static, str> {
        "`none`, or a list of entries such as `{ source: Bright, id: 26108 }`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<EventsExpect> {
        let mut out = EventsExpect {
            span: node.span,
            ..EventsExpect::default()
        };
        match (&node.value, node.text()) {
            (_, Some("none")) => out.none = true,
            (Value::Mapping(_), _) => out.entries = vec![Map::<EventKeys>::read(node, cx)?],
            (Value::Sequence(_), _) => out.entries = ListOf::<Map<EventKeys>>::read(node, cx)?,
            _ => return cx.wrong(node, &Self::expected()),
        }
        Some(out)
    }
    fn schema(g: &mut Gen) -> Json {
        let one = g.object::<EventKeys>();
        json!({ "anyOf": [{ "const": "none", "description": "None was written." }, one,
            { "type": "array", "items": one, "minItems": 1 }] })
    }
}

keys! {
    /// An entry that is written into the event log.
    EventWriteKeys ("event-write") => EventWrite {
        /// Name of the log; `Application` unless given.
        "log": Fixed => log,
        /// The source it is written as.
        must "source": Fixed => source,
        /// Its id.
        must "id": Whole<u32, 0, 65535> => id,
        /// Its type; `Information` unless given.
        "level": Word<Level> => level,
        /// Its text.
        must "message": Text => message,
    }
}
plain!(EventWriteKeys => EventWrite);
