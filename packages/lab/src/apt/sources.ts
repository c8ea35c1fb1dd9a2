import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from '../errors.ts';

/** One archive of the system's apt configuration. */
export interface Archive {
  readonly uris: readonly string[];
  readonly suites: readonly string[];
  readonly components: readonly string[];
  /** The Signed-By value: a path, several, or an inline key with its continuation lines. */
  readonly signedBy?: string;
}

function words(value: string | undefined): string[] {
  return (value ?? '').split(/\s+/).filter(Boolean);
}

/** Parses stanzas of the deb822 format (`*.sources`), without disabled ones and pure source archives. */
export function parseDeb822(text: string): Archive[] {
  const archives: Archive[] = [];
  for (const stanza of text.replace(/^#.*\n?/gm, '').split(/\n\s*\n/)) {
    const fields = new Map<string, string>();
    let last = '';
    for (const line of stanza.split('\n')) {
      const field = /^([A-Za-z-]+):\s*(.*)$/.exec(line);
      if (field) {
        last = field[1]!.toLowerCase();
        fields.set(last, field[2]!);
      } else if (last && /^\s/.test(line)) fields.set(last, `${fields.get(last)}\n${line}`);
    }
    if (!words(fields.get('types')).includes('deb') || fields.get('enabled')?.trim() === 'no') continue;
    const signedBy = fields.get('signed-by');
    archives.push({
      uris: words(fields.get('uris')),
      suites: words(fields.get('suites')),
      components: words(fields.get('components')),
      ...(signedBy ? { signedBy } : {}),
    });
  }
  return archives;
}

/** Parses one-line entries (`sources.list`, `*.list`). */
export function parseOneLine(text: string): Archive[] {
  const archives: Archive[] = [];
  for (const line of text.split('\n')) {
    const entry = /^deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)((?:\s+[^\s#]+)*)/.exec(line.trim());
    if (!entry) continue;
    const signedBy = /signed-by=(\S+)/.exec(entry[1] ?? '')?.[1]?.replaceAll(',', ' ');
    archives.push({
      uris: [entry[2]!],
      suites: [entry[3]!],
      components: words(entry[4]),
      ...(signedBy ? { signedBy } : {}),
    });
  }
  return archives;
}

/** Returns every archive that apt would use on this machine. */
export function systemArchives(etc = '/etc/apt'): Archive[] {
  const archives: Archive[] = [];
  const main = join(etc, 'sources.list');
  if (existsSync(main)) archives.push(...parseOneLine(readFileSync(main, 'utf8')));
  const parts = join(etc, 'sources.list.d');
  for (const name of existsSync(parts) ? readdirSync(parts).sort() : []) {
    const read = (): string => readFileSync(join(parts, name), 'utf8');
    if (name.endsWith('.sources')) archives.push(...parseDeb822(read()));
    else if (name.endsWith('.list')) archives.push(...parseOneLine(read()));
  }
  return archives;
}

/** Returns VERSION_CODENAME of this machine ("bookworm"). */
export function systemCodename(osRelease = readFileSync('/etc/os-release', 'utf8')): string {
  return /^VERSION_CODENAME="?([a-z]+)"?$/m.exec(osRelease)?.[1] ?? '';
}

function stanza(archive: Archive, suite: string): string {
  // Inline keys keep their own line breaks; everything else is one line.
  const signed = archive.signedBy ? `Signed-By: ${archive.signedBy}\n` : '';
  return `Types: deb\nURIs: ${archive.uris.join(' ')}\nSuites: ${suite}\nComponents: main\n${signed}`;
}

/**
 * The deb822 text for other suites, from the addresses and keys of the system's own archives: for
 * suite "trixie" the archive that serves the system's own codename, for "trixie-security" the one
 * that serves its "-security". A "-security" the system does not know is left out; a main archive
 * it does not know is an error.
 *
 * @throws LabError E_NO_APT_SOURCES
 */
export function sourcesFor(
  suites: readonly string[],
  archives: readonly Archive[],
  codename: string,
): string {
  const serving = (suite: string): Archive | undefined =>
    archives.find((archive) => archive.suites.includes(suite) && archive.components.includes('main'));
  const stanzas = suites.map((suite) => {
    const security = suite.endsWith('-security');
    const archive = serving(security ? `${codename}-security` : codename);
    if (archive) return stanza(archive, suite);
    if (security) return undefined;
    throw new LabError(
      'E_NO_APT_SOURCES',
      `apt's configuration has no archive for ${codename || 'this system'} with the component "main"`,
      'run the lab on Debian, with its main archive in /etc/apt/sources.list or sources.list.d',
    );
  });
  return stanzas.filter((text) => text !== undefined).join('\n');
}
