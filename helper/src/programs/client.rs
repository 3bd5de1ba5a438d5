//! The programs' end of the named pipe.

use super::Ask;
use crate::protocol::{Answer, LONGEST, PIPE, Question};
use std::fs::OpenOptions;
use std::io::{BufRead, BufReader, Read, Write};
use std::time::{Duration, Instant};

/// All ends of the pipe are taken at the moment.
const ERROR_PIPE_BUSY: i32 = 231;
/// How long a program waits for a free end.
const PATIENCE: Duration = Duration::from_secs(10);

/// Asks the resident helper; one connection for each question.
#[derive(Debug, Default)]
pub struct Client;

impl Ask for Client {
    fn ask(&self, question: &Question) -> Result<Answer, String> {
        let mut line = serde_json::to_vec(question).map_err(|e| e.to_string())?;
        line.push(b'\n');
        let since = Instant::now();
        let mut pipe = loop {
            match OpenOptions::new().read(true).write(true).open(PIPE) {
                Ok(pipe) => break pipe,
                Err(e)
                    if e.raw_os_error() == Some(ERROR_PIPE_BUSY) && since.elapsed() < PATIENCE =>
                {
                    std::thread::sleep(Duration::from_millis(2));
                }
                Err(e) => return Err(format!("the device does not answer: {e}")),
            }
        };
        pipe.write_all(&line)
            .map_err(|e| format!("the device does not listen: {e}"))?;
        let mut answer = Vec::new();
        let mut from = BufReader::new(pipe.take(LONGEST as u64));
        from.read_until(b'\n', &mut answer)
            .map_err(|e| format!("the device does not answer: {e}"))?;
        serde_json::from_slice(&answer)
            .map_err(|e| format!("the device's answer is not understood: {e}"))
    }
}
