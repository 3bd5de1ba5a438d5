//! What was done about alerts: tickets, messages, actions.

use super::text::{number, show, text};
use super::{Findings, list};
use crate::platform::State;
use crate::platform::state::{Alert, Mail};
use crate::rmm::psa::Ticket;
use crate::scenario::matcher::TextMatcher;
use crate::scenario::psa::{ActionsExpect, MailExpect, ResponsesExpect, TicketExpect};

/// Holds `tickets:` and `mails:`.
pub fn responses(out: &mut Findings, m: &ResponsesExpect, state: &State) {
    if let Some(m) = &m.tickets {
        let all: Vec<&Ticket> = state.tickets.values().collect();
        let shown = || list(&all.iter().map(|t| ticket_words(t)).collect::<Vec<_>>(), 6);
        if m.none {
            out.check(
                all.is_empty(),
                "tickets",
                || "no ticket".into(),
                shown,
                m.span,
            );
        }
        let open = all.iter().filter(|t| t.is_open()).count();
        for (want, n, word) in [
            (&m.open, open, "open"),
            (&m.closed, all.len() - open, "closed"),
        ] {
            if let Some(want) = want {
                let n = i64::try_from(n).unwrap_or(i64::MAX);
                number(
                    out,
                    &format!("tickets.{word}"),
                    want,
                    n,
                    &format!("tickets {word}"),
                );
            }
        }
        for want in &m.holding {
            let tried: Vec<Findings> = all.iter().map(|t| ticket(want, t)).collect();
            met_by_one(
                out,
                "tickets.holding",
                "such a ticket",
                &tried,
                shown,
                want.span,
            );
        }
    }
    if let Some(m) = &m.mails {
        let all = &state.mails;
        let shown = || list(&all.iter().map(mail_words).collect::<Vec<_>>(), 6);
        if m.none {
            out.check(
                all.is_empty(),
                "mails",
                || "no message".into(),
                shown,
                m.span,
            );
        }
        if let Some(want) = &m.sent {
            let n = i64::try_from(all.len()).unwrap_or(i64::MAX);
            number(out, "mails.sent", want, n, "messages sent");
        }
        for want in &m.holding {
            let tried: Vec<Findings> = all.iter().map(|m| mail(want, m)).collect();
            met_by_one(
                out,
                "mails.holding",
                "such a message",
                &tried,
                shown,
                want.span,
            );
        }
    }
}

/// One of those that were tried must hold wholly; else the closest one is told.
fn met_by_one(
    out: &mut Findings,
    name: &str,
    what: &str,
    tried: &[Findings],
    shown: impl Fn() -> String,
    span: crate::scenario::Span,
) {
    let holds = tried.iter().any(|f| f.failures().next().is_none());
    let closest = tried.iter().min_by_key(|f| f.failures().count());
    let actual = || match closest.and_then(|f| f.failures().next()) {
        Some(f) => format!(
            "{}; closest: its {} is {}",
            shown(),
            f.expectation,
            f.actual
        ),
        None => "there is none at all".into(),
    };
    out.check(holds, name, || what.to_owned(), actual, span);
}

fn ticket(want: &TicketExpect, t: &Ticket) -> Findings {
    let mut f = Findings::default();
    for (m, key, value) in [
        (&want.number, "number", &t.number),
        (&want.title, "title", &t.title),
        (&want.description, "description", &t.description),
        (&want.external_id, "external-id", &t.external_id),
    ] {
        if let Some(m) = m {
            text(&mut f, key, m, value.as_bytes());
        }
    }
    if let Some(m) = &want.priority {
        number(&mut f, "priority", m, t.priority, "");
    }
    if let Some(open) = want.open {
        let word = |open: bool| if open { "open" } else { "closed" }.to_owned();
        f.check(
            open == t.is_open(),
            "state",
            || word(open),
            || word(t.is_open()),
            want.span,
        );
    }
    f
}

fn mail(want: &MailExpect, m: &Mail) -> Findings {
    let mut f = Findings::default();
    if let Some(to) = &want.to {
        let holds = |address: &&String| {
            let mut one = Findings::default();
            text(&mut one, "to", to, address.as_bytes());
            one.failures().next().is_none()
        };
        let one = m.to.iter().find(holds).or(m.to.first());
        text(&mut f, "to", to, one.map_or("", String::as_str).as_bytes());
    }
    if let Some(subject) = &want.subject {
        text(&mut f, "subject", subject, m.subject.as_bytes());
    }
    if let Some(t) = &want.text {
        text(&mut f, "text", t, m.text.as_bytes());
    }
    f
}

fn ticket_words(t: &Ticket) -> String {
    let state = if t.is_open() { "open" } else { "closed" };
    format!("{} ({state}): {}", t.number, show(&t.title))
}

fn mail_words(m: &Mail) -> String {
    format!("to {}: {}", m.to.join(", "), show(&m.subject))
}

/// Holds the number of an alert's ticket; only `empty` holds where there is none.
pub fn of_alert(out: &mut Findings, m: &TextMatcher, alert: &Alert) {
    match &alert.ticket {
        Some(number) => text(out, "alert.ticket", m, number.as_bytes()),
        None if m.empty == Some(true) => out.met("alert.ticket"),
        None => out.failed(
            "alert.ticket",
            "a ticket".into(),
            "the alert has none".into(),
            m.span,
            None,
        ),
    }
}

/// Holds all that was done because of an alert, in order.
pub fn actions(out: &mut Findings, m: &ActionsExpect, alert: &Alert) {
    let wanted: Vec<String> = m.value.iter().map(|a| a.action.word().to_owned()).collect();
    let done: Vec<String> = alert
        .acted
        .iter()
        .map(|a| a.action.word().to_owned())
        .collect();
    let told = || {
        let one =
            |a: &crate::platform::state::Acted| format!("{} ({})", a.action.word(), a.description);
        list(&alert.acted.iter().map(one).collect::<Vec<_>>(), 12)
    };
    out.check(
        wanted == done,
        "alert.actions",
        || wanted.join(", "),
        told,
        m.span,
    );
    if wanted != done {
        return;
    }
    for (n, (want, acted)) in m.value.iter().zip(&alert.acted).enumerate() {
        let name = format!("alert.actions.{}", n + 1);
        if let Some(t) = &want.text {
            text(
                out,
                &format!("{name}.text"),
                t,
                acted.description.as_bytes(),
            );
        }
        if let Some(after) = want.after_ms {
            let really = acted.at - alert.opened;
            let words = |ms: i64| format!("{} s after the alert", ms / 1000);
            out.check(
                after == really,
                &format!("{name}.after"),
                || words(after),
                || words(really),
                want.span,
            );
        }
    }
}
