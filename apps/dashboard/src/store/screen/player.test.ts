import type { HostInfo } from '@rtprobe/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { type ChangeRequest, RemoteError } from '../remote/remote.ts';
import { Host, type Replay } from '../stream/host.ts';
import { Player, shownPosition } from './player.ts';

const start: Replay = {
  ...{ file: 'a.rec', recordedHost: 'cnc', startedAt: 1e15, positionUs: 30e6, lengthUs: 100e6 },
  ...{ speed: 1, paused: true },
};
const info: HostInfo = { host: 'a.rec', index: 1, state: 'replay', since: 0, history: false, replay: start };

let host: Host;
let requests: ChangeRequest[];
let selected: (string | undefined)[];
let resumed: number;
let player: Player;
/** Lets the bridge answer; it answers at once if undefined. */
let hold: Promise<void> | undefined;
let refusal: RemoteError | undefined;
let spike: string | undefined;

beforeEach(() => {
  host = new Host(info);
  [requests, selected, resumed, hold, refusal, spike] = [[], [], 0, undefined, undefined, undefined];
  const make = async <T>(request: ChangeRequest): Promise<T> => {
    requests.push(request);
    await hold;
    if (refusal !== undefined) throw refusal;
    const replay = { ...host.info.replay, ...(request.body as Partial<Replay>) };
    return { host: 'a.rec', replay, ...(spike !== undefined && { spike }) } as T;
  };
  const screen = { resume: () => resumed++ };
  player = new Player({
    host: () => host,
    screen,
    changes: { make },
    select: (id) => selected.push(id),
  });
});

const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

describe('the player of a recording', () => {
  it('plays and pauses, and shows what it plays instead of a frozen screen', async () => {
    player.toggle();
    await settled();
    expect(requests[0]).toEqual({ method: 'POST', path: '/replay', body: { host: 'a.rec', paused: false } });
    expect(resumed).toBe(1);
    expect(host.info.replay!.paused).toBe(false);
  });

  it('sends only the newest position while the bridge has not answered, within the recording', async () => {
    let release = () => {};
    hold = new Promise((resolve) => {
      release = resolve;
    });
    for (const position of [40e6, 50e6, 500e6]) player.seek(position);
    expect(shownPosition(host, player.store.getState().target)).toBe(100e6);
    release();
    await expect.poll(() => player.store.getState().target).toBeUndefined();
    expect(requests.map(({ body }) => (body as { positionUs: number }).positionUs)).toEqual([40e6, 100e6]);
  });

  it('moves by ten seconds from where it is shown, and closes the spike, which may not have happened then', async () => {
    player.move(-1);
    await settled();
    expect(requests[0]!.body).toMatchObject({ positionUs: 20e6 });
    expect(selected).toEqual([undefined]);
  });

  it('selects the spike that it steps to, and says if there is none', async () => {
    spike = '7-1';
    await player.step('next');
    expect(selected).toEqual([undefined, '7-1']);
    expect(player.store.getState().noSpike).toBe(false);
    spike = undefined;
    await player.step('next');
    expect(player.store.getState().noSpike).toBe(true);
    expect(selected.at(-1)).toBeUndefined();
  });

  it('shows why the bridge refused', async () => {
    refusal = new RemoteError('E_ROLE', 'this session can only read', undefined);
    player.seek(10e6);
    await settled();
    expect(player.store.getState()).toMatchObject({ target: undefined, error: { code: 'E_ROLE' } });
  });

  it('does nothing on a live host', () => {
    host = new Host({ ...info, state: 'live', replay: undefined as never });
    expect(player.active).toBe(false);
    player.toggle();
    player.seek(1);
    expect(requests).toEqual([]);
  });

  it('counts on from the position that the bridge reported, at the speed of the replay', () => {
    const now = performance.now();
    host.setInfo({ ...info, replay: { ...start, paused: false, speed: 8 } });
    expect(host.replayPosition(now + 1000)).toBeGreaterThan(37e6);
    expect(host.replayPosition(now + 1000)).toBeLessThan(39e6);
    expect(host.replayPosition(now + 1e9)).toBe(100e6);
    host.setInfo(info);
    expect(host.replayPosition(now + 1000)).toBe(30e6);
  });
});
