import type { HostInfo } from '@rtprobe/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { Session } from '../session/session.ts';
import { statusOf } from './status.ts';

const info: HostInfo = { host: 'h', index: 0, state: 'live', since: 0, history: false };
let session: Session;
const status = (now: number) => {
  const { connection, host, screen } = session;
  return statusOf({ connection: connection.current, host, frozen: screen.current !== undefined }, now);
};

beforeEach(() => {
  session = new Session('', undefined);
  session.hosts.setAll([info]);
  session.connection.set({ state: 'open' });
  session.host!.receivedAt = 10_000;
});

describe('the word on the bar', () => {
  it('is LIVE while frames come', () => {
    expect(status(11_900)).toEqual({ word: 'LIVE', detail: undefined, old: false });
  });

  it('is STALE after two seconds of silence, and counts them', () => {
    expect(status(22_000)).toEqual({ word: 'STALE', detail: 'no data for 12 s', old: true });
  });

  it('waits five spans where spans are long', () => {
    session.host!.spanUs = 1_000_000;
    expect(status(14_900).word).toBe('LIVE');
    expect(status(15_100).word).toBe('STALE');
  });

  it('is REPLAY for a recording, and a paused one does not grow stale', () => {
    const replay = {
      file: 'x',
      recordedHost: 'a',
      startedAt: 0,
      positionUs: 0,
      lengthUs: 1,
      speed: 1,
      paused: true,
    };
    session.hosts.set({ ...info, state: 'replay', replay });
    expect(status(99_000).word).toBe('REPLAY');
  });

  it('is OFFLINE with the bridge’s reason, or with the time of the next attempt', () => {
    session.hosts.set({ ...info, state: 'offline', reason: 'no module: rtprobectl load' });
    expect(status(11_000)).toEqual({
      word: 'OFFLINE',
      detail: 'no module: rtprobectl load',
      old: true,
    });
    session.connection.set({ state: 'closed', retryAt: 14_200, reason: '', attempts: 3 });
    expect(status(12_000).detail).toBe('no data for 2 s · the bridge does not respond, retrying in 3 s');
  });

  it('is FROZEN when somebody froze it, whatever comes behind, and says when nothing does', () => {
    session.screen.freeze();
    expect(status(11_000)).toEqual({ word: 'FROZEN', detail: undefined, old: false });
    expect(status(22_000)).toEqual({ word: 'FROZEN', detail: 'no data for 12 s', old: false });
  });
});
