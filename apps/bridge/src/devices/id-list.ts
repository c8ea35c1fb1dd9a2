// Names of vendors and products from a list of ids: pci.ids or usb.ids. Both have this form: a line of four hexadecimal
// digits and the vendor's name, below it lines of a tab, four digits and a product's name, and below a product lines of
// two tabs, two times four digits and the name of a board.
import { readFileSync, statSync } from 'node:fs';

export interface Ids {
  /** Four hexadecimal digits each. */
  vendor: string;
  product: string;
  boardVendor?: string;
  board?: string;
}

export interface Names {
  vendor?: string;
  product?: string;
  board?: string;
}

/** Today's lists have 1.4 MB. */
const FILE_MAX = 16 * 1024 * 1024;
/** Ids whose names are cached. */
const CACHED_MAX = 4096;

const isId = (id: string | undefined): boolean => id !== undefined && /^[0-9a-f]{4}$/.test(id);

/** Returns the rest of the line that begins with this text, from a position up to a limit. */
function nameAfter(
  text: string,
  start: string,
  from: number,
  to: number,
): { name: string; end: number } | undefined {
  const at = text.indexOf(`\n${start}  `, from);
  if (at < 0 || at >= to) return undefined;
  const begin = at + start.length + 3;
  const end = text.indexOf('\n', begin);
  return { name: text.slice(begin, end < 0 ? undefined : end).trim(), end: end < 0 ? text.length : end };
}

/** Returns the position of the next line that is neither a comment nor below this depth of tabs. */
function sectionEnd(text: string, from: number, depth: 1 | 2): number {
  const next = depth === 1 ? /\n[^\t#\n]/g : /\n(?:[^\t#\n]|\t[^\t])/g;
  next.lastIndex = from;
  return next.exec(text)?.index ?? text.length;
}

export function namesIn(text: string, { vendor, product, boardVendor, board }: Ids): Names {
  if (!isId(vendor)) return {};
  const ofVendor = nameAfter(text, vendor, 0, text.length);
  if (!ofVendor) return {};
  const names: Names = { vendor: ofVendor.name };
  const end = sectionEnd(text, ofVendor.end, 1);
  const ofProduct = isId(product) ? nameAfter(text, `\t${product}`, ofVendor.end, end) : undefined;
  if (!ofProduct) return names;
  names.product = ofProduct.name;
  if (!isId(boardVendor) || !isId(board)) return names;
  const boards = sectionEnd(text, ofProduct.end, 2);
  const ofBoard = nameAfter(text, `\t\t${boardVendor} ${board}`, ofProduct.end, boards);
  return ofBoard ? { ...names, board: ofBoard.name } : names;
}

/** A list of ids in the first of some files that exists. Read when a name is needed; its text is not kept. */
export class IdList {
  readonly #paths: readonly string[];
  readonly #cache = new Map<string, Names>();
  /** The file, until the names that are needed now have been found. */
  #text: string | undefined;

  constructor(paths: readonly string[]) {
    this.#paths = paths;
  }

  /** Returns the names of a device, as far as the list has them. */
  names(ids: Ids): Names {
    const key = [ids.vendor, ids.product, ids.boardVendor, ids.board].join(':');
    const cached = this.#cache.get(key);
    if (cached) return cached;
    if (this.#text === undefined) {
      this.#text = this.#read();
      queueMicrotask(() => {
        this.#text = undefined;
      });
    }
    // Without a file nothing is cached: it may be installed later.
    if (this.#text === '') return {};
    const names = namesIn(this.#text, ids);
    if (this.#cache.size >= CACHED_MAX) this.#cache.clear();
    this.#cache.set(key, names);
    return names;
  }

  #read(): string {
    for (const path of this.#paths) {
      try {
        if (statSync(path).size <= FILE_MAX) return `\n${readFileSync(path, 'utf8')}`;
      } catch {
        // The next path may exist. Without any, ids are shown instead of names.
      }
    }
    return '';
  }
}

export interface DeviceNames {
  readonly pci: Pick<IdList, 'names'>;
  readonly usb: Pick<IdList, 'names'>;
}

/** Where Debian's packages and those of other distributions put the lists. */
const FOLDERS = ['/usr/share/misc', '/usr/share/hwdata', '/usr/share'];

/** The lists of this machine. */
export const systemNames = (): DeviceNames => ({
  pci: new IdList(FOLDERS.map((folder) => `${folder}/pci.ids`)),
  usb: new IdList([...FOLDERS, '/var/lib/usbutils'].map((folder) => `${folder}/usb.ids`)),
});
