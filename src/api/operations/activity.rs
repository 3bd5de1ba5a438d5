//! The activity log, with its own cursor: the number of the activity that a page begins after.

use super::device_rows::some;
use super::sites::BAD;
use crate::api::page::MOST;
use crate::api::table::{Kind, Operation, Param, Success, schema};
use crate::api::types::{
    ActivityDate, ActivityEntity, ActivityLog, ActivityLogsPage, PaginationData, SiteBasicDto,
    TotalCount, UserDto, iso,
};
use crate::api::{Answer, Call, Refusal};
use crate::platform::State;
use crate::platform::filters::contains;
use crate::platform::state;
use crate::platform::state::activity::{About, Activity};
use hyper::http::Method;
use std::fmt::Write as _;

/// How far back the log is shown unless the client says.
const WINDOW_MS: i64 = 15 * 60_000;

/// Operations of the activity log.
pub const OPERATIONS: &[Operation] = &[Operation {
    id: "getActivities",
    method: Method::GET,
    path: "/v2/activity-logs",
    tag: "activity-logs",
    summary: "The activity log: the last 15 minutes unless asked otherwise.",
    query: &[
        Param::new(
            "size",
            Kind::Int32,
            "Activities on a page; 250 unless given, and never more.",
        ),
        Param::new(
            "order",
            Kind::OneOf(&["asc", "desc"]),
            "The oldest first, or the newest first, as it is unless given.",
        ),
        Param::new(
            "searchAfter",
            Kind::Cursor,
            "Where the page begins; to be taken from the addresses in an answer.",
        ),
        Param::new(
            "page",
            Kind::OneOf(&["next", "previous"]),
            "Whether the page after or before that place is wanted.",
        ),
        Param::new("from", Kind::DateTime, "Nothing before this time, UTC."),
        Param::new("until", Kind::DateTime, "Nothing after this time, UTC."),
        Param::new(
            "entities",
            Kind::Words(&["device", "user"]),
            "Only activities about these.",
        ),
        Param::new("categories", Kind::Texts, "Only these categories."),
        Param::new("actions", Kind::Texts, "Only these actions."),
        Param::new("siteIds", Kind::Numbers, "Only sites of these numbers."),
        Param::new("userIds", Kind::Numbers, "Only users of these numbers."),
        Param::new(
            "searchQuery",
            Kind::Text,
            "Only activities with this anywhere in their texts.",
        ),
    ],
    body: None,
    success: Success::ok(schema::<ActivityLogsPage<'_>>),
    refusals: &[BAD],
    bucket: None,
    deprecated: false,
    public: false,
    handler: list,
}];

/// What a call asks for.
struct Wanted<'c> {
    call: &'c Call<'c>,
    size: usize,
    newest_first: bool,
    /// The cursor, and whether the page before it is wanted.
    after: Option<u64>,
    back: bool,
    from: i64,
    until: i64,
}

impl<'c> Wanted<'c> {
    fn of(call: &'c Call<'c>, now: i64) -> Result<Wanted<'c>, Refusal> {
        let query = &call.query;
        let after = match query.texts("searchAfter").first() {
            None => None,
            Some(text) => Some(text.parse().map_err(|_| {
                Refusal::bad(format!(
                    "`searchAfter` must be taken from the address of a page, not `{text}`"
                ))
            })?),
        };
        let until = query.number("until").unwrap_or(now);
        let size = query.number("size").and_then(|n| u64::try_from(n).ok());
        Ok(Wanted {
            call,
            size: usize::try_from(size.unwrap_or(MOST).min(MOST)).unwrap_or(0),
            newest_first: query.text("order") != Some("asc"),
            after,
            back: query.text("page") == Some("previous"),
            from: query
                .number("from")
                .unwrap_or(until.saturating_sub(WINDOW_MS)),
            until,
        })
    }

    fn takes(&self, state: &State, a: &Activity) -> bool {
        let query = &self.call.query;
        let one_of = |name, word: &str| {
            let words = query.texts(name);
            words.is_empty() || words.iter().any(|w| w.eq_ignore_ascii_case(word))
        };
        let number_of = |name, id: Option<i64>| {
            let numbers = query.numbers(name);
            numbers.is_empty() || id.is_some_and(|id| numbers.contains(&id))
        };
        let entity = match a.about {
            About::Device(_) => "device",
            About::User => "user",
        };
        (self.from..=self.until).contains(&a.at)
            && one_of("entities", entity)
            && one_of("categories", a.category)
            && one_of("actions", a.action)
            && number_of("siteIds", site_of(state, a).map(|s| s.id))
            && number_of("userIds", user_of(state, a).map(|u| u.id))
            && query
                .text("searchQuery")
                .is_none_or(|text| found(state, a, text))
    }

    /// Address of a page beside one, with all that was asked for. The text `api` stands nowhere in
    /// what follows the path: a client splits the address there.
    fn url(&self, cursor: u64, page: &str) -> Result<String, Refusal> {
        let mut out = format!(
            "{}{}?size={}&order={}&searchAfter={cursor}&page={page}",
            self.call.base,
            self.call.request.path.trim_end_matches('/'),
            self.size,
            if self.newest_first { "desc" } else { "asc" },
        );
        let kept = [
            ("from", seconds(self.from)),
            // Up, so that nothing of the last second is lost on the way.
            ("until", seconds(self.until.saturating_add(999))),
        ];
        let asked = self.call.request.query.as_deref().unwrap_or_default();
        let filters = [
            "entities",
            "categories",
            "actions",
            "siteIds",
            "userIds",
            "searchQuery",
        ];
        let asked = crate::api::query::pairs(asked)?
            .into_iter()
            .filter(|(name, _)| filters.contains(&name.as_str()));
        let kept = kept.map(|(name, value)| (name.to_owned(), value));
        for (name, value) in kept.into_iter().chain(asked) {
            let _ = write!(out, "&{name}={}", encoded(&value));
        }
        Ok(out)
    }
}

/// A time cut to seconds, in the only form that the platform documents: `2026-01-05T09:00:00Z`.
fn seconds(ms: i64) -> String {
    let mut text = iso(ms).to_string();
    if let Some(point) = text.rfind('.') {
        text.truncate(point);
        text.push('Z');
    }
    text
}

/// Percent-encoded but for what a URL holds plainly, every `a` before `pi` too.
fn encoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len() * 3);
    for (n, b) in bytes.iter().enumerate() {
        let hides = bytes[n..]
            .get(..3)
            .is_some_and(|t| t.eq_ignore_ascii_case(b"api"));
        let plain = b.is_ascii_alphanumeric() || b"-._~".contains(b);
        match plain && !hides {
            true => out.push(char::from(*b)),
            false => {
                let _ = write!(out, "%{b:02X}");
            }
        }
    }
    out
}

fn list(call: &Call<'_>) -> Result<Answer, Refusal> {
    call.read(|state, now| {
        let wanted = Wanted::of(call, now)?;
        let mut all: Vec<&Activity> = state
            .activities
            .iter()
            .filter(|a| wanted.takes(state, a))
            .collect();
        if wanted.newest_first {
            all.reverse();
        }
        let (start, end) = bounds(&wanted, &all);
        let rows = &all[start..end];
        let next = rows.last().map(|a| wanted.url(a.seq, "next")).transpose()?;
        let prev = match start {
            0 => None,
            _ => rows
                .first()
                .map(|a| wanted.url(a.seq, "previous"))
                .transpose()?,
        };
        call.ok(&ActivityLogsPage {
            page_details: PaginationData {
                count: i32::try_from(rows.len()).unwrap_or(i32::MAX),
                total_count: TotalCount::Known(i64::try_from(all.len()).unwrap_or(i64::MAX)),
                prev_page_url: prev.map(Into::into),
                next_page_url: next.map(Into::into),
            },
            activities: rows.iter().map(|a| row(state, a)).collect(),
            error: None,
        })
    })
}

/// Where a page begins and ends among the activities, which stand in the wanted order.
fn bounds(wanted: &Wanted<'_>, all: &[&Activity]) -> (usize, usize) {
    let Some(after) = wanted.after else {
        return (0, all.len().min(wanted.size));
    };
    let before = |a: &&&Activity| match wanted.newest_first {
        true => a.seq > after,
        false => a.seq < after,
    };
    // Both ends stay right when the activity of the cursor is no longer kept.
    let at = all.iter().take_while(before).count();
    if wanted.back {
        return (at.saturating_sub(wanted.size), at);
    }
    let own = all.get(at).is_some_and(|a| a.seq == after);
    let start = at + usize::from(own);
    (start, all.len().min(start.saturating_add(wanted.size)))
}

fn site_of<'s>(state: &'s State, a: &Activity) -> Option<&'s state::Site> {
    state.sites.get(a.site.as_deref()?)
}

/// Who did it; an activity names the user by key, a job by user name.
fn user_of<'s>(state: &'s State, a: &Activity) -> Option<&'s state::User> {
    let name = a.user.as_deref()?;
    let by_name = || state.users.by_uid(name).map(|(_, user)| user);
    state.users.get(name).or_else(by_name)
}

fn device_of<'s>(state: &'s State, a: &Activity) -> Option<&'s state::Device> {
    match &a.about {
        About::Device(key) => state.devices.get(key),
        About::User => None,
    }
}

fn found(state: &State, a: &Activity, text: &str) -> bool {
    let user = user_of(state, a).map(|u| u.details.username.as_str());
    let host = device_of(state, a).map(|d| d.hostname.as_str());
    [Some(a.category), Some(a.action), user, host]
        .into_iter()
        .flatten()
        .chain(a.details.values().map(String::as_str))
        .any(|held| contains(held, text))
}

fn row<'s>(state: &'s State, a: &'s Activity) -> ActivityLog<'s> {
    let device = device_of(state, a);
    let job = a.job.as_deref().and_then(|key| state.jobs.get(key));
    let wrote = |o: Option<&state::Output>| o.is_some_and(|o| !o.text.is_empty());
    let entity = match a.about {
        About::Device(_) => ActivityEntity::Device,
        About::User => ActivityEntity::User,
    };
    ActivityLog {
        id: a.seq.to_string().into(),
        entity,
        category: a.category.into(),
        action: a.action.into(),
        date: ActivityDate { ms: a.at },
        site: site_of(state, a).map(|s| SiteBasicDto {
            id: s.id,
            name: some(&s.name),
        }),
        device_id: device.map(|d| d.id),
        hostname: device.and_then(|d| some(&d.hostname)),
        user: user_of(state, a).map(|u| UserDto {
            id: u.id,
            user_name: some(&u.details.username),
            first_name: some(&u.details.first_name),
            last_name: some(&u.details.last_name),
        }),
        details: Some(details(a, entity).into()),
        has_std_out: job.is_some_and(|j| wrote(j.stdout.as_ref())),
        has_std_err: job.is_some_and(|j| wrote(j.stderr.as_ref())),
    }
}

/// A text that holds JSON: flat, with dotted keys.
fn details(a: &Activity, entity: ActivityEntity) -> String {
    let mut all: serde_json::Map<String, serde_json::Value> = a
        .details
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.as_str().into()))
        .collect();
    all.insert("entity".into(), entity.word().into());
    all.insert("event.action".into(), a.action.into());
    all.insert("event.category".into(), a.category.into());
    all.insert("uid".into(), a.seq.to_string().into());
    serde_json::Value::Object(all).to_string()
}
