//! The whole server in one value: for the program, and for tests that start it in their own process.

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum_server::Handle;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use comptoir_domain::entry::EntryHash;
use ed25519_dalek::SigningKey;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::clock::SharedClock;
use crate::committer::Committer;
use crate::connections::{Gate, Limits};
use crate::data_folder::{DataFolder, DataFolderError};
use crate::http::{self, ApiState, HealthCheck};
use crate::jobs;
use crate::mail::{MailOptions, Post, Postman, SmtpPost, UnusableMailServer};
use crate::office::{OfficeDesk, OfficeOptions};
use crate::payments::{Bridge, BridgeOptions, PayDesk, Provider, UnusableBridge};
use crate::session::Challenger;
use crate::shop::{OrderLinks, ShopDesk};
use crate::store::sqlite::Access;
use crate::store::{Store, StoreError};
use crate::tls::{self, TlsError};
use crate::tries::Tries;
use crate::webhooks::Herald;

/// How often payments are usually looked at.
const PAYMENT_ROUND: Duration = Duration::from_secs(5);

/// How often it is usually looked for what stores are to be told.
const WEBHOOK_ROUND: Duration = Duration::from_secs(1);

/// How long requests under way may take when the server is asked to end.
const GRACE: Duration = Duration::from_secs(5);

/// Wrong pairing codes from one address in a minute.
const WRONG_CODES_MAX: u32 = 10;

/// Pushes in a minute of a till whose rights were taken away: a month's sales in an hour.
const REVOKED_PUSHES_MAX: u32 = 20;

/// How often in a minute one address may order, change or cancel something on the order page: a whole
/// market hall behind one address still can.
const ORDER_TRIES_MAX: u32 = 60;

/// What is read of a connection before it is looked at, in bytes: the largest headers, and how much
/// of a body waits in memory at a time.
const READ_AHEAD: usize = 128 * 1024;

/// How tills reach the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Transport {
    /// TLS with the folder's own certificate, which pairing codes name.
    SelfSigned,
    /// TLS with a certificate that others vouch for.
    Files { certificate: PathBuf, key: PathBuf },
    /// No encryption: this machine only, or behind a proxy that encrypts.
    Plain,
}

#[derive(Debug, Clone)]
pub struct ServerOptions {
    /// Where `init` was run.
    pub data_dir: PathBuf,
    /// Port 0 takes a free one.
    pub listen: SocketAddr,
    pub transport: Transport,
    pub clock: SharedClock,
    /// All requests come by a proxy, which says in `X-Forwarded-For` for whom it asks.
    pub behind_proxy: bool,
    pub limits: Limits,
    pub mail: MailOptions,
    pub payments: PaymentOptions,
    pub webhooks: WebhookOptions,
}

/// How connected stores are told what happens.
#[derive(Debug, Clone)]
pub struct WebhookOptions {
    /// Webhooks may reach the network that the server stands in.
    pub to_own_network: bool,
    /// How often it is looked for what they are to be told.
    pub every: Duration,
}

impl Default for WebhookOptions {
    fn default() -> WebhookOptions {
        WebhookOptions {
            to_own_network: false,
            every: WEBHOOK_ROUND,
        }
    }
}

/// Whether and how customers pay online.
#[derive(Debug, Clone)]
pub struct PaymentOptions {
    /// The payment bridge; without one, customers pay when they fetch their order.
    pub bridge: Option<BridgeOptions>,
    /// How long an order waits for its online payment, in milliseconds.
    pub unpaid_life_ms: i64,
    /// How often it is looked for what the bridge is to be asked.
    pub every: Duration,
}

impl Default for PaymentOptions {
    fn default() -> PaymentOptions {
        PaymentOptions {
            bridge: None,
            unpaid_life_ms: UNPAID_LIFE_MS,
            every: PAYMENT_ROUND,
        }
    }
}

/// How long an order usually waits for its online payment: two days.
pub const UNPAID_LIFE_MS: i64 = 48 * 60 * 60_000;

/// Why the server does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Folder(#[from] DataFolderError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Tls(#[from] TlsError),
    #[error(transparent)]
    Mail(#[from] UnusableMailServer),
    #[error(transparent)]
    Payments(#[from] UnusableBridge),
    #[error("webhooks cannot be sent: {0}")]
    Webhooks(String),
    #[error("the address {address} cannot be used: {source}")]
    Listen {
        address: SocketAddr,
        source: std::io::Error,
    },
}

/// Starts servers.
#[derive(Debug, Clone, Copy)]
pub struct Server;

impl Server {
    /// Opens the data folder and listens. Returns once requests are answered.
    pub async fn start(options: ServerOptions) -> Result<RunningServer, StartError> {
        let folder = DataFolder::existing(&options.data_dir)?;
        let key = folder.server_key()?;
        let store: Arc<dyn Store> = Arc::new(folder.open_store(Access::Serving)?);
        let (closing, is_closing) = watch::channel(false);
        let pay = pay_desk(&options, &store, &key)?;
        let herald = Herald::new(
            Arc::clone(&store),
            OrderLinks::new(&key),
            options.webhooks.to_own_network,
        );
        let herald = herald.map_err(|error| StartError::Webhooks(error.to_string()))?;
        let state = ApiState {
            pay: pay.clone(),
            committer: Committer::start(Arc::clone(&store), Arc::clone(&options.clock)),
            store: Arc::clone(&store),
            clock: Arc::clone(&options.clock),
            challenger: Challenger::new(&key),
            server_key: EntryHash(key.verifying_key().to_bytes()),
            enrol_tries: Arc::new(Tries::new(WRONG_CODES_MAX)),
            order_tries: Arc::new(Tries::new(ORDER_TRIES_MAX)),
            revoked_pushes: Arc::new(Tries::new(REVOKED_PUSHES_MAX)),
            behind_proxy: options.behind_proxy,
            health: HealthCheck::default(),
            shop: ShopDesk::new(
                Arc::clone(&store),
                OrderLinks::new(&key),
                Arc::clone(&options.clock),
            ),
            office: OfficeDesk::new(
                Arc::clone(&store),
                OrderLinks::new(&key),
                Arc::clone(&options.clock),
                office_options(&folder, &options)?,
            )
            .with_herald(herald.clone()),
            request_within: options.limits.request_within,
            closing: is_closing.clone(),
        };
        let post = match (&options.mail.smtp, &options.mail.from) {
            (Some(url), Some(from)) => {
                let post: Arc<dyn Post> = Arc::new(SmtpPost::new(url, from)?);
                Some(post)
            }
            _ => None,
        };
        let mail = options.mail.clone();
        let postman = Postman::new(Arc::clone(&store), OrderLinks::new(&key), mail, post);
        let repeater = state.shop.repeater();
        let listener = listen(options.listen)?;
        let handle = Handle::new();
        let serving = serve(&folder, &options, listener, state, handle.clone())?;
        let address = handle.listening().await.ok_or_else(|| StartError::Listen {
            address: options.listen,
            source: std::io::Error::other("the listener ended at once"),
        })?;
        let telling = tokio::spawn(jobs::run_webhooks(
            herald,
            options.webhooks.every,
            Arc::clone(&options.clock),
            is_closing.clone(),
        ));
        let paying = tokio::spawn(jobs::run_payments(
            pay,
            options.payments.every,
            Arc::clone(&options.clock),
            is_closing.clone(),
        ));
        let jobs = tokio::spawn(jobs::run(
            Arc::clone(&store),
            repeater,
            Arc::clone(&options.clock),
            is_closing.clone(),
        ));
        let mail = tokio::spawn(jobs::run_mail(postman, options.clock, is_closing));
        Ok(RunningServer {
            address,
            store,
            closing,
            handle,
            serving,
            jobs: vec![jobs, mail, paying, telling],
        })
    }
}

/// The payments, with the provider that is set up.
fn pay_desk(
    options: &ServerOptions,
    store: &Arc<dyn Store>,
    key: &SigningKey,
) -> Result<PayDesk, UnusableBridge> {
    let bridge = options.payments.bridge.as_ref();
    let bridge = bridge.map(|bridge| Bridge::new(bridge, Arc::clone(&options.clock)));
    let provider = bridge.transpose()?.map(|bridge| {
        let provider: Arc<dyn Provider> = Arc::new(bridge);
        provider
    });
    Ok(PayDesk::new(
        Arc::clone(store),
        provider,
        OrderLinks::new(key),
        options.mail.public_url.clone(),
        options.payments.unpaid_life_ms,
    ))
}

/// What the office says of how the server is reached.
fn office_options(
    folder: &DataFolder,
    options: &ServerOptions,
) -> Result<OfficeOptions, StartError> {
    let pairing_key = match options.transport {
        Transport::SelfSigned => {
            tls::ensure_self_signed(folder, &["localhost".to_owned()])?;
            Some(tls::key_hash(folder)?)
        }
        Transport::Files { .. } | Transport::Plain => None,
    };
    Ok(OfficeOptions {
        has_mail: options.mail.smtp.is_some() && options.mail.from.is_some(),
        speaks_tls: options.transport != Transport::Plain,
        pairing_key,
    })
}

fn listen(address: SocketAddr) -> Result<TcpListener, StartError> {
    let bind = || {
        let listener = TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        Ok(listener)
    };
    bind().map_err(|source| StartError::Listen { address, source })
}

fn serve(
    folder: &DataFolder,
    options: &ServerOptions,
    listener: TcpListener,
    state: ApiState,
    handle: Handle<SocketAddr>,
) -> Result<JoinHandle<std::io::Result<()>>, StartError> {
    let config = match &options.transport {
        Transport::Plain => None,
        Transport::SelfSigned => {
            tls::ensure_self_signed(folder, &["localhost".to_owned()])?;
            Some(tls::config(
                &folder.certificate(),
                &folder.certificate_key(),
            )?)
        }
        Transport::Files { certificate, key } => Some(tls::config(certificate, key)?),
    };
    let service = http::router(state).into_make_service_with_connect_info::<SocketAddr>();
    let unusable = |source| StartError::Listen {
        address: options.listen,
        source,
    };
    let mut server = axum_server::from_tcp(listener).map_err(unusable)?;
    limit_headers(server.http_builder(), &options.limits);
    let gate = Gate::new(limits_behind_proxy(options));
    // HTTP/1 only: with both versions the limits would begin with the first byte, which may never come,
    // and those of HTTP/2 would have to be set one by one.
    Ok(match config {
        None => {
            let server = server.acceptor(gate).http1_only();
            tokio::spawn(server.handle(handle).serve(service))
        }
        Some(config) => {
            let acceptor = RustlsAcceptor::new(RustlsConfig::from_config(config)).acceptor(gate);
            let server = server.acceptor(acceptor).http1_only();
            tokio::spawn(server.handle(handle).serve(service))
        }
    })
}

/// A proxy is one address for everybody; how much each of them may open is its to say.
fn limits_behind_proxy(options: &ServerOptions) -> Limits {
    let mut limits = options.limits;
    if options.behind_proxy {
        limits.connections_per_address_max = limits.connections_max;
    }
    limits
}

/// Who opens a connection and says nothing does not keep it.
fn limit_headers(builder: &mut Builder<TokioExecutor>, limits: &Limits) {
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.headers_within)
        .max_buf_size(READ_AHEAD);
}

/// A server that answers.
#[derive(Debug)]
pub struct RunningServer {
    address: SocketAddr,
    store: Arc<dyn Store>,
    closing: watch::Sender<bool>,
    handle: Handle<SocketAddr>,
    serving: JoinHandle<std::io::Result<()>>,
    jobs: Vec<JoinHandle<()>>,
}

impl RunningServer {
    /// Where it listens.
    pub const fn addr(&self) -> SocketAddr {
        self.address
    }

    /// The store behind it: for acts that come from no request.
    pub fn store(&self) -> Arc<dyn Store> {
        Arc::clone(&self.store)
    }

    /// Ends the server: requests under way are answered first, what was taken is stored.
    pub async fn stop(self) {
        self.closing.send_replace(true);
        self.handle.graceful_shutdown(Some(GRACE));
        let mut ended = vec![self.serving.await.map(|_| ())];
        for job in self.jobs {
            ended.push(job.await);
        }
        for ended in ended {
            if let Err(error) = ended {
                tracing::error!(%error, "a part of the server ended badly");
            }
        }
    }
}
