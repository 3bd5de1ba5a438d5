//! What a Windows device's board tells, by the device's facts.

use crate::engine::DeviceSpec;

/// Files of `/sys/class/dmi/id` by the facts, from which Wine makes its SMBIOS tables.
pub fn facts(spec: &DeviceSpec) -> Vec<(&'static str, String)> {
    let Some(windows) = &spec.windows else {
        return Vec::new();
    };
    let facts = &windows.facts;
    let of = |fact: &str, name: &str| facts.get(fact)[name].as_str().map(str::to_owned);
    let maker = of("computerSystem", "Manufacturer");
    let model = of("computerSystem", "Model");
    let own = Some(of("bios", "SerialNumber").unwrap_or_else(|| spec.serial.clone()));
    [
        ("sys_vendor", maker.clone()),
        ("product_name", model),
        ("product_uuid", of("computerSystemProduct", "UUID")),
        (
            "board_vendor",
            of("baseBoard", "Manufacturer").or_else(|| maker.clone()),
        ),
        ("board_name", of("baseBoard", "Product")),
        (
            "board_serial",
            of("baseBoard", "SerialNumber").or_else(|| own.clone()),
        ),
        ("product_serial", own.clone()),
        ("chassis_serial", own),
        ("chassis_vendor", maker.clone()),
        ("bios_vendor", of("bios", "Manufacturer").or(maker)),
        ("bios_version", of("bios", "SMBIOSBIOSVersion")),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name, value?)))
    .collect()
}
