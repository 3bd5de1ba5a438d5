//! `certutil -addstore`, `-store`, `-delstore` over the stores that Windows' programs here really use.

use super::Certificate;
use crate::os;
use crate::programs::Call;
use crate::programs::told::clock::Moment;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// `CRYPT_E_NOT_FOUND`
const NOT_FOUND: u32 = 0x8009_2004;
const WIN32: u32 = 0x8007_0000;
/// 100 ns from 1601 to 1970.
const EPOCH: i64 = 116_444_736_000_000_000;

const NAMES: [(&str, &str); 8] = [
    ("My", "Personal"),
    ("Root", "Trusted Root Certification Authorities"),
    ("CA", "Intermediate Certification Authorities"),
    ("TrustedPublisher", "Trusted Publishers"),
    ("TrustedPeople", "Trusted People"),
    ("Disallowed", "Untrusted Certificates"),
    ("AuthRoot", "Third-Party Root Certification Authorities"),
    ("AddressBook", "Other People"),
];

/// The store's own name, and a line with both.
fn title(name: &str) -> (String, String) {
    let known = NAMES
        .iter()
        .find(|(short, _)| short.eq_ignore_ascii_case(name));
    match known {
        Some((short, long)) => ((*short).to_owned(), format!("{short} \"{long}\"")),
        None => (name.to_owned(), name.to_owned()),
    }
}

fn code(error: &os::SysError) -> u32 {
    match error.code {
        code if code >= 0x8000_0000 => code,
        code => WIN32 | code,
    }
}

fn open(machine: bool, name: &str) -> Result<os::certs::Store, u32> {
    os::certs::Store::open(machine, name).map_err(|e| code(&e))
}

/// Adds the certificate of a file, in DER or Base64.
pub fn add(call: &mut Call<'_>, machine: bool, store: &str, file: &str) -> Result<(), u32> {
    let bytes =
        std::fs::read(file).map_err(|e| WIN32 | e.raw_os_error().map_or(13, i32::cast_unsigned))?;
    let der = der(&bytes);
    let certificate = os::certs::read(&der).map_err(|e| code(&e))?;
    let (name, line) = title(store);
    call.say(line);
    open(machine, &name)?.add(&der).map_err(|e| code(&e))?;
    call.say(format_args!(
        "Certificate \"{}\" added to store.",
        common(&certificate)
    ));
    Ok(())
}

/// Shows a store, or the certificates of it that are meant.
pub fn show(
    call: &mut Call<'_>,
    machine: bool,
    store: &str,
    which: Option<&str>,
) -> Result<(), u32> {
    let (name, line) = title(store);
    call.say(line);
    let all = open(machine, &name)?.list();
    let mut shown = 0;
    for (n, one) in all.iter().enumerate() {
        if which.is_some_and(|w| !means(w, n, one)) {
            continue;
        }
        shown += 1;
        call.say(format_args!(
            "================ Certificate {n} ================"
        ));
        call.say(format_args!("Serial Number: {}", one.serial));
        call.say(format_args!("Issuer: {}", one.issuer));
        call.say(format_args!(" NotBefore: {}", moment(one.not_before)));
        call.say(format_args!(" NotAfter: {}", moment(one.not_after)));
        call.say(format_args!("Subject: {}", one.subject));
        if one.subject == one.issuer {
            call.say("Root Certificate: Subject matches Issuer");
        }
        call.say(format_args!("Cert Hash(sha1): {}", one.sha1));
        call.say("");
    }
    if shown == 0 && which.is_some() {
        return Err(NOT_FOUND);
    }
    Ok(())
}

/// Deletes the certificates of a store that are meant.
pub fn delete(call: &mut Call<'_>, machine: bool, store: &str, which: &str) -> Result<(), u32> {
    let (name, line) = title(store);
    call.say(line);
    let store = open(machine, &name)?;
    let all = store.list();
    let doomed: Vec<&Certificate> = all
        .iter()
        .enumerate()
        .filter(|(n, c)| means(which, *n, c))
        .map(|(_, c)| c)
        .collect();
    if doomed.is_empty() {
        return Err(NOT_FOUND);
    }
    store
        .remove(&|c| doomed.contains(&c))
        .map_err(|e| code(&e))?;
    for (n, one) in doomed.iter().enumerate() {
        call.say(format_args!("Deleting Certificate {n}"));
        call.say(format_args!("Cert Hash(sha1): {}", one.sha1));
    }
    Ok(())
}

/// A place in the store, a hash, a serial number, or a part of the subject's common name.
fn means(which: &str, place: usize, one: &Certificate) -> bool {
    let plain = which.replace(' ', "").to_lowercase();
    // `-` alone and numbers of fewer than five digits are places.
    let number = plain.parse::<usize>().ok().filter(|_| plain.len() < 5);
    number == Some(place)
        || plain == one.sha1
        || plain == one.serial
        || number.is_none() && common(one).to_lowercase().contains(&which.to_lowercase())
}

/// The common name of the subject, or all of it.
fn common(one: &Certificate) -> &str {
    let parts = one.subject.split(", ");
    let name = parts.filter_map(|p| p.strip_prefix("CN=")).last();
    name.unwrap_or(&one.subject)
}

fn moment(ticks: i64) -> String {
    let at = Moment(ticks.saturating_sub(EPOCH));
    format!("{} {}", at.date(), at.short_time())
}

/// The bytes of a certificate out of Base64, or as they are.
fn der(bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    if !text.contains("-----BEGIN CERTIFICATE-----") {
        return bytes.to_vec();
    }
    let body = text
        .split("-----BEGIN CERTIFICATE-----")
        .nth(1)
        .unwrap_or("");
    let body = body.split("-----END").next().unwrap_or("");
    let plain: String = body.split_whitespace().collect();
    STANDARD.decode(plain).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_meant_by_place_hash_serial_or_name() {
        let one = Certificate {
            subject: "C=JP, O=Bright, CN=Bright Root".into(),
            issuer: "CN=x".into(),
            serial: "0a1b2c".into(),
            sha1: "00ff".repeat(10),
            not_before: EPOCH,
            not_after: EPOCH,
        };
        for which in ["3", "0A1B2C", "bright root", &"00FF ".repeat(10)] {
            assert!(means(which, 3, &one), "{which}");
        }
        for which in ["4", "0a1b", "other"] {
            assert!(!means(which, 3, &one), "{which}");
        }
        assert_eq!(moment(EPOCH), "1/1/1970 12:00 AM");
    }

    #[test]
    fn base64_is_taken_apart() {
        let text = "x\r\n-----BEGIN CERTIFICATE-----\r\nAQID\r\n-----END CERTIFICATE-----\r\n";
        assert_eq!(der(text.as_bytes()), [1, 2, 3]);
        assert_eq!(der(&[0x30, 1]), [0x30, 1]);
    }
}
