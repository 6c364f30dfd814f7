// Ce qui se trouve sur les autres caisses, en français.
import type { Messages } from './index';

export const desks: Messages['desks'] = {
  open: (till, who, since) =>
    who === null
      ? `Ouverte à la caisse ${till} (depuis ${since})`
      : `Ouverte à la caisse ${till} (${who}, depuis ${since})`,
  putAside: (till, who, since) =>
    who === null
      ? `De côté à la caisse ${till}, avec des changements (${since})`
      : `De côté à la caisse ${till}, avec des changements (${who}, ${since})`,
  takenOver: (till, who, since) =>
    who === null
      ? `La caisse ${till} l’a reprise (${since})`
      : `La caisse ${till} l’a reprise (${who}, ${since})`,
  ours: (till) => `Reprise de la caisse ${till}`,
  changesStay: 'Ce qui a été changé ici reste jusqu’à ce que ce soit réglé ou abandonné.',
  takeOver: 'Reprendre',
  takeBack: 'La reprendre ici',
  title: 'Sur les autres caisses',
  elsewhere: (count) => `Autres caisses : ${count}`,
  till: (till) => `Caisse ${till}`,
  waiting: (till) => `En attente de la caisse ${till}`,
  leaving: (till) => `En route vers la caisse ${till}`,
  heard: (time) => `selon elle à ${time}`,
  hasMoney: (till) => `Un paiement y est fait : seule la caisse ${till} peut la terminer`,
  withdraw: 'La laisser là-bas',
  copy: 'La ressaisir ici',
};
