//! A table of products, read as the trade reads it.

use chrono::NaiveDate;
use comptoir_domain::catalogue_import::{
    CatalogueImport, Header, HeaderRefusal, ImportPlan, KnownCatalogue, TooManyRows,
};
use comptoir_domain::ids::IdSource;
use comptoir_domain::settings::HubSettings;

use crate::{TableFile, TableFileError};

/// Why a table says nothing about products.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueFileError {
    #[error(transparent)]
    Table(#[from] TableFileError),
    #[error(transparent)]
    Header(#[from] HeaderRefusal),
    #[error(transparent)]
    TooManyRows(#[from] TooManyRows),
}

/// What a file of products says: its columns, and what it does to the catalogue line by line.
#[derive(Debug)]
pub struct CatalogueFile {
    pub header: Header,
    pub plan: ImportPlan,
}

impl CatalogueFile {
    /// Works out what a table does to the products that are there. `today` tells which tax rates
    /// hold; new products get their ids from `ids`.
    pub fn read(
        table: &TableFile,
        settings: &HubSettings,
        today: NaiveDate,
        known: KnownCatalogue,
        ids: &mut dyn IdSource,
    ) -> Result<CatalogueFile, CatalogueFileError> {
        let mut rows = table.rows()?;
        let first = rows.next_row()?;
        let headings = first.map_or_else(Vec::new, |(_, cells)| cells);
        let header = Header::read(&headings, settings)?;
        let mut import = CatalogueImport::new(header.clone(), settings, today, known);
        while let Some((line, cells)) = rows.next_row()? {
            import.row(line, &cells, ids)?;
        }
        let plan = import.finish();
        Ok(CatalogueFile { header, plan })
    }
}
