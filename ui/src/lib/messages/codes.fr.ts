// Why something was not done, and what notices say, in French.
import type { Messages } from './index';

export const codes: Messages['codes'] = {
  bad_request: () => 'L’écran et la caisse ne vont pas ensemble. Redémarrez la caisse.',
  internal: () => 'Une erreur interne s’est produite. Rien n’a été changé.',
  not_now: () => 'Pas possible ici.',
  not_found: () => 'Cela n’existe plus.',
  pin_wrong: (p) =>
    p.has('attempts_left')
      ? `Code faux. Encore ${p.get('attempts_left')} ${p.isOne('attempts_left') ? 'essai' : 'essais'}.`
      : 'Code faux.',
  pin_slowed_down: (p) => `Trop de codes faux. Réessayez à ${p.get('until')}.`,
  pin_too_simple: () => 'Un code a quatre à huit chiffres.',
  approval_needed: () => 'Il faut un responsable.',
  not_allowed: () => 'Ce n’est pas autorisé.',
  code_unknown: (p) => `Aucun produit n’a le code ${p.get('code')}.`,
  code_unreadable: (p) => `Ce code est illisible : ${p.get('code')}`,
  price_missing: (p) => `${p.get('name')} n’a pas de prix et ne peut pas être vendu.`,
  quantity_invalid: () => 'Cette quantité ne peut pas être vendue.',
  quantity_unusual: (p) => `${p.get('quantity')} – vraiment autant ?`,
  quantity_not_whole: (p) => `${p.get('name')} se vend à la pièce.`,
  order_empty: () => 'Il n’y a pas de commande.',
  order_unknown: () => 'Cette caisse ne connaît aucune commande avec ce code.',
  order_not_open: (p) => `La commande ${p.get('number')} est annulée ou expirée.`,
  order_handed_over: (p) => `La commande ${p.get('number')} a déjà été remise.`,
  order_not_settled: (p) => `Il faut d’abord régler ${p.get('due')}.`,
  order_moved: () =>
    'La commande vient d’être modifiée ailleurs. Rien n’a été fait : voyez le nouveau montant.',
  nothing_ticked: () => 'Rien n’est coché : rien ne serait remis.',
  nothing_to_give_back: () => 'Il n’y a rien à rendre.',
  customer_missing: () => 'La commande ne nomme aucun client qui pourrait avoir un avoir.',
  reason_missing: () => 'Un motif est nécessaire.',
  credit_too_low: (p) => `On peut prendre au plus ${p.get('spendable')} sur le compte du client.`,
  forgiveness_too_much: (p) => `On peut faire grâce de ${p.get('limit')} au plus.`,
  order_only_settled: (p) =>
    `Il ne reste que l’argent à régler sur la commande ${p.get('number')}. Vendez ces articles à part.`,
  receipt_unknown: (p) => `Aucun ticket ni commande ${p.get('number')} n’est connu ici.`,
  return_too_much: (p) => `Le client n’a pas autant de ${p.get('name')}.`,
  group_has_money: () => 'De l’argent a été encaissé ou rendu pour ces commandes. Annulez-le d’abord.',
  order_placed: (p) => `La commande ${p.get('number')} est enregistrée et sa marchandise réservée.`,
  slot_over: () => 'Ce créneau est passé ou a été retiré.',
  stock_not_kept: (p) => `Aucun stock n’est tenu pour ${p.get('name')}.`,
  same_place: () => 'La marchandise s’y trouve déjà.',
  choice_gone: () => 'Quelque chose a changé : cette décision n’est plus possible ainsi.',
  sale_parked: () => 'La vente en cours est mise de côté.',
  order_parked: (p) => `La commande ${p.get('number')} est mise de côté avec ses changements.`,
  order_part_paid: () => 'Une partie est déjà payée. Reprenez d’abord ce paiement.',
  nothing_to_undo: () => 'Plus rien à annuler.',
  nothing_parked: () => 'Aucune commande de côté.',
  parked_gone: (p) =>
    p.has('till')
      ? `La caisse ${p.get('till')} n’a plus cette vente de côté.`
      : 'Cette vente n’y est plus de côté.',
  parked_has_money: (p) =>
    `Un paiement est fait pour cette vente : seule la caisse ${p.get('till')} peut la terminer.`,
  parked_wanted: () => 'Une autre caisse a demandé cette vente avant.',
  parked_too_large: () =>
    'Cette vente est trop grande pour passer d’une caisse à l’autre. Terminez-la à la sienne.',
  parked_unreadable: (p) =>
    p.has('till')
      ? `La vente de la caisse ${p.get('till')} ne peut pas être lue ici et y reste : les versions diffèrent.`
      : 'Cette vente ne peut pas être lue ici : les versions des deux caisses diffèrent.',
  parked_arrived: (p) => `La vente de la caisse ${p.get('till')} est ici, parmi les commandes de côté.`,
  discount_too_large: () => 'La remise dépasse le prix.',
  amount_too_large: () => 'La somme est trop grande.',
  amount_invalid: () => 'Ce n’est pas un montant.',
  amount_above_due: (p) => `Il reste seulement ${p.get('due')} à payer.`,
  tendered_unusual: (p) => `${p.get('amount')} reçus – vraiment autant ?`,
  tendered_too_small: (p) => `Il faut ${p.get('due')}.`,
  reference_missing: () => 'Il faut une référence.',
  tender_unknown: () => 'Ce moyen de paiement n’est pas utilisé.',
  shift_closed: () => 'Cette session est clôturée.',
  shift_not_open: () => 'Aucune session de caisse n’est ouverte.',
  count_missing: () => 'Tout n’est pas encore compté.',
  name_invalid: () => 'Un nom manque ou est trop long.',
  address_invalid: () => 'Ce n’est pas une adresse de serveur.',
  server_unreachable: () => 'Personne ne répond à cette adresse.',
  server_not_ours: () =>
    'Quelque chose répond, mais ce n’est pas un serveur Comptoir. Est-ce un réseau d’invités ?',
  server_not_trusted: () => 'Le certificat du serveur n’est pas celui que le code désigne.',
  pairing_code_wrong: () => 'Ce code est faux.',
  pairing_code_used: () => 'Ce code a déjà servi. Demandez-en un autre au bureau.',
  pairing_code_expired: () => 'Ce code est trop ancien. Demandez-en un autre au bureau.',
  version_too_old: () => 'La caisse et le serveur ont trop de versions d’écart.',
  till_rejected: () => 'Le serveur n’accepte plus cette caisse.',
  country_not_supported: (p) => `Pas encore pour de vrai : ${p.get('country')}.`,
  catalogue_from_server: () => 'Les produits viennent du serveur. Donnez le fichier au bureau.',
  file_unreadable: (p) => `Le fichier ${p.get('path')} ne peut pas être lu.`,
  file_empty: () => 'Le fichier est vide.',
  file_too_large: () => 'Le fichier est trop grand. Divisez-le.',
  file_not_text: () => 'Ce n’est pas un fichier texte.',
  file_is_spreadsheet: () =>
    'C’est un classeur de tableur. Enregistrez-le en CSV (UTF-8) et choisissez celui-là.',
  file_encoding: (p) =>
    `Des lettres de la ligne ${p.get('line')} sont illisibles. Enregistrez le fichier en UTF-8.`,
  column_missing: (p) =>
    `Aucune colonne ne porte le code produit. La première ligne doit nommer les colonnes (trouvé : ${p.get('found')}).`,
  columns_unknown: (p) => `Aucune colonne connue hors le code (trouvé : ${p.get('found')}).`,
  column_twice: (p) => `Les colonnes ${p.get('first')} et ${p.get('second')} portent la même chose.`,
  price_tax_mode: (p) =>
    `Les prix de ${p.get('heading')} ne conviennent pas : taxes comprises quand ceux de la boutique sont hors taxes, ou l’inverse.`,
  price_currency: (p) => `Les prix de ${p.get('heading')} sont dans une autre monnaie que ${p.get('hub')}.`,
  printer_missing: () => 'Aucune imprimante n’est réglée.',
  printer_unreachable: () => 'L’imprimante ne répond pas. Le ticket attend.',
  printer_out_of_paper: () => 'L’imprimante n’a plus de papier. Le ticket attend.',
  printer_cover_open: () => 'Le capot de l’imprimante est ouvert. Le ticket attend.',
  printer_fault: () => 'L’imprimante signale un défaut. Le ticket attend.',
  printer_address_invalid: () => 'Ce n’est pas une adresse d’imprimante.',
  scanner_unreachable: (p) => `Le port ${p.get('port')} du lecteur ne s’ouvre pas.`,
  disk_full: () => 'Le disque est plein. Faites de la place, et la caisse repart.',
  storage_read_only: (p) =>
    p.has('path')
      ? `Impossible d’écrire dans le dossier ${p.get('path')}.`
      : 'La caisse ne peut pas écrire sur son disque. Rien n’a été vendu. Appelez votre soutien.',
  storage_damaged: (p) =>
    `La base${p.has('path') ? ` dans ${p.get('path')}` : ''} est abîmée. Appelez votre soutien ; ne l’effacez pas.`,
  storage_too_new: (p) => `La base dans ${p.get('path')} vient d’une version plus récente. Installez-la.`,
  key_missing: (p) =>
    `La clé de signature de ${p.get('path')} n’est pas sur cet ordinateur. Remettez le dossier de clés à côté, ou appelez votre soutien.`,
  key_foreign: (p) =>
    `La clé de signature de cet ordinateur est celle d’une autre caisse, pas celle de ${p.get('path')}. Appelez votre soutien ; n’effacez rien.`,
  keyring_closed: () =>
    'Le trousseau de clés du système est verrouillé. Déverrouillez-le, et la caisse continue.',
  already_running: () => 'La caisse est déjà ouverte dans une autre fenêtre.',
  storage_temporary: (p) => `${p.get('path')} est un stockage jetable. Les ventes y seraient perdues.`,
  older_copy_restored: (p) =>
    `Une copie plus ancienne a été remise. Les nouveaux numéros commencent par ${p.get('label')}.`,
  clock_off: (p) => `L’horloge de cet ordinateur est décalée de ${p.get('offset_s')} s. Réglez-la.`,
  clock_before_last_sale: (p) => `L’horloge est avant la dernière vente (${p.get('last')}). Réglez-la.`,
  entries_stuck: (p) => `${p.get('count')} écritures restent non envoyées alors que le serveur répond.`,
  shift_closed_uncounted: (p) => `La session ${p.get('shift')}, oubliée, est clôturée sans comptage.`,
  order_restored: () => 'La commande en cours est de retour.',
  catalogue_incomplete: (p) => `${p.get('count')} produits sont incomplets ; le bureau a la liste.`,
  backup_missing: (p) => `La deuxième copie ne peut pas être écrite dans ${p.get('path')}.`,
};
