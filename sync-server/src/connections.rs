//! How many connections may be open, and how long a silent one stays. Who has shown no session must
//! not use up what the tills need.

use std::collections::HashMap;
use std::future::{Ready, ready};
use std::io;
use std::net::{IpAddr, Ipv6Addr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready as ready_or_pending};
use std::time::Duration;

use axum_server::accept::Accept;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep_until};

/// What one connection, one request and one address may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How long a request's headers may take, the first byte included, and how long a connection may
    /// rest between two requests.
    pub headers_within: Duration,
    /// How long a request may take until its answer begins; longer than the longest wait for news.
    pub request_within: Duration,
    /// How long a connection stays on which nothing moves: its other end reads no answer, say. Longer
    /// than the two above.
    pub silence_max: Duration,
    /// Connections in all. Below the number of files that a process may usually have open.
    pub connections_max: usize,
    /// Connections from one address: a shop with all its tills behind one router.
    pub connections_per_address_max: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            headers_within: Duration::from_secs(60),
            request_within: Duration::from_secs(60),
            silence_max: Duration::from_secs(120),
            connections_max: 800,
            connections_per_address_max: 200,
        }
    }
}

/// Lets connections in while there is room; others are closed at once, and their side tries again.
#[derive(Debug, Clone)]
pub(crate) struct Gate {
    limits: Limits,
    open: Arc<Mutex<Open>>,
}

#[derive(Debug, Default)]
struct Open {
    in_all: usize,
    by_address: HashMap<IpAddr, usize>,
}

impl Gate {
    pub(crate) fn new(limits: Limits) -> Gate {
        Gate {
            limits,
            open: Arc::default(),
        }
    }

    fn admit(&self, stream: TcpStream) -> io::Result<Guarded<TcpStream>> {
        let address = subscriber(stream.peer_addr()?.ip());
        let place = self.take(address).ok_or_else(|| {
            let message = "too many connections are open";
            io::Error::new(io::ErrorKind::ConnectionRefused, message)
        })?;
        Ok(Guarded::new(stream, self.limits.silence_max, place))
    }

    fn take(&self, address: IpAddr) -> Option<Place> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let from_there = open.by_address.get(&address).copied().unwrap_or(0);
        let is_full = open.in_all >= self.limits.connections_max
            || from_there >= self.limits.connections_per_address_max;
        if is_full {
            return None;
        }
        open.in_all += 1;
        open.by_address.insert(address, from_there + 1);
        Some(Place {
            address,
            open: Arc::clone(&self.open),
        })
    }
}

impl<S> Accept<TcpStream, S> for Gate {
    type Stream = Guarded<TcpStream>;
    type Service = S;
    type Future = Ready<io::Result<(Self::Stream, S)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        ready(self.admit(stream).map(|stream| (stream, service)))
    }
}

/// One of the places for connections; free again when it is dropped.
#[derive(Debug)]
struct Place {
    address: IpAddr,
    open: Arc<Mutex<Open>>,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.in_all = open.in_all.saturating_sub(1);
        if let Some(from_there) = open.by_address.get_mut(&self.address) {
            *from_there = from_there.saturating_sub(1);
            if *from_there == 0 {
                open.by_address.remove(&self.address);
            }
        }
    }
}

/// A connection that fails when nothing moves on it for too long.
#[derive(Debug)]
pub(crate) struct Guarded<S> {
    stream: S,
    silence_max: Duration,
    moved_at: Instant,
    alarm: Pin<Box<Sleep>>,
    _place: Place,
}

impl<S> Guarded<S> {
    fn new(stream: S, silence_max: Duration, place: Place) -> Guarded<S> {
        let now = Instant::now();
        Guarded {
            stream,
            silence_max,
            moved_at: now,
            alarm: Box::pin(sleep_until(now + silence_max)),
            _place: place,
        }
    }

    /// Notes that something moved, or fails when nothing did for too long. The alarm is set anew only
    /// when it rings, not at every byte.
    fn watch<T>(
        &mut self,
        context: &mut Context<'_>,
        moved: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if moved.is_ready() {
            self.moved_at = Instant::now();
            return moved;
        }
        loop {
            ready_or_pending!(self.alarm.as_mut().poll(context));
            let until = self.moved_at + self.silence_max;
            if until <= Instant::now() {
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
            self.alarm.as_mut().reset(until);
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Guarded<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        self.watch(context, read)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Guarded<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.watch(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        self.watch(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// The bits of an IPv6 address that tell one subscriber from another.
const SUBSCRIBER_BITS: u32 = 64;

/// The address as far as it tells who asks: one subscriber has a whole network of IPv6 addresses.
pub(crate) fn subscriber(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let network = address.to_bits() & (u128::MAX << (128 - SUBSCRIBER_BITS));
            Ipv6Addr::from_bits(network).into()
        }
        plain @ IpAddr::V4(_) => plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_network_of_ipv6_is_one_subscriber() {
        let of = |text: &str| subscriber(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::9"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:203.0.113.7"), of("203.0.113.7"));
        assert_ne!(of("203.0.113.7"), of("203.0.113.8"));
    }
}
