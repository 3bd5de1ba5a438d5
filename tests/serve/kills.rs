//! `kill -9` at any moment under write load.

use super::client::{Served, answer, connect, request};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufReader, Write};
use std::path::Path;
use std::time::Duration;

/// Threads that write at the same time.
const WRITERS: u64 = 4;
/// Kills that one state goes through; after each, all of it is read again.
const KILLS_OF_A_STATE: u32 = 20;
/// UDFs that one request sets to one value.
const UDFS: u16 = 60;

/// What one writer knows of its own variable and device.
#[derive(Default, Clone)]
struct Known {
    /// Newest value that was acknowledged, and the one that was sent last.
    acknowledged: u64,
    sent: u64,
    /// The same of the UDFs of its device.
    udf_acknowledged: u64,
    udf_sent: u64,
}

/// 20 kills; `SHAKEDOWN_SERVE_KILLS` changes it.
pub fn no_acknowledged_write_is_lost() {
    let kills = std::env::var("SHAKEDOWN_SERVE_KILLS")
        .ok()
        .and_then(|n| n.parse().ok());
    let kills: u32 = kills.unwrap_or(20);
    let seed = fastrand::u64(..);
    let mut rng = fastrand::Rng::with_seed(seed);
    let mut left = kills;
    while left > 0 {
        let now = left.min(KILLS_OF_A_STATE);
        killed(now, seed, &mut rng);
        left -= now;
    }
}

/// One state through so many kills and the starts after them.
fn killed(kills: u32, seed: u64, rng: &mut fastrand::Rng) {
    let dir = tempfile::tempdir().expect("a folder");
    let args = ["--state", "s.jsonl", "--fleet", "8", "--no-rate-limits"];
    let mut known: Vec<Known> = vec![Known::default(); WRITERS as usize];
    let mut token = String::new();
    let mut written = 0;
    for kill in 0..=kills {
        let served = Served::start(dir.path(), &args);
        if token.is_empty() {
            token = served.token(0);
        }
        let devices = check(&served, &token, &mut known)
            .unwrap_or_else(|e| panic!("after {kill} kills (seed {seed}): {e}"));
        if kill == kills {
            break;
        }
        let writers: Vec<_> = known
            .iter()
            .enumerate()
            .map(|(n, known)| {
                let (known, token, device) = (known.clone(), token.clone(), devices[n].clone());
                let port = served.port;
                std::thread::spawn(move || write(port, &token, n, &device, known))
            })
            .collect();
        std::thread::sleep(Duration::from_micros(rng.u64(1_000..80_000)));
        served.signal(rustix::process::Signal::KILL);
        drop(served);
        let before: u64 = known.iter().map(|k| k.acknowledged).sum();
        known = writers
            .into_iter()
            .map(|w| w.join().expect("no panic"))
            .collect();
        written += known.iter().map(|k| k.acknowledged).sum::<u64>() - before;
        readable(&dir.path().join("s.jsonl"));
    }
    assert!(
        written > u64::from(kills),
        "hardly anything was written: {written}"
    );
}

/// Writes until the server is gone.
fn write(port: u16, token: &str, n: usize, device: &str, mut known: Known) -> Known {
    let Ok(stream) = connect(port) else {
        return known;
    };
    let Ok(copy) = stream.try_clone() else {
        return known;
    };
    let (mut to, mut from) = (stream, BufReader::new(copy));
    let headers = [
        ("Authorization", token),
        ("Content-Type", "application/json"),
    ];
    let mut done = |method: &str, path: &str, body: Value| -> bool {
        let text = request(method, path, &headers, &body.to_string());
        if to.write_all(text.as_bytes()).is_err() {
            return false;
        }
        match answer(&mut from) {
            Ok(got) => {
                assert_eq!(got.status, 200, "{path}: {}", got.text());
                true
            }
            Err(_) => false,
        }
    };
    loop {
        known.sent += 1;
        let name = format!("w{n}-{}", known.sent);
        let body = json!({ "name": name, "value": known.sent.to_string(), "masked": false });
        if !done("PUT", "/api/v2/account/variable", body) {
            return known;
        }
        known.acknowledged = known.sent;
        known.udf_sent += 1;
        let value = known.udf_sent.to_string();
        let udfs: BTreeMap<String, &str> = (1..=UDFS)
            .map(|u| (format!("udf{u}"), value.as_str()))
            .collect();
        if !done("POST", &format!("/api/v2/device/{device}/udf"), json!(udfs)) {
            return known;
        }
        known.udf_acknowledged = known.udf_sent;
    }
}

/// Holds what is there against what was acknowledged; gives the uids of the devices. What was in
/// flight may be there or not, and counts from here on as it is.
fn check(served: &Served, token: &str, known: &mut [Known]) -> Result<Vec<String>, String> {
    let headers = [("Authorization", token)];
    let mut names = Vec::new();
    let mut page = 0;
    loop {
        let path = format!("/api/v2/account/variables?page={page}");
        let got = served.call("GET", &path, &headers, "");
        if got.status != 200 {
            return Err(format!("the token was lost: {}", got.text()));
        }
        let rows = got.json()["variables"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        if rows.is_empty() {
            break;
        }
        names.extend(
            rows.iter()
                .filter_map(|r| r["name"].as_str().map(str::to_owned)),
        );
        page += 1;
    }
    let devices = served
        .call("GET", "/api/v2/account/devices", &headers, "")
        .json();
    let devices = devices["devices"].as_array().cloned().unwrap_or_default();
    for (n, k) in known.iter_mut().enumerate() {
        let prefix = format!("w{n}-");
        let mut there: Vec<u64> = names
            .iter()
            .filter_map(|name| name.strip_prefix(&prefix)?.parse().ok())
            .collect();
        there.sort_unstable();
        let last = there.len() as u64;
        if there != (1..=last).collect::<Vec<_>>() {
            return Err(format!("writer {n}: variables are missing among {last}"));
        }
        if !(k.acknowledged..=k.sent).contains(&last) {
            return Err(format!(
                "writer {n}: {last} variables, {} acknowledged",
                k.acknowledged
            ));
        }
        (k.acknowledged, k.sent) = (last, last);
        let udf = &devices[n]["udf"];
        let values: Vec<u64> = (1..=UDFS)
            .map(|u| {
                udf[format!("udf{u}")]
                    .as_str()
                    .and_then(|v| v.parse().ok())
                    .unwrap_or(0)
            })
            .collect();
        if k.udf_sent == 0 {
            continue;
        }
        if values.iter().any(|v| *v != values[0]) && k.udf_acknowledged > 0 {
            return Err(format!(
                "writer {n}: half of a request was done: {values:?}"
            ));
        }
        if !(k.udf_acknowledged..=k.udf_sent).contains(&values[0]) && k.udf_acknowledged > 0 {
            return Err(format!(
                "writer {n}: UDFs are {}, {} acknowledged",
                values[0], k.udf_acknowledged
            ));
        }
        if k.udf_acknowledged > 0 {
            (k.udf_acknowledged, k.udf_sent) = (values[0], values[0]);
        }
    }
    let uid = |d: &Value| d["uid"].as_str().map(str::to_owned).unwrap_or_default();
    Ok(devices.iter().map(uid).collect())
}

/// Every line but a torn last one is whole.
fn readable(path: &Path) {
    let text = std::fs::read(path).expect("the state");
    let whole = text
        .iter()
        .rposition(|b| *b == b'\n')
        .map_or(0, |at| at + 1);
    for (n, line) in text[..whole].split_inclusive(|b| *b == b'\n').enumerate() {
        let parsed: Result<Value, _> = serde_json::from_slice(line);
        assert!(
            parsed.is_ok(),
            "line {} of the state is torn: {parsed:?}",
            n + 1
        );
    }
}
