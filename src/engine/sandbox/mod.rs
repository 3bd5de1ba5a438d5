//! Sandbox engine.
