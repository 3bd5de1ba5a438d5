//! Entries of an access list, their words, and what a folder hands down.
//!
//! Source: Microsoft Learn, "icacls" (letters of rights and of inheritance), "File security and access
//! rights" (what generic rights are for files), "ACE inheritance rules".

/// Entries are handed down to files.
pub const OBJECTS: u8 = 1;
/// Entries are handed down to folders.
pub const CONTAINERS: u8 = 2;
/// Only to those right below.
pub const NO_FURTHER: u8 = 4;
/// Not for the folder itself.
pub const ONLY_BELOW: u8 = 8;
/// It was handed down.
pub const INHERITED: u8 = 16;

pub const FULL: u32 = 0x001F_01FF;
pub const MODIFY: u32 = 0x0013_01BF;
const GENERIC: u32 = 0xF000_0000;
/// SYNCHRONIZE and READ_CONTROL, which every set of rights shares.
const SHARED: u32 = 0x0012_0000;

/// Simple rights, the widest first.
const SIMPLE: [(&str, u32); 6] = [
    ("F", FULL),
    ("M", MODIFY),
    ("RX", 0x0012_00A9),
    ("R", 0x0012_0089),
    ("W", 0x0010_0116),
    ("D", 0x0011_0000),
];

/// Single rights, in the order in which icacls shows them.
const SINGLE: [(&str, u32); 21] = [
    ("DE", 0x0001_0000),
    ("RC", 0x0002_0000),
    ("WDAC", 0x0004_0000),
    ("WO", 0x0008_0000),
    ("S", 0x0010_0000),
    ("AS", 0x0100_0000),
    ("MA", 0x0200_0000),
    ("GR", 0x8000_0000),
    ("GW", 0x4000_0000),
    ("GE", 0x2000_0000),
    ("GA", 0x1000_0000),
    ("RD", 0x0001),
    ("WD", 0x0002),
    ("AD", 0x0004),
    ("REA", 0x0008),
    ("WEA", 0x0010),
    ("X", 0x0020),
    ("DC", 0x0040),
    ("RA", 0x0080),
    ("WA", 0x0100),
    ("N", 0),
];

const FLAGS: [(&str, u8); 5] = [
    ("I", INHERITED),
    ("OI", OBJECTS),
    ("CI", CONTAINERS),
    ("NP", NO_FURTHER),
    ("IO", ONLY_BELOW),
];

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ace {
    /// `BUILTIN\Users`.
    pub who: String,
    pub deny: bool,
    /// [`OBJECTS`] and the like.
    pub flags: u8,
    /// Access mask; generic rights as such where they are only handed down.
    pub rights: u32,
}

impl Ace {
    /// An entry from its words: `(OI)(CI)(RX)`.
    pub fn allow(who: &str, words: &str) -> Option<Ace> {
        let (flags, rights) = perm(words)?;
        Some(Ace {
            who: who.to_owned(),
            deny: false,
            flags,
            rights,
        })
    }

    /// As icacls shows it behind the name: `(I)(OI)(CI)(F)`.
    pub fn words(&self) -> String {
        let mut words = String::new();
        for (word, flag) in FLAGS {
            if self.flags & flag != 0 {
                words += &format!("({word})");
            }
        }
        if self.deny {
            words += "(DENY)";
        }
        words + &format!("({})", rights_words(self.rights))
    }

    /// What a new file or folder below gets of this one; `owner` takes the place of CREATOR OWNER.
    fn below(&self, folder: bool, owner: &str) -> Vec<Ace> {
        let takes = if folder { CONTAINERS } else { OBJECTS };
        let further = self.flags & (OBJECTS | CONTAINERS | NO_FURTHER);
        let goes_on = folder && further != 0 && further & NO_FURTHER == 0;
        let creator = self.who == super::account::CREATOR_OWNER;
        let made = |who: &str, flags: u8, rights: u32| Ace {
            who: who.to_owned(),
            deny: self.deny,
            flags: flags | INHERITED,
            rights,
        };
        if self.flags & takes == 0 {
            // For files alone: a folder only hands it on.
            return if goes_on && self.flags & OBJECTS != 0 {
                vec![made(&self.who, further | ONLY_BELOW, self.rights)]
            } else {
                Vec::new()
            };
        }
        let generic = self.rights & GENERIC != 0;
        match (goes_on, creator || generic) {
            (true, false) => vec![made(&self.who, further, self.rights)],
            (false, false) => vec![made(&self.who, 0, self.rights)],
            (on, true) => {
                let who = if creator { owner } else { &self.who };
                let mut all = vec![made(who, 0, mapped(self.rights))];
                if on {
                    all.push(made(&self.who, further | ONLY_BELOW, self.rights));
                }
                all
            }
        }
    }
}

/// What a folder's list hands down to a file or folder in it.
pub fn handed_down(list: &[Ace], folder: bool, owner: &str) -> Vec<Ace> {
    let mut all: Vec<Ace> = Vec::new();
    for ace in list.iter().flat_map(|a| a.below(folder, owner)) {
        let held = all.iter().any(|a| {
            a.who == ace.who
                && a.deny == ace.deny
                && a.rights == ace.rights
                && (a.flags == ace.flags || (ace.flags == INHERITED && a.flags & ONLY_BELOW == 0))
        });
        if !held {
            all.push(ace);
        }
    }
    all
}

/// Rights that a list gives a process of these accounts, in the order of the list.
pub fn given(list: &[Ace], accounts: &[&str]) -> u32 {
    let (mut allowed, mut denied) = (0, 0);
    let here = list.iter().filter(|a| a.flags & ONLY_BELOW == 0);
    for ace in here.filter(|a| accounts.contains(&a.who.as_str())) {
        let rights = mapped(ace.rights);
        if ace.deny {
            denied |= rights & !allowed;
        } else {
            allowed |= rights & !denied;
        }
    }
    allowed
}

/// Generic rights as those of files.
fn mapped(rights: u32) -> u32 {
    let generic = [
        (0x1000_0000, FULL),
        (0x8000_0000, 0x0012_0089),
        (0x4000_0000, 0x0012_0116),
        (0x2000_0000, 0x0012_00A0),
    ];
    let of = generic.iter().filter(|(bit, _)| rights & bit != 0);
    of.fold(rights & !GENERIC, |all, (_, means)| all | means)
}

/// Inheritance and rights of `(OI)(CI)M`, `RX`, `(RD,WD)`; none where a word is unknown.
pub fn perm(words: &str) -> Option<(u8, u32)> {
    let mut rest = words;
    let mut flags = 0;
    let mut rights = None;
    while !rest.is_empty() {
        let group = match rest.strip_prefix('(') {
            Some(inner) => {
                let (group, after) = inner.split_once(')')?;
                rest = after;
                group
            }
            None => std::mem::take(&mut rest),
        };
        let flag = FLAGS.iter().find(|(w, _)| w.eq_ignore_ascii_case(group));
        match flag {
            Some((_, INHERITED)) => {}
            Some((_, flag)) if rights.is_none() => flags |= flag,
            _ => *rights.get_or_insert(0) |= mask(group)?,
        }
    }
    Some((flags, rights?))
}

fn mask(group: &str) -> Option<u32> {
    group.split(',').try_fold(0, |all, word| {
        let known = SIMPLE.iter().chain(&SINGLE);
        let (_, bits) = known
            .into_iter()
            .find(|(w, _)| w.eq_ignore_ascii_case(word.trim()))?;
        Some(all | bits)
    })
}

/// `F`, `RX,W`, `GR,GE`, `AD`.
fn rights_words(rights: u32) -> String {
    if rights == 0 {
        return "N".into();
    }
    if rights & 0x1000_0000 != 0 {
        return "F".into();
    }
    let mut left = rights;
    let mut words = Vec::new();
    for (word, bits) in SIMPLE {
        let own = bits & !SHARED;
        if rights & bits == bits && left & own != 0 {
            words.push(word);
            left &= !bits;
        }
    }
    for (word, bit) in SINGLE {
        let told = bit != 0 && bit.is_power_of_two() && left & bit != 0;
        let implied = bit & SHARED != 0 && rights & !SHARED != 0;
        if told && !implied {
            words.push(word);
        }
    }
    words.join(",")
}
