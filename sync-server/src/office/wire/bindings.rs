//! Writing the TypeScript types of everything in [`super`].

use std::io;
use std::path::Path;

use ts_rs::{Config, TS};

use super::*;

macro_rules! export {
    ($config:expr; $($name:ty),+ $(,)?) => {
        $(<$name>::export_all($config).map_err(io::Error::other)?;)+
    };
}

/// Writes one TypeScript file per type that crosses to the office's pages into `directory`.
pub fn export_bindings(directory: &Path) -> io::Result<()> {
    let config = Config::new()
        .with_out_dir(directory)
        .with_large_int("number");
    export!(&config;
        OfficeError, Press, WelcomeView, LogIn, SessionView, ChangePassword, UseReset, HomeView,
        OrderStateFilter, Period, OrderList, OrderView, AmendOrder, CancelOrder, NoteOrder, MarkReady,
        MoveSlot, RefundOrder, SlotWhen, SlotList, SaveSlot, PlaceList, SavePlace, PickListView,
        ProductShow, StockFilter, ProductList, ProductView, SaveProduct, MoveList, EnterStock,
        StockEntered, CustomerList, CustomerView, SaveCustomer, ForgetCustomer, ForgottenView,
        CustomerExport, StaffList, SaveStaff, SetPin, GiveLogin, LoginGiven, TillList, EnrolTill,
        EnrolCode, ProblemState, ProblemList, ProblemView, DecideProblems, ProblemsDecided, MessageState,
        MessageList, MessageTextList, SaveMessageText, PreviewText, ShopKeyList, MakeShopKey,
        ShopKeyMade, RevokeShopKey, WebhookList, DeliveryList, MakeWebhook, WebhookMade,
        PauseWebhook, ReplayWebhook, RemoveWebhook, TryWebhook, WebhookTried, SettingsView, SaveSettings, AddTaxRate, AuditList,
        RecurringState, RecurringList, RecurringView, SaveRecurring, PauseRecurring, SkipRecurring,
        EndRecurring,
    );
    Ok(())
}
