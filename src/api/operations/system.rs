//! The API about itself: its state, its limits of pages and of calls.

use crate::api::limits::{ACCOUNT, BUCKETS, CUT_OFF, WINDOW_MS};
use crate::api::page::MOST;
use crate::api::table::{Operation, Success, schema};
use crate::api::types::{
    DateForms, OperationRateStatus, PaginationConfiguration, RateStatusResponse, StatusResponse,
};
use crate::api::{Answer, Call, Refusal};
use crate::rmm::api_knobs::ApiRateBuckets;
use hyper::http::Method;

const TAG: &str = "system";

/// Operations of the API itself.
pub const OPERATIONS: &[Operation] = &[
    Operation {
        id: "getPaginationConfigurations",
        method: Method::GET,
        path: "/v2/system/pagination",
        tag: TAG,
        summary: "How many rows a page has at most.",
        query: &[],
        body: None,
        success: Success::ok(schema::<PaginationConfiguration>),
        refusals: &[],
        bucket: None,
        deprecated: false,
        public: false,
        handler: pagination,
    },
    Operation {
        id: "get",
        method: Method::GET,
        path: "/v2/system/request_rate",
        tag: TAG,
        summary: "How much of its limits on calls the account has used; this call is counted.",
        query: &[],
        body: None,
        success: Success::ok(schema::<RateStatusResponse<'_>>),
        refusals: &[],
        bucket: None,
        deprecated: false,
        public: false,
        handler: request_rate,
    },
    Operation {
        id: "getStatus",
        method: Method::GET,
        path: "/v2/system/status",
        tag: TAG,
        summary: "State and version of the service, and since when it runs; needs no token.",
        query: &[],
        body: None,
        success: Success::ok(schema::<StatusResponse<'_>>),
        refusals: &[],
        bucket: None,
        deprecated: false,
        public: true,
        handler: status,
    },
];

fn pagination(call: &Call<'_>) -> Result<Answer, Refusal> {
    call.ok(&PaginationConfiguration {
        max: i32::try_from(MOST).unwrap_or(i32::MAX),
    })
}

fn request_rate(call: &Call<'_>) -> Result<Answer, Refusal> {
    call.read(|state, now| {
        let rate = call.api.rate(call.account(), now);
        let apart = call.knobs().rate_buckets == ApiRateBuckets::Apart;
        let whole = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        let of_kind = |((name, limit), count): ((&'static str, u32), u64)| {
            let status = OperationRateStatus {
                limit: i32::try_from(limit).unwrap_or(i32::MAX),
                count: i32::try_from(count).unwrap_or(i32::MAX),
            };
            (name.into(), status)
        };
        call.ok(&RateStatusResponse {
            sliding_time_window_size_seconds: WINDOW_MS / 1000,
            account_uid: state.account.uid.as_str().into(),
            account_count: whole(rate.reads),
            account_rate_limit: i64::from(ACCOUNT),
            account_cut_off_ratio: CUT_OFF,
            account_write_rate_limit: apart.then_some(ACCOUNT.cast_signed()),
            account_write_count: apart.then_some(whole(rate.writes)),
            operation_write_status: apart
                .then(|| BUCKETS.into_iter().zip(rate.buckets).map(of_kind).collect()),
        })
    })
}

fn status(call: &Call<'_>) -> Result<Answer, Refusal> {
    call.ok(&StatusResponse {
        version: concat!("2.0.0 (shakedown ", env!("CARGO_PKG_VERSION"), ")").into(),
        status: "OK".into(),
        started: DateForms::from(call.knobs()).system(call.api.started_at()),
    })
}
