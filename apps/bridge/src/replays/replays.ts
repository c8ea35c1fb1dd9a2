// Recordings that a person opened while the bridge runs: each is a host beside those that the bridge was started with.
import { BridgeError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { DeviceNames } from '../devices/id-list.ts';
import { Host } from '../host/host.ts';
import type { HostListener } from '../host/listener.ts';
import { type HostRegistry, uniqueName } from '../host/registry.ts';
import { FileReplay } from '../recording/replay.ts';
import type { RecordingFolder } from './folder.ts';
import type { Uploads } from './uploads.ts';

/** Maximum recordings that are open at a time. Each needs as much memory as a live host. */
export const OPEN_MAX = 4;

interface Parts {
  /** Every host of the bridge; recordings are added and removed here. */
  readonly hosts: Host[];
  readonly listeners: readonly HostListener[];
  readonly registry: HostRegistry;
  readonly deviceNames: DeviceNames;
  readonly log: Log;
}

export class Replays {
  readonly folder: RecordingFolder;
  readonly uploads: Uploads;
  readonly #parts: Parts;
  /** The open recordings by file. */
  readonly #open = new Map<string, Host>();
  /** Numbers of hosts are not used again. */
  #nextIndex: number;
  /** Opens and closes, one after the other. */
  #work: Promise<unknown> = Promise.resolve();

  constructor(folder: RecordingFolder, uploads: Uploads, parts: Parts) {
    this.folder = folder;
    this.uploads = uploads;
    this.#parts = parts;
    this.#nextIndex = parts.hosts.length;
  }

  /** Returns the name of the host that plays a file; undefined if the file is not open. */
  hostOf(file: string): string | undefined {
    return this.#open.get(file)?.name;
  }

  /** Opens a file of the folder and plays it. Returns its host; the same one if the file is open. */
  open(file: string): Promise<Host> {
    return this.#enqueue(async () => this.#open.get(file) ?? (await this.#start(file)));
  }

  /** Closes the recording of a host. Throws E_NOT_OPENED for a host that the bridge was started with. */
  close(host: Host): Promise<void> {
    return this.#enqueue(async () => {
      if (!host.isOpened) {
        const why = `the bridge was started with "${host.name}"`;
        throw new BridgeError('E_NOT_OPENED', why, 'start it without this source', host.name);
      }
      for (const [file, open] of this.#open) if (open === host) this.#open.delete(file);
      const { hosts, registry } = this.#parts;
      const at = hosts.indexOf(host);
      // Another request closed it before.
      if (at < 0) return;
      hosts.splice(at, 1);
      registry.release(host.index);
      await host.remove();
    });
  }

  /** Deletes a file. Throws E_RECORD_IN_USE while it is open. */
  delete(file: string): Promise<void> {
    return this.#enqueue(async () => {
      if (this.#open.has(file)) {
        throw new BridgeError('E_RECORD_IN_USE', `"${file}" is open`, 'close it first', file);
      }
      await this.folder.delete(file);
    });
  }

  #enqueue<T>(task: () => Promise<T>): Promise<T> {
    const done = this.#work.then(task);
    this.#work = done.catch(() => {});
    return done;
  }

  async #start(file: string): Promise<Host> {
    if (this.#open.size >= OPEN_MAX) {
      throw new BridgeError('E_REPLAYS_MAX', `${OPEN_MAX} recordings are open`, 'close one of them', file);
    }
    const { hosts, listeners, registry, deviceNames, log } = this.#parts;
    const source = await FileReplay.open(await this.folder.path(file));
    const index = this.#nextIndex++;
    const name = uniqueName(file, new Set(hosts.map((host) => host.name)));
    registry.reserve(index, name);
    const options = { index, name, nameIsGiven: true, isOpened: true, source, log, registry, deviceNames };
    const host = new Host(options, listeners);
    hosts.push(host);
    this.#open.set(file, host);
    host.start();
    return host;
  }
}
