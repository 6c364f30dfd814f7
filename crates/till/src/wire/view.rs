//! The whole state of the screen.

use comptoir_domain::ids::StaffId;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::error::{Code, Params};
use super::sell::SellView;
use super::setup::{FirstLoadView, SetupView, SignInView};
use super::shift::{CloseShiftView, OpenShiftView, ZReportView};
use super::status::StatusLine;

/// Everything that the screen shows, as of one moment. Every command answers with it; the till also
/// sends it by itself when something changed that the cashier did not do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TillView {
    /// Rises with every change; the screen drops what is older than what it shows.
    #[ts(type = "number")]
    pub revision: u64,
    /// None until the till is set up.
    pub hub: Option<HubView>,
    /// Who is signed in.
    pub staff: Option<StaffView>,
    /// The language of the screen, `en` or `fr`.
    pub language: String,
    pub screen: Screen,
    pub status: StatusLine,
    /// What the cashier should know, newest first. None of them asks to be dismissed.
    pub notices: Vec<Notice>,
    /// What the last action sounded like.
    pub sound: Option<SoundCue>,
    /// Rises when products, prices, categories or favourites changed: fetch `catalogue_get` again.
    #[ts(type = "number")]
    pub catalogue_revision: u64,
    pub scanner: ScannerView,
}

/// The hub and this till in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HubView {
    pub name: String,
    pub location: String,
    /// The till's short code, part of every number that it prints.
    pub till_code: String,
    /// ISO 3166 alpha-2.
    pub country: String,
    /// ISO 4217.
    pub currency: String,
    /// How many decimal places the currency's amounts have.
    #[ts(type = "number")]
    pub currency_decimals: u8,
    /// IANA name.
    pub time_zone: String,
    pub prices_include_tax: bool,
    /// Practice: every screen is marked and nothing counts.
    pub practice: bool,
}

/// A person at the till.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StaffView {
    pub id: StaffId,
    pub name: String,
    pub role: StaffRole,
}

/// What a person may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum StaffRole {
    Cashier,
    Manager,
}

/// Where the till is. Status, help and settings are the screen's own pages over any of these.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", content = "view", rename_all = "camelCase")]
pub enum Screen {
    /// First run: practise or open for real, alone or paired.
    Setup(Box<SetupView>),
    /// The first load from the server is under way; it resumes by itself.
    FirstLoad(FirstLoadView),
    SignIn(SignInView),
    OpenShift(Box<OpenShiftView>),
    /// Selling, paying, and the change of the sale just done.
    Sell(Box<SellView>),
    CloseShift(Box<CloseShiftView>),
    /// The report of the shift that was just closed.
    ZReport(Box<ZReportView>),
    /// The till cannot store and therefore does not sell. It tries again by itself.
    Stopped(StoppedView),
}

/// Why the till cannot sell, in one sentence of the screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StoppedView {
    pub code: Code,
    pub params: Params,
}

/// One sentence for the cashier that waits for no answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Notice {
    /// Tells notices apart while they are on the screen.
    #[ts(type = "number")]
    pub number: u32,
    pub code: Code,
    pub params: Params,
    pub severity: Severity,
    /// What can be done about it, in the order in which to show it.
    pub offers: Vec<Offer>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Severity {
    Quiet,
    Warning,
    Problem,
}

/// A button on a notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Offer {
    /// Look for the product by name; the text is what was scanned or typed.
    Search { text: String },
    /// Ask the server for what is new, in case the product was added there just now.
    SyncNow,
    /// Open the page with the details.
    OpenStatus,
}

/// What the last action sounded like. A cue is played once: when its number is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SoundCue {
    #[ts(type = "number")]
    pub number: u32,
    pub kind: Sound,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Sound {
    /// Goods were added to the order.
    Added,
    /// Goods that were expected were ticked off.
    Ticked,
    /// The code is unknown.
    Unknown,
    /// Something was refused.
    Error,
    /// The sale is done.
    Done,
}

/// How the screen tells a keyboard scanner from a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ScannerView {
    /// The first characters of every scan, where the scanner is set to send any (`]` of the AIM
    /// identifier, a control character); then no timing is guessed.
    pub prefix: Option<String>,
    /// A scanner that types as if the keyboard were American, whatever the layout of the machine.
    pub us_layout: bool,
}

/// What the till tells the screen without being asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", content = "value", rename_all = "camelCase")]
pub enum TillEvent {
    /// Something changed that the cashier did not do: a printer, the server, a scan over serial.
    View(Box<TillView>),
}
