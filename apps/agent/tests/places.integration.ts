// The places frames of the real agent: programs of this machine, with and without symbols, and damaged files.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { AGENT_PLACES_MAX, AgentFrame } from '@rtprobe/abi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { binary, build, directory, frame, hello, RunningAgent } from './running-agent.ts';

const folder = mkdtempSync(join(tmpdir(), 'rtprobe-places-'));
const path = (name: string): string => join(folder, name);
const source = fileURLToPath(new URL('../../bridge/tests/programs/spin.c', import.meta.url));
const compile = (name: string, ...words: string[]) =>
  execFileSync('gcc', ['-O1', ...words, '-o', path(name), source]);

const running: ChildProcess[] = [];
let agent: RunningAgent;

beforeAll(() => {
  build();
  compile('static-pie', '-static-pie');
  compile('static', '-static', '-no-pie');
  compile('dynsym', '-rdynamic');
  compile('stripped', '-static-pie');
  compile('removed');
  agent = new RunningAgent();
});
afterAll(() => {
  agent.stop();
  for (const program of running) program.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

/** Starts a program, and waits until it sleeps: then its libraries are loaded. */
async function start(name: string): Promise<number> {
  const program = spawn(path(name), ['1']);
  running.push(program);
  await once(program, 'spawn');
  while (!/\) S /.test(readFileSync(`/proc/${program.pid}/stat`, 'utf8'))) await sleep(5);
  return program.pid!;
}

/** When a task was created, in ns of CLOCK_BOOTTIME. */
function startOf(pid: number): bigint {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return BigInt(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]!) * 10_000_000n;
}

interface Mapping {
  from: bigint;

  name: string;
}

const mappingsOf = (pid: number): Mapping[] =>
  readFileSync(`/proc/${pid}/maps`, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [range = '', , offset = '', , , ...name] = line.split(/\s+/);
      return {
        from: BigInt(`0x${range.split('-')[0]}`),
        offset: BigInt(`0x${offset}`),
        name: name.join(' '),
      };
    });

/** The value of a symbol in a file. */
function symbolIn(file: string, symbol: string, ...words: string[]): bigint {
  const line = execFileSync('nm', [...words, file], { encoding: 'utf8' })
    .split('\n')
    .find((each) => each.split(' ')[2]?.split('@')[0] === symbol);
  return BigInt(`0x${line!.split(' ')[0]}`);
}

let number = 0;
function request(pid: number, created: bigint, addresses: readonly bigint[]): Buffer {
  const bytes = Buffer.alloc(16 + 8 * addresses.length);
  bytes.writeUInt32LE(++number, 0);
  bytes.writeUInt32LE(pid, 4);
  bytes.writeBigUInt64LE(created, 8);
  for (const [i, address] of addresses.entries())
    bytes.writeBigUInt64LE(BigInt.asUintN(64, address), 16 + 8 * i);
  return frame(AgentFrame.places, bytes);
}

/** Returns the lines of an answer, the first without its number. */
async function answer(pid: number, created: bigint, ...addresses: bigint[]): Promise<string[]> {
  agent.write(request(pid, created, addresses));
  const { kind, payload } = await agent.frames.next();
  expect(kind).toBe(AgentFrame.places);
  const [head = '', ...lines] = payload.toString().split('\n');
  expect(head.split(' ')[0]).toBe(String(number));
  expect(lines.splice(-2)).toEqual(['end', '']);
  return [head.split(' ')[1]!, ...lines];
}

describe('the places of rtprobe-agent', () => {
  it('are announced in its hello', async () => {
    agent.write(hello);
    expect((await agent.frames.next()).payload.toString().split(' ')).toContain('places');
    await agent.frames.next();
  });

  it('have the function of a static program, loaded at any address or at a fixed one', async () => {
    for (const name of ['static-pie', 'static']) {
      const pid = await start(name);
      const value = symbolIn(path(name), 'motion_loop');
      const base = name === 'static' ? 0n : mappingsOf(pid).find((m) => m.name === path(name))!.from;
      expect(await answer(pid, startOf(pid), base + value, base + value + 8n)).toEqual([
        'read',
        `file\t${name}\t${value.toString(16)}\tmotion_loop`,
        `file\t${name}\t${(value + 8n).toString(16)}\tmotion_loop`,
      ]);
    }
  });

  it('have exported functions of a stripped program, and of a shared library', async () => {
    const value = symbolIn(path('dynsym'), 'motion_loop');
    execFileSync('strip', [path('dynsym')]);
    const pid = await start('dynsym');
    const [program] = mappingsOf(pid);
    const library = mappingsOf(pid).find(({ name }) => name.endsWith('/libc.so.6'))!;
    const open = symbolIn(library.name, 'fgetpos', '-D');
    expect(await answer(pid, startOf(pid), program!.from + value, library.from + open)).toEqual([
      'read',
      `file\tdynsym\t${value.toString(16)}\tmotion_loop`,
      expect.stringMatching(`^file\tlibc.so.6\t${open.toString(16)}\t(_IO_)?fgetpos(64)?$`),
    ]);
  });

  it('have only the address in a program without symbols', async () => {
    const value = symbolIn(path('stripped'), 'motion_loop');
    execFileSync('strip', [path('stripped')]);
    const pid = await start('stripped');
    const { from } = mappingsOf(pid).find((m) => m.name === path('stripped'))!;
    expect(await answer(pid, startOf(pid), from + value)).toEqual([
      'read',
      `file\tstripped\t${value.toString(16)}\t`,
    ]);
  });

  it('have the function of a file that was removed', async () => {
    const value = symbolIn(path('removed'), 'motion_loop');
    const pid = await start('removed');
    rmSync(path('removed'));
    const [{ from } = { from: 0n }] = mappingsOf(pid);
    expect(await answer(pid, startOf(pid), from + value)).toEqual([
      'read',
      `file\tremoved\t${value.toString(16)}\tmotion_loop`,
    ]);
  });

  it('tell memory without a file, and addresses that are not mapped', async () => {
    const pid = await start('static-pie');
    const stack = mappingsOf(pid).find(({ name }) => name === '[stack]')!;
    const vdso = mappingsOf(pid).find(({ name }) => name === '[vdso]')!;
    expect(await answer(pid, startOf(pid), stack.from, 0n, -1n, vdso.from)).toEqual([
      ...['read', 'anonymous', 'unmapped', 'unmapped', 'file\t[vdso]\t\t'],
    ]);
  });

  it('are not read of another task with that pid, nor of one that has ended', async () => {
    const pid = await start('static-pie');
    const created = startOf(pid);
    expect(await answer(pid, created - 10_000_000n, 0n)).toEqual(['gone']);
    expect(await answer(pid, created + 10_000_000n, 0n)).toEqual(['gone']);
    const program = running.at(-1)!;
    program.kill('SIGKILL');
    await once(program, 'close');
    expect(await answer(pid, created, 0n)).toEqual(['gone']);
    expect(await answer(0, 0n, 0n)).toEqual(['gone']);
  });

  it('are refused if the request has no address, too many, or part of one', async () => {
    const whole = request(process.pid, startOf(process.pid), Array<bigint>(AGENT_PLACES_MAX + 1).fill(0n));
    for (const length of [0, 4, 16, 23, 25, whole.length - 12]) {
      agent.write(frame(AgentFrame.places, whole.subarray(12, 12 + length)));
      expect(await agent.frames.nextCode()).toBe('E_LENGTH');
    }
    expect(await agent.frames.nothingMore()).toBe(true);
  });

  it('leave nothing behind, and are refused while an answer is awaited', async () => {
    const own = request(process.pid, startOf(process.pid), [0n]);
    agent.write(own, own);
    const kinds = [(await agent.frames.next()).kind, (await agent.frames.next()).kind];
    expect(kinds.sort()).toEqual([AgentFrame.refused, AgentFrame.places].sort());
    for (let i = 0; i < 40; i++) await answer(process.pid, startOf(process.pid), 0n);
    const children = readFileSync(`/proc/${agent.process.pid}/task/${agent.process.pid}/children`, 'utf8');
    expect(children.trim().split(/\s+/).length).toBeLessThanOrEqual(1);
  });
});

describe('the reader of ELF files', () => {
  it('neither reads nor writes outside of its memory, however a file is damaged', () => {
    const fuzz = path('elf-fuzz');
    const flags = ['-g', '-O1', '-D_GNU_SOURCE', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'];
    const files = ['tests/elf-fuzz.c', 'elf.c'].map((name) => join(directory, name));
    execFileSync('gcc', [...flags, '-iquote', directory, '-o', fuzz, ...files]);
    const library = mappingsOf(process.pid).find(({ name }) => /libm\.so/.test(name))?.name;
    for (const file of [binary, ...(library ? [library] : [])])
      for (const seed of [1, 2, 3]) {
        const named = execFileSync(fuzz, [file, String(seed), '1500'], { encoding: 'utf8' });
        expect(Number(named)).toBeGreaterThan(20);
      }
  }, 120_000);
});
