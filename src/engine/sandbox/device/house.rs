//! What a device is in when its chassis does not run beside the harness.

use crate::engine::sandbox::wire::BootOrder;
use std::path::PathBuf;

/// What holds such a device: a container. Dropped last, when the device has gone down.
pub trait House: Send + Sync {
    /// Name of the engine in results.
    fn engine(&self) -> &str;

    /// The files below the device's own, as this process reaches them.
    fn layer(&self) -> PathBuf;

    /// Makes an order, planned over [`House::layer`], one that holds inside.
    fn fit(&self, order: &mut BootOrder);

    /// Lets it live on after the handle is dropped and says how to enter and end it.
    ///
    /// # Errors
    /// Why it cannot be kept.
    fn keep(&self) -> Result<String, String>;
}
