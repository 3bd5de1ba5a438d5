//! Disks, partitions, volumes; sizes in bytes.
//!
//! Fields are those of `Get-Disk`, `Get-Partition`, `Get-Volume` (Microsoft Learn, Storage module).
//! The partitions are those that Windows' setup makes on a GPT disk (Microsoft Learn, "UEFI/GPT-based
//! hard drive partitions").

use super::declared::{Disk, Volume};
use super::{Making, Table, drawn};
use serde_json::{Value, json};

const DISK: u64 = 512_110_190_592;
/// What the system's partitions beside C: take.
const BESIDE: u64 = 845_590_528;
const RECOVERY: u64 = 681_574_400;
const MIB: u64 = 1 << 20;
/// Where C: begins: behind the partitions `System` and `Reserved`.
const FIRST_OFFSET: u64 = 117 * MIB;

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
            "IsBoot": n == 0, "IsSystem": n == 0,
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
    let (mut made, partitions) = (made.clone(), partitions(&made, disks.len()));
    // The recovery tools' volume is there where the disk is as Windows' setup leaves it.
    if d.volumes.is_empty() {
        made.push(json!({
            "UniqueId": recovery_id(m), "DriveLetter": null, "FileSystemLabel": "Recovery",
            "Size": RECOVERY - 4096, "SizeRemaining": 91_226_112,
        }));
    }
    let recovery = d.volumes.is_empty().then(|| {
        json!({ "Id": "0.4", "DiskNumber": 0, "PartitionNumber": 4, "Type": "Recovery", "IsHidden": true,
            "Offset": FIRST_OFFSET + first.saturating_sub(BESIDE) + 4096, "Size": RECOVERY, "Volume": recovery_id(m) })
    });
    facts.insert(
        "partitions".into(),
        partitions.into_iter().chain(recovery).collect(),
    );
    facts.insert("volumes".into(), Value::Array(made));
    facts.insert("virtualDisks".into(), json!([]));
}

fn recovery_id(m: &Making<'_>) -> String {
    format!(r"\\?\Volume{{{}}}\", drawn(m.id, "recovery"))
}

/// The partitions of Windows' setup on the first disk, then one for each fixed volume with a letter:
/// the second volume is on the second disk where there is one, and so on.
fn partitions(volumes: &[Value], disks: usize) -> Vec<Value> {
    let mut rows = vec![
        json!({ "Id": "0.1", "DiskNumber": 0, "PartitionNumber": 1, "Type": "System", "Offset": MIB,
            "Size": 100 * MIB, "IsSystem": true, "IsHidden": true }),
        json!({ "Id": "0.2", "DiskNumber": 0, "PartitionNumber": 2, "Type": "Reserved", "Offset": 101 * MIB,
            "Size": 16 * MIB, "IsHidden": true }),
    ];
    let fixed = volumes
        .iter()
        .filter(|v| v["DriveType"] == "Fixed" && v["DriveLetter"].is_string());
    // What the next partition of a disk is numbered and where it begins.
    let mut next = vec![(1, MIB); disks.max(1)];
    next[0] = (3, FIRST_OFFSET);
    for (n, v) in fixed.enumerate() {
        let disk = n.min(next.len() - 1);
        let (number, offset) = next[disk];
        rows.push(json!({
            "Id": format!("{disk}.{number}"), "DiskNumber": disk, "PartitionNumber": number, "Offset": offset,
            "Size": v["Size"], "DriveLetter": v["DriveLetter"], "Volume": v["UniqueId"],
            "IsBoot": v["DriveLetter"] == "C",
        }));
        let size = v["Size"].as_u64().unwrap_or(0).next_multiple_of(MIB);
        next[disk] = (number + 1, offset + size);
    }
    rows
}

fn volume(m: &Making<'_>, n: usize, v: &Volume, disk: u64) -> Value {
    let size = v.size.unwrap_or(disk.saturating_sub(BESIDE));
    let letter = v.letter.as_ref().map(|l| l.to_uppercase());
    json!({
        "UniqueId": format!(r"\\?\Volume{{{}}}\", drawn(m.id, &format!("volume{n}"))),
        "DriveLetter": letter, "FileSystemLabel": v.label.as_deref().unwrap_or(""),
        "FileSystem": v.file_system.as_deref().unwrap_or("NTFS"), "DriveType": v.kind.as_deref().unwrap_or("Fixed"),
        "HealthStatus": v.health.as_deref().unwrap_or("Healthy"),
        "Size": size, "SizeRemaining": v.free.unwrap_or(size / 100 * 63),
    })
}

/// What a disk has that does not say otherwise; `Reliability` is what `Get-StorageReliabilityCounter`
/// gives: degrees Celsius, percent, hours, milliseconds. `PhysicalOperationalStatus` is told where the
/// disk is not healthy.
pub(super) fn disk() -> Value {
    json!({
        "FriendlyName": "KXG60ZNV512G KIOXIA", "SerialNumber": "", "Size": DISK, "MediaType": "SSD", "BusType": "NVMe",
        "HealthStatus": "Healthy", "OperationalStatus": "Online", "PhysicalOperationalStatus": "Degraded",
        "PartitionStyle": "GPT", "FirmwareVersion": "AGFA4104", "Manufacturer": null, "IsBoot": false, "IsSystem": false,
        "IsOffline": false, "IsReadOnly": false, "LogicalSectorSize": 512, "PhysicalSectorSize": 4096,
        "Location": "Integrated : Bus 1 : Device 0",
        "Reliability": {
            "Temperature": 34, "TemperatureMax": 84, "Wear": 3, "PowerOnHours": 6214, "ReadErrorsTotal": 0,
            "ReadErrorsCorrected": 0, "ReadErrorsUncorrected": 0, "WriteErrorsTotal": 0, "WriteErrorsCorrected": 0,
            "WriteErrorsUncorrected": 0, "ReadLatencyMax": 128, "WriteLatencyMax": 214, "FlushLatencyMax": 60,
            "StartStopCycleCount": 0, "LoadUnloadCycleCount": 0,
        },
    })
}

/// What a partition has that does not say otherwise.
pub(super) fn partition() -> Value {
    json!({
        "DiskNumber": 0, "Type": "Basic", "Offset": FIRST_OFFSET, "Size": 0, "DriveLetter": null, "Volume": null,
        "IsBoot": false, "IsSystem": false, "IsHidden": false, "IsActive": false, "IsOffline": false,
        "NoDefaultDriveLetter": false,
    })
}

/// What a volume has that does not say otherwise; `Repair` is what a check of it finds.
pub(super) fn volume_fill() -> Value {
    json!({
        "DriveLetter": null, "FileSystemLabel": "", "FileSystem": "NTFS", "DriveType": "Fixed", "HealthStatus": "Healthy",
        "OperationalStatus": "OK", "Size": DISK - BESIDE, "SizeRemaining": (DISK - BESIDE) / 100 * 63,
        "AllocationUnitSize": 4096, "Repair": "NoErrorsFound",
    })
}
