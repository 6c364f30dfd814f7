//! One-time codes on the terminal: as text to type and as a QR code to scan.

use std::io::Write;
use std::net::UdpSocket;

use anyhow::Context;
use comptoir_domain::ids::LocationId;
use comptoir_sync::pairing::PairingCode;
use qrcodegen::{QrCode, QrCodeEcc};

use super::desk::Desk;
use crate::enrolment::CODE_LIFE_MS;
use crate::entropy::random_bytes;
use crate::store::{Hub, NewEnrolment};
use crate::tls;

/// What the program listens on when nothing else is said.
const PORT: u16 = 8443;

/// How tills reach the server.
#[derive(Debug, clap::Args)]
pub struct PairingArguments {
    /// The address that tills use, such as https://till.example.org; this machine's own, unless said
    /// otherwise.
    #[arg(long)]
    pub address: Option<String>,
    /// The server has a certificate that others vouch for: the code does not name its own key.
    #[arg(long)]
    pub public_certificate: bool,
}

/// Gives a one-time code out and shows it.
pub(super) async fn give_out(
    desk: &Desk,
    hub: &Hub,
    location: LocationId,
    arguments: &PairingArguments,
    out: &mut dyn Write,
) -> anyhow::Result<PairingCode> {
    let key_hash = if arguments.public_certificate {
        None
    } else {
        tls::ensure_self_signed(&desk.folder, &["localhost".to_owned()])
            .context("make the server's certificate")?;
        Some(tls::key_hash(&desk.folder).context("read the server's key")?)
    };
    let code = PairingCode::new(random_bytes()?, key_hash.as_ref());
    let enrolment = NewEnrolment {
        code_hash: code.code_hash(),
        location,
        created_at: desk.now,
        expires_at: desk.now.plus_ms(CODE_LIFE_MS),
    };
    desk.store.open_enrolment(hub.id, enrolment).await?;
    let address = arguments.address.clone().unwrap_or_else(own_address);
    show(&address, &code, out)?;
    Ok(code)
}

fn show(address: &str, code: &PairingCode, out: &mut dyn Write) -> anyhow::Result<()> {
    let minutes = CODE_LIFE_MS / 60_000;
    writeln!(out, "Pair one till within {minutes} minutes:")?;
    writeln!(out, "  address  {address}")?;
    writeln!(out, "  code     {code}")?;
    writeln!(out)?;
    let line = format!("comptoir:{address}#{code}");
    let picture = QrCode::encode_text(&line, QrCodeEcc::Low).context("draw the code")?;
    write!(out, "{}", drawn(&picture))?;
    Ok(())
}

/// A QR code in half blocks, dark on light whatever the terminal's colours are.
fn drawn(code: &QrCode) -> String {
    const QUIET: i32 = 2;
    const DARK_ON_LIGHT: &str = "\u{1b}[30;107m";
    const PLAIN: &str = "\u{1b}[0m";
    let mut text = String::new();
    let ends = -QUIET..code.size() + QUIET;
    for y in ends.clone().step_by(2) {
        text.push_str(DARK_ON_LIGHT);
        for x in ends.clone() {
            text.push(match (code.get_module(x, y), code.get_module(x, y + 1)) {
                (true, true) => '█',
                (true, false) => '▀',
                (false, true) => '▄',
                (false, false) => ' ',
            });
        }
        text.push_str(PLAIN);
        text.push('\n');
    }
    text
}

/// This machine's address on its own network. Nothing is sent: the system only says which of its
/// addresses it would use.
fn own_address() -> String {
    let asked = || -> std::io::Result<std::net::IpAddr> {
        let socket = UdpSocket::bind("0.0.0.0:0")?;
        socket.connect("192.0.2.1:9")?;
        Ok(socket.local_addr()?.ip())
    };
    match asked() {
        Ok(address) if !address.is_unspecified() => format!("https://{address}:{PORT}"),
        _ => format!("https://localhost:{PORT}"),
    }
}
