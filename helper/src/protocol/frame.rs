//! Frames: `length` (u32, little endian, counts what follows), `kind` (u8), payload.

use super::LONGEST;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io::{self, Read, Write};

/// Kind byte of JSON.
const JSON: u8 = 0;
/// Kind byte of output of a job.
const OUTPUT: u8 = 1;

/// One frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Frame {
    /// One message as JSON.
    Json(Vec<u8>),
    /// Output of a job as it came.
    Output {
        job: u32,
        /// 1 stdout, 2 stderr.
        stream: u8,
        bytes: Vec<u8>,
    },
}

/// Why a frame cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    #[error("the stream broke: {0}")]
    Io(#[from] io::Error),
    #[error("a frame of {0} bytes is longer than any the protocol has")]
    TooLong(usize),
    #[error("a frame of unknown kind {0}")]
    Kind(u8),
    #[error("a frame ends before its head")]
    Short,
    #[error("a message is not understood: {0}")]
    Json(#[from] serde_json::Error),
}

impl Frame {
    /// A message as a frame.
    pub fn of(message: &impl Serialize) -> Result<Frame, FrameError> {
        Ok(Frame::Json(serde_json::to_vec(message)?))
    }

    /// The message of a JSON frame.
    pub fn message<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, FrameError> {
        Ok(serde_json::from_slice(bytes)?)
    }

    /// Writes the frame whole and flushes.
    pub fn write(&self, to: &mut impl Write) -> io::Result<()> {
        let mut head = Vec::with_capacity(10);
        let payload = match self {
            Frame::Json(bytes) => {
                head.push(JSON);
                bytes
            }
            Frame::Output { job, stream, bytes } => {
                head.push(OUTPUT);
                head.extend_from_slice(&job.to_le_bytes());
                head.push(*stream);
                bytes
            }
        };
        let length = u32::try_from(head.len() + payload.len())
            .map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
        let mut all = Vec::with_capacity(4 + head.len() + payload.len());
        all.extend_from_slice(&length.to_le_bytes());
        all.append(&mut head);
        all.extend_from_slice(payload);
        to.write_all(&all)?;
        to.flush()
    }

    /// Reads one frame; `None` at the end of the stream.
    pub fn read(from: &mut impl Read) -> Result<Option<Frame>, FrameError> {
        let mut length = [0; 4];
        match from.read_exact(&mut length) {
            Ok(()) => {}
            Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            Err(e) => return Err(e.into()),
        }
        let length = u32::from_le_bytes(length) as usize;
        if length > LONGEST {
            return Err(FrameError::TooLong(length));
        }
        let mut body = vec![0; length];
        from.read_exact(&mut body)?;
        match body.first() {
            None => Err(FrameError::Short),
            Some(&JSON) => Ok(Some(Frame::Json(body.split_off(1)))),
            Some(&OUTPUT) => {
                let head: [u8; 5] = body
                    .get(1..6)
                    .and_then(|h| h.try_into().ok())
                    .ok_or(FrameError::Short)?;
                Ok(Some(Frame::Output {
                    job: u32::from_le_bytes([head[0], head[1], head[2], head[3]]),
                    stream: head[4],
                    bytes: body.split_off(6),
                }))
            }
            Some(&other) => Err(FrameError::Kind(other)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn frames_come_back(job: u32, stream in 1u8..=2, bytes: Vec<u8>) {
            let mut wire = Vec::new();
            let frames = [Frame::Json(bytes.clone()), Frame::Output { job, stream, bytes }];
            for frame in &frames {
                frame.write(&mut wire).unwrap();
            }
            let mut from = wire.as_slice();
            for frame in frames {
                prop_assert_eq!(Frame::read(&mut from).unwrap(), Some(frame));
            }
            prop_assert!(Frame::read(&mut from).unwrap().is_none());
        }

        #[test]
        fn rubbish_is_an_error_and_no_panic(bytes: Vec<u8>) {
            let mut from = bytes.as_slice();
            while let Ok(Some(_)) = Frame::read(&mut from) {}
        }
    }
}
