import { expect, test } from 'vitest';

import { momentAt, wallTime, weekLater } from './zone';

test.each([
  ['Europe/Paris', '2026-11-21T16:00', '2026-11-21T15:00:00Z'],
  ['Europe/Paris', '2026-07-01T00:30', '2026-06-30T22:30:00Z'],
  ['Australia/Sydney', '2026-12-24T09:15', '2026-12-23T22:15:00Z'],
  ['America/Toronto', '2026-03-08T03:00', '2026-03-08T07:00:00Z'],
  ['UTC', '2026-01-01T00:00', '2026-01-01T00:00:00Z'],
])('in %s the clock shows %s at %s', (zone, wall, moment) => {
  expect(momentAt(wall, zone)).toBe(Date.parse(moment));
  expect(wallTime(Date.parse(moment), zone)).toBe(wall);
});

test('of the hour that autumn repeats it is the first, and the one that spring skips comes after it', () => {
  expect(momentAt('2026-10-25T02:30', 'Europe/Paris')).toBe(Date.parse('2026-10-25T00:30:00Z'));
  expect(wallTime(momentAt('2026-03-29T02:30', 'Europe/Paris')!, 'Europe/Paris')).toBe('2026-03-29T03:30');
});

test('what is no time is none', () => {
  expect(momentAt('', 'Europe/Paris')).toBeNull();
});

test('a week later the clock shows the same, over the change of clocks', () => {
  const before = Date.parse('2026-10-24T14:00:00Z');
  expect(wallTime(weekLater(before, 'Europe/Paris'), 'Europe/Paris')).toBe('2026-10-31T16:00');
  expect(weekLater(before, 'Europe/Paris')).toBe(Date.parse('2026-10-31T15:00:00Z'));
});
