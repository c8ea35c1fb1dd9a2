import { expect, it } from 'vitest';
import { matchPlaces, type Place } from './places.ts';

const place = (name: string): Place => ({ kind: 'task', name, route: { page: 'overview' } });
const places = ['irq 36 eth0-rx', 'eth0/81', 'cyclictest/812', 'CPU 3'].map(place);
const names = (text: string) => matchPlaces(places, text).map((p) => p.name);

it('places are found by all words, in any order and case, those that begin so first', () => {
  expect(names('ETH0')).toEqual(['eth0/81', 'irq 36 eth0-rx']);
  expect(names('rx 36')).toEqual(['irq 36 eth0-rx']);
  expect(names('nothing')).toEqual([]);
  expect(names('')).toHaveLength(4);
});
