//! Messages to customers: what became of them, and their texts.

use std::collections::BTreeMap;

use comptoir_domain::country::Language;
use comptoir_domain::message::{MessageKind, MessageText, PLACEHOLDERS};
use comptoir_domain::staff::Permission;
use comptoir_sync::feed::EntityKind;

use super::desk::OfficeDesk;
use super::listing::{Cells, Table};
use super::refusal::{OfficeError, OfficeRefusal};
use super::sitting::Sitting;
use super::wire::{
    MessageFilter, MessageList, MessageState, MessageTextList, MessageTextView, MessageView,
    PageQuery, PreviewText, SaveMessageText, TextFields,
};
use crate::mail::{OwnText, OwnTextError, default_text};
use crate::store::{OutboxQuery, OutboxRow};

/// The languages that texts are in.
const LANGUAGES: [&str; 2] = ["en", "fr"];

impl MessageState {
    const fn name(self) -> &'static str {
        match self {
            MessageState::Waiting => "waiting",
            MessageState::Sent => "sent",
            MessageState::Dropped => "dropped",
        }
    }

    fn of(row: &OutboxRow) -> MessageState {
        match row.state.as_str() {
            "sent" => MessageState::Sent,
            "dropped" => MessageState::Dropped,
            _ => MessageState::Waiting,
        }
    }
}

impl OfficeDesk {
    pub async fn messages(
        &self,
        sitting: &Sitting,
        filter: MessageFilter,
        page: PageQuery,
    ) -> Result<MessageList, OfficeError> {
        sitting.permit_one_of(&[Permission::ChangeSettings, Permission::SeeReports])?;
        let query = OutboxQuery {
            state: filter.state.map(MessageState::name),
            order: filter.order.map(comptoir_domain::ids::OrderId::from_uuid),
        };
        let found = self.store.outbox(sitting.hub.id, query).await?;
        let (rows, total) = page.cut(found);
        let overview = self.overview(&sitting.hub).await?;
        let overview = overview.read();
        let view = |row: OutboxRow| {
            let order = overview.orders.get(&row.order);
            let customer = order.and_then(|order| order.customer);
            let state = MessageState::of(&row);
            let waits = state == MessageState::Waiting;
            MessageView {
                kind: row.kind,
                order: Some(overview.order_name(row.order)),
                customer: customer.map(|id| overview.customer_name(id).name),
                state,
                queued_at: row.queued_at.unix_ms(),
                attempts: row.attempts,
                next_at: waits.then(|| row.next_at.unix_ms()),
                ended_at: row.ended_at.map(|at| at.unix_ms()),
                problem: row.problem,
                key: row.key,
            }
        };
        Ok(MessageList {
            rows: rows.into_iter().map(view).collect(),
            total,
            mail_server: self.options.has_mail,
        })
    }

    pub async fn messages_table(
        &self,
        sitting: &Sitting,
        filter: MessageFilter,
        page: PageQuery,
    ) -> Result<Table, OfficeError> {
        let listed = self.messages(sitting, filter, page.whole()).await?;
        let cells = self.cells(sitting).await?;
        let headings = [
            "queued", "kind", "order", "customer", "state", "attempts", "ended", "problem",
        ];
        let mut table = Table::new("messages", &headings);
        for row in listed.rows {
            table.row(vec![
                cells.moment(row.queued_at),
                Cells::text(&row.kind),
                Cells::text(row.order.as_ref().map_or("", |order| &order.name)),
                Cells::text(row.customer.as_deref().unwrap_or_default()),
                row.state.name().to_owned(),
                row.attempts.to_string(),
                row.ended_at.map_or_else(String::new, |at| cells.moment(at)),
                Cells::text(row.problem.as_deref().unwrap_or_default()),
            ]);
        }
        Ok(table)
    }

    /// The text of each kind in each language, the hub's own or the one that hubs begin with.
    pub async fn message_texts(&self, sitting: &Sitting) -> Result<MessageTextList, OfficeError> {
        sitting.permit_one_of(&[Permission::ChangeSettings, Permission::SeeReports])?;
        let kind = comptoir_sync::feed::EntityKind::new(EntityKind::MESSAGE_TEXT);
        let own = self.store.entities(sitting.hub.id, kind).await?;
        let mut rows = Vec::new();
        for kind in MessageKind::ALL {
            for language in LANGUAGES {
                let tag = Language::new(language);
                let id = OwnText::id(kind, &tag);
                let stored = own.iter().find(|row| row.id == id);
                let text: OwnText = match stored {
                    Some(row) => super::act::read_thing(EntityKind::MESSAGE_TEXT, &id, &row.body)?,
                    None => default_text(kind, comptoir_documents::Language::from(&tag)),
                };
                rows.push(MessageTextView {
                    kind: kind.name().to_owned(),
                    language: language.to_owned(),
                    seen: stored.map(|row| row.position),
                    subject: text.subject,
                    body: text.body,
                    own: stored.is_some(),
                });
            }
        }
        Ok(MessageTextList {
            rows,
            placeholders: PLACEHOLDERS.iter().map(|name| (*name).to_owned()).collect(),
        })
    }

    /// Gives a message a text of the hub's own, or goes back to the one that hubs begin with.
    pub async fn save_message_text(
        &self,
        sitting: &Sitting,
        asked: SaveMessageText,
    ) -> Result<MessageTextList, OfficeError> {
        sitting.permit(Permission::ChangeSettings)?;
        let (kind, language) = known(&asked.kind, &asked.language)?;
        let id = OwnText::id(kind, &language);
        let text = match asked.text {
            Some(fields) => Some(checked(kind, &language, fields)?),
            None => None,
        };
        let seen = asked.seen;
        self.act(
            sitting,
            asked.action,
            "message_text_saved",
            move |holdings, writing| match (text, seen) {
                (Some(text), _) => writing.change(
                    holdings,
                    EntityKind::MESSAGE_TEXT,
                    &id,
                    seen,
                    |_: Option<OwnText>| Ok(text),
                ),
                (None, Some(seen)) => writing.delete(holdings, EntityKind::MESSAGE_TEXT, &id, seen),
                (None, None) => Err(OfficeRefusal::NOTHING_CHANGED.into()),
            },
        )
        .await?;
        self.message_texts(sitting).await
    }

    /// A text filled in with a made-up order.
    pub async fn preview_text(
        &self,
        sitting: &Sitting,
        asked: PreviewText,
    ) -> Result<TextFields, OfficeError> {
        sitting.permit(Permission::ChangeSettings)?;
        let (kind, language) = known(&asked.kind, &asked.language)?;
        let text = checked(kind, &language, asked.text)?;
        let values = made_up(&sitting.hub.name, language.tag());
        let fill = |text: &str| {
            MessageText::parse(text)
                .map(|text| text.fill(&values))
                .map_err(|_| OfficeRefusal::new("text_invalid"))
        };
        Ok(TextFields {
            subject: fill(&text.subject)?,
            body: fill(&text.body)?,
        })
    }
}

fn known(kind: &str, language: &str) -> Result<(MessageKind, Language), OfficeRefusal> {
    let kind = MessageKind::from_name(kind).ok_or(OfficeRefusal::NOT_FOUND)?;
    let mut languages = LANGUAGES.iter();
    let language = languages.find(|known| **known == language);
    let language = language.ok_or(OfficeRefusal::NOT_FOUND)?;
    Ok((kind, Language::new(*language)))
}

fn checked(
    kind: MessageKind,
    language: &Language,
    fields: TextFields,
) -> Result<OwnText, OfficeRefusal> {
    let text = OwnText {
        subject: fields.subject,
        body: fields.body,
    };
    match text.change(kind, language) {
        Ok(_) => Ok(text),
        Err(OwnTextError::Bad(comptoir_domain::message::BadMessageText::Unknown(name))) => {
            Err(OfficeRefusal::new("text_invalid").with("placeholder", name))
        }
        Err(_) => Err(OfficeRefusal::new("text_invalid")),
    }
}

/// Values of an order that nobody placed.
fn made_up(hub: &str, language: &str) -> BTreeMap<&'static str, String> {
    let french = language == "fr";
    let say =
        |english: &str, french_words: &str| if french { french_words } else { english }.to_owned();
    BTreeMap::from([
        ("name", "Jane Doe".to_owned()),
        ("number", "O-1001".to_owned()),
        ("hub", hub.to_owned()),
        ("place", say("Market Hall", "Halle du Marché")),
        ("day", say("Saturday 28 November", "samedi 28 novembre")),
        ("from", "16:00".to_owned()),
        ("until", "18:00".to_owned()),
        ("changes_until", say("Thursday 20:00", "jeudi 20:00")),
        ("lines", say("2 × Carrots  5.00", "2 × Carottes  5,00")),
        ("total", say("€5.00", "5,00 €")),
        ("due", say("€5.00", "5,00 €")),
        ("link", "https://example.org/shop/o/…".to_owned()),
        (
            "recurring",
            say(
                "\n\nThis is your regular order.",
                "\n\nC’est votre commande régulière.",
            ),
        ),
    ])
}
