import { PassThrough } from 'node:stream';
import { LabError } from '@rtprobe/lab';
import { describe, expect, it } from 'vitest';
import { describeError, progressReporter } from './report.ts';

describe('describeError', () => {
  it('shows code, message and advice', () => {
    expect(
      describeError(new LabError('E_MISSING_TOOL', 'qemu is not installed', 'apt-get install qemu')),
    ).toBe('rtprobe: E_MISSING_TOOL: qemu is not installed\n  → apt-get install qemu');
  });

  it('keeps the stack of an unexpected error', () => {
    expect(describeError(new TypeError('x is not a function'))).toMatch(
      /TypeError: x is not a function\n +at /,
    );
  });
});

describe('progressReporter', () => {
  it('writes a line when a step starts and one when it is done, without a terminal', () => {
    const out = new PassThrough() as unknown as NodeJS.WriteStream;
    const report = progressReporter(out);
    report({ step: 'boot', state: 'start', detail: 'Linux' });
    report({ step: 'boot', state: 'update', fraction: 0.5 });
    report({ step: 'boot', state: 'done', detail: 'Linux' });
    expect(String(out.read())).toMatch(/^ {2}boot: Linux\n✓ boot: Linux \(\d+\.\d s\)\n$/);
  });

  it('shows all running steps on one line of a terminal, and each end on a line of its own', () => {
    const out = Object.assign(new PassThrough(), { isTTY: true, columns: 60 });
    const report = progressReporter(out as unknown as NodeJS.WriteStream);
    report({ step: 'download', state: 'start', detail: 'Linux' });
    report({ step: 'download', state: 'update', fraction: 0.5 });
    report({ step: 'rootfs', state: 'start', detail: 'Debian' });
    report({ step: 'download', state: 'done', detail: 'Linux' });
    const lines = String(out.read()).split('\r\x1b[K').slice(1);
    expect(lines.map((line) => line.replace(/\(\d.*\)/, '(time)'))).toEqual([
      '  download: Linux …',
      '  download: Linux 50 %',
      '  download: Linux 50 % | rootfs: Debian …',
      '✓ download: Linux (time)\n',
      '  rootfs: Debian …',
    ]);
  });
});
