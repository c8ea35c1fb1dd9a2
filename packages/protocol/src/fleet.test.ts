import { expect, it } from 'vitest';
import { incidentSubject, subjectToken } from './fleet.ts';

it('a name of a host cannot add levels or wildcards to a subject, and different names stay different', () => {
  expect(incidentSubject('plant 1', 'a.b.>', '7-12')).toBe('rtprobe.v1.plant=201.a=2eb=2e=3e.incident.7-12');
  const names = ['a.b', 'a=2eb', 'a*b', 'ä', 'a b', 'a\r\nb', 'ab'];
  const tokens = names.map(subjectToken);
  expect(new Set(tokens).size).toBe(names.length);
  for (const token of tokens) expect(token).toMatch(/^[A-Za-z0-9_=-]+$/);
});
