//! Options of programs that take `/NAME value`, in any case and any order.

use super::desk::{Stop, same};

/// Options as they were given.
#[derive(Debug, Default)]
pub struct Options {
    /// Name without slash, upper case, and value.
    given: Vec<(String, Option<String>)>,
}

/// What an option takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    Nothing,
    Value,
    /// A value, or none where the next argument is an option.
    Maybe,
}

impl Options {
    /// Reads arguments by a table of options (upper case, without slash). `program` is named in the
    /// errors, which are those of `schtasks`, `eventcreate`, `systeminfo` and their kin.
    pub fn read(program: &str, args: &[String], table: &[(&str, Takes)]) -> Result<Options, Stop> {
        let mut options = Options::default();
        let mut args = args.iter().peekable();
        while let Some(arg) = args.next() {
            let plain = arg.strip_prefix(['/', '-']);
            let Some((name, takes)) =
                plain.and_then(|p| table.iter().find(|(name, _)| same(name, p)))
            else {
                return Err(bad(program, &format!("Invalid argument/option - '{arg}'.")));
            };
            if options.has(name) {
                return Err(bad(
                    program,
                    &format!(
                        "Invalid syntax. '{arg}' option is not allowed more than '1' time(s)."
                    ),
                ));
            }
            let is_option = |next: &&String| {
                next.strip_prefix('/')
                    .is_some_and(|p| table.iter().any(|(n, _)| same(n, p)))
            };
            let value = match takes {
                Takes::Nothing => None,
                Takes::Maybe => args.next_if(|next| !is_option(next)).cloned(),
                Takes::Value => match args.next_if(|next| !is_option(next)) {
                    Some(value) => Some(value.clone()),
                    None => {
                        return Err(bad(
                            program,
                            &format!("Invalid syntax. Value expected for '{arg}'."),
                        ));
                    }
                },
            };
            options.given.push(((*name).to_owned(), value));
        }
        Ok(options)
    }

    /// An option was given.
    pub fn has(&self, name: &str) -> bool {
        self.given.iter().any(|(n, _)| n == name)
    }

    /// Value of an option.
    pub fn value(&self, name: &str) -> Option<&str> {
        let found = self.given.iter().find(|(n, _)| n == name)?;
        found.1.as_deref()
    }
}

/// The error of bad usage of these programs: exit code 1.
pub fn bad(program: &str, what: &str) -> Stop {
    Stop::error(
        1,
        format!(
            "ERROR: {what}\nType \"{} /?\" for usage.",
            program.to_uppercase()
        ),
    )
}
