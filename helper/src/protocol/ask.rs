//! What programs of a device ask of it.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// One question of a program, answered by one [`Answer`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "kebab-case")]
pub enum Question {
    /// Is a command double declared for this command? Asked first by every program that may be one.
    Double {
        command: String,
        args: Vec<String>,
        cwd: String,
        /// What was piped in, first 64 KiB, lossy UTF-8.
        stdin: String,
    },
    /// One declared or defaulted fact: `os`, `computerSystem`, `disks` ...; [`Answer::Value`].
    Facts { name: String },
    /// Objects of a store in order of their keys; [`Answer::Value`] with a list.
    List { name: String },
    /// One object; [`Answer::Value`], null when there is none.
    Get { name: String, key: String },
    /// Puts an object; with `expected` only if the present one equals it (null: none is there).
    /// [`Answer::Done`] or [`Answer::Conflict`].
    Put {
        name: String,
        key: String,
        value: Value,
        #[serde(
            default,
            deserialize_with = "given",
            skip_serializing_if = "Option::is_none"
        )]
        expected: Option<Value>,
    },
    /// Adds an object under the next free number, which is its key; [`Answer::Value`] with the number.
    Add { name: String, value: Value },
    /// Removes an object; [`Answer::Value`] with whether it was there.
    Remove { name: String, key: String },
    /// Only journalled: `reboot`, `unavailable`, `rename` ...; [`Answer::Done`].
    Note { name: String, value: Value },
    /// Did a script end by an error in this process of Wine's script host, which has ended?
    /// [`Answer::Value`] with true or false.
    ScriptError { pid: u32 },
    /// How a played program ended; journalled as a call. [`Answer::Done`].
    Played {
        command: String,
        args: Vec<String>,
        stdin: String,
        exit: i32,
        how: How,
    },
}

impl Question {
    /// How deep its values are nested: 0 for plain ones and for none.
    pub fn depth(&self) -> usize {
        match self {
            Question::Put {
                value, expected, ..
            } => depth(value).max(expected.as_ref().map_or(0, depth)),
            Question::Add { value, .. } | Question::Note { value, .. } => depth(value),
            _ => 0,
        }
    }
}

/// Depth of lists and objects; the reader of JSON bounds it.
fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(fields) => 1 + fields.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

/// A field that is there, null too: serde alone reads null as if it were absent.
fn given<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(from).map(Some)
}

/// What stands behind a played program's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// Done truly on the device.
    Done,
    /// Answered from the device's facts and stores.
    Facts,
    /// Refused by name, because it cannot be told truly here.
    Refused,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "kebab-case")]
pub enum Answer {
    Done,
    Value {
        value: Value,
    },
    /// The object was another meanwhile.
    Conflict {
        value: Value,
    },
    /// A double's output and exit code, after its effects were done.
    Double {
        stdout: String,
        stderr: String,
        exit: i32,
    },
    /// No double of this command, or none of its cases takes this call: do as you would.
    NotDoubled,
    Failed {
        what: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deepest_value_counts() {
        let put = Question::Put {
            name: "a".into(),
            key: "b".into(),
            value: serde_json::json!({ "x": [1] }),
            expected: Some(serde_json::json!([[[]]])),
        };
        assert_eq!(put.depth(), 3);
        let facts = Question::Facts { name: "os".into() };
        assert_eq!(facts.depth(), 0);
    }

    #[test]
    fn expecting_nothing_differs_from_not_expecting() {
        for expected in [None, Some(Value::Null), Some(Value::from(1))] {
            let question = Question::Put {
                name: "tasks".into(),
                key: "a".into(),
                value: Value::from(2),
                expected,
            };
            let line = serde_json::to_string(&question).unwrap();
            assert_eq!(serde_json::from_str::<Question>(&line).unwrap(), question);
        }
    }
}
