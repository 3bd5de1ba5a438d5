//! When a trigger fires next, and how `schtasks` describes it.

use super::definition::seconds;
use crate::programs::told::clock::{Moment, SECOND, days_in};
use crate::programs::told::xml::Element;

/// A day in [`Moment`]'s units.
const DAY: i64 = 86_400 * SECOND;
/// Farthest that is looked ahead, in days: a 29 February is at most eight years away.
const AHEAD: i64 = 366 * 8;

/// Names of the days as the schema has them, Sunday first.
pub const DAYS: [&str; 7] = [
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
];
/// Names of the months.
pub const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Next time after `now`; `None` for triggers that wait for something else, and for the past.
pub fn next(trigger: &Element, now: Moment) -> Option<Moment> {
    if trigger.at(&["Enabled"]) == Some("false") {
        return None;
    }
    let start = Moment::parse(trigger.at(&["StartBoundary"])?)?;
    let end = trigger.at(&["EndBoundary"]).and_then(Moment::parse);
    let found = match trigger.name.as_str() {
        "TimeTrigger" => repeated(trigger, start, now),
        "CalendarTrigger" => calendar(trigger, start, now),
        _ => None,
    };
    found.filter(|at| end.is_none_or(|end| *at <= end))
}

/// The next of an occurrence and its repetitions.
fn repeated(trigger: &Element, base: Moment, now: Moment) -> Option<Moment> {
    if base > now {
        return Some(base);
    }
    let every = trigger.at(&["Repetition", "Interval"]).and_then(seconds)?;
    let every = every.checked_mul(SECOND).filter(|e| *e > 0)?;
    let times = (now.0 - base.0) / every + 1;
    let at = Moment(base.0.checked_add(times.checked_mul(every)?)?);
    let lasts = trigger.at(&["Repetition", "Duration"]).and_then(seconds);
    lasts
        .is_none_or(|lasts| at.0 <= base.0.saturating_add(lasts.saturating_mul(SECOND)))
        .then_some(at)
}

fn calendar(trigger: &Element, start: Moment, now: Moment) -> Option<Moment> {
    // Repetitions of the day before may reach into today.
    let passed = ((now.0 - start.0) / DAY - 1).max(0);
    (passed..passed + AHEAD)
        .filter(|day| falls(trigger, start, *day))
        .find_map(|day| repeated(trigger, Moment(start.0 + day * DAY), now))
}

/// Whether the schedule has the day that is so many days after its start.
fn falls(trigger: &Element, start: Moment, day: i64) -> bool {
    let parts = Moment(start.0 + day * DAY).parts();
    let number =
        |e: &Element, name: &str| e.at(&[name]).and_then(|t| t.parse().ok()).unwrap_or(1i64);
    let has =
        |e: &Element, list: &str, name: &str| e.child(list).is_none_or(|l| l.child(name).is_some());
    let month = MONTHS[parts.month as usize - 1];
    let weekday = DAYS[parts.weekday as usize];
    if let Some(by) = trigger.child("ScheduleByDay") {
        return day % number(by, "DaysInterval").max(1) == 0;
    }
    if let Some(by) = trigger.child("ScheduleByWeek") {
        let week = (day + i64::from(start.parts().weekday)) / 7;
        return week % number(by, "WeeksInterval").max(1) == 0 && has(by, "DaysOfWeek", weekday);
    }
    if let Some(by) = trigger.child("ScheduleByMonth") {
        let last = parts.day == days_in(parts.year, parts.month);
        let days = by
            .child("DaysOfMonth")
            .map_or(&[][..], |d| d.children.as_slice());
        let day = days
            .iter()
            .any(|d| d.text == parts.day.to_string() || d.text == "Last" && last);
        return day && has(by, "Months", month);
    }
    if let Some(by) = trigger.child("ScheduleByMonthDayOfWeek") {
        let last = parts.day + 7 > days_in(parts.year, parts.month);
        let week = (parts.day - 1) / 7 + 1;
        let weeks = by.child("Weeks").map_or(&[][..], |w| w.children.as_slice());
        let week = weeks
            .iter()
            .any(|w| w.text == week.to_string() || w.text == "Last" && last);
        return week && has(by, "DaysOfWeek", weekday) && has(by, "Months", month);
    }
    false
}

/// What `/query /v` says of a trigger.
#[derive(Debug, Default)]
pub struct Shown {
    pub kind: String,
    pub start_time: String,
    pub start_date: String,
    pub end_date: String,
    pub days: String,
    pub months: String,
    pub every: String,
    pub until_time: String,
    pub until_duration: String,
    pub stop: String,
}

/// Describes a trigger; none: the task starts on demand only.
pub fn shown(trigger: Option<&Element>) -> Shown {
    let none = || "N/A".to_owned();
    let mut s = Shown {
        kind: "On demand only".into(),
        start_time: none(),
        start_date: none(),
        end_date: none(),
        days: none(),
        months: none(),
        every: none(),
        until_time: none(),
        until_duration: none(),
        stop: none(),
    };
    let Some(t) = trigger else { return s };
    let repetition = t.child("Repetition");
    if let Some(start) = t.at(&["StartBoundary"]).and_then(Moment::parse) {
        s.start_time = start.time();
        s.start_date = start.date();
        let off = repetition.is_none();
        s.every = if off {
            "Disabled".into()
        } else {
            String::new()
        };
        s.until_time = if off {
            "Disabled".into()
        } else {
            "None".into()
        };
        s.until_duration = "Disabled".into();
        s.stop = "Disabled".into();
    }
    if let Some(end) = t.at(&["EndBoundary"]).and_then(Moment::parse) {
        s.end_date = end.date();
    }
    let names = |by: &Element, list: &str, short: bool| {
        let all = by.child(list).map_or(&[][..], |l| l.children.as_slice());
        let cut = |n: &str| n[..if short { 3 } else { n.len() }].to_uppercase();
        all.iter()
            .map(|d| cut(&d.name))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let number = |by: &Element, name: &str| by.at(&[name]).unwrap_or("1").to_owned();
    s.kind = match t.name.as_str() {
        "BootTrigger" => "At system start up".into(),
        "LogonTrigger" => "At logon time".into(),
        "IdleTrigger" => "At idle time".into(),
        "EventTrigger" => "When an event occurs".into(),
        "TimeTrigger" => "One Time Only".into(),
        "CalendarTrigger" => {
            if let Some(by) = t.child("ScheduleByDay") {
                s.days = format!("Every {} day(s)", number(by, "DaysInterval"));
                "Daily ".into()
            } else if let Some(by) = t.child("ScheduleByWeek") {
                s.days = names(by, "DaysOfWeek", true);
                s.months = format!("Every {} week(s)", number(by, "WeeksInterval"));
                "Weekly".into()
            } else if let Some(by) = t.child("ScheduleByMonth") {
                let days = by
                    .child("DaysOfMonth")
                    .map_or(&[][..], |d| d.children.as_slice());
                s.days = days
                    .iter()
                    .map(|d| d.text.clone())
                    .collect::<Vec<_>>()
                    .join(", ");
                s.months = months(&names(by, "Months", true));
                "Monthly".into()
            } else {
                let by = t.child("ScheduleByMonthDayOfWeek");
                s.days = by.map(|b| names(b, "DaysOfWeek", true)).unwrap_or_default();
                s.months = by
                    .map(|b| months(&names(b, "Months", true)))
                    .unwrap_or_default();
                "Monthly".into()
            }
        }
        _ => "Undefined".into(),
    };
    if let Some(every) = repetition
        .and_then(|r| r.at(&["Interval"]))
        .and_then(seconds)
    {
        if s.kind == "One Time Only" {
            let unit = if every % 3600 == 0 {
                "Hourly"
            } else {
                "Minute"
            };
            s.kind = format!("One Time Only, {unit} ");
        }
        s.every = format!("{} Hour(s), {} Minute(s)", every / 3600, every / 60 % 60);
        if let Some(lasts) = t.at(&["Repetition", "Duration"]).and_then(seconds) {
            s.until_duration = format!("{} Hour(s), {} Minute(s)", lasts / 3600, lasts / 60 % 60);
        }
        if t.at(&["Repetition", "StopAtDurationEnd"]) == Some("true") {
            s.stop = "Enabled".into();
        }
    }
    s
}

/// All twelve are "Every month".
fn months(names: &str) -> String {
    match names.split(", ").count() {
        12 => "Every month".into(),
        _ => names.to_owned(),
    }
}
