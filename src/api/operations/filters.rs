//! Device filters.

use super::sites;
use crate::api::page::Page;
use crate::api::table::{MAX, Operation, PAGE, Success, schema};
use crate::api::types::{DateForms, Filter, FiltersPage};
use crate::api::{Answer, Call, Refusal};
use crate::platform::state;
use crate::rmm::filter::Kind;
use hyper::http::Method;

/// Operations of device filters.
pub const OPERATIONS: &[Operation] = &[
    Operation {
        id: "getDefaultsFilters",
        method: Method::GET,
        path: "/v2/filter/default-filters",
        tag: "filter",
        summary: "The device filters that every account has.",
        query: &[PAGE, MAX],
        body: None,
        success: Success::ok(schema::<FiltersPage<'_>>),
        refusals: &[],
        bucket: None,
        deprecated: false,
        public: false,
        handler: defaults,
    },
    Operation {
        id: "getCustomFilters",
        method: Method::GET,
        path: "/v2/filter/custom-filters",
        tag: "filter",
        summary: "The device filters that users of the account made.",
        query: &[PAGE, MAX],
        body: None,
        success: Success::ok(schema::<FiltersPage<'_>>),
        refusals: &[],
        bucket: None,
        deprecated: false,
        public: false,
        handler: custom,
    },
    Operation {
        id: "getSiteDeviceFilters",
        method: Method::GET,
        path: "/v2/site/{siteUid}/filters",
        tag: "site",
        summary: "The device filters that belong to a site.",
        query: &[PAGE, MAX],
        body: None,
        success: Success::ok(schema::<FiltersPage<'_>>),
        refusals: &[sites::NO_SITE],
        bucket: None,
        deprecated: false,
        public: false,
        handler: of_site,
    },
];

fn defaults(call: &Call<'_>) -> Result<Answer, Refusal> {
    list(call, |_| Ok(|f: &state::Filter| f.kind == Kind::RmmDefault))
}

fn custom(call: &Call<'_>) -> Result<Answer, Refusal> {
    list(call, |_| Ok(|f: &state::Filter| f.kind == Kind::Custom))
}

fn of_site(call: &Call<'_>) -> Result<Answer, Refusal> {
    list(call, |state| {
        let (key, _) = sites::wanted(call, state)?;
        let key = key.to_owned();
        Ok(move |f: &state::Filter| f.kind == Kind::Site && f.criteria.site.as_ref() == Some(&key))
    })
}

fn list<F: Fn(&state::Filter) -> bool>(
    call: &Call<'_>,
    which: impl FnOnce(&crate::platform::State) -> Result<F, Refusal>,
) -> Result<Answer, Refusal> {
    call.read(|state, _| {
        let which = which(state)?;
        let rows = state.filters.values().filter(|f| which(f));
        let (page_details, rows) = Page::of_rows(call, rows)?;
        let forms = DateForms::from(call.knobs());
        call.ok(&FiltersPage {
            page_details,
            filters: rows.into_iter().map(|f| filter(f, forms)).collect(),
        })
    })
}

fn filter(filter: &state::Filter, forms: DateForms) -> Filter<'_> {
    // Default filters came with the platform: nobody made them at a time.
    let made = (filter.kind != Kind::RmmDefault).then(|| forms.system(filter.created));
    Filter {
        id: filter.id,
        name: filter.name.as_str().into(),
        description: (!filter.description.is_empty()).then(|| filter.description.as_str().into()),
        r#type: filter.kind.into(),
        date_create: made,
        last_updated: made,
    }
}
