//! Dates on the wire. Sources disagree on their form, so each group of dates has its own type,
//! and the form in force is a value.

use crate::rmm::api_knobs::{ApiDate, ApiKnobs, ApiNever};
use jiff::Timestamp;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};
use std::borrow::Cow;

/// What a date of a form is in JSON Schema; `of` says whose date it is.
fn date_schema(form: ApiDate, of: &str) -> Schema {
    match form {
        ApiDate::Milliseconds => json_schema!({
            "description": format!("{of}: milliseconds since the epoch, UTC."),
            "type": "integer", "format": "int64", "examples": [1_721_131_200_000_i64],
        }),
        ApiDate::Seconds => json_schema!({
            "description": format!("{of}: seconds since the epoch, UTC."),
            "type": "integer", "format": "int64", "examples": [1_721_131_200],
        }),
        ApiDate::Iso => json_schema!({
            "description": format!("{of}: ISO 8601 in UTC."),
            "type": "string", "format": "date-time", "examples": ["2024-07-16T12:00:00.000Z"],
        }),
    }
}

fn write<S: Serializer>(form: ApiDate, ms: i64, serializer: S) -> Result<S::Ok, S::Error> {
    match form {
        ApiDate::Milliseconds => serializer.serialize_i64(ms),
        ApiDate::Seconds => serializer.serialize_i64(ms.div_euclid(1000)),
        ApiDate::Iso => serializer.collect_str(&iso(ms)),
    }
}

/// ISO 8601 text with milliseconds; times beyond what a calendar year of four digits can tell
/// are cut to its ends.
pub fn iso(ms: i64) -> impl std::fmt::Display {
    const FIRST: i64 = -62_167_219_200_000; // 0000-01-01T00:00:00.000Z
    let at = Timestamp::from_millisecond(ms.max(FIRST)).unwrap_or(Timestamp::MAX);
    format!("{at:.3}")
}

macro_rules! dates {
    ($($(#[doc = $doc:literal])* $name:ident: $of:literal, default $form:ident);+ $(;)?) => {
        $($(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct $name {
            /// Milliseconds since the epoch.
            pub ms: i64,
            /// Form on the wire.
            pub form: ApiDate,
        }
        impl $name {
            /// Form in force where nothing else is said.
            pub const FORM: ApiDate = ApiDate::$form;
            /// The schema for a form.
            pub fn schema(form: ApiDate) -> Schema { date_schema(form, $of) }
        }
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                write(self.form, self.ms, serializer)
            }
        }
        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> { stringify!($name).into() }
            fn json_schema(_: &mut SchemaGenerator) -> Schema { Self::schema(Self::FORM) }
        })+
    };
}

dates! {
    /// Dates of devices, users and alerts: milliseconds were seen live.
    PlatformDate: "Date of a device, user or alert", default Milliseconds;
    /// When a job was made and when it ran: an epoch was seen live for the latter.
    JobDate: "Date of a job", default Milliseconds;
    /// Dates whose form nobody measured (start of the service, filters, audits, actions): strict
    /// clients want ISO 8601.
    SystemDate: "Date of the service, a filter, an audit or an action", default Iso;
}

/// Forms in force for the three groups of dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateForms {
    /// Of [`PlatformDate`].
    pub platform: ApiDate,
    /// Of [`JobDate`].
    pub job: ApiDate,
    /// Of [`SystemDate`].
    pub system: ApiDate,
    /// How a date that never was is told.
    pub never: ApiNever,
}

/// The first of January of the year 1, milliseconds: what some clients saw for never.
const YEAR_ONE: i64 = -62_135_596_800_000;

impl Default for DateForms {
    fn default() -> Self {
        DateForms {
            platform: PlatformDate::FORM,
            job: JobDate::FORM,
            system: SystemDate::FORM,
            never: ApiNever::default(),
        }
    }
}

impl From<&ApiKnobs> for DateForms {
    fn from(knobs: &ApiKnobs) -> Self {
        DateForms {
            platform: knobs.dates,
            job: knobs.job_dates,
            system: knobs.system_dates,
            never: knobs.never,
        }
    }
}

impl DateForms {
    /// A date of a device, user or alert.
    pub fn platform(self, ms: i64) -> PlatformDate {
        PlatformDate {
            ms,
            form: self.platform,
        }
    }

    /// A date of a device, user or alert that may never have been.
    pub fn platform_or_never(self, ms: Option<i64>) -> Option<PlatformDate> {
        match (ms, self.never) {
            (Some(ms), _) => Some(self.platform(ms)),
            (None, ApiNever::YearOne) => Some(self.platform(YEAR_ONE)),
            (None, ApiNever::Null) => None,
        }
    }

    /// A date of a job.
    pub fn job(self, ms: i64) -> JobDate {
        JobDate { ms, form: self.job }
    }

    /// A date of the service, a filter, an audit or an action.
    pub fn system(self, ms: i64) -> SystemDate {
        SystemDate {
            ms,
            form: self.system,
        }
    }
}

/// Date of an activity: seconds since the epoch with decimals, `1787645215.44`, as seen live.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActivityDate {
    /// Milliseconds since the epoch.
    pub ms: i64,
}

impl Serialize for ActivityDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.ms as f64 / 1000.0)
    }
}

impl JsonSchema for ActivityDate {
    fn schema_name() -> Cow<'static, str> {
        "ActivityDate".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "Seconds since the epoch, UTC, with decimals.",
            "type": "number", "format": "double", "examples": [1_721_131_200.25],
        })
    }
}
