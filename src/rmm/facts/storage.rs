//! Disks, partitions, volumes; sizes in bytes.

use super::declared::{Disk, Volume};
use super::{Making, Table, drawn};
use serde_json::{Value, json};

const DISK: u64 = 512_110_190_592;
/// What the system's partitions beside C: take.
const BESIDE: u64 = 845_590_528;

pub(super) fn add(m: &Making<'_>, facts: &mut Table) {
    let d = m.declared;
    let usual = [Disk::default()];
    let disks = match d.disks.as_slice() {
        [] => &usual[..],
        some => some,
    };
    let first = disks.first().and_then(|d| d.size).unwrap_or(DISK);
    let rows = disks.iter().enumerate().map(|(n, disk)| {
        json!({
            "Number": n, "FriendlyName": disk.name.as_deref().unwrap_or("KXG60ZNV512G KIOXIA"),
            "SerialNumber": disk.serial.clone().unwrap_or_else(|| drawn(m.id, &format!("disk{n}"))[..13].to_uppercase()),
            "Size": disk.size.unwrap_or(DISK), "MediaType": disk.media.as_deref().unwrap_or("SSD"),
            "BusType": disk.bus.as_deref().unwrap_or("NVMe"), "HealthStatus": disk.health.as_deref().unwrap_or("Healthy"),
            "OperationalStatus": "Online", "PartitionStyle": "GPT", "IsBoot": n == 0, "IsSystem": n == 0,
            "IsOffline": false, "IsReadOnly": false, "LogicalSectorSize": 512, "PhysicalSectorSize": 4096,
        })
    });
    facts.insert("disks".into(), rows.collect());
    let usual = [Volume {
        letter: Some("C".into()),
        label: Some("Windows".into()),
        ..Volume::default()
    }];
    let volumes = match d.volumes.as_slice() {
        [] => &usual[..],
        some => some,
    };
    let made: Vec<Value> = volumes
        .iter()
        .enumerate()
        .map(|(n, v)| volume(m, n, v, first))
        .collect();
    let partitions = made.iter().enumerate().filter_map(|(n, v)| {
        let letter = v["DriveLetter"].as_str()?;
        (v["DriveType"] == "Fixed").then(|| {
            json!({
                "Id": format!("0.{}", n + 3), "DiskNumber": 0, "PartitionNumber": n + 3, "Type": "Basic",
                "Offset": 122_683_392, "Size": v["Size"], "DriveLetter": letter, "Volume": v["UniqueId"],
                "IsBoot": letter == "C", "IsSystem": false, "IsHidden": false, "IsActive": false,
            })
        })
    });
    let system = json!({
        "Id": "0.1", "DiskNumber": 0, "PartitionNumber": 1, "Type": "System", "Offset": 1_048_576,
        "Size": 104_857_600, "DriveLetter": null, "Volume": null, "IsBoot": false, "IsSystem": true,
        "IsHidden": true, "IsActive": false,
    });
    let partitions = std::iter::once(system).chain(partitions).collect();
    facts.insert("partitions".into(), partitions);
    facts.insert("volumes".into(), Value::Array(made));
}

fn volume(m: &Making<'_>, n: usize, v: &Volume, disk: u64) -> Value {
    let size = v.size.unwrap_or(disk.saturating_sub(BESIDE));
    let letter = v.letter.as_ref().map(|l| l.to_uppercase());
    json!({
        "UniqueId": format!(r"\\?\Volume{{{}}}\", drawn(m.id, &format!("volume{n}"))),
        "DriveLetter": letter, "FileSystemLabel": v.label.as_deref().unwrap_or(""),
        "FileSystem": v.file_system.as_deref().unwrap_or("NTFS"), "DriveType": v.kind.as_deref().unwrap_or("Fixed"),
        "HealthStatus": v.health.as_deref().unwrap_or("Healthy"), "OperationalStatus": "OK",
        "Size": size, "SizeRemaining": v.free.unwrap_or(size / 100 * 63), "AllocationUnitSize": 4096,
    })
}
