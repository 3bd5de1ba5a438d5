//! Jobs: start, output, end, what they leave, what they wait for.

use crate::harness::{SHARED, number, order};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use shakedown_helper::protocol::message::{HelperEvent, ProcessInfo, Stdin};
use shakedown_helper::protocol::{Reply, Request};
use std::time::{Duration, Instant};

fn processes() -> Vec<ProcessInfo> {
    match SHARED.ask(Request::Processes) {
        Reply::Processes { processes } => processes,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_exit_code_has_all_its_bits() {
    for code in [0_u32, 1, 256, 1603, 3010, 0x8000_0001, u32::MAX] {
        let line = format!("cmd /c exit {}", code.cast_signed());
        assert_eq!(SHARED.run(&line).exit, code);
    }
}

#[test]
fn the_environment_is_as_given() {
    let job = number();
    let mut order = order(job, "cmd /c set");
    order.env.push(("usrName".into(), "Größe € 😀 = x".into()));
    SHARED.start_job(order.clone());
    let out = SHARED.ended(job).stdout;
    assert!(out.contains("usrName=Größe € 😀 = x\r\n"), "{out}");
    // Nothing of the helper's own environment.
    let names: Vec<&str> = out.lines().filter_map(|l| l.split('=').next()).collect();
    assert!(!names.contains(&"RUN_IN_WINE"), "{out}");
    order.job = number();
    order.env.push(("a=b".into(), String::new()));
    let refused = SHARED.ask(Request::Start(Box::new(order)));
    assert!(matches!(refused, Reply::Failed { .. }), "{refused:?}");
}

#[test]
fn output_is_whole_and_streams_are_apart() {
    let line = "cmd /c \"for /l %i in (1,1,1000) do @(echo out %i& echo err %i 1>&2)\"";
    let ended = SHARED.run(line);
    let wanted = |word: &str| -> String { (1..=1000).map(|i| format!("{word} {i}\r\n")).collect() };
    assert_eq!(ended.stdout, wanted("out"));
    assert_eq!(ended.stderr.replace(" \r\n", "\r\n"), wanted("err"));
}

#[test]
fn stdin_is_what_was_ordered() {
    let job = number();
    let mut bytes = order(job, "findstr b");
    bytes.stdin = Stdin::Bytes {
        base64: STANDARD.encode("abc\r\nxyz\r\n"),
    };
    SHARED.start_job(bytes);
    assert_eq!(SHARED.ended(job).stdout, "abc\r\n");
    // NUL is at its end at once.
    assert_eq!(SHARED.run("cmd /c pause").exit, 0);
}

#[test]
fn what_cannot_start_is_refused_with_windows_code() {
    for (line, cwd, wanted) in [
        ("nosuch.exe", r"C:\windows", 2),
        ("hostname", r"C:\no such folder", 267),
    ] {
        let mut order = order(number(), line);
        order.cwd = cwd.into();
        match SHARED.ask(Request::Start(Box::new(order))) {
            Reply::Failed { code, .. } => assert_eq!(code, wanted, "{line}"),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_console_is_its_own() {
    let first = number();
    SHARED.start_job(order(
        first,
        "cmd /c \"chcp 437 >nul & ping -n 3 127.0.0.1 >nul & chcp\"",
    ));
    std::thread::sleep(Duration::from_millis(500));
    let other = SHARED.run("cmd /c chcp").stdout;
    assert!(other.contains("65001"), "{other}");
    assert!(SHARED.ended(first).stdout.contains("437"));
    let after = SHARED.run("cmd /c chcp").stdout;
    assert!(
        after.contains("65001"),
        "a console came back changed: {after}"
    );
}

#[test]
fn what_is_left_is_told_and_ended() {
    for (redirect, stdout) in [("", true), (">nul", false)] {
        let job = number();
        let line = format!("cmd /c \"start /b ping -n 60 127.0.0.1 {redirect} & echo done\"");
        let since = Instant::now();
        SHARED.start_job(order(job, &line));
        let ended = SHARED.ended(job);
        assert!(
            since.elapsed() < Duration::from_secs(30),
            "it waited for the child"
        );
        assert!(ended.stdout.contains("done"));
        let [left] = &ended.left[..] else {
            panic!("{ended:?}");
        };
        assert!(left.name.eq_ignore_ascii_case("ping.exe"), "{left:?}");
        assert!(left.command_line.contains("-n 60"), "{left:?}");
        assert_eq!((left.holds_stdout, left.holds_stderr), (stdout, true));
        assert!(
            processes()
                .iter()
                .any(|p| p.pid == left.pid && p.job == Some(job))
        );
        assert_eq!(SHARED.ask(Request::KillLeft { job }), Reply::Done);
        assert!(!processes().iter().any(|p| p.pid == left.pid));
    }
}

#[test]
fn a_tree_is_ended_whole() {
    let job = number();
    SHARED.start_job(order(
        job,
        "cmd /c \"cmd /c ping -n 60 127.0.0.1 & echo never\"",
    ));
    let grown = || processes().iter().filter(|p| p.job == Some(job)).count() == 3;
    let until = Instant::now() + Duration::from_secs(20);
    while !grown() {
        assert!(Instant::now() < until, "{:?}", processes());
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(SHARED.ask(Request::Kill { job }), Reply::Done);
    let ended = SHARED.ended(job);
    assert!(ended.killed && ended.left.is_empty(), "{ended:?}");
    assert!(!ended.stdout.contains("never"));
    assert!(!processes().iter().any(|p| p.job == Some(job)));
}

#[test]
fn a_job_that_waits_for_input_is_told_and_ended() {
    for (line, stdin, wanted) in [
        ("cmd /c set /p x=name?", Stdin::Open, "stdin"),
        ("findstr x", Stdin::Open, "stdin"),
        (r"C:\windows\syswow64\findstr.exe x", Stdin::Open, "stdin"),
        ("cmd /c \"pause <con\"", Stdin::Null, "console"),
        (
            r"cmd /c copy con C:\windows\temp\con.txt",
            Stdin::Null,
            "console",
        ),
        (
            r"C:\windows\syswow64\cmd.exe /c copy con C:\windows\temp\con32.txt",
            Stdin::Null,
            "console",
        ),
    ] {
        let job = number();
        let mut order = order(job, line);
        order.stdin = stdin;
        order.stop_on_wait = true;
        SHARED.start_job(order);
        let ended = SHARED.ended(job);
        assert!(ended.killed, "{line}: {ended:?}");
        let told = SHARED.event("wait", |event| match event {
            HelperEvent::InputWait { job: j, what, .. } if *j == job => Some(what.clone()),
            _ => None,
        });
        assert!(told.contains(wanted), "{line}: {told}");
    }
}

#[test]
fn a_job_that_only_takes_its_time_is_left_alone() {
    let job = number();
    let mut order = order(job, "cmd /c \"ping -n 4 127.0.0.1 | findstr x\"");
    order.stdin = Stdin::Open;
    order.stop_on_wait = true;
    SHARED.start_job(order);
    let ended = SHARED.ended(job);
    assert!(!ended.killed, "{ended:?}");
}

#[test]
fn a_window_is_told_with_its_text() {
    let job = number();
    let mut order = order(job, "winver");
    order.stop_on_wait = true;
    SHARED.start_job(order);
    assert!(SHARED.ended(job).killed);
    let (title, text) = SHARED.event("window", |event| match event {
        HelperEvent::Window {
            job: j,
            title,
            text,
            ..
        } if *j == job => Some((title.clone(), text.clone())),
        _ => None,
    });
    assert!(!title.is_empty() && text.contains("OK"), "{title}: {text}");
}

#[test]
fn many_jobs_at_once_are_all_right() {
    let bad: Vec<String> = std::thread::scope(|scope| {
        let lanes: Vec<_> = (0..8_u32)
            .map(|lane| {
                scope.spawn(move || {
                    let mut bad = Vec::new();
                    for turn in 0..8 {
                        let code = 0x10_0000 + lane * 8 + turn;
                        let line = format!("cmd /c \"echo {code}& exit {code}\"");
                        let ended = SHARED.run(&line);
                        let right = ended.exit == code
                            && ended.stdout == format!("{code}\r\n")
                            && ended.stderr.is_empty()
                            && ended.left.is_empty();
                        if !right {
                            bad.push(format!("{code}: {ended:?}"));
                        }
                    }
                    bad
                })
            })
            .collect();
        lanes
            .into_iter()
            .flat_map(|lane| lane.join().unwrap())
            .collect()
    });
    assert!(bad.is_empty(), "{bad:#?}");
}
