import { expect, it } from 'vitest';
import { incident, spike } from '../stream/test-spike.ts';
import { countIncidents, incidentEntries } from './incidents.ts';

const late = spike({ cpu: 2 });
const held = spike();
const first = incident({}, [held, late]);
const noise = incident({ origin: 'outside' });

it('an incident is listed with its spikes, the primary first, where one of them matches', () => {
  expect(incidentEntries([first, noise], [late, held])).toEqual([
    { incident: noise, spikes: [] },
    { incident: first, spikes: [held, late] },
  ]);
  expect(incidentEntries([first, noise], [late, held], (s) => s.cpu === 2)).toHaveLength(1);
  expect(incidentEntries([first, noise], [late, held], (s) => s.cpu === 3)).toEqual([]);
});

it('host noise is counted beside the others, and one acknowledged spike acknowledges its incident', () => {
  expect(countIncidents([first, noise], new Set())).toEqual({ incidents: 1, fresh: 1, hostNoise: 1 });
  expect(countIncidents([first, noise], new Set([late.id]))).toMatchObject({ incidents: 1, fresh: 0 });
});
