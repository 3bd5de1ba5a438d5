//! The lines of a file around a problem, for people: long lines are cut to what matters.

use super::span::Span;
use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use std::ops::Range;
use std::sync::Arc;

/// Most bytes shown of a line.
const LONGEST_LINE: usize = 400;
/// Bytes shown before a place in a line that is cut.
const BEFORE: usize = 80;

/// A file's text with the places that are marked in it.
#[derive(Debug, Clone)]
pub(super) struct Shown {
    name: String,
    text: Arc<str>,
    pub first: Range<usize>,
    pub second: Option<Range<usize>>,
    /// Column of the first place in the file itself, from 0.
    column: usize,
}

impl Shown {
    /// `text` is the whole file, with its secrets already hidden.
    pub fn new(name: &str, text: Arc<str>, first: Span, second: Option<Span>) -> Shown {
        let column = first.column.saturating_sub(1);
        let first = range(&text, first);
        let second = second.map(|s| range(&text, s));
        let mut shown = Shown {
            name: name.to_owned(),
            text: text.clone(),
            first: first.clone(),
            second: second.clone(),
            column,
        };
        if text.split('\n').all(|line| line.len() <= LONGEST_LINE) {
            return shown;
        }
        let mut out = String::new();
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let end = at + line.trim_end_matches('\n').len();
            let kept = window(&text, at..end, &first, second.as_ref());
            let now = out.len();
            let moved = |place: &Range<usize>| {
                let to = |n: usize| now + n.clamp(kept.start, kept.end) - kept.start;
                to(place.start)..to(place.end)
            };
            if (at..=end).contains(&first.start) {
                shown.first = moved(&first);
            }
            if let Some(second) = second.as_ref().filter(|s| (at..=end).contains(&s.start)) {
                shown.second = Some(moved(second));
            }
            out.push_str(&text[kept]);
            out.push_str(&line[end - at..]);
            at += line.len();
        }
        // A place at the very end of the file stands in no line: it is brought within the text.
        shown.text = out.into();
        shown.first = within(&shown.text, shown.first);
        shown.second = shown.second.map(|s| within(&shown.text, s));
        shown
    }
}

fn range(text: &str, span: Span) -> Range<usize> {
    within(text, span.offset..span.offset.saturating_add(span.len))
}

/// The beginning of the character that byte `at` stands in, or the end of the text.
pub(super) fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn within(text: &str, range: Range<usize>) -> Range<usize> {
    let start = floor(text, range.start);
    start..floor(text, range.end).max(start)
}

/// What is shown of a line: the bytes around the place that stands in it, else its beginning.
fn window(
    text: &str,
    line: Range<usize>,
    first: &Range<usize>,
    second: Option<&Range<usize>>,
) -> Range<usize> {
    if line.len() <= LONGEST_LINE {
        return line;
    }
    let inside = |p: &&Range<usize>| (line.start..=line.end).contains(&p.start);
    let place = Some(first).filter(inside).or(second.filter(inside));
    let start = place.map_or(line.start, |p| {
        p.start.saturating_sub(BEFORE).max(line.start)
    });
    let start = floor(text, start);
    start..floor(text, (start + LONGEST_LINE).min(line.end))
}

impl SourceCode for Shown {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let inner = self.text.as_bytes().read_span(span, before, after)?;
        // The head of the lines tells the place in the file, not that in what was cut.
        let column = match before == 0 && span.offset() == self.first.start {
            true => self.column,
            false => inner.column(),
        };
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            inner.data(),
            *inner.span(),
            inner.line(),
            column,
            inner.line_count(),
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(offset: usize, len: usize) -> Span {
        Span {
            file: 0,
            offset,
            len,
            line: 1,
            column: offset + 1,
        }
    }

    #[test]
    fn a_long_line_is_cut_around_its_places() {
        let text = format!("a: 1\n{}KEY{}\nlast", "é".repeat(5000), "x".repeat(5000));
        let shown = Shown::new("f", text.as_str().into(), span(10_005, 3), Some(span(0, 1)));
        assert_eq!(&shown.text[shown.first.clone()], "KEY");
        assert_eq!(shown.second, Some(0..1));
        assert!(shown.text.len() < 2 * LONGEST_LINE, "{}", shown.text.len());
        assert!(shown.text.starts_with("a: 1\n") && shown.text.ends_with("\nlast"));
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(200))]
        #[test]
        fn places_stay_within_the_text(line in "[aé]{0,9}", times in 0usize..300, at in 0usize..4000, len in 0usize..900, other in 0usize..4000) {
            let text = format!("{0}\n{0}\r\n{0}", line.repeat(times));
            let shown = Shown::new("f", text.as_str().into(), span(at, len), Some(span(other, len)));
            let second = shown.second.clone().expect("it was given");
            for place in [shown.first.clone(), second] {
                proptest::prop_assert!(shown.text.get(place).is_some());
            }
        }
    }
}
