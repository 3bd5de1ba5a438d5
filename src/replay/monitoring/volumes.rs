//! The volumes of a device, as it tells of them.

use serde_json::Value;

/// A volume.
#[derive(Debug, PartialEq)]
pub struct Volume {
    /// `C:`, or where it is mounted.
    pub name: String,
    /// Bytes that can be used in all.
    pub size: u64,
    /// Bytes free.
    pub free: u64,
}

/// Those of the fact `volumes` of a Windows device.
pub fn of_facts(volumes: &Value) -> Vec<Volume> {
    let row = |v: &Value| {
        let bytes = |key: &str| v[key].as_u64().or_else(|| v[key].as_str()?.parse().ok());
        Some(Volume {
            name: format!("{}:", v["DriveLetter"].as_str()?.trim_end_matches(':')),
            size: bytes("Size")?,
            free: bytes("SizeRemaining")?,
        })
    };
    let rows = volumes.as_array().into_iter().flatten();
    rows.filter_map(row).collect()
}

/// Rows of `df -P -B1`; what can be used is what is used and what is available.
pub fn of_df(told: &str) -> Vec<Volume> {
    let row = |line: &str| {
        let mut words = line.split_whitespace().skip(2);
        let used: u64 = words.next()?.parse().ok()?;
        let free: u64 = words.next()?.parse().ok()?;
        let name: Vec<&str> = words.skip(1).collect();
        let all = used.saturating_add(free);
        (all > 0 && !name.is_empty()).then(|| Volume {
            name: name.join(" "),
            size: all,
            free,
        })
    };
    told.lines().skip(1).filter_map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::{Volume, of_df};
    use proptest::prelude::*;

    #[test]
    fn volumes_are_what_can_be_used() {
        let told = "Filesystem 1-blocks Used Available Capacity Mounted on\n\
                    tmpfs 1048576 900000 100000 90% /data of x\nnone 0 0 0 - /proc\n";
        assert_eq!(
            of_df(told),
            [Volume {
                name: "/data of x".into(),
                size: 1_000_000,
                free: 100_000
            }]
        );
    }

    proptest! {
        #[test]
        fn any_text_is_taken(text in "(.{0,40}\n){0,6}") {
            let _ = of_df(&text);
        }
    }
}
