import type { HostInfo } from '@rtprobe/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { Session } from '../session/session.ts';
import { status } from './status.ts';

const info: HostInfo = { host: 'h', index: 0, state: 'live', since: 0, history: false };
let session: Session;

beforeEach(() => {
  session = new Session('', undefined);
  session.setHosts([info]);
  session.store.setState({ link: { state: 'open' } });
  session.receivedAt.set('h', 10_000);
});

describe('the word on the bar', () => {
  it('is LIVE while frames come', () => {
    expect(status(session, 11_900)).toEqual({ word: 'LIVE', detail: undefined, old: false });
  });

  it('is STALE after two seconds of silence, and counts them', () => {
    expect(status(session, 22_000)).toEqual({ word: 'STALE', detail: 'no data for 12 s', old: true });
  });

  it('waits five spans where spans are long', () => {
    session.host!.spanUs = 1_000_000;
    expect(status(session, 14_900).word).toBe('LIVE');
    expect(status(session, 15_100).word).toBe('STALE');
  });

  it('is REPLAY for a recording, and a paused one does not grow stale', () => {
    const replay = { file: 'x', positionUs: 0, lengthUs: 1, speed: 1, paused: true };
    session.setHost({ ...info, state: 'replay', replay });
    expect(status(session, 99_000).word).toBe('REPLAY');
  });

  it('is OFFLINE with the bridge’s reason, or with the time of the next attempt', () => {
    session.setHost({ ...info, state: 'offline', reason: 'no module: modprobe rtprobe' });
    expect(status(session, 11_000)).toEqual({
      word: 'OFFLINE',
      detail: 'no module: modprobe rtprobe',
      old: true,
    });
    session.store.setState({ link: { state: 'closed', retryAt: 14_200, reason: '', attempts: 3 } });
    expect(status(session, 12_000).detail).toBe(
      'no data for 2 s · the bridge does not answer, trying again in 3 s',
    );
  });

  it('is FROZEN when somebody froze it, whatever comes behind, and says when nothing does', () => {
    session.freeze();
    expect(status(session, 11_000)).toEqual({ word: 'FROZEN', detail: undefined, old: false });
    expect(status(session, 22_000)).toEqual({ word: 'FROZEN', detail: 'no data for 12 s', old: false });
  });
});
