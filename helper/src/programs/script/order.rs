//! The command line of `cscript` and `wscript`: options of the host before the script, arguments
//! behind it.

/// A call taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Order {
    /// Options of the host without `//E`, as they were given.
    pub options: Vec<String>,
    pub script: String,
    /// Arguments of the script.
    pub rest: Vec<String>,
    /// `//E`.
    pub engine: Option<Engine>,
    /// `//B`: errors are not shown.
    pub batch_mode: bool,
}

/// Language of a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    VbScript,
    JScript,
}

/// Why a call is not run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    /// The host's own input error.
    Input(String),
    /// Not done here.
    NotHere(String),
}

impl Engine {
    /// Extension of its files.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Engine::VbScript => "vbs",
            Engine::JScript => "js",
        }
    }

    /// By the names that Windows registers.
    fn of(name: &str) -> Option<Engine> {
        match name.to_lowercase().as_str() {
            "vbscript" | "vbs" => Some(Engine::VbScript),
            "jscript" | "javascript" | "ecmascript" | "livescript" => Some(Engine::JScript),
            _ => None,
        }
    }
}

impl Order {
    /// The command line for Wine's own, with `script` in place of the script.
    #[must_use]
    pub fn line(&self, script: &str) -> String {
        let options = self.options.iter().map(String::as_str);
        let rest = self.rest.iter().map(String::as_str);
        let words = options.chain([script]).chain(rest);
        words.map(quoted).collect::<Vec<_>>().join(" ")
    }
}

/// A word as Windows' C runtime reads it back.
fn quoted(word: &str) -> String {
    if !word.is_empty() && !word.contains([' ', '\t', '"']) {
        return word.to_owned();
    }
    let mut text = String::from("\"");
    let mut slashes = 0;
    for c in word.chars() {
        match c {
            '\\' => slashes += 1,
            // Backslashes count only before a quote: each of them twice, and one for the quote.
            '"' => {
                text.push_str(&"\\".repeat(slashes + 1));
                slashes = 0;
            }
            _ => slashes = 0,
        }
        text.push(c);
    }
    text.push_str(&"\\".repeat(slashes));
    text.push('"');
    text
}

/// Reads a call's arguments.
///
/// # Errors
/// An option that is none or is not done here, or no script.
pub fn read(args: &[String]) -> Result<Order, Wrong> {
    let mut order = Order::default();
    let mut args = args.iter();
    for arg in args.by_ref() {
        let Some(option) = arg.strip_prefix('/') else {
            order.script.clone_from(arg);
            break;
        };
        let option = option.strip_prefix('/').unwrap_or(option).to_lowercase();
        let (name, value) = option.split_once(':').unwrap_or((&option, ""));
        match name {
            "nologo" | "logo" | "i" => order.options.push(arg.clone()),
            "b" => {
                order.batch_mode = true;
                order.options.push(arg.clone());
            }
            "e" => match Engine::of(value) {
                Some(engine) => order.engine = Some(engine),
                None => {
                    return Err(Wrong::Input(format!(
                        "Can't find script engine \"{value}\" for script."
                    )));
                }
            },
            "d" | "h" | "job" | "s" | "t" | "u" | "x" | "?" => {
                return Err(Wrong::NotHere(format!("the option {arg} is not played")));
            }
            _ => {
                return Err(Wrong::Input(format!("Unknown option \"{arg}\" specified.")));
            }
        }
    }
    if order.script.is_empty() {
        return Err(Wrong::NotHere("its help text is not played".into()));
    }
    order.rest.extend(args.cloned());
    Ok(order)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(line: &[&str]) -> Result<Order, Wrong> {
        read(&line.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn options_stand_before_the_script_and_arguments_behind_it() {
        let order = of(&[
            "//NoLogo",
            "//E:JScript",
            r"C:\a b.bat",
            "//e:x",
            "",
            "a\"b",
        ])
        .unwrap();
        assert_eq!(order.engine, Some(Engine::JScript));
        assert_eq!(order.script, r"C:\a b.bat");
        assert_eq!(
            order.line(r"C:\t\a b.js"),
            r#"//NoLogo "C:\t\a b.js" //e:x "" "a\"b""#
        );
        assert!(of(&["/b", "x.vbs"]).unwrap().batch_mode);
    }

    #[test]
    fn what_is_no_option_is_an_input_error_and_what_is_not_done_is_refused() {
        for line in [&["//frob", "x.vbs"][..], &["//e:perl", "x.pl"]] {
            assert!(matches!(of(line), Err(Wrong::Input(_))), "{line:?}");
        }
        for line in [&["//t:5", "x.vbs"][..], &["//job:a", "x.wsf"], &[]] {
            assert!(matches!(of(line), Err(Wrong::NotHere(_))), "{line:?}");
        }
    }

    proptest! {
        #[test]
        fn a_word_without_blanks_stays_as_it_is(word in "[a-z\\\\]{1,12}") {
            prop_assert_eq!(quoted(&word), word);
        }

        #[test]
        fn quotes_are_paired(word in "[a \\\\\"]{0,12}") {
            let text = quoted(&word);
            if text != word {
                prop_assert!(text.len() >= word.len() + 2);
            }
        }
    }
}
