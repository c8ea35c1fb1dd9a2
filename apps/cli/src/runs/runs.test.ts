// Tests `rtprobe run` and `rtprobe runs` as a person calls them, with a bridge whose host has this machine's boot id.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestRun } from '@rtprobe/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, until } from '../../../bridge/tests/harness.ts';
import { RESULTS, type Started, type WatchedMachine, watchThisMachine } from '../../tests/watched-machine.ts';
import { exitCodeOf, Tail } from './child.ts';
import { resultFileOf } from './result-file.ts';
import { kernelConfig } from './run.ts';

let machine: WatchedMachine;
let harness: Harness;

beforeAll(async () => {
  machine = await watchThisMachine();
  ({ harness } = machine);
});
afterAll(() => machine.close());

const rtprobe: WatchedMachine['rtprobe'] = (...words) => machine.rtprobe(...words);
const run = (...command: string[]): Started => rtprobe(['run', '--name', 'mine'], ['--', ...command]);

async function newest(): Promise<TestRun> {
  const { runs } = (await harness.get('/api/v1/test-runs')).body as unknown as { runs: TestRun[] };
  return (await harness.get(`/api/v1/test-runs/${runs[0]!.id}`)).body as unknown as TestRun;
}

describe('rtprobe run', () => {
  it('passes output and exit code through and stores them with the result', async () => {
    const file = join(RESULTS, 'cyclictest-q.txt');
    const { ended, text } = run('sh', '-c', `cat ${file}; echo oops >&2; exit 3`);
    expect(await ended).toBe(3);
    expect(text.stdout).toBe(readFileSync(file, 'utf8'));
    expect(text.stderr).toMatch(/^oops$/m);
    expect(text.stderr).toMatch(/test run \d+: cyclictest: 518 samples, max 16.1 ms/);
    expect(await newest()).toMatchObject({
      ...{ state: 'ended', name: 'mine', exitCode: 3, tool: 'cyclictest', host: 'simulated' },
      output: expect.stringContaining('oops'),
    });
  });

  it('passes SIGINT to the command, and stores how it ended', async () => {
    const { child, ended, text } = run(
      'sh',
      '-c',
      'trap "echo caught; exit 7" INT; echo ready; while :; do sleep 0.1; done',
    );
    await until('the command', () => text.stdout.includes('ready'));
    expect(await newest()).toMatchObject({ state: 'running' });
    child.kill('SIGINT');
    expect(await ended).toBe(7);
    expect(text.stdout).toContain('caught');
    expect(await newest()).toMatchObject({ state: 'ended', exitCode: 7 });
  });

  it('ends as a shell does if a signal ends the command', async () => {
    expect(await run('sh', '-c', 'kill -TERM $$').ended).toBe(143);
    expect(await newest()).toMatchObject({ signal: 'SIGTERM' });
  });

  it('stores that a command cannot be started', async () => {
    const { ended, text } = run('/nowhere/cyclictest');
    expect(await ended).toBe(125);
    expect(text.stderr).toContain('E_COMMAND');
    expect(await newest()).toMatchObject({ state: 'ended', exitCode: 127 });
  });

  it('on another machine does not run the command', async () => {
    const target = join(machine.dir, 'written');
    const { ended, text } = rtprobe(['run', '--host', 'other'], ['--', 'touch', target]);
    expect(await ended).toBe(125);
    expect(text.stderr).toMatch(/E_NOT_ON_HOST: this machine is not "other"; run it on other itself/);
    expect(() => readFileSync(target)).toThrow();
  });
});

describe('rtprobe runs', () => {
  it('imports a file, lists, shows and deletes it', async () => {
    const imported = rtprobe(['runs', 'import', join(RESULTS, 'oslat.json'), '--name', 'old kernel']);
    expect(await imported.ended).toBe(0);
    expect(imported.text.stdout).toMatch(/^test run (\d+): oslat: 23.8 M samples, max 48.1 ms$/m);
    const id = /\d+/.exec(imported.text.stdout)![0];
    const list = rtprobe(['runs']);
    expect(await list.ended).toBe(0);
    expect(list.text.stdout).toMatch(
      new RegExp(`^ *${id}  simulated  .* UTC  4 s  oslat .* imported  old kernel$`, 'm'),
    );
    const json = rtprobe(['runs', '--json']);
    expect(await json.ended).toBe(0);
    expect(JSON.parse(json.text.stdout).runs[0]).toMatchObject({ id: Number(id), tool: 'oslat' });
    const show = rtprobe(['runs', 'show', id]);
    expect(await show.ended).toBe(0);
    expect(show.text.stdout).toContain('oslat: 23.8 M samples');
    expect(await rtprobe(['runs', 'delete', id]).ended).toBe(0);
    expect(await rtprobe(['runs', 'show', id]).ended).toBe(1);
  });

  it('reports on a run in ten lines', async () => {
    const imported = rtprobe(['runs', 'import', join(RESULTS, 'cyclictest-H.json')]);
    expect(await imported.ended).toBe(0);
    const id = /\d+/.exec(imported.text.stdout)![0];
    const html = join(machine.dir, 'report.html');
    const report = rtprobe(['report', id, '--budget', '5ms', '--json', '--html', html]);
    expect(await report.ended).toBe(0);
    const { lines, verdict } = JSON.parse(report.text.stdout);
    expect(lines).toHaveLength(10);
    expect(readFileSync(html, 'utf8')).toContain('<h2>Distribution of cyclictest</h2>');
    expect(verdict).toMatchObject({ is: 'not_fit', n: 377, maxNs: 9_534_000 });
    expect(await run('true').ended).toBe(0);
    const { id: other } = await newest();
    const refused = rtprobe(['report', String(other), '--budget', '5ms']);
    expect(await refused.ended).toBe(1);
    expect(refused.text.stderr).toContain('E_NO_RESULT');
  });

  it('refuses a file with the word that cannot be read', async () => {
    const path = join(machine.dir, 'bad.txt');
    writeFileSync(path, readFileSync(join(RESULTS, 'oslat.txt'), 'utf8').replace('23788232', '2378x232'));
    const { ended, text } = rtprobe(['runs', 'import', path]);
    expect(await ended).toBe(1);
    expect(text.stderr).toMatch(/E_RESULT_WORD: line 16: "2378x232" is not a number/);
  });
});

describe('what a run stores', () => {
  it('of a long output is the end, in whole lines', () => {
    const tail = new Tail(20);
    for (let i = 0; i < 10; i++) tail.add(Buffer.from(`line ${i}\n`));
    expect(tail.text).toBe('line 8\nline 9\n');
    expect(tail.leftOut).toBeGreaterThanOrEqual(50);
    const short = new Tail(20);
    short.add(Buffer.from('all\n'));
    expect([short.text, short.leftOut]).toEqual(['all\n', 0]);
  });

  it.each([
    ['cyclictest -q --json=a.json', 'a.json'],
    ['sudo chrt -f 80 cyclictest --json b.json -q', 'b.json'],
    ['cyclictest --histfile=h.txt -h 100', 'h.txt'],
    ['oslat -D 60 --json=o.json', 'o.json'],
    ['jitterdebugger -o out', 'out/results.json'],
    ['cyclictest -q', undefined],
    ['grep --json=x cyclictests', undefined],
  ])('of "%s" is the file %s', (words, file) => {
    expect(resultFileOf(words.split(' '))).toBe(file);
  });

  it('of an end is the exit code of a shell', () => {
    expect([exitCodeOf({ exitCode: 4 }), exitCodeOf({ signal: 'SIGKILL' })]).toEqual([4, 137]);
  });

  it('of a kernel without a readable configuration is no digest', () => {
    expect(kernelConfig(machine.dir, machine.dir)).toBeUndefined();
  });
});
