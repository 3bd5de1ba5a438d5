//! `certutil` as Microsoft's reference page (windows-commands/certutil) tells; its exit code is the
//! HRESULT of what failed.

use super::{Hash, stores};
use crate::os;
use crate::programs::web::save;
use crate::programs::{Call, Ended, error_text};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::fs;
use std::io;
use std::path::Path;

/// Facility of Windows' own codes in an HRESULT.
const WIN32: u32 = 0x8007_0000;
const INVALID_ARGUMENT: u32 = 87;
const INVALID_DATA: u32 = 13;
const FILE_EXISTS: u32 = 80;

/// What the program is asked before its verb.
#[derive(Default)]
struct Given {
    force: bool,
    account: bool,
    words: Vec<String>,
}

pub fn run(call: &mut Call<'_>) -> Ended {
    let mut given = Given::default();
    for arg in call.args.clone() {
        match arg.to_lowercase().replacen('/', "-", 1).as_str() {
            "-f" => given.force = true,
            "-user" => given.account = true,
            // The machine's own stores are the enterprise's too, and how -urlcache keeps its files.
            "-enterprise" | "-split" | "-silent" | "-q" | "-gmt" | "-seconds" => {}
            _ => given.words.push(arg),
        }
    }
    let words = &given.words;
    let Some(verb) = words
        .first()
        .map(|v| v.to_lowercase().replacen('/', "-", 1))
    else {
        return call.refuse("without a verb (-dump) it is not played");
    };
    let machine = !given.account;
    let done = match (verb.as_str(), &words[1..]) {
        ("-hashfile", [file, rest @ ..]) => {
            hash_file(call, file, rest.first().map(String::as_str)).map_err(system)
        }
        ("-encode", [from, to]) => convert(call, from, to, given.force, encode).map_err(system),
        ("-decode", [from, to]) => convert(call, from, to, given.force, decode).map_err(system),
        ("-addstore", [store, file]) => stores::add(call, machine, store, file),
        ("-store", [store]) => stores::show(call, machine, store, None),
        ("-store", [store, which]) => stores::show(call, machine, store, Some(which)),
        ("-delstore", [store, which]) => stores::delete(call, machine, store, which),
        ("-urlcache", [url, file]) => return url_cache(call, url, file),
        ("-hashfile" | "-encode" | "-decode" | "-addstore" | "-delstore", _) => {
            Err(system(INVALID_ARGUMENT))
        }
        _ => return call.refuse(format_args!("{verb} in this form is not played")),
    };
    end(call, &verb, done)
}

/// The last lines and the exit code.
fn end(call: &mut Call<'_>, verb: &str, done: Result<(), u32>) -> Ended {
    match done {
        Ok(()) => {
            call.say(format_args!(
                "CertUtil: {verb} command completed successfully."
            ));
            Ended::done(0)
        }
        Err(result) => {
            let code = result & 0xFFFF;
            let (kind, words) = match result {
                0x8009_2004 => (
                    "-2146885628 CRYPT_E_NOT_FOUND".to_owned(),
                    "Cannot find object or property.".to_owned(),
                ),
                _ if result >> 16 == 0x8007 => (format!("WIN32: {code}"), error_text(code)),
                // Facility 9, codes from 0x3100 on: what decoding of ASN.1 met.
                0x8009_3100..0x8009_3200 => (
                    format!("ASN: {}", result & 0x1FF),
                    "ASN1 bad tag value met.".to_owned(),
                ),
                _ => (
                    result.cast_signed().to_string(),
                    format!("Error {result:#010x}"),
                ),
            };
            call.say(format_args!(
                "CertUtil: {verb} command FAILED: 0x{result:08x} ({kind})"
            ));
            call.say(format_args!("CertUtil: {words}"));
            Ended::done(result.cast_signed())
        }
    }
}

/// A code of Windows' own as an HRESULT.
fn system(code: u32) -> u32 {
    WIN32 | code
}

/// `-urlcache -f URL FILE`: a download.
fn url_cache(call: &mut Call<'_>, url: &str, file: &str) -> Ended {
    call.say("****  Online  ****");
    match save(url, "CertUtil URL Agent", Path::new(file)) {
        Ok(size) => {
            call.say(format_args!("  000000  ...\r\n  {size:06x}"));
            call.say("CertUtil: -URLCache command completed successfully.");
            Ended::done(0)
        }
        Err(not) => {
            let code = not.code();
            call.say(format_args!(
                "CertUtil: -URLCache command FAILED: 0x{code:08x} ({})",
                code.cast_signed()
            ));
            call.say(format_args!("CertUtil: {}", not.words()));
            Ended::done(code.cast_signed())
        }
    }
}

fn code(error: &io::Error) -> u32 {
    error
        .raw_os_error()
        .map_or(INVALID_DATA, i32::cast_unsigned)
}

fn hash_file(call: &mut Call<'_>, file: &str, name: Option<&str>) -> Result<(), u32> {
    let name = name.unwrap_or("SHA1").to_uppercase();
    let hash = match name.as_str() {
        "MD5" => Hash::Md5,
        "SHA1" => Hash::Sha1,
        "SHA256" => Hash::Sha256,
        "SHA384" => Hash::Sha384,
        "SHA512" => Hash::Sha512,
        _ => return Err(INVALID_ARGUMENT),
    };
    let mut from = fs::File::open(file).map_err(|e| code(&e))?;
    let sum = os::crypto::hash(hash, &mut from).map_err(|e| code(&e))?;
    call.say(format_args!("{name} hash of {file}:"));
    call.say(sum.iter().map(|b| format!("{b:02x}")).collect::<String>());
    Ok(())
}

type Convert = fn(&[u8]) -> Result<Vec<u8>, u32>;

fn convert(
    call: &mut Call<'_>,
    from: &str,
    to: &str,
    force: bool,
    how: Convert,
) -> Result<(), u32> {
    let input = fs::read(from).map_err(|e| code(&e))?;
    let output = how(&input)?;
    if !force && fs::exists(to).unwrap_or(false) {
        return Err(FILE_EXISTS);
    }
    fs::write(to, &output).map_err(|e| code(&e))?;
    call.say(format_args!("Input Length = {}", input.len()));
    call.say(format_args!("Output Length = {}", output.len()));
    Ok(())
}

fn encode(bytes: &[u8]) -> Result<Vec<u8>, u32> {
    let text = STANDARD.encode(bytes);
    let mut lines = vec!["-----BEGIN CERTIFICATE-----"];
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(64));
        lines.push(line);
        rest = after;
    }
    lines.extend(["-----END CERTIFICATE-----", ""]);
    Ok(lines.join("\r\n").into_bytes())
}

fn decode(bytes: &[u8]) -> Result<Vec<u8>, u32> {
    let text = String::from_utf8_lossy(bytes);
    let body: String = text
        .lines()
        .filter(|l| !l.starts_with("-----"))
        .flat_map(|l| l.trim().chars())
        .collect();
    STANDARD.decode(body).map_err(|_| INVALID_DATA)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_encoded_comes_back(bytes: Vec<u8>) {
            prop_assert_eq!(decode(&encode(&bytes).unwrap()).unwrap(), bytes);
        }
    }

    #[test]
    fn lines_are_64_wide_and_rubbish_is_refused() {
        let text = String::from_utf8(encode(&[7; 60]).unwrap()).unwrap();
        assert_eq!(
            text.lines().map(str::len).collect::<Vec<_>>(),
            [27, 64, 16, 25]
        );
        assert_eq!(decode(b"?!"), Err(INVALID_DATA));
    }
}
