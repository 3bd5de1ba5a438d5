//! What is expected of a Workplace report, filled in.

use super::{Filler, ScopeError};
use crate::scenario::workplace::{FieldExpect, WorkplaceExpect};

impl Filler<'_> {
    /// Fills in every text that is expected of a report, and where it is.
    pub(super) fn workplace(&self, m: &mut WorkplaceExpect) -> Result<(), ScopeError> {
        for text in [&mut m.user, &mut m.account, &mut m.file]
            .into_iter()
            .flatten()
        {
            self.spanned(text)?;
        }
        m.problems.iter_mut().try_for_each(|p| self.matcher(p))?;
        for (_, field) in &mut m.fields {
            let span = field.span;
            match &mut field.value {
                FieldExpect::Text(m) => self.matcher(m)?,
                FieldExpect::Texts(all) => all.iter_mut().try_for_each(|t| self.one(t, span))?,
                FieldExpect::Projects(all) => {
                    for (_, project) in all {
                        let texts = [&mut project.id, &mut project.path];
                        texts
                            .into_iter()
                            .flatten()
                            .try_for_each(|m| self.matcher(m))?;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }
}
