//! Knobs of a world.

use super::uav::UnixPath;
use crate::rmm::api_knobs;
use crate::rmm::knobs::{self, Knobs};
use crate::scenario::error::Problem;
use crate::scenario::form::Cx;
use crate::scenario::form::keys::{keys, plain};
use crate::scenario::form::scalar::{Fixed, Whole};
use crate::scenario::form::time::{Minutes, Seconds};
use crate::scenario::form::word::Word;

keys! {
    /// Behaviours of the real Agent that public facts do not settle; FIDELITY.md has the sources.
    KnobKeys ("knobs") => Knobs {
        /// What a script finds on its stdin; `null` unless given.
        "stdin": Word<knobs::Stdin> => stdin,
        /// Status of a job whose script ran into its timeout; `failure` unless given.
        "timeout-status": Word<knobs::TimeoutStatus> => timeout_status,
        /// How many UDFs scripts may write and always find set; 30 unless given. One above that has a value is set too.
        "udf-count": Whole<u16, 1, 300> => udf_count,
        /// What happens to a UDF longer than 255 characters; `truncate` unless given.
        "udf-overlong": Word<knobs::UdfOverlong> => udf_overlong,
        /// What the Agent does with a UDF's entry after it synced it; `consume` unless given.
        "udf-after-sync": Word<knobs::UdfAfterSync> => udf_after_sync,
        /// What a line of a result block without `=` becomes; `text` unless given.
        "bare-result-line": Word<knobs::BareResultLine> => bare_result_line,
        /// Which of several result blocks gives the samples; `first` unless given.
        "several-blocks": Word<knobs::SeveralBlocks> => several_blocks,
        /// How long a script may still run once it printed the start of its diagnostic, 0s without limit; 60s unless given.
        "diagnostic-limit": Seconds => diagnostic_seconds,
        /// When an open alert resolves by itself; `next-healthy-run` unless given.
        "auto-resolve": Word<knobs::AutoResolve> => auto_resolve,
        /// Time for `auto-resolve: after-time`, in whole minutes; 60m unless given.
        "auto-resolve-after": Minutes => auto_resolve_minutes,
        /// Time between two refreshes of policies, with which monitors of a policy get the UDFs of their device anew, in whole minutes, 0s for with each run; 1d unless given.
        "monitor-udf-refresh": Minutes => monitor_udf_refresh_minutes,
        /// Platform time before a failed webhook or ticket is tried again, twice as long before each further try, in whole minutes, at least 1m; 5m unless given.
        "response-retry": Minutes => response_retry_minutes,
        /// How often a webhook or ticket is tried, the first try included; 4 unless given.
        "response-tries": Whole<u32, 1, 20> => response_tries,
        /// Real time that a webhook or a call of the PSA may take, 1s to 120s; 10s unless given.
        "response-timeout": Seconds => response_timeout_seconds,
        /// What the platform does first when it tries again to make a ticket; `look-first` unless given.
        "ticket-retry": Word<knobs::TicketRetry> => ticket_retry,
        /// How booleans reach the script; `lower` unless given.
        "boolean-text": Word<knobs::BooleanText> => boolean_text,
        /// How a user variable with an empty value reaches a Unix script; `set` unless given.
        "empty-variable": Word<knobs::EmptyVariable> => empty_variable,
        /// How a variable with an empty value reaches a script on Windows, the Agent's own among them; `unset` unless given.
        "empty-variable-windows": Word<knobs::EmptyVariableWindows> => empty_variable_windows,
        /// In which views of a Windows registry the Agent looks for UDFs; `64` unless given.
        "udf-registry-view": Word<knobs::UdfRegistryView> => udf_registry_view,
        /// How VBScript and JScript are started on Windows; `plain` unless given.
        "script-host": Word<knobs::ScriptHost> => script_host,
        /// Pattern of date variables (strftime); `%Y-%m-%d` unless given.
        "date-format": Fixed => date_format,
        /// Where the Agent looks for `antivirus.json` on Linux and macOS; `/usr/local/share/CentraStage/AEMAgent/antivirus.json` unless given.
        "antivirus-json": UnixPath => antivirus_json,
        /// The API's answer to a wrong key or secret; `400` unless given.
        "api-wrong-secret": Word<api_knobs::ApiWrongSecret> => api.wrong_secret,
        /// Form of dates of devices, users and alerts in the API; `milliseconds` unless given.
        "api-dates": Word<api_knobs::ApiDate> => api.dates,
        /// Form of a job's dates in the API; `milliseconds` unless given.
        "api-job-dates": Word<api_knobs::ApiDate> => api.job_dates,
        /// Form of dates of the system's status and of filters in the API; `iso` unless given.
        "api-system-dates": Word<api_knobs::ApiDate> => api.system_dates,
        /// Body of an error of the API; `spring` unless given.
        "api-error-body": Word<api_knobs::ApiErrorBody> => api.error_body,
        /// `totalCount` of a page of open alerts; `present` unless given.
        "api-open-alerts-total": Word<api_knobs::ApiOpenAlertsTotal> => api.open_alerts_total,
        /// How the API lists a masked variable; `stars` unless given.
        "api-masked-values": Word<api_knobs::ApiMaskedValues> => api.masked_values,
        /// Status when a variable of that name is there already; `400` unless given.
        "api-duplicate-variable": Word<api_knobs::ApiDuplicateVariable> => api.duplicate_variable,
        /// Answer of `resetApiKeys`; `keys` unless given.
        "api-reset-answer": Word<api_knobs::ApiResetAnswer> => api.reset_answer,
        /// Tokens that were issued for keys that were reset; `revoked` unless given.
        "api-tokens-after-reset": Word<api_knobs::ApiTokensAfterReset> => api.tokens_after_reset,
        /// Whether the authorization-code grant gives a refresh token; `present` unless given.
        "api-code-refresh": Word<api_knobs::ApiCodeRefresh> => api.code_refresh,
        /// Output of a job that has not run yet; `empty` unless given.
        "api-output-before-run": Word<api_knobs::ApiOutputBeforeRun> => api.output_before_run,
        /// Filters in the URLs of the next and previous page; `drop` unless given.
        "api-next-url-filters": Word<api_knobs::ApiNextUrlFilters> => api.next_url_filters,
        /// How calls are counted against the API's limits; `apart` unless given.
        "api-rate-buckets": Word<api_knobs::ApiRateBuckets> => api.rate_buckets,
        /// How the API tells a date that never was; `null` unless given.
        "api-never": Word<api_knobs::ApiNever> => api.never,
        /// Most alerts on a page of the API; 250 unless given.
        "api-alerts-max": Whole<u32, 1, 10000> => api.alerts_max,
        /// How many UDFs the API shows of a device; 300 unless given.
        "api-udfs": Whole<u16, 1, 300> => api.udfs,
        /// Calls refused with 429 in a row before the address is blocked; 10 unless given.
        "api-refused-before-block": Whole<u32, 1, 1000000> => api.refused_before_block,
        /// Platform time an address stays blocked; 300s unless given.
        "api-block": Seconds => api.block_seconds,
        /// Platform time after which a job that waits for its device expires, in hours; 168 unless given.
        "api-job-expiry-hours": Whole<u32, 1, 100000> => api.job_expiry_hours,
    }
}
plain!(KnobKeys => Knobs, |knobs: Knobs, span, cx: &mut Cx| {
    let bad = match (knobs.response_retry_minutes, knobs.response_timeout_seconds) {
        (0, _) => "`response-retry` is at least 1m",
        (1441.., _) => "`response-retry` is at most 1d",
        (_, 0) => "`response-timeout` is at least 1s",
        (_, 121..) => "`response-timeout` is at most 120s",
        _ => return Some(knobs),
    };
    cx.fail(Problem::new("scenario::knob", bad).at(span))
});
