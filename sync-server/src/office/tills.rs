//! Tills: what is known of each, and how one joins or leaves.

use comptoir_domain::ids::{ActionId, LocationId, TillId};
use comptoir_domain::staff::Permission;
use comptoir_sync::pairing::PairingCode;
use uuid::Uuid;

use super::desk::OfficeDesk;
use super::listing::{Cells, Table};
use super::refusal::{OfficeError, OfficeRefusal};
use super::sitting::Sitting;
use super::wire::{EnrolCode, EnrolTill, Press, TillFilter, TillList, TillView};
use crate::enrolment::CODE_LIFE_MS;
use crate::entropy::random_bytes;
use crate::store::{Act, NewEnrolment, Till, TillRecord};

/// A till that nobody has heard of for so long is silent, in milliseconds.
const SILENT_MS: i64 = 24 * 60 * 60_000;

impl OfficeDesk {
    pub async fn tills(
        &self,
        sitting: &Sitting,
        filter: TillFilter,
    ) -> Result<TillList, OfficeError> {
        sitting.permit_one_of(&[Permission::EnrolTill, Permission::SeeReports])?;
        let tills = self.store.tills(sitting.hub.id).await?;
        let records = self.store.till_records(sitting.hub.id).await?;
        let overview = self.overview(&sitting.hub).await?;
        let overview = overview.read();
        let mut rows = Vec::new();
        for till in tills {
            let record = records.iter().find(|record| record.till == till.id);
            let mut open = overview.open_shifts.values();
            let open = open.find(|(of, _)| *of == till.id);
            let place_name = overview.place_name(till.location);
            let since = open.map(|(_, since)| since.unix_ms());
            rows.push(self.till_view(till, record, place_name, since));
        }
        rows.retain(|row| !filter.silent || row.silent);
        let total = rows.len();
        Ok(TillList { rows, total })
    }

    fn till_view(
        &self,
        till: Till,
        record: Option<&TillRecord>,
        place_name: String,
        shift_open_since: Option<i64>,
    ) -> TillView {
        let last_entry = record.and_then(|record| record.last_entry_at);
        let last_session = record.and_then(|record| record.last_session_at);
        let last_contact = last_entry.max(last_session);
        let heard = last_contact.unwrap_or(till.enrolled_at);
        TillView {
            id: till.id.uuid(),
            code: till.code.as_str().to_owned(),
            place: till.location.uuid(),
            place_name,
            version: till.version,
            enrolled_at: till.enrolled_at.unix_ms(),
            revoked_at: till.revoked_at.map(|at| at.unix_ms()),
            last_contact_at: last_contact.map(|at| at.unix_ms()),
            last_entry_at: last_entry.map(|at| at.unix_ms()),
            entries: record.map_or(0, |record| record.entries),
            set_aside: record.map_or(0, |record| record.set_aside),
            shift_open_since,
            silent: till.revoked_at.is_none() && self.now().ms_since(heard) > SILENT_MS,
        }
    }

    pub async fn tills_table(
        &self,
        sitting: &Sitting,
        filter: TillFilter,
    ) -> Result<Table, OfficeError> {
        let listed = self.tills(sitting, filter).await?;
        let cells = self.cells(sitting).await?;
        let headings = [
            "code",
            "place",
            "version",
            "enrolled",
            "revoked",
            "last contact",
            "last entry",
            "entries",
            "set aside",
        ];
        let mut table = Table::new("tills", &headings);
        let moment = |at: Option<i64>| at.map_or_else(String::new, |at| cells.moment(at));
        for till in listed.rows {
            table.row(vec![
                Cells::text(&till.code),
                Cells::text(&till.place_name),
                Cells::text(&till.version),
                cells.moment(till.enrolled_at),
                moment(till.revoked_at),
                moment(till.last_contact_at),
                moment(till.last_entry_at),
                till.entries.to_string(),
                till.set_aside.to_string(),
            ]);
        }
        Ok(table)
    }

    /// A one-time code that makes a device a till of the hub.
    pub async fn enrol_code(
        &self,
        sitting: &Sitting,
        asked: EnrolTill,
    ) -> Result<EnrolCode, OfficeError> {
        sitting.permit(Permission::EnrolTill)?;
        let location = LocationId::from_uuid(asked.place);
        {
            let overview = self.overview(&sitting.hub).await?;
            let overview = overview.read();
            let mut places = overview.settings()?.locations.iter();
            if !places.any(|place| place.id == location && place.active) {
                return Err(OfficeRefusal::new("place_unknown").into());
            }
        }
        let code = PairingCode::new(random_bytes()?, self.options.pairing_key.as_ref());
        let now = self.now();
        let expires_at = now.plus_ms(CODE_LIFE_MS);
        let enrolment = NewEnrolment {
            code_hash: code.code_hash(),
            location,
            created_at: now,
            expires_at,
        };
        self.store.open_enrolment(sitting.hub.id, enrolment).await?;
        Ok(EnrolCode {
            code: code.to_string(),
            expires_at: expires_at.unix_ms(),
        })
    }

    /// Takes a till's rights away: what it sends from now on waits for somebody to look at it.
    pub async fn revoke_till(
        &self,
        sitting: &Sitting,
        till: Uuid,
        asked: Press,
    ) -> Result<TillView, OfficeError> {
        sitting.permit(Permission::EnrolTill)?;
        let act = Act {
            action: ActionId::from_uuid(asked.action),
            actor: Some(sitting.staff.id),
            kind: "till_revoked".to_owned(),
            at: self.now(),
            events: Vec::new(),
            attachments: Vec::new(),
            entities: Vec::new(),
        };
        let id = TillId::from_uuid(till);
        self.store.revoke(sitting.hub.id, id, act).await?;
        let listed = self.tills(sitting, TillFilter::default()).await?;
        let found = listed.rows.into_iter().find(|row| row.id == till);
        Ok(found.ok_or(OfficeRefusal::NOT_FOUND)?)
    }
}
