//! The REST API's knobs by name, for scenario files and the command line.

use super::api_knobs::{
    ApiCodeRefresh, ApiDate, ApiDuplicateVariable, ApiErrorBody, ApiKnobs, ApiMaskedValues,
    ApiNever, ApiNextUrlFilters, ApiOpenAlertsTotal, ApiOutputBeforeRun, ApiRateBuckets,
    ApiResetAnswer, ApiTokensAfterReset, ApiWrongSecret,
};
use std::fmt::Write as _;

/// What stands before a knob's name in scenario files; on the command line it may be left out.
pub const PREFIX: &str = "api-";

/// One knob of the REST API.
pub struct Knob {
    /// Without [`PREFIX`].
    pub name: &'static str,
    pub help: &'static str,
    pub values: Values,
    set: fn(&mut ApiKnobs, &str) -> bool,
    get: fn(&ApiKnobs) -> String,
}

/// What a knob can be set to.
#[derive(Debug, Clone, Copy)]
pub enum Values {
    /// One of these words, each with its meaning.
    Words(fn() -> Vec<(&'static str, &'static str)>),
    /// A whole number in this range.
    Number { least: u32, most: u32 },
}

/// Why a knob cannot be set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadKnob {
    #[error("`{0}` sets no knob: write NAME=VALUE, as in dates=iso")]
    NoValue(String),
    #[error(
        "the API has no knob `{name}`; it has {}. Those of the Agent stand in `knobs` of a world's file",
        names()
    )]
    NoKnob { name: String },
    #[error("the knob {name} cannot be `{value}`: it is {it}")]
    NoSuchValue {
        name: &'static str,
        value: String,
        /// What it can be.
        it: String,
    },
}

fn names() -> String {
    let all: Vec<&str> = KNOBS.iter().map(|k| k.name).collect();
    all.join(", ")
}

fn told(values: Values) -> String {
    match values {
        Values::Words(words) => {
            let all: Vec<&str> = words().into_iter().map(|(word, _)| word).collect();
            all.join(", ")
        }
        Values::Number { least, most } => format!("a whole number from {least} to {most}"),
    }
}

macro_rules! word {
    ($name:literal, $field:ident: $of:ident, $help:literal) => {
        Knob {
            name: $name,
            help: $help,
            values: Values::Words(|| $of::ALL.iter().map(|(w, _, what)| (*w, *what)).collect()),
            set: |knobs, text| {
                let found = $of::ALL.iter().find(|(word, ..)| *word == text);
                if let Some((_, value, _)) = found {
                    knobs.$field = *value;
                }
                found.is_some()
            },
            get: |knobs| knobs.$field.word().to_owned(),
        }
    };
}

macro_rules! number {
    ($name:literal, $field:ident, $least:literal to $most:literal, $help:literal) => {
        Knob {
            name: $name,
            help: $help,
            values: Values::Number {
                least: $least,
                most: $most,
            },
            set: |knobs, text| {
                let digits = text.bytes().all(|b| b.is_ascii_digit());
                match text.parse() {
                    Ok(n) if digits && ($least..=$most).contains(&n) => {
                        knobs.$field = n;
                        true
                    }
                    _ => false,
                }
            },
            get: |knobs| knobs.$field.to_string(),
        }
    };
}

/// Every knob of the REST API.
pub const KNOBS: &[Knob] = &[
    word!("wrong-secret", wrong_secret: ApiWrongSecret, "Status of the token endpoint for a wrong key or secret."),
    word!("dates", dates: ApiDate, "Form of the dates of devices, users and alerts."),
    word!("job-dates", job_dates: ApiDate, "Form of a job's dates."),
    word!("system-dates", system_dates: ApiDate, "Form of the start of the service and of the dates of filters."),
    word!("error-body", error_body: ApiErrorBody, "Body of an error."),
    word!("open-alerts-total", open_alerts_total: ApiOpenAlertsTotal, "`totalCount` of open alerts."),
    word!("masked-values", masked_values: ApiMaskedValues, "How a masked variable is listed."),
    word!("duplicate-variable", duplicate_variable: ApiDuplicateVariable, "Status for a variable whose name is there already."),
    word!("reset-answer", reset_answer: ApiResetAnswer, "What resetApiKeys answers."),
    word!("tokens-after-reset", tokens_after_reset: ApiTokensAfterReset, "Tokens of keys that were reset."),
    word!("code-refresh", code_refresh: ApiCodeRefresh, "Refresh token of the authorization-code grant."),
    word!("output-before-run", output_before_run: ApiOutputBeforeRun, "Output of a job that has not run yet."),
    word!("next-url-filters", next_url_filters: ApiNextUrlFilters, "Filters of a list in nextPageUrl and prevPageUrl."),
    word!("rate-buckets", rate_buckets: ApiRateBuckets, "How calls are counted against the limits."),
    word!("never", never: ApiNever, "A date that never was."),
    number!("alerts-max", alerts_max, 1 to 100_000, "Most alerts on a page."),
    number!("udfs", udfs, 1 to 300, "UDFs a device shows: 300 since release 14.9.0, 30 before."),
    number!("refused-before-block", refused_before_block, 0 to 1_000_000, "Calls refused with 429 within 60 s before the address is blocked."),
    number!("block-seconds", block_seconds, 0 to 31_536_000, "Seconds of platform time an address stays blocked."),
    number!("job-expiry-hours", job_expiry_hours, 1 to 87_600, "Hours of platform time after which a waiting job expires."),
];

impl Knob {
    /// What it is set to.
    pub fn value(&self, knobs: &ApiKnobs) -> String {
        (self.get)(knobs)
    }
}

impl ApiKnobs {
    /// Sets the knob of this name, with [`PREFIX`] or without.
    ///
    /// # Errors
    /// There is no such knob, or it has no such value; then nothing is set.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), BadKnob> {
        let bare = name.strip_prefix(PREFIX).unwrap_or(name);
        let knob = KNOBS.iter().find(|k| k.name == bare);
        let knob = knob.ok_or_else(|| BadKnob::NoKnob {
            name: name.to_owned(),
        })?;
        match (knob.set)(self, value) {
            true => Ok(()),
            false => Err(BadKnob::NoSuchValue {
                name: knob.name,
                value: value.to_owned(),
                it: told(knob.values),
            }),
        }
    }

    /// Sets a knob as `NAME=VALUE` says.
    ///
    /// # Errors
    /// It does not say so, or as [`ApiKnobs::set`].
    pub fn set_text(&mut self, text: &str) -> Result<(), BadKnob> {
        let (name, value) = text
            .split_once('=')
            .ok_or_else(|| BadKnob::NoValue(text.to_owned()))?;
        self.set(name.trim(), value.trim())
    }
}

/// Every knob with its values and their meanings, for people; the default is marked.
pub fn help() -> String {
    let defaults = ApiKnobs::default();
    KNOBS.iter().fold(String::new(), |mut out, knob| {
        let default = knob.value(&defaults);
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{}: {}", knob.name, knob.help);
        match knob.values {
            Values::Words(words) => {
                for (word, meaning) in words() {
                    let mark = if word == default { " [default]" } else { "" };
                    let _ = writeln!(out, "    {word}: {}{mark}", meaning.trim());
                }
            }
            Values::Number { least, most } => {
                let _ = writeln!(out, "    {least} to {most} [default: {default}]");
            }
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_field_has_its_knob_and_every_value_is_taken() {
        let fields = serde_json::to_value(ApiKnobs::default()).unwrap_or_default();
        let fields: BTreeSet<String> = fields
            .as_object()
            .map(|o| o.keys().map(|k| k.replace('_', "-")).collect())
            .unwrap_or_default();
        let names: BTreeSet<String> = KNOBS.iter().map(|k| k.name.to_owned()).collect();
        assert_eq!(fields, names);
        for knob in KNOBS {
            let values: Vec<String> = match knob.values {
                Values::Words(words) => words().into_iter().map(|(w, _)| w.to_owned()).collect(),
                Values::Number { least, most } => vec![least.to_string(), most.to_string()],
            };
            for value in values {
                let mut knobs = ApiKnobs::default();
                assert_eq!(
                    knobs.set_text(&format!("api-{} = {value}", knob.name)),
                    Ok(())
                );
                assert_eq!(knob.value(&knobs), value);
                let field = knob.name.replace('-', "_");
                let told = serde_json::to_value(&knobs).unwrap_or_default();
                assert_eq!(told[field].to_string().trim_matches('"'), value);
            }
            assert!(help().contains(knob.help));
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_what_would_be_right() {
        for (text, told) in [
            ("dates", "write NAME=VALUE"),
            ("date=iso", "it has wrong-secret, dates"),
            ("dates=ISO", "it is milliseconds, iso, seconds"),
            ("udfs=301", "a whole number from 1 to 300"),
            ("udfs=+30", "a whole number from 1 to 300"),
            ("udfs=", "a whole number from 1 to 300"),
            (
                "block-seconds=99999999999",
                "a whole number from 0 to 31536000",
            ),
        ] {
            let mut knobs = ApiKnobs::default();
            let error = knobs.set_text(text).expect_err(text).to_string();
            assert!(error.contains(told), "{text}: {error}");
            assert_eq!(knobs, ApiKnobs::default());
        }
    }
}
