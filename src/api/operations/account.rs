//! The account, its users, components and Datto Networking networks.

use super::sites;
use crate::api::page::Page;
use crate::api::table::{MAX, Operation, PAGE, Success, schema};
use crate::api::types::{
    Account, AccountDescriptor, AccountDevicesStatus, AuthUser, Component, ComponentVariable,
    ComponentsPage, DateForms, DnetSiteMappingsPage, PlatformDate, UsersPage,
};
use crate::api::{Answer, Call, Refusal};
use crate::platform::State;
use crate::platform::state::{self, DELETED};
use crate::rmm::api_knobs::{ApiKnobs, ApiNever};
use crate::rmm::component::{Category, VariableType};
use hyper::http::Method;

/// Operations of the account.
pub const OPERATIONS: &[Operation] = &[
    Operation {
        id: "getUserAccount",
        method: Method::GET,
        path: "/v2/account",
        tag: "account",
        summary: "The account that the token acts for, with its devices counted.",
        query: &[],
        body: None,
        success: Success::ok(schema::<Account<'_>>),
        refusals: &[],
        bucket: None,
        deprecated: false,
        public: false,
        handler: account,
    },
    Operation {
        id: "getUsers",
        method: Method::GET,
        path: "/v2/account/users",
        tag: "account",
        summary: "The account's users.",
        query: &[PAGE, MAX],
        body: None,
        success: Success::ok(schema::<UsersPage<'_>>),
        refusals: &[],
        bucket: None,
        deprecated: false,
        public: false,
        handler: users,
    },
    Operation {
        id: "getComponents",
        method: Method::GET,
        path: "/v2/account/components",
        tag: "account",
        summary: "The components in the account's library.",
        query: &[PAGE, MAX],
        body: None,
        success: Success::ok(schema::<ComponentsPage<'_>>),
        refusals: &[],
        bucket: None,
        deprecated: false,
        public: false,
        handler: components,
    },
    Operation {
        id: "getDnetSiteMappings",
        method: Method::GET,
        path: "/v2/account/dnet-site-mappings",
        tag: "account",
        summary: "Every site with the Datto Networking networks mapped to it.",
        query: &[PAGE, MAX],
        body: None,
        success: Success::ok(schema::<DnetSiteMappingsPage<'_>>),
        refusals: &[],
        bucket: None,
        deprecated: false,
        public: false,
        handler: networks,
    },
];

fn account(call: &Call<'_>) -> Result<Answer, Refusal> {
    call.read(|state, _| {
        let details = &state.account;
        call.ok(&Account {
            id: state.account_id(),
            uid: details.uid.as_str().into(),
            name: details.name.as_str().into(),
            currency: some(&details.currency),
            descriptor: AccountDescriptor {
                biling_email: details.billing_email.as_deref().map(Into::into),
                device_limit: details.device_limit,
                time_zone: some(&details.time_zone),
            },
            devices_status: counted(state),
        })
    })
}

/// Every device of the account is in an OnDemand site, deleted or managed.
fn counted(state: &State) -> AccountDevicesStatus {
    let (mut all, mut online, mut on_demand, mut deleted) = (0, 0, 0, 0);
    for (site, counts) in sites::counts(state) {
        all += counts.all;
        online += counts.online;
        if state.sites.get(site).is_some_and(|s| s.details.on_demand) {
            on_demand += counts.all;
        } else if site == DELETED {
            deleted += counts.all;
        }
    }
    AccountDevicesStatus {
        number_of_devices: all,
        number_of_online_devices: online,
        number_of_offline_devices: all - online,
        number_of_on_demand_devices: on_demand,
        number_of_managed_devices: all - on_demand - deleted,
    }
}

fn users(call: &Call<'_>) -> Result<Answer, Refusal> {
    call.read(|state, _| {
        let (page_details, users) = Page::of_rows(call, state.users.values())?;
        call.ok(&UsersPage {
            page_details,
            users: users.into_iter().map(|u| user(u, call.knobs())).collect(),
        })
    })
}

fn user<'a>(user: &'a state::User, knobs: &ApiKnobs) -> AuthUser<'a> {
    let d = &user.details;
    AuthUser {
        first_name: some(&d.first_name),
        last_name: some(&d.last_name),
        username: d.username.as_str().into(),
        email: some(&d.email),
        telephone: d.telephone.as_deref().map(Into::into),
        // The platform's words for it are not public.
        status: Some(if d.disabled { "Disabled" } else { "Active" }.into()),
        created: Some(DateForms::from(knobs).platform(d.created)),
        last_access: date_or_never(d.last_access, knobs),
        disabled: d.disabled,
    }
}

/// A date; one that never was is told by the knob.
pub(super) fn date_or_never(ms: Option<i64>, knobs: &ApiKnobs) -> Option<PlatformDate> {
    /// 0001-01-01T00:00:00Z, milliseconds since the epoch.
    const YEAR_ONE: i64 = -62_135_596_800_000;
    let never = || (knobs.never == ApiNever::YearOne).then_some(YEAR_ONE);
    ms.or_else(never)
        .map(|ms| DateForms::from(knobs).platform(ms))
}

fn components(call: &Call<'_>) -> Result<Answer, Refusal> {
    call.read(|state, _| {
        let (page_details, components) = Page::of_rows(call, state.components.values())?;
        call.ok(&ComponentsPage {
            page_details,
            components: components.into_iter().map(component).collect(),
        })
    })
}

fn component(component: &state::Component) -> Component<'_> {
    let listed = component.listed.as_deref();
    Component {
        id: component.id,
        // No component here uses the account's credentials.
        credentials_required: false,
        uid: component.uid.as_str().into(),
        name: component.name.as_str().into(),
        description: listed.and_then(|l| some(&l.description)),
        category_code: listed.map(|l| category(l.category).into()),
        variables: listed
            .map(|l| l.variables.iter().map(variable).collect())
            .unwrap_or_default(),
    }
}

fn category(category: Category) -> &'static str {
    match category {
        Category::Applications => "applications",
        Category::Scripts => "scripts",
        Category::Monitors => "monitors",
    }
}

fn variable(variable: &crate::rmm::component::Variable) -> ComponentVariable<'_> {
    ComponentVariable {
        name: variable.name.as_str().into(),
        default_val: some(&variable.default),
        // As exported packages write it; the word for a date was never seen.
        r#type: Some(
            match variable.kind {
                VariableType::String => "string",
                VariableType::Boolean => "boolean",
                VariableType::Selection => "map",
                VariableType::Date => "date",
            }
            .into(),
        ),
        // User variables go in; what comes out of a component has no variables.
        direction: true,
        description: some(&variable.description),
        variables_idx: i32::try_from(variable.idx).ok(),
    }
}

fn networks(call: &Call<'_>) -> Result<Answer, Refusal> {
    call.read(|state, _| {
        let (page_details, rows) = Page::of_rows(call, state.sites.values())?;
        call.ok(&DnetSiteMappingsPage {
            page_details,
            dnet_site_mappings: rows
                .into_iter()
                .map(|site| sites::networks(call, state, site))
                .collect(),
        })
    })
}

/// Null for a text the platform does not have.
fn some(text: &str) -> Option<crate::api::types::Text<'_>> {
    (!text.is_empty()).then(|| text.into())
}
