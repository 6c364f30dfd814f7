import { expect, test } from 'vitest';

import { type Column, found, ordered } from './table';

interface Jar {
  name: string;
  price: number | null;
}

const COLUMNS: Column<Jar>[] = [
  { key: 'name', title: 'Name', text: ({ name }) => name, by: ({ name }) => name },
  { key: 'price', title: 'Price', text: ({ price }) => String(price ?? '–'), by: ({ price }) => price },
  { key: 'fixed', title: 'Fixed', text: () => 'x' },
];
const JARS: Jar[] = [
  { name: 'Épinards', price: 500 },
  { name: 'Jar 10', price: null },
  { name: 'eggs', price: 1160 },
  { name: 'Jar 9', price: 20 },
];
const names = (sort: string) => ordered(JARS, COLUMNS, sort, new Intl.Locale('en')).map(({ name }) => name);

test('texts are ordered as people read them, figures by their size', () => {
  expect(names('name')).toEqual(['eggs', 'Épinards', 'Jar 9', 'Jar 10']);
  expect(names('-price')).toEqual(['eggs', 'Épinards', 'Jar 9', 'Jar 10']);
});

test('what has no value stands last both ways', () => {
  expect(names('price').at(-1)).toBe('Jar 10');
  expect(names('-price').at(-1)).toBe('Jar 10');
});

test('an unknown or unsortable column leaves the order as it came', () => {
  expect(names('fixed')).toEqual(JARS.map(({ name }) => name));
  expect(names('nonsense')).toEqual(JARS.map(({ name }) => name));
});

test('every word has to be found, without its accents', () => {
  expect(found(JARS, COLUMNS, 'EPIN').map(({ name }) => name)).toEqual(['Épinards']);
  expect(found(JARS, COLUMNS, 'jar 10').map(({ name }) => name)).toEqual(['Jar 10']);
  expect(found(JARS, COLUMNS, '  ')).toHaveLength(4);
});
