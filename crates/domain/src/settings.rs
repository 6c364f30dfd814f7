//! Settings of a hub.
use crate::staff::RoleLimits;
use crate::tax::TaxRateRow;
use crate::tender::{CashRounding, Tender};
use crate::time::Zone;
#[derive(Debug, Clone)]
pub struct HubSettings {
    pub zone: Zone,
    pub tax_rates: Vec<TaxRateRow>,
    pub cash_rounding: Option<CashRounding>,
    pub tenders: Vec<Tender>,
    pub role_limits: RoleLimits,
}
