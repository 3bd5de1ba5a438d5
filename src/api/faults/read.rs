//! Faults as text.

use super::{DEVICE_LISTS, EVERY, Effect, Fault, LONGEST, When};
use crate::api::table::operations;
use std::str::FromStr;
use std::time::Duration;

/// Why a text is no fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadFault {
    #[error("`{0}` is no fault: write OPERATION=EFFECT, as in getSites=504")]
    NoEffect(String),
    #[error("the platform has no operation `{name}`{}", nearest(.name))]
    NoOperation { name: String },
    #[error(
        "`{0}` is no effect: it is a status from 400 to 599, delay:2s (or ms; at most 600s), cut, or subset:50% (1 to 100)"
    )]
    NotAnEffect(String),
    #[error("`{0}` is no number of calls: it is x3 for the next three, or 1/4 for every fourth")]
    NotACount(String),
    #[error(
        "`{0}` is no list of devices: a subset can be had of {list} or *",
        list = DEVICE_LISTS.join(", ")
    )]
    NoList(String),
}

/// The operation whose name is most like a text, said as a hint.
fn nearest(name: &str) -> String {
    let like = |id: &str| strsim::jaro_winkler(&id.to_lowercase(), &name.to_lowercase());
    operations()
        .map(|o| (like(o.id), o.id))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map_or_else(
            || "; `*` is all of them".to_owned(),
            |(_, id)| format!("; did you mean `{id}`?"),
        )
}

impl FromStr for Fault {
    type Err = BadFault;

    fn from_str(text: &str) -> Result<Fault, BadFault> {
        let (name, rest) = text
            .split_once('=')
            .ok_or_else(|| BadFault::NoEffect(text.to_owned()))?;
        let name = name.trim();
        if name != EVERY && !operations().any(|o| o.id == name) {
            return Err(BadFault::NoOperation {
                name: name.to_owned(),
            });
        }
        let mut words = rest.split_whitespace();
        let effect = effect(words.next().unwrap_or_default())?;
        if matches!(effect, Effect::Subset(_)) && name != EVERY && !DEVICE_LISTS.contains(&name) {
            return Err(BadFault::NoList(name.to_owned()));
        }
        let when = words.next().map_or(Ok(When::Always), when)?;
        match words.next() {
            Some(more) => Err(BadFault::NotACount(more.to_owned())),
            None => Ok(Fault {
                operation: name.to_owned(),
                effect,
                when,
            }),
        }
    }
}

fn effect(text: &str) -> Result<Effect, BadFault> {
    let parsed = match text.split_once(':') {
        None if text == "cut" => Some(Effect::Cut),
        None => digits::<u16>(text)
            .filter(|s| (400..600).contains(s))
            .map(Effect::Status),
        Some(("delay", time)) => delay(time).map(Effect::Delay),
        Some(("subset", share)) => share
            .strip_suffix('%')
            .and_then(digits::<u8>)
            .filter(|s| (1..=100).contains(s))
            .map(Effect::Subset),
        Some(_) => None,
    };
    parsed.ok_or_else(|| BadFault::NotAnEffect(text.to_owned()))
}

fn delay(text: &str) -> Option<Duration> {
    let time = match text.strip_suffix("ms") {
        Some(ms) => Duration::from_millis(digits(ms)?),
        None => Duration::from_secs(digits(text.strip_suffix('s')?)?),
    };
    (time <= LONGEST).then_some(time)
}

fn when(text: &str) -> Result<When, BadFault> {
    let count = |n: &str| digits::<u32>(n).filter(|n| *n > 0);
    let parsed = match text.strip_prefix('x') {
        Some(n) => count(n).map(When::Next),
        None => text.strip_prefix("1/").and_then(count).map(When::Every),
    };
    parsed.ok_or_else(|| BadFault::NotACount(text.to_owned()))
}

/// A number of digits only: no sign, no blanks.
fn digits<N: FromStr>(text: &str) -> Option<N> {
    text.bytes()
        .all(|b| b.is_ascii_digit())
        .then(|| text.parse().ok())?
}
