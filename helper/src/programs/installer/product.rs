//! What a package says of its product.

use super::order::{Action, Order};
use crate::os;

/// A product by its package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    /// `{8-4-4-4-12 digits}`.
    pub code: String,
    pub name: String,
    pub version: String,
    pub language: String,
    pub manufacturer: String,
}

impl Product {
    /// That of an order's package; none where it names no package here, or one that Wine cannot read.
    #[must_use]
    pub fn of(order: &Order) -> Option<Product> {
        let packed = matches!(
            order.action,
            Action::Install | Action::Uninstall | Action::Repair
        );
        if !packed || order.is_product() || order.target.contains("://") {
            return None;
        }
        let [code, name, version, language, manufacturer] = os::msi::properties(
            &order.target,
            [
                "ProductCode",
                "ProductName",
                "ProductVersion",
                "ProductLanguage",
                "Manufacturer",
            ],
        )?;
        Some(Product {
            code,
            name,
            version,
            language,
            manufacturer,
        })
    }

    /// Whether Windows Installer does this only to a product that is there.
    #[must_use]
    pub fn needs_installed(&self, action: Action) -> bool {
        !self.code.is_empty() && matches!(action, Action::Uninstall | Action::Repair)
    }
}
