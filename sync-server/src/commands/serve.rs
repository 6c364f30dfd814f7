//! `serve`: answers tills until stopped.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};
use clap::Args;

use crate::clock::SystemClock;
use crate::connections::Limits;
use crate::data_folder::DataFolder;
use crate::logs;
use crate::mail::MailOptions;
use crate::payments::{BridgeOptions, BridgeSecret};
use crate::server::{PaymentOptions, Server, ServerOptions, Transport, WebhookOptions};

#[derive(Debug, Args)]
pub struct ServeArguments {
    /// The address to listen on.
    #[arg(long, env = "COMPTOIR_LISTEN", default_value = "0.0.0.0:8443")]
    pub listen: SocketAddr,
    /// A certificate that others vouch for (PEM, with its chain), instead of the server's own.
    #[arg(long, requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// The certificate's private key (PEM).
    #[arg(long, requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
    /// No encryption: for this machine only, or behind a proxy that encrypts.
    #[arg(long, conflicts_with = "tls_cert")]
    pub http: bool,
    /// A proxy in front encrypts and says in X-Forwarded-For for whom it asks: allow --http on an
    /// address that others can reach.
    #[arg(long, requires = "http")]
    pub behind_proxy: bool,
    /// The mail server for messages to customers, such as smtps://user:password@mail.example. Without
    /// one, messages wait.
    #[arg(
        long,
        env = "COMPTOIR_SMTP",
        hide_env_values = true,
        requires = "mail_from"
    )]
    pub smtp: Option<String>,
    /// Who the messages are from, such as "La Halle <bonjour@halle.example>".
    #[arg(long, env = "COMPTOIR_MAIL_FROM")]
    pub mail_from: Option<String>,
    /// How customers reach this server, for the links in messages.
    #[arg(long, env = "COMPTOIR_PUBLIC_URL")]
    pub public_url: Option<String>,
    /// The payment bridge with which customers pay online, such as https://pay.example/bridge. Without
    /// one, they pay when they fetch their order.
    #[arg(long, env = "COMPTOIR_PAYMENTS")]
    pub payments: Option<String>,
    /// The secret that server and payment bridge share.
    #[arg(
        long,
        env = "COMPTOIR_PAYMENTS_SECRET",
        hide_env_values = true,
        requires = "payments"
    )]
    pub payments_secret: Option<String>,
    /// A file that holds the secret.
    #[arg(long, requires = "payments", conflicts_with = "payments_secret")]
    pub payments_secret_file: Option<PathBuf>,
    /// For how many hours an order waits for its online payment before it is given up.
    #[arg(long, default_value_t = 48, value_parser = clap::value_parser!(u16).range(1..))]
    pub unpaid_hours: u16,
    /// Webhooks may reach the network that this server stands in: for stores that run there, too.
    #[arg(long)]
    pub webhooks_to_own_network: bool,
}

impl ServeArguments {
    fn mail(&self) -> MailOptions {
        let base = self.public_url.as_ref();
        MailOptions {
            smtp: self.smtp.clone(),
            from: self.mail_from.clone(),
            public_url: base.map(|url| url.trim_end_matches('/').to_owned()),
        }
    }

    fn payments(&self) -> anyhow::Result<PaymentOptions> {
        let secret = match (&self.payments_secret, &self.payments_secret_file) {
            (Some(secret), _) => Some(secret.clone()),
            (None, Some(path)) => {
                let read = std::fs::read_to_string(path);
                Some(read.with_context(|| format!("read {}", path.display()))?)
            }
            (None, None) => None,
        };
        let bridge = match (&self.payments, secret) {
            (None, _) => None,
            (Some(url), Some(secret)) => Some(BridgeOptions::new(url, BridgeSecret::new(&secret))),
            (Some(_), None) => bail!(
                "--payments needs the secret that the bridge knows: --payments-secret-file, or \
                 COMPTOIR_PAYMENTS_SECRET"
            ),
        };
        Ok(PaymentOptions {
            bridge,
            unpaid_life_ms: i64::from(self.unpaid_hours) * 60 * 60_000,
            ..PaymentOptions::default()
        })
    }

    fn transport(&self) -> anyhow::Result<Transport> {
        if self.http {
            if !self.listen.ip().is_loopback() && !self.behind_proxy {
                bail!(
                    "--http would send everything in the clear to {}: listen on 127.0.0.1, or say \
                     --behind-proxy where a proxy encrypts",
                    self.listen
                );
            }
            return Ok(Transport::Plain);
        }
        Ok(match (&self.tls_cert, &self.tls_key) {
            (Some(certificate), Some(key)) => Transport::Files {
                certificate: certificate.clone(),
                key: key.clone(),
            },
            _ => Transport::SelfSigned,
        })
    }
}

pub(super) fn run(data: &Path, arguments: &ServeArguments) -> anyhow::Result<()> {
    let options = ServerOptions {
        data_dir: data.to_owned(),
        listen: arguments.listen,
        transport: arguments.transport()?,
        clock: Arc::new(SystemClock),
        behind_proxy: arguments.behind_proxy,
        limits: Limits::default(),
        mail: arguments.mail(),
        payments: arguments.payments()?,
        webhooks: WebhookOptions {
            to_own_network: arguments.webhooks_to_own_network,
            ..WebhookOptions::default()
        },
    };
    let folder = DataFolder::existing(data)?;
    let _logging = logs::start(&folder).context("start the log")?;
    let runtime = tokio::runtime::Runtime::new().context("start the runtime")?;
    runtime.block_on(async {
        let server = Server::start(options).await?;
        tracing::info!(address = %server.addr(), "answering");
        asked_to_end().await?;
        tracing::info!("ending");
        server.stop().await;
        Ok(())
    })
}

/// Returns when the terminal or the system asks the process to end.
async fn asked_to_end() -> anyhow::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminated = signal(SignalKind::terminate()).context("listen for SIGTERM")?;
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => interrupted.context("listen for Ctrl-C")?,
            _ = terminated.recv() => {}
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await.context("listen for Ctrl-C")?;
    Ok(())
}
