//! Secrets: hides masked values in everything that is written.
