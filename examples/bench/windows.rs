//! Windows devices: a warm job against the same program started from a cmd that stays, and a fresh
//! device.

use super::clock::{median, medians, timed};
use super::{Board, Res, ms, times};
use shakedown::engine::sandbox::SandboxEngine;
use shakedown::engine::wine::{WineCache, WineEngine};
use shakedown::engine::{
    Cancel, Device, DeviceSpec, Engine, EngineKind, Launch, NoSink, WindowsSpec,
};
use shakedown::rmm::observed::Exit;
use shakedown::rmm::os::Os;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Samples of a warm job, and of a fresh device.
const WARM: usize = 20;
const FRESH: usize = 7;
/// How many starts one sample of the resident cmd counts.
const STARTS: u32 = 10;
const SCRIPT: &str = r"C:\bench\command.bat";

/// Measures them where there are layers; else says why not.
pub fn measure(board: &mut Board) -> Res<()> {
    let engine = WineEngine::new(WineCache::within(&cache()), Arc::new(SandboxEngine::new()));
    if let Err(missing) = engine.probe().state {
        board.plain("Windows devices", format!("not measured: {}", missing.why));
        return Ok(());
    }
    let device = engine.boot(&spec("warm"))?;
    prepare(&*device)?;
    let job = format!("cmd.exe /d /c {SCRIPT}");
    let resident = |starts| format!("cmd.exe /d /q /c for /l %i in (1,1,{starts}) do @{job}");
    let [bare, warm] = medians(
        WARM,
        [
            &mut || {
                let many = timed(|| run(&*device, &resident(STARTS + 1)))?;
                let one = timed(|| run(&*device, &resident(1)))?;
                Ok(many.saturating_sub(one) / STARTS)
            },
            &mut || timed(|| run(&*device, &job)),
        ],
    )?;
    board.plain("Batch file, from a cmd that stays on the device", ms(bare));
    board.plain("Batch file, as a job on a warm Windows device", ms(warm));
    let ratio = warm.as_secs_f64() / bare.as_secs_f64();
    let met = ratio <= 1.3;
    board.goal(
        "warm Windows job against the bare start",
        times(ratio),
        "<= 1.30 x",
        met,
    );
    let footprint = median(WARM, || {
        let mark = device.mark()?;
        device.footprint(&mark)?;
        Ok(())
    })?;
    board.plain(
        "mark and footprint of a job that wrote nothing",
        ms(footprint),
    );
    drop(device);
    let fresh = median(FRESH, || {
        let device = engine.boot(&spec("fresh"))?;
        prepare(&*device)?;
        run(&*device, &job)
    })?;
    let met = fresh <= Duration::from_millis(700);
    board.goal(
        "Batch job on a fresh Windows device, to its end",
        ms(fresh),
        "<= 700 ms",
        met,
    );
    Ok(())
}

/// The cache of `shakedown setup wine`, as the program finds it.
fn cache() -> PathBuf {
    let folder = |name: &str| {
        std::env::var_os(name)
            .filter(|v| !v.is_empty())
            .map(PathBuf::from)
    };
    folder("SHAKEDOWN_CACHE")
        .or_else(|| folder("XDG_CACHE_HOME").map(|c| c.join("shakedown")))
        .or_else(|| folder("HOME").map(|h| h.join(".cache/shakedown")))
        .unwrap_or_default()
}

fn prepare(device: &dyn Device) -> Res<()> {
    Ok(device.write_file(SCRIPT, b"@echo off\r\necho done\r\n", 0o644)?)
}

fn run(device: &dyn Device, line: &str) -> Res<()> {
    let mut order = Launch::new(r"C:\windows\system32\cmd.exe", &[]);
    order.command_line = Some(line.to_owned());
    order.cwd = r"C:\windows".into();
    order.env = [
        ("SystemRoot", r"C:\windows"),
        ("ComSpec", r"C:\windows\system32\cmd.exe"),
        ("PATH", r"C:\windows\system32;C:\windows"),
        ("PATHEXT", ".COM;.EXE;.BAT;.CMD"),
    ]
    .iter()
    .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
    .collect();
    let outcome = device.launch(&order, &NoSink, &Cancel::default())?;
    if outcome.exit == Exit::Code(0) && outcome.stdout.ends_with(b"done\r\n") {
        Ok(())
    } else {
        Err(format!("{line}: {outcome:?}").into())
    }
}

fn spec(name: &str) -> DeviceSpec {
    DeviceSpec {
        name: name.into(),
        os: Os::Windows,
        engine: EngineKind::Wine,
        windows: Some(Box::<WindowsSpec>::default()),
        image: None,
        hostname: name.to_uppercase(),
        mac: "02:11:22:33:44:55".into(),
        serial: "SN-0042".into(),
        layers: Vec::new(),
        services: Vec::new(),
        gateways: Vec::new(),
        doubles: Vec::new(),
        seed: 7,
        points: false,
    }
}
