// Orders that are collected together, goods that come back, orders by phone, in French.
import type { Messages } from './index';

export const group: Messages['group'] = {
  label: 'Retirées ensemble',
  count: (count) => `${count} ensemble`,
  shelf: 'Du rayon',
  returns: 'en retour',
  leave: (name) => `Remettre ${name} à part`,
  toPay: 'À payer ensemble',
  toGiveBack: 'À rendre ensemble',
  settled: 'Tout est réglé',
  thisOne: 'Cette commande',
  spoken: (name, figure) => `${name}, ${figure}`,
};

export const fetching: Messages['fetching'] = {
  by: 'Retirée par',
  byName: (name) => `Retirée par ${name}`,
  title: 'Qui la retire ?',
  text: 'Un voisin, une amie : le nom est noté avec la commande, sans créer de compte.',
  name: 'Nom',
  take: 'Noter le nom',
  none: 'Le client',
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
  hint: 'Choisissez ce qui revient, ou scannez ce qui est pris à la place',
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
