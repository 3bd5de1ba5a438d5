//! Times as programs read and show them. A device's local time is UTC, as its environment says.

use std::time::{SystemTime, UNIX_EPOCH};

/// A moment in 100 ns since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub i64);

/// Units of a second.
pub const SECOND: i64 = 10_000_000;

/// A moment taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts {
    pub year: i64,
    pub month: u32,
    pub day: u32,
    pub hour: u32,
    pub minute: u32,
    pub second: u32,
    /// 100 ns within the second.
    pub ticks: u32,
    /// 0 Sunday.
    pub weekday: u32,
}

impl Moment {
    /// Now.
    pub fn now() -> Moment {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let ticks = since.map_or(0, |d| d.as_nanos() / 100);
        Moment(i64::try_from(ticks).unwrap_or(i64::MAX))
    }

    /// From the parts of a date and a time; `None` where there is no such day or hour.
    pub fn of(year: i64, month: u32, day: u32, time: [u32; 3]) -> Option<Moment> {
        let [hour, minute, second] = time;
        let whole = (1..=12).contains(&month)
            && (1..=9999).contains(&year)
            && day >= 1
            && day <= days_in(year, month)
            && hour < 24
            && minute < 60
            && second < 60;
        let day = days(year, month, day) * 86_400;
        let second = i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second);
        whole.then_some(Moment((day + second) * SECOND))
    }

    /// Reads ISO 8601 (`2026-11-22T09:05:00.123Z`, an offset, or none for local time), a date alone,
    /// or DMTF (`20261122090500.000000+000`).
    pub fn parse(text: &str) -> Option<Moment> {
        let text = text.trim();
        let digits = |from: usize, to: usize| -> Option<u32> {
            let part = text.get(from..to)?;
            part.bytes()
                .all(|b| b.is_ascii_digit())
                .then(|| part.parse().ok())?
        };
        if text.len() >= 14 && digits(0, 8).is_some() {
            let time = [digits(8, 10)?, digits(10, 12)?, digits(12, 14)?];
            return Moment::of(digits(0, 4)?.into(), digits(4, 6)?, digits(6, 8)?, time);
        }
        if text.get(4..5)? != "-" || text.get(7..8)? != "-" {
            return None;
        }
        let (year, month, day) = (digits(0, 4)?, digits(5, 7)?, digits(8, 10)?);
        if text.len() == 10 {
            return Moment::of(year.into(), month, day, [0; 3]);
        }
        if !matches!(text.get(10..11)?, "T" | "t" | " ") || text.get(13..14)? != ":" {
            return None;
        }
        let mut at = 16;
        let mut second = 0;
        if text.get(16..17) == Some(":") {
            second = digits(17, 19)?;
            at = 19;
        }
        let whole = Moment::of(
            year.into(),
            month,
            day,
            [digits(11, 13)?, digits(14, 16)?, second],
        )?;
        let mut rest = text.get(at..)?;
        let mut ticks = 0;
        if let Some(fraction) = rest.strip_prefix('.') {
            let count = fraction.bytes().take_while(u8::is_ascii_digit).count();
            let seven: String = fraction[..count]
                .chars()
                .chain("0000000".chars())
                .take(7)
                .collect();
            ticks = seven.parse().ok()?;
            rest = &fraction[count..];
        }
        let offset = match rest {
            "" | "Z" | "z" => 0,
            _ => {
                let sign = if rest.starts_with('-') { -1 } else { 1 };
                let plain: String = rest.chars().filter(char::is_ascii_digit).collect();
                let number: i64 = plain.parse().ok().filter(|_| plain.len() == 4)?;
                sign * (number / 100 * 3600 + number % 100 * 60)
            }
        };
        Some(Moment(whole.0 + ticks - offset * SECOND))
    }

    /// Taken apart.
    pub fn parts(self) -> Parts {
        let seconds = self.0.div_euclid(SECOND);
        let day = seconds.div_euclid(86_400);
        let rest = seconds.rem_euclid(86_400) as u32;
        let (year, month, date) = civil(day);
        Parts {
            year,
            month,
            day: date,
            hour: rest / 3600,
            minute: rest / 60 % 60,
            second: rest % 60,
            ticks: self.0.rem_euclid(SECOND) as u32,
            weekday: (day + 4).rem_euclid(7) as u32,
        }
    }

    /// `2026-11-22T09:05:00.1230000Z`.
    pub fn iso(self) -> String {
        let p = self.parts();
        format!("{}.{:07}Z", self.boundary(), p.ticks)
    }

    /// `2026-11-22T09:05:00`, as tasks' XML has it.
    pub fn boundary(self) -> String {
        let p = self.parts();
        format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
            p.year, p.month, p.day, p.hour, p.minute, p.second
        )
    }

    /// `11/22/2026`.
    pub fn date(self) -> String {
        let p = self.parts();
        format!("{}/{}/{}", p.month, p.day, p.year)
    }

    /// `9:05:00 AM`.
    pub fn time(self) -> String {
        let p = self.parts();
        format!(
            "{}:{:02}:{:02} {}",
            twelve(p.hour),
            p.minute,
            p.second,
            half(p.hour)
        )
    }

    /// `9:05 AM`.
    pub fn short_time(self) -> String {
        let p = self.parts();
        format!("{}:{:02} {}", twelve(p.hour), p.minute, half(p.hour))
    }

    /// `11/22/2026 9:05:00 AM`.
    pub fn shown(self) -> String {
        format!("{} {}", self.date(), self.time())
    }

    /// `20261122090500.123000+000`, as WMI has it.
    pub fn dmtf(self) -> String {
        let p = self.parts();
        format!(
            "{:04}{:02}{:02}{:02}{:02}{:02}.{:06}+000",
            p.year,
            p.month,
            p.day,
            p.hour,
            p.minute,
            p.second,
            p.ticks / 10
        )
    }
}

fn twelve(hour: u32) -> u32 {
    match hour % 12 {
        0 => 12,
        hour => hour,
    }
}

fn half(hour: u32) -> &'static str {
    if hour < 12 { "AM" } else { "PM" }
}

fn leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Days of a month.
pub fn days_in(year: i64, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap(year) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Days since 1970-01-01 of a day of the Gregorian calendar.
fn days(year: i64, month: u32, day: u32) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year =
        (153 * (i64::from(month) + if month > 2 { -3 } else { 9 }) + 2) / 5 + i64::from(day) - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The day of the Gregorian calendar from days since 1970-01-01.
fn civil(days: i64) -> (i64, u32, u32) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = (of_year - (153 * month + 2) / 5 + 1) as u32;
    let month = if month < 10 { month + 3 } else { month - 9 } as u32;
    let year = year + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn forms_of_one_moment() {
        let m = Moment::parse("2026-11-22T21:05:09.1234567Z").unwrap();
        assert_eq!(m.iso(), "2026-11-22T21:05:09.1234567Z");
        assert_eq!(m.shown(), "11/22/2026 9:05:09 PM");
        assert_eq!(m.dmtf(), "20261122210509.123456+000");
        assert_eq!(m.parts().weekday, 0);
        assert_eq!(Moment::parse("2026-11-22T23:05:09.1234567+02:00"), Some(m));
        assert_eq!(
            Moment::parse("2024-02-29").unwrap().shown(),
            "2/29/2024 12:00:00 AM"
        );
        assert_eq!(Moment::parse("2023-02-29"), None);
        assert_eq!(
            Moment::parse("20240301080000.000000+000").unwrap().time(),
            "8:00:00 AM"
        );
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read_again(seconds in 0i64..200_000_000_000) {
            let m = Moment(seconds * SECOND);
            prop_assert_eq!(Moment::parse(&m.iso()), Some(m));
        }

        #[test]
        fn rubbish_is_no_moment_and_no_panic(text in ".{0,40}") {
            let _ = Moment::parse(&text);
        }
    }
}
