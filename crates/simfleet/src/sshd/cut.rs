//! A TCP connection that can be dropped or silenced from outside.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::Notify;

/// Drops a connection, or silences it, when asked to.
#[derive(Debug, Default)]
pub(super) struct Cutter {
    cut: AtomicBool,
    frozen: AtomicBool,
    news: Notify,
}

impl Cutter {
    /// Ends the connection; the other side hears of it.
    pub(super) fn cut(&self) {
        self.cut.store(true, Ordering::SeqCst);
        self.news.notify_waiters();
    }

    /// Lets nothing through any more; the other side hears nothing, as when a cable is pulled.
    pub(super) fn freeze(&self) {
        self.frozen.store(true, Ordering::SeqCst);
    }

    async fn was_cut(self: Arc<Self>) {
        let news = self.news.notified();
        if !self.cut.load(Ordering::SeqCst) {
            news.await;
        }
    }
}

/// A connection that ends when its cutter says so.
pub(super) struct Cuttable {
    stream: Option<TcpStream>,
    cutter: Arc<Cutter>,
    cut: Pin<Box<dyn Future<Output = ()> + Send>>,
}

impl Cuttable {
    pub(super) fn new(stream: TcpStream, cutter: Arc<Cutter>) -> Self {
        Self {
            stream: Some(stream),
            cut: Box::pin(Arc::clone(&cutter).was_cut()),
            cutter,
        }
    }

    fn stream(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Pin<&mut TcpStream>>> {
        if self.stream.is_some() && self.cut.as_mut().poll(cx).is_ready() {
            self.stream = None;
        }
        if self.stream.is_some() && self.cutter.frozen.load(Ordering::SeqCst) {
            return Poll::Pending;
        }
        Poll::Ready(
            self.stream
                .as_mut()
                .map(Pin::new)
                .ok_or_else(|| io::ErrorKind::ConnectionAborted.into()),
        )
    }
}

impl AsyncRead for Cuttable {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        ready!(self.stream(cx))?.poll_read(cx, buf)
    }
}

impl AsyncWrite for Cuttable {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        ready!(self.stream(cx))?.poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.stream(cx))?.poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match ready!(self.stream(cx)) {
            Ok(stream) => stream.poll_shutdown(cx),
            Err(_) => Poll::Ready(Ok(())),
        }
    }
}
