//! `portal: publish`, `download`, `update` and `metrics`: steps on the ComStore.

use super::portal::ActWord;
use super::{Draft, step_kind};
use crate::scenario::comstore::{ComStoreAct, Months, OWN_ACCOUNT, account_key, account_words};
use crate::scenario::error::Problem;
use crate::scenario::form::keys::keys;
use crate::scenario::form::pattern::Month;
use crate::scenario::form::reference::{AccountRef, Ref, Stock};
use crate::scenario::form::{Cx, Form, Map};
use crate::scenario::span::Spanned;
use crate::scenario::tree::Node;

keys! {
    /// The vendor's component is put on the ComStore: its first release, or the next one.
    PublishKeys ("portal-publish-step") => Draft {
        /// The action.
        must "portal": ActWord => what,
        /// A component of `world.comstore`.
        must "component": Ref<Stock> => component,
    }
}
step_kind!(PublishKeys);

keys! {
    /// An account downloads a component from the ComStore into its library: the newest release.
    DownloadKeys ("portal-download-step") => Draft {
        /// The action.
        must "portal": ActWord => what,
        /// A component of `world.comstore`.
        must "component": Ref<Stock> => component,
        /// The key of another account; the scenario's own unless given.
        "account": AccountRef => account,
    }
}
step_kind!(DownloadKeys);

keys! {
    /// An account takes the newest release of a component that it downloaded.
    UpdateKeys ("portal-update-step") => Draft {
        /// The action.
        must "portal": ActWord => what,
        /// A component of `world.comstore`.
        must "component": Ref<Stock> => component,
        /// The key of another account; the scenario's own unless given.
        "account": AccountRef => account,
    }
}
step_kind!(UpdateKeys);

keys! {
    /// The platform's staff tell the vendor how often each published component was downloaded.
    MetricsKeys ("portal-metrics-step") => Draft {
        /// The action.
        must "portal": ActWord => what,
        /// The month, `2026-01`; it must be over by the platform's clock.
        must "month": Month => month,
        /// The last month, where numbers are told for several; the same one unless given.
        "through": Month => through,
    }
}
step_kind!(MetricsKeys);

/// One of the four actions.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Publish,
    Download,
    Update,
    Metrics,
}

/// The step's keys, its action and its title.
pub(super) fn read(kind: Kind, node: &Node, cx: &mut Cx) -> Option<(Draft, ComStoreAct, String)> {
    if cx.in_parallel {
        return cx.fail(
            Problem::new(
                "scenario::comstore",
                "what happens on the ComStore has no order in a `parallel`",
            )
            .at(node.span)
            .help("put this step before or behind it"),
        );
    }
    let read = match kind {
        Kind::Publish => {
            let mut d = Map::<PublishKeys>::read(node, cx)?;
            let component = d.component.take()?;
            let title = format!("portal publish {}", component.value);
            (d, ComStoreAct::Publish { component }, title)
        }
        Kind::Download => {
            let mut d = Map::<DownloadKeys>::read(node, cx)?;
            let (component, account) = (d.component.take()?, d.account.take());
            let title = format!(
                "portal download {}{}",
                component.value,
                by(account.as_ref())
            );
            (d, ComStoreAct::Download { component, account }, title)
        }
        Kind::Update => {
            let mut d = Map::<UpdateKeys>::read(node, cx)?;
            let (component, account) = (d.component.take()?, d.account.take());
            let title = format!("portal update {}{}", component.value, by(account.as_ref()));
            (d, ComStoreAct::Update { component, account }, title)
        }
        Kind::Metrics => {
            let mut d = Map::<MetricsKeys>::read(node, cx)?;
            let mut months = d.month.take()?;
            if let Some(last) = d.through.take() {
                if last.from_ms < months.from_ms {
                    return cx.fail(
                        Problem::new("scenario::comstore", "`through` is before `month`")
                            .at(last.span)
                            .help("`month` is the first one, `through` the last"),
                    );
                }
                months = Months {
                    through: last.through,
                    until_ms: last.until_ms,
                    ..months
                };
            }
            let title = format!("portal metrics {} to {}", months.from, months.through);
            (d, ComStoreAct::Metrics(months), title)
        }
    };
    for again in ["retry", "until"] {
        if let Some(place) = node.get(again) {
            return cx.fail(
                Problem::new(
                    "scenario::comstore",
                    format!("`{again}`: a step on the ComStore is done once"),
                )
                .at(place.span)
                .help("its outcome depends on no device; leave it out"),
            );
        }
    }
    Some(read)
}

fn by(account: Option<&Spanned<String>>) -> String {
    match account_key(account) {
        OWN_ACCOUNT => String::new(),
        other => format!(" by {}", account_words(other)),
    }
}
