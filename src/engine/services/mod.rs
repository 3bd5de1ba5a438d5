//! Services on a device's network.
