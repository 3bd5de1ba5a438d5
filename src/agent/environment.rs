//! The whole environment of a job: base, agent variables, UDFs, user variables.

use super::note;
use super::variables::Resolution;
use crate::engine::windows::Windows;
use crate::rmm::event::Note;
use crate::rmm::knobs::{EmptyVariableWindows, Knobs};
use crate::rmm::os::Os;
use std::collections::BTreeMap;

/// The account a device belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Account {
    pub uid: String,
    pub name: String,
}

/// The proxy of a site.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Proxy {
    pub host: String,
    pub port: u16,
    pub username: String,
    pub password: String,
}

/// The site a device belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Site {
    pub uid: String,
    pub name: String,
    pub description: String,
    pub proxy: Option<Proxy>,
}

/// What the Agent knows of its own device.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeviceFacts {
    pub uid: String,
    pub hostname: String,
    /// Local domain; empty for none.
    pub domain: String,
    /// UDFs as they were when the job was pushed; an unset one is absent or empty.
    pub udfs: BTreeMap<u16, String>,
}

/// Everything around one job that is not the component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobContext {
    pub os: Os,
    /// `pinotage`, `merlot`, `concord`, `vidal`, `zinfandel`, `syrah`; addresses are derived from it.
    pub platform: String,
    pub account: Account,
    pub site: Site,
    pub device: DeviceFacts,
    /// Variables that make programs trust the device's own CA, given by the engine.
    pub trust: Vec<(String, String)>,
    /// Take the footprint of the job (the caller may not need it of a monitor run).
    pub footprint: bool,
    /// End a script that waits for input at once instead of at its timeout.
    pub stop_on_input_wait: bool,
    /// Instead of the component's own timeout.
    pub timeout: Option<std::time::Duration>,
}

/// The environment of a job, in a fixed order, each name once.
///
/// The base (`PATH`, `HOME`, `SHELL`, `USER`, `LOGNAME`, `LANG`) is inference: `PATH` and `HOME`
/// follow the one public model of the Linux Agent's environment `[T]`, the rest `[I]`. `LANG` is
/// left out: services on either system start without it.
/// A user variable wins over the base and over `trust`; an agent variable wins over a user one.
///
/// On Windows the base is SYSTEM's own ([`super::windows::environment`]), made of the `device`'s
/// facts, or what a real machine gives; names are the same in any case of letters, and what is empty is by knob not set at all.
pub fn environment(
    ctx: &JobContext,
    device: Option<&dyn Windows>,
    user: &Resolution,
    knobs: &Knobs,
) -> (Vec<(String, String)>, Vec<Note>) {
    let windows = ctx.os == Os::Windows;
    let mut out = Ordered {
        any_case: windows,
        ..Ordered::default()
    };
    let mut notes = Vec::new();
    if windows {
        for (name, value) in super::windows::environment::of(&ctx.device.hostname, device) {
            out.set(&name, &value);
        }
    } else {
        for (name, value) in base(ctx.os) {
            out.set(name, value);
        }
    }
    for (name, value) in &ctx.trust {
        out.set(name, value);
    }
    let base_count = out.entries.len();
    for (name, value) in agent_variables(ctx, knobs) {
        out.set(&name, &value);
    }
    for variable in user
        .variables
        .iter()
        .filter(|v| windows || v.reaches(knobs))
    {
        let name = variable.name.as_str();
        let known = out.known(name);
        let reserved = known.starts_with("CS_") || known.starts_with("UDF_");
        match out.index.get(&known).copied() {
            Some(at) if at >= base_count => notes.push(note(
                "reserved-variable-name",
                format!("the variable {name} (from {}) has a name of the Agent's own; the script receives the Agent's value", variable.source.word()),
                "names beginning with CS_ and UDF_ are the Agent's: choose another, for example with the prefix usr",
            )),
            present => {
                if present.is_some() {
                    notes.push(note(
                        "variable-hides-system",
                        format!("the variable {name} (from {}) replaces the system's own {name} for this script", variable.source.word()),
                        "choose another name, for example with the prefix usr",
                    ));
                } else if reserved {
                    notes.push(note(
                        "reserved-variable-name",
                        format!("the variable {name} (from {}) has a prefix reserved for the Agent", variable.source.word()),
                        "names beginning with CS_ and UDF_ are the Agent's: choose another, for example with the prefix usr",
                    ));
                }
                out.set(name, &variable.value);
            }
        }
    }
    if windows && knobs.empty_variable_windows == EmptyVariableWindows::Unset {
        out.entries.retain(|(_, value)| !value.is_empty());
    }
    (out.entries, notes)
}

#[derive(Default)]
struct Ordered {
    entries: Vec<(String, String)>,
    index: BTreeMap<String, usize>,
    /// Names that differ in case alone are one.
    any_case: bool,
}

impl Ordered {
    /// The name as it is looked up.
    fn known(&self, name: &str) -> String {
        match self.any_case {
            true => name.to_uppercase(),
            false => name.to_owned(),
        }
    }

    fn set(&mut self, name: &str, value: &str) {
        let known = self.known(name);
        match self.index.get(&known) {
            Some(&at) => value.clone_into(&mut self.entries[at].1),
            None => {
                self.index.insert(known, self.entries.len());
                self.entries.push((name.to_owned(), value.to_owned()));
            }
        }
    }
}

/// What programs begin with on Linux and macOS.
pub(crate) fn base(os: Os) -> [(&'static str, &'static str); 5] {
    let (path, home, shell) = match os {
        Os::Macos => (
            "/usr/bin:/bin:/usr/sbin:/sbin:/usr/local/bin",
            "/var/root",
            "/bin/sh",
        ),
        Os::Linux | Os::Windows => (
            "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "/root",
            "/bin/bash",
        ),
    };
    [
        ("PATH", path),
        ("HOME", home),
        ("SHELL", shell),
        ("USER", "root"),
        ("LOGNAME", "root"),
    ]
}

/// Agent variables and UDFs. Names are the platform's `[O]`; the form of the addresses follows
/// `https://PLATFORM.centrastage.net/csm/` `[T]`, that of the other two is `[I]`.
fn agent_variables(ctx: &JobContext, knobs: &Knobs) -> Vec<(String, String)> {
    let platform = &ctx.platform;
    let site = &ctx.site;
    let mut out: Vec<(String, String)> = [
        ("CS_ACCOUNT_UID", ctx.account.uid.clone()),
        (
            "CS_CC_HOST",
            format!("https://{platform}-cc.centrastage.net"),
        ),
        ("CS_CC_PORT1", "443".to_owned()),
        (
            "CS_CSM_ADDRESS",
            format!("https://{platform}.centrastage.net/csm/"),
        ),
        ("CS_DOMAIN", ctx.device.domain.clone()),
        ("CS_PROFILE_DESC", site.description.clone()),
        ("CS_PROFILE_NAME", site.name.clone()),
        (
            "CS_PROFILE_PROXY_TYPE",
            if site.proxy.is_some() { "1" } else { "0" }.to_owned(),
        ),
        ("CS_PROFILE_UID", site.uid.clone()),
        (
            "CS_WS_ADDRESS",
            format!("https://{platform}-agent.centrastage.net"),
        ),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .to_vec();
    if let Some(proxy) = &site.proxy {
        out.extend(
            [
                ("CS_PROFILE_PROXY_HOST", proxy.host.clone()),
                ("CS_PROFILE_PROXY_PORT", proxy.port.to_string()),
                ("CS_PROFILE_PROXY_USERNAME", proxy.username.clone()),
                ("CS_PROFILE_PROXY_PASSWORD", proxy.password.clone()),
            ]
            .map(|(name, value)| (name.to_owned(), value)),
        );
    }
    for number in 1..=knobs.udf_count {
        let value = ctx.device.udfs.get(&number).cloned().unwrap_or_default();
        out.push((format!("UDF_{number}"), value));
    }
    // What the platform holds reaches the script, also above the count that is always set.
    let above = ctx
        .device
        .udfs
        .iter()
        .filter(|(n, _)| **n > knobs.udf_count);
    out.extend(above.map(|(number, value)| (format!("UDF_{number}"), value.clone())));
    // A NUL would end the environment's entry early; no text of the portal can hold one.
    for (_, value) in &mut out {
        value.retain(|c| c != '\0');
    }
    out
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::agent::variables::{Resolved, Source};

    pub(crate) fn context(os: Os) -> JobContext {
        JobContext {
            os,
            platform: "pinotage".into(),
            account: Account {
                uid: "acc-1".into(),
                name: "Contoso MSP".into(),
            },
            site: Site {
                uid: "site-1".into(),
                name: "Osaka HQ".into(),
                description: "Kita-ku".into(),
                proxy: None,
            },
            device: DeviceFacts {
                uid: "dev-1".into(),
                hostname: "web-01".into(),
                ..Default::default()
            },
            trust: Vec::new(),
            footprint: true,
            stop_on_input_wait: true,
            timeout: None,
        }
    }

    fn user(pairs: &[(&str, &str)]) -> Resolution {
        Resolution {
            variables: pairs
                .iter()
                .map(|(n, v)| Resolved {
                    name: (*n).into(),
                    value: (*v).into(),
                    source: Source::Site,
                    masked: false,
                })
                .collect(),
            notes: Vec::new(),
        }
    }

    fn get<'a>(env: &'a [(String, String)], name: &str) -> Option<&'a str> {
        env.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    #[test]
    fn agent_and_udf_variables_are_all_there() {
        let mut ctx = context(Os::Linux);
        ctx.device.udfs.insert(7, "seven".into());
        ctx.device.udfs.insert(300, "last".into());
        let (env, notes) = environment(&ctx, None, &user(&[("usrX", "1")]), &Knobs::default());
        assert!(notes.is_empty());
        assert_eq!(get(&env, "CS_PROFILE_NAME"), Some("Osaka HQ"));
        assert_eq!(
            get(&env, "CS_CSM_ADDRESS"),
            Some("https://pinotage.centrastage.net/csm/")
        );
        assert_eq!(get(&env, "UDF_7"), Some("seven"));
        assert_eq!(get(&env, "UDF_30"), Some(""));
        assert_eq!(get(&env, "UDF_31"), None);
        assert_eq!(get(&env, "UDF_300"), Some("last"), "a value is delivered");
        assert_eq!(get(&env, "usrX"), Some("1"));
        assert_eq!(get(&env, "HOME"), Some("/root"));
        assert_eq!(get(&env, "CS_PROFILE_PROXY_HOST"), None);
        let mut names: Vec<_> = env.iter().map(|(n, _)| n).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), env.len(), "every name once");
    }

    #[test]
    fn proxy_variables_only_with_a_proxy() {
        let mut ctx = context(Os::Macos);
        ctx.site.proxy = Some(Proxy {
            host: "proxy.lan".into(),
            port: 3128,
            ..Default::default()
        });
        let (env, _) = environment(&ctx, None, &user(&[]), &Knobs::default());
        assert_eq!(get(&env, "CS_PROFILE_PROXY_PORT"), Some("3128"));
        assert_eq!(get(&env, "CS_PROFILE_PROXY_TYPE"), Some("1"));
        assert_eq!(get(&env, "HOME"), Some("/var/root"));
    }

    #[test]
    fn reserved_names_stay_the_agents_and_system_ones_are_replaced() {
        let (env, notes) = environment(
            &context(Os::Linux),
            None,
            &user(&[("UDF_3", "mine"), ("CS_NEW", "n"), ("PATH", "/x")]),
            &Knobs::default(),
        );
        assert_eq!(get(&env, "UDF_3"), Some(""));
        assert_eq!(get(&env, "CS_NEW"), Some("n"));
        assert_eq!(get(&env, "PATH"), Some("/x"));
        let codes: Vec<_> = notes.iter().map(|n| n.code.as_str()).collect();
        assert_eq!(
            codes,
            [
                "reserved-variable-name",
                "reserved-variable-name",
                "variable-hides-system"
            ]
        );
    }
}
