import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { pageSize } from '../screenshot/command.ts';
import { Chromium, findChromium } from './chromium.ts';

const dir = mkdtempSync(join(tmpdir(), 'rtprobe-find-'));
afterAll(() => rmSync(dir, { recursive: true }));

describe('a Chromium of this machine', () => {
  it('is the given one, else the first on the PATH', () => {
    const [first, second] = ['a', 'b'].map((name) => join(dir, name)) as [string, string];
    for (const folder of [first, second]) mkdirSync(folder);
    writeFileSync(join(second, 'google-chrome'), '#!/bin/sh\n');
    chmodSync(join(second, 'google-chrome'), 0o755);
    writeFileSync(join(first, 'chromium'), 'no program');
    expect(findChromium(undefined, `${first}:${second}`)).toBe(join(second, 'google-chrome'));
    expect(findChromium('/bin/sh', first)).toBe('/bin/sh');
  });

  it('that does not exist is reported with a code and advice', () => {
    const none = expect.objectContaining({
      code: 'E_NO_CHROMIUM',
      remedy: expect.stringContaining('install'),
    });
    expect(() => findChromium(undefined, dir)).toThrow(none);
    expect(() => findChromium(join(dir, 'absent'))).toThrow(none);
  });

  it('that is another program is reported with its own output', async () => {
    const broken = join(dir, 'broken');
    writeFileSync(broken, '#!/bin/sh\necho no display >&2\nexit 3\n');
    chmodSync(broken, 0o755);
    await expect(Chromium.start(broken)).rejects.toMatchObject({
      code: 'E_CHROMIUM',
      message: expect.stringMatching(/ended with 3/),
    });
  });
});

describe('the size of a page', () => {
  it('is two numbers within the limits of a screen', () => {
    expect(pageSize('1600x900')).toEqual({ width: 1600, height: 900 });
    for (const word of ['1600', '10x10', '9999x900', '1600X900', '1600x900x2', ' 1600x900'])
      expect(() => pageSize(word), word).toThrow(/1920x1080/);
  });
});
