import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { diskFull, installing, lineSplitter, run } from './run.ts';

describe('run', () => {
  it('resolves with the exit code and both outputs', async () => {
    const result = await run(['sh', '-c', 'echo out; echo err >&2; exit 3']);
    expect(result).toMatchObject({ code: 3, stdout: 'out\n' });
    expect(result.output.split('\n').sort()).toEqual(['', 'err', 'out']);
  });

  it('starts a program of a Debian package only when the installation has ended, and others at once', async () => {
    let end = (): void => {};
    installing(new Promise<void>((done) => (end = done)));
    const order: string[] = [];
    const late = run(['sh', '-c', 'exit 0', 'make']).then(() => order.push('make'));
    await run(['sh', '-c', 'exit 0', 'tar']).then(() => order.push('tar'));
    expect(order).toEqual(['tar']);
    end();
    await late;
    expect(order).toEqual(['tar', 'make']);
  });

  it('feeds standard input and uses no shell', async () => {
    const result = await run(['cat', '-'], { stdin: Readable.from(['$(id)']) });
    expect(result.stdout).toBe('$(id)');
  });

  it('names the Debian package of a program that is missing', async () => {
    const path = process.env.PATH;
    process.env.PATH = '/nonexistent';
    try {
      await expect(run(['mmdebstrap'])).rejects.toMatchObject({
        code: 'E_MISSING_TOOL',
        remedy: 'apt-get install mmdebstrap',
      });
    } finally {
      process.env.PATH = path;
    }
  });

  it('keeps only the end of endless output', async () => {
    const result = await run(['sh', '-c', 'yes 0123456789 | head -c 2000000; echo; echo last']);
    expect(result.stdout.length).toBeLessThanOrEqual(256 * 1024);
    expect(result.stdout.endsWith('last\n')).toBe(true);
  });

  it('reads status lines from descriptor 3', async () => {
    const lines: string[] = [];
    await run(['sh', '-c', 'echo dlstatus:1:50.0:x >&3'], { onStatus: (line) => lines.push(line) });
    expect(lines).toEqual(['dlstatus:1:50.0:x']);
  });
});

describe('lineSplitter', () => {
  it('joins what was split in the middle of a line', () => {
    const lines: string[] = [];
    const push = lineSplitter((line) => lines.push(line));
    push('on');
    push('e\ntwo\nthr');
    expect(lines).toEqual(['one', 'two']);
  });
});

describe('diskFull', () => {
  it('finds a full disk in a program’s output', () => {
    expect(diskFull('tar: x: Cannot write: No space left on device')?.code).toBe('E_DISK_FULL');
    expect(diskFull('all is well')).toBeUndefined();
  });
});
