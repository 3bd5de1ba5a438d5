//! Lines that were meant to be one of the four markers and are not.

use super::note;
use crate::rmm::event::Note;

/// The four markers, exactly `[O]`.
pub const MARKERS: [&str; 4] = [
    "<-Start Result->",
    "<-End Result->",
    "<-Start Diagnostic->",
    "<-End Diagnostic->",
];

/// Most notes given for one output; the rest says the same.
const MOST_NOTES: usize = 10;

/// Most lines compared letter by letter, so that hostile output costs no more than its reading.
const MOST_COMPARED: usize = 10_000;

/// Longest line that is compared letter by letter, in bytes.
const LONGEST_COMPARED: usize = 40;

/// Most letters that may differ, blanks and case aside.
const MOST_DIFFERENT: usize = 3;

/// Collects near misses while output is read line by line.
#[derive(Debug, Default)]
pub struct NearMisses {
    pub notes: Vec<Note>,
    compared: usize,
}

impl NearMisses {
    /// Looks at a line (1-based number) that is no marker.
    pub fn look(&mut self, number: usize, line: &str) {
        if self.notes.len() >= MOST_NOTES || !line.contains('-') || !line.contains(['<', '>']) {
            return;
        }
        let Some(right) = self.nearest(line) else {
            return;
        };
        let shown: String = line.chars().take(80).collect();
        self.notes.push(note(
            "near-miss-marker",
            format!("stdout line {number}: {shown:?} is not a marker and was taken as plain text"),
            format!("the marker must stand alone on its line and read exactly {right}"),
        ));
    }

    fn nearest(&mut self, line: &str) -> Option<&'static str> {
        let bare = bare(line);
        for start in ["<-start", "<-end"] {
            if let Some(at) = bare.find(start) {
                let rest = &bare[at..];
                let diagnostic = rest.contains("diag");
                if diagnostic || rest.contains("result") || rest.len() <= start.len() + 2 {
                    let index = 2 * usize::from(diagnostic) + usize::from(start == "<-end");
                    return Some(MARKERS[index]);
                }
            }
        }
        if line.len() > LONGEST_COMPARED || self.compared >= MOST_COMPARED {
            return None;
        }
        self.compared += 1;
        MARKERS
            .into_iter()
            .map(|m| (strsim::damerau_levenshtein(&bare, &self::bare(m)), m))
            .filter(|(distance, _)| *distance <= MOST_DIFFERENT)
            .min_by_key(|(distance, _)| *distance)
            .map(|(_, m)| m)
    }
}

fn bare(line: &str) -> String {
    line.chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistyped_markers_are_told_with_the_right_one() {
        for (line, right) in [
            ("<-Start Diagnostics->", MARKERS[2]),
            ("<- Start Result ->", MARKERS[0]),
            ("<-start result->", MARKERS[0]),
            ("echo'<-End", MARKERS[1]),
            ("echo'<-End Diagnostic->'", MARKERS[3]),
            ("<--End Result-->", MARKERS[1]),
            ("-Start Result->", MARKERS[0]),
            ("Status: <-Start Result->", MARKERS[0]),
            ("<-Strat Result->", MARKERS[0]),
        ] {
            let mut n = NearMisses::default();
            n.look(3, line);
            assert_eq!(n.notes.len(), 1, "{line}");
            assert!(n.notes[0].help.ends_with(right), "{line}: {:?}", n.notes[0]);
            assert!(n.notes[0].message.starts_with("stdout line 3: "));
        }
    }

    #[test]
    fn ordinary_lines_are_not() {
        let mut n = NearMisses::default();
        for line in [
            "",
            "->",
            "<-",
            "Result=OK",
            "a -> b",
            "<- restart pending ->",
            "2024-01-01 <none>",
            "--> Starting",
            "<!-- end -->",
        ] {
            n.look(1, line);
        }
        assert!(n.notes.is_empty(), "{:?}", n.notes);
    }

    #[test]
    fn notes_are_bounded() {
        let mut n = NearMisses::default();
        (0..1000).for_each(|i| n.look(i, "<-start result->"));
        assert_eq!(n.notes.len(), MOST_NOTES);
    }
}
