//! Secrets in the text of a scenario file that could not be read: found by what the text looks
//! like, for there is no tree to look into. Rather one value too many is hidden than one too few.

use std::collections::BTreeSet;

/// How many lines `value:` and `masked:` may stand apart.
const NEAR: usize = 3;
/// Shorter values are hidden where they stand only: elsewhere they are parts of other words.
const SHORTEST: usize = 4;
/// Most lines that the value of one key is looked for in.
const MOST_LINES: usize = 200;

/// A stretch of a text, in bytes.
type Range = std::ops::Range<usize>;

/// Values of a variables file (`site,name,value,masked`) in the rows that end in `,true`; as they
/// are written and, for quoted ones, without the quotes. Takes any text, good or bad.
pub fn masked_rows(csv: &str) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    rows(csv, 0, &mut Vec::new(), &mut out);
    out
}

/// The secrets that such a text seems to hold.
pub(super) fn secrets(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    places(text, &mut found);
    found.retain(|s| s.len() >= SHORTEST);
    found
}

/// The text with its own and the given secrets as `*`, and with `?` for what would steer a
/// terminal. As long as before, byte for byte, so that places in it stay right.
pub(super) fn text(text: &str, secrets: &BTreeSet<String>) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for range in places(text, &mut BTreeSet::new()) {
        cover(&mut bytes[range], b'*');
    }
    // The longest first: a shorter one may be a part of it.
    let mut by_length: Vec<&String> = secrets.iter().collect();
    by_length.sort_by_key(|s| std::cmp::Reverse(s.len()));
    for secret in by_length {
        for (at, found) in text.match_indices(secret.as_str()) {
            cover(&mut bytes[at..at + found.len()], b'*');
        }
    }
    for (at, c) in text.char_indices().filter(|(_, c)| steers(*c)) {
        let line_end = c == '\r' && bytes.get(at + 1) == Some(&b'\n');
        if !line_end {
            cover(&mut bytes[at..at + c.len_utf8()], b'?');
        }
    }
    // Whole characters were covered by ASCII, so this is UTF-8.
    String::from_utf8(bytes).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned())
}

fn cover(bytes: &mut [u8], by: u8) {
    bytes
        .iter_mut()
        .filter(|b| **b != b'\n')
        .for_each(|b| *b = by);
}

/// Moves the cursor, changes colours, turns the reading direction.
fn steers(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\t')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Where values that look masked stand, and what they are.
fn places(text: &str, found: &mut BTreeSet<String>) -> Vec<Range> {
    let mut ranges = Vec::new();
    let mut lines: Vec<Range> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        lines.push(at..at + line.trim_end_matches(['\n', '\r']).len());
        at += line.len();
    }
    let masked: Vec<bool> = lines
        .iter()
        .map(|l| says_masked(&text[l.clone()]))
        .collect();
    for number in 0..lines.len() {
        let line = lines[number].clone();
        let near = number.saturating_sub(NEAR)..(number + NEAR + 1).min(lines.len());
        if masked[near].contains(&true) {
            for from in values(&text[line.clone()]) {
                let rest = line.start + from..line.end;
                value(text, &lines, number, rest, &mut ranges, found);
            }
        }
        rows(&text[line.clone()], line.start, &mut ranges, found);
    }
    ranges
}

/// `masked:` with anything but `false`; a mistyped word counts.
fn says_masked(line: &str) -> bool {
    let lower = line.to_ascii_lowercase();
    lower.match_indices("mask").any(|(at, _)| {
        let after = lower[at..].trim_start_matches(|c: char| c.is_alphanumeric() || c == '_');
        let after = after.trim_start_matches(['"', '\'', ' ', '\t', ':', '=']);
        !after.starts_with("false")
    })
}

/// Where the values behind `value:` begin in a line.
fn values(line: &str) -> Vec<usize> {
    let mut out = Vec::new();
    for (at, word) in line.match_indices("value") {
        let before = line[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let from = at + word.len();
        let after = line[from..].trim_start_matches(['"', '\'']).trim_start();
        if let Some(rest) = after.strip_prefix(':') {
            out.push(line.len() - rest.trim_start().len());
        }
    }
    out
}

/// Takes the value that begins at `rest.start`, in line `number`, as far as it goes.
fn value(
    text: &str,
    lines: &[Range],
    number: usize,
    rest: Range,
    ranges: &mut Vec<Range>,
    found: &mut BTreeSet<String>,
) {
    let mut from = rest.start;
    // Anchors and tags are no part of it.
    while text[from..rest.end].starts_with(['&', '!']) {
        let word = text[from..rest.end]
            .find(' ')
            .map_or(rest.end - from, |n| n + 1);
        from += word;
    }
    let written = &text[from..rest.end];
    if let Some(quote) = written.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        let last = lines[(number + MOST_LINES).min(lines.len() - 1)].end;
        let inner = from + 1;
        let end = closing(&text[inner..last], quote).map_or(rest.end, |n| inner + n);
        ranges.push(inner..end.max(inner));
        take(&text[inner..end.max(inner)], found);
        return;
    }
    // In a flow mapping a value ends at a comma or brace, in a block at the end of the line.
    let own = &text[lines[number].start..from];
    let flow = own.matches('{').count() > own.matches('}').count();
    let stop = written.find(if flow { &[',', '}'][..] } else { &['\n'][..] });
    let stop = stop.unwrap_or(written.len());
    // `value: x masked: true`: the comma was forgotten.
    let stop = written.find(" mask").unwrap_or(stop).min(stop);
    ranges.push(from..from + stop);
    let plain = &written[..stop];
    for cut in [plain, plain.trim_end_matches([',', '}', ']', ' '])] {
        take(cut, found);
        take(cut.split(" #").next().unwrap_or_default(), found);
    }
    if flow {
        return;
    }
    // Block scalars and values that go on: lines that are further in than the key's own.
    let depth = indent(&text[lines[number].clone()]);
    for line in lines.iter().skip(number + 1).take(MOST_LINES) {
        let own = &text[line.clone()];
        if !own.trim().is_empty() && indent(own) <= depth {
            break;
        }
        ranges.push(line.clone());
        take(own, found);
    }
}

/// Columns before a line's key; those of a list's dash belong to them.
fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '-', '\t']).len()
}

/// Where the quote is closed.
fn closing(text: &str, quote: char) -> Option<usize> {
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let doubled = c == '\'' && quote == '\'' && chars.peek().is_some_and(|(_, n)| *n == '\'');
        if doubled || c == '\\' && quote == '"' {
            chars.next();
        } else if c == quote {
            return Some(at);
        }
    }
    None
}

/// Keeps a value as it is written and as it is meant.
fn take(written: &str, found: &mut BTreeSet<String>) {
    for line in written.lines().map(str::trim).filter(|l| !l.is_empty()) {
        found.insert(line.to_owned());
        found.insert(line.replace("''", "'"));
        found.insert(line.replace("\"\"", "\""));
        found.insert(line.replace("\\\"", "\"").replace("\\\\", "\\"));
    }
}

/// Rows of a variables file that end in `,true`; one line of YAML may hold several (`\n`).
fn rows(text: &str, start: usize, ranges: &mut Vec<Range>, found: &mut BTreeSet<String>) {
    let mut at = start;
    for part in text
        .split_inclusive('\n')
        .flat_map(|l| l.split_inclusive("\\n"))
    {
        let row = part.strip_suffix("\\n").unwrap_or(part);
        let row = row.trim_end_matches(['"', '\'', ' ', '\t', '\r', '\n', '\\']);
        let mut commas = row.match_indices(',').map(|(n, _)| n);
        if let (Some(_), Some(name_end)) = (commas.next(), commas.next())
            && let Some(end) = row.strip_suffix("true").map(|r| r.trim_end().len())
            && row[..end].ends_with(',')
            && end > name_end + 1
        {
            let (from, to) = (name_end + 1, end - 1);
            ranges.push(at + from..at + to);
            let value = row[from..to].trim();
            take(value, found);
            take(value.trim_matches(['"', '\\']), found);
        }
        at += part.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(file: &str) -> String {
        let out = text(file, &secrets(file));
        assert_eq!(out.len(), file.len());
        out
    }

    #[test]
    fn values_beside_masked_are_hidden_wherever_they_stand() {
        for file in [
            "v: { value: 'TopSecret-1', masked: true, oops: 1 }\nx: TopSecret-1\n",
            "v: { masked: yess, value: \"TopSecret-1\" }\n# TopSecret-1",
            "v: { value: TopSecret-1 masked: true }\nx: [TopSecret-1]",
            "v:\n  value: TopSecret-1 # note\n  masked: true\nx: aTopSecret-1b",
            "v:\n  masked: true\n  more: x\n  value: !!str TopSecret-1\n",
            "v:\n  value: |-\n    TopSecret-1\n    TopSecret-1\n  masked: true\n",
            "v:\n  value:\n    TopSecret-1\n  masked: true\n",
            "v: {\"value\": \"TopSecret-1\", \"masked\": true",
            "v: { value: 'TopSecret-1, masked: true }\nx: y\n",
            "csv: |\n  site,name,value,masked\n  o,licence,TopSecret-1,true\n",
            "csv: \"site,name,value,masked\\no,licence,TopSecret-1,true\\n\"\nx: TopSecret-1",
        ] {
            assert!(!shown(file).contains("opSecret"), "{}", shown(file));
        }
    }

    #[test]
    fn what_is_not_masked_stays() {
        for file in [
            "v: { value: open-word, masked: false }\nx: open-word\n",
            "v:\n  value: open-word\na: 1\nb: 2\nc: 3\nd: { masked: true }\n",
            "csv: |\n  o,licence,open-word,false\n",
        ] {
            assert_eq!(shown(file), file);
        }
    }

    #[test]
    fn what_steers_a_terminal_is_replaced_at_equal_length() {
        assert_eq!(
            shown("a\u{1b}[31m\0\tb\r\nc\rd\u{9b}é\u{202e}"),
            "a?[31m?\tb\r\nc?d??é???"
        );
    }

    #[test]
    fn rows_of_a_variables_file() {
        let csv =
            "site,name,value,masked\no,a,one-1,true\n,b,two,false\no,c,\"th,\"\"ree\",true\r\n";
        let found = masked_rows(csv);
        assert!(
            found.contains("one-1") && found.contains("th,\"ree"),
            "{found:?}"
        );
        assert!(!found.contains("two"));
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(300))]
        #[test]
        fn any_text_keeps_its_length(file in "(value: ?|masked: ?|true|[{}'\"|,#é]|\\PC|\\n|\\\\n| ){0,60}") {
            shown(&file);
            masked_rows(&file);
        }
    }
}
