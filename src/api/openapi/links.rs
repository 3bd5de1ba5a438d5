//! Links: which operation can go on with what another answered, so that generated clients and
//! stateful tests can chain calls.

use crate::api::table::Operation;
use serde_json::{Map, Value, json};

/// From an operation to others, with the parameters of those and where their values stand.
type Link = (
    &'static str,
    &'static [&'static str],
    &'static [(&'static str, &'static str)],
);

const SITE: &[(&str, &str)] = &[("siteUid", "$response.body#/uid")];
const FIRST_DEVICE: &[(&str, &str)] = &[("deviceUid", "$response.body#/devices/0/uid")];
const FIRST_ALERT: &[(&str, &str)] = &[("alertUid", "$response.body#/alerts/0/alertUid")];
const FIRST_FILTER: &[(&str, &str)] = &[("filterId", "$response.body#/filters/0/id")];
const FIRST_MAC: &[(&str, &str)] = &[("macAddress", "$response.body#/devices/0/nics/0/macAddress")];

const LINKS: &[Link] = &[
    (
        "getSites",
        &[
            "getSite",
            "getSiteDevices",
            "getSiteDevicesWithNetworkInterface",
            "getSiteVariables",
            "getSiteSettings",
            "getSiteDeviceFilters",
            "getSiteOpenAlerts",
            "getSiteResolvedAlerts",
        ],
        &[("siteUid", "$response.body#/sites/0/uid")],
    ),
    (
        "create",
        &[
            "getSite",
            "update",
            "getSiteVariables",
            "createSiteVariable",
            "getSiteSettings",
            "updateProxy",
        ],
        SITE,
    ),
    ("update", &["getSite"], SITE),
    (
        "getUserAccountDevices",
        &[
            "getByUid",
            "getDeviceAudit",
            "getDeviceAuditSoftware",
            "getDeviceOpenAlerts",
            "getDeviceResolvedAlerts",
            "createQuickJob",
            "setUdfFields",
            "setWarrantyData",
        ],
        FIRST_DEVICE,
    ),
    (
        "getUserAccountDevices",
        &["getById"],
        &[("deviceId", "$response.body#/devices/0/id")],
    ),
    (
        "getUserAccountDevices",
        &["moveDevice"],
        &[
            ("deviceUid", "$response.body#/devices/0/uid"),
            ("siteUid", "$response.body#/devices/0/siteUid"),
        ],
    ),
    (
        "getSiteDevices",
        &["getByUid", "createQuickJob"],
        FIRST_DEVICE,
    ),
    (
        "getSiteDevicesWithNetworkInterface",
        &["getByUid"],
        FIRST_DEVICE,
    ),
    (
        "getSiteDevicesWithNetworkInterface",
        &["getByMacAddress", "getDeviceAuditByMacAddress"],
        FIRST_MAC,
    ),
    (
        "createQuickJob",
        &["get_1", "getJobComponents"],
        &[("jobUid", "$response.body#/job/uid")],
    ),
    (
        "createQuickJob",
        &["getJobResults", "getStdOut", "getStdErr"],
        &[
            ("jobUid", "$response.body#/job/uid"),
            ("deviceUid", "$request.path.deviceUid"),
        ],
    ),
    (
        "getUserAccountOpenAlerts",
        &["getAlert", "resolveAlert", "muteAlert", "unmuteAlert"],
        FIRST_ALERT,
    ),
    ("getUserAccountClosedAlerts", &["getAlert"], FIRST_ALERT),
    (
        "getDeviceOpenAlerts",
        &["getAlert", "resolveAlert"],
        FIRST_ALERT,
    ),
    ("getDeviceResolvedAlerts", &["getAlert"], FIRST_ALERT),
    (
        "getAccountVariables",
        &["updateAccountVariable", "deleteAccountVariable"],
        &[("variableId", "$response.body#/variables/0/id")],
    ),
    (
        "getSiteVariables",
        &["updateSiteVariable", "deleteSiteVariable"],
        &[
            ("siteUid", "$request.path.siteUid"),
            ("variableId", "$response.body#/variables/0/id"),
        ],
    ),
    (
        "getDefaultsFilters",
        &["getUserAccountDevices"],
        FIRST_FILTER,
    ),
    ("getCustomFilters", &["getUserAccountDevices"], FIRST_FILTER),
];

/// The links of an operation's success to operations that are there.
pub(super) fn from(operation: &Operation, all: &[&Operation]) -> Map<String, Value> {
    let mut out = Map::new();
    for (_, to, parameters) in LINKS.iter().filter(|(from, _, _)| *from == operation.id) {
        for target in to.iter().filter(|t| all.iter().any(|o| o.id == **t)) {
            let values: Map<String, Value> = parameters
                .iter()
                .map(|(name, at)| ((*name).to_owned(), json!(at)))
                .collect();
            out.insert(
                (*target).to_owned(),
                json!({ "operationId": target, "parameters": values }),
            );
        }
    }
    out
}

/// Operations that links name, with the parameters given to them.
#[cfg(test)]
pub(super) fn targets() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    LINKS.iter().flat_map(|(from, to, parameters)| {
        to.iter()
            .flat_map(move |t| parameters.iter().map(move |(name, _)| (*from, *t, *name)))
    })
}
