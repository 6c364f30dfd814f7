// Selling, in French.
import type { Messages } from './index';

export const finder: Messages['finder'] = {
  label: 'Trouver un produit',
  placeholder: 'Nom, code ou rayon',
  favourites: 'Favoris',
  categories: 'Rayons',
  clear: 'Effacer la recherche',
  none: (text) => `Rien trouvé pour « ${text} »`,
  noneHint: 'Moins de lettres trouvent plus.',
  more: 'Il y en a d’autres. Continuez à taper pour préciser.',
  empty: 'Pas encore de produits. Ils viennent du serveur, ou d’un import.',
  noPrice: 'Sans prix',
  soldOut: 'Épuisé',
  enterTakes: (name) => `Entrée : ${name}`,
  enterCode: (code) => `Entrée cherche le code ${code}`,
  perUnit: (unit) => `le ${unit}`,
};

export const order: Messages['order'] = {
  label: 'Commande',
  ready: 'Prête',
  readyText: 'Scannez, tapez ou touchez. Le premier produit ouvre la commande.',
  pieces: (count, one) => (one ? `${count} article` : `${count} articles`),
  total: 'Total',
  toPay: 'À payer',
  subtotal: 'Avant remise',
  discount: 'Remise',
  tax: 'Taxe',
  regular: (price) => `au lieu de ${price}`,
  removed: 'retiré',
  belowZero: 'Stock dépassé',
  weightMissing: 'Poids ?',
  priceChanged: 'Prix ajusté',
  more: 'Un de plus',
  less: 'Un de moins',
  remove: 'Retirer',
  price: 'Prix',
  park: 'Mettre de côté',
  recall: 'Reprendre',
  parkedCount: (count) => `De côté : ${count}`,
  discard: 'Abandonner',
  undo: 'Annuler',
  spoken: (name, quantity, amount, total) => `${name}, ${quantity}, ${amount}, total ${total}`,
  spokenTotal: (total) => `Total ${total}`,
  lines: 'Lignes de la commande',
};

export const keypad: Messages['keypad'] = {
  label: 'Pavé numérique',
  backspace: 'Effacer un chiffre',
  code: 'Code',
  separator: 'Séparateur décimal',
  hintQuantity: (quantity, line) => `Entrée : ${line} × ${quantity}`,
  hintNext: (quantity) => `ou scannez : ${quantity} du prochain produit`,
  hintNextOnly: (quantity) => `${quantity} du prochain produit`,
  hintCode: (code) => `Entrée : chercher le code ${code}`,
  hintCash: (amount) => `Entrée : ${amount} reçus en espèces`,
  hintPart: (amount) => `Entrée : ${amount} en espèces, en partie`,
  hintPay: 'Entrée : payer',
  hintExact: (amount) => `Entrée : appoint, ${amount}`,
  hintIdle: 'Chiffres puis scan : une quantité',
  hintUnreadable: 'Ce n’est pas un nombre',
  confirm: 'Entrée encore pour confirmer',
  really: 'Vraiment autant ?',
  digit: (digit) => `Chiffre ${digit}`,
};

export const parked: Messages['parked'] = {
  title: 'Commandes de côté',
  lines: (count, one) => (one ? `${count} ligne` : `${count} lignes`),
};

export const discount: Messages['discount'] = {
  title: 'Remise',
  forLine: (name) => `sur ${name}`,
  forOrder: 'sur toute la commande',
  line: 'Cette ligne',
  order: 'Toute la commande',
  percent: 'Pour cent',
  amount: 'Montant',
  takeAway: 'Sans remise',
  give: 'Accorder la remise',
  chooseReason: 'Pourquoi ?',
};

export const price: Messages['price'] = {
  title: 'Ajuster au prix du rayon',
  newPrice: (unit) => `Prix ${unit}`,
  piece: 'à la pièce',
  give: 'Fixer le prix',
};

export const discard: Messages['discard'] = {
  title: 'Abandonner cette commande ?',
  text: 'Elle reste enregistrée avec ses lignes.',
  now: 'Abandonner la commande',
  keep: 'La garder',
};

export const reasons: Messages['reasons'] = {
  damaged: 'Abîmé',
  short_dated: 'Date courte',
  goodwill: 'Geste commercial',
  staff: 'Équipe',
  volunteer: 'Bénévole',
  price_match: 'Prix du rayon',
  change_money: 'Faire de la monnaie',
  check: 'Vérification',
  paid_out: 'Dépense',
  delivery: 'Livraison',
  wrong: 'Mauvais article',
  unwanted: 'Pas voulu',
  other: 'Autre',
};
