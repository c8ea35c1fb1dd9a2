// REST for recordings: viewers list them, operators open, move and close them.
import { type Nanoseconds, REPLAY_MARKS_MAX, type ReplaySpikes } from '@rtprobe/protocol';
import { definedOnly } from '../base/defined-only.ts';
import { BridgeError } from '../base/errors.ts';
import type { Host } from '../host/host.ts';
import { OPEN_MAX, type Replays } from '../replays/replays.ts';
import type { ReplaySource } from '../sources/source.ts';
import { findHost, oneHost } from './hosts.ts';
import type { Handlers } from './mount.ts';

type Recordings = 'getRecordings' | 'openRecording' | 'closeRecording' | 'deleteRecording';
type Upload = 'beginUpload' | 'addPiece' | 'cancelUpload';
type Player = 'setReplay' | 'stepReplay' | 'getReplaySpikes';

/** Returns the recording that a host plays. Throws E_NOT_REPLAY. */
function replayOf(host: Host): ReplaySource {
  if (host.source.kind === 'replay') return host.source;
  const why = `"${host.name}" is live: only a recording can be replayed`;
  throw new BridgeError('E_NOT_REPLAY', why, 'choose a host with a source replay:FILE', host.name);
}

/** Returns the marks of a timeline: the largest value of each part of the recording. */
function marksOf({ marks: { marks, readTo }, position }: ReplaySource): Omit<ReplaySpikes, 'host'> {
  const { startedAt, lengthUs } = position;
  const partUs = Math.max(lengthUs, 1) / REPLAY_MARKS_MAX;
  const parts = Map.groupBy(marks, ({ at }) =>
    Math.min(Math.floor((at - startedAt) / partUs), REPLAY_MARKS_MAX - 1),
  );
  const spikes = Array.from(parts.values(), (part) => {
    const worst = part.reduce((a, b) => (b.valueNs > a.valueNs ? b : a));
    const count = part.reduce((sum, { ids }) => sum + ids.length, 0);
    return { positionUs: worst.at - startedAt, valueNs: worst.valueNs as Nanoseconds, count };
  });
  const count = spikes.reduce((sum, mark) => sum + mark.count, 0);
  return { readUs: Math.max(0, readTo - startedAt), count, spikes };
}

/** Returns the id of the largest of some spikes that are in memory. */
function largestOf({ state }: Host, numbers: readonly bigint[]): string | undefined {
  const found = numbers.flatMap((number) => state.spikes.get(number)?.spike ?? []);
  return found.toSorted((a, b) => b.valueNs - a.valueNs)[0]?.id;
}

const played = (host: Host) => ({ host: host.name, replay: host.info.replay! });

export function replayHandlers(
  hosts: readonly Host[],
  replays: Replays | undefined,
): Pick<Handlers, Recordings | Upload | Player> {
  const folder = (): Replays => {
    if (replays) return replays;
    const why = 'this bridge has no folder for recordings';
    throw new BridgeError('E_RECORDINGS_OFF', why, 'start it with --recordings DIR');
  };
  return {
    getRecordings: async () => {
      const { recordings, bytes, more } = await folder().folder.list();
      const listed = recordings.map((file) => {
        const host = folder().hostOf(file.file);
        return { ...file, ...(host !== undefined && { host }) };
      });
      const { maxBytes } = folder().uploads;
      return { recordings: listed, more, bytes, maxBytes, openMax: OPEN_MAX };
    },
    beginUpload: ({ body: { file, bytes } }) => folder().uploads.begin(file, bytes),
    addPiece: ({ params, query, body }) => folder().uploads.add(params.id, query.offset, body),
    cancelUpload: async ({ params: { id } }) => {
      await folder().uploads.cancel(id);
      return { upload: id };
    },
    openRecording: async ({ body }) => played(await folder().open(body.file)),
    closeRecording: async ({ body }) => {
      const host = findHost(hosts, body.host);
      replayOf(host);
      await folder().close(host);
      return { host: host.name };
    },
    deleteRecording: async ({ query: { file } }) => {
      await folder().delete(file);
      return { file };
    },
    getReplaySpikes: ({ query }) => {
      const host = oneHost(hosts, query.host);
      return { host: host.name, ...marksOf(replayOf(host)) };
    },
    stepReplay: async ({ body: { host: name, to } }) => {
      const host = oneHost(hosts, name);
      const numbers = await replayOf(host).step(to);
      host.replayChanged();
      const spike = largestOf(host, numbers);
      return { ...played(host), ...(spike !== undefined && { spike }) };
    },
    setReplay: async ({ body: { host: name, ...change } }) => {
      const host = oneHost(hosts, name);
      await replayOf(host).control(definedOnly(change));
      host.replayChanged();
      return played(host);
    },
  };
}
