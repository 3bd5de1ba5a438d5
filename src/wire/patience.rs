//! How long a connection may take, and a stream that ends when nobody takes what is written to it.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

/// How long a client may take; a slower one loses its connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// For a request's head, and between two requests.
    pub head: Duration,
    /// For a request's body, for a TLS handshake, and between two pieces of an answer that it
    /// takes.
    pub body: Duration,
}

impl Default for Patience {
    /// A minute for heads and between requests, half a minute for the rest.
    fn default() -> Patience {
        Patience {
            head: Duration::from_secs(60),
            body: Duration::from_secs(30),
        }
    }
}

/// A stream whose writes fail once the other side has taken nothing for a time.
pub struct Impatient<S> {
    stream: S,
    most: Duration,
    /// Runs while a write waits.
    waits: Option<Pin<Box<Sleep>>>,
}

impl<S> Impatient<S> {
    /// The same stream with this time.
    pub fn new(stream: S, most: Duration) -> Impatient<S> {
        Impatient {
            stream,
            most,
            waits: None,
        }
    }

    /// What a write came to, or that it has waited too long.
    fn within<T>(
        &mut self,
        cx: &mut Context<'_>,
        done: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if done.is_ready() {
            self.waits = None;
            return done;
        }
        let most = self.most;
        let waits = self.waits.get_or_insert_with(|| Box::pin(sleep(most)));
        ready!(waits.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Impatient<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Impatient<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let done = Pin::new(&mut self.stream).poll_write(cx, buf);
        self.within(cx, done)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let done = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        self.within(cx, done)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let done = Pin::new(&mut self.stream).poll_flush(cx);
        self.within(cx, done)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let done = Pin::new(&mut self.stream).poll_shutdown(cx);
        self.within(cx, done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    /// Two ends of a pipe that holds 8 bytes.
    fn ends() -> (Impatient<tokio::io::DuplexStream>, tokio::io::DuplexStream) {
        let (ours, theirs) = tokio::io::duplex(8);
        (Impatient::new(ours, Duration::from_millis(200)), theirs)
    }

    fn run(test: impl Future<Output = ()>) {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        builder.enable_time().build().unwrap().block_on(test);
    }

    #[test]
    fn what_nobody_takes_ends_it() {
        run(async {
            let (mut ours, _theirs) = ends();
            let error = ours.write_all(&[0; 9]).await.err().map(|e| e.kind());
            assert_eq!(error, Some(io::ErrorKind::TimedOut));
        });
    }

    #[test]
    fn a_slow_taker_is_waited_for() {
        run(async {
            let (mut ours, mut theirs) = ends();
            let taking = tokio::spawn(async move {
                let mut taken = [0; 8];
                for _ in 0..4 {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    theirs.read_exact(&mut taken).await.unwrap();
                }
            });
            ours.write_all(&[0; 32]).await.unwrap();
            taking.await.unwrap();
        });
    }
}
