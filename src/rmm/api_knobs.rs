//! Knobs of the REST API: behaviours that sources disagree on, or that nobody measured.
//! Scenario key: `world.knobs`, with the prefix `api-`; `serve --knob`. FIDELITY.md lists every one.

use super::knobs::words;
use serde::{Deserialize, Serialize};

words! {
    /// Answer of the token endpoint to a wrong key or secret.
    ApiWrongSecret {
        /// 400 with `invalid_grant` in JSON.
        BadRequest = "400",
        /// 401 with `invalid_grant` in JSON.
        Unauthorized = "401",
    } default BadRequest
}
words! {
    /// Form of a date on the wire.
    ApiDate {
        /// Milliseconds since the epoch, an integer.
        Milliseconds = "milliseconds",
        /// ISO 8601 text in UTC.
        Iso = "iso",
        /// Seconds since the epoch, an integer.
        Seconds = "seconds",
    } default Milliseconds
}
words! {
    /// Body of an error.
    ApiErrorBody {
        /// `timestamp`, `status`, `error`, `message`, `path`, as Spring Boot writes.
        Spring = "spring",
        /// `errors` and `message`.
        Errors = "errors",
        /// No body.
        Empty = "empty",
    } default Spring
}
words! {
    /// `totalCount` of open alerts.
    ApiOpenAlertsTotal {
        /// Sent as on every other page.
        Present = "present",
        /// The field is missing.
        Absent = "absent",
        /// The field is null.
        Null = "null",
    } default Present
}
words! {
    /// How a masked variable is listed.
    ApiMaskedValues {
        /// `********`.
        Stars = "stars",
        /// The value itself.
        Readable = "readable",
    } default Stars
}
words! {
    /// Status when a variable of that name is there already.
    ApiDuplicateVariable {
        /// 400.
        BadRequest = "400",
        /// 409.
        Conflict = "409",
    } default BadRequest
}
words! {
    /// Answer of `resetApiKeys`.
    ApiResetAnswer {
        /// The new keys.
        Keys = "keys",
        /// The user's name; the keys are null and shown in the portal only.
        Name = "name",
    } default Keys
}
words! {
    /// Tokens that were issued for keys that were reset.
    ApiTokensAfterReset {
        /// They end at once.
        Revoked = "revoked",
        /// They live on until they expire.
        Kept = "kept",
    } default Revoked
}
words! {
    /// Whether the authorization-code grant gives a refresh token.
    ApiCodeRefresh {
        /// It does.
        Present = "present",
        /// It does not.
        Absent = "absent",
    } default Present
}
words! {
    /// Output of a job that has not run yet.
    ApiOutputBeforeRun {
        /// An empty array.
        Empty = "empty",
        /// 404.
        NotFound = "not-found",
    } default Empty
}
words! {
    /// Filter parameters in `nextPageUrl` and `prevPageUrl`.
    ApiNextUrlFilters {
        /// Lost: only `max` and `page` are in it.
        Drop = "drop",
        /// Kept.
        Keep = "keep",
    } default Drop
}
words! {
    /// How calls are counted against the rate limits.
    ApiRateBuckets {
        /// Reads and writes apart, writes also by operation.
        Apart = "apart",
        /// One bucket for all, as older accounts have.
        Single = "single",
    } default Apart
}
words! {
    /// How a date that never was is told.
    ApiNever {
        /// Null.
        Null = "null",
        /// The first of January of the year 1.
        YearOne = "year-1",
    } default Null
}

/// All knobs of the REST API, with their defaults.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKnobs {
    pub wrong_secret: ApiWrongSecret,
    /// Dates of devices, users and alerts.
    pub dates: ApiDate,
    /// `ranOn` and a job's `dateCreated`.
    pub job_dates: ApiDate,
    /// `started` of the system's status, dates of filters.
    pub system_dates: ApiDate,
    pub error_body: ApiErrorBody,
    pub open_alerts_total: ApiOpenAlertsTotal,
    pub masked_values: ApiMaskedValues,
    pub duplicate_variable: ApiDuplicateVariable,
    pub reset_answer: ApiResetAnswer,
    pub tokens_after_reset: ApiTokensAfterReset,
    pub code_refresh: ApiCodeRefresh,
    pub output_before_run: ApiOutputBeforeRun,
    pub next_url_filters: ApiNextUrlFilters,
    pub rate_buckets: ApiRateBuckets,
    pub never: ApiNever,
    /// Most alerts on a page: the platform's document excepts alerts from the limit of 250 and tells no other.
    pub alerts_max: u32,
    /// UDFs a device shows: 300 since release 14.9.0, 30 before.
    pub udfs: u16,
    /// Calls refused with 429 in one window before the address is blocked with 403.
    pub refused_before_block: u32,
    /// Seconds of platform time an address stays blocked.
    pub block_seconds: u32,
    /// Hours of platform time after which a job that waits for its device expires.
    pub job_expiry_hours: u32,
}

impl Default for ApiKnobs {
    fn default() -> Self {
        ApiKnobs {
            wrong_secret: ApiWrongSecret::default(),
            dates: ApiDate::Milliseconds,
            job_dates: ApiDate::Milliseconds,
            system_dates: ApiDate::Iso,
            error_body: ApiErrorBody::default(),
            open_alerts_total: ApiOpenAlertsTotal::default(),
            masked_values: ApiMaskedValues::default(),
            duplicate_variable: ApiDuplicateVariable::default(),
            reset_answer: ApiResetAnswer::default(),
            tokens_after_reset: ApiTokensAfterReset::default(),
            code_refresh: ApiCodeRefresh::default(),
            output_before_run: ApiOutputBeforeRun::default(),
            next_url_filters: ApiNextUrlFilters::default(),
            rate_buckets: ApiRateBuckets::default(),
            never: ApiNever::default(),
            alerts_max: 250,
            udfs: 300,
            refused_before_block: 10,
            block_seconds: 300,
            job_expiry_hours: 168,
        }
    }
}
