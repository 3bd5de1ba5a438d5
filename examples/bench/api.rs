//! The REST API under load: a server and, for comparison, a bare route of axum, each in a process of
//! its own, asked by turns.

use super::clock::middle;
use super::load::{Line, Until, load};
use super::{Board, Res, times};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::rc::Rc;
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

/// Rounds of each kind of load, by turns.
const ROUNDS: usize = 7;
const ROUND: Duration = Duration::from_secs(1);
const STARTS: usize = 5;
const SERVE: [&str; 6] = [
    "serve",
    "--fleet",
    "10000",
    "--seed",
    "7",
    "--no-rate-limits",
];
/// Requests over which memory must stay flat, after those that warm it up.
const MANY: u64 = 1_000_000;
const WARM: u64 = 50_000;
/// What is read beside single devices while memory is looked at.
const OFTEN: [&str; 8] = [
    "/api/v2/account",
    "/api/v2/account/devices?max=10&page=7",
    "/api/v2/account/devices?max=10&hostname=01",
    "/api/v2/account/sites?max=10",
    "/api/v2/account/alerts/open?max=10",
    "/api/v2/account/users",
    "/api/v2/filter/default-filters",
    "/api/v2/system/request_rate",
];

/// Argument by which this program becomes the bare route.
pub const BARE: &str = "--bare-route";

/// A process that serves, ended with this value.
struct Server {
    child: Child,
    port: u16,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts a program and waits for a line that ends in its port.
fn start(program: &Path, args: &[&str]) -> Res<Server> {
    let mut child = Command::new(program)
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let out = child.stdout.take().ok_or("no stdout")?;
    let mut line = String::new();
    BufReader::new(out).read_line(&mut line)?;
    let port = line.trim().rsplit(':').next().and_then(|p| p.parse().ok());
    let mut server = Server { child, port: 0 };
    server.port = port.ok_or_else(|| format!("{} is not ready: {line:?}", program.display()))?;
    Ok(server)
}

impl Server {
    /// Resident memory, KiB.
    fn memory(&self) -> Res<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:"));
        let number = line.and_then(|l| l.split_whitespace().next());
        Ok(number.ok_or("no VmRSS")?.parse()?)
    }
}

/// The bare route: one body of this many bytes, as JSON. Never returns.
pub fn bare(size: &str) -> Res<()> {
    let body = axum::body::Bytes::from(vec![b'x'; size.parse()?]);
    let json = [(axum::http::header::CONTENT_TYPE, "application/json")];
    let route = axum::routing::get(move || async move { (json, body) });
    let app = axum::Router::new().route("/api/v2/device/{uid}", route);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        println!("ready {}", listener.local_addr()?);
        Ok(axum::serve(listener, app).await?)
    })
}

/// Measures the API.
pub fn measure(binary: &Path, board: &mut Board) -> Res<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let (server, asker) = begin(binary, &runtime, board)?;
    let devices = runtime.block_on(every_device(&asker))?;
    memory(&server, "with every device shown", board)?;
    speed(&server, &asker, &devices, &runtime, board)?;
    drop((server, asker));
    long(binary, &runtime, board)
}

/// Starts of the fleet's server; the last one is kept.
fn begin(binary: &Path, runtime: &Runtime, board: &mut Board) -> Res<(Server, Asker)> {
    let (mut ready, mut answered) = (Vec::new(), Vec::new());
    let mut last = None;
    for _ in 0..STARTS {
        drop(last.take());
        let begun = Instant::now();
        let server = start(binary, &SERVE)?;
        ready.push(begun.elapsed());
        let asker = runtime.block_on(Asker::new(server.port))?;
        runtime.block_on(asker.get(&page(0)))?;
        answered.push(begun.elapsed());
        last = Some((server, asker));
    }
    let (server, asker) = last.ok_or("no start")?;
    for (what, taken) in [
        ("10,000 devices, from nothing to ready", ready),
        ("10,000 devices, from nothing to the first page", answered),
    ] {
        let time = middle(taken);
        board.goal(
            what,
            format!("{:.0} ms", time.as_secs_f64() * 1000.0),
            "< 1000 ms",
            time < Duration::from_secs(1),
        );
    }
    memory(&server, "ready", board)?;
    Ok((server, asker))
}

fn memory(server: &Server, when: &str, board: &mut Board) -> Res<()> {
    let memory = server.memory()?;
    board.goal(
        &format!("10,000 devices, memory {when}"),
        format!("{:.0} MiB", memory as f64 / 1024.0),
        "< 200 MiB",
        memory < 200 * 1024,
    );
    Ok(())
}

fn page(number: usize) -> String {
    format!("/api/v2/account/devices?max=250&page={number}")
}

/// A device of a page.
struct Shown {
    uid: String,
    /// It has an Agent, and was audited.
    audited: bool,
}

/// All devices, page by page.
async fn every_device(asker: &Asker) -> Res<Vec<Vec<Shown>>> {
    let mut pages = Vec::new();
    loop {
        let body = asker.get(&page(pages.len())).await?;
        let body: serde_json::Value = serde_json::from_slice(&body)?;
        let rows = body["devices"].as_array().ok_or("no devices")?;
        let shown = |row: &serde_json::Value| {
            Some(Shown {
                uid: row["uid"].as_str()?.to_owned(),
                audited: row["deviceClass"] == "device" && !row["lastAuditDate"].is_null(),
            })
        };
        pages.push(rows.iter().filter_map(shown).collect());
        if body["pageDetails"]["nextPageUrl"].is_null() {
            return Ok(pages);
        }
    }
}

/// Sets all 300 fields of these devices, to values of 8 to 24 characters.
async fn fill(asker: &Asker, devices: &[Shown]) -> Res<()> {
    let values: BTreeMap<String, String> = (1..=300)
        .map(|n| {
            let long = 8 + n * 7 % 17;
            let value = format!("field {n} 2026-01-05 09:00 ok");
            (format!("udf{n}"), value[..long].to_owned())
        })
        .collect();
    let body = serde_json::to_string(&values)?;
    let mut line = Line::new(asker.port).await?;
    for device in devices {
        let path = format!("/api/v2/device/{}/udf", device.uid);
        line.ask(&asker.request("POST", &path, &body)).await?;
    }
    Ok(())
}

/// Calls a second, against the bare route in the same run.
fn speed(
    server: &Server,
    asker: &Asker,
    devices: &[Vec<Shown>],
    runtime: &Runtime,
    board: &mut Board,
) -> Res<()> {
    let [first, second] = [0, 1].map(|n| devices.get(n).filter(|d| d.len() == 250));
    let (first, second) = (first.ok_or("no page")?, second.ok_or("no second page")?);
    runtime.block_on(fill(asker, second))?;
    let one = format!("/api/v2/device/{}", first[0].uid);
    let [size, empty, full] = [one.clone(), page(0), page(1)].map(|path| {
        let body = runtime.block_on(asker.get(&path));
        body.map(|b| b.len())
    });
    let route = start(&std::env::current_exe()?, &[BARE, &size?.to_string()])?;
    let mut taken = [const { Vec::new() }; 4];
    let asked = [
        (route.port, one.clone()),
        (server.port, one),
        (server.port, page(0)),
        (server.port, page(1)),
    ]
    .map(|(port, path)| (port, Rc::from([asker.request("GET", &path, "")])));
    for round in 0..=ROUNDS {
        for ((port, requests), taken) in asked.iter().zip(&mut taken) {
            let (calls, time) = runtime.block_on(load(*port, requests, Until::Time(ROUND)))?;
            // The first round warms up. A rate is kept as the time of a thousand calls, so that
            // the middle is taken as of all others.
            if round > 0 {
                taken.push(time.mul_f64(1000.0 / calls.max(1) as f64));
            }
        }
    }
    let [bare, ours, nulls, filled] = taken.map(|t| 1000.0 / middle(t).as_secs_f64());
    board.plain("bare route of axum, 16 connections", per_second(bare));
    board.plain("GET of one device with a token", per_second(ours));
    board.goal(
        "GET of one device, against the bare route",
        times(ours / bare),
        ">= 0.60 x",
        ours / bare >= 0.6,
    );
    for (what, size, rate) in [("null", empty?, nulls), ("filled", full?, filled)] {
        board.goal(
            &format!("250 devices, 300 UDFs {what}, {} KiB", size / 1024),
            per_second(rate),
            ">= 500 /s",
            rate >= 500.0,
        );
    }
    Ok(())
}

/// Memory over many calls, of a server of its own: what another load left free would hide growth.
fn long(binary: &Path, runtime: &Runtime, board: &mut Board) -> Res<()> {
    let server = start(binary, &SERVE)?;
    let asker = runtime.block_on(Asker::new(server.port))?;
    let devices = runtime.block_on(every_device(&asker))?;
    let some: Vec<&str> = devices
        .iter()
        .filter_map(|page| page.iter().find(|d| d.audited))
        .map(|d| d.uid.as_str())
        .collect();
    let get = |path: &str| asker.request("GET", path, "");
    let mut reads: Vec<Vec<u8>> = OFTEN.iter().map(|path| get(path)).collect();
    for uid in &some {
        reads.push(get(&format!("/api/v2/device/{uid}")));
        reads.push(get(&format!("/api/v2/audit/device/{uid}")));
        reads.push(get(&format!("/api/v2/device/{uid}/alerts/open")));
    }
    let writes = some.iter().enumerate().map(|(n, uid)| {
        let path = format!("/api/v2/device/{uid}/udf");
        asker.request("POST", &path, &format!("{{\"udf1\":\"written {n}\"}}"))
    });
    let mixed: Vec<Vec<u8>> = reads.iter().cloned().chain(writes).collect();
    for (what, requests) in [("reads", reads), ("reads and writes", mixed)] {
        let requests = Rc::from(requests);
        runtime.block_on(load(server.port, &requests, Until::Calls(WARM)))?;
        let before = server.memory()?;
        runtime.block_on(load(server.port, &requests, Until::Calls(MANY)))?;
        let after = server.memory()?;
        let growth = after as f64 / before as f64 - 1.0;
        board.goal(
            &format!("memory after 1,000,000 {what}"),
            format!("{:+.1} % of {} MiB", growth * 100.0, before / 1024),
            "< 5 %",
            growth < 0.05,
        );
    }
    Ok(())
}

fn per_second(rate: f64) -> String {
    format!("{rate:.0} /s")
}

/// Asks a server with a token.
struct Asker {
    port: u16,
    token: String,
}

impl Asker {
    async fn new(port: u16) -> Res<Asker> {
        let mut asker = Asker {
            port,
            token: String::new(),
        };
        let keys: serde_json::Value = serde_json::from_slice(&asker.get("/shakedown/keys").await?)?;
        let text = |name: &str| keys[0][name].as_str().unwrap_or_default().to_owned();
        let form = format!(
            "grant_type=password&username={}&password={}",
            text("key"),
            text("secret")
        );
        let login = format!(
            "POST /auth/oauth/token HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic cHVibGljLWNsaWVudDpwdWJsaWM=\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            form.len()
        );
        let mut line = Line::new(port).await?;
        let answer: serde_json::Value = serde_json::from_slice(line.ask(login.as_bytes()).await?)?;
        let token = answer["access_token"].as_str().ok_or("no token")?;
        token.clone_into(&mut asker.token);
        Ok(asker)
    }

    fn request(&self, method: &str, path: &str, body: &str) -> Vec<u8> {
        let length = match body.len() {
            0 => String::new(),
            n => format!("Content-Type: application/json\r\nContent-Length: {n}\r\n"),
        };
        format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\n{length}\r\n{body}",
            self.token
        )
        .into_bytes()
    }

    async fn get(&self, path: &str) -> Res<Vec<u8>> {
        let mut line = Line::new(self.port).await?;
        Ok(line.ask(&self.request("GET", path, "")).await?.to_vec())
    }
}
