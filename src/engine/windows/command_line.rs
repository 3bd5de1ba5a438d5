//! Command lines as Windows programs take them apart again (`CommandLineToArgvW`, the C runtime).

/// One command line of a program and its arguments.
pub fn join(program: &str, args: &[String]) -> String {
    let mut line = String::new();
    // The first word knows no escapes: it ends at the second quote.
    if program.is_empty() || program.contains([' ', '\t']) {
        line.push('"');
        line.push_str(program);
        line.push('"');
    } else {
        line.push_str(program);
    }
    for arg in args {
        line.push(' ');
        quote(arg, &mut line);
    }
    line
}

/// Backslashes are doubled before a quote only; a quote gets one more.
fn quote(arg: &str, line: &mut String) {
    if !arg.is_empty() && !arg.contains([' ', '\t', '\n', '\u{b}', '"']) {
        line.push_str(arg);
        return;
    }
    line.push('"');
    let mut backslashes = 0;
    for c in arg.chars() {
        match c {
            '\\' => backslashes += 1,
            '"' => {
                line.extend(std::iter::repeat_n('\\', backslashes + 1));
                backslashes = 0;
            }
            _ => backslashes = 0,
        }
        line.push(c);
    }
    line.extend(std::iter::repeat_n('\\', backslashes));
    line.push('"');
}

#[cfg(test)]
mod tests {
    use super::join;
    use proptest::prelude::*;

    /// The rules of `CommandLineToArgvW` for all but the first word.
    fn split(line: &str) -> Vec<String> {
        let (mut args, mut arg, mut quoted, mut any) = (Vec::new(), String::new(), false, false);
        let mut chars = line.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                ' ' | '\t' if !quoted => {
                    if any {
                        args.push(std::mem::take(&mut arg));
                        any = false;
                    }
                }
                '\\' => {
                    let mut n = 1;
                    while chars.next_if_eq(&'\\').is_some() {
                        n += 1;
                    }
                    any = true;
                    if chars.peek() == Some(&'"') {
                        arg.extend(std::iter::repeat_n('\\', n / 2));
                        if n % 2 == 1 {
                            chars.next();
                            arg.push('"');
                        }
                    } else {
                        arg.extend(std::iter::repeat_n('\\', n));
                    }
                }
                '"' => {
                    quoted = !quoted;
                    any = true;
                }
                c => {
                    arg.push(c);
                    any = true;
                }
            }
        }
        if any {
            args.push(arg);
        }
        args
    }

    #[test]
    fn known_lines() {
        let line = |args: &[&str]| {
            let args: Vec<String> = args.iter().map(|a| (*a).to_owned()).collect();
            join(r"C:\a b\t.exe", &args)
        };
        assert_eq!(line(&["x", "", r"a\"]), r#""C:\a b\t.exe" x "" a\"#);
        assert_eq!(
            line(&[r"a b\", r#"say "hi""#]),
            r#""C:\a b\t.exe" "a b\\" "say \"hi\"""#
        );
    }

    proptest! {
        #[test]
        fn arguments_come_back(args in prop::collection::vec(r#"[a "\\\t\u{e4}]{0,8}"#, 0..5)) {
            let line = join("t.exe", &args);
            prop_assert_eq!(split(line.strip_prefix("t.exe").unwrap()), args);
        }
    }
}
