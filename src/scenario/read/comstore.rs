//! The ComStore: `world.comstore`, and `comstore` of an expectation.

use super::matcher::{Count, Matcher, says_nothing};
use crate::scenario::comstore::{ComStoreExpect, Stocked, ToldExpect};
use crate::scenario::form::keys::{keys, plain};
use crate::scenario::form::list::{Filled, Many, MapOf};
use crate::scenario::form::path::FilePath;
use crate::scenario::form::reference::{AccountRef, Ref, Stock};
use crate::scenario::form::scalar::Name;
use crate::scenario::form::{Cx, Form, Gen, Map};
use crate::scenario::span::Spanned;
use crate::scenario::tree::Node;
use serde_json::Value as Json;
use std::borrow::Cow;

/// Components of the ComStore by key.
pub(crate) struct Stocks;

impl Form for Stocks {
    type Out = Vec<Stocked>;
    fn expected() -> Cow<'static, str> {
        "a mapping from a component's key to its path or the paths of its releases, such as `scan: [../scan-1, ../scan-2]`".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Vec<Stocked>> {
        let entries = MapOf::<Name, Many<FilePath>>::read(node, cx)?;
        let stocked = |(key, releases)| Stocked { key, releases };
        Some(entries.into_iter().map(stocked).collect())
    }
    fn schema(g: &mut Gen) -> Json {
        MapOf::<Name, Many<FilePath>>::schema(g)
    }
}

/// Expectations on components of the ComStore, by key.
pub(crate) struct ComStore;

impl Form for ComStore {
    type Out = Vec<(Spanned<String>, ComStoreExpect)>;
    fn expected() -> Cow<'static, str> {
        "a mapping from a component of the ComStore to what is expected of it".into()
    }
    fn read(node: &Node, cx: &mut Cx) -> Option<Self::Out> {
        Filled::<MapOf<Ref<Stock>, Map<ComStoreKeys>>>::read(node, cx)
    }
    fn schema(g: &mut Gen) -> Json {
        Filled::<MapOf<Ref<Stock>, Map<ComStoreKeys>>>::schema(g)
    }
}

keys! {
    /// What is expected of a component on the ComStore.
    ComStoreKeys ("comstore-expectation") => ComStoreExpect {
        /// The newest published release, counted from 1; 0 before the first.
        "release": Count => release,
        /// How many accounts have downloaded it so far.
        "downloads": Count => downloads,
        /// The release that accounts have, by `account` (the scenario's own) or the key of another; 0 for none.
        "accounts": Filled<MapOf<AccountRef, Count>> => accounts,
        /// What `portal: metrics` told of it last.
        "told": Map<ToldKeys> => told,
    }
}
plain!(ComStoreKeys => ComStoreExpect, |mut e: ComStoreExpect, span, cx: &mut Cx| {
    let nothing = e.release.is_none() && e.downloads.is_none() && e.told.is_none();
    if nothing && e.accounts.is_empty() {
        return says_nothing(cx, span);
    }
    e.span = span;
    Some(e)
});

keys! {
    /// What the vendor was told of a component last.
    ToldKeys ("comstore-told") => ToldExpect {
        /// Accounts that downloaded it first within the months it was told for.
        "downloads": Count => downloads,
        /// Accounts that had downloaded it at the end of those months.
        "total": Count => total,
        /// All that was told, as a line of JSON.
        "text": Matcher => text,
    }
}
plain!(ToldKeys => ToldExpect, |mut e: ToldExpect, span, cx: &mut Cx| {
    if e.downloads.is_none() && e.total.is_none() && e.text.is_none() {
        return says_nothing(cx, span);
    }
    e.span = span;
    Some(e)
});
