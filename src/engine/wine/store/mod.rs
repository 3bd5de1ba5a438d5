//! What a Windows device knows of itself beside its files and registry: facts, and named stores of
//! objects (event log, scheduled tasks, users) that its programs read and change.
//!
//! The harness holds them, so that a reboot of the device loses none. Every question of a program is
//! answered under one lock; every change is journalled until it is taken.

mod key;
mod objects;
mod secret;
mod seeds;
mod tasks;
#[cfg(test)]
mod tests;
pub mod views;

pub use objects::{Limits, StoreError};
pub use tasks::Action;
pub use views::{EventEntry, EventLevel, TaskEntry, UserEntry};

use crate::engine::WindowsSpec;
use crate::rmm::facts::Facts;
use crate::rmm::observed::{DeviceNote, StoreChange};
use jiff::Timestamp;
use objects::Objects;
use serde_json::{Value, json};
use shakedown_helper::protocol::{Answer, Question};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Facts and stores of one device; every method may be called from several threads.
#[derive(Debug)]
pub struct Stores {
    facts: Facts,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    objects: Objects,
    /// Facts that were changed since the device was booted.
    changed: BTreeMap<String, Value>,
    seen: Seen,
    /// When the device was started last.
    started: Timestamp,
}

/// What changed since it was last taken.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Seen {
    /// Changes of stores in their order.
    pub stores: Vec<StoreChange>,
    /// Notes in their order.
    pub told: Vec<DeviceNote>,
}

/// An answer with what giving it changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Answered {
    pub answer: Answer,
    pub seen: Seen,
}

impl Answered {
    fn only(answer: Answer) -> Answered {
        Answered {
            answer,
            seen: Seen::default(),
        }
    }
}

impl Stores {
    /// Facts and stores of a device at boot. The facts `events` and `scheduledTasks` become objects of
    /// the stores `events` and `tasks` and are then told as empty lists, so that each entry is in one
    /// place only; the objects of [`WindowsSpec::stores`] come after them.
    ///
    /// # Errors
    /// A seed is larger than a store may hold.
    pub fn new(spec: &WindowsSpec) -> Result<Stores, StoreError> {
        let mut facts = spec.facts.clone();
        for fact in facts.0.values_mut() {
            secret::hide(fact);
        }
        let mut objects = Objects::default();
        for (store, key, value) in seeds::taken(&mut facts) {
            objects.put(&store, &key, value)?;
        }
        for (store, key, value) in &spec.stores {
            let mut value = value.clone();
            secret::hide(&mut value);
            seeds::finish(&objects, store, &mut value);
            objects.put(store, key, value)?;
        }
        Ok(Stores {
            facts,
            inner: Mutex::new(Inner {
                objects,
                changed: BTreeMap::new(),
                seen: Seen::default(),
                started: Timestamp::now(),
            }),
        })
    }

    /// What the device tells of itself, as programs are told it after its boot.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// A fact as programs are told it now.
    pub fn fact_now(&self, name: &str) -> Value {
        let inner = self.lock();
        self.fact(&inner.changed, name, inner.started)
    }

    /// Programs are told this from here on.
    pub fn change_fact(&self, name: &str, mut value: Value) {
        secret::hide(&mut value);
        self.lock().changed.insert(name.to_owned(), value);
    }

    /// Answers a program's question and journals what it changed; `None` for the questions that are
    /// not about facts, stores or notes ([`Question::Double`], [`Question::Played`],
    /// [`Question::ScriptError`]).
    pub fn answer(&self, question: &Question) -> Option<Answer> {
        let mut inner = self.lock();
        let answered = self.ask(&mut inner, question)?;
        inner.seen.stores.extend(answered.seen.stores);
        inner.seen.told.extend(answered.seen.told);
        Some(answered.answer)
    }

    /// As [`Stores::answer`], but gives the change back instead of keeping it in the journal.
    pub fn answer_seen(&self, question: &Question) -> Option<Answered> {
        self.ask(&mut self.lock(), question)
    }

    /// All that changed since this was last asked, oldest first.
    pub fn take_seen(&self) -> Seen {
        std::mem::take(&mut self.lock().seen)
    }

    /// Objects of a store in order of their keys: runs of digits count as numbers.
    pub fn list(&self, store: &str) -> Vec<(String, Value)> {
        self.lock().objects.list(store)
    }

    /// One object.
    pub fn get(&self, store: &str, key: &str) -> Option<Value> {
        self.lock().objects.get(store, key).cloned()
    }

    /// Puts an object, none removes it; the harness's own change, in no journal.
    ///
    /// # Errors
    /// The object, or the store with it, is larger than may be.
    pub fn put(&self, store: &str, key: &str, value: Option<Value>) -> Result<(), StoreError> {
        let mut inner = self.lock();
        match value {
            Some(mut value) => {
                secret::hide(&mut value);
                inner.objects.put(store, key, value)
            }
            None => {
                inner.objects.remove(store, key);
                Ok(())
            }
        }
    }

    fn ask(&self, inner: &mut Inner, question: &Question) -> Option<Answered> {
        let objects = &mut inner.objects;
        Some(match question {
            Question::Facts { name } => Answered::only(Answer::Value {
                value: self.fact(&inner.changed, name, inner.started),
            }),
            Question::List { name } => Answered::only(Answer::Value {
                value: objects.list(name).into_iter().map(|(_, v)| v).collect(),
            }),
            Question::Get { name, key } => Answered::only(Answer::Value {
                value: objects.get(name, key).cloned().unwrap_or(Value::Null),
            }),
            Question::Put {
                name,
                key,
                value,
                expected,
            } => {
                let present = objects.get(name, key).unwrap_or(&Value::Null);
                if let Some(mut expected) = expected.clone() {
                    secret::hide(&mut expected);
                    if expected != *present {
                        return Some(Answered::only(Answer::Conflict {
                            value: present.clone(),
                        }));
                    }
                }
                let mut value = value.clone();
                secret::hide(&mut value);
                match objects.put(name, key, value.clone()) {
                    Ok(()) => changed(Answer::Done, name, key, Some(value)),
                    Err(e) => failed(&e),
                }
            }
            Question::Add { name, value } => {
                let mut value = value.clone();
                secret::hide(&mut value);
                let number = objects.next_number(name);
                let key = number.to_string();
                match objects.put(name, &key, value.clone()) {
                    Ok(()) => changed(
                        Answer::Value {
                            value: number.into(),
                        },
                        name,
                        &key,
                        Some(value),
                    ),
                    Err(e) => failed(&e),
                }
            }
            Question::Remove { name, key } => {
                let answer = |was: bool| Answer::Value { value: was.into() };
                match objects.remove(name, key) {
                    true => changed(answer(true), name, key, None),
                    false => Answered::only(answer(false)),
                }
            }
            Question::Note { name, value } => {
                let mut value = value.clone();
                secret::hide(&mut value);
                if let Err(e) = objects.journalled(name, "", Some(&value)) {
                    return Some(failed(&e));
                }
                Answered {
                    answer: Answer::Done,
                    seen: Seen {
                        stores: Vec::new(),
                        told: vec![DeviceNote {
                            name: name.clone(),
                            value,
                        }],
                    },
                }
            }
            Question::Double { .. } | Question::Played { .. } | Question::ScriptError { .. } => {
                return None;
            }
        })
    }

    /// A fact as it is now: a device that declares no start tells its real one.
    fn fact(&self, changed: &BTreeMap<String, Value>, name: &str, started: Timestamp) -> Value {
        let mut value = changed.get(name).unwrap_or(self.facts.get(name)).clone();
        if name == "os"
            && let Some(os) = value.as_object_mut()
        {
            let at = started.strftime("%Y-%m-%dT%H:%M:%S").to_string();
            os.entry("LastBootUpTime").or_insert_with(|| json!(at));
        }
        value
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn failed(error: &StoreError) -> Answered {
    Answered::only(Answer::Failed {
        what: error.to_string(),
    })
}

fn changed(answer: Answer, store: &str, key: &str, value: Option<Value>) -> Answered {
    Answered {
        answer,
        seen: Seen {
            stores: vec![StoreChange {
                store: store.to_owned(),
                key: key.to_owned(),
                value,
            }],
            told: Vec::new(),
        },
    }
}
