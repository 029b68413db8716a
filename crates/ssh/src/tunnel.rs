//! A byte stream through a jump host: one `direct-tcpip` channel of its connection.

use bytes::{Buf as _, Bytes};
use russh::client::Msg;
use russh::{Channel, ChannelMsg, ChannelReadHalf, ChannelWriteHalf};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::runtime::Handle;
use tokio::sync::mpsc;

/// The most bytes that wait to be read. The connection inside grants at most eight windows of 256 KiB, so a server
/// that keeps to the protocol stays far below; one that does not loses its connection.
const QUEUE_MAX: usize = 4 * 1024 * 1024;

/// A stream through a jump host.
///
/// What arrives is taken off the jump host's connection at once, into a queue of our own: a reader that pauses must
/// not hold up the other servers behind the same jump host, and a connection that waits to write must not wait for
/// one that waits for it to read.
pub(crate) struct Tunnel {
    arriving: mpsc::UnboundedReceiver<Bytes>,
    queued: Arc<AtomicUsize>,
    partly_read: Bytes,
    writer: Pin<Box<dyn AsyncWrite + Send>>,
    end: Option<ChannelWriteHalf<Msg>>,
}

impl Tunnel {
    /// Makes a stream of an open channel.
    pub(crate) fn new(channel: Channel<Msg>) -> Self {
        let (read, write) = channel.split();
        let (sender, arriving) = mpsc::unbounded_channel();
        let queued = Arc::new(AtomicUsize::new(0));
        tokio::spawn(collect(read, sender, Arc::clone(&queued)));
        Self {
            arriving,
            queued,
            partly_read: Bytes::new(),
            writer: Box::pin(write.make_writer()),
            end: Some(write),
        }
    }
}

async fn collect(mut read: ChannelReadHalf, sender: mpsc::UnboundedSender<Bytes>, queued: Arc<AtomicUsize>) {
    loop {
        let message = tokio::select! {
            message = read.wait() => message,
            () = sender.closed() => return,
        };
        match message {
            Some(ChannelMsg::Data { data }) => {
                let waiting = queued.fetch_add(data.len(), Ordering::Relaxed) + data.len();
                if waiting > QUEUE_MAX || sender.send(data).is_err() {
                    return;
                }
            }
            Some(ChannelMsg::Eof | ChannelMsg::Close) | None => return,
            Some(_) => {}
        }
    }
}

impl AsyncRead for Tunnel {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.partly_read.is_empty() {
            match ready!(self.arriving.poll_recv(cx)) {
                Some(data) => {
                    self.queued.fetch_sub(data.len(), Ordering::Relaxed);
                    self.partly_read = data;
                }
                None => return Poll::Ready(Ok(())),
            }
        }
        let length = self.partly_read.len().min(buf.remaining());
        buf.put_slice(self.partly_read.get(..length).unwrap_or_default());
        self.partly_read.advance(length);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Tunnel {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.writer.as_mut().poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.writer.as_mut().poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.writer.as_mut().poll_shutdown(cx)
    }
}

impl Drop for Tunnel {
    fn drop(&mut self) {
        if let (Some(end), Ok(runtime)) = (self.end.take(), Handle::try_current()) {
            runtime.spawn(async move { end.close().await });
        }
    }
}
