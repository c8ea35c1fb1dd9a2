import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { expect, it } from 'vitest';
import {
  configName,
  configurable,
  describeFault,
  exampleConfig,
  mergeConfig,
  parseConfig,
  readConfig,
} from './config-file.ts';
import { type ServeFlags, withServeOptions } from './flags.ts';
import { collectSources } from './source.ts';

const serve = (...words: string[]): Command => {
  const command = withServeOptions(new Command('serve')).option(
    '--source <word>',
    'repeatable',
    collectSources,
  );
  command.option('--config <file>').action(() => {});
  return command.parse(words, { from: 'user' });
};
const parse = (text: string) => parseConfig(text, 'f.conf', serve());

it('sets options by the names of the command line', () => {
  const { values, faults } = parse(`
    # comment
    source = unix:/run/a.sock=cell-4   # the first
    source=ssh:root@cnc-07
    listen = 9000
    no-history = yes
    behind-proxy = no
    history-age = 12h
  `);
  expect(faults).toEqual([]);
  expect(Object.fromEntries(values)).toEqual({
    source: [
      { kind: 'unix', path: '/run/a.sock', host: 'cell-4' },
      { kind: 'ssh', destination: 'root@cnc-07' },
    ],
    listen: { host: '127.0.0.1', port: 9000 },
    history: false,
    behindProxy: false,
    historyAge: 0.5,
  });
});

it.each([
  ['listen', 'E_CONFIG_SYNTAX', 'listen'],
  ['= 3', 'E_CONFIG_SYNTAX', '= 3'],
  ['listen =', 'E_CONFIG_SYNTAX', 'listen ='],
  ['lissten = 1', 'E_CONFIG_NAME', 'lissten'],
  ['config = /etc/x', 'E_CONFIG_NAME', 'config'],
  ['listen = nowhere', 'E_CONFIG_VALUE', 'nowhere'],
  ['source = ftp:x', 'E_CONFIG_VALUE', 'ftp:x'],
  ['insecure-http = true', 'E_CONFIG_VALUE', 'true'],
  ['base = /api', 'E_CONFIG_VALUE', '/api'],
  ['listen = 1\nlisten = 2', 'E_CONFIG_TWICE', 'listen'],
])('refuses %j with %s and the word', (line, code, word) => {
  const lines = line.split('\n').length;
  const { faults } = parse(`# first line\n${line}\nspeed = 2`);
  expect(faults).toMatchObject([{ code, file: 'f.conf', line: 1 + lines, word }]);
  expect(describeFault(faults[0]!)).toMatch(new RegExp(`^f\\.conf:${1 + lines}: ${code}: .*\n  → .`));
});

it('reports every wrong line, not only the first', () => {
  expect(parse('a = 1\nlisten = x\nb').faults.map(({ line }) => line)).toEqual([1, 2, 3]);
});

it('gives options of the command line priority, also over each other of a list', () => {
  const command = serve('--listen', '1234', '--source', 'agent');
  const config = parseConfig('listen = 1\nsource = lab\nspeed = 4', 'f.conf', command);
  expect(mergeConfig<ServeFlags>(command, config)).toMatchObject({
    listen: { port: 1234 },
    source: [{ kind: 'agent' }],
    speed: 4,
    history: true,
  });
});

it('has an example with every option, which sets nothing', () => {
  const example = exampleConfig(serve());
  expect(parse(example)).toMatchObject({ values: new Map(), faults: [] });
  for (const option of configurable(serve())) expect(example).toContain(`\n# ${configName(option)} = `);
  const wide = example.split('\n').filter((line) => line.length > 112);
  expect(wide).toEqual([]);
});

it('writes what is set as a line of its own', () => {
  const example = exampleConfig(serve(), { source: 'unix:/run/a.sock' });
  expect(parse(example).values).toEqual(new Map([['source', [{ kind: 'unix', path: '/run/a.sock' }]]]));
});

it('is read only from a regular file of limited size', () => {
  const folder = mkdtempSync(join(tmpdir(), 'config-'));
  try {
    const fifo = join(folder, 'fifo');
    execFileSync('mkfifo', [fifo]);
    const large = join(folder, 'large');
    writeFileSync(large, '#\n'.repeat(600_000));
    for (const [file, why] of [
      [fifo, 'is not a regular file'],
      ['/dev/zero', 'is not a regular file'],
      [folder, 'is not a regular file'],
      [large, 'is larger than 1048576 bytes'],
    ] as const)
      expect(readConfig(file, serve()).faults).toMatchObject([
        { code: 'E_CONFIG_FILE', message: `cannot be read: ${file} ${why}` },
      ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 5000);

it('shows control characters and long words of a file without harm to a terminal', () => {
  const { faults } = parse(`\u001b[2Jx\nlisten = \u001b]0;owned\u0007${'9'.repeat(100_000)}`);
  const shown = faults.map(describeFault).join('\n');
  expect(faults.map(({ code }) => code)).toEqual(['E_CONFIG_SYNTAX', 'E_CONFIG_VALUE']);
  expect(shown).not.toMatch(/\p{Cc}(?<!\n)/u);
  expect(shown).toContain('\\u{1b}]0;owned');
  expect(shown.length).toBeLessThan(1000);
});
