import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Architecture, hostArchitecture, isNative } from '../architecture.ts';
import { LabError } from '../errors.ts';
import { diskFull, type RunResult, run } from '../run.ts';
import { sourcesFor, systemArchives, systemCodename } from './sources.ts';

/** A package in the index. */
export interface PackageRecord {
  readonly name: string;
  readonly version: string;
  /** First name of each dependency, without alternatives and version conditions. */
  readonly depends: readonly string[];
}

/** Parses the output of `apt-cache show`. */
export function parseRecords(text: string): PackageRecord[] {
  const records: PackageRecord[] = [];
  for (const paragraph of text.split(/\n\s*\n/)) {
    const field = (name: string): string | undefined =>
      new RegExp(`^${name}: (.*)$`, 'm').exec(paragraph)?.[1]?.trim();
    const name = field('Package');
    const version = field('Version');
    if (!name || !version) continue;
    const depends = (field('Depends') ?? '').split(',').map((each) => each.trim().split(/[\s(|:]/)[0]!);
    records.push({ name, version, depends: depends.filter(Boolean) });
  }
  return records;
}

function fetchError(what: string, result: RunResult): LabError {
  const said = result.output
    .split('\n')
    .filter((line) => /^(E|W|Err)/.test(line))
    .slice(-4)
    .join('\n');
  return (
    diskFull(result.output) ??
    new LabError(
      'E_FETCH',
      `${what} failed:\n${said}`,
      'check the network, and that `apt-get update` works on this machine',
    )
  );
}

/** Returns apt's settings for packages of another architecture beside those of this machine. */
function foreign(architecture: Architecture): [string, string][] {
  if (isNative(architecture)) return [];
  return [
    ['APT::Architecture', architecture.name],
    ...[architecture, hostArchitecture()].map(({ name }): [string, string] => ['APT::Architectures::', name]),
  ];
}

/**
 * A private view of a Debian archive with other suites than the system's; it changes nothing of the system's apt.
 * Addresses, keys, proxies and credentials are the system's; apt checks signatures and hashes. All files are under
 * `dir`, which the caller removes. Packages are of `architecture`; `NAME:ARCHITECTURE` is one of this machine's.
 */
export class AptArchive {
  readonly #dir: string;
  readonly #overrides: string[];
  readonly sources: string;

  constructor(dir: string, suites: readonly string[], architecture: Architecture = hostArchitecture()) {
    this.#dir = dir;
    for (const sub of ['state/lists/partial', 'cache/archives/partial', 'parts', 'debs']) {
      mkdirSync(join(dir, sub), { recursive: true });
    }
    this.sources = sourcesFor(suites, systemArchives(), systemCodename());
    writeFileSync(join(dir, 'parts/lab.sources'), this.sources);
    writeFileSync(join(dir, 'status'), '');
    const settings = {
      'Dir::State': join(dir, 'state'),
      'Dir::State::status': join(dir, 'status'),
      'Dir::Cache': join(dir, 'cache'),
      'Dir::Etc::sourcelist': '/dev/null',
      'Dir::Etc::sourceparts': join(dir, 'parts'),
      // apt's download user cannot access the private directory; the checks do not need that user.
      'APT::Sandbox::User': 'root',
      'Acquire::Retries': '3',
      'Acquire::http::Timeout': '30',
    };
    this.#overrides = [...Object.entries(settings), ...foreign(architecture)].flatMap(([key, value]) => [
      '-o',
      `${key}=${value}`,
    ]);
  }

  /** Downloads the indices. @throws LabError E_FETCH, E_DISK_FULL */
  async update(): Promise<void> {
    const result = await run(['apt-get', 'update', '--error-on=any', ...this.#overrides]);
    if (result.code !== 0) throw fetchError('fetching the package index', result);
  }

  /** Returns the newest version of a package in these suites. @throws LabError E_PACKAGE */
  async record(name: string): Promise<PackageRecord> {
    const result = await run(['apt-cache', 'show', '--no-all-versions', name, ...this.#overrides]);
    const found = parseRecords(result.stdout).find((each) => each.name === name);
    if (!found) {
      throw new LabError(
        'E_PACKAGE',
        `the package index has no ${name}`,
        'the suite may have dropped it: see docs/reference/lab.md',
      );
    }
    return found;
  }

  /** Downloads packages (checked by apt); resolves with the folder that holds the .deb files. */
  async download(names: readonly string[], onFraction: (fraction: number) => void): Promise<string> {
    const debs = join(this.#dir, 'debs');
    const result = await run(
      ['apt-get', 'download', ...names, '-o', 'APT::Status-Fd=3', ...this.#overrides],
      {
        cwd: debs,
        onStatus: (line) => {
          const percent = /^dlstatus:\d+:([\d.]+):/.exec(line)?.[1];
          if (percent) onFraction(Number(percent) / 100);
        },
      },
    );
    if (result.code !== 0) throw fetchError(`downloading ${names.join(' ')}`, result);
    return debs;
  }
}
