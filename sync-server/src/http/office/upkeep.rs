//! Problems, messages, keys, settings and the audit.

use crate::office::wire::{
    AddTaxRate, AuditFilter, AuditList, DecideProblems, MakeShopKey, MessageFilter, MessageList,
    MessageTextList, PageQuery, PreviewText, ProblemFilter, ProblemList, ProblemView,
    ProblemsDecided, RevokeShopKey, SaveMessageText, SaveSettings, SettingsView, ShopKeyList,
    ShopKeyMade, TextFields,
};

read! {
    /// Problems, the youngest first.
    fn problems("/office/api/problems")[filter: ProblemFilter, page: PageQuery] -> ProblemList {
        problems(filter, page)
    }
}

file! {
    /// The same as a file.
    fn problems_file()[filter: ProblemFilter, page: PageQuery] { problems_table(filter, page) }
}

read! {
    /// One problem with both facts.
    fn problem("/office/api/problems/{problem}", "problem" problem: String) -> ProblemView {
        problem(problem)
    }
}

change! {
    /// Decides one problem, or a group alike.
    fn decide("/office/api/problems/decide")(sent: DecideProblems) -> ProblemsDecided {
        decide_problems(sent)
    }
}

read! {
    /// Messages, the youngest first.
    fn messages("/office/api/messages")[filter: MessageFilter, page: PageQuery] -> MessageList {
        messages(filter, page)
    }
}

file! {
    /// The same as a file.
    fn messages_file()[filter: MessageFilter, page: PageQuery] { messages_table(filter, page) }
}

read! {
    /// The texts of messages.
    fn texts("/office/api/message-texts") -> MessageTextList { message_texts() }
}

change! {
    /// Changes a text, or goes back to the usual one.
    fn save_text("/office/api/message-texts")(sent: SaveMessageText) -> MessageTextList {
        save_message_text(sent)
    }
}

change! {
    /// A text filled in with a made-up order.
    fn preview("/office/api/message-texts/preview")(sent: PreviewText) -> TextFields {
        preview_text(sent)
    }
}

read! {
    /// The keys of connected stores.
    fn keys("/office/api/shop-keys") -> ShopKeyList { shop_keys() }
}

change! {
    /// Makes a key; its secret is shown once.
    fn make_key("/office/api/shop-keys")(sent: MakeShopKey) -> ShopKeyMade { make_shop_key(sent) }
}

change! {
    /// Takes a key away.
    fn revoke_key("/office/api/shop-keys/revoke")(sent: RevokeShopKey) -> ShopKeyList {
        revoke_shop_key(sent)
    }
}

read! {
    /// The settings of the hub.
    fn settings("/office/api/settings") -> SettingsView { settings() }
}

change! {
    /// Changes the settings.
    fn save_settings("/office/api/settings")(sent: SaveSettings) -> SettingsView {
        save_settings(sent)
    }
}

change! {
    /// A new tax rate from a day to come on.
    fn add_tax_rate("/office/api/settings/tax-rates")(sent: AddTaxRate) -> SettingsView {
        add_tax_rate(sent)
    }
}

read! {
    /// Everything that happened, the youngest first.
    fn audit("/office/api/audit")[filter: AuditFilter] -> AuditList { audit(filter) }
}

file! {
    /// The same as a file.
    fn audit_file()[filter: AuditFilter] { audit_table(filter) }
}
