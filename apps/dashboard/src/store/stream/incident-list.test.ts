import { expect, it } from 'vitest';
import { IncidentList } from './incident-list.ts';
import { incident } from './test-spike.ts';

const ids = (list: IncidentList) => list.all.map(({ id }) => id);

it('incidents are listed by time, each once, in its newest form', () => {
  const list = new IncidentList();
  list.merge([incident({ id: 'a', time: 1 }), incident({ id: 'c', time: 3 })]);
  expect(list.change([incident({ id: 'b', time: 2 })], [])).toBe(true);
  expect(list.change([incident({ id: 'b', time: 2, valueNs: 9 })], ['c'])).toBe(false);
  expect(ids(list)).toEqual(['a', 'b']);
  expect(list.all[1]!.valueNs).toBe(9);
});

it('a list of the bridge replaces those of its time and keeps older ones', () => {
  const list = new IncidentList();
  list.merge([incident({ id: 'a', time: 1 }), incident({ id: 'b', time: 2 })]);
  list.merge([incident({ id: 'c', time: 2 })]);
  expect(ids(list)).toEqual(['a', 'c']);
  list.dropAfter(1);
  expect(ids(list)).toEqual(['a']);
  list.clear();
  expect(ids(list)).toEqual([]);
});
