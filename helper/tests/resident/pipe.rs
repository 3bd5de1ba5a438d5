//! Questions of programs on the named pipe, and clients that mean harm.

use crate::harness::SHARED;
use serde_json::Value;
use shakedown_helper::programs::Ask;
use shakedown_helper::programs::client::Client;
use shakedown_helper::protocol::{Answer, PIPE, Question, Request, VERSION};
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};

fn ready() {
    let _ = SHARED.ask(Request::Hello { version: VERSION });
}

fn note(name: String) -> Question {
    Question::Note {
        name,
        value: Value::Null,
    }
}

/// Connects as any program could.
fn connect() -> File {
    loop {
        match OpenOptions::new().read(true).write(true).open(PIPE) {
            Ok(pipe) => return pipe,
            Err(_) => std::thread::sleep(std::time::Duration::from_millis(2)),
        }
    }
}

#[test]
fn many_clients_get_each_its_own_answer() {
    ready();
    std::thread::scope(|scope| {
        for lane in 0..16 {
            scope.spawn(move || {
                for turn in 0..20 {
                    let name = format!("{lane}/{turn}");
                    let answer = Client.ask(&note(name.clone())).unwrap();
                    assert_eq!(answer, Answer::Value { value: name.into() });
                }
            });
        }
    });
}

#[test]
fn a_long_question_is_answered() {
    ready();
    let name = "ü".repeat(3 << 20);
    let answer = Client.ask(&note(name.clone())).unwrap();
    assert_eq!(answer, Answer::Value { value: name.into() });
}

#[test]
fn hostile_clients_harm_nobody() {
    ready();
    // These say nothing, or half of something, and stay.
    let silent: Vec<File> = (0..20).map(|_| connect()).collect();
    for mut half in &silent[10..] {
        half.write_all(b"{\"ask\":").unwrap();
    }
    // These go away at once.
    for _ in 0..20 {
        drop(connect());
        let _ = connect().write_all(b"{\"ask\":\"note\"");
    }
    for wrong in [
        "\n",
        "rubbish\n",
        "{\"ask\":\"no-such\"}\n",
        "[[[[\n",
        "\0\n",
    ] {
        let mut pipe = connect();
        pipe.write_all(wrong.as_bytes()).unwrap();
        let mut told = String::new();
        // The helper closes its end when the answer is read.
        let mut byte = [0];
        while !told.ends_with('\n') && pipe.read(&mut byte).unwrap() == 1 {
            told.push(char::from(byte[0]));
        }
        let answer: Answer = serde_json::from_str(&told).unwrap();
        assert!(matches!(answer, Answer::Failed { .. }), "{wrong:?}: {told}");
    }
    let answer = Client.ask(&note("still".into())).unwrap();
    assert_eq!(
        answer,
        Answer::Value {
            value: "still".into()
        }
    );
    drop(silent);
}
