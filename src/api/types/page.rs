//! Pages: a list of rows and where the next ones are.

use super::*;
use schemars::JsonSchema;
use serde::{Serialize, Serializer};

/// How many rows there are in all, and how that is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TotalCount {
    /// The number.
    Known(i64),
    /// Null is sent.
    Null,
    /// The field is left out.
    Missing,
}

impl TotalCount {
    fn is_missing(&self) -> bool {
        *self == TotalCount::Missing
    }
}

impl Serialize for TotalCount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            TotalCount::Known(n) => serializer.serialize_i64(*n),
            TotalCount::Null | TotalCount::Missing => serializer.serialize_none(),
        }
    }
}

/// Where a page stands among the others.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PaginationData<'a> {
    /// Rows on this page.
    pub count: i32,
    /// Rows on all pages together.
    #[serde(skip_serializing_if = "TotalCount::is_missing")]
    #[schemars(with = "Option<i64>")]
    pub total_count: TotalCount,
    /// Absolute address of the page before, null on the first one.
    pub prev_page_url: Option<Text<'a>>,
    /// Absolute address of the page after, null on the last one.
    pub next_page_url: Option<Text<'a>>,
}

macro_rules! pages {
    ($($name:ident { $(#[$at:meta])* $rows:ident: $row:ty } = $doc:literal),+ $(,)?) => {
        $(#[doc = $doc]
        #[derive(Debug, Clone, Serialize, JsonSchema)]
        #[serde(rename_all = "camelCase")]
        pub struct $name<'a> {
            /// Where this page stands.
            pub page_details: PaginationData<'a>,
            /// The rows.
            $(#[$at])*
            pub $rows: Vec<$row>,
        })+
    };
}

pages! {
    SitesPage { sites: Site<'a> } = "A page of sites.",
    DevicesPage { devices: Device<'a> } = "A page of devices.",
    DevicesNetworkInterfacePage { devices: DeviceNetworkInterface<'a> } = "A page of devices with their network cards.",
    UsersPage { users: AuthUser<'a> } = "A page of users.",
    VariablesPage { #[schemars(extend("uniqueItems" = true))] variables: Variable<'a> } = "A page of variables.",
    AlertsPage { alerts: Alert<'a> } = "A page of alerts.",
    ComponentsPage { components: Component<'a> } = "A page of components.",
    FiltersPage { filters: Filter<'a> } = "A page of device filters.",
    SoftwarePage { software: Software<'a> } = "A page of installed software.",
    JobComponentsPage { job_components: JobComponent<'a> } = "A page of a job's components.",
    DnetSiteMappingsPage { dnet_site_mappings: DnetSiteMappingsDto<'a> } = "A page of sites with their Datto Networking networks.",
}

/// A page of the activity log.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ActivityLogsPage<'a> {
    /// Where this page stands.
    pub page_details: PaginationData<'a>,
    /// The activities.
    pub activities: Vec<ActivityLog<'a>>,
    /// Why the log could not be read; null where it could.
    pub error: Option<Text<'a>>,
}
