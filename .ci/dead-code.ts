// Files, exports and dependencies that nothing uses, found by knip with .ci/knip.jsonc. `npx node .ci/dead-code.ts`
// prints one line per fault and exits with 1 if there are any.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './command.ts';

const CONFIG = join(import.meta.dirname, 'knip.jsonc');
const KNIP = join(root, 'node_modules/.bin/knip');

type Kind = 'files' | 'exports' | 'types' | 'dependencies' | 'devDependencies';
const WORDS: Record<Kind, string> = {
  files: 'unused file',
  exports: 'unused export',
  types: 'unused exported type',
  dependencies: 'unused dependency',
  devDependencies: 'unused dependency',
};

/** The parts of knip's JSON report that are read here. */
interface Report {
  readonly issues: readonly ({ readonly file: string } & Partial<
    Record<Kind, readonly { name: string }[]>
  >)[];
}

function linesOf({ issues }: Report): string[] {
  return issues.flatMap((issue) =>
    (Object.keys(WORDS) as Kind[]).flatMap((kind) =>
      (issue[kind] ?? []).map(({ name }) =>
        kind === 'files' ? `${WORDS[kind]}: ${issue.file}` : `${issue.file}: ${WORDS[kind]} ${name}`,
      ),
    ),
  );
}

/** Returns what nothing uses in the workspaces of a folder, one line each. */
export function deadCode(folder = root, options: readonly string[] = []): string[] {
  const words = [
    '--directory',
    folder,
    '--config',
    CONFIG,
    '--no-progress',
    '--reporter',
    'json',
    ...options,
  ];
  const { error, status, stdout, stderr } = spawnSync(KNIP, words, {
    encoding: 'utf8',
    maxBuffer: 16 * 1024 * 1024,
  });
  if (error) return [`knip could not be run (${error.message}); run npm install`];
  try {
    const lines = linesOf(JSON.parse(stdout) as Report);
    // A stale entry of the configuration is also a fault; knip describes it on standard error.
    return status !== 0 && lines.length === 0 ? [`knip ended with ${status}: ${stderr.trim()}`] : lines;
  } catch {
    return [`knip ended with ${status}: ${stderr.trim() || stdout.trim()}`];
  }
}

if (import.meta.main) {
  const lines = deadCode();
  for (const line of lines) console.error(line);
  process.exitCode = lines.length > 0 ? 1 : 0;
}
