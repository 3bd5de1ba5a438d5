//! The ledger: the one writer of a scenario's event log, and the state folded from it.

use super::comstore::ComStore;
use super::masked::masked;
use super::record::LogFile;
use super::state::State;
use crate::mask::Masker;
use crate::rmm::event::{Event, EventReader, LogId, Note, Real, What};
use std::borrow::Cow;
use std::sync::Arc;
use std::time::Instant;

/// Writes events and keeps the state they fold to.
///
/// Branches of a parallel step write to a fork each ([`Ledger::fork`]); the forks are joined in an
/// order the seed decides, so that the same seed gives the same log however the branches raced.
pub struct Ledger {
    /// One for each account; there is always the first.
    accounts: Vec<State>,
    comstore: ComStore,
    clock: Clock,
    seq: u64,
    started: Instant,
    hides: bool,
    out: Out,
}

/// What moves the platform's time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// Only steps that advance it: the same seed gives the same times.
    Steps,
    /// This machine's clock, plus all that it was advanced by.
    Runs,
}

enum Out {
    Log {
        id: LogId,
        file: Option<LogFile>,
        reader: Arc<dyn EventReader>,
        masker: Masker,
        secrets: Vec<String>,
        error: Option<std::io::Error>,
    },
    Fork {
        base: u64,
        events: Vec<Event>,
        masker: Masker,
        secrets: Vec<String>,
    },
}

/// Events of a fork, to be joined.
pub struct Forked {
    base: u64,
    events: Vec<Event>,
    secrets: Vec<String>,
}

impl Ledger {
    /// A ledger that writes to a file (none: readers only).
    pub fn new(
        id: LogId,
        file: Option<LogFile>,
        reader: Arc<dyn EventReader>,
        clock_ms: i64,
    ) -> Ledger {
        let state = State::of_account(0, clock_ms);
        let (masker, _) = Masker::new(std::iter::empty());
        Ledger {
            accounts: vec![state],
            comstore: ComStore::default(),
            clock: Clock::Steps,
            seq: 0,
            started: Instant::now(),
            hides: true,
            out: Out::Log {
                id,
                file,
                reader,
                masker,
                secrets: Vec::new(),
                error: None,
            },
        }
    }

    /// The same ledger as the platform's own store: it hides nothing, since what it writes is read
    /// again as its state.
    pub fn keeping_secrets(mut self) -> Ledger {
        self.hides = false;
        self
    }

    /// The same ledger on a running clock: its times begin at this machine's.
    pub fn running(mut self) -> Ledger {
        self.clock = Clock::Runs;
        self
    }

    /// What the events so far fold to, for the scenario's own account.
    pub fn state(&self) -> &State {
        &self.accounts[0]
    }

    /// Every account's state; the scenario's own is the first.
    pub fn accounts(&self) -> &[State] {
        &self.accounts
    }

    /// One account's state.
    pub fn account(&self, account: u16) -> Option<&State> {
        self.accounts.get(usize::from(account))
    }

    /// The ComStore, which all accounts share.
    pub fn comstore(&self) -> &ComStore {
        &self.comstore
    }

    /// Platform time, milliseconds since the Unix epoch.
    pub fn now_ms(&self) -> i64 {
        let kept = self.accounts[0].clock_ms;
        match self.clock {
            Clock::Steps => kept,
            Clock::Runs => kept.saturating_add(jiff::Timestamp::now().as_millisecond()),
        }
    }

    /// What moves its time.
    pub fn clock(&self) -> Clock {
        self.clock
    }

    /// Sequence number of the last event.
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// Writes an event that nothing before it caused; gives its sequence number.
    pub fn emit(&mut self, what: What) -> u64 {
        self.write(0, what, None)
    }

    /// Writes an event caused by another one.
    pub fn caused(&mut self, cause: u64, what: What) -> u64 {
        self.write(0, what, Some(cause))
    }

    /// Writes an event of an account; the account is opened if it is new.
    pub fn emit_in(&mut self, account: u16, what: What, cause: Option<u64>) -> u64 {
        self.write(account, what, cause)
    }

    /// Writes events that belong together, the later ones caused by the first: all of them or none,
    /// on the disk before any is folded in. Gives the first one's sequence number.
    ///
    /// # Errors
    /// The log's file cannot be written; the state is as before.
    pub fn commit(&mut self, account: u16, whats: Vec<What>) -> std::io::Result<u64> {
        self.commit_as(account, whats, None, None)
    }

    /// The same for events that all have one cause, where it is given, or that a user did: his key.
    ///
    /// # Errors
    /// The log's file cannot be written; the state is as before.
    pub fn commit_as(
        &mut self,
        account: u16,
        whats: Vec<What>,
        cause: Option<u64>,
        by: Option<String>,
    ) -> std::io::Result<u64> {
        whats.iter().for_each(|what| self.hide_keys(what));
        let first = self.seq + 1;
        let at = self.now_ms();
        let ms = self.real_ms();
        let events: Vec<Event> = (first..)
            .zip(whats)
            .map(|(seq, what)| Event {
                seq,
                at,
                cause: cause.or((seq > first).then_some(first)),
                account,
                by: by.clone(),
                real: Real { ms },
                what,
            })
            .collect();
        if let Out::Log {
            file: Some(file),
            masker,
            secrets,
            ..
        } = &mut self.out
        {
            if secrets.is_empty() {
                file.write_all(&events)?;
            } else {
                let masked = |e: &Event| masked(e.clone(), masker);
                file.write_all(&events.iter().map(masked).collect::<Vec<_>>())?;
            }
        }
        for event in events {
            self.seq += 1;
            self.take(event, true);
        }
        Ok(first)
    }

    /// Folds in an event that is on the disk already.
    pub fn restore(&mut self, event: &Event) {
        self.seq = self.seq.max(event.seq);
        self.fold(event);
    }

    /// From here on this text is hidden wherever an event holds it, in any of its encoded forms.
    pub fn hide(&mut self, secret: &str) {
        let (Out::Log {
            masker, secrets, ..
        }
        | Out::Fork {
            masker, secrets, ..
        }) = &mut self.out;
        if !self.hides || secret.is_empty() || secrets.iter().any(|s| s == secret) {
            return;
        }
        secrets.push(secret.to_owned());
        let (new, warnings) = Masker::new(secrets.iter().map(String::as_str));
        *masker = new;
        let newest = secrets.len() - 1;
        if matches!(self.out, Out::Fork { .. }) {
            // Told when the fork is joined.
            return;
        }
        for message in warnings
            .into_iter()
            .filter(|w| w.secret == newest)
            .map(|w| w.message)
        {
            let help = "choose a longer secret, or check by hand what shows it";
            self.emit(What::Noted {
                job: None,
                note: Note {
                    code: "weak-masking".into(),
                    message,
                    help: help.into(),
                },
            });
        }
    }

    /// Bytes with every secret hidden so far replaced.
    pub fn mask<'b>(&self, bytes: &'b [u8]) -> Cow<'b, [u8]> {
        let (Out::Log {
            masker, secrets, ..
        }
        | Out::Fork {
            masker, secrets, ..
        }) = &self.out;
        if secrets.is_empty() {
            Cow::Borrowed(bytes)
        } else {
            masker.mask_bytes(bytes)
        }
    }

    /// What hides the secrets known so far.
    pub fn masker(&self) -> &Masker {
        let (Out::Log { masker, .. } | Out::Fork { masker, .. }) = &self.out;
        masker
    }

    /// The secrets hidden so far.
    pub fn secrets(&self) -> &[String] {
        match &self.out {
            Out::Log { secrets, .. } | Out::Fork { secrets, .. } => secrets,
        }
    }

    /// A ledger of its own for one branch of a parallel step.
    pub fn fork(&self) -> Ledger {
        Ledger {
            accounts: self.accounts.clone(),
            comstore: self.comstore.clone(),
            clock: self.clock,
            seq: self.seq,
            started: self.started,
            hides: self.hides,
            out: Out::Fork {
                base: self.seq,
                events: Vec::new(),
                masker: self.masker().clone(),
                secrets: self.secrets().to_vec(),
            },
        }
    }

    /// Ends a fork: its events so far are given away, and later ones are nobody's.
    pub fn take_forked(&mut self) -> Forked {
        match &mut self.out {
            Out::Fork {
                base,
                events,
                secrets,
                ..
            } => Forked {
                base: *base,
                events: std::mem::take(events),
                secrets: secrets.clone(),
            },
            Out::Log { .. } => Forked {
                base: self.seq,
                events: Vec::new(),
                secrets: Vec::new(),
            },
        }
    }

    /// Takes a fork's events over, numbered anew.
    pub fn join(&mut self, forked: Forked) {
        let shift = self.seq.saturating_sub(forked.base);
        for secret in &forked.secrets {
            self.hide(secret);
        }
        for event in forked.events {
            self.seq += 1;
            let cause = event
                .cause
                .map(|c| if c > forked.base { c + shift } else { c });
            self.put(Event {
                seq: self.seq,
                cause,
                ..event
            });
        }
    }

    /// The error that ended writing the record, if one did.
    pub fn write_error(&mut self) -> Option<std::io::Error> {
        match &mut self.out {
            Out::Log { error, .. } => error.take(),
            Out::Fork { .. } => None,
        }
    }

    /// Secrets of API keys are hidden from the event that makes them on.
    fn hide_keys(&mut self, what: &What) {
        if let What::UserAdded { keys, .. } | What::ApiKeysReset { keys, .. } = what {
            self.hide(&keys.secret);
        }
    }

    fn write(&mut self, account: u16, what: What, cause: Option<u64>) -> u64 {
        self.hide_keys(&what);
        self.seq += 1;
        self.put(Event {
            seq: self.seq,
            at: self.now_ms(),
            cause,
            account,
            by: None,
            real: Real { ms: self.real_ms() },
            what,
        });
        self.seq
    }

    fn real_ms(&self) -> f64 {
        self.started.elapsed().as_micros() as f64 / 1000.0
    }

    fn fold(&mut self, event: &Event) {
        self.comstore.apply(event);
        if matches!(event.what, What::ClockAdvanced { .. }) {
            self.accounts.iter_mut().for_each(|a| a.apply(event));
            return;
        }
        while self.accounts.len() <= usize::from(event.account) {
            let n = u16::try_from(self.accounts.len()).unwrap_or(u16::MAX);
            let state = State::of_account(n, self.accounts[0].clock_ms);
            self.accounts.push(state);
        }
        self.accounts[usize::from(event.account)].apply(event);
    }

    fn put(&mut self, event: Event) {
        self.take(event, false);
    }

    fn take(&mut self, event: Event, written: bool) {
        self.fold(&event);
        match &mut self.out {
            Out::Fork { events, .. } => events.push(event),
            Out::Log {
                id,
                file,
                reader,
                masker,
                secrets,
                error,
            } => {
                let event = if secrets.is_empty() {
                    event
                } else {
                    masked(event, masker)
                };
                if let (Some(f), None, false) = (file.as_mut(), error.as_ref(), written)
                    && let Err(e) = f.write(&event)
                {
                    *error = Some(e);
                }
                reader.read(*id, &event);
            }
        }
    }
}
