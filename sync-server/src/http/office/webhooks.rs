//! Webhooks of connected stores.

use crate::office::wire::{
    DeliveryFilter, DeliveryList, MakeWebhook, PauseWebhook, RemoveWebhook, ReplayWebhook,
    TryWebhook, WebhookList, WebhookMade, WebhookTried,
};

read! {
    /// The stores that are told what happens, and whether they hear it.
    fn webhooks("/office/api/webhooks") -> WebhookList { webhooks() }
}

change! {
    /// Has a store told what happens; the secret is shown once.
    fn make_webhook("/office/api/webhooks")(sent: MakeWebhook) -> WebhookMade { make_webhook(sent) }
}

read! {
    /// What a store was told, the latest first.
    fn webhook_deliveries("/office/api/webhooks/deliveries")[filter: DeliveryFilter] -> DeliveryList {
        deliveries(filter)
    }
}

change! {
    /// Tells a store nothing for a time, or goes on.
    fn pause_webhook("/office/api/webhooks/pause")(sent: PauseWebhook) -> WebhookList {
        pause_webhook(sent)
    }
}

change! {
    /// Tells a store everything again from a number on.
    fn replay_webhook("/office/api/webhooks/replay")(sent: ReplayWebhook) -> WebhookList {
        replay_webhook(sent)
    }
}

change! {
    /// Tells a store nothing any more.
    fn remove_webhook("/office/api/webhooks/remove")(sent: RemoveWebhook) -> WebhookList {
        remove_webhook(sent)
    }
}

change! {
    /// Sends something of which nothing follows.
    fn try_webhook("/office/api/webhooks/try")(sent: TryWebhook) -> WebhookTried { try_webhook(sent) }
}
