import type { Incident } from '@rtprobe/protocol';
import { beforeEach, expect, it } from 'vitest';
import { Session } from '../../store/session/session.ts';
import { ROTATION, Rotation } from './rotation.ts';

let session: Session;
let rotation: Rotation;
const page = () => session.address.view.route.page;

beforeEach(() => {
  session = new Session('/?kiosk=1&rotate=30', undefined);
  session.hosts.setAll([{ host: 'a', index: 0, state: 'live', since: 0, history: false }]);
  rotation = new Rotation(session);
});

it('the kiosk comes to every page of the rotation and back to the first, and stays a kiosk', () => {
  const seen = ROTATION.map(() => {
    rotation.turn();
    return page();
  });
  expect(new Set(seen)).toEqual(new Set(ROTATION));
  expect(page()).toBe('overview');
  expect(session.address.view).toMatchObject({ kiosk: true, rotate: 30 });
});

it('a new spike brings the first screen and holds it for a while', () => {
  rotation.turn();
  expect(page()).toBe('interrupts');
  session.host!.incidents.change([{ id: 'x', time: 1 } as Incident], []);
  for (let turn = 0; turn < 4; turn++) {
    rotation.turn();
    expect(page()).toBe('overview');
  }
  rotation.turn();
  expect(page()).toBe('interrupts');
});

it('a frozen screen stays where it is', () => {
  session.screen.freeze();
  rotation.turn();
  expect(page()).toBe('overview');
});
