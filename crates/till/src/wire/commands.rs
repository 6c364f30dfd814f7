//! The one list of commands, from which come the TypeScript map, the trait that the till
//! implements, and the dispatcher that hosts call.

use serde_json::Value;

use super::care::*;
use super::catalogue::{Picture, SearchResults, TilesView};
use super::desks::*;
use super::error::{ApiError, Code};
use super::goods::*;
use super::import::{CatalogueFiles, ImportReport};
use super::orders::*;
use super::print::*;
use super::problems::*;
use super::requests::*;
use super::sell::CashChange;
use super::shift::{CashSum, ZReportView};
use super::status::StatusView;
use super::view::TillView;

macro_rules! commands {
    ($($(#[$doc:meta])* $name:ident: $request:ty => $answer:ty),+ $(,)?) => {
        /// What each command takes and answers; exists only as the TypeScript type `Commands`.
        #[derive(Debug, ts_rs::TS)]
        pub struct Commands {
            $($(#[$doc])* pub $name: ($request, $answer),)+
        }

        /// Everything that a screen can ask of a till. A call may wait for the disk, and a few say
        /// that they wait for a network: hosts call from a thread that may wait.
        pub trait TillCommands {
            $($(#[$doc])* fn $name(&self, request: $request) -> Result<$answer, ApiError>;)+
        }

        /// Calls the command of that name with a JSON payload and answers in JSON text, written once
        /// and passed on as it is.
        pub fn dispatch<T: TillCommands + ?Sized>(
            till: &T,
            command: &str,
            payload: Value,
        ) -> Result<String, ApiError> {
            match command {
                $(stringify!($name) => encode(till.$name(decode(command, payload)?)?),)+
                _ => Err(ApiError::new(Code::BadRequest, format!("no command {command:?}"))),
            }
        }
    };
}

commands! {
    /// The present state, as at the start of the screen.
    till_view: NoInput => TillView,

    /// Waits for nothing but the disk.
    setup_alone: SetupAlone => TillView,
    /// Waits for the server; the first load then goes on by itself.
    setup_pair: SetupPair => TillView,

    /// From a till that is open for real, or from its practice, to the other; `practice_end` of a
    /// till that was never opened for real leads to the first run's questions. Nothing of a practice
    /// is ever part of the real journal.
    practice_begin: NoInput => TillView,
    practice_end: NoInput => TillView,

    staff_sign_in: StaffSignIn => TillView,
    staff_sign_out: NoInput => TillView,

    shift_open: ShiftOpen => TillView,

    order_scan: Scan => TillView,
    order_add_variant: AddVariant => TillView,
    order_step_quantity: StepQuantity => TillView,
    order_set_quantity: SetQuantity => TillView,
    order_remove_line: RemoveLine => TillView,
    /// Takes the last step back: a line, a quantity, a discount, a payment.
    order_undo: NoInput => TillView,
    order_discount: GiveDiscount => TillView,
    order_override_price: OverridePrice => TillView,
    order_park: NoInput => TillView,
    order_recall: RecallOrder => TillView,
    /// Of an order that was placed before only what was done here is thrown away; the order waits on.
    order_discard: DiscardOrder => TillView,

    /// Asks another till for a sale that it put aside; does not wait for the answer.
    parked_claim: ClaimParked => TillView,
    parked_withdraw: WithdrawParked => TillView,
    /// Rings a sale of another till up anew. With another order in progress that one is parked.
    parked_copy: CopyParked => TillView,

    /// Orders that wait for their customers, from the till's own copy. Waits for nobody.
    orders_list: OrdersQuery => OrdersView,
    /// Opens an order on the sell screen. With another one in progress that one is parked.
    order_open: OpenOrder => TillView,
    /// Goes on here with an order that another till has open, and says so there.
    order_take_over: TakeOver => TillView,
    order_tick: TickLine => TillView,
    /// Ticks everything that is still missing.
    order_tick_all: NoInput => TillView,
    order_weigh: WeighLine => TillView,
    order_substitute: SubstituteLine => TillView,
    /// Shows another one of the orders that are fetched together.
    group_show: GroupMember => TillView,
    /// Takes an order out of those that are fetched together.
    group_leave: GroupMember => TillView,
    order_fetched_by: FetchedBy => TillView,
    /// Opens a past order or sale, so that goods of it can come back.
    return_open: OpenReturn => TillView,
    order_return_line: ReturnLine => TillView,
    order_hand_over: HandOverOrder => TillView,
    order_cancel: CancelOrder => TillView,
    order_is_ready: OrderIsReady => TillView,
    /// Slots that an order can be moved to.
    slots_get: NoInput => SlotsView,
    order_move: MoveOrder => TillView,
    order_note: NoteOrder => TillView,
    /// Nobody came for an order that was paid: it is kept as a sale.
    order_keep: KeepOrder => TillView,
    customers_find: FindCustomers => CustomersFound,
    /// Places the sale in progress for somebody who calls; a notice says its number.
    order_place: PlaceOrder => TillView,
    /// How what came of a product would be shared out. Changes nothing.
    shortage_preview: AskShortage => ShortageView,
    shortage_settle: SettleShortage => ShortageSettled,

    catalogue_get: NoInput => TilesView,
    category_products: CategoryProducts => SearchResults,
    product_search: ProductSearch => SearchResults,
    picture_get: PictureGet => Picture,

    /// Changes nothing.
    cash_change: CashChangeOf => CashChange,
    pay_add: PayAdd => TillView,
    /// Lets the customer off what is still due, where it is small.
    pay_forgive: PayForgive => TillView,
    pay_undo: PayUndo => TillView,
    /// Gives money back of an order that was paid before; what settles it hands it over.
    pay_give_back: GiveBack => TillView,
    receipt_print: ReceiptPrint => TillView,
    tender_correct: TenderCorrect => TillView,
    drawer_open: DrawerOpen => TillView,
    cash_move: CashMove => TillView,

    /// Leaves selling for the count.
    shift_close_begin: NoInput => TillView,
    /// Back to selling; counts made so far are kept.
    shift_close_cancel: NoInput => TillView,
    cash_sum: CashSumOf => CashSum,
    shift_count: ShiftCount => TillView,
    shift_close: ShiftClose => TillView,
    z_report_get: ZReportGet => ZReportView,
    z_report_print: ZReportPrint => TillView,
    /// From the report to the sign-in.
    z_report_leave: NoInput => TillView,

    /// What was entered of goods today: deliveries, losses, transfers, counts.
    goods_get: NoInput => GoodsView,
    /// Changes nothing.
    goods_look: LookUpGoods => GoodsCard,
    goods_receive: ReceiveGoods => GoodsView,
    goods_take_out: TakeOutGoods => GoodsView,
    goods_count: CountGoods => GoodsView,
    /// Takes an entry of today back by its opposite.
    goods_undo: UndoGoods => GoodsView,

    /// What waits for somebody's decision.
    problems_get: NoInput => ProblemsView,
    problem_decide: DecideProblem => ProblemsView,

    status_get: NoInput => StatusView,
    /// Wakes the sync; does not wait for it.
    sync_now: NoInput => TillView,
    /// Files on this computer that may hold products.
    catalogue_files: NoInput => CatalogueFiles,
    /// Reads a file of products on a till that works alone; all of it or nothing is taken in.
    catalogue_import: CatalogueImport => ImportReport,
    printer_settings_set: PrinterSettings => TillView,
    /// Queues papers to pick and pack by. They show the orders as they are when they are printed.
    print_pick_list: PrintPickList => TillView,
    print_basket_label: PrintBasketLabel => TillView,
    print_order_slip: PrintOrderSlip => TillView,
    /// Queues a test slip.
    printer_test: NoInput => TillView,
    scanner_settings_set: ScannerSettings => TillView,
    language_set: LanguageSet => TillView,
}

fn decode<R: serde::de::DeserializeOwned>(command: &str, payload: Value) -> Result<R, ApiError> {
    serde_json::from_value(payload)
        .map_err(|error| ApiError::new(Code::BadRequest, format!("{command}: {error}")))
}

fn encode<A: serde::Serialize>(answer: A) -> Result<String, ApiError> {
    serde_json::to_string(&answer).map_err(|error| ApiError::new(Code::Internal, error.to_string()))
}
