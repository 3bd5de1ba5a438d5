//! The REST API under load: a server and, for comparison, a bare route of axum, each in a process of
//! its own, asked over 16 kept connections by turns.

use super::clock::middle;
use super::{Board, Res, times};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const CONNECTIONS: usize = 16;
/// Rounds of each kind of load, by turns.
const ROUNDS: usize = 7;
const ROUND: Duration = Duration::from_secs(2);
const FLEET: &str = "10000";
/// Requests over which memory must stay flat, after those that warm it up.
const MANY: u64 = 1_000_000;
const WARM: u64 = 50_000;

/// Argument by which this program becomes the bare route.
pub const BARE: &str = "--bare-route";

/// A process that serves, ended with this value.
struct Server {
    child: Child,
    port: u16,
    took: Duration,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts a program and waits for a line that ends in its port.
fn start(program: &Path, args: &[&str]) -> Res<Server> {
    let begun = Instant::now();
    let mut child = Command::new(program)
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let out = child.stdout.take().ok_or("no stdout")?;
    let mut line = String::new();
    BufReader::new(out).read_line(&mut line)?;
    let took = begun.elapsed();
    let port = line.trim().rsplit(':').next().and_then(|p| p.parse().ok());
    Ok(Server {
        child,
        port: port.ok_or_else(|| format!("{} is not ready: {line:?}", program.display()))?,
        took,
    })
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
    let fleet = ["serve", "--fleet", FLEET, "--seed", "7", "--no-rate-limits"];
    let mut taken = Vec::new();
    for _ in 0..5 {
        taken.push(start(binary, &fleet)?.took);
    }
    let server = start(binary, &fleet)?;
    let ready = middle(taken);
    board.goal(
        "serve --fleet 10000, from nothing to ready",
        format!("{:.0} ms", ready.as_secs_f64() * 1000.0),
        "< 1000 ms",
        ready < Duration::from_secs(1),
    );

    let asker = runtime.block_on(Asker::new(server.port))?;
    let first = runtime.block_on(asker.get("/api/v2/account/devices?max=1"))?;
    let page: serde_json::Value = serde_json::from_slice(&first)?;
    let uid = page["devices"][0]["uid"].as_str().ok_or("no device")?;
    let (one, list) = (
        format!("/api/v2/device/{uid}"),
        "/api/v2/account/devices?max=250".to_owned(),
    );
    let size = runtime.block_on(asker.get(&one))?.len();
    let memory = server.memory()?;
    board.goal(
        "serve --fleet 10000, memory",
        format!("{:.0} MiB", memory as f64 / 1024.0),
        "< 200 MiB",
        memory < 200 * 1024,
    );

    let this = std::env::current_exe()?;
    let route = start(&this, &[BARE, &size.to_string()])?;
    let (mut bare, mut ours, mut pages) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        for (port, path, into) in [
            (route.port, &one, &mut bare),
            (server.port, &one, &mut ours),
            (server.port, &list, &mut pages),
        ] {
            let load = load(port, asker.request(path), Until::Time(ROUND));
            let (calls, time) = runtime.block_on(load)?;
            // A rate as the time of a thousand calls, so that the middle is taken as of all others.
            into.push(time.mul_f64(1000.0 / calls.max(1) as f64));
        }
    }
    let rate = |taken: Vec<Duration>| 1000.0 / middle(taken).as_secs_f64();
    let (bare, ours, pages) = (rate(bare), rate(ours), rate(pages));
    board.plain("bare route of axum, 16 connections", per_second(bare));
    board.plain("GET of one device with a token", per_second(ours));
    board.goal(
        "GET of one device, against the bare route",
        times(ours / bare),
        ">= 0.60 x",
        ours / bare >= 0.6,
    );
    board.goal(
        "pages of 250 devices at 300 UDFs each",
        per_second(pages),
        ">= 500 /s",
        pages >= 500.0,
    );

    runtime.block_on(load(server.port, asker.request(&one), Until::Calls(WARM)))?;
    let before = server.memory()?;
    runtime.block_on(load(server.port, asker.request(&one), Until::Calls(MANY)))?;
    let growth = server.memory()? as f64 / before as f64 - 1.0;
    board.goal(
        "memory after 1,000,000 requests, against before",
        format!("{:+.1} %", growth * 100.0),
        "< 5 %",
        growth < 0.05,
    );
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
        let none = Asker {
            port,
            token: String::new(),
        };
        let keys: serde_json::Value = serde_json::from_slice(&none.get("/shakedown/keys").await?)?;
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
        Ok(Asker {
            port,
            token: token.to_owned(),
        })
    }

    fn request(&self, path: &str) -> Arc<[u8]> {
        let text = format!(
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\n\r\n",
            self.token
        );
        text.into_bytes().into()
    }

    async fn get(&self, path: &str) -> Res<Vec<u8>> {
        let mut line = Line::new(self.port).await?;
        Ok(line.ask(&self.request(path)).await?.to_vec())
    }
}

/// How long a load lasts.
#[derive(Clone, Copy)]
enum Until {
    Time(Duration),
    Calls(u64),
}

/// Asks the same over all connections at once; gives how often it was answered, and in which time.
async fn load(port: u16, request: Arc<[u8]>, until: Until) -> Res<(u64, Duration)> {
    let calls = Arc::new(AtomicU64::new(0));
    let mut lines = Vec::new();
    for _ in 0..CONNECTIONS {
        lines.push(Line::new(port).await?);
    }
    let begun = Instant::now();
    let local = tokio::task::LocalSet::new();
    let tasks: Vec<_> = lines
        .into_iter()
        .map(|mut line| {
            let (request, calls) = (Arc::clone(&request), Arc::clone(&calls));
            local.spawn_local(async move {
                loop {
                    line.ask(&request).await.map_err(|e| e.to_string())?;
                    let done = calls.fetch_add(1, Ordering::Relaxed) + 1;
                    let over = match until {
                        Until::Time(time) => begun.elapsed() >= time,
                        Until::Calls(most) => done >= most,
                    };
                    if over {
                        return Ok::<(), String>(());
                    }
                }
            })
        })
        .collect();
    local
        .run_until(async {
            for task in tasks {
                task.await??;
            }
            Ok((calls.load(Ordering::Relaxed), begun.elapsed()))
        })
        .await
}

/// One kept connection, which reads answers whole and looks at no more than their length.
struct Line {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Line {
    async fn new(port: u16) -> Res<Line> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream.set_nodelay(true)?;
        Ok(Line {
            stream,
            buffer: vec![0; 256 << 10],
        })
    }

    /// Sends a request and gives the body of its answer, which must be a 200.
    async fn ask(&mut self, request: &[u8]) -> Res<&[u8]> {
        self.stream.write_all(request).await?;
        let mut filled = 0;
        let mut whole = None;
        loop {
            if filled == self.buffer.len() {
                self.buffer.resize(self.buffer.len() * 2, 0);
            }
            let got = self.stream.read(&mut self.buffer[filled..]).await?;
            if got == 0 {
                return Err("the connection ended".into());
            }
            filled += got;
            if whole.is_none() {
                whole = length(&self.buffer[..filled])?;
            }
            if let Some((head, length)) = whole
                && filled >= head + length
            {
                return Ok(&self.buffer[head..head + length]);
            }
        }
    }
}

/// Bytes of head and body, once the head is whole.
fn length(bytes: &[u8]) -> Res<Option<(usize, usize)>> {
    let Some(end) = bytes.windows(4).position(|w| w == b"\r\n\r\n") else {
        return Ok(None);
    };
    let head = std::str::from_utf8(&bytes[..end])?;
    if !head.starts_with("HTTP/1.1 200 ") {
        return Err(format!("not answered: {}", head.lines().next().unwrap_or_default()).into());
    }
    let length = head
        .lines()
        .filter_map(|l| l.split_once(": "))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .ok_or("the answer has no length")?;
    Ok(Some((end + 4, length.1.parse()?)))
}
