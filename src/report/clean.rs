//! Text of scripts made fit for a terminal: nothing in it may move the cursor, change colours or
//! turn the reading direction.

use unicode_width::UnicodeWidthChar;

/// Makes control characters visible (`\x1b`, `\r`, `\u{202e}`); newlines and tabs stay.
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\t' => out.push(c),
            '\r' => out.push_str("\\r"),
            c if c.is_ascii_control() => out.push_str(&format!("\\x{:02x}", c as u32)),
            c if c.is_control() || turns_text(c) => {
                out.push_str(&format!("\\u{{{:x}}}", c as u32));
            }
            c => out.push(c),
        }
    }
    out
}

/// [`visible`] on one line: newlines and tabs are written as `\n` and `\t`.
pub fn one_line(text: &str) -> String {
    visible(text).replace('\n', "\\n").replace('\t', "\\t")
}

/// Characters that change the direction of the text after them, or hide in it.
fn turns_text(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Columns a text takes on a terminal; a tab counts as one.
pub fn columns(text: &str) -> usize {
    text.chars().map(|c| c.width().unwrap_or(1)).sum()
}

/// Cuts a text to so many columns, with `…` where something was cut off.
pub fn cut(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 0;
    for c in text.chars() {
        let w = c.width().unwrap_or(1);
        if used + w + 1 > width {
            break;
        }
        out.push(c);
        used += w;
    }
    if width > 0 {
        out.push('…');
    }
    out
}

/// Breaks a text into lines of at most `width` columns, at spaces where there are any.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(20);
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let mut line = String::new();
        let mut used = 0;
        for word in paragraph.split_inclusive(' ') {
            let w = columns(word);
            if used > 0 && used + columns(word.trim_end()) > width {
                lines.push(line.trim_end().to_owned());
                line.clear();
                used = 0;
            }
            line.push_str(word);
            used += w;
        }
        lines.push(line.trim_end().to_owned());
    }
    lines
}

/// Breaks a line at exactly `width` columns, so that nothing of it is lost.
pub fn fold(line: &str, width: usize) -> Vec<String> {
    let width = width.max(20);
    let mut lines = vec![String::new()];
    let mut used = 0;
    for c in line.chars() {
        let w = c.width().unwrap_or(1);
        if used + w > width {
            lines.push(String::new());
            used = 0;
        }
        used += w;
        if let Some(last) = lines.last_mut() {
            last.push(c);
        }
    }
    lines
}

/// A text as one word of a POSIX shell.
pub fn shell_word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@%+=,".contains(c);
    // zsh takes `=word` for the path of a program.
    if !text.is_empty() && !text.starts_with('=') && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

/// Milliseconds as people read them: `8 ms`, `1.25 s`, `2 min 05 s`.
pub fn duration(ms: f64) -> String {
    if !ms.is_finite() || ms < 0.0 {
        "0 ms".to_owned()
    } else if ms < 999.5 {
        format!("{ms:.0} ms")
    } else if ms < 60_000.0 {
        format!("{:.2} s", ms / 1000.0)
    } else {
        let seconds = (ms / 1000.0).round() as u64;
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    }
}

/// A number with its noun, plural where it is not one: `1 scenario`, `3 scenarios`.
pub fn count(n: u64, noun: &str) -> String {
    if n == 1 {
        format!("1 {noun}")
    } else {
        format!("{n} {noun}s")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_become_visible() {
        assert_eq!(
            visible("a\x1b[31mb\r\n\tc\u{202e}d\u{9b}"),
            "a\\x1b[31mb\\r\n\tc\\u{202e}d\\u{9b}"
        );
        assert_eq!(one_line("a\nb\tc"), "a\\nb\\tc");
    }

    #[test]
    fn cut_counts_wide_characters() {
        assert_eq!(cut("大阪サイト", 5), "大阪…");
        assert_eq!(cut("short", 5), "short");
        assert_eq!(cut("longer", 0), "");
    }

    #[test]
    fn wrap_breaks_at_spaces_and_keeps_long_words() {
        assert_eq!(
            wrap("one two three four five six", 20),
            ["one two three four", "five six"]
        );
        assert_eq!(wrap(&"x".repeat(30), 20), ["x".repeat(30)]);
    }

    #[test]
    fn fold_loses_nothing() {
        let long = "大".repeat(25);
        let lines = fold(&long, 21);
        assert_eq!(lines.concat(), long);
        assert!(lines.iter().all(|l| columns(l) <= 21));
        assert_eq!(fold("", 20), [""]);
    }

    #[test]
    fn words_of_a_shell_are_quoted() {
        assert_eq!(shell_word("plain/file.yaml"), "plain/file.yaml");
        assert_eq!(shell_word("it's $HOME"), r"'it'\''s $HOME'");
        assert_eq!(shell_word("=name"), "'=name'");
        assert_eq!(shell_word(""), "''");
    }

    #[test]
    fn durations_read_well() {
        assert_eq!(duration(0.4), "0 ms");
        assert_eq!(duration(1250.0), "1.25 s");
        assert_eq!(duration(125_000.0), "2 min 05 s");
        assert_eq!(duration(f64::NAN), "0 ms");
    }
}
