//! A PSA of the world, and what is expected of responses to alerts.

use super::matcher::{NumberMatcher, TextMatcher};
use super::span::{Span, Spanned};
use crate::rmm::policy::ResponseActionType;
use crate::rmm::service::{Fault, ServiceSpec};

/// What the world's PSA is called in steps and expectations.
pub const PSA: &str = "psa";

/// `world.psa`: a PSA that the platform is connected to.
#[derive(Debug, Clone, Default)]
pub struct Psa {
    pub span: Span,
    /// Where it is reached; it has no routes.
    pub spec: ServiceSpec,
    pub fault: Option<Fault>,
    /// The fault strikes after the PSA did what it was asked.
    pub taken: bool,
}

/// `tickets:` and `mails:` of an expectation.
#[derive(Debug, Clone, Default)]
pub struct ResponsesExpect {
    pub tickets: Option<TicketsExpect>,
    pub mails: Option<MailsExpect>,
}

/// The PSA's queue now.
#[derive(Debug, Clone, Default)]
pub struct TicketsExpect {
    pub span: Span,
    /// There is no ticket at all.
    pub none: bool,
    pub open: Option<NumberMatcher>,
    pub closed: Option<NumberMatcher>,
    /// Each is met by a ticket.
    pub holding: Vec<TicketExpect>,
}

/// One ticket.
#[derive(Debug, Clone, Default)]
pub struct TicketExpect {
    pub span: Span,
    pub number: Option<TextMatcher>,
    pub title: Option<TextMatcher>,
    pub description: Option<TextMatcher>,
    pub external_id: Option<TextMatcher>,
    pub priority: Option<NumberMatcher>,
    pub open: Option<bool>,
}

/// Messages sent since the scenario began.
#[derive(Debug, Clone, Default)]
pub struct MailsExpect {
    pub span: Span,
    pub none: bool,
    pub sent: Option<NumberMatcher>,
    /// Each is met by a message.
    pub holding: Vec<MailExpect>,
}

/// One message.
#[derive(Debug, Clone, Default)]
pub struct MailExpect {
    pub span: Span,
    /// One of its addresses.
    pub to: Option<TextMatcher>,
    pub subject: Option<TextMatcher>,
    pub text: Option<TextMatcher>,
}

/// One of an alert's actions.
#[derive(Debug, Clone)]
pub struct ActionExpect {
    pub span: Span,
    pub action: ResponseActionType,
    pub text: Option<TextMatcher>,
    /// Platform time after the alert was opened, milliseconds.
    pub after_ms: Option<i64>,
}

/// `alert: { actions: [...] }`: exactly these, in this order.
pub type ActionsExpect = Spanned<Vec<ActionExpect>>;
