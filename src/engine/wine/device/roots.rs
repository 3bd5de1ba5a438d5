//! Root certificates that nobody on the device installed: Wine takes those of the Linux below it over
//! into Windows' store when they are first asked for, the CA of the device's services among them.

use crate::engine::Device;
use crate::engine::sandbox::SandboxDevice;
use crate::engine::windows::hives::{Changed, Values};
use crate::rmm::registry::RegistryData;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use std::collections::HashSet;

/// The bundle that Wine reads.
const BUNDLE: &str = "/etc/ssl/certs/ca-certificates.crt";
/// Largest bundle that is read, in bytes.
const LARGEST: u64 = 16 << 20;
/// Certificates of Microsoft that Wine brings itself, as every Windows does, by their thumbprints.
const MICROSOFTS: [&str; 5] = [
    "3B1EFD3A66EA28B16697394703A72CA340A05BD5",
    "7F88CD7223F3C813818C994614A89C99FA3B5247",
    "8F43288AD272F3103B6FB1428485EA3014C0BCFE",
    "A43489159A520F0D93D032CCAF37E7FE20A8B419",
    "CDD4EEAE6000AC7F40C3802C171E30148030C072",
];
/// The certificate itself among the properties of a stored one (`CERT_CERT_PROP_ID`).
const CERTIFICATE: u32 = 32;
/// The value that holds a stored certificate.
const BLOB: &str = "blob";

type Print = [u8; 32];

/// Certificates of the Linux below.
#[derive(Debug, Default)]
pub struct Below(HashSet<Print>);

impl Below {
    /// Those of a device; none where it has no bundle.
    pub fn of(device: &SandboxDevice) -> Below {
        let bundle = device.read_file(BUNDLE, LARGEST).ok().flatten();
        Below(certificates(&bundle.unwrap_or_default()).collect())
    }

    /// Whether a changed key is such a certificate, which Wine wrote or took away.
    pub fn is_own(&self, changed: &Changed) -> bool {
        let thumbprint = changed.path.rsplit('\\').next().unwrap_or_default();
        if MICROSOFTS
            .iter()
            .any(|m| m.eq_ignore_ascii_case(thumbprint))
        {
            return changed.before.is_none();
        }
        let blob = |values: &Option<Values>| {
            let (_, data) = values.as_ref()?.get(BLOB)?;
            match data {
                RegistryData::Binary(bytes) => certificate(bytes).map(print),
                _ => None,
            }
        };
        let both = [blob(&changed.before), blob(&changed.after)];
        let known = |print: &Option<Print>| print.is_none_or(|p| self.0.contains(&p));
        both.iter().any(Option::is_some) && both.iter().all(known)
    }
}

fn print(certificate: &[u8]) -> Print {
    Sha256::digest(certificate).into()
}

/// Fingerprints of the certificates in a bundle of PEM.
fn certificates(bundle: &[u8]) -> impl Iterator<Item = Print> {
    let text = String::from_utf8_lossy(bundle).into_owned();
    let mut found = Vec::new();
    for part in text.split("-----BEGIN CERTIFICATE-----").skip(1) {
        let Some((body, _)) = part.split_once("-----END CERTIFICATE-----") else {
            continue;
        };
        let digits: String = body.split_whitespace().collect();
        if let Ok(der) = STANDARD.decode(digits) {
            found.push(print(&der));
        }
    }
    found.into_iter()
}

/// The certificate of a stored one: properties, each its number, a word that says nothing, its length
/// and its bytes.
fn certificate(mut blob: &[u8]) -> Option<&[u8]> {
    while blob.len() >= 12 {
        let word = |at: usize| {
            let bytes = [blob[at], blob[at + 1], blob[at + 2], blob[at + 3]];
            u32::from_le_bytes(bytes)
        };
        let end = 12_usize.checked_add(word(8) as usize)?;
        let data = blob.get(12..end)?;
        if word(0) == CERTIFICATE {
            return Some(data);
        }
        blob = &blob[end..];
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn blob(der: &[u8]) -> Vec<u8> {
        let property = |number: u32, data: &[u8]| {
            let length = data.len() as u32;
            let head = [number, 1, length].map(u32::to_le_bytes).concat();
            [head, data.to_vec()].concat()
        };
        [property(3, &[7; 20]), property(CERTIFICATE, der)].concat()
    }

    fn changed(before: Option<&[u8]>, after: Option<&[u8]>) -> Changed {
        let values = |der: &[u8]| {
            let data = RegistryData::Binary(blob(der));
            Values::from([(BLOB.to_owned(), ("Blob".to_owned(), data))])
        };
        Changed {
            path: String::new(),
            before: before.map(values),
            after: after.map(values),
        }
    }

    #[test]
    fn only_certificates_of_the_linux_below_are_wines() {
        let pem = format!(
            "# a name\n-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n",
            STANDARD.encode(b"of Linux")
        );
        let below = Below(certificates(pem.as_bytes()).collect());
        assert!(below.is_own(&changed(None, Some(b"of Linux"))));
        assert!(below.is_own(&changed(Some(b"of Linux"), None)));
        assert!(!below.is_own(&changed(None, Some(b"of a vendor"))));
        assert!(!below.is_own(&changed(Some(b"of Linux"), Some(b"of a vendor"))));
        assert!(!below.is_own(&changed(None, None)));
        let mut microsofts = changed(None, Some(b"of Microsoft"));
        microsofts.path = format!(r"Software\Root\Certificates\{}", MICROSOFTS[0]);
        assert!(below.is_own(&microsofts));
        (microsofts.before, microsofts.after) = (microsofts.after, None);
        assert!(!below.is_own(&microsofts));
    }

    proptest! {
        #[test]
        fn any_blob_is_taken(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            certificate(&bytes);
        }
    }
}
