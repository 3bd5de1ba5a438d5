//! Audits, by the class of the device, and installed software.

use super::audit_rows::{device_audit, esxi_audit, printer_audit};
use super::device_rows::View;
use super::devices::{self, NO_DEVICE};
use super::sites::BAD;
use crate::api::page::Page;
use crate::api::table::{MAX, Operation, PAGE, Success, schema};
use crate::api::types::{DeviceAudit, ESXiHostAudit, PrinterAudit, Software, SoftwarePage};
use crate::api::{Answer, Call, Refusal};
use crate::platform::State;
use crate::platform::{fleet, state};
use crate::rmm::portal::DeviceClass;
use hyper::http::Method;

const NOT_AUDITED: (u16, &str) = (
    404,
    "The account has no such device, or it was never audited.",
);

/// Operations of audits.
pub const OPERATIONS: &[Operation] = &[
    Operation {
        id: "getDeviceAuditByMacAddress",
        method: Method::GET,
        path: "/v2/audit/device/macAddress/{macAddress}",
        tag: "audit",
        summary: "The audits of the devices with a network card of this address: twelve hexadecimal digits, nothing between them.",
        query: &[],
        body: None,
        success: Success::ok(schema::<Vec<DeviceAudit<'_>>>),
        refusals: &[BAD, NOT_AUDITED],
        bucket: None,
        deprecated: false,
        public: false,
        handler: by_mac,
    },
    Operation {
        id: "getDeviceAudit",
        method: Method::GET,
        path: "/v2/audit/device/{deviceUid}",
        tag: "audit",
        summary: "The audit of a device of class device.",
        query: &[],
        body: None,
        success: Success::ok(schema::<DeviceAudit<'_>>),
        refusals: &[BAD, NOT_AUDITED],
        bucket: None,
        deprecated: false,
        public: false,
        handler: device,
    },
    Operation {
        id: "getDeviceAuditSoftware",
        method: Method::GET,
        path: "/v2/audit/device/{deviceUid}/software",
        tag: "audit",
        summary: "The programs an audit found on a device of class device.",
        query: &[PAGE, MAX],
        body: None,
        success: Success::ok(schema::<SoftwarePage<'_>>),
        refusals: &[BAD, NOT_AUDITED],
        bucket: None,
        deprecated: false,
        public: false,
        handler: software,
    },
    Operation {
        id: "getEsxiHostAudit",
        method: Method::GET,
        path: "/v2/audit/esxihost/{deviceUid}",
        tag: "audit",
        summary: "The audit of an ESXi host.",
        query: &[],
        body: None,
        success: Success::ok(schema::<ESXiHostAudit<'_>>),
        refusals: &[BAD, NOT_AUDITED],
        bucket: None,
        deprecated: false,
        public: false,
        handler: esxi_host,
    },
    Operation {
        id: "getPrinterAudit",
        method: Method::GET,
        path: "/v2/audit/printer/{deviceUid}",
        tag: "audit",
        summary: "The audit of a printer.",
        query: &[],
        body: None,
        success: Success::ok(schema::<PrinterAudit<'_>>),
        refusals: &[BAD, NOT_AUDITED],
        bucket: None,
        deprecated: false,
        public: false,
        handler: printer,
    },
];

/// The device in the path, audited and of a class.
///
/// # Errors
/// 404 where there is no such device or it was never audited; 400 where it is of another class.
fn audited<'s>(
    call: &Call<'_>,
    state: &'s State,
    class: DeviceClass,
) -> Result<&'s state::Device, Refusal> {
    let (_, device) = devices::wanted(call, state)?;
    of_class(device, class)?;
    match device.details.last_audit {
        Some(_) => Ok(device),
        None => Err(Refusal::not_found(format!(
            "the device {} was never audited",
            device.uid
        ))),
    }
}

fn of_class(device: &state::Device, class: DeviceClass) -> Result<(), Refusal> {
    let word = |class| crate::api::types::DeviceClass::from(class).word();
    match device.details.class == class {
        true => Ok(()),
        false => Err(Refusal::bad(format!(
            "the device {} is not of class {}: it is of class {}",
            device.uid,
            word(class),
            word(device.details.class)
        ))),
    }
}

fn by_mac(call: &Call<'_>) -> Result<Answer, Refusal> {
    call.read(|state, now| {
        let found = devices::of_mac(call, state)?;
        let of_device: Vec<_> = found
            .iter()
            .filter(|d| d.details.class == DeviceClass::Device)
            .collect();
        let Some(first) = found.first() else {
            return Err(Refusal::not_found(NO_DEVICE.1));
        };
        if of_device.is_empty() {
            of_class(first, DeviceClass::Device)?;
        }
        let view = View::new(call, state, now);
        let rows: Vec<_> = of_device
            .into_iter()
            .filter(|d| d.details.last_audit.is_some())
            .map(|d| device_audit(&view, d))
            .collect();
        match rows.is_empty() {
            true => Err(Refusal::not_found(
                "no device with that address was audited",
            )),
            false => call.ok(&rows),
        }
    })
}

fn device(call: &Call<'_>) -> Result<Answer, Refusal> {
    call.read(|state, now| {
        let device = audited(call, state, DeviceClass::Device)?;
        call.ok(&device_audit(&View::new(call, state, now), device))
    })
}

fn printer(call: &Call<'_>) -> Result<Answer, Refusal> {
    call.read(|state, now| {
        let device = audited(call, state, DeviceClass::Printer)?;
        call.ok(&printer_audit(&View::new(call, state, now), device))
    })
}

fn esxi_host(call: &Call<'_>) -> Result<Answer, Refusal> {
    call.read(|state, now| {
        let device = audited(call, state, DeviceClass::EsxiHost)?;
        call.ok(&esxi_audit(&View::new(call, state, now), device))
    })
}

fn software(call: &Call<'_>) -> Result<Answer, Refusal> {
    call.read(|state, _| {
        let device = audited(call, state, DeviceClass::Device)?;
        let made_up = device.fleet.map(fleet::software).unwrap_or_default();
        let told = &device.details.software;
        let rows = told
            .iter()
            .map(|(name, version)| (name.as_str(), version.as_str()))
            .chain(made_up.into_iter().filter(|_| told.is_empty()));
        let (page_details, rows) = Page::of_rows(call, rows)?;
        call.ok(&SoftwarePage {
            page_details,
            software: rows
                .into_iter()
                .map(|(name, version)| Software {
                    name: Some(name.into()),
                    version: super::device_rows::some(version),
                })
                .collect(),
        })
    })
}
