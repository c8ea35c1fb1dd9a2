// REST for recordings: viewers list them, operators open, move and close them.
import { definedOnly } from '../base/defined-only.ts';
import { BridgeError } from '../base/errors.ts';
import type { Host } from '../host/host.ts';
import { OPEN_MAX, type Replays } from '../replays/replays.ts';
import type { ReplaySource } from '../sources/source.ts';
import { findHost, oneHost } from './hosts.ts';
import type { Handlers } from './mount.ts';

type Recordings = 'getRecordings' | 'openRecording' | 'closeRecording' | 'deleteRecording' | 'setReplay';

/** Returns the recording that a host plays. Throws E_NOT_REPLAY. */
function replayOf(host: Host): ReplaySource {
  if (host.source.kind === 'replay') return host.source;
  const why = `"${host.name}" is live: only a recording can be replayed`;
  throw new BridgeError('E_NOT_REPLAY', why, 'choose a host with a source replay:FILE', host.name);
}

const played = (host: Host) => ({ host: host.name, replay: host.info.replay! });

export function replayHandlers(
  hosts: readonly Host[],
  replays: Replays | undefined,
): Pick<Handlers, Recordings> {
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
      return { recordings: listed, more, bytes, openMax: OPEN_MAX };
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
    setReplay: async ({ body: { host: name, ...change } }) => {
      const host = oneHost(hosts, name);
      await replayOf(host).control(definedOnly(change));
      host.replayChanged();
      return played(host);
    },
  };
}
