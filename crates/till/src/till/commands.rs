//! The commands of the screen: each goes to the core on its thread, or to the finder beside it.

use comptoir_domain::time::Timestamp;
use comptoir_sync::feed::EntityKind;

use super::{Desk, Priority, Till, lock};
use crate::catalogue::{self, Buyer, Finder, Wanted};
use crate::core::Core;
use crate::error::TillError;
use crate::feed;
use crate::store::meta::{self, key};
use crate::view::orders::orders_list;
use crate::wire::*;

/// Commands that go to the core with their request and answer with what it answers.
macro_rules! to_core {
    ($($name:ident: $request:ty => $answer:ty = $method:ident),+ $(,)?) => {
        $(fn $name(&self, request: $request) -> Result<$answer, ApiError> {
            self.selling(move |core| core.$method(&request))
        })+
    };
}

/// Commands without a request.
macro_rules! to_core_plain {
    ($($name:ident),+ $(,)?) => {
        $(fn $name(&self, _request: NoInput) -> Result<TillView, ApiError> {
            self.selling(|core| core.$name())
        })+
    };
}

impl Till {
    fn selling<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Core) -> Result<T, TillError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let answer = self
            .handle
            .with_core(Priority::Selling, |core| core.noting_refusals(work));
        self.handle.wake();
        answer
    }

    /// Reads beside the writer, on a connection of the finder's own.
    fn find<T>(
        &self,
        read: impl FnOnce(&mut Finder) -> Result<T, TillError>,
    ) -> Result<T, ApiError> {
        let mut kept = lock(&self.finder);
        let database = self
            .handle
            .with_desk(Priority::Selling, |desk| Ok(desk.database()))?
            .ok_or_else(|| ApiError::new(Code::NotNow, "the till is stopped"))?;
        let finder = match kept.take() {
            Some((path, finder)) if path == database => finder,
            _ => Finder::open(&database)
                .map_err(|error| ApiError::new(Code::Internal, error.to_string()))?,
        };
        let (_, finder) = kept.insert((database, finder));
        Ok(read(finder)?)
    }

    /// Goes on in another folder. Who reads beside the writer lets go of the present one first.
    fn turn_to(
        &self,
        turn: impl FnOnce(&mut Desk) -> Result<TillView, ApiError> + Send + 'static,
    ) -> Result<TillView, ApiError> {
        let view = {
            let mut finder = lock(&self.finder);
            finder.take();
            self.handle.with_desk(Priority::Selling, turn)
        };
        self.listen_to_scanner();
        self.handle.wake();
        view
    }

    fn now(&self) -> Result<Timestamp, ApiError> {
        self.handle
            .with_core(Priority::Selling, |core| Ok(core.now()))
    }
}

impl TillCommands for Till {
    fn till_view(&self, _request: NoInput) -> Result<TillView, ApiError> {
        self.handle.with_desk(Priority::Selling, Desk::view)
    }

    fn setup_alone(&self, request: SetupAlone) -> Result<TillView, ApiError> {
        self.turn_to(move |desk| desk.set_up(&request))
    }

    fn practice_begin(&self, _request: NoInput) -> Result<TillView, ApiError> {
        self.turn_to(Desk::begin_practice)
    }

    fn practice_end(&self, _request: NoInput) -> Result<TillView, ApiError> {
        self.turn_to(Desk::end_practice)
    }

    fn setup_pair(&self, request: SetupPair) -> Result<TillView, ApiError> {
        self.pair(&request)
    }

    to_core! {
        staff_sign_in: StaffSignIn => TillView = staff_sign_in,
        shift_open: ShiftOpen => TillView = shift_open,
        order_scan: Scan => TillView = order_scan,
        order_add_variant: AddVariant => TillView = order_add_variant,
        order_step_quantity: StepQuantity => TillView = order_step_quantity,
        order_set_quantity: SetQuantity => TillView = order_set_quantity,
        order_remove_line: RemoveLine => TillView = order_remove_line,
        order_discount: GiveDiscount => TillView = order_discount,
        order_override_price: OverridePrice => TillView = order_override_price,
        order_recall: RecallOrder => TillView = order_recall,
        order_discard: DiscardOrder => TillView = order_discard,
        parked_claim: ClaimParked => TillView = parked_claim,
        parked_withdraw: WithdrawParked => TillView = parked_withdraw,
        parked_copy: CopyParked => TillView = parked_copy,
        order_open: OpenOrder => TillView = order_open,
        order_take_over: TakeOver => TillView = order_take_over,
        order_tick: TickLine => TillView = order_tick,
        order_weigh: WeighLine => TillView = order_weigh,
        order_substitute: SubstituteLine => TillView = order_substitute,
        group_show: GroupMember => TillView = group_show,
        group_leave: GroupMember => TillView = group_leave,
        order_fetched_by: FetchedBy => TillView = order_fetched_by,
        return_open: OpenReturn => TillView = return_open,
        order_return_line: ReturnLine => TillView = order_return_line,
        order_hand_over: HandOverOrder => TillView = order_hand_over,
        order_cancel: CancelOrder => TillView = order_cancel,
        order_is_ready: OrderIsReady => TillView = order_is_ready,
        order_move: MoveOrder => TillView = order_move,
        order_note: NoteOrder => TillView = order_note,
        order_keep: KeepOrder => TillView = order_keep,
        customers_find: FindCustomers => CustomersFound = customers_find,
        order_place: PlaceOrder => TillView = order_place,
        shortage_settle: SettleShortage => ShortageSettled = shortage_settle,
        goods_look: LookUpGoods => GoodsCard = goods_look,
        goods_receive: ReceiveGoods => GoodsView = goods_receive,
        goods_take_out: TakeOutGoods => GoodsView = goods_take_out,
        goods_count: CountGoods => GoodsView = goods_count,
        goods_undo: UndoGoods => GoodsView = goods_undo,
        problem_decide: DecideProblem => ProblemsView = problem_decide,
        pay_give_back: GiveBack => TillView = pay_give_back,
        cash_change: CashChangeOf => CashChange = cash_change,
        pay_add: PayAdd => TillView = pay_add,
        pay_forgive: PayForgive => TillView = pay_forgive,
        pay_undo: PayUndo => TillView = pay_undo,
        receipt_print: ReceiptPrint => TillView = receipt_print,
        print_pick_list: PrintPickList => TillView = print_pick_list,
        print_basket_label: PrintBasketLabel => TillView = print_basket_label,
        print_order_slip: PrintOrderSlip => TillView = print_order_slip,
        tender_correct: TenderCorrect => TillView = tender_correct,
        drawer_open: DrawerOpen => TillView = drawer_open,
        cash_move: CashMove => TillView = cash_move,
        cash_sum: CashSumOf => CashSum = cash_sum,
        shift_count: ShiftCount => TillView = shift_count,
        shift_close: ShiftClose => TillView = shift_close,
        z_report_print: ZReportPrint => TillView = z_report_print,
        printer_settings_set: PrinterSettings => TillView = printer_settings_set,
        language_set: LanguageSet => TillView = language_set,
    }

    to_core_plain! {
        staff_sign_out,
        order_undo,
        order_park,
        order_tick_all,
        shift_close_begin,
        shift_close_cancel,
        z_report_leave,
        printer_test,
    }

    fn catalogue_get(&self, _request: NoInput) -> Result<TilesView, ApiError> {
        let now = self.now()?;
        self.find(|finder| {
            let connection = finder.connection();
            let location = meta::parsed(connection, key::LOCATION)?;
            let tiles = catalogue::tiles(connection, location, Buyer::anybody(now))?;
            // The screen asks for the tiles when the catalogue has changed and nobody types yet.
            finder.refresh()?;
            Ok(tiles)
        })
    }

    fn category_products(&self, request: CategoryProducts) -> Result<SearchResults, ApiError> {
        let now = self.now()?;
        self.find(|finder| {
            let connection = finder.connection();
            let location = meta::parsed(connection, key::LOCATION)?;
            let buyer = Buyer::anybody(now);
            catalogue::category_products(
                connection,
                &request.category,
                request.limit,
                location,
                buyer,
            )
        })
    }

    fn product_search(&self, request: ProductSearch) -> Result<SearchResults, ApiError> {
        let now = self.now()?;
        self.find(|finder| {
            let location = meta::parsed(finder.connection(), key::LOCATION)?;
            finder.search(&Wanted {
                text: &request.text,
                category: request.category.as_deref(),
                limit: request.limit,
                location,
                buyer: Buyer::anybody(now),
            })
        })
    }

    fn orders_list(&self, request: OrdersQuery) -> Result<OrdersView, ApiError> {
        let moment = self
            .handle
            .with_core(Priority::Selling, |core| core.moment())?;
        self.find(|finder| orders_list(finder.connection(), &request, &moment))
    }

    fn picture_get(&self, request: PictureGet) -> Result<Picture, ApiError> {
        let id = request.picture;
        let kept: Option<comptoir_domain::catalogue::Picture> =
            self.find(|finder| feed::entity(finder.connection(), EntityKind::PICTURE, &id))?;
        match kept {
            Some(picture) => Ok(Picture {
                media_type: picture.media_type,
                base64: picture.base64,
            }),
            None => {
                Err(ApiError::new(Code::NotFound, "no such picture")
                    .with("picture", Param::Text(id)))
            }
        }
    }

    fn z_report_get(&self, request: ZReportGet) -> Result<ZReportView, ApiError> {
        self.selling(move |core| core.z_report(request.shift))
    }

    fn slots_get(&self, _request: NoInput) -> Result<SlotsView, ApiError> {
        self.handle
            .with_core(Priority::Selling, |core| core.slots_get())
    }

    fn shortage_preview(&self, request: AskShortage) -> Result<ShortageView, ApiError> {
        self.handle.with_core(Priority::Selling, move |core| {
            core.shortage_preview(&request)
        })
    }

    fn goods_get(&self, _request: NoInput) -> Result<GoodsView, ApiError> {
        self.handle
            .with_core(Priority::Selling, |core| core.goods_get())
    }

    fn problems_get(&self, _request: NoInput) -> Result<ProblemsView, ApiError> {
        self.handle
            .with_core(Priority::Selling, |core| core.problems_get())
    }

    fn status_get(&self, _request: NoInput) -> Result<StatusView, ApiError> {
        self.handle
            .with_core(Priority::Selling, |core| core.status())
    }

    fn sync_now(&self, _request: NoInput) -> Result<TillView, ApiError> {
        if let Some(driver) = lock(&self.exchange).as_ref() {
            driver.try_again();
        }
        self.till_view(NoInput {})
    }

    fn catalogue_files(&self, _request: NoInput) -> Result<CatalogueFiles, ApiError> {
        Ok(CatalogueFiles {
            files: super::files::catalogue_files(),
        })
    }

    fn catalogue_import(&self, request: CatalogueImport) -> Result<ImportReport, ApiError> {
        let report = self.selling(move |core| core.catalogue_import(&request))?;
        if report.done {
            self.handle.publish();
        }
        Ok(report)
    }

    fn scanner_settings_set(&self, request: ScannerSettings) -> Result<TillView, ApiError> {
        let view = self.selling(move |core| core.scanner_settings_set(&request))?;
        self.listen_to_scanner();
        Ok(view)
    }
}
