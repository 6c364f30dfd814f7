//! The texts that hubs begin with.

use comptoir_documents::Language;
use comptoir_domain::message::MessageKind;

use super::OwnText;

/// The text of a message where the hub has none of its own.
pub(crate) fn default_text(kind: MessageKind, language: Language) -> OwnText {
    let (subject, body) = match language {
        Language::English => english(kind),
        Language::French => french(kind),
    };
    OwnText {
        subject: subject.to_owned(),
        body: body.to_owned(),
    }
}

/// What is said of an order that a recurring one made, and before what is not in it this time.
pub(super) const fn recurring(language: Language) -> (&'static str, &'static str) {
    match language {
        Language::English => (
            "\n\nThis is your regular order, made for you as agreed. If you can do without it this time, cancel it \
             on its page until {changes_until}; the next one comes as usual.",
            "\n\nNot this time:",
        ),
        Language::French => (
            "\n\nC’est votre commande régulière, préparée comme convenu. Si vous n’en avez pas besoin cette fois-ci, \
             annulez-la sur sa page jusqu’au {changes_until} ; la suivante viendra comme d’habitude.",
            "\n\nPas cette fois-ci :",
        ),
    }
}

/// Why something is not in it.
pub(super) fn left_out(reason: &str, language: Language) -> &'static str {
    match (reason, language) {
        ("not_enough_in_stock", Language::English) => "sold out",
        ("not_enough_in_stock", Language::French) => "épuisé",
        (_, Language::English) => "not offered at the moment",
        (_, Language::French) => "pas proposé en ce moment",
    }
}

/// What is called by no name any more.
pub(super) const fn unknown_article(language: Language) -> &'static str {
    match language {
        Language::English => "of something we no longer have",
        Language::French => "d’un article que nous n’avons plus",
    }
}

const fn english(kind: MessageKind) -> (&'static str, &'static str) {
    match kind {
        MessageKind::OrderReceived => (
            "{hub}: your order {number}",
            "Hello {name},\n\nthank you for your order {number}.{recurring}\n\n{lines}\n\nTotal: {total}\nTo pay: {due}\n\n\
             Please fetch it on {day} between {from} and {until} at {place}.\n\
             You can change it until {changes_until}.\n\n{link}\n\n{hub}\n",
        ),
        MessageKind::OrderChanged => (
            "{hub}: your order {number} has changed",
            "Hello {name},\n\nyour order {number} is now:\n\n{lines}\n\nTotal: {total}\nTo pay: {due}\n\n\
             Please fetch it on {day} between {from} and {until} at {place}.\n\n{link}\n\n{hub}\n",
        ),
        MessageKind::OrderReady => (
            "{hub}: your order {number} is ready",
            "Hello {name},\n\nyour order {number} is packed and waits for you at {place}, on {day} between {from} \
             and {until}.\n\nTo pay: {due}\n\n{link}\n\n{hub}\n",
        ),
        MessageKind::OrderCancelled => (
            "{hub}: your order {number} is cancelled",
            "Hello {name},\n\nyour order {number} is cancelled. If you have paid for it, we give the money back.\n\n\
             {link}\n\n{hub}\n",
        ),
        MessageKind::Reminder => (
            "{hub}: please fetch your order {number}",
            "Hello {name},\n\nyour order {number} can be fetched on {day} between {from} and {until} at {place}.\n\n\
             To pay: {due}\n\n{link}\n\n{hub}\n",
        ),
        MessageKind::PaymentRefused => (
            "{hub}: order {number} could not be paid",
            "Hello {name},\n\nthe payment for your order {number} was refused, and nothing was charged. The order is \
             given up and its goods are on the shelf again.\n\nThis page has kept what you had chosen; order it \
             again from there, and pay when you fetch it if you like:\n{link}\n\n{hub}\n",
        ),
        MessageKind::PaymentFailed => (
            "{hub}: please pay your order {number}",
            "Hello {name},\n\nyou have fetched your order {number}, but the online payment for it failed afterwards.\n\n\
             To pay: {due}\n\nYou can pay it here, or at your next visit:\n{link}\n\n{hub}\n",
        ),
    }
}

const fn french(kind: MessageKind) -> (&'static str, &'static str) {
    match kind {
        MessageKind::OrderReceived => (
            "{hub} : votre commande {number}",
            "Bonjour {name},\n\nmerci pour votre commande {number}.{recurring}\n\n{lines}\n\nTotal : {total}\nÀ payer : {due}\n\n\
             Elle vous attend le {day} entre {from} et {until}, à l’adresse : {place}.\n\
             Vous pouvez la modifier jusqu’au {changes_until}.\n\n{link}\n\n{hub}\n",
        ),
        MessageKind::OrderChanged => (
            "{hub} : votre commande {number} a changé",
            "Bonjour {name},\n\nvotre commande {number} est maintenant :\n\n{lines}\n\nTotal : {total}\n\
             À payer : {due}\n\nElle vous attend le {day} entre {from} et {until}, à l’adresse : {place}.\n\n{link}\n\n{hub}\n",
        ),
        MessageKind::OrderReady => (
            "{hub} : votre commande {number} est prête",
            "Bonjour {name},\n\nvotre commande {number} est prête et vous attend le {day} entre {from} et {until}, \
             à l’adresse : {place}.\n\nÀ payer : {due}\n\n{link}\n\n{hub}\n",
        ),
        MessageKind::OrderCancelled => (
            "{hub} : votre commande {number} est annulée",
            "Bonjour {name},\n\nvotre commande {number} est annulée. Si vous l’avez payée, nous vous remboursons.\n\n\
             {link}\n\n{hub}\n",
        ),
        MessageKind::Reminder => (
            "{hub} : pensez à votre commande {number}",
            "Bonjour {name},\n\nvotre commande {number} vous attend le {day} entre {from} et {until}, \
             à l’adresse : {place}.\n\nÀ payer : {due}\n\n{link}\n\n{hub}\n",
        ),
        MessageKind::PaymentRefused => (
            "{hub} : la commande {number} n’a pas pu être payée",
            "Bonjour {name},\n\nle paiement de votre commande {number} a été refusé, et rien n’a été débité. La commande \
             est abandonnée et ses produits sont de nouveau en rayon.\n\nCette page a gardé ce que vous aviez choisi ; \
             vous pouvez y commander à nouveau et, si vous préférez, payer au retrait :\n{link}\n\n{hub}\n",
        ),
        MessageKind::PaymentFailed => (
            "{hub} : merci de régler votre commande {number}",
            "Bonjour {name},\n\nvous avez retiré votre commande {number}, mais son paiement en ligne a échoué \
             ensuite.\n\nÀ payer : {due}\n\nVous pouvez la régler ici, ou lors de votre prochaine visite :\n{link}\n\n\
             {hub}\n",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use comptoir_domain::message::MessageText;

    #[test]
    fn every_text_can_be_filled_in_every_language() {
        for kind in MessageKind::ALL {
            for language in [Language::English, Language::French] {
                let text = default_text(kind, language);
                MessageText::parse(&text.subject).unwrap();
                MessageText::parse(&text.body).unwrap();
                assert!(text.subject.contains("{number}"));
            }
        }
        for language in [Language::English, Language::French] {
            MessageText::parse(recurring(language).0).unwrap();
        }
    }
}
