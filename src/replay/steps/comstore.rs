//! `portal: publish`, `download`, `update` and `metrics`: what happens on the ComStore.

use super::At;
use crate::platform::comstore::Published;
use crate::replay::judge::Seen;
use crate::replay::runner::Runner;
use crate::replay::setup::{listed_component, relative};
use crate::replay::verdict::Stop;
use crate::replay::work::release_key;
use crate::rmm::event::What;
use crate::rmm::ids::guid;
use crate::scenario::Spanned;
use crate::scenario::comstore::{ComStoreAct, Months, OWN_ACCOUNT, account_key, account_words};

/// Does one of them.
pub fn step(r: &mut Runner<'_>, at: &At<'_>, act: &ComStoreAct) -> Result<Vec<Seen>, Stop> {
    match act {
        ComStoreAct::Publish { component } => publish(r, at, component)?,
        ComStoreAct::Download { component, account } => {
            download(r, at, component, account_key(account.as_ref()))?;
        }
        ComStoreAct::Update { component, account } => {
            update(r, at, component, account_key(account.as_ref()))?;
        }
        ComStoreAct::Metrics(months) => metrics(r, at, months)?,
    }
    Ok(vec![Seen::default()])
}

fn mistake<T>(at: &Spanned<String>, message: String, help: &str) -> Result<T, Stop> {
    Err(Stop::Mistake {
        message,
        span: at.span,
        help: help.into(),
    })
}

fn publish(r: &mut Runner<'_>, at: &At<'_>, component: &Spanned<String>) -> Result<(), Stop> {
    let key = &component.value;
    let release = r.ledger.comstore().get(key).map_or(0, |p| p.release) + 1;
    let stock = r.stage.scenario.world.comstore.iter();
    let path = stock
        .filter(|s| s.key.value == *key)
        .find_map(|s| s.releases.get(release as usize - 1));
    let loaded = r.stage.components.get(&release_key(key, release));
    let (Some(path), Some(loaded)) = (path, loaded) else {
        return mistake(
            component,
            format!("`{key}` has no release that is not published yet"),
            "add the path of the next one to its list in `world.comstore`",
        );
    };
    let published = What::ComponentPublished {
        component: key.clone(),
        name: loaded.metadata.name.clone(),
        release,
        source: relative(path),
    };
    let notes = loaded.notes.clone();
    let published = r.ledger.caused(at.started, published);
    for note in notes {
        r.ledger.caused(published, What::Noted { job: None, note });
    }
    Ok(())
}

fn newest<'r>(r: &'r Runner<'_>, component: &Spanned<String>) -> Result<&'r Published, Stop> {
    match r.ledger.comstore().get(&component.value) {
        Some(published) => Ok(published),
        None => mistake(
            component,
            format!("`{}` is not on the ComStore yet", component.value),
            "`portal: publish` it first",
        ),
    }
}

fn download(
    r: &mut Runner<'_>,
    at: &At<'_>,
    component: &Spanned<String>,
    account: &str,
) -> Result<(), Stop> {
    let number = account_number(r, account);
    let published = newest(r, component)?;
    if published.had_by(number).is_some() {
        return mistake(
            component,
            format!(
                "{} has `{}` already",
                account_words(account),
                component.value
            ),
            "`portal: update` takes a newer release",
        );
    }
    let release = published.release;
    let downloaded = What::ComponentDownloaded {
        component: component.value.clone(),
        release,
    };
    let cause = r.ledger.emit_in(number, downloaded, Some(at.started));
    into_library(r, component, release, number, cause);
    Ok(())
}

fn update(
    r: &mut Runner<'_>,
    at: &At<'_>,
    component: &Spanned<String>,
    account: &str,
) -> Result<(), Stop> {
    let number = account_number(r, account);
    let published = newest(r, component)?;
    let release = published.release;
    let key = &component.value;
    match published.had_by(number) {
        None => {
            return mistake(
                component,
                format!("{} does not have `{key}`", account_words(account)),
                "`portal: download` takes it first",
            );
        }
        Some(had) if had == release => {
            return mistake(
                component,
                format!(
                    "{} has the newest release of `{key}`, {release}",
                    account_words(account)
                ),
                "publish another one before",
            );
        }
        Some(_) => {}
    }
    let updated = What::ComponentUpdated {
        component: key.clone(),
        release,
    };
    let cause = r.ledger.emit_in(number, updated, Some(at.started));
    into_library(r, component, release, number, cause);
    Ok(())
}

/// Number of an account by its key; keys were checked when the file was read.
pub fn account_number(r: &Runner<'_>, account: &str) -> u16 {
    if account == OWN_ACCOUNT {
        return 0;
    }
    let others = &r.stage.scenario.world.api.accounts;
    let place = others.iter().position(|n| n.key.value == account);
    place.map_or(0, |p| u16::try_from(p + 1).unwrap_or(u16::MAX))
}

/// The release as the account's library has it. Each account's copy has a uid of its own.
fn into_library(
    r: &mut Runner<'_>,
    component: &Spanned<String>,
    release: u32,
    account: u16,
    cause: u64,
) {
    let key = &component.value;
    let Some(loaded) = r.stage.components.get(&release_key(key, release)) else {
        return;
    };
    let mut meta = loaded.metadata.clone();
    if account > 0 {
        meta.uid = guid(r.stage.seed, &format!("component:{key}:{account}"));
    }
    let added = listed_component(key, &meta, format!("comstore:{release}"));
    r.ledger.emit_in(account, added, Some(cause));
}

fn metrics(r: &mut Runner<'_>, at: &At<'_>, months: &Months) -> Result<(), Stop> {
    let now = r.ledger.now_ms();
    let broken = |message: String, help: String| Stop::Mistake {
        message,
        span: months.span,
        help,
    };
    if now < months.until_ms {
        let today = jiff::Timestamp::from_millisecond(now).map(|t| t.to_string());
        return Err(broken(
            format!(
                "the months from {} to {} are not over: on the platform it is {}",
                months.from,
                months.through,
                today.unwrap_or_default()
            ),
            "numbers are told of whole months, by month or less often; `advance` the clock first"
                .into(),
        ));
    }
    let store = r.ledger.comstore();
    let stock = &r.stage.scenario.world.comstore;
    let tell = |key: &String| {
        let published = store.get(key)?;
        let loaded = r
            .stage
            .components
            .get(&release_key(key, published.release))?;
        Some(What::MetricsHandedOver {
            component: key.clone(),
            name: loaded.metadata.name.clone(),
            from: months.from.clone(),
            through: months.through.clone(),
            downloads: published.downloads(months.from_ms, months.until_ms),
            total: published.downloads(i64::MIN, months.until_ms),
        })
    };
    let told: Vec<What> = stock.iter().filter_map(|s| tell(&s.key.value)).collect();
    if told.is_empty() {
        return Err(broken(
            "nothing is published that could be counted".into(),
            "`portal: publish` a component first".into(),
        ));
    }
    for what in told {
        r.ledger.caused(at.started, what);
    }
    Ok(())
}
