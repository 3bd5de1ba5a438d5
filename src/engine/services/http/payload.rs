//! Bodies of answers, whole or harmed.

use hyper::body::{Body, Bytes, Frame, SizeHint};
use sha2::{Digest, Sha256};
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// One byte in every stretch of so many is flipped.
const STRETCH: usize = 64;

/// Body of an answer.
pub(super) enum Payload {
    Whole(Bytes),
    /// Says it is `declared` bytes long and breaks the connection after the part, once the part
    /// has left for the client.
    Part {
        declared: u64,
        part: Bytes,
        flushed: Flushed,
    },
}

/// The connection is to be closed without (the rest of) an answer, as a fault demands.
#[derive(Debug, thiserror::Error)]
#[error("cut by a fault")]
pub(super) struct Cut;

impl Body for Payload {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        let this = self.get_mut();
        let rest = match this {
            Payload::Whole(bytes) => bytes,
            Payload::Part { part, flushed, .. } => {
                if part.is_empty() {
                    return if flushed.poll(cx) {
                        Poll::Ready(Some(Err(Cut)))
                    } else {
                        Poll::Pending
                    };
                }
                part
            }
        };
        let bytes = std::mem::take(rest);
        Poll::Ready((!bytes.is_empty()).then(|| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Payload::Whole(bytes) => bytes.is_empty(),
            Payload::Part { declared, .. } => *declared == 0,
        }
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(match self {
            Payload::Whole(bytes) => bytes.len() as u64,
            Payload::Part { declared, .. } => *declared,
        })
    }
}

/// The first `share` per cent of a body, rounded down.
pub(super) fn part_of(body: &Bytes, share: u8) -> Bytes {
    let length = body.len() as u128 * u128::from(share.min(99)) / 100;
    body.slice(..usize::try_from(length).unwrap_or(0))
}

/// Flips one byte in every 64, at least one. Which ones and how follows from the seed, the
/// service, the route and the reply's turn alone.
pub(super) fn corrupted(
    body: &Bytes,
    seed: u64,
    service: &str,
    route: usize,
    turn: usize,
) -> Bytes {
    let digest = Sha256::new()
        .chain_update(seed.to_le_bytes())
        .chain_update((route as u64).to_le_bytes())
        .chain_update((turn as u64).to_le_bytes())
        .chain_update(service)
        .finalize();
    let draw = digest
        .iter()
        .take(8)
        .fold(0u64, |sum, &byte| sum << 8 | u64::from(byte));
    let mut random = fastrand::Rng::with_seed(draw);
    let mut bytes = body.to_vec();
    for stretch in bytes.chunks_mut(STRETCH) {
        let at = random.usize(..stretch.len());
        if let Some(byte) = stretch.get_mut(at) {
            *byte ^= random.u8(1..);
        }
    }
    bytes.into()
}

/// Tells a body when all that was written so far has left for the client.
#[derive(Clone, Default)]
pub(super) struct Flushed(Arc<Mutex<Wait>>);

#[derive(Default)]
enum Wait {
    #[default]
    Nobody,
    For(Waker),
    Over,
}

impl Flushed {
    /// True once a flush was done after the first call.
    fn poll(&self, cx: &Context<'_>) -> bool {
        let mut wait = crate::engine::services::lock(&self.0);
        if matches!(*wait, Wait::Over) {
            return true;
        }
        *wait = Wait::For(cx.waker().clone());
        false
    }

    fn note(&self) {
        let mut wait = crate::engine::services::lock(&self.0);
        if let Wait::For(_) = *wait
            && let Wait::For(waker) = std::mem::replace(&mut *wait, Wait::Over)
        {
            waker.wake();
        }
    }
}

/// A connection that tells when it was flushed.
pub(super) struct Watched<S> {
    pub stream: S,
    pub flushed: Flushed,
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_read(cx, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let polled = Pin::new(&mut this.stream).poll_flush(cx);
        if polled.is_ready() {
            this.flushed.note();
        }
        polled
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write_vectored(cx, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn corruption_keeps_the_length_changes_something_and_repeats(
            body in proptest::collection::vec(any::<u8>(), 1..500), seed: u64, turn in 0usize..4,
        ) {
            let body = Bytes::from(body);
            let harmed = corrupted(&body, seed, "s", 0, turn);
            prop_assert_eq!(harmed.len(), body.len());
            prop_assert_ne!(&harmed, &body);
            prop_assert_eq!(harmed, corrupted(&body, seed, "s", 0, turn));
        }

        #[test]
        fn a_part_is_never_the_whole(body in proptest::collection::vec(any::<u8>(), 1..500), share: u8) {
            let body = Bytes::from(body);
            prop_assert!(part_of(&body, share).len() < body.len());
        }
    }
}
