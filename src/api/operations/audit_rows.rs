//! Audits as the API shows them.
//!
//! A fleet's audits are worked out here and now. Of every other device the platform knows its
//! details: what they do not tell is null.

use super::device_rows::{View, nics, some};
use crate::api::types::*;
use crate::platform::fleet::audit::{Audit, Host, Machine, Module};
use crate::platform::{fleet, state};

fn found(device: &state::Device) -> Option<Audit> {
    fleet::audit(device.fleet?, device)
}

/// The audit of a device with an Agent.
pub(super) fn device_audit<'s>(view: &View<'s>, device: &'s state::Device) -> DeviceAudit<'s> {
    let machine = match found(device) {
        Some(Audit::Device(machine)) => Some(machine),
        _ => None,
    };
    let d = &device.details;
    let bare = DeviceAudit {
        portal_url: Some(view.portal_url(device).into()),
        web_remote_url: view.web_remote_url(device).map(Into::into),
        system_info: Some(SystemInfo {
            manufacturer: None,
            model: None,
            total_physical_memory: None,
            username: some(&d.last_user),
            dot_net_version: None,
            total_cpu_cores: None,
        }),
        nics: nics(device),
        bios: some(&d.serial).map(|serial| Bios {
            instance: None,
            release_date: None,
            serial_number: Some(serial),
            sm_bios_version: None,
        }),
        base_board: None,
        displays: Vec::new(),
        logical_disks: Vec::new(),
        mobile_info: Vec::new(),
        processors: Vec::new(),
        video_boards: Vec::new(),
        attached_devices: Vec::new(),
        snmp_info: None,
        physical_memory: Vec::new(),
    };
    match machine {
        Some(machine) => of_machine(view, device, *machine, bare),
        None => bare,
    }
}

fn of_machine<'s>(
    view: &View<'s>,
    device: &'s state::Device,
    m: Machine,
    bare: DeviceAudit<'s>,
) -> DeviceAudit<'s> {
    let d = &device.details;
    let text = |t: &'static str| Some(Text::from(t));
    DeviceAudit {
        system_info: Some(SystemInfo {
            manufacturer: text(m.manufacturer),
            model: text(m.model),
            total_physical_memory: Some(m.memory),
            username: some(&d.last_user),
            dot_net_version: m.dot_net.map(Into::into),
            total_cpu_cores: Some(m.cores),
        }),
        bios: Some(Bios {
            instance: text(m.bios),
            release_date: Some(view.forms.system(m.bios_date)),
            serial_number: some(&d.serial),
            sm_bios_version: Some(m.bios_version.into()),
        }),
        base_board: Some(BaseBoard {
            manufacturer: text(m.manufacturer),
            product: text(m.board),
        }),
        displays: m
            .displays
            .into_iter()
            .map(|(name, width, height)| Display {
                instance: text(name),
                screen_height: Some(height),
                screen_width: Some(width),
            })
            .collect(),
        logical_disks: m
            .disks
            .into_iter()
            .map(|disk| LogicalDisk {
                description: text(disk.description),
                disk_identifier: text(disk.name),
                freespace: Some(disk.free),
                size: Some(disk.size),
            })
            .collect(),
        mobile_info: m
            .mobile
            .into_iter()
            .map(|mobile| MobileInfo {
                iccid: Some(mobile.iccid.into()),
                imei: Some(mobile.imei.into()),
                number: Some(mobile.number.into()),
                operator: text(mobile.operator),
            })
            .collect(),
        processors: vec![Processor {
            name: text(m.processor),
        }],
        video_boards: vec![VideoBoard {
            display_adapter: text(m.video),
        }],
        attached_devices: m
            .attached
            .into_iter()
            .map(|a| AttachedDevice {
                device_name: text(a.name),
                device_type: text(a.kind),
                driver_file: text(a.driver_file),
                driver_file_last_modified: Some(view.forms.system(a.driver_date)),
                driver_manufacturer: text(a.driver_maker),
                driver_name: text(a.driver_name),
                driver_version: text(a.driver_version),
                port_name: text(a.port),
            })
            .collect(),
        physical_memory: modules(m.modules),
        ..bare
    }
}

fn modules(modules: Vec<Module>) -> Vec<PhysicalMemory<'static>> {
    modules
        .into_iter()
        .map(|m| PhysicalMemory {
            module: Some(m.slot.into()),
            size: Some(m.size),
            r#type: Some(m.kind.into()),
            speed: Some(m.speed.into()),
            serial_number: Some(m.serial.into()),
            part_number: Some(m.part.into()),
            bank: Some(m.bank.into()),
        })
        .collect()
}

/// The audit of a printer.
pub(super) fn printer_audit<'s>(view: &View<'s>, device: &'s state::Device) -> PrinterAudit<'s> {
    let printer = match found(device) {
        Some(Audit::Printer(printer)) => Some(printer),
        _ => None,
    };
    let d = &device.details;
    PrinterAudit {
        portal_url: Some(view.portal_url(device).into()),
        snmp_info: d.snmp_enabled.then(|| SnmpInfo {
            snmp_name: some(&device.hostname),
            snmp_contact: None,
            snmp_description: printer.as_ref().map(|p| p.model.into()),
            snmp_location: printer.as_ref().and_then(|p| some(p.location)),
            snmp_uptime: printer.as_ref().map(|p| p.uptime.clone().into()),
            nic_manufacturer: printer.as_ref().map(|p| p.manufacturer.into()),
            object_id: None,
            snmp_serial: some(&d.serial),
        }),
        printer_marker_supplies: printer
            .iter()
            .flat_map(|p| &p.supplies)
            .map(|(name, left)| PrinterMarkerSupply {
                description: Some((*name).into()),
                max_capacity: Some("100".into()),
                supplies_level: Some(left.to_string().into()),
            })
            .collect(),
        printer: printer.as_ref().map(|p| Printer {
            printed_page_count: Some(p.pages),
        }),
        system_info: printer.as_ref().map(|p| PrinterSystemInfo {
            manufacturer: Some(p.manufacturer.into()),
            model: Some(p.model.into()),
        }),
        nics: nics(device),
    }
}

/// The audit of an ESXi host.
pub(super) fn esxi_audit<'s>(view: &View<'s>, device: &'s state::Device) -> ESXiHostAudit<'s> {
    let host = match found(device) {
        Some(Audit::EsxiHost(host)) => Some(host),
        _ => None,
    };
    let bare = ESXiHostAudit {
        portal_url: Some(view.portal_url(device).into()),
        system_info: Some(ESXiSystemInfo {
            manufacturer: None,
            model: None,
            name: some(&device.hostname),
            number_of_snapshots: None,
            service_tag: some(&device.details.serial),
        }),
        guests: Vec::new(),
        processors: Vec::new(),
        nics: nics(device)
            .into_iter()
            .map(|nic| ESXiNic {
                name: nic.instance,
                ipv4: nic.ipv4,
                ipv6: nic.ipv6,
                mac_address: nic.mac_address,
                speed: None,
                r#type: nic.r#type,
            })
            .collect(),
        physical_memory: Vec::new(),
        datastores: Vec::new(),
    };
    match host {
        Some(host) => of_host(device, *host, bare),
        None => bare,
    }
}

fn of_host<'s>(
    device: &'s state::Device,
    host: Host,
    bare: ESXiHostAudit<'s>,
) -> ESXiHostAudit<'s> {
    let snapshots = host.guests.iter().map(|g| g.snapshots).sum();
    ESXiHostAudit {
        system_info: Some(ESXiSystemInfo {
            manufacturer: Some(host.manufacturer.into()),
            model: Some(host.model.into()),
            name: some(&device.hostname),
            number_of_snapshots: Some(snapshots),
            service_tag: some(&device.details.serial),
        }),
        guests: host
            .guests
            .into_iter()
            .map(|g| Guest {
                guest_name: Some(g.name.into()),
                processor_speed_total: Some(g.speed),
                memory_size_total: Some(g.memory),
                number_of_snapshots: Some(g.snapshots),
                datastores: Some(g.store.into()),
            })
            .collect(),
        processors: (0..host.processors)
            .map(|_| ESXiProcessor {
                frequency: Some(host.frequency),
                name: Some(host.processor.into()),
                number_of_cores: Some(host.cores),
            })
            .collect(),
        physical_memory: modules(host.modules),
        datastores: host
            .stores
            .into_iter()
            .map(|s| ESXiDatastore {
                datastore_name: Some(s.name.into()),
                subscription_percent: Some(s.subscribed),
                free_space: Some(s.free),
                size: Some(s.size),
                file_system: Some("VMFS".into()),
                status: Some("green".into()),
                data_extents: vec![ESXiDataExtent {
                    name: Some(s.disk.into()),
                    size: Some(s.size),
                    media_type: Some(if s.ssd { "SSD" } else { "HDD" }.into()),
                    status: Some("green".into()),
                }],
            })
            .collect(),
        ..bare
    }
}
