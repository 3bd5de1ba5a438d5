//! XML as the definitions of tasks need it: elements, attributes, text. No DTD, no namespaces beside
//! the default one.

/// Deepest nesting that is read.
const DEEPEST: usize = 64;

/// An element.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Element {
    pub name: String,
    pub attributes: Vec<(String, String)>,
    /// Text directly in it, trimmed.
    pub text: String,
    pub children: Vec<Element>,
}

impl Element {
    /// An element without anything in it.
    pub fn new(name: &str) -> Element {
        Element {
            name: name.to_owned(),
            ..Element::default()
        }
    }

    /// An element with a text.
    pub fn of(name: &str, text: impl Into<String>) -> Element {
        Element {
            text: text.into(),
            ..Element::new(name)
        }
    }

    /// The element with children.
    pub fn with(mut self, children: impl IntoIterator<Item = Element>) -> Element {
        self.children.extend(children);
        self
    }

    /// The element with an attribute.
    pub fn attribute(mut self, name: &str, value: &str) -> Element {
        self.attributes.push((name.to_owned(), value.to_owned()));
        self
    }

    /// First child of a name.
    pub fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|c| c.name == name)
    }

    /// First child of a name, made where there is none.
    pub fn child_mut(&mut self, name: &str) -> &mut Element {
        let at = match self.children.iter().position(|c| c.name == name) {
            Some(at) => at,
            None => {
                self.children.push(Element::new(name));
                self.children.len() - 1
            }
        };
        &mut self.children[at]
    }

    /// Text along a path of first children.
    pub fn at(&self, path: &[&str]) -> Option<&str> {
        let mut here = self;
        for name in path {
            here = here.child(name)?;
        }
        Some(&here.text)
    }

    /// As indented lines, without a declaration.
    pub fn write(&self, depth: usize) -> String {
        let mut out = "  ".repeat(depth);
        out.push('<');
        out.push_str(&self.name);
        for (name, value) in &self.attributes {
            out.push_str(&format!(" {name}=\"{}\"", escaped(value)));
        }
        if self.children.is_empty() && self.text.is_empty() {
            out.push_str(" />\r\n");
            return out;
        }
        out.push('>');
        out.push_str(&escaped(&self.text));
        if !self.children.is_empty() {
            out.push_str("\r\n");
            for child in &self.children {
                out.push_str(&child.write(depth + 1));
            }
            out.push_str(&"  ".repeat(depth));
        }
        out.push_str(&format!("</{}>\r\n", self.name));
        out
    }
}

fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    text.replace('>', "&gt;").replace('"', "&quot;")
}

/// Reads a document; the error says where (line and column) and what, as Task Scheduler's do.
pub fn read(text: &str) -> Result<Element, String> {
    let mut reader = Reader { text, at: 0 };
    reader.skip_misc()?;
    let root = reader.element(0)?;
    reader.skip_misc()?;
    if reader.at < text.len() {
        return reader.fail("text after the root element");
    }
    Ok(root)
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn fail<T>(&self, what: &str) -> Result<T, String> {
        let before = &self.text[..self.at];
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
        Err(format!("({line},{column}): {what}"))
    }

    fn take(&mut self, sign: &str) -> bool {
        let is = self.rest().starts_with(sign);
        self.at += if is { sign.len() } else { 0 };
        is
    }

    fn space(&mut self) {
        let rest = self.rest();
        self.at += rest.len()
            - rest
                .trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}')
                .len();
    }

    fn until(&mut self, end: &str) -> Result<&'t str, String> {
        let rest = self.rest();
        match rest.find(end) {
            Some(found) => {
                self.at += found + end.len();
                Ok(&rest[..found])
            }
            None => self.fail("the document ends too early"),
        }
    }

    /// White space, declarations and comments.
    fn skip_misc(&mut self) -> Result<(), String> {
        loop {
            self.space();
            if self.take("<?") {
                self.until("?>")?;
            } else if self.take("<!--") {
                self.until("-->")?;
            } else if self.rest().starts_with("<!") {
                return self.fail("a document type is not taken");
            } else {
                return Ok(());
            }
        }
    }

    fn name(&mut self) -> Result<String, String> {
        let rest = self.rest();
        let end = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':')));
        let end = end.unwrap_or(rest.len());
        if end == 0 {
            return self.fail("a name is missing");
        }
        self.at += end;
        Ok(rest[..end].to_owned())
    }

    fn element(&mut self, depth: usize) -> Result<Element, String> {
        if depth > DEEPEST {
            return self.fail("elements are nested too deep");
        }
        if !self.take("<") {
            return self.fail("an element is missing");
        }
        let mut element = Element::new(&self.name()?);
        loop {
            self.space();
            if self.take("/>") {
                return Ok(element);
            }
            if self.take(">") {
                break;
            }
            let name = self.name()?;
            self.space();
            if !self.take("=") {
                return self.fail("'=' is missing");
            }
            self.space();
            let value = if self.take("\"") {
                self.until("\"")?
            } else if self.take("'") {
                self.until("'")?
            } else {
                return self.fail("a quote is missing");
            };
            let value = self.plain(value)?;
            element.attributes.push((name, value));
        }
        loop {
            if self.take("<![CDATA[") {
                element.text.push_str(self.until("]]>")?);
            } else if self.take("<!--") {
                self.until("-->")?;
            } else if self.take("<?") {
                self.until("?>")?;
            } else if self.take("</") {
                let name = self.name()?;
                self.space();
                if name != element.name || !self.take(">") {
                    return self.fail(&format!("</{}> is missing", element.name));
                }
                element.text = element.text.trim().to_owned();
                return Ok(element);
            } else if self.rest().starts_with('<') {
                element.children.push(self.element(depth + 1)?);
            } else {
                let rest = self.rest();
                let Some(end) = rest.find('<') else {
                    return self.fail("the document ends too early");
                };
                self.at += end;
                let text = self.plain(&rest[..end])?;
                element.text.push_str(&text);
            }
        }
    }

    /// Text with its references resolved.
    fn plain(&self, text: &str) -> Result<String, String> {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find('&') {
            out.push_str(&rest[..at]);
            let Some(end) = rest[at..].find(';') else {
                return self.fail("'&' without ';'");
            };
            let name = &rest[at + 1..at + end];
            let number = name
                .strip_prefix('#')
                .and_then(|n| match n.strip_prefix('x') {
                    Some(hex) => u32::from_str_radix(hex, 16).ok(),
                    None => n.parse().ok(),
                });
            match (name, number.and_then(char::from_u32)) {
                ("amp", _) => out.push('&'),
                ("lt", _) => out.push('<'),
                ("gt", _) => out.push('>'),
                ("quot", _) => out.push('"'),
                ("apos", _) => out.push('\''),
                (_, Some(c)) => out.push(c),
                _ => return self.fail("an unknown reference"),
            }
            rest = &rest[at + end + 1..];
        }
        out.push_str(rest);
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_written_is_read_again() {
        let root = Element::new("Task").attribute("version", "1.2\"").with([
            Element::of("A", "x < y & z"),
            Element::new("B").with([Element::of("C", "é")]),
            Element::new("D"),
        ]);
        assert_eq!(
            read(&format!(
                "\u{feff}<?xml version='1.0'?>\r\n{}",
                root.write(0)
            )),
            Ok(root)
        );
    }

    #[test]
    fn errors_say_where() {
        assert_eq!(
            read("<a>\n  <b></c>").unwrap_err(),
            "(2,9): </b> is missing"
        );
        assert!(
            read("<!DOCTYPE x><x/>")
                .unwrap_err()
                .contains("document type")
        );
        let deep = "<a>".repeat(1000);
        assert!(read(&deep).unwrap_err().contains("too deep"));
    }

    proptest! {
        #[test]
        fn rubbish_is_an_error_and_no_panic(text in "[<>/a-c\"'=& ;#!\\-\\[\\]é]{0,80}") {
            let _ = read(&text);
        }
    }
}
