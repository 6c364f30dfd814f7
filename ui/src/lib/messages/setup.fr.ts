// From the first run to the sign-in, in French.
import type { Messages } from './index';

export const setup: Messages['setup'] = {
  welcome: 'Bonjour.',
  welcomeText: 'Deux questions, et vous pouvez vendre.',
  whatFor: 'Que voulez-vous faire ?',
  open: 'Ouvrir pour de vrai',
  openText: 'Les ventes comptent, sont numérotées et conservées.',
  practise: 'S’entraîner',
  practiseText:
    'Une boutique inventée, avec ses produits. Chaque écran et ticket est marqué, rien ne compte.',
  howToWork: 'Comment cette caisse doit-elle travailler ?',
  pair: 'Rejoindre un serveur',
  pairText: 'Avec l’adresse et le code à usage unique du bureau. Produits et équipe viennent de là.',
  alone: 'Seule',
  aloneText: 'Sans serveur. Elle pourra en rejoindre un plus tard, avec ses ventes.',
  address: 'Adresse du serveur',
  addressHint: 'Par exemple caisse.lepanier.org ou 192.168.1.20:8443',
  code: 'Code à usage unique',
  codeHint: 'Tapez-le, ou scannez-le sur l’écran du bureau',
  join: 'Rejoindre',
  joining: 'Connexion au serveur',
  hubTitle: 'Votre boutique',
  hubName: 'Nom de la boutique ou du groupement',
  locationName: 'Où se trouve cette caisse',
  country: 'Pays',
  currency: (code) => `Prix en ${code}`,
  timeZone: 'Fuseau horaire',
  legal: 'Pour le ticket : adresse, immatriculation, numéro de TVA',
  tillCode: 'Code de la caisse',
  tillCodeHint: 'Une à quatre lettres ou chiffres, dans chaque numéro que cette caisse imprime',
  managerName: 'Votre nom, comme responsable',
  managerPin: 'Code, quatre à huit chiffres',
  sample: 'Commencer avec l’assortiment d’exemple',
  start: 'Ouvrir la caisse',
  startPractice: 'Commencer l’entraînement',
  notReal: (country) =>
    `${country} : la loi demande plus que ce que cette version sait faire. On peut s’y entraîner, pas vendre pour de vrai.`,
  taxIncluded: 'Prix taxes comprises',
  taxExcluded: 'La taxe s’ajoute aux prix',
};

export const practice: Messages['practice'] = {
  title: 'Entraînement',
  off: {
    state: 'Cette caisse compte',
    text: 'Entraînez-vous avec vos produits et votre équipe. L’entraînement a son propre journal et marque chaque écran et ticket ; cette caisse reste telle quelle et attend.',
    turn: 'S’entraîner',
  },
  beforeOpening: {
    state: 'Rien ne compte ici',
    text: 'Ouvrir pour de vrai : l’entraînement est mis de côté, jamais mélangé. Les questions du premier démarrage reviennent, et les ventes sont numérotées à partir de 1. C’est à un responsable de le faire.',
    turn: 'Ouvrir pour de vrai',
  },
  besideReal: {
    state: 'Rien ne compte ici',
    text: 'La vraie caisse attend telle que vous l’avez laissée, avec sa commande et son tiroir. L’entraînement est mis de côté, jamais mélangé.',
    turn: 'Retour à la vraie caisse',
  },
};

export const firstLoad: Messages['firstLoad'] = {
  title: 'Réception des produits et de l’équipe',
  from: (server) => `depuis ${server}`,
  progress: (loaded, total) => `${loaded} sur ${total}`,
  started: (loaded) => `${loaded} pour l’instant`,
  indexing: 'Préparation de la recherche',
  resumes: 'Si la ligne coupe, elle reprend où elle s’est arrêtée.',
};

export const signIn: Messages['signIn'] = {
  title: 'Qui tient la caisse ?',
  pinFor: (name) => `Code de ${name}`,
  enter: 'Entrer',
  manager: 'Responsable',
  cashier: 'Caissier·ère',
  slowed: (time) => `Trop de codes faux. Réessayez à ${time}.`,
  shiftOpen: 'Une session de caisse est ouverte.',
  nobody: 'Personne n’est encore autorisé à cette caisse.',
  digit: 'Chiffres du code saisis',
};
