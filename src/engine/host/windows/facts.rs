//! What this machine tells of itself in its registry. A fact that does not stand there is not known:
//! none is made up.

use crate::engine::windows::link::{Hello, Link, LinkError};
use crate::rmm::facts::Facts;
use crate::rmm::registry::{Hive, KeyPath, RegistryData, View};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

const VERSION: &str = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion";
const PRODUCT: &str = r"SYSTEM\CurrentControlSet\Control\ProductOptions";
const BIOS: &str = r"HARDWARE\DESCRIPTION\System\BIOS";
const NETWORK: &str = r"SYSTEM\CurrentControlSet\Services\Tcpip\Parameters";
const PROCESSORS: &str = r"HARDWARE\DESCRIPTION\System\CentralProcessor";

/// First build of Windows 11, whose `ProductName` still says 10.
const ELEVEN: u32 = 22_000;

/// Values of a key by their names in lower case.
type Values = BTreeMap<String, RegistryData>;

/// Reads them, under the names of WMI's properties.
pub fn read(link: &Link, hello: &Hello) -> Result<Facts, LinkError> {
    let values = |path: &str| -> Result<Values, LinkError> {
        let content = link.read_key(&machine(path))?;
        let values = content.map(|c| c.values).unwrap_or_default().into_iter();
        Ok(values.map(|v| (v.name.to_lowercase(), v.data)).collect())
    };
    let processors = link.read_key(&machine(PROCESSORS))?;
    let logical = processors.map_or(0, |content| content.keys.len());
    Ok(Facts(BTreeMap::from([
        (
            "os".to_owned(),
            os(&hello.windows, &values(VERSION)?, &values(PRODUCT)?),
        ),
        (
            "computerSystem".to_owned(),
            computer(&values(NETWORK)?, &values(BIOS)?, logical),
        ),
        ("bios".to_owned(), bios(&values(BIOS)?)),
    ])))
}

fn machine(path: &str) -> KeyPath {
    KeyPath {
        hive: Hive::Hklm,
        path: path.to_owned(),
        view: View::Bits64,
    }
}

fn text<'v>(values: &'v Values, name: &str) -> Option<&'v str> {
    match values.get(name)? {
        RegistryData::Sz(text) | RegistryData::ExpandSz(text) => Some(text),
        _ => None,
    }
}

/// An object of what is known.
fn known(properties: Vec<(&str, Option<Value>)>) -> Value {
    let there = properties
        .into_iter()
        .filter_map(|(name, value)| value.map(|v| (name.to_owned(), v)));
    Value::Object(there.collect::<Map<_, _>>())
}

fn of(text: Option<&str>) -> Option<Value> {
    text.map(|t| json!(t))
}

/// `version` as Windows' own call tells it: `10.0.20348`.
fn os(version: &str, current: &Values, product: &Values) -> Value {
    let build = version.rsplit('.').next().unwrap_or_default();
    let eleven = build.parse::<u32>().is_ok_and(|b| b >= ELEVEN);
    let caption = text(current, "productname").map(|name| match eleven {
        true => name.replacen("Windows 10", "Windows 11", 1),
        false => name.to_owned(),
    });
    let kind = text(product, "producttype").and_then(|kind| match kind {
        "WinNT" => Some(1),
        "LanmanNT" => Some(2),
        "ServerNT" => Some(3),
        _ => None,
    });
    known(vec![
        (
            "Caption",
            caption.map(|name| match name.starts_with("Microsoft") {
                true => json!(name),
                false => json!(format!("Microsoft {name}")),
            }),
        ),
        ("Version", Some(json!(version))),
        ("BuildNumber", Some(json!(build))),
        ("ProductType", kind.map(|k| json!(k))),
    ])
}

fn computer(network: &Values, bios: &Values, logical: usize) -> Value {
    let domain = text(network, "domain").filter(|d| !d.is_empty());
    known(vec![
        ("Name", of(text(network, "hostname"))),
        ("DNSHostName", of(text(network, "hostname"))),
        ("Domain", of(domain)),
        ("PartOfDomain", domain.map(|_| json!(true))),
        ("Manufacturer", of(text(bios, "systemmanufacturer"))),
        ("Model", of(text(bios, "systemproductname"))),
        (
            "NumberOfLogicalProcessors",
            (logical > 0).then(|| json!(logical)),
        ),
    ])
}

fn bios(bios: &Values) -> Value {
    known(vec![
        ("Manufacturer", of(text(bios, "biosvendor"))),
        ("SMBIOSBIOSVersion", of(text(bios, "biosversion"))),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(all: &[(&str, &str)]) -> Values {
        let sz = |text: &str| RegistryData::Sz(text.to_owned());
        all.iter().map(|(n, t)| ((*n).to_owned(), sz(t))).collect()
    }

    #[test]
    fn what_the_registry_lacks_is_not_known() {
        let server = os(
            "10.0.20348",
            &values(&[("productname", "Windows Server 2022 Datacenter")]),
            &values(&[("producttype", "ServerNT")]),
        );
        assert_eq!(
            server["Caption"],
            "Microsoft Windows Server 2022 Datacenter"
        );
        assert_eq!(
            (&server["ProductType"], &server["BuildNumber"]),
            (&json!(3), &json!("20348"))
        );
        let eleven = os(
            "10.0.22631",
            &values(&[("productname", "Windows 10 Pro")]),
            &values(&[]),
        );
        assert_eq!(eleven["Caption"], "Microsoft Windows 11 Pro");
        assert!(eleven.get("ProductType").is_none());
        let alone = computer(
            &values(&[("hostname", "ci-7"), ("domain", "")]),
            &values(&[]),
            0,
        );
        assert_eq!(alone, json!({ "Name": "ci-7", "DNSHostName": "ci-7" }));
    }
}
