//! Finds the entries of Mono's `values.xml` in whatever a script left there.
//!
//! One pass over bytes, linear in time; nothing is ever refused. What is wrong is reported as
//! [`Trouble`] with the place where it was first seen.

use std::collections::BTreeMap;
use std::ops::Range;

/// What can be wrong with the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trouble {
    /// `&` that begins no entity, or `<` in a text.
    Unescaped,
    /// A `<value>` whose `</value>` is missing.
    Unclosed,
    /// The file ends inside an entry.
    Truncated,
    /// Attributes without quotes, without `=`, or with a quote that never ends.
    Attribute,
    /// An entry after `</values>`.
    AfterEnd,
    /// `</values>` is missing.
    NoEnd,
    /// `<values>` is missing.
    NoStart,
    /// `<values>` or `</values>` more than once.
    RootTwice,
    /// Text or tags that belong to no entry.
    Stray,
    /// Bytes that are not UTF-8.
    NotUtf8,
}

/// One `<value>` entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// From `<` of its start to the end of its end tag.
    pub span: Range<usize>,
    /// Its `name`, entities resolved; empty when it has none.
    pub name: String,
    /// Its `type` as it stood.
    pub kind: Option<String>,
    pub text: String,
}

/// What was found.
#[derive(Debug, Default)]
pub struct Scan {
    pub entries: Vec<Entry>,
    /// Each trouble with the offset where it was first seen.
    pub troubles: BTreeMap<Trouble, usize>,
}

/// Scans the bytes of the file. They must be in an encoding where ASCII stands for itself.
pub fn scan(src: &[u8]) -> Scan {
    let mut s = Scanner {
        src,
        out: Scan::default(),
        no_comment_end: false,
        no_cdata_end: false,
        starts: 0,
        ends: 0,
    };
    s.document();
    s.out
}

struct Scanner<'a> {
    src: &'a [u8],
    out: Scan,
    // Once a search to the end of the file failed it is not tried again: that keeps time linear.
    no_comment_end: bool,
    no_cdata_end: bool,
    starts: u32,
    ends: u32,
}

impl Scanner<'_> {
    fn document(&mut self) {
        let mut at = if self.src.starts_with(b"\xef\xbb\xbf") {
            3
        } else {
            0
        };
        loop {
            let lt = self.find(at, b'<').unwrap_or(self.src.len());
            if let Some(off) = self.src[at..lt]
                .iter()
                .position(|b| !b.is_ascii_whitespace())
            {
                self.trouble(Trouble::Stray, at + off);
            }
            if lt == self.src.len() {
                break;
            }
            at = self.markup(lt);
        }
        if self.starts == 0 {
            self.trouble(Trouble::NoStart, 0);
        }
        if self.ends == 0 {
            self.trouble(Trouble::NoEnd, self.src.len());
        }
    }

    /// Takes what begins with `<` at `lt`; returns where to go on.
    fn markup(&mut self, lt: usize) -> usize {
        if self.src[lt..].starts_with(b"<!--") {
            match self.find_end(lt + 4, b"-->", |s| &mut s.no_comment_end) {
                Some(end) => return end,
                None => self.trouble(Trouble::Stray, lt),
            }
            lt + 4
        } else if self.src[lt..].starts_with(b"<?") {
            self.find(lt, b'>').map_or(self.src.len(), |gt| gt + 1)
        } else if self.is_tag(lt, b"<value") {
            if self.ends > 0 {
                self.trouble(Trouble::AfterEnd, lt);
            }
            self.entry(lt)
        } else if self.is_tag(lt, b"</values") || self.is_tag(lt, b"<values") {
            let end_tag = self.src[lt + 1] == b'/';
            let count = if end_tag {
                &mut self.ends
            } else {
                &mut self.starts
            };
            *count += 1;
            if *count > 1 {
                self.trouble(Trouble::RootTwice, lt);
            }
            let gt = (lt + 1..self.src.len()).find(|i| matches!(self.src[*i], b'>' | b'<'));
            match gt {
                Some(gt) if self.src[gt] == b'>' => {
                    if !end_tag && self.src[gt - 1] == b'/' {
                        self.ends += 1;
                    }
                    gt + 1
                }
                other => {
                    self.trouble(Trouble::Truncated, lt);
                    other.unwrap_or(self.src.len())
                }
            }
        } else {
            self.trouble(Trouble::Stray, lt);
            lt + 1
        }
    }

    /// Parses `<value ...>text</value>`; returns where to go on.
    fn entry(&mut self, start: usize) -> usize {
        let mut entry = Entry {
            span: start..start,
            name: String::new(),
            kind: None,
            text: String::new(),
        };
        let mut at = start + b"<value".len();
        loop {
            at = self.skip_space(at);
            match self.src.get(at) {
                None => {
                    self.trouble(Trouble::Truncated, start);
                    return at;
                }
                Some(b'<') => {
                    self.trouble(Trouble::Attribute, start);
                    return at;
                }
                Some(b'>') => {
                    at += 1;
                    break;
                }
                Some(b'/') if self.src.get(at + 1) == Some(&b'>') => {
                    entry.span.end = at + 2;
                    self.out.entries.push(entry);
                    return at + 2;
                }
                Some(_) => at = self.attribute(at, &mut entry),
            }
        }
        let (text_end, end) = self.content(at, start);
        entry.text = self.decode(at, text_end, true);
        entry.span.end = end;
        self.out.entries.push(entry);
        end
    }

    fn attribute(&mut self, start: usize, entry: &mut Entry) -> usize {
        let name_end = self.until(start, |b| b.is_ascii_whitespace() || b"=>/<".contains(&b));
        let name = self.src[start..name_end].to_ascii_lowercase();
        let equals = self.skip_space(name_end);
        if name.is_empty() || self.src.get(equals) != Some(&b'=') {
            self.trouble(Trouble::Attribute, start);
            return name_end.max(start + 1);
        }
        let from = self.skip_space(equals + 1);
        let (value, next) = match self.src.get(from) {
            Some(&quote @ (b'"' | b'\'')) => {
                let end = self.until(from + 1, |b| b == quote || b == b'<');
                let closed = self.src.get(end) == Some(&quote);
                // A value that ends in `=` ran into the quote of the next attribute.
                if closed && !self.src[from + 1..end].ends_with(b"=") {
                    (from + 1..end, end + 1)
                } else {
                    self.trouble(Trouble::Attribute, start);
                    let end =
                        self.until(from + 1, |b| b.is_ascii_whitespace() || b"></".contains(&b));
                    (from + 1..end, end)
                }
            }
            _ => {
                self.trouble(Trouble::Attribute, start);
                let end = self.until(from, |b| b.is_ascii_whitespace() || b"></".contains(&b));
                (from..end, end)
            }
        };
        let text = self.decode(value.start, value.end, false);
        match name.as_slice() {
            b"name" => entry.name = text,
            b"type" => entry.kind = Some(text),
            _ => {}
        }
        next
    }

    /// Where the text of an entry ends, and where the entry does.
    fn content(&mut self, from: usize, start: usize) -> (usize, usize) {
        let mut at = from;
        while let Some(lt) = self.find(at, b'<') {
            let rest = &self.src[lt..];
            if self.is_tag(lt, b"</value") {
                let gt = self.skip_space(lt + b"</value".len());
                if self.src.get(gt) == Some(&b'>') {
                    return (lt, gt + 1);
                }
                self.trouble(
                    if gt == self.src.len() {
                        Trouble::Truncated
                    } else {
                        Trouble::Unclosed
                    },
                    start,
                );
                return (lt, gt);
            }
            if self.is_tag(lt, b"<value") || self.is_tag(lt, b"</values") {
                self.trouble(Trouble::Unclosed, start);
                let end = self.trim_end(from, lt);
                return (end, end);
            }
            if rest.len() < b"</value>".len()
                && b"</value>"[..rest.len()].eq_ignore_ascii_case(rest)
            {
                self.trouble(Trouble::Truncated, start);
                return (lt, self.src.len());
            }
            at = lt + 1;
            if rest.starts_with(b"<![CDATA[")
                && let Some(end) = self.find_end(lt + 9, b"]]>", |s| &mut s.no_cdata_end)
            {
                at = end;
            }
        }
        self.trouble(Trouble::Truncated, start);
        let end = self.trim_end(from, self.src.len());
        (end, end)
    }

    /// Text with entities and CDATA sections resolved; what is neither stays as it stands.
    fn decode(&mut self, from: usize, to: usize, cdata: bool) -> String {
        let mut out = Vec::with_capacity(to - from);
        let mut at = from;
        while at < to {
            let special = self.src[at..to]
                .iter()
                .position(|b| matches!(b, b'&' | b'<'));
            let stop = special.map_or(to, |p| at + p);
            out.extend_from_slice(&self.src[at..stop]);
            at = stop;
            if at >= to {
                break;
            }
            let rest = &self.src[at..to];
            if rest[0] == b'&' {
                if let Some((c, len)) = entity(rest) {
                    out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                    at += len;
                    continue;
                }
            } else if cdata && rest.starts_with(b"<![CDATA[") && !self.no_cdata_end {
                if let Some(end) = find(rest, b"]]>") {
                    out.extend_from_slice(&rest[9..end]);
                    at += end + 3;
                    continue;
                }
                self.no_cdata_end = true;
            }
            self.trouble(Trouble::Unescaped, at);
            out.push(rest[0]);
            at += 1;
        }
        String::from_utf8(out).unwrap_or_else(|e| {
            self.trouble(Trouble::NotUtf8, from);
            String::from_utf8_lossy(e.as_bytes()).into_owned()
        })
    }

    fn trouble(&mut self, what: Trouble, at: usize) {
        self.out.troubles.entry(what).or_insert(at);
    }

    fn find(&self, from: usize, byte: u8) -> Option<usize> {
        self.src[from..]
            .iter()
            .position(|b| *b == byte)
            .map(|p| from + p)
    }

    /// The place after the next `needle`; a failed search is remembered in the flag.
    fn find_end(
        &mut self,
        from: usize,
        needle: &[u8],
        flag: fn(&mut Self) -> &mut bool,
    ) -> Option<usize> {
        if *flag(self) {
            return None;
        }
        let found = self.src.get(from..).and_then(|rest| find(rest, needle));
        *flag(self) = found.is_none();
        found.map(|p| from + p + needle.len())
    }

    fn until(&self, from: usize, stop: impl Fn(u8) -> bool) -> usize {
        self.src[from..]
            .iter()
            .position(|b| stop(*b))
            .map_or(self.src.len(), |p| from + p)
    }

    fn skip_space(&self, from: usize) -> usize {
        self.until(from.min(self.src.len()), |b| !b.is_ascii_whitespace())
    }

    fn trim_end(&self, from: usize, to: usize) -> usize {
        from + self.src[from..to].trim_ascii_end().len()
    }

    /// `tag` stands at `at`, in any case, and ends there as a name.
    fn is_tag(&self, at: usize, tag: &[u8]) -> bool {
        let end = at + tag.len();
        self.src
            .get(at..end)
            .is_some_and(|t| t.eq_ignore_ascii_case(tag))
            && self
                .src
                .get(end)
                .is_none_or(|b| b.is_ascii_whitespace() || b"></".contains(b))
    }
}

fn find(hay: &[u8], needle: &[u8]) -> Option<usize> {
    hay.windows(needle.len()).position(|w| w == needle)
}

/// The character an entity at the start of `rest` stands for, and its length.
fn entity(rest: &[u8]) -> Option<(char, usize)> {
    let end = rest.iter().take(12).position(|b| *b == b';')?;
    let name = str::from_utf8(&rest[1..end]).ok()?;
    let c = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?).filter(|c| *c != '\0')?
        }
    };
    Some((c, end + 1))
}
