// Why something was not done, and what notices say, in English.
import type { Words } from './words';

export const codes = {
  bad_request: () => 'The screen and the till do not fit together. Restart the till.',
  internal: () => 'Something went wrong inside. Nothing was changed.',
  not_now: () => 'Not possible here.',
  not_found: () => 'That is not there any more.',
  pin_wrong: (p: Words) =>
    p.has('attempts_left')
      ? `The PIN is wrong. ${p.get('attempts_left')} ${p.isOne('attempts_left') ? 'try' : 'tries'} left.`
      : 'The PIN is wrong.',
  pin_slowed_down: (p: Words) => `Too many wrong PINs. Try again at ${p.get('until')}.`,
  pin_too_simple: () => 'A PIN has four to eight digits.',
  approval_needed: () => 'This needs a manager.',
  not_allowed: () => 'That is not allowed.',
  code_unknown: (p: Words) => `No product has the code ${p.get('code')}.`,
  code_unreadable: (p: Words) => `This code cannot be read: ${p.get('code')}`,
  price_missing: (p: Words) => `${p.get('name')} has no price and cannot be sold.`,
  quantity_invalid: () => 'That quantity cannot be sold.',
  quantity_unusual: (p: Words) => `${p.get('quantity')} – as many as that?`,
  quantity_not_whole: (p: Words) => `${p.get('name')} is sold by the piece.`,
  order_empty: () => 'There is no order.',
  order_unknown: () => 'No order with this code is known at this till.',
  order_not_open: (p: Words) => `Order ${p.get('number')} was cancelled, or its time is over.`,
  order_handed_over: (p: Words) => `Order ${p.get('number')} was handed over already.`,
  order_not_settled: (p: Words) => `That has to be settled first: ${p.get('due')}.`,
  order_moved: () => 'The order was changed elsewhere just now. Nothing was done: look at the new figure.',
  nothing_ticked: () => 'Nothing is ticked, so nothing would be handed over.',
  nothing_to_give_back: () => 'Nothing is to be given back.',
  customer_missing: () => 'The order names no customer who could have credit.',
  reason_missing: () => 'A reason is needed.',
  credit_too_low: (p: Words) => `At most ${p.get('spendable')} can be taken from the customer’s account.`,
  forgiveness_too_much: (p: Words) => `At most ${p.get('limit')} may be forgiven.`,
  order_only_settled: (p: Words) =>
    `Of order ${p.get('number')} only the money is still open. Sell the goods apart.`,
  receipt_unknown: (p: Words) => `No receipt or order ${p.get('number')} is known here.`,
  return_too_much: (p: Words) => `The customer does not hold that much of ${p.get('name')}.`,
  group_has_money: () => 'Money has moved for these orders. Take it back first.',
  order_placed: (p: Words) => `Order ${p.get('number')} is placed and its goods are held back.`,
  slot_over: () => 'This slot is over or was taken off.',
  stock_not_kept: (p: Words) => `No stock is kept of ${p.get('name')}.`,
  same_place: () => 'The goods are there already.',
  choice_gone: () => 'Something has changed: this can no longer be decided like that.',
  sale_parked: () => 'The sale in progress is parked.',
  order_parked: (p: Words) => `Order ${p.get('number')} is parked with its changes.`,
  order_part_paid: () => 'Something is paid already. Take the payment back first.',
  nothing_to_undo: () => 'Nothing left to undo.',
  nothing_parked: () => 'No order is parked.',
  parked_gone: (p: Words) =>
    p.has('till')
      ? `Till ${p.get('till')} no longer has that sale put aside.`
      : 'That sale is no longer put aside there.',
  parked_has_money: (p: Words) =>
    `Something was paid for that sale: only till ${p.get('till')} can go on with it.`,
  parked_wanted: () => 'Another till asked for that sale first.',
  parked_too_large: () => 'That sale is too large to move. Go on with it at its own till.',
  parked_unreadable: (p: Words) =>
    p.has('till')
      ? `The sale of till ${p.get('till')} cannot be read here and stays there: the two have different versions.`
      : 'That sale cannot be read here: the two tills have different versions.',
  parked_arrived: (p: Words) => `The sale of till ${p.get('till')} is here, among the parked orders.`,
  discount_too_large: () => 'The discount is larger than the price.',
  amount_too_large: () => 'The sum is too large.',
  amount_invalid: () => 'That is no amount.',
  amount_above_due: (p: Words) => `Only ${p.get('due')} is due.`,
  tendered_unusual: (p: Words) => `${p.get('amount')} given – so much?`,
  tendered_too_small: (p: Words) => `${p.get('due')} is due.`,
  reference_missing: () => 'A reference is needed.',
  tender_unknown: () => 'This way to pay is not in use.',
  shift_closed: () => 'That shift is closed.',
  shift_not_open: () => 'No shift is open.',
  count_missing: () => 'Not everything is counted yet.',
  name_invalid: () => 'A name is missing or too long.',
  address_invalid: () => 'That is no server address.',
  server_unreachable: () => 'Nobody answers at that address.',
  server_not_ours: () => 'Something answers there, but it is not a Comptoir server. Is this a guest network?',
  server_not_trusted: () => 'The server’s certificate is not the one that the code names.',
  pairing_code_wrong: () => 'That code is wrong.',
  pairing_code_used: () => 'That code was used already. Ask the office for a new one.',
  pairing_code_expired: () => 'That code is too old. Ask the office for a new one.',
  version_too_old: () => 'Till and server are too many versions apart.',
  till_rejected: () => 'The server does not accept this till any more.',
  country_not_supported: (p: Words) => `Not for real use in ${p.get('country')} yet.`,
  catalogue_from_server: () => 'The products come from the server. Give the file to its office.',
  file_unreadable: (p: Words) => `The file ${p.get('path')} cannot be read.`,
  file_empty: () => 'There is nothing in the file.',
  file_too_large: () => 'The file is too large. Divide it.',
  file_not_text: () => 'That is no text file.',
  file_is_spreadsheet: () => 'That is a spreadsheet. Save it as CSV (UTF-8) and choose that.',
  file_encoding: (p: Words) => `Letters in line ${p.get('line')} cannot be read. Save the file as UTF-8.`,
  column_missing: (p: Words) =>
    `No column holds the product code. The first line must name the columns (found: ${p.get('found')}).`,
  columns_unknown: (p: Words) => `No column but the code is known here (found: ${p.get('found')}).`,
  column_twice: (p: Words) => `The columns ${p.get('first')} and ${p.get('second')} hold the same.`,
  price_tax_mode: (p: Words) =>
    `The prices in ${p.get('heading')} do not fit: with tax where this shop’s are without, or the other way round.`,
  price_currency: (p: Words) =>
    `The prices in ${p.get('heading')} are in another currency than ${p.get('hub')}.`,
  printer_missing: () => 'No printer is set up.',
  printer_unreachable: () => 'The printer does not answer. The slip waits.',
  printer_out_of_paper: () => 'The printer is out of paper. The slip waits.',
  printer_cover_open: () => 'The printer’s cover is open. The slip waits.',
  printer_fault: () => 'The printer reports a fault. The slip waits.',
  printer_address_invalid: () => 'That is no printer address.',
  scanner_unreachable: (p: Words) => `The scanner’s port ${p.get('port')} cannot be opened.`,
  disk_full: () => 'The disk is full. Make room, and the till goes on.',
  storage_read_only: (p: Words) =>
    p.has('path')
      ? `The folder ${p.get('path')} cannot be written to.`
      : 'The till cannot write to its disk. Nothing was sold. Call your helper.',
  storage_damaged: (p: Words) =>
    `The database${p.has('path') ? ` in ${p.get('path')}` : ''} is damaged. Call your helper; do not delete it.`,
  storage_too_new: (p: Words) =>
    `The database in ${p.get('path')} comes from a newer version. Install that one.`,
  key_missing: (p: Words) =>
    `The signing key that belongs to ${p.get('path')} is not on this computer. Bring back the folder of keys beside it, or call your helper.`,
  key_foreign: (p: Words) =>
    `The signing key on this computer is another till’s, not that of ${p.get('path')}. Call your helper; do not delete anything.`,
  keyring_closed: () => 'The system’s key ring is locked. Unlock it, and the till goes on.',
  already_running: () => 'The till is open in another window already.',
  storage_temporary: (p: Words) => `${p.get('path')} is throw-away storage. Sales would be lost there.`,
  older_copy_restored: (p: Words) => `An older copy was put back. New numbers begin with ${p.get('label')}.`,
  clock_off: (p: Words) => `This computer’s clock is ${p.get('offset_s')} s off. Please set it.`,
  clock_before_last_sale: (p: Words) =>
    `The clock stands before the last sale (${p.get('last')}). Please set it.`,
  entries_stuck: (p: Words) => `${p.get('count')} entries stay unsent although the server answers.`,
  shift_closed_uncounted: (p: Words) => `Shift ${p.get('shift')} was forgotten and is closed, not counted.`,
  order_restored: () => 'The order in progress is back.',
  catalogue_incomplete: (p: Words) => `${p.get('count')} products are incomplete; the office has the list.`,
  backup_missing: (p: Words) => `The second copy cannot be written to ${p.get('path')}.`,
};
