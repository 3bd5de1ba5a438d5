//! The end of what a job printed, as reports show it.

/// Most lines of output kept for a report, per job and stream.
pub const TAIL_LINES: usize = 15;
/// Most bytes kept of one line of output.
const TAIL_LINE_BYTES: usize = 2000;

/// The end of a stream.
#[derive(Debug, Clone, Default)]
pub struct Tail {
    /// Last lines, at most [`TAIL_LINES`], as text (bytes that are not UTF-8 are replaced).
    pub lines: Vec<String>,
    /// All lines of the stream, as far as it was kept.
    pub of: usize,
}

impl Tail {
    /// Of the text of an [`Output`](crate::rmm::event::What::Output), or of its bytes.
    pub fn of(text: Option<&str>, base64: Option<&str>) -> Tail {
        use base64::Engine as _;
        let decoded;
        let text = match (text, base64) {
            (Some(t), _) => t,
            (None, Some(b)) => match base64::engine::general_purpose::STANDARD.decode(b) {
                Ok(bytes) => {
                    decoded = String::from_utf8_lossy(&bytes).into_owned();
                    &decoded
                }
                Err(_) => b,
            },
            (None, None) => "",
        };
        let of = text.lines().count();
        let lines = text
            .lines()
            .skip(of.saturating_sub(TAIL_LINES))
            .map(cut_line)
            .collect();
        Tail { lines, of }
    }

    /// Nothing was printed.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }
}

fn cut_line(line: &str) -> String {
    if line.len() <= TAIL_LINE_BYTES {
        return line.to_owned();
    }
    let mut end = TAIL_LINE_BYTES;
    while !line.is_char_boundary(end) {
        end -= 1;
    }
    format!("{} … ({} more bytes)", &line[..end], line.len() - end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tail_is_bounded() {
        let long = format!("{}\n{}", "line\n".repeat(100), "é".repeat(5000));
        let t = Tail::of(Some(&long), None);
        assert_eq!(t.lines.len(), TAIL_LINES);
        assert_eq!(t.of, 102);
        assert!(t.lines.iter().all(|l| l.len() < TAIL_LINE_BYTES + 40));
        let binary = Tail::of(None, Some("/w=="));
        assert_eq!(binary.lines, ["\u{fffd}"]);
    }
}
