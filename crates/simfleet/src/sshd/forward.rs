//! What a jump host does: it connects to another host of the fleet and passes bytes on.

use russh::server::{ChannelOpenHandle, Msg};
use russh::{Channel, ChannelOpenFailure};
use std::net::{IpAddr, SocketAddr};
use tokio::net::TcpStream;

/// Connects `channel` to `to`, which is a loopback address: a fleet leads nowhere else.
pub(super) async fn forward(channel: Channel<Msg>, to: String, port: u32, reply: ChannelOpenHandle) {
    let (Ok(address), Ok(port)) = (to.parse::<IpAddr>(), u16::try_from(port)) else {
        return reply.reject(failed("Name or service not known")).await;
    };
    if !address.is_loopback() {
        return reply.reject(failed("Network is unreachable")).await;
    }
    match TcpStream::connect(SocketAddr::from((address, port))).await {
        Ok(mut there) => {
            if let Err(error) = there.set_nodelay(true) {
                tracing::debug!(%error, "TCP_NODELAY could not be set");
            }
            reply.accept().await;
            let mut here = channel.into_stream();
            // Ends when either side does, which the other side then sees.
            let _ = tokio::io::copy_bidirectional(&mut here, &mut there).await;
        }
        Err(error) => reply.reject(failed(&error.to_string())).await,
    }
}

/// `SSH_OPEN_CONNECT_FAILED` with words of its own, as OpenSSH has them.
fn failed(words: &str) -> ChannelOpenFailure {
    ChannelOpenFailure::Other {
        code: 2,
        reason: words.to_owned(),
    }
}
