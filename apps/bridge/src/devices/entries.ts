// Reads the lines of a facts answer.

/** One folder or entry that the agent read. */
export interface Entry {
  /** Last name of its path: "24", "0000:00:03.0", "eth0". */
  readonly name: string;
  /** Path without symbolic links. */
  readonly path: string;
  readonly values: ReadonlyMap<string, string>;
}

/** Entries by the folder that contains them: "/proc/irq", "/sys/bus/pci/devices". */
export type Entries = ReadonlyMap<string, readonly Entry[]>;

/** Maximum lines. An answer of the largest size has fewer. */
const LINES_MAX = 32_768;
/** The agent's limits. A character has at least one byte. */
const LINE_MAX = 8192;
const VALUE_MAX = 4096;

function entryOf(line: string): { folder: string; entry: Entry } | undefined {
  if (line.length > LINE_MAX) return undefined;
  const [path = '', real = '', ...fields] = line.split('\t');
  const slash = path.lastIndexOf('/');
  if (slash < 0) return undefined;
  const values = new Map<string, string>();
  for (const field of fields) {
    const equals = field.indexOf('=');
    if (equals > 0 && field.length - equals - 1 <= VALUE_MAX)
      values.set(field.slice(0, equals), field.slice(equals + 1));
  }
  return { folder: path.slice(0, slash), entry: { name: path.slice(slash + 1), path: real || path, values } };
}

export function readEntries(text: string): Entries {
  const entries = new Map<string, Entry[]>();
  for (const line of text.split('\n', LINES_MAX)) {
    const found = entryOf(line);
    if (!found) continue;
    const same = entries.get(found.folder);
    if (same) same.push(found.entry);
    else entries.set(found.folder, [found.entry]);
  }
  return entries;
}
