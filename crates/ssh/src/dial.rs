//! From a host's name to a TCP connection, over whichever of its addresses answers first.

use crate::budget::Budget;
use crate::failure::failure;
use futures::stream::{FuturesUnordered, StreamExt as _};
use model::Reach;
use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::{TcpStream, lookup_host};
use world::ShellError;

/// How long an address has to itself before the next one is tried beside it (RFC 8305).
const HEAD_START: Duration = Duration::from_millis(250);

/// Connects to `host` at `port`.
pub(crate) async fn dial(host: &str, port: u16, budget: &mut Budget) -> Result<TcpStream, ShellError> {
    let addresses = match budget.spend(lookup_host((host, port))).await {
        Err(_) => {
            let detail = format!("the name server did not answer in time for {host}");
            return Err(failure(Reach::NameUnknown, detail));
        }
        Ok(Err(error)) => return Err(failure(Reach::NameUnknown, format!("{host}: {error}"))),
        Ok(Ok(addresses)) => alternating(addresses.collect()),
    };
    if addresses.is_empty() {
        return Err(failure(Reach::NameUnknown, format!("{host} has no address")));
    }
    let mut tried = Vec::new();
    let named: Vec<SocketAddr> = addresses.iter().copied().collect();
    match budget.spend(race(addresses, &mut tried)).await {
        Ok(Some(stream)) => {
            // Without it every small packet waits for the answer to the one before.
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(%error, host, "TCP_NODELAY could not be set");
            }
            Ok(stream)
        }
        Ok(None) => Err(failure(verdict(&tried), explain(&tried))),
        Err(_) => {
            let silent = named
                .iter()
                .filter(|address| !tried.iter().any(|(failed, _)| failed == *address))
                .map(|address| format!("{address}: no answer in time"));
            let detail: Vec<String> = silent
                .chain([explain(&tried)])
                .filter(|text| !text.is_empty())
                .collect();
            Err(failure(Reach::TimedOut, detail.join("; ")))
        }
    }
}

/// The addresses in the system's order, but with the two families taking turns, so that one family without a route
/// does not hold up the other.
fn alternating(addresses: Vec<SocketAddr>) -> VecDeque<SocketAddr> {
    let Some(first) = addresses.first().copied() else {
        return VecDeque::new();
    };
    let (mut own, mut other): (VecDeque<_>, VecDeque<_>) = (VecDeque::new(), VecDeque::new());
    for address in addresses {
        if own.contains(&address) || other.contains(&address) {
            continue;
        }
        if address.is_ipv4() == first.is_ipv4() {
            own.push_back(address);
        } else {
            other.push_back(address);
        }
    }
    let mut ordered = VecDeque::new();
    while !own.is_empty() || !other.is_empty() {
        ordered.extend(own.pop_front());
        ordered.extend(other.pop_front());
    }
    ordered
}

async fn race(
    mut waiting: VecDeque<SocketAddr>,
    tried: &mut Vec<(SocketAddr, io::Error)>,
) -> Option<TcpStream> {
    let mut under_way = FuturesUnordered::new();
    loop {
        match waiting.pop_front() {
            Some(address) => under_way.push(async move { (address, TcpStream::connect(address).await) }),
            None if under_way.is_empty() => return None,
            None => {}
        }
        let head_start = tokio::time::sleep(HEAD_START);
        tokio::select! {
            Some((address, connected)) = under_way.next() => match connected {
                Ok(stream) => return Some(stream),
                Err(error) => tried.push((address, error)),
            },
            () = head_start, if !waiting.is_empty() => {}
        }
    }
}

/// What several failures amount to: an address that refuses is the most telling, since somebody is there.
fn verdict(tried: &[(SocketAddr, io::Error)]) -> Reach {
    let any = |kind| tried.iter().any(|(_, error)| error.kind() == kind);
    if any(io::ErrorKind::ConnectionRefused) {
        Reach::Refused
    } else if any(io::ErrorKind::TimedOut) {
        Reach::TimedOut
    } else {
        Reach::Unreachable
    }
}

fn explain(tried: &[(SocketAddr, io::Error)]) -> String {
    let each: Vec<String> = tried
        .iter()
        .map(|(address, error)| format!("{address}: {error}"))
        .collect();
    each.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_families_take_turns_and_no_address_comes_twice() {
        let parse = |text: &str| text.parse::<SocketAddr>().unwrap();
        let given = ["[::1]:1", "[::2]:1", "[::1]:1", "10.0.0.1:1", "[::3]:1"]
            .map(parse)
            .to_vec();
        let want = ["[::1]:1", "10.0.0.1:1", "[::2]:1", "[::3]:1"].map(parse);
        assert_eq!(alternating(given), want);
    }

    #[test]
    fn refusal_says_more_than_silence_and_silence_more_than_no_route() {
        let failed = |kinds: &[io::ErrorKind]| -> Vec<(SocketAddr, io::Error)> {
            kinds
                .iter()
                .map(|kind| (SocketAddr::from(([10, 0, 0, 1], 1)), io::Error::from(*kind)))
                .collect()
        };
        use io::ErrorKind::{ConnectionRefused, NetworkUnreachable, TimedOut};
        assert_eq!(
            verdict(&failed(&[NetworkUnreachable, ConnectionRefused])),
            Reach::Refused
        );
        assert_eq!(verdict(&failed(&[NetworkUnreachable, TimedOut])), Reach::TimedOut);
        assert_eq!(verdict(&failed(&[NetworkUnreachable])), Reach::Unreachable);
    }
}
