//! What the platform's own monitors look at: one table of keys for each kind.

use crate::rmm::alert_context::{AntivirusState, FileSystemObject, OnlineStatus};
use crate::rmm::policy::{
    DiskCondition, EventLog, MonitorKind, SizeCondition, SoftwareChange, WmiCondition,
};
use crate::scenario::error::Problem;
use crate::scenario::form::keys::keys;
use crate::scenario::form::list::Many;
use crate::scenario::form::path::DevicePath;
use crate::scenario::form::scalar::{Fixed, Flag, Literal, Whole};
use crate::scenario::form::time::Minutes;
use crate::scenario::form::word::{Word, Words};
use crate::scenario::form::{Cx, Key, Keys};
use crate::scenario::read::facts::Size;
use crate::scenario::span::{Span, Spanned};

/// A kind whose keys say together what alerts.
macro_rules! kind {
    ($keys:ident => $draft:ty, $finish:expr) => {
        impl Keys for $keys {
            type Draft = $draft;
            type Out = MonitorKind;
            const NAME: &'static str = $keys::TITLE;
            const DOC: &'static str = $keys::ABOUT;
            const TABLES: &'static [&'static [Key<$draft>]] = &[$keys::KEYS];
            fn finish(d: $draft, span: Span, cx: &mut Cx) -> Option<MonitorKind> {
                match $finish(d) {
                    Ok(kind) => Some(kind),
                    Err((message, help)) => cx.fail(
                        Problem::new("scenario::policy", message)
                            .at(span)
                            .help(help),
                    ),
                }
            }
        }
    };
}

type Wrong = (String, &'static str);

fn wrong<T>(message: &str, help: &'static str) -> Result<T, Wrong> {
    Err((message.to_owned(), help))
}

/// Level of an entry; `critical` is Windows' alone.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LevelWord(&'static str);

impl Words for LevelWord {
    const WHAT: &'static str = "the level of an entry";
    const ALL: &'static [(&'static str, LevelWord, &'static str)] = &[
        (
            "error",
            LevelWord("error"),
            "Of syslog: emerg, alert, crit, err.",
        ),
        ("warning", LevelWord("warning"), "Of syslog: warning."),
        (
            "information",
            LevelWord("information"),
            "Of syslog: notice, info, debug.",
        ),
        ("success-audit", LevelWord("successaudit"), ""),
        ("failure-audit", LevelWord("failureaudit"), ""),
    ];
}

/// An Event Log monitor as it is read.
#[derive(Debug, Default)]
pub(crate) struct EventDraft {
    log: String,
    sources: Vec<String>,
    codes: Vec<u32>,
    levels: Vec<LevelWord>,
    text: Option<String>,
    times: Option<u32>,
    within: Option<u32>,
}

keys! {
    /// Entries of an event log; each that is all of this is an alert of its own.
    EventLogKeys ("monitor-event-log") => EventDraft {
        /// `Application`, `System`, ...; of Linux and macOS `syslog`.
        must "log": Fixed => log,
        /// Program that wrote it (the tag of syslog), or several; any unless given.
        "source": Many<Fixed> => sources,
        /// Event id, or several; any unless given. Entries of syslog have none.
        "code": Many<Whole<u32, 0, 65535>> => codes,
        /// Level, or several; any unless given.
        "level": Many<Word<LevelWord>> => levels,
        /// A part of its text, without regard to case.
        "text": Fixed => text,
        /// So many entries within the window make one alert; 1 unless given.
        "times": Whole<u32, 2, 100_000> => times,
        /// The window, 1m to 30d of platform time; goes with `times`.
        "within": Minutes => within,
    }
}

kind!(EventLogKeys => EventDraft, |d: EventDraft| {
    if d.times.is_some() != d.within.is_some() {
        return wrong(
            "`times` and `within` go together: so many entries within a time",
            "write both, such as `times: 3, within: 15m`, or none for an alert an entry",
        );
    }
    if d.within.is_some_and(|m| m == 0 || m > 30 * 1440) {
        return wrong("`within` goes from 1m to 30d", "write a time such as `15m`");
    }
    if !d.codes.is_empty() && d.log.eq_ignore_ascii_case("syslog") {
        return wrong(
            "entries of syslog have no event id, so that `code` would never match",
            "match by `source` (the tag), `level` and `text`",
        );
    }
    Ok(MonitorKind::EventLog(EventLog {
        log: d.log,
        sources: d.sources,
        codes: d.codes,
        levels: d.levels.into_iter().map(|l| l.0.to_owned()).collect(),
        text: d.text,
        times: d.times.unwrap_or(1),
        minutes: d.within.unwrap_or_default(),
    }))
});

/// State of an Agent that alerts.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) enum Reach {
    #[default]
    Offline,
    Online,
}

impl Words for Reach {
    const WHAT: &'static str = "a state of the Agent";
    const ALL: &'static [(&'static str, Reach, &'static str)] = &[
        ("offline", Reach::Offline, ""),
        ("online", Reach::Online, ""),
    ];
}

#[derive(Debug, Default)]
pub(crate) struct OnlineDraft {
    status: Reach,
    minutes: u32,
}

keys! {
    /// The Agent is connected or is not.
    OnlineKeys ("monitor-online") => OnlineDraft {
        /// State that alerts.
        must "status": Word<Reach> => status,
        /// Platform time that it must have lasted; none unless given.
        "for": Minutes => minutes,
    }
}

kind!(OnlineKeys => OnlineDraft, |d: OnlineDraft| -> Result<MonitorKind, Wrong> {
    Ok(MonitorKind::Online {
        status: match d.status {
            Reach::Online => OnlineStatus::Online,
            Reach::Offline => OnlineStatus::Offline,
        },
        minutes: d.minutes,
    })
});

#[derive(Debug, Default)]
pub(crate) struct RunningDraft {
    name: String,
    running: bool,
}

keys! {
    /// A process by its name.
    ProcessKeys ("monitor-process") => RunningDraft {
        /// As `ps -o comm` or the task manager shows it.
        must "name": Fixed => name,
        /// State that alerts: `true` when it runs; `false`, when it does not, unless given.
        "running": Flag => running,
    }
}

kind!(ProcessKeys => RunningDraft, |d: RunningDraft| -> Result<MonitorKind, Wrong> {
    Ok(MonitorKind::Process { name: d.name, running: d.running })
});

keys! {
    /// A service of Windows by its name.
    ServiceKeys ("monitor-service") => RunningDraft {
        /// Its name, not its display name.
        must "name": Fixed => name,
        /// State that alerts: `true` when it runs; `false`, when it does not, unless given.
        "running": Flag => running,
    }
}

kind!(ServiceKeys => RunningDraft, |d: RunningDraft| -> Result<MonitorKind, Wrong> {
    Ok(MonitorKind::Service { name: d.name, running: d.running })
});

/// What a path is to be.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) enum ObjectWord {
    #[default]
    File,
    Folder,
}

impl Words for ObjectWord {
    const WHAT: &'static str = "a thing in a file system";
    const ALL: &'static [(&'static str, ObjectWord, &'static str)] = &[
        ("file", ObjectWord::File, ""),
        ("folder", ObjectWord::Folder, ""),
    ];
}

#[derive(Debug, Default)]
pub(crate) struct SizeDraft {
    path: Spanned<String>,
    object: ObjectWord,
    above: Option<u64>,
    below: Option<u64>,
    created: bool,
    removed: bool,
}

keys! {
    /// A file or folder: its size, or whether it is there.
    FileSizeKeys ("monitor-file-size") => SizeDraft {
        /// Its absolute path.
        must "path": DevicePath => path,
        /// `file` unless given.
        "type": Word<ObjectWord> => object,
        /// Alerts when it is larger.
        "above": Size => above,
        /// Alerts when it is there and smaller.
        "below": Size => below,
        /// `true`: alerts when it is there.
        "created": Flag => created,
        /// `true`: alerts when it is not there.
        "removed": Flag => removed,
    }
}

kind!(FileSizeKeys => SizeDraft, |d: SizeDraft| {
    let given = [
        d.above.map(SizeCondition::Above),
        d.below.map(SizeCondition::Below),
        d.created.then_some(SizeCondition::Created),
        d.removed.then_some(SizeCondition::Removed),
    ];
    let mut given = given.into_iter().flatten();
    let (Some(condition), None) = (given.next(), given.next()) else {
        return wrong(
            "a monitor of a file alerts for exactly one reason",
            "one of: above, below, created, removed",
        );
    };
    Ok(MonitorKind::FileSize {
        path: d.path.value,
        object: match d.object {
            ObjectWord::File => FileSystemObject::File,
            ObjectWord::Folder => FileSystemObject::Directory,
        },
        condition,
    })
});

#[derive(Debug, Default)]
pub(crate) struct DiskDraft {
    volume: Option<String>,
    percent: Option<u8>,
    free: Option<u64>,
    used: Option<u64>,
}

keys! {
    /// How full the volumes are.
    DiskKeys ("monitor-disk") => DiskDraft {
        /// `C:`; on Linux and macOS the folder it is mounted at. Any unless given.
        "volume": Fixed => volume,
        /// Alerts when more percent are used.
        "used-percent": Whole<u8, 1, 99> => percent,
        /// Alerts when less is free.
        "free-below": Size => free,
        /// Alerts when more is used.
        "used-above": Size => used,
    }
}

kind!(DiskKeys => DiskDraft, |d: DiskDraft| {
    let given = [
        d.percent.map(DiskCondition::UsedPercent),
        d.free.map(DiskCondition::FreeBelow),
        d.used.map(DiskCondition::UsedAbove),
    ];
    let mut given = given.into_iter().flatten();
    let (Some(condition), None) = (given.next(), given.next()) else {
        return wrong(
            "a monitor of a volume alerts for exactly one reason",
            "one of: used-percent, free-below, used-above",
        );
    };
    Ok(MonitorKind::Disk { volume: d.volume, condition })
});

#[derive(Debug, Default)]
pub(crate) struct PingDraft {
    host: String,
}

keys! {
    /// Whether a host answers the device.
    PingKeys ("monitor-ping") => PingDraft {
        /// Host of one of the scenario's services; nothing else is reached from a device.
        must "host": Fixed => host,
    }
}

kind!(PingKeys => PingDraft, |d: PingDraft| -> Result<MonitorKind, Wrong> {
    Ok(MonitorKind::Ping { host: d.host })
});

impl Words for SoftwareChange {
    const WHAT: &'static str = "a change of software";
    const ALL: &'static [(&'static str, SoftwareChange, &'static str)] = &[
        ("installed", SoftwareChange::Installed, ""),
        ("uninstalled", SoftwareChange::Uninstalled, ""),
        ("version-changed", SoftwareChange::VersionChanged, ""),
    ];
}

#[derive(Debug, Default)]
pub(crate) struct SoftwareDraft {
    name: String,
    change: Option<SoftwareChange>,
}

keys! {
    /// A software by its name: Windows' list of programs, packages of dpkg on Linux.
    SoftwareKeys ("monitor-software") => SoftwareDraft {
        /// Its whole name, without regard to case.
        must "name": Fixed => name,
        /// Change that alerts.
        must "change": Word<SoftwareChange> => change,
    }
}

kind!(SoftwareKeys => SoftwareDraft, |d: SoftwareDraft| {
    let Some(change) = d.change else {
        return wrong("`change` is missing", "one of: installed, uninstalled, version-changed");
    };
    Ok(MonitorKind::Software { name: d.name, change })
});

#[derive(Debug, Default)]
pub(crate) struct WmiDraft {
    query: String,
    equals: Option<String>,
    not_equals: Option<String>,
    above: Option<i64>,
    below: Option<i64>,
    empty: bool,
}

keys! {
    /// A value of Windows' management interface.
    WmiKeys ("monitor-wmi") => WmiDraft {
        /// `SELECT Property FROM Class`, with `WHERE ...` where needed; one property.
        must "query": Fixed => query,
        /// Alerts when the value is this.
        "equals": Literal => equals,
        /// Alerts when there is a value and it is another.
        "not-equals": Literal => not_equals,
        /// Alerts when it is a larger number.
        "above": Whole<i64, { i64::MIN }, { i64::MAX }> => above,
        /// Alerts when it is a smaller number.
        "below": Whole<i64, { i64::MIN }, { i64::MAX }> => below,
        /// `true`: alerts when the query gives no row.
        "empty": Flag => empty,
    }
}

kind!(WmiKeys => WmiDraft, |d: WmiDraft| {
    if crate::rmm::wql::read(&d.query).is_none() {
        return wrong(
            &format!("{} is no query of one property", d.query),
            "write `SELECT Property FROM Class`, or with `WHERE Name = 'x'` behind it",
        );
    }
    #[expect(clippy::cast_precision_loss, reason = "thresholds of monitors are small numbers")]
    let number = |n: i64| n as f64;
    let given = [
        d.equals.map(WmiCondition::Equals),
        d.not_equals.map(WmiCondition::NotEquals),
        d.above.map(number).map(WmiCondition::Above),
        d.below.map(number).map(WmiCondition::Below),
        d.empty.then_some(WmiCondition::Empty),
    ];
    let mut given = given.into_iter().flatten();
    let (Some(condition), None) = (given.next(), given.next()) else {
        return wrong(
            "a monitor of a WMI value alerts for exactly one reason",
            "one of: equals, not-equals, above, below, empty",
        );
    };
    Ok(MonitorKind::Wmi { query: d.query, condition })
});

impl Words for AntivirusState {
    const WHAT: &'static str = "a status of antivirus that alerts";
    const ALL: &'static [(&'static str, AntivirusState, &'static str)] = &[
        (
            "not-detected",
            AntivirusState::NotDetected,
            "No product is known.",
        ),
        ("not-running", AntivirusState::NotRunning, ""),
        (
            "not-up-to-date",
            AntivirusState::RunningNotUpToDate,
            "It runs, and is not up to date.",
        ),
    ];
}

#[derive(Debug, Default)]
pub(crate) struct AntivirusDraft {
    states: Vec<AntivirusState>,
}

keys! {
    /// What the Agent found of the antivirus product.
    AntivirusKeys ("monitor-antivirus") => AntivirusDraft {
        /// Status that alerts, or several.
        must "status": Many<Word<AntivirusState>> => states,
    }
}

kind!(AntivirusKeys => AntivirusDraft, |d: AntivirusDraft| -> Result<MonitorKind, Wrong> {
    Ok(MonitorKind::Antivirus { states: d.states })
});
