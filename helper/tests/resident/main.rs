//! The resident helper driven from outside, by frames. Runs on Windows and, through
//! `scripts/run-in-wine`, under Wine; elsewhere there is nothing to run.

#[cfg(windows)]
mod harness;
#[cfg(windows)]
mod jobs;
#[cfg(windows)]
mod machine;
#[cfg(windows)]
mod pipe;
