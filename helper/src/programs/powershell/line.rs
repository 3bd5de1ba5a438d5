//! Command lines as Windows' C runtime splits them.

/// Blanks between arguments.
fn is_blank(c: char) -> bool {
    c == ' ' || c == '\t'
}

/// The first argument of a command line by the rules of the C runtime (quotes, doubled quotes,
/// backslashes before them), and what follows it and the blanks behind it.
pub fn next(line: &str) -> (String, &str) {
    let mut out = String::new();
    let mut quoted = false;
    let mut rest = line;
    while let Some(c) = rest.chars().next().filter(|c| quoted || !is_blank(*c)) {
        let slashes = rest.len() - rest.trim_start_matches('\\').len();
        let behind = &rest[slashes..];
        if !behind.starts_with('"') {
            if slashes > 0 {
                out.push_str(&rest[..slashes]);
                rest = behind;
            } else {
                out.push(c);
                rest = &rest[c.len_utf8()..];
            }
            continue;
        }
        out.extend(std::iter::repeat_n('\\', slashes / 2));
        rest = &behind[1..];
        if slashes % 2 == 1 {
            out.push('"');
        } else if quoted && rest.starts_with('"') {
            out.push('"');
            rest = &rest[1..];
        } else {
            quoted = !quoted;
        }
    }
    (out, rest.trim_start_matches(is_blank))
}

/// An argument in quotes, so that [`next`] gives it back.
pub fn quoted(text: &str) -> String {
    let mut out = String::from('"');
    let mut slashes = 0;
    for c in text.chars() {
        if c == '\\' {
            slashes += 1;
        } else {
            if c == '"' {
                out.extend(std::iter::repeat_n('\\', slashes + 1));
            }
            slashes = 0;
        }
        out.push(c);
    }
    out.extend(std::iter::repeat_n('\\', slashes));
    out.push('"');
    out
}
