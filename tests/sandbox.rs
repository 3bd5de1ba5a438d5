//! Drives the sandbox engine through the library. What this machine cannot run is listed as
//! ignored, with the reason in its kind.

use libtest_mimic::{Arguments, Failed, Trial};
use shakedown::engine::sandbox::{SandboxEngine, maybe_become_device_process};
use shakedown::engine::{Cancel, Device, DeviceSpec, Engine, Launch, NoSink, Outcome, Stdin};
use shakedown::rmm::double::{DoubleReply, DoubleSpec};
use shakedown::rmm::observed::{Change, Exit, RebootVia};
use shakedown::rmm::os::Os;
use shakedown::rmm::service::{Reply, Request, Route, ServiceSpec};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

fn main() -> ExitCode {
    maybe_become_device_process();
    if std::env::args().nth(1).as_deref() == Some(VICTIM) {
        return victim(&std::env::args().nth(2).unwrap_or_default());
    }
    let arguments = Arguments::from_args();
    let unavailable = SandboxEngine::new().probe().state.err().map(|u| u.why);
    let tests: [(&str, Test); 18] = [
        ("a_job_runs_and_its_streams_stay_apart", streams),
        ("the_footprint_is_exact", footprint),
        ("a_replaced_folder_is_seen_through", replaced_folder),
        ("nothing_outlives_a_killed_harness", killed_harness),
        ("a_kept_device_outlives_its_handle", kept),
        ("overlapping_jobs_are_told_apart", overlapping),
        ("cancelled_jobs_end_at_once", cancelled),
        ("fifty_stubborn_children_die", stubborn_children),
        ("left_processes_are_named", left_processes),
        ("a_wait_for_input_is_named_at_once", input_wait),
        ("reboots_are_caught_by_every_way", reboots),
        ("names_and_connections_are_noted", names_and_connections),
        ("a_service_answers_over_https_on_its_device_only", services),
        ("doubles_answer_and_are_noted", doubles),
        ("a_played_mac_has_its_commands", macos),
        ("root_of_a_device_has_no_power_over_the_host", no_power),
        ("output_of_any_size_comes_whole", large_output),
        ("a_device_boots_again_over_its_files", boots_again),
    ];
    let mut trials: Vec<Trial> = tests
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
    let measure = Trial::test("timings", timings).with_kind("measures only");
    trials.push(measure.with_ignored_flag(true));
    libtest_mimic::run(&arguments, trials).exit_code()
}

type Test = fn() -> Result<(), Failed>;

/// First argument of the process that is killed in [`killed_harness`].
const VICTIM: &str = "--as-victim";

/// Boots devices that leave processes, until it is killed.
fn victim(mark: &str) -> ExitCode {
    let work = || -> Result<(), Failed> {
        let device = boot("victim")?;
        run(
            &device,
            &format!(
                "(setsid sleep {mark} >/dev/null 2>&1 &); (trap '' TERM; sleep {mark}) & true"
            ),
        )?;
        device.reboot()?;
        run(&device, &format!("setsid sleep {mark} & sleep 0.01")).map(drop)
    };
    loop {
        if work().is_err() {
            return ExitCode::FAILURE;
        }
    }
}

/// Processes of this very program, and jobs with the mark, that do not descend from this process.
fn orphans(mark: &str) -> Vec<String> {
    let parent = |pid: u32| -> Option<u32> {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        stat.rsplit_once(')')?
            .1
            .split_whitespace()
            .nth(1)?
            .parse()
            .ok()
    };
    let (own, program) = (
        std::process::id(),
        std::fs::read_link("/proc/self/exe").ok(),
    );
    let Ok(entries) = std::fs::read_dir("/proc") else {
        return Vec::new();
    };
    entries
        .flatten()
        .filter_map(|e| e.file_name().to_str()?.parse::<u32>().ok())
        .filter_map(|pid| {
            let line = std::fs::read(format!("/proc/{pid}/cmdline")).ok()?;
            let line = String::from_utf8_lossy(&line).replace('\0', " ");
            let role = line.starts_with("shakedown-garage")
                && std::fs::read_link(format!("/proc/{pid}/exe")).ok() == program;
            let ours = role || line.contains(mark);
            let mut ancestors = std::iter::successors(Some(pid), |p| parent(*p));
            (ours && !ancestors.any(|p| p == own)).then(|| {
                let read = |file: &str| std::fs::read_to_string(format!("/proc/{pid}/{file}"));
                let parent = parent(pid);
                format!(
                    "{pid} {line} {parent:?} {:?} {:?}",
                    read("wchan"),
                    read("syscall")
                )
            })
        })
        .collect()
}

fn killed_harness() -> Result<(), Failed> {
    let mark = format!("86399.{}", std::process::id());
    let rounds = std::env::var("KILL_ROUNDS")
        .ok()
        .and_then(|r| r.parse().ok())
        .unwrap_or(5);
    let mounts = std::fs::read_to_string("/proc/self/mounts")?;
    for round in 0..rounds {
        let mut child = std::process::Command::new("/proc/self/exe")
            .arg(VICTIM)
            .spawn()?;
        let moment = Duration::from_micros(fastrand::u64(0..120_000));
        std::thread::sleep(moment);
        child.kill()?;
        child.wait()?;
        // A loaded kernel takes network namespaces down slowly.
        let until = Instant::now() + Duration::from_secs(20);
        // Twice nothing: what was just being started has no face yet in a single look.
        let (mut clean, mut last) = (0, Vec::new());
        while clean < 2 && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(10));
            last = orphans(&mark);
            clean = if last.is_empty() { clean + 1 } else { 0 };
        }
        check(clean == 2, (round, moment, last))?;
    }
    check(
        std::fs::read_to_string("/proc/self/mounts")? == mounts,
        "a mount was left",
    )
}

fn kept() -> Result<(), Failed> {
    let device = boot("kept")?;
    let how = device.keep()?;
    drop(device);
    std::thread::sleep(Duration::from_millis(50));
    let (enter, end) = how
        .split_once("  # end it: ")
        .ok_or("it does not say how to end it")?;
    let sh = |line: &str| {
        std::process::Command::new("/bin/sh")
            .args(["-c", line])
            .output()
    };
    let inside = sh(&format!("{enter} hostname"))?;
    let ended = sh(end)?;
    check(ended.status.success(), &ended)?;
    check(inside.stdout == b"kept-host\n", (how, inside))
}

fn overlapping() -> Result<(), Failed> {
    let device = boot("overlap")?;
    let results: Vec<Result<Outcome, Failed>> = std::thread::scope(|scope| {
        let jobs: Vec<_> = (0..6)
            .map(|n| {
                let device = &device;
                scope.spawn(move || {
                    run(device, &format!("(setsid sleep 70{n} >/dev/null 2>&1 &); sleep 0.05; shutdown -r +{n}; (echo > /dev/tcp/203.0.113.1/{n}80) 2>/dev/null; echo {n}"))
                })
            })
            .collect();
        jobs.into_iter()
            .map(|j| j.join().unwrap_or_else(|_| Err("panicked".into())))
            .collect()
    });
    for (n, outcome) in results.into_iter().enumerate() {
        let outcome = outcome?;
        check(outcome.stdout == format!("{n}\n").as_bytes(), &outcome)?;
        let seen = &outcome.observed;
        check(
            seen.left.len() == 1 && seen.left[0].command_line == format!("sleep 70{n}"),
            seen,
        )?;
        check(
            seen.reboots.len() == 1 && seen.reboots[0].by == format!("shutdown -r +{n}"),
            seen,
        )?;
        let to = format!("203.0.113.1:{}", n * 100 + 80);
        check(
            n == 0 || seen.connections.len() == 1 && seen.connections[0].to == to,
            seen,
        )?;
    }
    Ok(())
}

fn cancelled() -> Result<(), Failed> {
    let device = boot("cancel")?;
    let cancel = Cancel::default();
    let outcome = std::thread::scope(|scope| {
        let launch = scope.spawn(|| device.launch(&bash("echo on; sleep 60"), &NoSink, &cancel));
        std::thread::sleep(Duration::from_millis(100));
        cancel.cancel();
        launch.join()
    });
    let outcome = outcome.map_err(|_| "panicked")??;
    check(
        outcome.exit == Exit::Interrupted && outcome.stdout == b"on\n",
        &outcome,
    )?;
    check(outcome.duration < Duration::from_secs(2), outcome.duration)?;
    check(device.processes()?.is_empty(), device.processes()?)
}

fn median(rounds: usize, mut each: impl FnMut() -> Result<(), Failed>) -> Result<f64, Failed> {
    let mut times = Vec::new();
    for _ in 0..rounds {
        let started = Instant::now();
        each()?;
        times.push(started.elapsed().as_secs_f64() * 1000.0);
    }
    times.sort_by(f64::total_cmp);
    Ok(times[times.len() / 2])
}

fn timings() -> Result<(), Failed> {
    let bare = || -> Result<(), Failed> {
        let out = std::process::Command::new("/bin/bash")
            .args(["-c", "true"])
            .output()?;
        check(out.status.success(), out)
    };
    for held in [0usize, 512 << 20] {
        let ballast = vec![1u8; held];
        let engine = SandboxEngine::new();
        let fresh = || -> Result<(), Failed> {
            let device = engine.boot(&spec("fresh"))?;
            run(&device, "true").map(drop)
        };
        let device = boot("warm")?;
        let warm = || run(&device, "true").map(drop);
        let (a, b) = (median(100, bare)?, median(200, warm)?);
        let full = median(100, fresh)?;
        let mut to_end = Vec::new();
        for _ in 0..100 {
            let started = Instant::now();
            let device = engine.boot(&spec("fresh"))?;
            let booted = started.elapsed();
            run(&device, "true")?;
            to_end.push((started.elapsed(), booted));
        }
        to_end.sort();
        let (end, booted) = to_end[to_end.len() / 2];
        eprintln!(
            "{} MiB held: bare {a:.2} ms, warm {b:.2} ms, fresh to its end {:.2} ms (booted after {:.2} ms), with teardown {full:.2} ms",
            ballast.len() >> 20,
            end.as_secs_f64() * 1000.0,
            booted.as_secs_f64() * 1000.0,
        );
    }
    Ok(())
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

fn changes(
    device: &Arc<dyn Device>,
    mark: &shakedown::engine::Mark,
) -> Result<Vec<(Change, String)>, Failed> {
    let footprint = device.footprint(mark)?;
    Ok(footprint
        .entries
        .into_iter()
        .map(|e| (e.change, e.path))
        .collect())
}

fn footprint() -> Result<(), Failed> {
    use Change::{Changed, Created, Deleted, Metadata};
    let device = boot("footprint")?;
    device.write_file("/opt/agent/before", b"old", 0o644)?;
    device.write_file("/opt/agent/gone", b"old", 0o644)?;
    let mark = device.mark()?;
    check(changes(&device, &mark)?.is_empty(), "nothing was done")?;
    device.write_file("/opt/agent/own", b"agent", 0o600)?;
    device.write_file("/opt/agent/later", b"agent", 0o600)?;
    let outcome = run(
        &device,
        "echo new > /opt/agent/before; rm /opt/agent/gone; echo more >> /opt/agent/later; \
         mkdir -p /opt/vendor/x; echo hi > /opt/vendor/x/f; ln -s f /opt/vendor/x/l; mkfifo /opt/vendor/p; \
         chmod 600 /etc/passwd; rm /etc/shells; echo x >> /etc/group; touch /etc/hostname; \
         echo same > /tmp/s; touch /opt/vendor/$'\\xff\\n'; cat /etc/hosts > /dev/null; true",
    )?;
    check(outcome.exit == Exit::Code(0), &outcome)?;
    let expected: Vec<(Change, String)> = [
        (Metadata, "/etc/hostname"),
        (Changed, "/etc/group"),
        (Metadata, "/etc/passwd"),
        (Deleted, "/etc/shells"),
        (Changed, "/opt/agent/before"),
        (Deleted, "/opt/agent/gone"),
        (Changed, "/opt/agent/later"),
        (Created, "/opt/vendor"),
        (Created, "/opt/vendor/\\xff\n"),
        (Created, "/opt/vendor/p"),
        (Created, "/opt/vendor/x"),
        (Created, "/opt/vendor/x/f"),
        (Created, "/opt/vendor/x/l"),
        (Created, "/tmp/s"),
    ]
    .map(|(c, p)| (c, p.to_owned()))
    .to_vec();
    let (mut seen, mut expected) = (changes(&device, &mark)?, expected);
    seen.sort();
    expected.sort();
    check(seen == expected, &seen)?;
    let mark = device.mark()?;
    device.remove("/opt/vendor")?;
    device.remove("/opt/agent/own")?;
    check(
        changes(&device, &mark)?.is_empty(),
        changes(&device, &mark)?,
    )
}

/// A folder of the layer replaced by a new one of the same name: what was in it is gone.
fn replaced_folder() -> Result<(), Failed> {
    // Not below the other layer: overlays refuse layers that lie in each other.
    let layer = tempfile::tempdir_in("/dev/shm")?;
    let data = layer.path().join("data/sub");
    std::fs::create_dir_all(&data)?;
    std::fs::write(data.join("old"), "old")?;
    std::fs::write(layer.path().join("data/both"), "before")?;
    let mut spec = spec("replaced");
    spec.layers = vec![layer.path().to_path_buf(), "/".into()];
    let device = SandboxEngine::new().boot(&spec)?;
    if device.label().reduced.is_some() {
        return Ok(());
    }
    let mark = device.mark()?;
    let script = "cat /data/sub/old; rm -rf /data; mkdir -p /data; echo after > /data/both";
    let outcome = run(&device, script)?;
    check(outcome.stdout == b"old", &outcome)?;
    let mut seen = changes(&device, &mark)?;
    seen.sort();
    let expected = [
        (Change::Changed, "/data/both".to_owned()),
        (Change::Deleted, "/data/sub".to_owned()),
        (Change::Deleted, "/data/sub/old".to_owned()),
    ];
    check(seen == expected, &seen)
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

fn reboots() -> Result<(), Failed> {
    let device = boot("reboots")?;
    let outcome = run(
        &device,
        "reboot; shutdown -c; systemctl reboot; /sbin/init 6; \
         export REBOOT=$([ $(uname -m) = x86_64 ] && echo 169 || echo 142); perl -e 'syscall($ENV{REBOOT}, 0xfee1dead, 672274793, 0x1234567, 0); print \"errno $!\\n\"'; \
         echo b > /proc/sysrq-trigger; echo went on",
    )?;
    let seen: Vec<_> = outcome.observed.reboots.iter().map(|r| r.via).collect();
    use RebootVia::{Command, Syscall, Sysrq, Systemctl};
    let mut expected = vec![Command, Systemctl, Command, Syscall];
    // A kernel without it has nothing that could be written to.
    if std::path::Path::new("/proc/sysrq-trigger").exists() {
        expected.push(Sysrq);
    }
    check(seen == expected, &outcome)?;
    check(
        outcome.stdout == b"errno Operation not permitted\nwent on\n",
        &outcome,
    )?;
    let calls = &outcome.observed.doubles;
    check(
        calls.len() == 4 && calls.iter().all(|c| c.built_in && c.exit == 0),
        &outcome,
    )
}

fn names_and_connections() -> Result<(), Failed> {
    let device = boot("names")?;
    let outcome = run(
        &device,
        "getent hosts nowhere.example; (echo > /dev/tcp/203.0.113.9/443) 2>&1 | grep -o -m 1 unreachable; \
         (echo x > /dev/udp/203.0.113.10/9) 2>/dev/null",
    )?;
    let names: Vec<_> = outcome
        .observed
        .lookups
        .iter()
        .map(|l| (l.name.as_str(), l.answered))
        .collect();
    check(names == [("nowhere.example", false)], &outcome)?;
    let connections: Vec<_> = outcome
        .observed
        .connections
        .iter()
        .map(|c| (c.to.as_str(), c.protocol.as_str(), c.process.as_str()))
        .collect();
    check(
        connections
            == [
                ("203.0.113.10:9", "udp", "bash"),
                ("203.0.113.9:443", "tcp", "bash"),
            ],
        &outcome,
    )?;
    check(outcome.stdout.starts_with(b"unreachable\n"), &outcome)
}

fn services() -> Result<(), Failed> {
    let mut spec = spec("services");
    let reply = Reply {
        body: b"seat 17".to_vec(),
        ..Reply::default()
    };
    spec.services = vec![ServiceSpec {
        name: "licensing".into(),
        tls: true,
        host: "licence.vendor.example".into(),
        port: 443,
        routes: vec![Route {
            when: Request {
                method: Some("POST".into()),
                ..Request::default()
            },
            replies: vec![reply],
        }],
        ..ServiceSpec::default()
    }];
    let device = SandboxEngine::new().boot(&spec)?;
    let ask = "curl -s -S -m 5 -d key=1 https://licence.vendor.example/activate";
    for round in 0..2 {
        let outcome = run(&device, ask)?;
        check(outcome.stdout == b"seat 17", &outcome)?;
        let calls = &outcome.observed.services;
        check(
            calls.len() == 1 && calls[0].body == "key=1" && calls[0].route == Some(0),
            &outcome,
        )?;
        let lookups = &outcome.observed.lookups;
        check(lookups.len() == 1 && lookups[0].answered, &outcome)?;
        if round == 0 {
            device.reboot()?;
        }
    }
    device.set_online(false)?;
    let outcome = run(&device, ask)?;
    check(outcome.exit != Exit::Code(0), &outcome)?;
    device.set_online(true)?;
    check(run(&device, ask)?.exit == Exit::Code(0), "back online")?;
    let other = boot("other")?;
    check(
        run(&other, ask)?.exit != Exit::Code(0),
        "another device has no such service",
    )
}

fn double(command: &str, replies: Vec<DoubleReply>) -> DoubleSpec {
    DoubleSpec {
        command: command.into(),
        replies,
    }
}

fn doubles() -> Result<(), Failed> {
    let mut spec = spec("doubles");
    spec.doubles = vec![double(
        "vendorctl",
        vec![
            DoubleReply {
                when: Some("^status".into()),
                exit: 3,
                stdout: "stopped\n".into(),
                stderr: "why\n".into(),
                ..DoubleReply::default()
            },
            DoubleReply {
                run: Some("echo ran $0 $1; cat; exit 4".into()),
                ..DoubleReply::default()
            },
        ],
    )];
    let device = SandboxEngine::new().boot(&spec)?;
    let mark = device.mark()?;
    let outcome = run(
        &device,
        "vendorctl status now; echo $?; echo fed | vendorctl go; echo $?; command -v vendorctl",
    )?;
    check(
        outcome.stdout == b"stopped\n3\nran vendorctl go\nfed\n4\n/usr/bin/vendorctl\n",
        &outcome,
    )?;
    check(outcome.stderr == b"why\n", &outcome)?;
    let calls: Vec<_> = outcome
        .observed
        .doubles
        .iter()
        .map(|c| (c.args.join(" "), c.stdin.clone(), c.exit, c.built_in))
        .collect();
    check(
        calls
            == [
                ("status now".to_owned(), String::new(), 3, false),
                ("go".to_owned(), "fed\n".to_owned(), 4, false),
            ],
        &calls,
    )?;
    device.set_double(&double("late", vec![]))?;
    check(
        run(&device, "late on")?.exit == Exit::Code(0),
        "a double set while it runs",
    )?;
    check(
        device.footprint(&mark)?.entries.is_empty(),
        device.footprint(&mark)?,
    )?;
    let broken = double(
        "x",
        vec![DoubleReply {
            when: Some("(".into()),
            ..DoubleReply::default()
        }],
    );
    check(
        device.set_double(&broken).is_err(),
        "a broken pattern is refused",
    )
}

fn macos() -> Result<(), Failed> {
    let mut spec = spec("mac");
    spec.os = Os::Macos;
    let device = SandboxEngine::new().boot(&spec)?;
    check(
        device.label().engine == "sandbox (macOS played)",
        device.label(),
    )?;
    let mut launch = bash(
        r#"sw_vers -productVersion; uname; ioreg -l | awk -F'"' '/IOPlatformSerialNumber/ {print $4}'
        defaults write /Library/Preferences/com.vendor.app Licence -string 'a <b> c'
        defaults write /Library/Preferences/com.vendor.app Count -int 3
        defaults read /Library/Preferences/com.vendor.app Licence
        defaults read com.vendor.none Key; echo $?
        cat > /Library/LaunchDaemons/com.vendor.d.plist <<'P'
<?xml version="1.0" encoding="UTF-8"?>
<plist version="1.0"><dict><key>Label</key><string>com.vendor.d</string>
<key>ProgramArguments</key><array><string>/bin/sleep</string><string>500</string></array>
<key>RunAtLoad</key><true/></dict></plist>
P
        launchctl load -w /Library/LaunchDaemons/com.vendor.d.plist; launchctl list | grep -c com.vendor.d
        osascript -e 'tell application "System Events" to restart'
        installer -pkg x.pkg -target / 2>/dev/null; echo $?; ifconfig en0 | grep ether; ls -d ~ /private/etc/hosts"#,
    );
    launch.env[1].1 = "/var/root".into();
    let outcome = device.launch(&launch, &NoSink, &Cancel::default())?;
    let text = String::from_utf8_lossy(&outcome.stdout);
    let expected = "14.7.1\nDarwin\nSN-0042\na <b> c\n1\n1\n1\n\tether 02:11:22:33:44:55\n/private/etc/hosts\n/var/root\n";
    check(text == expected, &outcome)?;
    check(outcome.observed.reboots.len() == 1, &outcome)?;
    check(outcome.observed.left.is_empty(), &outcome)?;
    let running: Vec<_> = device
        .processes()?
        .into_iter()
        .map(|p| p.command_line)
        .collect();
    check(running == ["/bin/sleep 500"], &running)?;
    run(
        &device,
        "launchctl unload /Library/LaunchDaemons/com.vendor.d.plist",
    )?;
    check(device.processes()?.is_empty(), device.processes()?)
}

fn no_power() -> Result<(), Failed> {
    let device = boot("power")?;
    let outcome = run(
        &device,
        "echo x > /proc/sys/kernel/hostname && echo wrote; \
         umount /proc/sysrq-trigger && echo unmounted; \
         umount /proc && echo unmounted; mknod /tmp/d b 1 0 && echo made; \
         date -s '2001-01-01' >/dev/null && echo set; ls /proc/1/root && echo saw; \
         cat /proc/1/environ && echo read; ls /run/systemd /run/docker.sock && echo socket; \
         echo 0 > /sys/class/net/lo/mtu && echo wrote; \
         echo > /dev/.shakedown/double && echo wrote; \
         mount -t tmpfs none /mnt && echo own mount; hostname other && hostname",
    )?;
    check(outcome.stdout == b"own mount\nother\n", &outcome)?;
    if device.label().reduced.is_some() {
        // A normal user's device may undo its own mounts: beneath is what the user may do anyway.
        return Ok(());
    }
    let outcome = run(
        &device,
        "mount -o remount,rw /proc/sys; umount /proc/sys; mount -t proc p /mnt",
    )?;
    check(outcome.exit != Exit::Code(0), &outcome)?;
    let outcome = run(
        &device,
        "echo 1 > /proc/sys/kernel/panic; mount | grep -c ' /proc/sys .*ro,'",
    )?;
    check(outcome.stdout == b"1\n", &outcome)
}

fn large_output() -> Result<(), Failed> {
    let device = boot("large")?;
    let mut launch = bash("head -c 30000000 /dev/zero; head -c 300000 /dev/zero >&2");
    launch.output_limit = 1000;
    let outcome = device.launch(&launch, &NoSink, &Cancel::default())?;
    check(
        outcome.stdout.len() == 1000 && outcome.stdout_bytes == 30_000_000,
        outcome.stdout_bytes,
    )?;
    check(outcome.stderr_bytes == 300_000, outcome.stderr_bytes)?;
    let mut endless = bash("yes & sleep 0.1");
    endless.output_limit = 100;
    let outcome = device.launch(&endless, &NoSink, &Cancel::default())?;
    check(
        outcome.exit == Exit::Code(0) && outcome.observed.left.len() == 1,
        &outcome,
    )
}
