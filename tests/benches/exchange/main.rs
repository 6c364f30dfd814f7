//! Till and server over the loopback: a first load, a journal on its way in, a price on its way out.
//! Each beside the same work without a network, on the same disk and in the same run.

mod catalogue;
mod hub;
mod journals;
#[path = "../support/mod.rs"]
mod support;
#[path = "../../../crates/domain/tests/support/mod.rs"]
mod trade;

use anyhow::{Context, Result};
use tokio::runtime::Runtime;

use catalogue::{first_load, news, settling};
use hub::Hub;
use journals::journals;

fn main() -> Result<()> {
    let runtime = Runtime::new().context("start a runtime")?;
    let goods = support::catalogue()?;
    let hub = Hub::start(&runtime)?;
    hub.stock(&runtime, &goods)?;
    let till = first_load(&runtime, &hub)?;
    news(&runtime, &hub, &till, &goods)?;
    settling(till.close(), &goods)?;
    runtime.block_on(hub.server.stop());
    journals(&runtime)
}
