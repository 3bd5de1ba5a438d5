//! Error output of programs that a script redirects under `$ErrorActionPreference = 'Stop'`: 5.1 makes an
//! error that ends the script of the first line of it, PowerShell 7 goes on.

use super::newer::full_name;
use super::reader::{Body, Command, Preference, Script};
use super::{Raw, Reach};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// Most redirections of one script that are looked at.
const MOST: usize = 200;

/// Deepest row of functions that call each other which is followed.
const DEEPEST: usize = 20;

/// The verbs of cmdlets (Learn, Approved Verbs for PowerShell Commands), and those that only its own
/// commands have.
const VERBS: &str = "add approve assert backup block build checkpoint clear close compare complete compress \
    confirm connect convert convertfrom convertto copy debug deny deploy disable disconnect dismount edit \
    enable enter exit expand export find foreach format get grant group hide import initialize install invoke \
    join limit lock measure merge mount move new open optimize out ping pop protect publish push read receive \
    redo register remove rename repair request reset resize resolve restart restore resume revoke save search \
    select send set show skip sort split start step stop submit suspend switch sync tee test trace unblock undo \
    uninstall unlock unprotect unpublish unregister update use wait watch where write";

/// Aliases and functions of 5.1 that stand for cmdlets.
const NAMES: &str = "% ? ac asnp cat cd cd.. cd\\ chdir clc clear clhy cli clp cls clv cnsn compare copy cp cpi \
    cpp curl cvpa dbp del diff dir dnsn ebp echo epal epcsv epsn erase etsn exsn fc fhx fl foreach ft fw gal gbp \
    gc gcb gci gcm gcs gdr ghy gi gin gjb gl gm gmo gp gps gpv group gsn gsnp gsv gtz gu gv gwmi h help history \
    icm iex ihy ii importsystemmodules ipal ipcsv ipmo ipsn irm ise iwmi iwr kill lp ls man md measure mi mkdir \
    more mount move mp mv nal ndr ni nmo npssc nsn nv ogv oh oss pause popd prompt ps pushd pwd r rbp rcjb rcsn rd \
    rdr ren ri rjb rm rmdir rmo rni rnp rp rsn rsnp rujb rv rvpa rwmi sajb sal saps sasv sbp sc scb select set shcm \
    si sl sleep sls sort sp spjb spps spsv start stz sujb sv swmi tabexpansion2 tee trcm type wget where wjb write";

pub(super) fn findings(script: &Script) -> Vec<Raw> {
    let read = Read::of(script);
    if read.sets.iter().all(|s| s.preference != Preference::Stop)
        && !script.commands.iter().any(asks)
    {
        return Vec::new();
    }
    // Where programs run under Stop.
    let commands = script.commands.iter();
    let programs: BTreeSet<usize> = commands
        .filter(|c| !c.block && !read.own(c) && is_program(&c.name) && read.stops(c.at))
        .map(|c| c.at)
        .collect();
    let named = script.commands.iter().filter_map(|c| Some((c, c.errors?)));
    let named = named.take(MOST).filter_map(|(c, errors)| {
        let runs = if c.block || read.own(c) {
            read.runs(&programs, c.at, errors.0, &mut BTreeSet::new())
        } else {
            programs.contains(&c.at)
        };
        runs.then_some(errors)
    });
    let others = script
        .redirected
        .iter()
        .take(MOST)
        .filter_map(|(start, errors)| {
            read.runs(&programs, *start, errors.0, &mut BTreeSet::new())
                .then_some(*errors)
        });
    named
        .chain(others)
        .map(|(start, end)| Raw {
            start,
            end,
            what: "a program's error output, redirected under $ErrorActionPreference Stop".into(),
            message: "the first line that the program writes there ends the script in 5.1 \
                      (NativeCommandError, also with 2>$null), and does not here"
                .into(),
            error_id: None,
            reach: Reach::Here,
        })
        .collect()
}

/// Where the preference is set.
struct Set {
    at: usize,
    preference: Preference,
    /// For the script, from within another scope.
    from_afar: bool,
    /// The scope that it is set in; none: the script's.
    scope: Option<(usize, usize)>,
    /// The braces that it stands in.
    branch: Option<(usize, usize)>,
}

struct Read<'a> {
    script: &'a Script,
    /// The last one first.
    sets: Vec<Set>,
    /// Functions: whether one is called under Stop.
    called: RefCell<BTreeMap<String, bool>>,
}

impl<'a> Read<'a> {
    fn of(script: &'a Script) -> Read<'a> {
        let mut all = script.preferences.clone();
        let commands = script.commands.iter().filter(|c| sets_stop(c));
        all.extend(commands.map(|c| (c.at, Preference::Stop, false)));
        all.sort_by_key(|s| std::cmp::Reverse(s.0));
        all.truncate(MOST);
        let placed = |(at, preference, outer): (usize, Preference, bool)| {
            // Inner ones come first.
            let around = script.bodies.iter().filter(|b| b.0 < at && at < b.1);
            let mut scopes = around.clone().filter(|b| b.2 != Body::Statement);
            let scope = scopes.next().map(|b| (b.0, b.1));
            let from_afar = outer && scope.is_some();
            Set {
                at,
                preference,
                from_afar,
                scope: scope.filter(|_| !from_afar),
                branch: around.map(|b| (b.0, b.1)).next(),
            }
        };
        Read {
            script,
            sets: all.into_iter().map(placed).collect(),
            called: RefCell::default(),
        }
    }

    /// Whether a command is a function of the script's own.
    fn own(&self, command: &Command) -> bool {
        self.script.functions.contains(&command.name.to_lowercase())
    }

    /// Whether one of the programs is run between two places, or in a function that is called there.
    fn runs(
        &self,
        programs: &BTreeSet<usize>,
        start: usize,
        end: usize,
        seen: &mut BTreeSet<String>,
    ) -> bool {
        if start >= end || programs.range(start..end).next().is_some() {
            return start < end;
        }
        let there = self
            .script
            .commands
            .iter()
            .filter(|c| c.at >= start && c.at < end);
        there.filter(|c| self.own(c)).any(|c| {
            let name = c.name.to_lowercase();
            if seen.len() >= DEEPEST || !seen.insert(name.clone()) {
                return false;
            }
            let mut bodies = self.script.bodies.iter();
            bodies.any(|(start, end, body)| {
                matches!(body, Body::Function(of) if *of == name)
                    && self.runs(programs, *start, *end, seen)
            })
        })
    }

    /// Whether Stop holds at a place, by what stands before it in its scopes, and for a function where it
    /// is called.
    fn stops(&self, place: usize) -> bool {
        let mut at = place;
        let around = self
            .script
            .bodies
            .iter()
            .filter(|b| b.0 < place && place < b.1);
        for (start, end, body) in around.filter(|b| b.2 != Body::Statement) {
            if let Some(stops) = self.set_in(Some((*start, *end)), at) {
                return stops;
            }
            if let Body::Function(name) = body {
                return self.is_called(name, (*start, *end));
            }
            at = *start;
        }
        self.set_in(None, at).unwrap_or(false)
    }

    /// Whether a function is called where Stop holds, or with `-ErrorAction Stop`; of one that nothing
    /// calls, whether the script itself asks for it at its end.
    fn is_called(&self, name: &str, body: (usize, usize)) -> bool {
        if let Some(known) = self.called.borrow().get(name) {
            return *known;
        }
        // While it is looked for: what calls itself tells nothing.
        self.called.borrow_mut().insert(name.to_owned(), false);
        let calls = self.script.commands.iter();
        let mut calls = calls
            .filter(|c| c.name.eq_ignore_ascii_case(name) && (c.at < body.0 || c.at > body.1))
            .take(MOST)
            .peekable();
        let is = if calls.peek().is_none() {
            self.set_in(None, usize::MAX).unwrap_or(false)
        } else {
            calls.any(|c| asks(c) || self.stops(c.at))
        };
        self.called.borrow_mut().insert(name.to_owned(), is);
        is
    }

    /// What a scope (none: the script) has set before a place; none: nothing.
    fn set_in(&self, scope: Option<(usize, usize)>, place: usize) -> Option<bool> {
        let mut restored = false;
        let sets = self.sets.iter().filter(|s| s.scope == scope);
        // What another scope sets for the script may be set at any time.
        for set in sets.filter(|s| s.from_afar || s.at < place) {
            match set.preference {
                Preference::Stop => return Some(true),
                Preference::Unknown => restored = true,
                // In a branch that need not have run it decides nothing for what comes after.
                Preference::Other => {
                    let sure = set.branch.is_none_or(|b| b.0 < place && place < b.1);
                    if sure && !restored && !set.from_afar {
                        return Some(false);
                    }
                }
            }
        }
        None
    }
}

/// `Set-Variable ErrorActionPreference Stop`, in any of its forms.
fn sets_stop(command: &Command) -> bool {
    let name = command.name.to_ascii_lowercase();
    let is = |word: &str| {
        let mut words = command.words.iter();
        words.any(|(_, w)| w.eq_ignore_ascii_case(word))
    };
    matches!(
        name.as_str(),
        "set-variable" | "sv" | "new-variable" | "nv" | "set"
    ) && is("erroractionpreference")
        && is("stop")
}

/// `-ErrorAction Stop`, which a function of the script takes for its own scope.
fn asks(command: &Command) -> bool {
    command.parameters.iter().enumerate().any(|(i, (_, p))| {
        let p = p.to_ascii_lowercase();
        let is = p == "ea" || (p.len() > 6 && "erroraction".starts_with(&p));
        let mut words = command.words.iter();
        is && words.any(|(after, w)| *after == i + 1 && w.eq_ignore_ascii_case("stop"))
    })
}

/// Whether a name may be a program's: neither a cmdlet nor an alias of one. What is not known before it
/// runs (`& $path`) may be.
fn is_program(name: &str) -> bool {
    let full = full_name(name).to_ascii_lowercase();
    let runs = [".exe", ".com", ".cmd", ".bat", ".ps1"];
    if runs.iter().any(|ending| full.ends_with(ending)) {
        return true;
    }
    let is_verb = |verb: &str| VERBS.split_whitespace().any(|v| v == verb);
    let cmdlet = full.split_once('-').is_some_and(|(verb, _)| is_verb(verb));
    let drive = full.len() == 2 && full.ends_with(':');
    let listed = name == "." || NAMES.split_whitespace().any(|n| n == full);
    !(cmdlet || drive || listed)
}

#[cfg(test)]
mod tests {
    use super::super::tests::of;
    use super::super::{Reach, check};

    const STOP: &str = "a program's error output, redirected under $ErrorActionPreference Stop";

    #[test]
    fn redirected_errors_of_programs_under_stop_are_named() {
        for script in [
            "$ErrorActionPreference = 'Stop'\nmsiexec.exe /i a.msi 2>&1",
            "$global:ErrorActionPreference = [System.Management.Automation.ActionPreference]::Stop; $o = git fetch 2>$null",
            "Set-StrictMode -Version 2; $ErrorActionPreference=\"Stop\"; & $exe /x *>&1 | Out-File log",
            "${ErrorActionPreference} = 'stop'; & \"$dir\\setup.exe\" /q 2>> err.txt",
            "Set-Variable -Name ErrorActionPreference -Value Stop; cmd /c 'x' 2>&1",
            "param($ErrorActionPreference = 'Stop')\nnet use 2>&1",
            "$ErrorActionPreference = 'Stop'; try { wevtutil el 2>&1 } catch { }",
            "$ErrorActionPreference = 'Stop'; if ($x) { $ErrorActionPreference = 'Continue' }; reg query HKLM 2>&1",
            "$ErrorActionPreference = 'Stop'; $old = $ErrorActionPreference; $ErrorActionPreference = 'Continue'; $ErrorActionPreference = $old; sc.exe query 2>&1",
            "function Run { netsh x 2>&1 }\n$ErrorActionPreference = 'Stop'\nRun",
            "function Run { [CmdletBinding()] param(); netsh x 2>&1 }\nRun -ErrorAction Stop",
            "function Run { netsh x }\n$ErrorActionPreference = 'Stop'\nRun 2>&1",
            "function Init { $script:ErrorActionPreference = 'Stop' }\nInit\nnetsh x 2>&1",
            "$ErrorActionPreference = 'Stop'; & { netsh x } 2>&1",
            "$ErrorActionPreference = 'Stop'; 1..3 | ForEach-Object { ping $_ 2>$null }",
            "$ErrorActionPreference = 'Stop'; (netsh x) 2>$null",
        ] {
            assert_eq!(of(script, Reach::Here), [STOP], "{script:?}");
        }
        for script in [
            "msiexec.exe /i a.msi 2>&1",
            "$ErrorActionPreference = 'Continue'; git fetch 2>&1",
            "$ErrorActionPreference = 'Stop'; git fetch; git pull > log 3>&1",
            "$ErrorActionPreference = 'Stop'; Get-Item x 2>$null; gci y 2>&1; Install-It *> all.txt",
            "$ErrorActionPreference = 'Stop'; cmd /c 'git fetch 2>&1'; \"git 2>&1\"",
            "git fetch 2>&1; $ErrorActionPreference = 'Stop'",
            "$ErrorActionPreference = 'Stop'; $ErrorActionPreference = 'Continue'; git fetch 2>&1",
            "$ErrorActionPreference = 'Stop'; & { $ErrorActionPreference = 'Continue'; git fetch 2>&1 }",
            "$ErrorActionPreference = 'Stop'; function Run { $ErrorActionPreference = 'Continue'; git x 2>&1 }; Run",
            "function Run { $ErrorActionPreference = 'Stop'; Get-Item x }\nRun; git fetch 2>&1",
            "function Safe { git x 2>&1 }\nSafe\n$ErrorActionPreference = 'Stop'",
            "$ErrorActionPreference = 'Stop'; & { Get-Item x } 2>&1; (Get-Item x) 2>$null",
        ] {
            assert_eq!(of(script, Reach::Here), [""; 0], "{script:?}");
        }
        let bad = "/fixtures/bright-antivirus/bad/program-under-stop/command.ps1";
        let bad = std::fs::read_to_string(format!("{}{bad}", env!("CARGO_MANIFEST_DIR"))).unwrap();
        assert_eq!(of(&bad, Reach::Here), [STOP]);
        // Whatever a script holds, it takes little time.
        for piece in [
            "function f{f 2>&1;a 2>&1;",
            "$ErrorActionPreference='Stop';a 2>&1;",
            "{$ErrorActionPreference='Stop'}; &{a} 2>&1;",
        ] {
            let began = std::time::Instant::now();
            check(piece.repeat(20_000).as_bytes());
            assert!(began.elapsed().as_secs() < 20, "{piece:?}");
        }
    }
}
