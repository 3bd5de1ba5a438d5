//! `/FI` of tasklist and taskkill: `NAME OPERATOR VALUE`, as Microsoft's reference pages
//! (windows-commands/tasklist, windows-commands/taskkill) list them.

use super::Task;
use crate::programs::text::wild;

/// Session of services, in which the Agent's jobs run.
pub const SESSION: u32 = 0;
/// Its name.
pub const SESSION_NAME: &str = "Services";
/// What tasklist shows for a process without a window.
pub const NO_TITLE: &str = "N/A";

/// One filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    field: Field,
    operator: Operator,
    value: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    ImageName,
    Pid,
    Session,
    SessionName,
    Status,
    CpuTime,
    MemUsage,
    UserName,
    Services,
    WindowTitle,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Eq,
    Ne,
    Gt,
    Lt,
    Ge,
    Le,
}

impl Filter {
    /// Reads one filter.
    ///
    /// # Errors
    /// It is none: the name of what is wrong is not told by Windows either.
    pub fn read(text: &str) -> Result<Filter, String> {
        let wrong = || "ERROR: The search filter cannot be recognized.".to_owned();
        let mut words = text.trim().splitn(3, char::is_whitespace);
        let field = match words.next().unwrap_or("").to_lowercase().as_str() {
            "imagename" => Field::ImageName,
            "pid" => Field::Pid,
            "session" => Field::Session,
            "sessionname" => Field::SessionName,
            "status" => Field::Status,
            "cputime" => Field::CpuTime,
            "memusage" => Field::MemUsage,
            "username" => Field::UserName,
            "services" => Field::Services,
            "windowtitle" => Field::WindowTitle,
            _ => return Err(wrong()),
        };
        let operator = match words.next().unwrap_or("").to_lowercase().as_str() {
            "eq" => Operator::Eq,
            "ne" => Operator::Ne,
            "gt" => Operator::Gt,
            "lt" => Operator::Lt,
            "ge" => Operator::Ge,
            "le" => Operator::Le,
            _ => return Err(wrong()),
        };
        let value = words.next().unwrap_or("").trim().to_owned();
        let number = matches!(
            field,
            Field::Pid | Field::Session | Field::CpuTime | Field::MemUsage
        );
        let readable = !number || amount(field, &value).is_some();
        if value.is_empty() || !readable || !number && !operator.is_equality() {
            return Err(wrong());
        }
        Ok(Filter {
            field,
            operator,
            value,
        })
    }

    /// Whether a process passes.
    #[must_use]
    pub fn passes(&self, task: &Task) -> bool {
        let text = match self.field {
            Field::Pid => return self.compare(u64::from(task.pid)),
            Field::Session => return self.compare(u64::from(SESSION)),
            Field::CpuTime => return self.compare(task.cpu),
            Field::MemUsage => return self.compare(task.memory / 1024),
            Field::Services => {
                let any = task.services.iter().any(|s| wild(&self.value, s));
                return any == (self.operator == Operator::Eq);
            }
            Field::ImageName => &task.name,
            Field::SessionName => SESSION_NAME,
            Field::Status => "RUNNING",
            Field::UserName => {
                let plain = task.user.rsplit('\\').next().unwrap_or("");
                let given = if self.value.contains('\\') {
                    &task.user
                } else {
                    plain
                };
                return wild(&self.value, given) == (self.operator == Operator::Eq);
            }
            Field::WindowTitle if task.title.is_empty() => NO_TITLE,
            Field::WindowTitle => &task.title,
        };
        wild(&self.value, text) == (self.operator == Operator::Eq)
    }

    fn compare(&self, have: u64) -> bool {
        let Some(want) = amount(self.field, &self.value) else {
            return false;
        };
        match self.operator {
            Operator::Eq => have == want,
            Operator::Ne => have != want,
            Operator::Gt => have > want,
            Operator::Lt => have < want,
            Operator::Ge => have >= want,
            Operator::Le => have <= want,
        }
    }
}

impl Operator {
    fn is_equality(self) -> bool {
        matches!(self, Operator::Eq | Operator::Ne)
    }
}

/// A number, or `hh:mm:ss` in seconds.
fn amount(field: Field, value: &str) -> Option<u64> {
    if field != Field::CpuTime {
        return value.parse().ok();
    }
    let parts: Vec<u64> = value.split(':').map_while(|p| p.parse().ok()).collect();
    let [h, m, s] = parts.as_slice() else {
        return None;
    };
    h.checked_mul(3600)?
        .checked_add(m.checked_mul(60)?)?
        .checked_add(*s)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_choose() {
        let task = Task {
            pid: 44,
            name: "BvAntiSrv.exe".into(),
            memory: 2048 << 10,
            user: r"NT AUTHORITY\SYSTEM".into(),
            cpu: 61,
            services: vec!["BvAnti".into()],
            ..Task::default()
        };
        for (text, passes) in [
            ("imagename eq bvantisrv.EXE", true),
            ("IMAGENAME eq bv*", true),
            ("imagename ne cmd.exe", true),
            ("pid gt 44", false),
            ("pid ge 44", true),
            ("memusage gt 2000", true),
            ("username eq SYSTEM", true),
            (r"username eq NT AUTHORITY\SYSTEM", true),
            ("services eq bvanti", true),
            ("services ne bvanti", false),
            ("cputime gt 00:01:00", true),
            ("windowtitle eq N/A", true),
            ("status eq running", true),
            ("session eq 0", true),
        ] {
            assert_eq!(Filter::read(text).unwrap().passes(&task), passes, "{text}");
        }
    }

    #[test]
    fn what_is_no_filter_is_an_error() {
        for text in [
            "",
            "imagename",
            "imagename gt x",
            "pid eq x",
            "what eq 1",
            "cputime eq 5",
        ] {
            assert!(Filter::read(text).is_err(), "{text}");
        }
    }
}
