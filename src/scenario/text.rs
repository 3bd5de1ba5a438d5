//! `${...}` in texts: cutting them up and filling them in.
//!
//! `${name}` is replaced, `$${` stands for a literal `${`; any other `$` is itself.

/// Why a text could not be filled in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FillError {
    /// `${` without `}`; `at` is its byte offset in the text.
    #[error(
        "`${{` at byte {at} of the text is never closed by `}}`; write `$${{` for a literal one"
    )]
    Unclosed {
        /// Byte offset of the `${`.
        at: usize,
    },
    /// Nothing of that name has a value.
    #[error("`${{{name}}}` has no value here")]
    Unknown {
        /// What stands between the braces.
        name: String,
    },
}

/// A part of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'t> {
    /// Taken as it is.
    Text(&'t str),
    /// `$${`, a literal `${`.
    Escape,
    /// `${name}`.
    Name {
        /// What stands between the braces.
        name: &'t str,
        /// Byte offset of its `$`.
        at: usize,
    },
}

/// Cuts a text into its parts.
///
/// # Errors
/// [`FillError::Unclosed`].
pub fn pieces(text: &str) -> Result<Vec<Piece<'_>>, FillError> {
    let mut out = Vec::new();
    let mut done = 0;
    let mut from = 0;
    while let Some(found) = text[from..].find("${") {
        let at = from + found;
        if at > done && text.as_bytes().get(at - 1) == Some(&b'$') {
            if at - 1 > done {
                out.push(Piece::Text(&text[done..at - 1]));
            }
            out.push(Piece::Escape);
            done = at + 2;
        } else {
            let Some(len) = text[at + 2..].find('}') else {
                return Err(FillError::Unclosed { at });
            };
            if at > done {
                out.push(Piece::Text(&text[done..at]));
            }
            let name = &text[at + 2..at + 2 + len];
            out.push(Piece::Name { name, at });
            done = at + 3 + len;
        }
        from = done;
    }
    if done < text.len() {
        out.push(Piece::Text(&text[done..]));
    }
    Ok(out)
}

/// Fills a text in: `lookup` gives the value of each name.
///
/// # Errors
/// A `${` that is never closed, or a name without value.
pub fn fill(text: &str, lookup: &dyn Fn(&str) -> Option<String>) -> Result<String, FillError> {
    if !text.contains("${") {
        return Ok(text.to_owned());
    }
    let mut out = String::with_capacity(text.len());
    for piece in pieces(text)? {
        match piece {
            Piece::Text(t) => out.push_str(t),
            Piece::Escape => out.push_str("${"),
            Piece::Name { name, .. } => {
                let value = lookup(name).ok_or_else(|| FillError::Unknown {
                    name: name.to_owned(),
                })?;
                out.push_str(&value);
            }
        }
    }
    Ok(out)
}

/// The text that [`fill`] turns back into `literal`.
pub fn escape(literal: &str) -> String {
    literal.replace("${", "$${")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn known(name: &str) -> Option<String> {
        (name == "web-01.uid").then(|| "1234".to_owned())
    }

    #[test]
    fn names_are_filled_and_escapes_are_not() {
        assert_eq!(
            fill("a ${web-01.uid} $${web-01.uid} $5 $", &known).unwrap(),
            "a 1234 ${web-01.uid} $5 $"
        );
        assert_eq!(
            fill("${web-01.uid}${web-01.uid}", &known).unwrap(),
            "12341234"
        );
        assert_eq!(fill("$$${x}", &known).unwrap(), "$${x}");
    }

    #[test]
    fn what_cannot_be_filled_is_told() {
        assert_eq!(
            fill("ab ${x", &known).unwrap_err(),
            FillError::Unclosed { at: 3 }
        );
        assert_eq!(
            fill("${nobody}", &known).unwrap_err().to_string(),
            "`${nobody}` has no value here"
        );
    }

    proptest! {
        #[test]
        fn escaped_text_comes_back(text in "[$ {}a-z]{0,40}|\\PC{0,40}") {
            prop_assert_eq!(fill(&escape(&text), &|_| None).unwrap(), text);
        }

        #[test]
        fn any_text_is_cut_without_panic(text in "[$ {}a-z]{0,60}") {
            if let Ok(parts) = pieces(&text) {
                let len: usize = parts.iter().map(|p| match p {
                    Piece::Text(t) => t.len(),
                    Piece::Escape => 3,
                    Piece::Name { name, .. } => name.len() + 3,
                }).sum();
                prop_assert_eq!(len, text.len());
            }
        }
    }
}
