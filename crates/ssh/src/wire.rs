//! The byte stream under an SSH connection: TCP or a tunnel, with a way to cut it and a copy of its first bytes.

use crate::failure::lock;
use crate::tunnel::Tunnel;
use futures::task::AtomicWaker;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// How much of the server's first bytes is kept: its banner and its key exchange proposal, which is below 2 KiB.
const OPENING_MAX: usize = 8 * 1024;

/// What carries the bytes.
pub(crate) enum Line {
    /// A TCP connection of our own.
    Tcp(TcpStream),
    /// A channel through a jump host.
    Tunnel(Box<Tunnel>),
}

/// Ends a [`Wire`] from outside. The SSH library runs a connection as a task of its own that outlives whoever
/// started it, and during a key exchange it listens to nothing but the wire; so the wire is what ends it.
#[derive(Debug, Default)]
pub(crate) struct Cut {
    done: AtomicBool,
    reader: AtomicWaker,
    writer: AtomicWaker,
}

impl Cut {
    fn now(&self) {
        self.done.store(true, Ordering::Release);
        self.reader.wake();
        self.writer.wake();
    }

    fn is_done(&self) -> bool {
        self.done.load(Ordering::Acquire)
    }
}

/// Cuts its wire when dropped.
#[derive(Debug)]
pub(crate) struct CutOnDrop(Arc<Cut>);

impl Drop for CutOnDrop {
    fn drop(&mut self) {
        self.0.now();
    }
}

/// The first bytes that the server sent.
#[derive(Debug, Default)]
pub(crate) struct Opening {
    closed: AtomicBool,
    bytes: Mutex<Vec<u8>>,
}

impl Opening {
    /// The bytes so far; from here on none are kept.
    pub(crate) fn take(&self) -> Vec<u8> {
        self.closed.store(true, Ordering::Relaxed);
        std::mem::take(&mut lock(&self.bytes))
    }

    fn heard(&self, new: &[u8]) {
        if self.closed.load(Ordering::Relaxed) {
            return;
        }
        let mut bytes = lock(&self.bytes);
        let room = OPENING_MAX.saturating_sub(bytes.len());
        bytes.extend(new.iter().take(room));
        if bytes.len() >= OPENING_MAX {
            self.closed.store(true, Ordering::Relaxed);
        }
    }
}

/// A line that can be cut and whose opening is kept.
pub(crate) struct Wire {
    line: Line,
    cut: Arc<Cut>,
    opening: Arc<Opening>,
}

impl Wire {
    /// Wraps `line`; it lives until the returned guard is dropped.
    pub(crate) fn new(line: Line) -> (Self, CutOnDrop, Arc<Opening>) {
        let cut = Arc::new(Cut::default());
        let opening = Arc::new(Opening::default());
        let wire = Self {
            line,
            cut: Arc::clone(&cut),
            opening: Arc::clone(&opening),
        };
        (wire, CutOnDrop(cut), opening)
    }
}

fn was_cut() -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionAborted, "given up by Drydock")
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.cut.reader.register(cx.waker());
        if self.cut.is_done() {
            return Poll::Ready(Err(was_cut()));
        }
        let before = buf.filled().len();
        let read = match &mut self.line {
            Line::Tcp(tcp) => Pin::new(tcp).poll_read(cx, buf),
            Line::Tunnel(tunnel) => Pin::new(tunnel).poll_read(cx, buf),
        };
        if read.is_ready()
            && let Some(new) = buf.filled().get(before..)
            && !new.is_empty()
        {
            self.opening.heard(new);
        }
        read
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.cut.writer.register(cx.waker());
        if self.cut.is_done() {
            return Poll::Ready(Err(was_cut()));
        }
        match &mut self.line {
            Line::Tcp(tcp) => Pin::new(tcp).poll_write(cx, buf),
            Line::Tunnel(tunnel) => Pin::new(tunnel).poll_write(cx, buf),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.cut.writer.register(cx.waker());
        if self.cut.is_done() {
            return Poll::Ready(Err(was_cut()));
        }
        match &mut self.line {
            Line::Tcp(tcp) => Pin::new(tcp).poll_flush(cx),
            Line::Tunnel(tunnel) => Pin::new(tunnel).poll_flush(cx),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // The library reports a failed shutdown in place of the reason why the connection ended. A peer that is
        // gone already cannot be shut down, and that is no news.
        let was_cut = self.cut.is_done();
        let shut = match &mut self.line {
            Line::Tcp(tcp) => Pin::new(tcp).poll_shutdown(cx),
            // It closes its channel when dropped, and the jump host may not be listening.
            Line::Tunnel(_) if was_cut => Poll::Ready(Ok(())),
            Line::Tunnel(tunnel) => Pin::new(tunnel).poll_shutdown(cx),
        };
        shut.map(|_| Ok(()))
    }
}
