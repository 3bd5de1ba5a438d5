//! A device made up for tests: facts and stores in memory.

use crate::programs::{Ask, Call, Ended, find};
use crate::protocol::{Answer, Question};
use serde_json::Value;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Facts, stores and notes of a device.
#[derive(Default)]
pub struct Fake {
    facts: Value,
    stores: RefCell<BTreeMap<String, BTreeMap<String, Value>>>,
    pub notes: RefCell<Vec<(String, Value)>>,
}

/// What a call gave.
#[derive(Debug)]
pub struct Ran {
    pub ended: Ended,
    pub out: String,
    pub err: String,
}

impl Fake {
    /// A device with these facts.
    pub fn with(facts: Value) -> Fake {
        Fake {
            facts,
            ..Fake::default()
        }
    }

    /// Runs a program; arguments are split at spaces, `'` holds one together.
    pub fn run(&self, line: &str) -> Ran {
        let mut words = Vec::new();
        for (n, part) in line.split('\'').enumerate() {
            match n % 2 {
                0 => words.extend(part.split_whitespace().map(str::to_owned)),
                _ => words.push(part.to_owned()),
            }
        }
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let name = words.remove(0);
        let program = find(&name).expect("the program is in the table");
        let ended = (program.run)(&mut Call {
            name: &name,
            line: &words.join(" "),
            args: words,
            device: self,
            out: &mut out,
            err: &mut err,
        });
        let text = |bytes| String::from_utf8(bytes).expect("output is UTF-8");
        Ran {
            ended,
            out: text(out).replace("\r\n", "\n"),
            err: text(err).replace("\r\n", "\n"),
        }
    }

    /// Objects of a store.
    pub fn store(&self, name: &str) -> Vec<Value> {
        let stores = self.stores.borrow();
        stores
            .get(name)
            .into_iter()
            .flat_map(|s| s.values().cloned())
            .collect()
    }

    /// Puts an object into a store.
    pub fn put(&self, name: &str, key: &str, value: Value) {
        let mut stores = self.stores.borrow_mut();
        let store = stores.entry(name.into()).or_default();
        store.insert(key.to_lowercase(), value);
    }
}

impl Ask for Fake {
    fn ask(&self, question: &Question) -> Result<Answer, String> {
        let mut stores = self.stores.borrow_mut();
        let value = |value| Ok(Answer::Value { value });
        match question {
            Question::Facts { name } => value(self.facts[name.as_str()].clone()),
            Question::List { name } => {
                let objects = stores.get(name).into_iter().flat_map(|s| s.values());
                value(objects.cloned().collect())
            }
            Question::Get { name, key } => {
                let found = stores.get(name).and_then(|s| s.get(&key.to_lowercase()));
                value(found.cloned().unwrap_or(Value::Null))
            }
            Question::Put {
                name,
                key,
                value,
                expected,
            } => {
                let store = stores.entry(name.clone()).or_default();
                let present = store
                    .get(&key.to_lowercase())
                    .cloned()
                    .unwrap_or(Value::Null);
                if expected.as_ref().is_some_and(|e| *e != present) {
                    return Ok(Answer::Conflict { value: present });
                }
                store.insert(key.to_lowercase(), value.clone());
                Ok(Answer::Done)
            }
            Question::Remove { name, key } => {
                let store = stores.entry(name.clone()).or_default();
                value(store.remove(&key.to_lowercase()).is_some().into())
            }
            Question::Note { name, value } => {
                self.notes.borrow_mut().push((name.clone(), value.clone()));
                Ok(Answer::Done)
            }
            other => Err(format!("no test asks this: {other:?}")),
        }
    }
}
