//! The machine: system, board, processors, memory, batteries.
//!
//! Properties are those of WMI's classes (Microsoft Learn, "Computer System Hardware Classes").
//! Sources of the usual values: the same classes on a Dell OptiPlex 7090.

use super::declared::{Battery, Chassis, Processor};
use super::{Making, Table};
use serde_json::{Value, json};

/// 16 GiB.
const MEMORY: u64 = 17_179_869_184;
/// `Win32_BIOS.Version`.
const BIOS: &str = "DELL   - 1072009";

pub(super) fn add(m: &Making<'_>, facts: &mut Table) {
    let d = m.declared;
    let chassis = d.chassis.unwrap_or(match m.release.is_server() {
        true => Chassis::Server,
        false if d.batteries.as_ref().is_some_and(|b| !b.is_empty()) => Chassis::Laptop,
        false => Chassis::Desktop,
    });
    let (usual_maker, usual_model, kind, system) = match chassis {
        Chassis::Desktop => ("Dell Inc.", "OptiPlex 7090", 3, 1),
        Chassis::Laptop => ("Dell Inc.", "Latitude 5420", 10, 2),
        Chassis::Server => ("Dell Inc.", "PowerEdge R750", 23, 4),
        Chassis::Virtual => (
            "Microsoft Corporation",
            "Virtual Machine",
            3,
            if m.release.is_server() { 4 } else { 1 },
        ),
    };
    let maker = d.maker.as_deref().unwrap_or(usual_maker);
    let model = d.model.as_deref().unwrap_or(usual_model);
    let serial = m.id.serial;
    let memory = d.memory.unwrap_or(MEMORY);
    let joined = !m.id.domain.is_empty();
    let domain = match joined {
        true => m.id.domain,
        false => d.workgroup.as_deref().unwrap_or("WORKGROUP"),
    };
    let role = match (m.release.is_server(), joined) {
        (false, joined) => u8::from(joined),
        (true, joined) => 2 + u8::from(joined),
    };
    let name = m.id.hostname.to_uppercase();
    facts.insert(
        "computerSystem".into(),
        json!({
            "Name": name, "DNSHostName": m.id.hostname, "Manufacturer": maker, "Model": model,
            "SystemFamily": model, "Domain": domain, "PartOfDomain": joined,
            "Workgroup": if joined { Value::Null } else { json!(domain) }, "DomainRole": role,
            "TotalPhysicalMemory": memory, "UserName": user(m), "PCSystemType": system,
            "SystemType": "x64-based PC", "NumberOfProcessors": d.processors.len().max(1),
            "NumberOfLogicalProcessors": logical(m), "HypervisorPresent": chassis == Chassis::Virtual,
            "Caption": name, "PrimaryOwnerName": "User", "PCSystemTypeEx": system,
            // Whether the trust with the domain holds, as `Test-ComputerSecureChannel` tells.
            "SecureChannel": joined,
        }),
    );
    let bios_version = d.bios_version.as_deref().unwrap_or("1.14.0");
    facts.insert(
        "bios".into(),
        json!({
            "SerialNumber": serial, "Manufacturer": maker,
            "SMBIOSBIOSVersion": bios_version,
            "ReleaseDate": "2023-05-12T00:00:00", "Version": BIOS, "BIOSVersion": [BIOS, bios_version],
            "Name": bios_version, "Caption": bios_version, "Description": bios_version,
            "SMBIOSMajorVersion": 3, "SMBIOSMinorVersion": 3, "CurrentLanguage": "en|US|iso8859-1",
            "InstallableLanguages": 1, "ListOfLanguages": ["en|US|iso8859-1"], "OA3xOriginalProductKey": "",
            "BiosCharacteristics": [7, 9, 11, 12, 15, 16, 19, 22, 23, 24, 25, 27, 32, 33, 40, 42, 43],
        }),
    );
    facts.insert(
        "baseBoard".into(),
        json!({ "Manufacturer": maker, "Product": "0K240Y", "SerialNumber": serial, "Version": "A00" }),
    );
    let uuid = super::drawn(m.id, "uuid").to_uppercase();
    facts.insert(
        "computerSystemProduct".into(),
        json!({ "Vendor": maker, "Name": model, "IdentifyingNumber": serial, "UUID": uuid }),
    );
    facts.insert(
        "systemEnclosure".into(),
        json!({ "Manufacturer": maker, "SerialNumber": serial, "ChassisTypes": [kind], "SMBIOSAssetTag": "" }),
    );
    facts.insert("processors".into(), processors(m));
    let stick = |slot: u64| {
        json!({
            "Tag": format!("Physical Memory {slot}"), "DeviceLocator": format!("DIMM{}", slot + 1),
            "BankLabel": format!("BANK {slot}"), "Capacity": memory / 2, "Speed": 3200,
            "ConfiguredClockSpeed": 3200, "Manufacturer": "Samsung", "PartNumber": "M378A1G44AB0-CWE",
            "SerialNumber": super::drawn(m.id, &format!("memory{slot}"))[..8].to_uppercase(),
            // 8: DIMM; 26: DDR4 (SMBIOS, "Memory Device").
            "FormFactor": 8, "SMBIOSMemoryType": 26, "TotalWidth": 64, "DataWidth": 64,
        })
    };
    facts.insert("physicalMemory".into(), json!([stick(0), stick(1)]));
    // KiB; 3: no error correction.
    facts.insert(
        "physicalMemoryArrays".into(),
        json!([{ "Tag": "Physical Memory Array 0", "MemoryDevices": 4, "MaxCapacity": 134_217_728,
            "MaxCapacityEx": 134_217_728, "MemoryErrorCorrection": 3 }]),
    );
    let (card, driver) = match chassis {
        Chassis::Server => ("Matrox G200eW3 (Nuvoton) WDDM 2.0", "4.5.0.5"),
        Chassis::Virtual => ("Microsoft Hyper-V Video", "10.0.22621.1"),
        _ => ("Intel(R) UHD Graphics 750", "31.0.101.4502"),
    };
    facts.insert(
        "videoControllers".into(),
        json!([{ "Name": card, "Caption": card, "Description": card, "DeviceID": "VideoController1",
            "DriverVersion": driver, "AdapterRAM": 1_073_741_824_u64, "VideoProcessor": card,
            "CurrentHorizontalResolution": 1920, "CurrentVerticalResolution": 1080, "CurrentRefreshRate": 60,
            "CurrentBitsPerPixel": 32, "VideoModeDescription": "1920 x 1080 x 4294967296 colors" }]),
    );
    let batteries = d.batteries.clone().unwrap_or_else(|| match chassis {
        Chassis::Laptop => vec![Battery::default()],
        _ => Vec::new(),
    });
    let rows = batteries.iter().enumerate().map(|(n, b)| battery(n, b));
    facts.insert("batteries".into(), rows.collect());
}

/// The logged-on user with the domain or machine in front; null when nobody is.
fn user(m: &Making<'_>) -> Value {
    match m.declared.user.as_deref().filter(|u| !u.is_empty()) {
        Some(user) if user.contains('\\') => json!(user),
        Some(user) => json!(format!(r"{}\{user}", m.id.hostname.to_uppercase())),
        None => Value::Null,
    }
}

fn logical(m: &Making<'_>) -> u32 {
    let of = |p: &Processor| p.threads.or(p.cores.map(|c| c * 2)).unwrap_or(16);
    match m.declared.processors.as_slice() {
        [] => 16,
        some => some.iter().map(of).sum(),
    }
}

/// `Win32_Processor.Caption`.
const MODEL: &str = "Intel64 Family 6 Model 167 Stepping 1";

fn processors(m: &Making<'_>) -> Value {
    let usual = [Processor::default()];
    let declared = match m.declared.processors.as_slice() {
        [] => &usual[..],
        some => some,
    };
    let server = m.release.is_server();
    let row = |(n, p): (usize, &Processor)| {
        let name = p.name.as_deref().unwrap_or(match server {
            true => "Intel(R) Xeon(R) Silver 4310 CPU @ 2.10GHz",
            false => "11th Gen Intel(R) Core(TM) i7-11700 @ 2.50GHz",
        });
        let cores = p.cores.unwrap_or(8);
        let speed = p.speed.unwrap_or(if server { 2100 } else { 2500 });
        json!({
            "DeviceID": format!("CPU{n}"), "Name": name,
            "Manufacturer": p.maker.as_deref().unwrap_or("GenuineIntel"),
            "NumberOfCores": cores, "NumberOfEnabledCore": cores,
            "NumberOfLogicalProcessors": p.threads.unwrap_or(cores * 2),
            "MaxClockSpeed": speed, "CurrentClockSpeed": speed,
            "Architecture": 9, "AddressWidth": 64, "DataWidth": 64, "SocketDesignation": format!("CPU{}", n + 1),
            "ProcessorId": "BFEBFBFF000A0671", "Family": 198, "Caption": MODEL, "Description": MODEL,
            "LoadPercentage": 4, "VirtualizationFirmwareEnabled": true,
            "SecondLevelAddressTranslationExtensions": true, "VMMonitorModeExtensions": true,
            "L2CacheSize": cores * 512, "L3CacheSize": cores * 2048,
        })
    };
    declared.iter().enumerate().map(row).collect()
}

fn battery(n: usize, b: &Battery) -> Value {
    let mains = b.mains.unwrap_or(true);
    let charge = b.charge.unwrap_or(100);
    let name = b.name.as_deref().unwrap_or("DELL 1VX1H93");
    json!({
        "Name": name, "DeviceID": format!("{}{name}", n + 1), "Status": "OK",
        // 2: on mains, 1: discharging.
        "BatteryStatus": if mains { 2 } else { 1 },
        "EstimatedChargeRemaining": charge,
        "EstimatedRunTime": if mains { 71_582_788 } else { u64::from(charge) * 3 },
        "Chemistry": 6, "DesignVoltage": 15_200, "Availability": 2,
    })
}
