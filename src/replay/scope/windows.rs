//! What is expected of Windows devices, filled in.

use super::{Filler, ScopeError};
use crate::scenario::expect::{Expect, Only};
use crate::scenario::windows::KeyExpect;

impl Filler<'_> {
    /// Fills in every text that is expected of a Windows device.
    pub(super) fn windows(&self, e: &mut Expect) -> Result<(), ScopeError> {
        if let Some(changes) = e.footprint.as_mut().and_then(|f| f.registry.as_mut()) {
            let lists = [
                &mut changes.created,
                &mut changes.changed,
                &mut changes.deleted,
                &mut changes.untouched,
            ];
            for list in lists {
                list.iter_mut().try_for_each(|p| self.spanned(p))?;
            }
            if let Some(Only::Within(list)) = changes.only.as_mut().map(|o| &mut o.value) {
                list.iter_mut().try_for_each(|p| self.spanned(p))?;
            }
        }
        let m = &mut e.on_windows;
        for (_, key) in &mut m.registry {
            if let KeyExpect::Values(values) = key {
                for data in values.iter_mut().filter_map(|(_, v)| v.data.as_mut()) {
                    self.matcher(data)?;
                }
            }
        }
        for (_, service) in &mut m.services {
            for matcher in service.binary.iter_mut().chain(&mut service.account) {
                self.matcher(matcher)?;
            }
        }
        for entry in m.events.iter_mut().flat_map(|e| &mut e.entries) {
            entry.message.iter_mut().try_for_each(|t| self.matcher(t))?;
        }
        for (_, present) in m.tasks.iter_mut().chain(&mut m.users) {
            present.text.iter_mut().try_for_each(|t| self.matcher(t))?;
        }
        m.windows.iter_mut().try_for_each(|set| self.set(set))
    }
}
