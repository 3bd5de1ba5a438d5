//! Triggers from the options of `schtasks /create`.
//!
//! Source: Microsoft Learn, "schtasks create": `/sc`, `/mo`, `/d`, `/m`, `/st`, `/ri`, `/du`, `/delay`.

use super::create::{NAME, bad, not_allowed};
use super::next::{DAYS, MONTHS};
use crate::programs::told::clock::{Moment, SECOND};
use crate::programs::told::desk::{Stop, same};
use crate::programs::told::options::Options;
use crate::programs::told::xml::Element;

/// `HH:mm` as hour and minute.
fn clock(text: &str, option: &str) -> Result<[u32; 3], Stop> {
    let read = || {
        let (hour, minute) = text.split_once(':')?;
        let (h, m) = (hour.parse().ok()?, minute.parse().ok()?);
        (h < 24 && m < 60 && minute.len() == 2).then_some([h, m, 0])
    };
    read().ok_or_else(|| bad(format!("Invalid value for '/{option}': '{text}' (HH:mm).")))
}

/// `mm/dd/yyyy`.
fn date(text: &str, option: &str) -> Result<(i64, u32, u32), Stop> {
    let parts: Vec<&str> = text.split('/').collect();
    let read = || {
        let [month, day, year] = parts.as_slice() else {
            return None;
        };
        let (y, m, d) = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
        Moment::of(y, m, d, [0; 3])
            .filter(|_| year.len() == 4)
            .map(|_| (y, m, d))
    };
    read().ok_or_else(|| {
        crate::programs::told::options::bad(
            NAME,
            &format!(
                "Invalid {} Date (Date should be in MM/DD/YYYY format).",
                if option == "SD" { "Start" } else { "End" }
            ),
        )
    })
}

fn number(options: &Options, option: &str, least: u32, most: u32) -> Result<Option<u32>, Stop> {
    let Some(text) = options.value(option) else {
        return Ok(None);
    };
    let number = text.parse().ok().filter(|n| (least..=most).contains(n));
    match number {
        Some(number) => Ok(Some(number)),
        None => Err(bad(format!("Invalid value for /{option} option."))),
    }
}

/// `HHHH:mm` or minutes as a duration.
fn duration(minutes: u32) -> String {
    match (minutes / 60, minutes % 60) {
        (0, m) => format!("PT{m}M"),
        (h, 0) => format!("PT{h}H"),
        (h, m) => format!("PT{h}H{m}M"),
    }
}

/// The trigger that the options describe.
pub fn trigger(options: &Options) -> Result<Element, Stop> {
    let kind = options.value("SC").unwrap_or_default().to_uppercase();
    let delay = || -> Result<Vec<Element>, Stop> {
        let Some(text) = options.value("DELAY") else {
            return Ok(Vec::new());
        };
        let read = || {
            let (minutes, seconds) = text.split_once(':')?;
            Some((
                minutes.parse::<u32>().ok()?,
                seconds.parse::<u32>().ok().filter(|s| *s < 60)?,
            ))
        };
        let (m, s) = read().ok_or_else(|| bad("Invalid value for /DELAY option (mmmm:ss)."))?;
        Ok(vec![Element::of("Delay", format!("PT{m}M{s}S"))])
    };
    let enabled = || Element::of("Enabled", "true");
    let waits = match kind.as_str() {
        "ONSTART" => Some("BootTrigger"),
        "ONLOGON" => Some("LogonTrigger"),
        "ONIDLE" => Some("IdleTrigger"),
        "ONEVENT" => Some("EventTrigger"),
        _ => None,
    };
    if let Some(name) = waits {
        if kind == "ONIDLE" && number(options, "I", 1, 999)?.is_none() {
            return Err(bad("Mandatory option 'i' is missing."));
        }
        let mut trigger = Element::new(name).with([enabled()]);
        if kind == "ONEVENT" {
            let (Some(log), Some(query)) = (options.value("EC"), options.value("MO")) else {
                return Err(bad("/SC ONEVENT needs the options /EC and /MO."));
            };
            let select = Element::of("Select", query).attribute("Path", log);
            let list = Element::new("QueryList").with([Element::new("Query")
                .attribute("Id", "0")
                .attribute("Path", log)
                .with([select])]);
            trigger.children.push(Element::of(
                "Subscription",
                list.write(0).replace("\r\n", ""),
            ));
        }
        return Ok(trigger.with(delay()?));
    }
    timed(options, &kind, enabled())
}

fn timed(options: &Options, kind: &str, enabled: Element) -> Result<Element, Stop> {
    if kind == "ONCE" && !options.has("ST") {
        return Err(bad("Mandatory option 'st' is missing."));
    }
    let now = Moment::now();
    let today = now.parts();
    let time = match options.value("ST") {
        Some(text) => clock(text, "ST")?,
        None => [today.hour, today.minute, 0],
    };
    let (year, month, day) = match options.value("SD") {
        Some(text) => date(text, "SD")?,
        None => (today.year, today.month, today.day),
    };
    let start = Moment::of(year, month, day, time).unwrap_or(now);
    let mut head = vec![];
    let lasts = match (options.value("DU"), options.value("ET")) {
        (Some(text), _) => {
            let (h, m) = text.split_once(':').unwrap_or(("", ""));
            let minutes = h
                .parse::<u32>()
                .ok()
                .zip(m.parse::<u32>().ok().filter(|m| *m < 60));
            let (h, m) = minutes.ok_or_else(|| bad("Invalid value for /DU option (HHHH:mm)."))?;
            Some(h.saturating_mul(60).saturating_add(m))
        }
        (None, Some(text)) => {
            let end = clock(text, "ET")?;
            let (from, to) = (time[0] * 60 + time[1], end[0] * 60 + end[1]);
            Some((to + 24 * 60 - from) % (24 * 60))
        }
        _ => None,
    };
    let every = match kind {
        "MINUTE" => Some(number(options, "MO", 1, 1439)?.unwrap_or(1)),
        "HOURLY" => Some(number(options, "MO", 1, 23)?.unwrap_or(1) * 60),
        _ => number(options, "RI", 1, 599_940)?,
    };
    if let Some(every) = every {
        let mut repetition =
            Element::new("Repetition").with([Element::of("Interval", duration(every))]);
        let usual = !matches!(kind, "MINUTE" | "HOURLY");
        if let Some(lasts) = lasts.or(usual.then_some(60)) {
            repetition
                .children
                .push(Element::of("Duration", duration(lasts)));
        }
        let stop = if options.has("K") { "true" } else { "false" };
        repetition
            .children
            .push(Element::of("StopAtDurationEnd", stop));
        head.push(repetition);
    }
    head.push(Element::of("StartBoundary", start.boundary()));
    if let Some(text) = options.value("ED") {
        let (year, month, day) = date(text, "ED")?;
        let end = Moment::of(year, month, day, time).unwrap_or(start);
        if end.0 < start.0 - SECOND {
            return Err(bad("End date should be later than start date."));
        }
        head.push(Element::of("EndBoundary", end.boundary()));
    }
    head.push(enabled);
    let by = match kind {
        "ONCE" | "MINUTE" | "HOURLY" => None,
        "DAILY" => Some(Element::new("ScheduleByDay").with([Element::of(
            "DaysInterval",
            number(options, "MO", 1, 365)?.unwrap_or(1).to_string(),
        )])),
        "WEEKLY" => Some(weekly(options, today.weekday)?),
        "MONTHLY" => Some(monthly(options)?),
        other => return Err(not_allowed(other, "SC")),
    };
    Ok(match by {
        Some(by) => Element::new("CalendarTrigger").with(head).with([by]),
        None => Element::new("TimeTrigger").with(head),
    })
}

/// Names in a list of abbreviations (`MON,FRI`), or all for `*`.
fn listed(text: &str, names: &[&str], option: &str) -> Result<Vec<Element>, Stop> {
    if text == "*" {
        return Ok(names.iter().map(|n| Element::new(n)).collect());
    }
    let one = |part: &str| {
        names
            .iter()
            .find(|n| same(&n[..3], part.trim()))
            .map(|n| Element::new(n))
    };
    text.split(',')
        .map(|part| one(part).ok_or_else(|| not_allowed(text, option)))
        .collect()
}

fn weekly(options: &Options, today: u32) -> Result<Element, Stop> {
    let weeks = number(options, "MO", 1, 52)?.unwrap_or(1).to_string();
    let days = match options.value("D") {
        Some(text) => listed(text, &DAYS, "D")?,
        None => vec![Element::new(DAYS[today as usize])],
    };
    Ok(Element::new("ScheduleByWeek").with([
        Element::of("WeeksInterval", weeks),
        Element::new("DaysOfWeek").with(days),
    ]))
}

fn monthly(options: &Options) -> Result<Element, Stop> {
    let months = |text: Option<&str>| listed(text.unwrap_or("*"), &MONTHS, "M");
    let given = options.value("M");
    let modifier = options.value("MO").map(str::to_uppercase);
    let weeks = ["FIRST", "SECOND", "THIRD", "FOURTH", "LAST"];
    let week = modifier
        .as_deref()
        .and_then(|m| weeks.iter().position(|w| *w == m));
    if let Some(week) = week {
        let Some(days) = options.value("D") else {
            return Err(bad("Mandatory option 'd' is missing."));
        };
        let week = if week == 4 {
            "Last".into()
        } else {
            (week + 1).to_string()
        };
        return Ok(Element::new("ScheduleByMonthDayOfWeek").with([
            Element::new("Weeks").with([Element::of("Week", week)]),
            Element::new("DaysOfWeek").with(listed(days, &DAYS, "D")?),
            Element::new("Months").with(months(given)?),
        ]));
    }
    let (day, months) = match modifier.as_deref() {
        Some("LASTDAY") if given.is_none() => return Err(bad("Mandatory option 'm' is missing.")),
        Some("LASTDAY") => ("Last".to_owned(), months(given)?),
        other => {
            let every = match other {
                Some(_) => number(options, "MO", 1, 12)?.unwrap_or(1) as usize,
                None => 1,
            };
            let day = number(options, "D", 1, 31)?.unwrap_or(1).to_string();
            let months = match given {
                Some(_) => months(given)?,
                None => MONTHS
                    .iter()
                    .step_by(every)
                    .map(|m| Element::new(m))
                    .collect(),
            };
            (day, months)
        }
    };
    Ok(Element::new("ScheduleByMonth").with([
        Element::new("DaysOfMonth").with([Element::of("Day", day)]),
        Element::new("Months").with(months),
    ]))
}
