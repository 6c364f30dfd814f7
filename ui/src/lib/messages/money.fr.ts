// Money at the counter, in French.
import type { Messages } from './index';

export const tenders: Messages['tenders'] = {
  cash: 'Espèces',
  cardTerminal: 'Carte',
  cardStandAlone: 'Carte',
  cheque: 'Chèque',
  transfer: 'Virement',
  mealVoucher: 'Titre-restaurant',
  localCurrency: 'Monnaie locale',
  onAccount: 'En compte',
  credit: 'Avoir',
  voucher: 'Bon d’achat',
  online: 'Paiement en ligne',
};

export const pay: Messages['pay'] = {
  label: 'Paiement',
  pay: 'Payer',
  exact: 'Appoint',
  cash: 'Espèces',
  card: 'Carte',
  cashGiven: 'Reçu en espèces',
  rounded: (amount) => `En espèces ${amount}`,
  taken: 'Reçu',
  takeBack: (name) => `Reprendre ${name}`,
  terminal: (amount) => `Le terminal affiche ${amount} ?`,
  approved: 'Accepté',
  refused: 'Refusé',
  reference: 'Référence',
  referenceOptional: 'Référence (facultatif)',
  take: (amount) => `Encaisser ${amount}`,
  otherTenders: 'Autres moyens de paiement',
  more: 'Autres',
  hand: 'Remettre',
  quick: 'Billets',
};

export const done: Messages['done'] = {
  change: 'À rendre',
  noChange: 'Payé',
  given: (amount) => `sur ${amount} reçus`,
  total: 'Total',
  receipt: 'Ticket',
  print: 'Imprimer le ticket',
  printCopy: 'Imprimer un duplicata',
  queued: 'Le ticket attend l’imprimante',
  printed: 'Imprimé',
  givenBackOnline: (amount) => `${amount} repartiront en ligne dès que le serveur répondra.`,
  forgiven: 'Fait grâce de',
  next: 'Le prochain scan ouvre la commande suivante.',
};

export const last: Messages['last'] = {
  title: 'Dernière vente',
  none: 'Pas encore de vente',
  change: (amount) => `rendu ${amount}`,
  correct: 'Payée autrement ? C’était :',
  cannotCorrect: 'Sa session est clôturée ; le paiement reste tel quel.',
};

export const drawer: Messages['drawer'] = {
  title: 'Tiroir et espèces',
  openDrawer: 'Ouvrir le tiroir',
  move: 'Déplacer des espèces',
  from: 'De',
  to: 'Vers',
  amount: 'Montant',
  record: 'Noter',
  thisTill: 'Ce tiroir',
  otherTill: 'Autre caisse',
  safe: 'Coffre',
  bank: 'Banque',
  outside: 'Payé ou reçu',
};
