// Orders that are collected together, goods that come back, orders by phone, in French.
import type { Messages } from './index';

export const group: Messages['group'] = {
  toPay: 'À payer ensemble',
  toGiveBack: 'À rendre ensemble',
  settled: 'Tout est réglé',
  thisOne: 'Cette commande',
};

export const fetching: Messages['fetching'] = {
  byName: (name) => `Retirée par ${name}`,
};

export const back: Messages['back'] = {
  title: 'Retour d’articles',
  text: 'Scannez le ticket, ou tapez son numéro.',
  ofLastSale: (number) => `De la dernière vente, ${number}`,
  number: 'Numéro du ticket ou de la commande',
  open: 'Ouvrir',
  line: 'Revient',
  titleOf: (name) => `${name} revient`,
  kept: (quantity) => `Le client en a ${quantity}.`,
  quantity: 'Combien',
  fate: 'Que devient l’article ?',
  why: 'Pourquoi ce retour ?',
  nothing: 'Rien ne revient',
  conclude: 'Reprendre',
  comes: (quantity) => `${quantity} en retour`,
  take: (name) => `Reprendre ${name}`,
  taken: (name, quantity) => `${quantity} de ${name} en retour`,
  hint: 'Choisissez ce qui revient',
  hintQuantity: (quantity, name) => `Entrée : ${quantity} de ${name} en retour`,
  figure: 'En retour',
};

export const phoning: Messages['phoning'] = {
  open: 'Commande pour …',
  title: 'Commande par téléphone',
  text: 'Réservée pour le créneau, payée au retrait.',
  who: 'Nom ou téléphone',
  isNew: (text) => `Nouveau : ${text}`,
  another: 'Quelqu’un d’autre',
  name: 'Nom',
  phone: 'Téléphone',
  email: 'E-mail (ou le téléphone)',
  slot: 'Quand et où elle est retirée',
  place: 'Passer la commande',
};
