//! What every program here needs: the device's facts and stores, lines in Windows' form, and the ways
//! a call can end.

use super::row::Row;
use crate::programs::{Call, Ended};
use crate::protocol::ask::How;
use crate::protocol::{Answer, Question};
use serde_json::{Value, json};
use std::fmt::Display;

/// Why a program goes no further.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// It ends as Windows' own would: text on stderr (no line of it where empty) and exit code.
    Windows { exit: i32, text: String },
    /// As [`Stop::Windows`], but the text is on stdout, where many programs write their errors.
    Said { exit: i32, text: String },
    /// This is not known of a played device, so it is refused by name.
    Refused { what: String },
    /// The device did not answer.
    Device { what: String },
}

impl Stop {
    /// Windows' own error, on stderr.
    pub fn error(exit: i32, text: impl Into<String>) -> Stop {
        Stop::Windows {
            exit,
            text: text.into(),
        }
    }

    /// Windows' own error, on stdout.
    pub fn said(exit: i32, text: impl Into<String>) -> Stop {
        Stop::Said {
            exit,
            text: text.into(),
        }
    }

    /// Refused: an option, a value or a fact by name.
    pub fn refused(what: impl Into<String>) -> Stop {
        Stop::Refused { what: what.into() }
    }
}

/// How a program's function ends.
pub type Played = Result<Ended, Stop>;

/// It ended with an exit code, answered from facts and stores.
pub fn told(exit: i32) -> Played {
    Ok(Ended {
        exit,
        how: How::Facts,
    })
}

/// It ended with an exit code, done truly.
pub fn done(exit: i32) -> Played {
    Ok(Ended {
        exit,
        how: How::Done,
    })
}

/// Name of the note that an answer was a default and nothing that was declared.
pub const BY_DEFAULT: &str = "byDefault";

/// Runs a program's function and says what stopped it.
pub fn play(call: &mut Call<'_>, program: impl FnOnce(&mut Desk<'_, '_>) -> Played) -> Ended {
    let stop = match program(&mut Desk { call }) {
        Ok(ended) => return ended,
        Err(stop) => stop,
    };
    let mut desk = Desk { call };
    match stop {
        Stop::Windows { exit, text } => {
            if !text.is_empty() {
                desk.err(text);
            }
            Ended {
                exit,
                how: How::Facts,
            }
        }
        Stop::Said { exit, text } => {
            desk.out(text);
            Ended {
                exit,
                how: How::Facts,
            }
        }
        Stop::Refused { what } => desk
            .call
            .refuse(format_args!("not played on this device: {what}")),
        Stop::Device { what } => desk.call.refuse(what),
    }
}

/// A call with the device at hand.
pub struct Desk<'d, 'c> {
    pub call: &'d mut Call<'c>,
}

impl Desk<'_, '_> {
    /// A line on stdout. A reader that has gone is no error of the program.
    pub fn out(&mut self, line: impl Display) {
        let text = crlf(&line.to_string());
        let _ = self.call.out.write_all(text.as_bytes());
    }

    /// A line on stderr.
    pub fn err(&mut self, line: impl Display) {
        let text = crlf(&line.to_string());
        let _ = self.call.err.write_all(text.as_bytes());
    }

    /// Arguments of the call.
    pub fn args(&self) -> Vec<String> {
        self.call.args.clone()
    }

    fn ask(&self, question: &Question) -> Result<Answer, Stop> {
        match self.call.device.ask(question) {
            Ok(Answer::Failed { what }) | Err(what) => Err(Stop::Device { what }),
            Ok(answer) => Ok(answer),
        }
    }

    fn value(&self, question: &Question) -> Result<Value, Stop> {
        match self.ask(question)? {
            Answer::Value { value } => Ok(value),
            other => Err(Stop::Device {
                what: format!("the device gave another answer than a value: {other:?}"),
            }),
        }
    }

    /// A fact; null where it is not known.
    pub fn fact(&self, name: &str) -> Result<Value, Stop> {
        self.value(&Question::Facts { name: name.into() })
    }

    /// A fact that is one object; empty where it is not known.
    pub fn facts(&self, name: &str) -> Result<Row, Stop> {
        Ok(Row::of(self.fact(name)?))
    }

    /// A fact without which the program cannot answer; `what` names it in the refusal.
    pub fn known(&self, name: &str) -> Result<Value, Stop> {
        match self.fact(name)? {
            Value::Null => Err(Stop::refused(format!("the fact '{name}' is not declared"))),
            value => Ok(value),
        }
    }

    /// Objects of a store.
    pub fn list(&self, store: &str) -> Result<Vec<Row>, Stop> {
        let list = self.value(&Question::List { name: store.into() })?;
        Ok(rows(list))
    }

    /// One object of a store.
    pub fn get(&self, store: &str, key: &str) -> Result<Value, Stop> {
        self.value(&Question::Get {
            name: store.into(),
            key: key.into(),
        })
    }

    /// Puts an object.
    pub fn put(&self, store: &str, key: &str, value: Value) -> Result<(), Stop> {
        self.ask(&Question::Put {
            name: store.into(),
            key: key.into(),
            value,
            expected: None,
        })
        .map(drop)
    }

    /// Puts an object if the present one is `expected` (null: there is none); whether it was put.
    pub fn swap(
        &self,
        store: &str,
        key: &str,
        expected: Value,
        value: Value,
    ) -> Result<bool, Stop> {
        let answer = self.ask(&Question::Put {
            name: store.into(),
            key: key.into(),
            value,
            expected: Some(expected),
        })?;
        Ok(matches!(answer, Answer::Done))
    }

    /// Removes an object; whether it was there.
    pub fn remove(&self, store: &str, key: &str) -> Result<bool, Stop> {
        let was = self.value(&Question::Remove {
            name: store.into(),
            key: key.into(),
        })?;
        Ok(was == Value::Bool(true))
    }

    /// Tells the device something that it only writes down.
    pub fn note(&self, name: &str, value: Value) -> Result<(), Stop> {
        self.ask(&Question::Note {
            name: name.into(),
            value,
        })
        .map(drop)
    }

    /// Tells the device that an answer is Windows' own default, because nothing declares it.
    pub fn defaulted(&self, what: &str, declare: &str) -> Result<(), Stop> {
        let value = json!({ "command": self.call.name, "what": what, "declare": declare });
        self.note(BY_DEFAULT, value)
    }

    /// Rows of a table: the fact's, overlaid by the store of the same name, where `{"~removed": key}`
    /// hides one. None: neither declares any.
    pub fn table(&self, name: &str, key: &str) -> Result<Option<Vec<Row>>, Stop> {
        let fact = self.fact(name)?;
        let stored = self.list(name)?;
        if fact.is_null() && stored.is_empty() {
            return Ok(None);
        }
        let mut all = rows(fact);
        for row in stored {
            if let Some(gone) = row.text("~removed") {
                all.retain(|r| !r.text(key).is_some_and(|k| same(&k, &gone)));
                continue;
            }
            let id = row.text(key).unwrap_or_default();
            match all
                .iter_mut()
                .find(|r| r.text(key).is_some_and(|k| same(&k, &id)))
            {
                Some(old) => *old = row,
                None => all.push(row),
            }
        }
        Ok(Some(all))
    }

    /// Rows of a table without which the program cannot answer.
    pub fn known_table(&self, name: &str, key: &str) -> Result<Vec<Row>, Stop> {
        self.table(name, key)?
            .ok_or_else(|| Stop::refused(format!("the fact '{name}' is not declared")))
    }

    /// Name of the device: fact `computerSystem`'s, else what the environment tells.
    pub fn host(&self) -> Result<String, Stop> {
        Ok(self
            .facts("computerSystem")?
            .text("Name")
            .or_else(|| std::env::var("COMPUTERNAME").ok())
            .unwrap_or_else(|| "localhost".into()))
    }

    /// Whether a name given for a computer is this one.
    pub fn is_this(&self, computer: &str) -> Result<bool, Stop> {
        let name = computer.trim_start_matches('\\');
        Ok([".", "localhost", "127.0.0.1", "::1"].contains(&name) || same(name, &self.host()?))
    }
}

/// Whether two names are the same on Windows.
pub fn same(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b) || a.to_lowercase() == b.to_lowercase()
}

fn rows(list: Value) -> Vec<Row> {
    match list {
        Value::Array(items) => items.into_iter().map(Row::of).collect(),
        Value::Null => Vec::new(),
        one => vec![Row::of(one)],
    }
}

/// A text and an end of line, each line ended as Windows ends them.
fn crlf(text: &str) -> String {
    let mut all = text.replace("\r\n", "\n").replace('\n', "\r\n");
    all.push_str("\r\n");
    all
}
