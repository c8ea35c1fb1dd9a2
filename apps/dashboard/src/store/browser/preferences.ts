// Preferences stored in this browser.
import { createStore, type StoreApi } from 'zustand/vanilla';

const HELPED = 'rtprobe.helped';
const KEYS_OFF = 'rtprobe.keysOff';
const AUTHOR = 'rtprobe.author';

interface State {
  /** The help was closed before. */
  helped: boolean;
  /** Single-character keys do nothing, for people who use speech input. */
  keysOff: boolean;
  /** Name of the person, for acknowledgements; may be empty. */
  author: string;
}

export class Preferences {
  readonly store: StoreApi<State>;
  readonly #storage: Pick<Storage, 'getItem' | 'setItem'> | undefined;

  constructor(storage: Pick<Storage, 'getItem' | 'setItem'> | undefined) {
    this.#storage = storage;
    this.store = createStore(() => load(storage));
  }

  get current(): State {
    return this.store.getState();
  }

  set(change: Partial<State>): void {
    this.store.setState(change);
    try {
      if (change.helped !== undefined) this.#storage?.setItem(HELPED, change.helped ? '1' : '0');
      if (change.author !== undefined) this.#storage?.setItem(AUTHOR, change.author);
      if (change.keysOff !== undefined) this.#storage?.setItem(KEYS_OFF, change.keysOff ? '1' : '0');
    } catch {
      // Full or denied: the preference ends with the page.
    }
  }
}

const NONE: State = { helped: true, keysOff: false, author: '' };

/** Without storage the help counts as closed; otherwise it would open at every load. */
function load(storage: Pick<Storage, 'getItem'> | undefined): State {
  try {
    if (storage === undefined) return NONE;
    return {
      helped: storage.getItem(HELPED) === '1',
      keysOff: storage.getItem(KEYS_OFF) === '1',
      author: storage.getItem(AUTHOR) ?? '',
    };
  } catch {
    return NONE;
  }
}
