// What runs until a signal arrives: the bridge, and the guest of the demo.
import type { Bridge } from '@rtprobe/bridge';
import type { BootedGuest } from '@rtprobe/lab';
import { CliError } from '../errors.ts';
import { EXIT_FAILED } from '../exit.ts';
import { describeError } from '../report.ts';
import { checkServeOptions } from './check.ts';
import { type ServeFlags, serveOptionsOf } from './flags.ts';
import { notifySystemd } from './notify.ts';
import { resolveSource, type ServeOptions, serve } from './serve.ts';
import type { SourceWord } from './source.ts';

export class Running {
  #bridge: Bridge | undefined;
  #guest: BootedGuest | undefined;
  #options: ServeOptions | undefined;
  #isEnding = false;
  #reloading = Promise.resolve();

  /** Stops within the time that a signal leaves: the bridge closes its browsers' connections, then the guest stops. */
  readonly end = async (): Promise<void> => {
    this.#isEnding = true;
    await this.#bridge?.close();
    await this.#guest?.down();
  };

  async serve(words: readonly SourceWord[], flags: ServeFlags, open: boolean): Promise<void> {
    const sources = await Promise.all(words.map((word) => resolveSource(word, flags.speed)));
    this.#options = serveOptionsOf(flags, sources, open);
    this.#bridge = await serve(this.#options);
  }

  /**
   * Reads the options again and restarts the bridge with them; browsers and agents connect again. With wrong options,
   * the bridge continues as before. A second request waits for the first.
   */
  reload(read: () => ServeFlags & { readonly source: readonly SourceWord[] }): Promise<void> {
    this.#reloading = this.#reloading.then(() => this.#reload(read));
    return this.#reloading;
  }

  async #reload(read: () => ServeFlags & { readonly source: readonly SourceWord[] }): Promise<void> {
    const before = this.#options;
    if (before === undefined || this.#isEnding) return;
    let options: ServeOptions;
    try {
      const { source, ...flags } = read();
      const sources = await Promise.all(source.map((word) => resolveSource(word, flags.speed)));
      options = serveOptionsOf(flags, sources, false);
      if (options.record !== undefined) {
        const todo = 'restart the bridge with another file';
        throw new CliError('E_RELOAD', 'a bridge that records its stream cannot be reloaded', todo);
      }
      checkServeOptions(options);
    } catch (error) {
      console.error(`${describeError(error)}\nrtprobe: the options are unchanged`);
      return;
    }
    await notifySystemd('RELOADING=1');
    await this.#bridge?.close();
    if (this.#isEnding) return;
    try {
      this.#bridge = await serve(options);
      this.#options = options;
      console.log('rtprobe: the options were read again');
    } catch (error) {
      console.error(`${describeError(error)}\nrtprobe: the bridge continues with the options from before`);
      this.#bridge = await serve(before).catch((again: unknown) => {
        console.error(describeError(again));
        process.exit(EXIT_FAILED);
      });
    }
    await notifySystemd('READY=1');
  }

  /** Owns the guest: if it dies, this process exits. */
  own(guest: BootedGuest): Promise<never> {
    this.#guest = guest;
    return new Promise((_, reject) => guest.onLost(reject));
  }
}
