//! What a device is in when its chassis does not run beside the harness.

use crate::engine::sandbox::wire::BootOrder;

/// What holds such a device: a container. Dropped last, when the device has gone down.
pub trait House: Send + Sync {
    /// Name of the engine in results.
    fn engine(&self) -> &str;

    /// Makes an order, planned over the files inside as this process reaches them, one that holds
    /// inside.
    fn fit(&self, order: &mut BootOrder);

    /// Lets it live on after the handle is dropped and says how to enter and end it.
    ///
    /// # Errors
    /// Why it cannot be kept.
    fn keep(&self) -> Result<String, String>;
}
