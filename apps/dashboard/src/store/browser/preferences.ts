// What this browser remembers of whoever sits at it, beside what they acknowledged (acknowledged.ts).

const HELPED = 'rtprobe.helped';
const KEYS_OFF = 'rtprobe.keysOff';

export interface Preferences {
  /** Has closed the help before. */
  helped: boolean;
  /** Keys of a single character do nothing. */
  keysOff: boolean;
}

/** Who keeps no storage is taken for somebody who knows the page: the help would come back with every load. */
export function loadPreferences(storage: Pick<Storage, 'getItem'> | undefined): Preferences {
  try {
    if (storage === undefined) return { helped: true, keysOff: false };
    return { helped: storage.getItem(HELPED) === '1', keysOff: storage.getItem(KEYS_OFF) === '1' };
  } catch {
    return { helped: true, keysOff: false };
  }
}

export function savePreferences(
  storage: Pick<Storage, 'setItem'> | undefined,
  change: Partial<Preferences>,
): void {
  try {
    if (change.helped !== undefined) storage?.setItem(HELPED, change.helped ? '1' : '0');
    if (change.keysOff !== undefined) storage?.setItem(KEYS_OFF, change.keysOff ? '1' : '0');
  } catch {
    // Full or denied: it lasts as long as the page.
  }
}
