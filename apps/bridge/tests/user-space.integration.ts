// Where samples find a real program in user mode: module, agent and bridge, with and without symbols.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BootedGuest, boot, equip, prepareEquipment } from '@rtprobe/lab';
import type { Spike } from '@rtprobe/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Recording } from '../src/recording/reader.ts';
import { type Browser, type Harness, startHarnessOf, until } from './harness.ts';

const source = fileURLToPath(new URL('programs/spin.c', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'rtprobe-spin-'));
const recording = join(folder, 'run.rec.bin');

const build = (name: string, ...words: string[]) =>
  execFileSync('gcc', ['-O1', ...words, '-o', join(folder, name), source]);
const strip = (name: string) => execFileSync('strip', [join(folder, name)]);

describe('a program that holds a CPU in user mode', () => {
  let guest: BootedGuest;
  let harness: Harness | undefined;
  let browser: Browser;
  /** Where a program was mapped. */
  const bases: string[] = [];

  beforeAll(async () => {
    build('spin-pie', '-static-pie');
    build('spin-dynsym', '-rdynamic');
    strip('spin-dynsym');
    build('spin-stripped', '-static-pie');
    strip('spin-stripped');
    const equipment = await prepareEquipment({ kernel: '6.12-rt' });
    guest = await boot({ kernel: '6.12-rt', memoryMiB: 512 });
    await equip(guest, equipment);
    await guest.copyIn(
      ['spin-pie', 'spin-dynsym', 'spin-stripped'].map((name) => join(folder, name)),
      '/usr/local/bin',
    );
    ({ harness, browser } = await startHarnessOf(guest, { recordTo: recording }));
    await guest.sh(
      'echo measures=timer_latency,wakeup_latency period=1ms threshold=50ms >/proc/rtprobe/control && ' +
        'echo add measure=wakeup_latency comm=sleeper threshold=6ms capture=none >/proc/rtprobe/rules && ' +
        `{ setsid taskset -c 1 chrt -f 20 perl -e '$0 = "sleeper"; select undef, undef, undef, 0.002 while 1' </dev/null >/dev/null 2>&1 & }`,
    );
  });
  afterAll(async () => {
    await harness?.close();
    await guest?.down();
    rmSync(folder, { recursive: true });
  });

  /** Lets a program run, and returns a spike that it caused. */
  async function caused(name: string): Promise<Spike> {
    const base = await guest.sh(
      `{ setsid taskset -c 1 chrt -f 70 ${name} 8 </dev/null >/dev/null 2>&1 & } && sleep 0.5 && ` +
        `pid=$(pidof ${name}) && cut -d- -f1 /proc/$pid/maps | sed q`,
    );
    bases.push(base.trim());
    // Spikes of its start have samples in the dynamic linker.
    const seen = browser.messages.length;
    const spikes = () =>
      browser.messages.slice(seen).flatMap((message) => (message.type === 'spike' ? [message.spike] : []));
    // A slow host makes ktimers/1 late, too: then the program is only the largest of several parts.
    const isOfIt = ({ victim, parts = [] }: Spike) =>
      victim?.comm === 'sleeper' && parts[0]?.name === name && (parts[0].profile?.samples ?? 0) > 1;
    const spike = await until('the spike', () => spikes().find(isOfIt), 20_000).catch(async (error) => {
      const state = await guest.sh(
        'cat /proc/rtprobe/control /proc/rtprobe/rules; ps -eo pid,rtprio,psr,stat,comm; head -n 40 /proc/rtprobe/spikes',
      );
      throw new Error(`${error.message}: ${spikes().length} others; ${state}`);
    });
    await guest.sh(`kill $(pidof ${name})`);
    return spike;
  }

  it('is named with its function, from its own symbols', async () => {
    const { parts, sentence } = await caused('spin-pie');
    expect(parts![0]!.profile!.user![0]).toMatchObject({ module: 'spin-pie', function: 'motion_loop' });
    expect(sentence).toMatch(/\d+ of \d+ samples in motion_loop \(spin-pie\)/);
  });

  it('is named with its function, from its dynamic symbols, if others were stripped', async () => {
    const { sentence } = await caused('spin-dynsym');
    expect(sentence).toMatch(/samples in motion_loop \(spin-dynsym\)/);
  });

  it('is named without a function if it has no symbols, with addresses as in its file', async () => {
    const { parts, sentence } = await caused('spin-stripped');
    expect(sentence).toMatch(/samples in spin-stripped(\+0x[0-9a-f]+)?[,);]/);
    const size = readFileSync(join(folder, 'spin-stripped')).length;
    for (const { module, address } of parts![0]!.profile!.user!)
      if (module === 'spin-stripped') expect(Number(address)).toBeLessThan(size);
  });

  it('is stored and recorded without its addresses in memory', async () => {
    await harness!.close();
    harness = undefined;
    const record = await Recording.open(recording);
    const bytes: Buffer[] = [];
    for (let i = 0; i < record.blocks.length; i++)
      for (const { payload } of (await record.read(i)) ?? []) bytes.push(Buffer.from(payload));
    await record.close();
    const all = Buffer.concat(bytes);
    expect(bases).toHaveLength(3);
    expect(all.includes('motion_loop')).toBe(true);
    for (const base of bases) {
      // All but the last three bytes of an address in the program.
      const address = Buffer.alloc(8);
      address.writeBigUInt64LE(BigInt(`0x${base}`));
      expect(all.includes(address.subarray(3)), base).toBe(false);
    }
  });
});
