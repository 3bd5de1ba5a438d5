//! Plug and Play devices: properties of `Get-PnpDevice` and `Win32_PnPEntity` (Microsoft Learn). What other
//! facts tell of (adapters, disks, processors, video controllers, batteries) is a device here too.

use super::Table;
use serde_json::{Value, json};

/// Setup classes with their GUIDs: Microsoft Learn, "System-Defined Device Setup Classes Available to
/// Vendors" and "... Reserved for System Use".
const GUIDS: [(&str, &str); 8] = [
    ("Battery", "{72631e54-78a4-11d0-bcf7-00aa00b7b32a}"),
    ("DiskDrive", "{4d36e967-e325-11ce-bfc1-08002be10318}"),
    ("Display", "{4d36e968-e325-11ce-bfc1-08002be10318}"),
    ("Keyboard", "{4d36e96b-e325-11ce-bfc1-08002be10318}"),
    ("Mouse", "{4d36e96f-e325-11ce-bfc1-08002be10318}"),
    ("Net", "{4d36e972-e325-11ce-bfc1-08002be10318}"),
    ("Processor", "{50127dc3-0f36-415e-a6cc-4cb3be910b65}"),
    ("System", "{4d36e97d-e325-11ce-bfc1-08002be10318}"),
];

/// The devices of a machine whose other facts are there.
pub(super) fn add(facts: &mut Table) {
    let rows = |name: &str| {
        let rows = facts.get(name).and_then(Value::as_array);
        rows.cloned().unwrap_or_default()
    };
    let text = |row: &Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    let mut devices = vec![
        row(
            "System",
            r"ACPI\PNP0A08\0",
            "PCI Express Root Complex",
            "pci",
        ),
        row(
            "Keyboard",
            r"ACPI\PNP0303\4&1A2B3C4D&0",
            "Standard PS/2 Keyboard",
            "i8042prt",
        ),
        row(
            "Mouse",
            r"HID\VID_046D&PID_C077\7&2B3C4D5E&0&0000",
            "HID-compliant mouse",
            "mouhid",
        ),
    ];
    for adapter in rows("networkAdapters") {
        let id = text(&adapter, "PnPDeviceID");
        if !id.is_empty() {
            let mut device = row(
                "Net",
                &id,
                &text(&adapter, "InterfaceDescription"),
                "e1dexpress",
            );
            device["Manufacturer"] = adapter["DriverProvider"].clone();
            // CM_PROB_DISABLED
            device["Problem"] = json!(if adapter["Status"] == "Disabled" {
                22
            } else {
                0
            });
            devices.push(device);
        }
    }
    for (n, disk) in rows("disks").iter().enumerate() {
        let id = format!(r"SCSI\DISK&VEN_NVME&PROD_DISK\5&1A2B3C4D&0&{n:06X}");
        devices.push(row("DiskDrive", &id, &text(disk, "FriendlyName"), "disk"));
    }
    for (n, video) in rows("videoControllers").iter().enumerate() {
        let id = format!(
            r"PCI\VEN_8086&DEV_4C8A&SUBSYS_0A0C1028&REV_04\3&11583659&0&{:02X}",
            0x10 + n
        );
        devices.push(row("Display", &id, &text(video, "Name"), "igfx"));
    }
    for (n, processor) in rows("processors").iter().enumerate() {
        let threads = processor["NumberOfLogicalProcessors"].as_u64().unwrap_or(1);
        for thread in 0..threads.min(256) {
            let id = format!(r"ACPI\GENUINEINTEL_-_INTEL64_FAMILY_6_MODEL_167\{n}_{thread}");
            devices.push(row("Processor", &id, &text(processor, "Name"), "intelppm"));
        }
    }
    for (n, _) in rows("batteries").iter().enumerate() {
        let id = format!(r"ACPI\PNP0C0A\{}", n + 1);
        devices.push(row(
            "Battery",
            &id,
            "Microsoft ACPI-Compliant Control Method Battery",
            "CmBatt",
        ));
    }
    facts.insert("pnpDevices".into(), Value::Array(devices));
}

fn row(class: &str, id: &str, name: &str, service: &str) -> Value {
    let guid = GUIDS.iter().find(|(c, _)| *c == class).map(|(_, g)| *g);
    // The hardware id is the instance id without its last part.
    let hardware = id.rsplit_once('\\').map_or(id, |(front, _)| front);
    let mut device = device();
    device["InstanceId"] = json!(id);
    device["FriendlyName"] = json!(name);
    device["Class"] = json!(class);
    device["ClassGuid"] = json!(guid);
    device["Service"] = json!(service);
    device["HardwareID"] = json!([hardware]);
    device
}

/// What a device has that does not say otherwise. `Problem` is a `CM_PROB_` number, 0 for none;
/// `Properties` are those of `Get-PnpDeviceProperty` by their `DEVPKEY` names, null for unknown.
pub(super) fn device() -> Value {
    json!({
        "InstanceId": "", "FriendlyName": "", "Class": null, "ClassGuid": null, "Manufacturer": "Microsoft", "Service": null,
        "HardwareID": [], "CompatibleID": [], "Present": true, "Problem": 0, "Properties": null,
    })
}
