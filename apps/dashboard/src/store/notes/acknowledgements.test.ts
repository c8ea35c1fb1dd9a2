import { expect, it } from 'vitest';
import type { Changes } from '../remote/changes.ts';
import { type ChangeRequest, RemoteError } from '../remote/remote.ts';
import { Acknowledgements } from './acknowledgements.ts';

const one = (incident: string, comment = '') => ({ incident, time: 1, by: 'Jo', comment });

function start(make: (request: ChangeRequest) => Promise<unknown> = () => Promise.resolve()) {
  const requests: ChangeRequest[] = [];
  const failures: string[] = [];
  const changes = {
    make: (request: ChangeRequest) => {
      requests.push(request);
      return make(request);
    },
  } as unknown as Changes;
  const parts = {
    host: () => undefined,
    changes,
    author: () => 'Jo',
    failed: (text: string) => failures.push(text),
  };
  return { acknowledgements: new Acknowledgements(parts), requests, failures };
}

it('acknowledgements are those that the bridge sent', () => {
  const { acknowledgements } = start();
  acknowledgements.receive([one('a'), one('b')], []);
  acknowledgements.receive([one('a', 'again')], ['b']);
  const { byId, ids } = acknowledgements.store.getState();
  expect([...ids]).toEqual(['a']);
  expect(byId.get('a')).toEqual(one('a', 'again'));
});

it('acknowledgements are bounded, the oldest are dropped first', () => {
  const { acknowledgements } = start();
  acknowledgements.receive(
    Array.from({ length: 9000 }, (_, i) => one(`s${i}`)),
    [],
  );
  const { ids } = acknowledgements.store.getState();
  expect([ids.size, ids.has('s0'), ids.has('s8999')]).toEqual([8192, false, true]);
});

it('many incidents are acknowledged in requests that the bridge accepts, with the name of the person', async () => {
  const { acknowledgements, requests } = start();
  await acknowledgements.add(
    Array.from({ length: 250 }, (_, i) => `s${i}`),
    'cable',
  );
  const bodies = requests.map(({ body }) => body as { incidents: string[] });
  expect(bodies.map(({ incidents }) => incidents.length)).toEqual([100, 100, 50]);
  expect(bodies[0]).toMatchObject({ by: 'Jo', comment: 'cable' });
});

it('a refusal is reported, and nothing is acknowledged', async () => {
  const { acknowledgements, failures } = start(() =>
    Promise.reject(new RemoteError('E_ROLE', 'this session can only read', undefined)),
  );
  await acknowledgements.add(['a']);
  expect(failures).toEqual(['E_ROLE: this session can only read']);
  expect(acknowledgements.store.getState().ids.size).toBe(0);
});
