//! Everything that the order page says, in each of its languages.

use comptoir_documents::Language;

macro_rules! words {
    ($($name:ident: $english:literal / $french:literal;)+) => {
        /// A word or sentence. `{…}` stands for a value that [`Word::with`] fills in.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Word { $($name),+ }

        impl Word {
            #[cfg(test)]
            const ALL: &'static [Word] = &[$(Word::$name),+];

            /// As a language says it.
            pub(super) const fn text(self, language: Language) -> &'static str {
                match language {
                    Language::English => match self { $(Word::$name => $english),+ },
                    Language::French => match self { $(Word::$name => $french),+ },
                }
            }
        }
    };
}

impl Word {
    /// The sentence with its values in their places.
    pub(super) fn with(self, language: Language, values: &[(&str, &str)]) -> String {
        let mut text = String::new();
        let mut rest = self.text(language);
        while let Some((before, after)) = rest.split_once('{') {
            let Some((name, behind)) = after.split_once('}') else {
                break;
            };
            let value = values.iter().find(|(known, _)| *known == name);
            text.push_str(before);
            text.push_str(value.map_or("", |(_, value)| value));
            rest = behind;
        }
        text.push_str(rest);
        text
    }
}

words! {
    LanguageName: "English" / "Français";
    LanguageCode: "en" / "fr";
    SkipToContent: "Skip to the content" / "Aller au contenu";
    OtherLanguages: "Language" / "Langue";
    Places: "Pick-up place" / "Lieu de retrait";

    NextPickUp: "Next pick-up" / "Prochain retrait";
    OrderUntil: "Order until {moment}" / "Commandez jusqu’au {moment}";
    NoPickUp: "There is no pick-up to order for at the moment. Have a look around."
        / "Aucun retrait n’est ouvert pour le moment. Faites le tour de l’étal.";
    Search: "Search" / "Rechercher";
    SearchFor: "Search the shop" / "Rechercher dans la boutique";
    Categories: "Categories" / "Rayons";
    Everything: "Everything" / "Tout";
    Others: "More" / "Divers";
    Found: "“{query}”" / "«\u{a0}{query}\u{a0}»";
    NothingFound: "Nothing here goes by that name." / "Rien ne porte ce nom ici.";
    ShowEverything: "Show everything" / "Tout afficher";
    Pages: "Pages" / "Pages";
    NextPage: "Show more" / "Afficher la suite";
    PreviousPage: "Back" / "Revenir";
    NothingOffered: "The shop is being set up. Please come back soon."
        / "La boutique se prépare. Revenez bientôt.";

    Add: "Add" / "Ajouter";
    AddNamed: "Add {name} to the basket" / "Ajouter {name} au panier";
    LessNamed: "Less {name}" / "Moins de {name}";
    MoreNamed: "More {name}" / "Plus de {name}";
    QuantityNamed: "Quantity of {name}" / "Quantité de {name}";
    QuantityNamedIn: "Quantity of {name} in {unit}" / "Quantité de {name} en {unit}";
    TakeOut: "Take out" / "Retirer";
    FewLeft: "Only {left} left" / "Plus que {left}";
    SoldOut: "Sold out" / "Épuisé";
    InStock: "Available" / "Disponible";
    Before: "before" / "avant";
    PerPrice: "{price} / {unit}" / "{price} / {unit}";
    Piece: "piece" / "pièce";
    PlusDeposit: "plus {amount} deposit: {name}" / "plus {amount} de consigne\u{a0}: {name}";
    WithoutTax: "without tax" / "hors taxes";
    Ingredients: "Ingredients" / "Ingrédients";
    Allergens: "Allergens" / "Allergènes";
    Origin: "Origin" / "Origine";
    Storage: "How to keep it" / "Conservation";
    Supplier: "From" / "Producteur";
    Contains: "In the box" / "Dans le panier";
    Content: "Content" / "Contenu";
    BackToShop: "Back to the shop" / "Retour à la boutique";

    Basket: "Your basket" / "Votre panier";
    BasketEmpty: "Your basket is empty." / "Votre panier est vide.";
    ToCheckout: "To checkout" / "Commander";
    Total: "Total" / "Total";
    Tax: "Tax" / "Taxes";
    TotalNoMore: "Without what cannot be ordered" / "Sans ce qui ne peut pas être commandé";
    NeedsScript: "To order, please allow JavaScript in your browser. Everything else can be read without it."
        / "Pour commander, autorisez JavaScript dans votre navigateur. Tout le reste se lit sans.";
    CannotReach: "The shop cannot be reached. Your basket is kept; we try again."
        / "La boutique est injoignable. Votre panier est conservé\u{a0}; nouvel essai en cours.";

    Checkout: "Your order" / "Votre commande";
    WhoYouAre: "Who is it for?" / "Pour qui\u{a0}?";
    YourName: "Your name" / "Votre nom";
    NameHint: "It is called out at the counter." / "Il sera appelé au comptoir.";
    Email: "E-mail" / "E-mail";
    Phone: "Telephone" / "Téléphone";
    EitherHint: "One of the two is enough." / "L’un des deux suffit.";
    WhenAndWhere: "When do you fetch it?" / "Quand le retirez-vous\u{a0}?";
    Note: "A note for us (optional)" / "Un mot pour nous (facultatif)";
    PayAtPickUp: "You pay when you fetch it." / "Vous payez au retrait.";
    HowYouPay: "How do you pay?" / "Comment payez-vous\u{a0}?";
    PayOnline: "Pay online" / "Payer en ligne";
    PayOnlineHint: "You are charged when you fetch it, for what you really get."
        / "Vous serez débité au retrait, pour ce que vous recevez vraiment.";
    PayOnlineWeighed: "Goods that are weighed can come to a little more: a margin is reserved for them."
        / "Les produits pesés peuvent coûter un peu plus\u{a0}: une marge est réservée.";
    PaymentRefused: "The payment was refused, and nothing was charged. Your basket is kept: try another way to pay."
        / "Le paiement a été refusé, et rien n’a été débité. Votre panier est conservé\u{a0}: essayez un autre moyen.";
    PlaceOrder: "Place the order" / "Passer la commande";
    SlotFull: "full" / "complet";
    SlotsNone: "There is no pick-up that can be ordered for at the moment."
        / "Aucun retrait ne peut être commandé pour le moment.";

    YourOrder: "Order {number}" / "Commande {number}";
    KeepLink: "Keep this page’s address: it is the key to your order."
        / "Gardez l’adresse de cette page\u{a0}: c’est la clé de votre commande.";
    StepOrdered: "Ordered" / "Commandée";
    StepPacking: "Being packed" / "En préparation";
    StepReady: "Ready" / "Prête";
    StepCollected: "Collected" / "Retirée";
    StepDone: "done" / "fait";
    StepNow: "now" / "en cours";
    Progress: "Progress" / "Avancement";
    StateOrdered: "Thank you. We have your order." / "Merci. Nous avons votre commande.";
    StatePacking: "We are packing your order." / "Nous préparons votre commande.";
    StateReady: "Your order is ready for you." / "Votre commande vous attend.";
    StatePartly: "You have fetched a part of it; the rest waits for you."
        / "Vous en avez retiré une partie\u{a0}; le reste vous attend.";
    StateCollected: "You have fetched your order. Enjoy it." / "Vous avez retiré votre commande. Bon appétit.";
    StateReturned: "What you fetched came back to us." / "Ce que vous aviez retiré nous est revenu.";
    StateCancelled: "This order was cancelled." / "Cette commande a été annulée.";
    StateRefused: "This order could not be paid and is given up. Nothing was charged."
        / "Cette commande n’a pas pu être payée\u{a0}; elle est abandonnée. Rien n’a été débité.";
    OrderAgain: "Put it back in the basket" / "Remettre dans le panier";
    StateExpired: "This order was not fetched and is closed."
        / "Cette commande n’a pas été retirée\u{a0}; elle est close.";
    Recurring: "This is your regular order, made for you as agreed."
        / "C’est votre commande régulière, préparée comme convenu.";
    RecurringSkip: "If you can do without it this time, cancel it here; the next one comes as usual."
        / "Si vous n’en avez pas besoin cette fois-ci, annulez-la ici\u{a0}; la suivante viendra comme d’habitude.";
    LeftOut: "Not in it this time:" / "Pas cette fois-ci\u{a0}:";
    LeftOutSoldOut: "sold out" / "épuisé";
    LeftOutNotOffered: "not offered at the moment" / "pas proposé en ce moment";
    UnknownArticle: "of something we no longer have" / "d’un article que nous n’avons plus";
    ShowAtCounter: "Show this at the counter" / "À montrer au comptoir";
    CodeOf: "Code of order {number}" / "Code de la commande {number}";
    PickUp: "Pick-up" / "Retrait";
    YourNote: "Your note" / "Votre mot";
    WhatYouOrdered: "What you ordered" / "Votre commande";
    Was: "was {quantity}" / "au lieu de {quantity}";
    Added: "Added" / "Ajouté";
    TakenOff: "Taken off" / "Retiré";
    ReplacedBy: "Replaced by {name}" / "Remplacé par {name}";
    InsteadOf: "Instead of {name}" / "À la place de {name}";
    Weighed: "as weighed" / "au poids réel";
    Fetched: "{quantity} fetched" / "{quantity} retiré";
    Each: "{quantity} × {price}" / "{quantity} × {price}";
    Paid: "Paid" / "Payé";
    Authorised: "Reserved online" / "Réservé en ligne";
    AuthorisedHint: "Charged when you fetch it." / "Débité au retrait.";
    Lapsed: "What was reserved online has lapsed: please pay when you fetch it, or here."
        / "La réservation en ligne a expiré\u{a0}: merci de payer au retrait, ou ici.";
    PayDue: "Pay {amount} online" / "Payer {amount} en ligne";
    PaymentWaits: "We are waiting for the answer of the payment provider. Your order stands."
        / "Nous attendons la réponse du prestataire de paiement. Votre commande est maintenue.";
    PayDueRefused: "The payment was refused, and nothing was charged."
        / "Le paiement a été refusé, et rien n’a été débité.";
    PayElsewhere: "On to the payment" / "Vers le paiement";
    PayElsewhereHint: "You pay on the page of our payment provider and come back here afterwards."
        / "Vous payez sur la page de notre prestataire de paiement, puis vous revenez ici.";
    StillToPay: "Still to pay" / "Reste à payer";
    OwedToYou: "You get back" / "À vous rendre";
    Settled: "Everything is paid." / "Tout est payé.";
    Change: "Change the quantities" / "Changer les quantités";
    ChangeUntil: "You can change it until {moment}." / "Modifiable jusqu’au {moment}.";
    ChangeHint: "Zero takes a line off." / "Zéro retire la ligne.";
    SaveChanges: "Save the changes" / "Enregistrer";
    Cancel: "Cancel this order" / "Annuler cette commande";
    CancelSure: "The goods go back on the shelf at once." / "Les produits retournent aussitôt en rayon.";
    CancelYes: "Yes, cancel it" / "Oui, annuler";
    AskAtCounter: "It can no longer be changed here: please ask at the counter."
        / "Elle ne peut plus être modifiée ici\u{a0}: adressez-vous au comptoir.";

    RefusedShort: "Of {name} only {left} are left." / "Il ne reste que {left} de {name}.";
    RefusedSoldOut: "{name} is sold out." / "{name} est épuisé.";
    RefusedNotOffered: "Something in your basket is no longer offered. Please take it out."
        / "Un article de votre panier n’est plus proposé. Veuillez le retirer.";
    RefusedNotOfferedNamed: "{name} is no longer offered." / "{name} n’est plus proposé.";
    RefusedNotWhole: "{name} comes in whole pieces only." / "{name} se vend à la pièce entière.";
    RefusedQuantity: "That quantity cannot be ordered." / "Cette quantité ne peut pas être commandée.";
    RefusedTooMuch: "That is more than one order can hold." / "C’est plus qu’une commande ne peut contenir.";
    RefusedEmpty: "An order needs something in it. To give it up, cancel it."
        / "Une commande ne peut pas être vide. Pour y renoncer, annulez-la.";
    RefusedName: "Please tell us your name." / "Indiquez votre nom, s’il vous plaît.";
    RefusedContact: "Please give an e-mail address or a telephone number at which we can reach you."
        / "Indiquez une adresse e-mail ou un numéro de téléphone où vous joindre.";
    RefusedSlot: "Please choose when you fetch it." / "Choisissez quand vous la retirez.";
    RefusedSlotClosed: "That pick-up no longer takes orders. Please choose another one."
        / "Ce retrait n’accepte plus de commandes. Choisissez-en un autre.";
    RefusedSlotFull: "That pick-up is full. Please choose another one."
        / "Ce retrait est complet. Choisissez-en un autre.";
    RefusedPrice: "A price has changed: it comes to {total} now. If that is right for you, send it again."
        / "Un prix a changé\u{a0}: le total est maintenant de {total}. Si cela vous convient, envoyez à nouveau.";
    RefusedNothingChanged: "Nothing was changed." / "Rien n’a été modifié.";
    RefusedLine: "The order has changed meanwhile. Please look again."
        / "La commande a changé entre-temps. Vérifiez-la, s’il vous plaît.";
    RefusedOther: "That cannot be ordered so." / "Cela ne peut pas être commandé ainsi.";

    NotFoundTitle: "There is nothing here" / "Il n’y a rien ici";
    NotFound: "This address leads nowhere. Perhaps a part of it was lost."
        / "Cette adresse ne mène nulle part. Peut-être en manque-t-il un morceau.";
    TroubleTitle: "Please try again" / "Veuillez réessayer";
    Trouble: "The shop cannot answer at the moment. Nothing was lost."
        / "La boutique ne peut pas répondre pour le moment. Rien n’est perdu.";
    Foreign: "This did not come from our page. Please go back to the shop and try again."
        / "Cette demande ne vient pas de notre page. Revenez à la boutique et réessayez.";
    TooOften: "That was very often. Please wait a minute." / "C’était très souvent. Patientez une minute.";
    Unreadable: "What was sent cannot be read. Please go back and try again."
        / "Ce qui a été envoyé est illisible. Revenez en arrière et réessayez.";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The names between braces.
    fn values(text: &str) -> BTreeSet<&str> {
        let parts = text.split('{').skip(1);
        parts
            .map(|part| part.split_once('}').unwrap_or(("never closed", "")).0)
            .collect()
    }

    #[test]
    fn every_language_says_everything_with_the_same_values() {
        for word in Word::ALL {
            let english = word.text(Language::English);
            let french = word.text(Language::French);
            assert!(!english.trim().is_empty(), "{word:?}");
            assert!(!french.trim().is_empty(), "{word:?}");
            assert_eq!(values(english), values(french), "{word:?}");
        }
    }

    #[test]
    fn values_are_filled_in_once() {
        let said = Word::RefusedShort.with(
            Language::English,
            &[("left", "3"), ("name", "{left} <b>jars</b>")],
        );
        assert_eq!(said, "Of {left} <b>jars</b> only 3 are left.");
    }
}
