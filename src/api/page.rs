//! Pages of a list.

use super::types::{PaginationData, TotalCount};
use super::{Call, Refusal};

/// Which rows of a list are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// 0 is the first.
    pub page: u64,
    /// Rows on it, at least 1 unless 0 was asked for.
    pub max: u64,
}

/// Most rows on a page, and how many there are unless the client says.
pub const MOST: u64 = 250;

impl Page {
    /// The page a call wants: `max` above the limit is cut silently.
    pub fn of(call: &Call<'_>, most: u64) -> Page {
        let number = |name| call.query.number(name).and_then(|n| u64::try_from(n).ok());
        Page {
            page: number("page").unwrap_or(0),
            max: number("max").unwrap_or(most).min(most),
        }
    }

    /// How many rows come before it.
    pub fn skip(self) -> usize {
        usize::try_from(self.page.saturating_mul(self.max)).unwrap_or(usize::MAX)
    }

    /// How many rows it has at most.
    pub fn take(self) -> usize {
        usize::try_from(self.max).unwrap_or(usize::MAX)
    }

    /// The rows of the page a call wants, of all rows of a list, and where they stand among them.
    ///
    /// # Errors
    /// 400 where the query is no UTF-8 text.
    pub fn of_rows<R>(
        call: &Call<'_>,
        all: impl IntoIterator<Item = R>,
    ) -> Result<(PaginationData<'static>, Vec<R>), Refusal> {
        Page::of_rows_up_to(call, all, MOST)
    }

    /// As [`Page::of_rows`], for a list with another limit.
    ///
    /// # Errors
    /// 400 where the query is no UTF-8 text.
    pub fn of_rows_up_to<R>(
        call: &Call<'_>,
        all: impl IntoIterator<Item = R>,
        most: u64,
    ) -> Result<(PaginationData<'static>, Vec<R>), Refusal> {
        let page = Page::of(call, most);
        let (skip, take) = (page.skip(), page.take());
        let (mut rows, mut total) = (Vec::new(), 0);
        for row in all {
            if total >= skip && rows.len() < take {
                rows.push(row);
            }
            total += 1;
        }
        Ok((page.details(call, rows.len(), total)?, rows))
    }

    /// Where a page of `count` rows stands among `total`.
    ///
    /// # Errors
    /// 400 where the query is no UTF-8 text.
    pub fn details(
        self,
        call: &Call<'_>,
        count: usize,
        total: usize,
    ) -> Result<PaginationData<'static>, Refusal> {
        let (prev, next) = self.urls(call, total)?;
        Ok(PaginationData {
            count: i32::try_from(count).unwrap_or(i32::MAX),
            total_count: TotalCount::Known(i64::try_from(total).unwrap_or(i64::MAX)),
            prev_page_url: prev.map(Into::into),
            next_page_url: next.map(Into::into),
        })
    }

    /// Absolute URLs of the page before and the page after, as the platform writes them.
    pub fn urls(
        self,
        call: &Call<'_>,
        total: usize,
    ) -> Result<(Option<String>, Option<String>), Refusal> {
        let kept = self.kept(call)?;
        let url = |page: u64| {
            format!(
                "{}{}?max={}&page={page}{kept}",
                call.base,
                call.request.path.trim_end_matches('/'),
                self.max
            )
        };
        let total = u64::try_from(total).unwrap_or(u64::MAX);
        let more = self.page.saturating_add(1).saturating_mul(self.max) < total && self.max > 0;
        // Beyond the last page the one before may be empty too: the last with rows is told.
        let last = total.div_ceil(self.max.max(1)).saturating_sub(1);
        let prev = self.page.checked_sub(1).map(|before| url(before.min(last)));
        Ok((prev, more.then(|| url(self.page + 1))))
    }

    /// Filters of the call, where the knob keeps them.
    fn kept(self, call: &Call<'_>) -> Result<String, Refusal> {
        use crate::rmm::api_knobs::ApiNextUrlFilters;
        if call.knobs().next_url_filters == ApiNextUrlFilters::Drop {
            return Ok(String::new());
        }
        let known = |name: &str| {
            call.operation
                .query
                .iter()
                .any(|p| p.name == name && !["page", "max"].contains(&name))
        };
        let encode = |text: &str| {
            percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC)
                .to_string()
        };
        Ok(
            super::query::pairs(call.request.query.as_deref().unwrap_or_default())?
                .iter()
                .filter(|(name, _)| known(name))
                .map(|(name, value)| format!("&{}={}", encode(name), encode(value)))
                .collect(),
        )
    }
}
