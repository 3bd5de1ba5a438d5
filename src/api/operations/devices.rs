//! Devices: lists, look-ups and what can be changed of them.

use super::device_rows::View;
use super::sites::{self, BAD, NO_SITE};
use crate::api::page::Page;
use crate::api::table::{Kind, MAX, Operation, PAGE, Param, Success, schema};
use crate::api::types::request::{UdfRequest, Warranty};
use crate::api::types::{Device, DevicesNetworkInterfacePage, DevicesPage};
use crate::api::{Answer, Call, Refusal};
use crate::platform::State;
use crate::platform::filters::{self, contains};
use crate::platform::state;
use crate::rmm::event::{Origin, What};
use crate::rmm::filter::Criteria;
use hyper::http::Method;
use std::collections::HashSet;

/// What 404 means where a device is in the path.
pub(super) const NO_DEVICE: (u16, &str) = (404, "The account has no such device.");
const NO_SITE_OR_FILTER: (u16, &str) = (404, "The account has no such site or filter.");

const FILTER: Param = Param::new("filterId", Kind::Int64, "Number of a device filter.");

const fn part(name: &'static str, summary: &'static str) -> Param {
    Param::new(name, Kind::Text, summary)
}

/// Operations of devices.
pub const OPERATIONS: &[Operation] = &[
    Operation {
        id: "getUserAccountDevices",
        method: Method::GET,
        path: "/v2/account/devices",
        tag: "account",
        summary: "The account's devices. With a filter's number, nothing else cuts the list down.",
        query: &[
            PAGE,
            MAX,
            FILTER,
            part("hostname", "Only devices with this in their host name."),
            part(
                "deviceType",
                "Only devices with this in their category or kind.",
            ),
            part(
                "operatingSystem",
                "Only devices with this in their operating system.",
            ),
            part("siteName", "Only devices of sites with this in their name."),
        ],
        body: None,
        success: Success::ok(schema::<DevicesPage<'_>>),
        refusals: &[(404, "The account has no such filter.")],
        bucket: None,
        deprecated: false,
        public: false,
        handler: of_account,
    },
    Operation {
        id: "getSiteDevices",
        method: Method::GET,
        path: "/v2/site/{siteUid}/devices",
        tag: "site",
        summary: "The devices of a site.",
        query: &[PAGE, MAX, FILTER],
        body: None,
        success: Success::ok(schema::<DevicesPage<'_>>),
        refusals: &[NO_SITE_OR_FILTER],
        bucket: None,
        deprecated: false,
        public: false,
        handler: of_site,
    },
    Operation {
        id: "getSiteDevicesWithNetworkInterface",
        method: Method::GET,
        path: "/v2/site/{siteUid}/devices/network-interface",
        tag: "site",
        summary: "The devices of a site with their network cards.",
        query: &[PAGE, MAX],
        body: None,
        success: Success::ok(schema::<DevicesNetworkInterfacePage<'_>>),
        refusals: &[NO_SITE],
        bucket: None,
        deprecated: false,
        public: false,
        handler: with_nics,
    },
    Operation {
        id: "getById",
        method: Method::GET,
        path: "/v2/device/id/{deviceId}",
        tag: "device",
        summary: "The device of a number.",
        query: &[],
        body: None,
        success: Success::ok(schema::<Device<'_>>),
        refusals: &[BAD, NO_DEVICE],
        bucket: None,
        deprecated: false,
        public: false,
        handler: by_id,
    },
    Operation {
        id: "getByMacAddress",
        method: Method::GET,
        path: "/v2/device/macAddress/{macAddress}",
        tag: "device",
        summary: "The devices with a network card of this address: twelve hexadecimal digits, nothing between them.",
        query: &[],
        body: None,
        success: Success::ok(schema::<Vec<Device<'_>>>),
        refusals: &[BAD, NO_DEVICE],
        bucket: None,
        deprecated: false,
        public: false,
        handler: by_mac,
    },
    Operation {
        id: "getByUid",
        method: Method::GET,
        path: "/v2/device/{deviceUid}",
        tag: "device",
        summary: "The device of a uid.",
        query: &[],
        body: None,
        success: Success::ok(schema::<Device<'_>>),
        refusals: &[NO_DEVICE],
        bucket: None,
        deprecated: false,
        public: false,
        handler: by_uid,
    },
    Operation {
        id: "moveDevice",
        method: Method::PUT,
        path: "/v2/device/{deviceUid}/site/{siteUid}",
        tag: "device",
        summary: "Moves a device to another site.",
        query: &[],
        body: None,
        success: Success::EMPTY,
        refusals: &[(404, "The account has no such device or site.")],
        bucket: Some("device-move"),
        deprecated: false,
        public: false,
        handler: move_to,
    },
    Operation {
        id: "setUdfFields",
        method: Method::POST,
        path: "/v2/device/{deviceUid}/udf",
        tag: "device",
        summary: "Changes user-defined fields of a device: only those sent; the empty text clears one.",
        query: &[],
        body: Some(schema::<UdfRequest>),
        success: Success::EMPTY,
        refusals: &[BAD, NO_DEVICE],
        bucket: Some("device-udf-set"),
        deprecated: false,
        public: false,
        handler: set_udfs,
    },
    Operation {
        id: "setWarrantyData",
        method: Method::POST,
        path: "/v2/device/{deviceUid}/warranty",
        tag: "device",
        summary: "Sets the end of a device's warranty, or clears it.",
        query: &[],
        body: Some(schema::<Warranty>),
        success: Success::EMPTY,
        refusals: &[BAD, NO_DEVICE],
        bucket: Some("device-warranty-create"),
        deprecated: false,
        public: false,
        handler: set_warranty,
    },
];

/// The key and row of the device whose uid is in the path.
///
/// # Errors
/// 404 where the account has none of that uid.
pub(super) fn wanted<'s>(
    call: &Call<'_>,
    state: &'s State,
) -> Result<(&'s str, &'s state::Device), Refusal> {
    let uid = call.value("deviceUid");
    state
        .devices
        .by_uid(uid)
        .ok_or_else(|| Refusal::not_found(format!("the account has no device with the uid {uid}")))
}

/// The devices with the MAC address in the path.
///
/// # Errors
/// 400 where it is no address: the platform documents twelve digits and nothing between them; 404
/// where no device has it.
pub(super) fn of_mac<'s>(
    call: &Call<'_>,
    state: &'s State,
) -> Result<Vec<&'s state::Device>, Refusal> {
    let text = call.value("macAddress");
    if text.len() != 12 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(Refusal::bad(format!(
            "`{text}` is no MAC address: write its twelve hexadecimal digits with nothing between them, `020A1B2C3D4E`"
        )));
    }
    let has = |d: &&state::Device| d.details.macs.iter().any(|m| m.eq_ignore_ascii_case(text));
    let found: Vec<_> = state.devices.values().filter(has).collect();
    match found.is_empty() {
        true => Err(Refusal::not_found(format!(
            "the account has no device with the MAC address {text}"
        ))),
        false => Ok(found),
    }
}

fn criteria<'s>(call: &Call<'_>, state: &'s State) -> Result<Option<&'s Criteria>, Refusal> {
    let Some(id) = call.query.number("filterId") else {
        return Ok(None);
    };
    match filters::by_id(state, id) {
        Some(filter) => Ok(Some(&filter.criteria)),
        None => Err(Refusal::not_found(format!(
            "the account has no filter {id}"
        ))),
    }
}

fn page<'s>(
    call: &'s Call<'_>,
    state: &'s State,
    now: i64,
    rows: impl Iterator<Item = &'s state::Device>,
) -> Result<Answer, Refusal> {
    let (page_details, rows) = Page::of_rows(call, call.present(rows))?;
    let view = View::new(call, state, now);
    call.ok(&DevicesPage {
        page_details,
        devices: rows.into_iter().map(|d| view.device(d)).collect(),
    })
}

fn of_account(call: &Call<'_>) -> Result<Answer, Refusal> {
    call.read(|state, now| {
        if let Some(c) = criteria(call, state)? {
            let rows = state.devices.values().filter(|d| filters::matches(d, c));
            return page(call, state, now, rows);
        }
        let text = |name| call.query.text(name);
        let sites: Option<HashSet<&str>> = text("siteName").map(|part| {
            let named = state.sites.iter().filter(|(_, s)| contains(&s.name, part));
            named.map(|(key, _)| key).collect()
        });
        let [host, kind, os] = ["hostname", "deviceType", "operatingSystem"].map(text);
        let holds = |wanted: Option<&str>, texts: [&str; 2]| {
            wanted.is_none_or(|w| texts.iter().any(|t| contains(t, w)))
        };
        let rows = state.devices.values().filter(|d| {
            let told = &d.details;
            holds(host, [&d.hostname, ""])
                && holds(kind, [&told.category, &told.kind])
                && holds(os, [&told.operating_system, &d.os])
                && sites.as_ref().is_none_or(|s| s.contains(d.site.as_str()))
        });
        page(call, state, now, rows)
    })
}

fn of_site(call: &Call<'_>) -> Result<Answer, Refusal> {
    call.read(|state, now| {
        let (key, _) = sites::wanted(call, state)?;
        let criteria = criteria(call, state)?;
        let rows = state
            .devices
            .values()
            .filter(|d| d.site == key && criteria.is_none_or(|c| filters::matches(d, c)));
        page(call, state, now, rows)
    })
}

fn with_nics(call: &Call<'_>) -> Result<Answer, Refusal> {
    call.read(|state, now| {
        let (key, _) = sites::wanted(call, state)?;
        let rows = state.devices.values().filter(|d| d.site == key);
        let (page_details, rows) = Page::of_rows(call, call.present(rows))?;
        let view = View::new(call, state, now);
        call.ok(&DevicesNetworkInterfacePage {
            page_details,
            devices: rows.into_iter().map(|d| view.with_nics(d)).collect(),
        })
    })
}

fn by_id(call: &Call<'_>) -> Result<Answer, Refusal> {
    let id = call.number("deviceId")?;
    call.read(|state, now| match state.devices.by_id(id) {
        Some((_, device)) => call.ok(&View::new(call, state, now).device(device)),
        None => Err(Refusal::not_found(format!(
            "the account has no device {id}"
        ))),
    })
}

fn by_mac(call: &Call<'_>) -> Result<Answer, Refusal> {
    call.read(|state, now| {
        let view = View::new(call, state, now);
        let rows: Vec<_> = of_mac(call, state)?
            .into_iter()
            .map(|d| view.device(d))
            .collect();
        call.ok(&rows)
    })
}

fn by_uid(call: &Call<'_>) -> Result<Answer, Refusal> {
    call.read(|state, now| {
        let (_, device) = wanted(call, state)?;
        call.ok(&View::new(call, state, now).device(device))
    })
}

fn move_to(call: &Call<'_>) -> Result<Answer, Refusal> {
    call.write(|state, _| {
        let (device, row) = wanted(call, state)?;
        let (site, _) = sites::wanted(call, state)?;
        // A device that is there already has not moved.
        let moved = (row.site != site).then(|| What::DeviceMoved {
            device: device.to_owned(),
            site: site.to_owned(),
            origin: Origin::Api,
        });
        Ok((moved.into_iter().collect(), ()))
    })?;
    Ok(Answer::empty(200))
}

/// A body without any field changes nothing, and that is no error: nobody saw how the platform
/// answers it.
fn set_udfs(call: &Call<'_>) -> Result<Answer, Refusal> {
    let body: UdfRequest = call.body()?;
    let shown = call.knobs().udfs;
    call.write(|state, _| {
        let (device, _) = wanted(call, state)?;
        let events = body
            .values
            .iter()
            // A field that the account does not have is as any unknown one.
            .filter(|(number, _)| **number <= shown)
            .map(|(number, value)| What::UdfSet {
                device: device.to_owned(),
                number: *number,
                value: (!value.is_empty()).then(|| value.clone()),
                origin: Origin::Api,
            })
            .collect();
        Ok((events, ()))
    })?;
    Ok(Answer::empty(200))
}

fn set_warranty(call: &Call<'_>) -> Result<Answer, Refusal> {
    let body: Warranty = call.body()?;
    call.write(|state, _| {
        let (device, _) = wanted(call, state)?;
        let event = What::WarrantySet {
            device: device.to_owned(),
            date: body.warranty_date.clone(),
            origin: Origin::Api,
        };
        Ok((vec![event], ()))
    })?;
    Ok(Answer::empty(200))
}
