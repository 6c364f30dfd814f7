// The shortcuts of the sell screen.
import type { ShortcutId } from '../../lib/keys/shortcuts';
import type { Counter } from './counter.svelte';

/** Does what a shortcut stands for; false where it stands for nothing here. */
export function press(counter: Counter, id: ShortcutId): boolean {
  const { line } = counter;
  switch (id) {
    case 'pay':
      counter.enter();
      return true;
    case 'cashExact':
      counter.payment.exact();
      return true;
    case 'note1':
    case 'note2':
    case 'note3':
      counter.payment.note(Number(id.slice(-1)) - 1);
      return true;
    case 'card':
      if (counter.payment.card) counter.payment.by(counter.payment.card);
      return true;
    case 'orders':
      counter.orders.open();
      return true;
    case 'allThere':
      void counter.placed.allThere();
      return true;
    case 'onlyTicked':
      counter.placed.onlyTicked();
      return true;
    case 'payAhead':
      counter.payment.choose('nothing');
      return true;
    case 'forgive':
      counter.payment.forgive();
      return true;
    case 'groupNext':
      return counter.placed.showBeside(1);
    case 'groupBefore':
      return counter.placed.showBeside(-1);
    case 'fetchedBy':
      if (counter.placed.view && !counter.placed.isClosed) counter.open({ kind: 'fetchedBy' });
      return true;
    case 'takeOver':
      counter.placed.takeOver();
      return true;
    case 'note':
      if (counter.placed.view) counter.open({ kind: 'note' });
      return true;
    case 'place':
      if (counter.hasLines && !counter.placed.view) counter.open({ kind: 'place' });
      return true;
    case 'returns':
      counter.open({ kind: 'return' });
      return true;
    case 'tick':
      if (line) counter.placed.tick(line);
      return true;
    case 'find':
      counter.finder.focus();
      return true;
    case 'undo':
      counter.undo();
      return true;
    case 'more':
      if (line) counter.step(line, 1);
      return true;
    case 'less':
      if (line) counter.step(line, -1);
      return true;
    case 'remove':
      if (line) counter.remove(line);
      return true;
    case 'lineUp':
      return counter.chooseBeside(-1);
    case 'lineDown':
      return counter.chooseBeside(1);
    case 'discount':
      if (counter.hasLines) counter.open({ kind: 'discount', line: line?.id ?? null });
      return true;
    case 'park':
      counter.park();
      return true;
    case 'lastSale':
      counter.open({ kind: 'lastSale' });
      return true;
    case 'print':
      counter.print();
      return true;
    case 'drawer':
      counter.open({ kind: 'drawer' });
      return true;
    case 'stock':
      counter.desk = 'stock';
      return true;
    case 'problems':
      counter.desk = 'problems';
      return true;
    case 'closeShift':
      counter.closeShift();
      return true;
    case 'back':
      return counter.back();
    default:
      return false;
  }
}
