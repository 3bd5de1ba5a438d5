//! Scalars and what they mean by YAML 1.2's core schema.

/// How a scalar was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Without quotes: typed by the core schema.
    Plain,
    /// In quotes of either kind, or tagged `!!str`: always text.
    Quoted,
    /// `|` or `>`: always text.
    Block,
}

/// A scalar as written, quotes and escapes taken off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scalar {
    pub text: String,
    pub style: Style,
}

/// The meaning of a scalar.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Resolved {
    Null,
    Bool(bool),
    /// A whole number that fits into 64 bits.
    Int(i64),
    /// Any other number, `.inf` and `.nan` included.
    Float(f64),
    /// Text: [`Scalar::text`] has it.
    Text,
}

impl Scalar {
    /// The meaning by the core schema (YAML 1.2.2, section 10.3.2).
    pub fn resolve(&self) -> Resolved {
        if self.style == Style::Plain {
            resolve_plain(&self.text)
        } else {
            Resolved::Text
        }
    }

    /// Why a reader of other YAML dialects may have meant something else by this plain scalar.
    pub fn trap(&self) -> Option<&'static str> {
        if self.style != Style::Plain {
            return None;
        }
        let t = self.text.as_str();
        let word = ["yes", "no", "on", "off", "y", "n"]
            .iter()
            .any(|w| t.eq_ignore_ascii_case(w));
        if word {
            return Some("this is text, not true or false: write true, false, or put it in quotes");
        }
        let digits = t.strip_prefix(['-', '+']).unwrap_or(t);
        if digits.len() > 1 && digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit())
        {
            return Some("a leading zero does not make it octal: write 0o..., or put it in quotes");
        }
        None
    }
}

fn resolve_plain(t: &str) -> Resolved {
    match t {
        "" | "~" | "null" | "Null" | "NULL" => return Resolved::Null,
        "true" | "True" | "TRUE" => return Resolved::Bool(true),
        "false" | "False" | "FALSE" => return Resolved::Bool(false),
        ".nan" | ".NaN" | ".NAN" => return Resolved::Float(f64::NAN),
        _ => {}
    }
    let (negative, body) = match t.as_bytes().first() {
        Some(b'-') => (true, &t[1..]),
        Some(b'+') => (false, &t[1..]),
        _ => (false, t),
    };
    if matches!(body, ".inf" | ".Inf" | ".INF") {
        return Resolved::Float(if negative {
            f64::NEG_INFINITY
        } else {
            f64::INFINITY
        });
    }
    // Octal and hexadecimal numbers take no sign in the core schema.
    for (prefix, radix) in [("0o", 8), ("0x", 16)] {
        if let Some(digits) = t.strip_prefix(prefix)
            && !digits.is_empty()
            && digits.chars().all(|c| c.is_digit(radix))
        {
            return i64::from_str_radix(digits, radix)
                .map_or_else(|_| Resolved::Float(wide(digits, radix)), Resolved::Int);
        }
    }
    if !body.is_empty() && body.bytes().all(|b| b.is_ascii_digit()) {
        if let Ok(n) = t.parse::<i64>() {
            return Resolved::Int(n);
        }
        return t.parse().map_or(Resolved::Text, Resolved::Float);
    }
    if is_float(body) {
        t.parse().map_or(Resolved::Text, Resolved::Float)
    } else {
        Resolved::Text
    }
}

fn wide(digits: &str, radix: u32) -> f64 {
    digits
        .chars()
        .filter_map(|c| c.to_digit(radix))
        .fold(0.0, |n, d| n * f64::from(radix) + f64::from(d))
}

/// `( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`
fn is_float(t: &str) -> bool {
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    let (mantissa, exponent) = match t.find(['e', 'E']) {
        Some(at) => (&t[..at], Some(&t[at + 1..])),
        None => (t, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mantissa_ok =
        digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty());
    let exponent_ok = exponent.is_none_or(|e| {
        let e = e.strip_prefix(['-', '+']).unwrap_or(e);
        !e.is_empty() && digits(e)
    });
    mantissa_ok && exponent_ok
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> Scalar {
        Scalar {
            text: text.into(),
            style: Style::Plain,
        }
    }

    #[test]
    fn core_schema() {
        for (text, want) in [
            ("", Resolved::Null),
            ("~", Resolved::Null),
            ("true", Resolved::Bool(true)),
            ("yes", Resolved::Text),
            ("on", Resolved::Text),
            ("5", Resolved::Int(5)),
            ("-12", Resolved::Int(-12)),
            ("+7", Resolved::Int(7)),
            ("007", Resolved::Int(7)),
            ("0o17", Resolved::Int(15)),
            ("0x1F", Resolved::Int(31)),
            ("-0x1F", Resolved::Text),
            ("1.5", Resolved::Float(1.5)),
            (".5", Resolved::Float(0.5)),
            ("1.", Resolved::Float(1.0)),
            ("1e3", Resolved::Float(1000.0)),
            ("-.inf", Resolved::Float(f64::NEG_INFINITY)),
            ("1e", Resolved::Text),
            (".", Resolved::Text),
            ("-", Resolved::Text),
            ("1_000", Resolved::Text),
            ("1m", Resolved::Text),
            ("inf", Resolved::Text),
            ("nan", Resolved::Text),
            ("22:30", Resolved::Text),
        ] {
            assert_eq!(plain(text).resolve(), want, "{text:?}");
        }
        assert_eq!(
            Scalar {
                text: "5".into(),
                style: Style::Quoted
            }
            .resolve(),
            Resolved::Text
        );
    }

    #[test]
    fn a_number_too_wide_for_64_bits_is_a_float() {
        assert_eq!(
            plain("9223372036854775808").resolve(),
            Resolved::Float(9_223_372_036_854_775_808.0)
        );
        assert_eq!(
            plain("0xFFFFFFFFFFFFFFFF").resolve(),
            Resolved::Float(18_446_744_073_709_551_615.0)
        );
    }

    #[test]
    fn traps_of_other_dialects() {
        for text in ["yes", "No", "ON", "off", "0755"] {
            assert!(plain(text).trap().is_some(), "{text}");
        }
        for text in ["true", "0", "10", "0x1", "online"] {
            assert!(plain(text).trap().is_none(), "{text}");
        }
        assert!(
            Scalar {
                text: "yes".into(),
                style: Style::Quoted
            }
            .trap()
            .is_none()
        );
    }
}
