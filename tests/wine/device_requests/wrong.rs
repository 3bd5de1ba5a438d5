//! Lines that are no request, callers that hang up in the middle, and more of them than are served.

use super::{asked, at_once, call, check, device};
use libtest_mimic::Failed;
use serde_json::{Value, json};
use shakedown::engine::Device;
use shakedown_helper::protocol::DEEPEST;
use std::sync::Arc;

/// Connections that each caller keeps open, having said half a line.
const HELD: usize = 12;
/// More connections than the helper serves at once.
const GONE: usize = 300;

/// What stands for an answer that is no error.
const DONE: &str = "done";

fn nested(depth: usize) -> String {
    let (open, close) = ("[".repeat(depth), "]".repeat(depth));
    format!("{{\"ask\":\"note\",\"name\":\"n\",\"value\":{open}{close}}}\n")
}

/// The device answers as ever.
fn alive(device: &Arc<dyn Device>, name: &str, mode: &str) -> Result<(), Failed> {
    let put = json!({ "ask": "put", "name": "alive", "key": name, "value": name });
    let get = json!({ "ask": "get", "name": "alive", "key": name });
    let (answers, _) = asked(device, name, mode, &[put, get])?;
    check(
        answers[0]["answer"] == "done" && answers[1]["value"] == name,
        (name, answers),
    )
}

pub fn lines() -> Result<(), Failed> {
    let device = device("wrong")?;
    let mut rows: Vec<(Vec<u8>, &str)> = [
        ("\n", "EOF while parsing"),
        ("rubbish\n", "expected value"),
        ("{}\n", "missing field `ask`"),
        ("[]\n", "no question of the protocol"),
        ("null\n", "no question of the protocol"),
        ("{\"ask\":\"facts\"}\n", "missing field `name`"),
        (
            "{\"ask\":\"nothing\",\"name\":\"x\"}\n",
            "unknown variant `nothing`",
        ),
        ("{\"ask\":\"facts\",\"name\":7}\n", "invalid type"),
        (
            "{\"ask\":\"put\",\"name\":\"a\",\"key\":\"b\"}\n",
            "missing field `value`",
        ),
        (
            "{\"ask\":\"get\",\"name\":\"a\",\"key\":\"\\ud83d\"}\n",
            "no question of the protocol",
        ),
        (
            "{\"ask\":\"get\",\"name\":\"a\",\"key\":\"b\"} x\n",
            "trailing characters",
        ),
        (
            "{\"ask\":\"add\",\"name\":\"a\",\"value\":1e999}\n",
            "number out of range",
        ),
        (
            "{\"ask\":\"get\",\"name\":\"a\"\r\n",
            "no question of the protocol",
        ),
    ]
    .iter()
    .map(|(line, what)| (line.as_bytes().to_vec(), *what))
    .collect();
    rows.push((
        b"{\"ask\":\"facts\",\"name\":\"\xff\xfe\"}\n".to_vec(),
        "no question of the protocol",
    ));
    rows.push((
        b"\xef\xbb\xbf{\"ask\":\"facts\",\"name\":\"os\"}\n".to_vec(),
        "no question of the protocol",
    ));
    // As deep as values may be, as a reader of JSON goes on one end and not on the other, and far deeper.
    rows.push((nested(DEEPEST).into_bytes(), DONE));
    let deep = "a value is nested at most 100 deep";
    let deeper = [DEEPEST + 1, 124, 125, 126];
    rows.extend(deeper.map(|depth| (nested(depth).into_bytes(), deep)));
    let beyond = [127, 128, 129].map(|depth| (nested(depth).into_bytes(), "recursion limit"));
    rows.extend(beyond);
    rows.push((nested(100_000).into_bytes(), "recursion limit exceeded"));
    let name = "n".repeat(10_000);
    rows.push((
        format!("{{\"ask\":\"add\",\"name\":\"{name}\",\"value\":1}}\n").into_bytes(),
        "a name's size in bytes",
    ));
    let value = "v".repeat(5 << 20);
    rows.push((
        format!("{{\"ask\":\"add\",\"name\":\"a\",\"value\":\"{value}\"}}\n").into_bytes(),
        "an object's size in bytes",
    ));
    for (n, (line, what)) in rows.iter().enumerate() {
        device.write_file(r"C:\wrong.in", line, 0o644)?;
        call(&device, r"raw C:\wrong.in C:\wrong.out")?;
        let told = device
            .read_file(r"C:\wrong.out", 1 << 20)?
            .unwrap_or_default();
        let shown = String::from_utf8_lossy(&line[..line.len().min(80)]).into_owned();
        let answer: Value =
            serde_json::from_slice(&told).map_err(|e| format!("{n}: {shown}: {e}: {told:?}"))?;
        let text = answer["what"].as_str().unwrap_or_default();
        let fits = match *what {
            DONE => answer["answer"] == "done",
            part => answer["answer"] == "failed" && text.contains(part),
        };
        check(fits, (n, shown, answer))?;
    }
    alive(&device, "after", "each")
}

pub fn floods() -> Result<(), Failed> {
    let device = device("floods")?;
    device.write_file(
        r"C:\half.in",
        b"{\"ask\":\"put\",\"name\":\"half\",\"key\":\"k\",\"va",
        0o644,
    )?;
    device.write_file(
        r"C:\whole.in",
        b"{\"ask\":\"list\",\"name\":\"alive\"}\n",
        0o644,
    )?;
    at_once(|n| match n % 4 {
        0 => alive(&device, &format!("held{n}"), &format!("hold {HELD}")),
        1 => call(&device, &format!(r"leave C:\half.in {GONE}")).map(drop),
        2 => call(&device, &format!(r"leave C:\whole.in {GONE}")).map(drop),
        _ => (0..5).try_for_each(|turn| alive(&device, &format!("own{n}-{turn}"), "each")),
    })?;
    alive(&device, "after", "each")?;
    // Half a request is none.
    let left = crate::linux::device::windows(&device)?.list("half")?;
    check(left.is_empty(), left)
}
