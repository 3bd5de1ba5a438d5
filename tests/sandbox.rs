//! Drives the sandbox engine through the library. What this machine cannot run is listed as
//! ignored, with the reason in its kind.

use libtest_mimic::{Arguments, Failed, Trial};
use shakedown::engine::sandbox::{SandboxEngine, maybe_become_device_process};
use shakedown::engine::{Cancel, Device, DeviceSpec, Engine, Launch, NoSink, Outcome, Stdin};
use shakedown::rmm::observed::{Change, Exit};
use shakedown::rmm::os::Os;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

fn main() -> ExitCode {
    maybe_become_device_process();
    let arguments = Arguments::from_args();
    let unavailable = SandboxEngine::new().probe().state.err().map(|u| u.why);
    let tests: [(&str, fn() -> Result<(), Failed>); 6] = [
        ("a_job_runs_and_its_streams_stay_apart", streams),
        ("the_footprint_is_exact", footprint),
        ("fifty_stubborn_children_die", stubborn_children),
        ("left_processes_are_named", left_processes),
        ("a_wait_for_input_is_named_at_once", input_wait),
        ("a_device_boots_again_over_its_files", boots_again),
    ];
    let trials = tests
        .into_iter()
        .map(|(name, test)| {
            let trial = Trial::test(name, test);
            match &unavailable {
                Some(why) => trial
                    .with_kind(format!("needs the sandbox: {why}"))
                    .with_ignored_flag(true),
                None => trial,
            }
        })
        .collect();
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn spec(name: &str) -> DeviceSpec {
    DeviceSpec {
        name: name.into(),
        os: Os::Linux,
        hostname: format!("{name}-host"),
        mac: "02:11:22:33:44:55".into(),
        serial: "SN-0042".into(),
        layers: Vec::new(),
        services: Vec::new(),
        doubles: Vec::new(),
        seed: 7,
    }
}

fn boot(name: &str) -> Result<Arc<dyn Device>, Failed> {
    Ok(SandboxEngine::new().boot(&spec(name))?)
}

fn bash(script: &str) -> Launch {
    let mut launch = Launch::new("/bin/bash", &["-c", script]);
    launch.env = vec![
        (
            "PATH".into(),
            "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin".into(),
        ),
        ("HOME".into(), "/root".into()),
    ];
    launch
}

fn run(device: &Arc<dyn Device>, script: &str) -> Result<Outcome, Failed> {
    Ok(device.launch(&bash(script), &NoSink, &Cancel::default())?)
}

fn check(holds: bool, what: impl std::fmt::Debug) -> Result<(), Failed> {
    if holds {
        Ok(())
    } else {
        Err(format!("{what:?}").into())
    }
}

fn streams() -> Result<(), Failed> {
    let device = boot("streams")?;
    let outcome = run(
        &device,
        "printf 'a\\0b\\377'; echo err >&2; id -u; hostname; exit 7",
    )?;
    check(outcome.exit == Exit::Code(7), &outcome)?;
    check(outcome.stdout == b"a\0b\xff0\nstreams-host\n", &outcome)?;
    check(outcome.stderr == b"err\n", &outcome)?;
    let facts = run(
        &device,
        "cat /sys/class/dmi/id/board_serial /sys/class/net/eth0/address; ls /sys/class/net; ls -A /tmp /home; ps ax | wc -l",
    )?;
    let text = String::from_utf8_lossy(&facts.stdout);
    check(
        text.starts_with("SN-0042\n02:11:22:33:44:55\neth0\nlo\n"),
        &facts,
    )
}

fn footprint() -> Result<(), Failed> {
    let device = boot("footprint")?;
    device.write_file("/opt/agent/before", b"old", 0o644)?;
    let mark = device.mark()?;
    device.write_file("/opt/agent/own", b"agent", 0o600)?;
    let outcome = run(
        &device,
        "echo new > /opt/agent/before; mkdir -p /opt/vendor/x; echo hi > /opt/vendor/x/f; \
         chmod 600 /etc/passwd; rm /etc/shadow; echo x >> /etc/group; touch /etc/hostname; rm -rf /usr/share/doc/bash",
    )?;
    check(outcome.exit == Exit::Code(0), &outcome)?;
    let footprint = device.footprint(&mark)?;
    let seen: Vec<(Change, &str)> = footprint
        .entries
        .iter()
        .map(|e| (e.change, e.path.as_str()))
        .collect();
    for expected in [
        (Change::Changed, "/opt/agent/before"),
        (Change::Created, "/opt/vendor"),
        (Change::Created, "/opt/vendor/x"),
        (Change::Created, "/opt/vendor/x/f"),
        (Change::Metadata, "/etc/passwd"),
        (Change::Deleted, "/etc/shadow"),
        (Change::Changed, "/etc/group"),
        (Change::Metadata, "/etc/hostname"),
    ] {
        check(seen.contains(&expected), (expected, &seen))?;
    }
    check(
        seen.iter().all(|(c, p)| {
            *c == Change::Deleted && p.starts_with("/usr/share/doc/bash")
                || seen.len() < 12 && !p.contains("own")
        }),
        &seen,
    )
}

fn stubborn_children() -> Result<(), Failed> {
    let device = boot("stubborn")?;
    let mut launch = bash(
        "for i in $(seq 50); do (trap '' TERM HUP INT; setsid bash -c 'trap \"\" TERM HUP; (setsid sleep 600 &) ; sleep 600' &) ; done; echo started; sleep 600",
    );
    launch.timeout = Duration::from_millis(1500);
    let started = Instant::now();
    let outcome = device.launch(&launch, &NoSink, &Cancel::default())?;
    check(outcome.exit == Exit::TimedOut, &outcome)?;
    check(outcome.stdout == b"started\n", &outcome)?;
    eprintln!("killed after {:?}", started.elapsed() - launch.timeout);
    let left = device.processes()?;
    check(left.is_empty(), left)
}

fn left_processes() -> Result<(), Failed> {
    let device = boot("left")?;
    let outcome = run(
        &device,
        "sleep 300 2>/dev/null & (setsid sleep 301 >/dev/null 2>&1 &); echo done",
    )?;
    check(
        outcome.exit == Exit::Code(0) && outcome.stdout == b"done\n",
        &outcome,
    )?;
    let left: Vec<_> = outcome
        .observed
        .left
        .iter()
        .map(|l| (l.command_line.as_str(), l.holds_stdout, l.holds_stderr))
        .collect();
    check(left.len() == 2, &left)?;
    check(
        left.contains(&("sleep 300", true, false)) && left.contains(&("sleep 301", false, false)),
        &left,
    )
}

fn input_wait() -> Result<(), Failed> {
    let device = boot("wait")?;
    let mut launch = bash("echo 'Continue?'; read answer; echo $answer");
    launch.stdin = Stdin::Open;
    let started = Instant::now();
    let outcome = device.launch(&launch, &NoSink, &Cancel::default())?;
    check(
        started.elapsed() < Duration::from_secs(2),
        started.elapsed(),
    )?;
    let waits = &outcome.observed.waits;
    check(
        waits.len() == 1 && waits[0].name == "bash" && waits[0].fd == 0,
        &outcome,
    )
}

fn boots_again() -> Result<(), Failed> {
    let device = boot("again")?;
    run(
        &device,
        "echo kept > /opt/kept; echo gone > /tmp/gone; echo gone > /run/gone",
    )?;
    device.reboot()?;
    let outcome = run(&device, "cat /opt/kept; ls -A /tmp /run")?;
    check(outcome.stdout == b"kept\n/run:\nlock\n\n/tmp:\n", &outcome)
}
