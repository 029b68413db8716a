//! How a command is answered.

use super::Behaviour;
use super::cut::Cutter;
use super::host::Host;
use super::stats::{count, done, open};
use bytes::Bytes;
use russh::server::{Handle, Msg};
use russh::{Channel, ChannelMsg, ChannelReadHalf, ChannelWriteHalf, Error, Sig};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// The most standard input that is kept.
const STDIN_MAX: usize = 16 * 1024 * 1024;
/// How long bytes that were handed to the connection get before the connection is cut.
const ON_THE_WAY: Duration = Duration::from_millis(20);

/// Answers one command as the host behaves, unless the asker leaves first.
pub(super) async fn give(host: Arc<Host>, cutter: Arc<Cutter>, channel: Channel<Msg>, session: Handle) {
    let stats = &host.stats;
    count(&stats.commands);
    open(&stats.open_commands, Some(&stats.most_commands));
    let (mut read, write) = channel.split();
    let answered = match stdin(&mut read).await {
        Some(stdin) => tokio::select! {
            _ = answer(&host, &cutter, &write, &session, stdin) => true,
            () = hung_up(&mut read) => false,
        },
        None => false,
    };
    if !answered {
        count(&stats.abandoned);
    }
    done(&stats.open_commands);
}

/// Everything up to the end of standard input, or `None` when the channel is closed before.
async fn stdin(read: &mut ChannelReadHalf) -> Option<Vec<u8>> {
    let mut stdin = Vec::new();
    loop {
        match read.wait().await? {
            ChannelMsg::Data { data } if stdin.len() + data.len() <= STDIN_MAX => {
                stdin.extend_from_slice(&data)
            }
            ChannelMsg::Eof => return Some(stdin),
            ChannelMsg::Close => return None,
            _ => {}
        }
    }
}

async fn hung_up(read: &mut ChannelReadHalf) {
    while !matches!(read.wait().await, None | Some(ChannelMsg::Close)) {}
}

async fn answer(
    host: &Host,
    cutter: &Cutter,
    write: &ChannelWriteHalf<Msg>,
    session: &Handle,
    stdin: Vec<u8>,
) -> Result<(), Error> {
    let behaviour = host.behaviour();
    if !host.delay.is_zero() {
        tokio::time::sleep(host.delay).await;
    }
    let document = || host.document.answer(&stdin);
    let send = async |data: Bytes| {
        host.stats.bytes.fetch_add(data.len(), Ordering::SeqCst);
        write.data_bytes(data).await
    };
    let first = |length: usize| {
        let whole = document();
        whole.slice(..length.min(whole.len()))
    };
    match behaviour {
        Behaviour::Silence => std::future::pending::<()>().await,
        Behaviour::CutAfter(length) => {
            send(first(length)).await?;
            tokio::time::sleep(ON_THE_WAY).await;
            cutter.cut();
            return Ok(());
        }
        Behaviour::CloseAfter(length) => {
            send(first(length)).await?;
            return write.close().await;
        }
        Behaviour::Slowly(length, pause) => {
            let mut rest = document();
            while !rest.is_empty() {
                let piece = rest.split_to(length.clamp(1, rest.len()));
                send(piece).await?;
                tokio::time::sleep(pause).await;
            }
        }
        Behaviour::Flood(total) => {
            let block = Bytes::from_static(&[b'x'; 32 * 1024]);
            let mut left = total;
            while left > 0 {
                let length = usize::try_from(left).map_or(block.len(), |left| left.min(block.len()));
                send(block.slice(..length)).await?;
                left -= u64::try_from(length).unwrap_or(left);
            }
        }
        Behaviour::Noise(noise) => {
            send(noise).await?;
            send(document()).await?;
        }
        Behaviour::Exit(status, stdout, stderr) => {
            write.extended_data_bytes(1, stderr).await?;
            send(stdout).await?;
            return end(write, status).await;
        }
        Behaviour::Killed => {
            let signal =
                session.exit_signal_request(write.id(), Sig::TERM, false, String::new(), String::new());
            signal.await.map_err(|()| Error::SendError)?;
            write.eof().await?;
            return write.close().await;
        }
        Behaviour::Echo => send(Bytes::from(stdin.clone())).await?,
        _ => send(document()).await?,
    }
    end(write, 0).await?;
    if matches!(host.behaviour(), Behaviour::CutWhenDone) {
        tokio::time::sleep(ON_THE_WAY).await;
        cutter.cut();
    }
    Ok(())
}

async fn end(write: &ChannelWriteHalf<Msg>, status: u32) -> Result<(), Error> {
    write.eof().await?;
    write.exit_status(status).await?;
    write.close().await
}
