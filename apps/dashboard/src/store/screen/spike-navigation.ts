// Opens spikes: freezes the screen, selects one spike, and moves the window to it.
import type { Spike } from '@rtprobe/protocol';
import type { Address } from '../address/address.ts';
import { type Remote, remoteError } from '../remote/remote.ts';
import type { CurrentHost } from './current-host.ts';
import type { FrozenScreen } from './frozen-screen.ts';
import type { TimeWindow } from './time-window.ts';

interface Parts {
  host: CurrentHost;
  address: Address;
  screen: FrozenScreen;
  window: TimeWindow;
  remote: Remote | undefined;
  failed(text: string): void;
}

export class SpikeNavigation {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Freezes and selects one spike; moves the window if the spike is outside. */
  open(id: string): void {
    const { address, screen, window } = this.#parts;
    screen.freeze();
    address.change({ spike: id });
    const spike = screen.reading()?.spikes.find((s) => s.id === id);
    if (spike !== undefined) window.bringIn(spike.time);
    else void this.#fetch(id);
  }

  /** Selects the next (1) or previous (-1) spike in time; the newest if none is selected. */
  step(direction: 1 | -1): void {
    const { address, screen } = this.#parts;
    const spikes = screen.reading()?.spikes ?? [];
    const index = spikes.findIndex((s) => s.id === address.view.spike);
    const next = index < 0 ? spikes.at(-1) : spikes[index + direction];
    if (next !== undefined) this.open(next.id);
  }

  /** Requests a spike that is not in this page's memory. */
  async #fetch(id: string): Promise<void> {
    const { address, screen, window, remote, failed } = this.#parts;
    try {
      const info = this.#parts.host()?.info;
      // A recording has the ids of the host that was recorded.
      const query = info?.replay?.opened === true ? { host: info.host } : {};
      const answer = await remote?.read<{ spike: Spike }>(`/spikes/${encodeURIComponent(id)}`, query);
      if (answer === undefined || screen.current === undefined || address.view.spike !== id) return;
      screen.addSpike(answer.spike);
      window.bringIn(answer.spike.time);
    } catch (error) {
      const { code, message } = remoteError(error);
      failed(`${code}: ${message}`);
    }
  }
}
