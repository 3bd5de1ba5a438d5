//! Takes names out of the lists of what a module exports, in the text of its manifest (.psd1).
//! All else stays byte for byte as it is.

mod read;

use read::{Exported, List};

/// Why a manifest cannot be edited.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct Unreadable {
    /// Counted from 1.
    pub line: usize,
    pub what: String,
}

/// A manifest without some names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edited {
    pub text: String,
    /// What was taken out, as it stood there.
    pub removed: Vec<String>,
    /// Patterns among what is exported, such as `*`: what they match is exported still.
    pub patterns: Vec<String>,
}

/// Takes every name that `leaves` holds for out of `CmdletsToExport`, `FunctionsToExport` and
/// `AliasesToExport`.
///
/// # Errors
/// The text is no manifest, or one of these values is not a list of quoted names.
pub fn without(text: &str, leaves: impl Fn(&str) -> bool) -> Result<Edited, Unreadable> {
    let mut cuts: Vec<(usize, usize, &str)> = Vec::new();
    let (mut removed, mut patterns) = (Vec::new(), Vec::new());
    for list in read::lists(text)? {
        let stays = |e: &Exported| !leaves(&e.name);
        for exported in &list.names {
            if exported.name.contains(['*', '?', '[']) {
                patterns.push(exported.name.clone());
            } else if !stays(exported) {
                removed.push(exported.name.clone());
            }
        }
        cuts.extend(cut(&list, &stays));
    }
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for (start, end, instead) in cuts {
        out.push_str(&text[done..start]);
        out.push_str(instead);
        done = end;
    }
    out.push_str(&text[done..]);
    Ok(Edited {
        text: out,
        removed,
        patterns,
    })
}

/// The stretches of text that go with the names: each name with what parts it from the next, and the
/// last ones with what parts them from those before.
fn cut(list: &List, stays: &dyn Fn(&Exported) -> bool) -> Vec<(usize, usize, &'static str)> {
    let names = &list.names;
    let Some(last_kept) = names.iter().rposition(stays) else {
        // An empty list needs its brackets.
        let instead = if list.bracketed { "" } else { "@()" };
        let ends = names.first().zip(names.last());
        return ends
            .map(|(first, last)| (first.start, last.end, instead))
            .into_iter()
            .collect();
    };
    let mut cuts: Vec<_> = (0..last_kept)
        .filter(|i| !stays(&names[*i]))
        .map(|i| (names[i].start, names[i + 1].start, ""))
        .collect();
    if let Some(last) = names.last().filter(|_| last_kept + 1 < names.len()) {
        cuts.push((names[last_kept].end, last.end, ""));
    }
    cuts
}

#[cfg(test)]
mod tests;
