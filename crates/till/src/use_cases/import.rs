//! Products from a file, on a till that works alone: all of it or nothing.

use std::collections::HashSet;
use std::path::Path;

use comptoir_domain::catalogue::{Product, Variant};
use comptoir_domain::catalogue_import::{
    CatalogueChanges, Column, HeaderRefusal, ImportPlan, KnownCatalogue, Noted, NumberFault,
    RowFault, RowWarning, TooManyRows,
};
use comptoir_domain::event::Event;
use comptoir_domain::ids::{LocationId, ProductId};
use comptoir_domain::staff::Permission;
use comptoir_sync::feed::EntityKind;
use comptoir_tables::{CatalogueFile, CatalogueFileError, NotText, TableFile, TableFileError};

use crate::act::Act;
use crate::core::Core;
use crate::error::TillError;
use crate::feed;
use crate::store::meta::{self, key};
use crate::store::states;
use crate::wire::{ApiError, CatalogueImport, Code, ImportCode, ImportNote, ImportReport, Param};

/// The most notes of a kind that are sent to the screen.
const NOTES_MAX: usize = 1_000;

impl Core {
    /// Says what a file of products would do, or takes it in. With one bad line nothing is changed.
    pub fn catalogue_import(
        &mut self,
        request: &CatalogueImport,
    ) -> Result<ImportReport, TillError> {
        self.session.begin_action();
        if meta::get(self.connection(), key::SERVER)?.is_some() {
            return Err(TillError::refuse(
                Code::CatalogueFromServer,
                "the products come from the server",
            ));
        }
        self.require_permission(Permission::ChangeCatalogue)?;
        let table = TableFile::open(Path::new(request.path.trim())).map_err(table_error)?;
        let file = self.read_catalogue_file(&table)?;
        let mut report = report(&file);
        let Ok(changes) = file.plan.accepted() else {
            return Ok(report);
        };
        if !request.dry_run {
            let imported = Event::CatalogueImported {
                file: table.sha256(),
                added: report.added,
                updated: report.updated,
            };
            self.take_in(&changes, &imported)?;
            report.done = true;
        }
        Ok(report)
    }

    fn read_catalogue_file(&mut self, table: &TableFile) -> Result<CatalogueFile, TillError> {
        let desk = self.desk()?;
        let settings = desk.settings;
        let today = desk
            .now
            .trading_day(settings.zone, settings.day_ends_at_minutes);
        let known = self.known_catalogue(desk.location)?;
        let file = CatalogueFile::read(table, &settings, today, known, self.ids.as_mut());
        Ok(file.map_err(|error| match error {
            CatalogueFileError::Table(error) => table_error(error),
            CatalogueFileError::Header(refusal) => header_error(&refusal),
            CatalogueFileError::TooManyRows(error) => too_many_rows(error),
        })?)
    }

    /// The products that are there, and which of them have a stock.
    fn known_catalogue(&self, location: LocationId) -> Result<KnownCatalogue, TillError> {
        let connection = self.connection();
        let mut known = KnownCatalogue::default();
        for product in feed::entities::<Product>(connection, EntityKind::PRODUCT)? {
            known.add_product(product);
        }
        for variant in feed::entities::<Variant>(connection, EntityKind::VARIANT)? {
            let has_stock = states::stock(connection, variant.id, location)?.is_some();
            known.add_variant(variant, has_stock);
        }
        Ok(known)
    }

    fn take_in(&mut self, changes: &CatalogueChanges, imported: &Event) -> Result<(), TillError> {
        let location: Option<LocationId> = meta::parsed(self.connection(), key::LOCATION)?;
        self.act(None, |act| {
            put_products(act, changes)?;
            let action = act.own_action();
            act.write_events("catalogue_imported", action, vec![imported.clone()])?;
            for moved in location
                .iter()
                .flat_map(|location| changes.goods_received(*location))
            {
                let action = act.own_action();
                act.write_events("goods_received", action, vec![moved])?;
            }
            Ok(())
        })?;
        Ok(())
    }
}

/// A product is found by the words of its variants: only one that has others than those which the
/// file names is looked at again for itself.
fn put_products(act: &mut Act<'_>, changes: &CatalogueChanges) -> Result<(), TillError> {
    let renamed: HashSet<ProductId> = changes
        .products
        .iter()
        .map(|product| product.id)
        .filter(|id| {
            feed::body(act.tx, EntityKind::PRODUCT, &id.to_string()).is_ok_and(|row| row.is_some())
        })
        .collect();
    for product in &changes.products {
        let looked_at = renamed.contains(&product.id);
        feed::put_local_row(
            act.tx,
            EntityKind::PRODUCT,
            &product.id.to_string(),
            product,
            looked_at,
        )?;
    }
    for variant in &changes.variants {
        feed::put_local_row(
            act.tx,
            EntityKind::VARIANT,
            &variant.id.to_string(),
            variant,
            true,
        )?;
    }
    feed::catalogue_changed(act.tx)
}

fn table_error(error: TableFileError) -> ApiError {
    let message = error.to_string();
    let (code, path) = match &error {
        TableFileError::File { path, .. }
        | TableFileError::NotAFile(path)
        | TableFileError::Changed(path) => (Code::FileUnreadable, path),
        TableFileError::TooLarge { path, .. } => (Code::FileTooLarge, path),
        TableFileError::NotText { path, reason } => (
            match reason {
                NotText::Empty => Code::FileEmpty,
                NotText::Spreadsheet => Code::FileIsSpreadsheet,
                NotText::Binary => Code::FileNotText,
                NotText::Mixed { .. } | NotText::UnknownEncoding { .. } => Code::FileEncoding,
            },
            path,
        ),
    };
    let path = Param::Text(path.display().to_string());
    let error = match error {
        TableFileError::NotText {
            reason: NotText::Mixed { line } | NotText::UnknownEncoding { line },
            ..
        } => ApiError::new(code, message).with("line", count(line)),
        _ => ApiError::new(code, message),
    };
    error.with("path", path)
}

fn header_error(refusal: &HeaderRefusal) -> ApiError {
    let text = |text: &str| Param::Text(text.to_owned());
    let with = |code, params: &[(&'static str, Param)]| {
        params.iter().fold(
            ApiError::new(code, refusal.to_string()),
            |error, (name, param)| error.with(name, param.clone()),
        )
    };
    match refusal {
        HeaderRefusal::Empty => with(Code::FileEmpty, &[]),
        HeaderRefusal::NoCode { found } => {
            with(Code::ColumnMissing, &[("found", text(&found.join(", ")))])
        }
        HeaderRefusal::NothingElse { found } => {
            with(Code::ColumnsUnknown, &[("found", text(&found.join(", ")))])
        }
        HeaderRefusal::Twice { first, second, .. } => with(
            Code::ColumnTwice,
            &[("first", text(first)), ("second", text(second))],
        ),
        HeaderRefusal::PriceMode { heading, .. } => {
            with(Code::PriceTaxMode, &[("heading", text(heading))])
        }
        HeaderRefusal::PriceCurrency { heading, hub, .. } => with(
            Code::PriceCurrency,
            &[("heading", text(heading)), ("hub", text(hub))],
        ),
    }
}

fn too_many_rows(error: TooManyRows) -> ApiError {
    ApiError::new(Code::FileTooLarge, error.to_string())
}

fn report(file: &CatalogueFile) -> ImportReport {
    let plan: &ImportPlan = &file.plan;
    ImportReport {
        done: false,
        rows: plan.rows,
        added: plan.added,
        updated: plan.updated,
        unchanged: plan.unchanged,
        key: file.header.key,
        ignored: file.header.ignored.clone(),
        faults: plan.faults.iter().take(NOTES_MAX).map(fault).collect(),
        fault_count: plan.faults.len() as u64,
        warnings: plan.warnings.iter().take(NOTES_MAX).map(warning).collect(),
        warning_count: plan.warnings.len() as u64,
    }
}

fn count(number: impl TryInto<i64>) -> Param {
    Param::Count(number.try_into().unwrap_or(i64::MAX))
}

fn note(
    line: u64,
    code: ImportCode,
    column: Option<Column>,
    params: &[(&str, Param)],
) -> ImportNote {
    ImportNote {
        line,
        code,
        column,
        params: params
            .iter()
            .map(|(name, param)| ((*name).to_owned(), param.clone()))
            .collect(),
    }
}

fn fault(noted: &Noted<RowFault>) -> ImportNote {
    let text = |text: &str| Param::Text(text.to_owned());
    let say = |code, column, params: &[(&str, Param)]| note(noted.line, code, column, params);
    match &noted.what {
        RowFault::CellCount { expected, found } => say(
            ImportCode::CellCount,
            None,
            &[("expected", count(*expected)), ("found", count(*found))],
        ),
        RowFault::KeyMissing => say(ImportCode::CodeMissing, None, &[]),
        RowFault::Duplicate { code, first_line } => say(
            ImportCode::CodeTwice,
            None,
            &[("code", text(code)), ("first_line", count(*first_line))],
        ),
        RowFault::KeyAmbiguous { code } => {
            say(ImportCode::BarcodeOfSeveral, None, &[("code", text(code))])
        }
        RowFault::CodeShortened { text: found } => {
            say(ImportCode::CodeShortened, None, &[("text", text(found))])
        }
        RowFault::CodeUnreadable { text: found, .. } => {
            say(ImportCode::CodeUnreadable, None, &[("text", text(found))])
        }
        RowFault::Missing { column } => say(ImportCode::ValueMissing, Some(*column), &[]),
        RowFault::Number {
            column,
            text: found,
            fault,
        } => say(
            number_fault(*fault),
            Some(*column),
            &[("text", text(found))],
        ),
        RowFault::UnknownTax { text: found, known } => say(
            ImportCode::TaxUnknown,
            Some(Column::Tax),
            &[("text", text(found)), ("known", text(known))],
        ),
        RowFault::NotUnderstood {
            column,
            text: found,
        } => say(
            ImportCode::NotUnderstood,
            Some(*column),
            &[("text", text(found))],
        ),
        RowFault::TooLong { column, max } => {
            say(ImportCode::TooLong, Some(*column), &[("max", count(*max))])
        }
    }
}

const fn number_fault(fault: NumberFault) -> ImportCode {
    match fault {
        NumberFault::NotANumber => ImportCode::NotANumber,
        NumberFault::Negative => ImportCode::Negative,
        NumberFault::TooLarge => ImportCode::TooLarge,
        NumberFault::TooPrecise => ImportCode::TooPrecise,
        NumberFault::Ambiguous => ImportCode::Ambiguous,
        NumberFault::NotWhole => ImportCode::NotWhole,
    }
}

fn warning(noted: &Noted<RowWarning>) -> ImportNote {
    let code = |code: &str| [("code", Param::Text(code.to_owned()))];
    let line = noted.line;
    match &noted.what {
        RowWarning::CheckDigit { code: found } => {
            note(line, ImportCode::CheckDigit, None, &code(found))
        }
        RowWarning::WithoutPrice { code: found } => {
            note(line, ImportCode::WithoutPrice, None, &code(found))
        }
        RowWarning::HiddenCharacters { column } => {
            note(line, ImportCode::HiddenCharacters, Some(*column), &[])
        }
        RowWarning::StockLeft => note(line, ImportCode::StockLeft, Some(Column::Stock), &[]),
        RowWarning::BarcodeShared { code: found } => {
            note(line, ImportCode::BarcodeShared, None, &code(found))
        }
    }
}
