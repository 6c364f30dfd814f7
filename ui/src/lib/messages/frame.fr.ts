// What frames every screen, in French.
import type { Messages } from './index';

export const app: Messages['app'] = {
  name: 'Comptoir',
  practice: 'Entraînement',
  loading: 'Un instant',
  back: 'Retour',
  close: 'Fermer',
  language: 'Langue',
  theme: 'Clair et sombre',
  themeAuto: 'Comme le système',
  themeLight: 'Clair',
  themeDark: 'Sombre',
  textSize: 'Taille du texte',
  reason: 'Motif',
  note: 'Remarque (facultatif)',
  approveTitle: 'Un responsable peut l’autoriser ici',
  approvePin: 'Code du responsable',
  approve: 'Autoriser',
};

export const top: Messages['top'] = {
  till: (code) => `Caisse ${code}`,
  signOut: 'Changer de personne',
  status: 'État',
  help: 'Touches',
  closeShift: 'Clôturer la caisse',
  menu: 'Plus',
};

export const server: Messages['server'] = {
  alone: 'Travaille seule',
  never: 'Serveur pas encore joint',
  online: 'En ligne',
  offline: 'Hors ligne',
  refused: 'Le serveur refuse cette caisse',
  unsent: (count) => `${count} à envoyer`,
};

export const printer: Messages['printer'] = {
  missing: 'Pas d’imprimante',
  ready: 'Imprimante prête',
  printing: 'Impression',
  paperLow: 'Bientôt plus de papier',
  paperOut: 'Plus de papier',
  coverOpen: 'Capot ouvert',
  unreachable: 'Imprimante injoignable',
  fault: 'Imprimante en défaut',
  waiting: (count, one) => (one ? `${count} ticket attend` : `${count} tickets attendent`),
};

export const database: Messages['database'] = {
  healthy: 'En ordre',
  spaceLow: 'Peu de place',
  backupDue: 'Pas de deuxième copie',
};

export const clock: Messages['clock'] = { off: (seconds) => `Horloge décalée de ${seconds} s` };

export const stopped: Messages['stopped'] = {
  title: 'La caisse ne peut rien enregistrer, donc elle ne vend pas',
  retries: 'Elle réessaie toute seule. Rien de ce qui était affiché comme fait n’est perdu.',
};

export const help: Messages['help'] = {
  title: 'Touches',
  digits: 'Chiffres',
  digitsText:
    'puis scan ou produit : sa quantité · après une ligne : sa quantité · au paiement : espèces reçues',
  letters: 'Lettres',
  lettersText: 'cherchent aussitôt ; Entrée prend le premier résultat',
  scan: 'Scan',
  scanText: 'marche partout, quel que soit l’écran',
};

export const shortcuts: Messages['shortcuts'] = {
  pay: 'Payer ; appliquer les chiffres ; appoint au paiement',
  cashExact: 'Appoint en espèces, tout de suite',
  note1: 'Espèces : le plus petit des billets affichés',
  note2: 'Espèces : celui du milieu',
  note3: 'Espèces : le plus grand',
  card: 'Carte',
  find: 'Trouver un produit ou taper un code',
  undo: 'Annuler la dernière action',
  more: 'Un de plus',
  less: 'Un de moins',
  remove: 'Retirer la ligne',
  lineUp: 'Ligne au-dessus',
  lineDown: 'Ligne en dessous',
  discount: 'Remise',
  park: 'Mettre de côté ou enregistrer ; reprendre s’il n’y a pas de commande',
  orders: 'Commandes à retirer',
  tick: 'Cocher la ligne',
  allThere: 'Tout est là',
  onlyTicked: 'Remettre seulement ce qui est coché',
  payAhead: 'Payer d’avance ; la commande attend',
  forgive: 'Faire grâce du petit reste',
  groupNext: 'Commande suivante du groupe',
  groupBefore: 'Commande précédente du groupe',
  fetchedBy: 'Qui la retire',
  takeOver: 'Reprendre ce qu’une autre caisse a ouvert',
  place: 'Commande par téléphone',
  note: 'Note sur la commande',
  returns: 'Retour d’articles',
  lastSale: 'Dernière vente',
  print: 'Imprimer le ticket',
  drawer: 'Tiroir et espèces',
  stock: 'Stock et livraisons',
  problems: 'Problèmes',
  status: 'État',
  signOut: 'Changer de personne',
  closeShift: 'Clôturer la caisse',
  back: 'Retour ; effacer les chiffres',
  help: 'Cette page',
};

export const offers: Messages['offers'] = {
  search: 'Chercher par nom',
  syncNow: 'Interroger le serveur',
  openStatus: 'Détails',
};
