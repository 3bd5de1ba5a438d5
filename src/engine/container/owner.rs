//! Whose a container is: labels that name the harness which made it, so that what a killed one left
//! is known as such, and what a living one has is left alone.

use std::collections::HashMap;
use std::fs;

/// Label of every container of this engine: the harness's process id.
pub const PID: &str = "shakedown.pid";
/// When that process started, in ticks since the machine did: its id may have been given away.
const STARTED: &str = "shakedown.started";
/// The machine's start: ids of another one mean nothing.
const BOOT: &str = "shakedown.boot";
/// The process namespace in which that id counts.
const NAMESPACE: &str = "shakedown.namespace";
/// Begins the name of a container that was kept: it is nobody's to remove.
pub const KEPT: &str = "shakedown-kept-";

/// A harness.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    pid: u32,
    started: String,
    boot: String,
    namespace: String,
}

impl Owner {
    /// This process.
    pub fn this() -> Owner {
        let pid = std::process::id();
        Owner {
            pid,
            started: started(pid).unwrap_or_default(),
            boot: boot(),
            namespace: namespace(),
        }
    }

    /// The labels that name it.
    pub fn labels(&self) -> [(&'static str, String); 4] {
        [
            (PID, self.pid.to_string()),
            (STARTED, self.started.clone()),
            (BOOT, self.boot.clone()),
            (NAMESPACE, self.namespace.clone()),
        ]
    }

    /// It in one word, for the names of its files.
    pub fn word(&self) -> String {
        let namespace = self.namespace.trim_matches(|c: char| !c.is_ascii_digit());
        format!("{}-{}-{namespace}", self.pid, self.started)
    }

    /// Whether such a word is of a harness of this process's namespace that has ended.
    pub fn knows_gone(&self, word: &str) -> bool {
        let mut parts = word.split('-');
        let (Some(pid), Some(then)) = (parts.next(), parts.next()) else {
            return false;
        };
        let Ok(pid) = pid.parse() else {
            return false;
        };
        let other = Owner {
            pid,
            started: then.to_owned(),
            ..self.clone()
        };
        other.word() == word && started(pid).as_deref() != Some(then)
    }

    /// The harness that labels name.
    fn of(labels: &HashMap<String, String>) -> Option<Owner> {
        let of = |name: &str| labels.get(name).cloned();
        Some(Owner {
            pid: of(PID)?.parse().ok()?,
            started: of(STARTED)?,
            boot: of(BOOT)?,
            namespace: of(NAMESPACE)?,
        })
    }

    /// Whether it has ended for sure, as seen by a process that lives.
    fn is_gone(&self, here: &Owner) -> bool {
        if self.boot != here.boot {
            return true;
        }
        // The ids of another namespace cannot be looked up.
        self.namespace == here.namespace && started(self.pid).as_ref() != Some(&self.started)
    }
}

/// Whether a container with these labels and names was left by a harness that has ended.
pub fn is_left(labels: &HashMap<String, String>, names: &[String], here: &Owner) -> bool {
    let kept = names
        .iter()
        .any(|n| n.trim_start_matches('/').starts_with(KEPT));
    !kept && Owner::of(labels).is_some_and(|owner| owner.is_gone(here))
}

/// Start time of a process, the 22nd field of its `stat` (proc_pid_stat(5)); none of one that ended.
fn started(pid: u32) -> Option<String> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, after) = stat.rsplit_once(')')?;
    let mut fields = after.split_whitespace();
    let state = fields.next()?;
    // The third field was the state; a zombie has ended.
    (!matches!(state, "Z" | "X")).then_some(())?;
    fields.nth(18).map(str::to_owned)
}

/// A process that another one started and that lives.
pub fn child(of: u32) -> Option<u32> {
    let pids = fs::read_dir("/proc").ok()?.flatten();
    pids.filter_map(|e| e.file_name().to_str()?.parse::<u32>().ok())
        .find(|pid| {
            let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
            let after = stat.rsplit_once(')').map_or("", |(_, after)| after);
            let mut fields = after.split_whitespace();
            let state = fields.next();
            fields.next() == Some(of.to_string().as_str()) && !matches!(state, Some("Z" | "X"))
        })
}

fn boot() -> String {
    fs::read_to_string("/proc/sys/kernel/random/boot_id")
        .map_or_else(|_| String::new(), |b| b.trim().to_owned())
}

fn namespace() -> String {
    fs::read_link("/proc/self/ns/pid").map_or_else(|_| String::new(), |n| n.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::{Owner, is_left};
    use std::collections::HashMap;

    fn labels(owner: &Owner) -> HashMap<String, String> {
        let labels = owner.labels().into_iter();
        labels.map(|(n, v)| (n.to_owned(), v)).collect()
    }

    #[test]
    fn only_words_of_ended_harnesses_here_are_known_as_gone() {
        let here = Owner::this();
        assert!(!here.knows_gone(&here.word()));
        let ended = Owner {
            started: "1".into(),
            ..here.clone()
        };
        assert!(here.knows_gone(&ended.word()));
        assert!(!here.knows_gone(&format!("{}-1-7", std::process::id())));
        assert!(!here.knows_gone("x"));
    }

    #[test]
    fn only_what_a_harness_that_ended_left_is_left() {
        let here = Owner::this();
        assert!(!is_left(&labels(&here), &[], &here));
        let other_time = Owner {
            started: "1".into(),
            ..here.clone()
        };
        assert!(is_left(&labels(&other_time), &[], &here));
        let other_boot = Owner {
            boot: "another".into(),
            ..here.clone()
        };
        assert!(is_left(&labels(&other_boot), &[], &here));
        let elsewhere = Owner {
            namespace: "pid:[1]".into(),
            ..other_time.clone()
        };
        assert!(!is_left(&labels(&elsewhere), &[], &here));
        let kept = ["/shakedown-kept-web-1".to_owned()];
        assert!(!is_left(&labels(&other_time), &kept, &here));
        assert!(!is_left(&HashMap::new(), &[], &here));
    }
}
