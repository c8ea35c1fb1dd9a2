import { describe, expect, it } from 'vitest';
import {
  age,
  assignment,
  basePath,
  bridgeUrl,
  exportSize,
  integer,
  level,
  origin,
  size,
  speed,
} from './options.ts';

describe('integer', () => {
  it('accepts whole numbers inside the range', () => {
    expect(integer({ min: 1, max: 16 })('16')).toBe(16);
  });

  it('rejects everything else', () => {
    for (const word of ['0', '17', '1.5', '-1', '1e1', '0x2', '', ' 2', 'two']) {
      expect(() => integer({ min: 1, max: 16 })(word), word).toThrow(/from 1 to 16/);
    }
  });
});

describe('assignment', () => {
  it('collects NAME=VALUE words', () => {
    expect(assignment('period=1ms', ['a=b'])).toEqual(['a=b', 'period=1ms']);
  });

  it('rejects any other text', () => {
    for (const word of ['', 'x', '=1', 'a b=1', 'a=', '1a=2']) {
      expect(() => assignment(word, []), word).toThrow(/NAME=VALUE/);
    }
  });
});

describe('speed', () => {
  it('accepts numbers from 0.01 to 1000', () => {
    expect([speed('0.5'), speed('1000')]).toEqual([0.5, 1000]);
    for (const word of ['0', '-1', '1001', 'fast', '1e2', ''])
      expect(() => speed(word), word).toThrow(/number/);
  });
});

describe('origin', () => {
  it('accepts a scheme, a host and a port, and nothing after them', () => {
    expect(origin('https://rt.example.org/', ['http://localhost:8080'])).toEqual([
      'http://localhost:8080',
      'https://rt.example.org',
    ]);
    for (const word of ['rt.example.org', 'ftp://a', 'https://a/path', 'javascript:1', '*']) {
      expect(() => origin(word, []), word).toThrow(/http/);
    }
  });
});

describe('the path under which a proxy publishes a bridge', () => {
  it('is accepted with or without a slash at its end, and can be the root', () => {
    expect([basePath('/rt'), basePath('/rt/'), basePath('/')]).toEqual(['/rt', '/rt', '']);
    for (const word of ['', 'rt', '/api', '/a b', 'https://a/rt'])
      expect(() => basePath(word), word).toThrow(/path/);
  });

  it('can be part of the address of a bridge', () => {
    expect(bridgeUrl('https://rt.example.org/rt/')).toBe('https://rt.example.org/rt');
    expect(bridgeUrl('http://[::1]:9154/')).toBe('http://[::1]:9154');
    for (const word of ['rt.example.org', 'https://a/?x', 'https://u@a/', 'https://a/#x', 'https://a/api'])
      expect(() => bridgeUrl(word), word).toThrow(/http/);
  });
});

describe('the limits of the history', () => {
  it.each([
    ['64M', 64 * 1024 ** 2],
    ['1.5G', 1.5 * 1024 ** 3],
  ])('accepts the size %s', (text, bytes) => {
    expect(size(text)).toBe(bytes);
  });

  it.each(['2', '2g', '63M', '2T', '-1G', 'G', '1e3M'])('rejects the size %s', (text) => {
    expect(() => size(text)).toThrow('500M');
  });

  it('accepts hours and days, and rejects other ages', () => {
    expect([age('12h'), age('30d')]).toEqual([0.5, 30]);
    for (const text of ['30', '30m', '3651d', '0.5h', '-1d']) expect(() => age(text), text).toThrow('12h');
  });
});

describe('level', () => {
  it('accepts a duration with its unit, in ns', () => {
    expect(['0ns', '250us', '1.5ms', '2s'].map(level)).toEqual([0, 250_000, 1_500_000, 2e9]);
    for (const word of ['1', '-1ms', '61s', '1 ms', '1m', 'ms', '']) {
      expect(() => level(word), word).toThrow(/1ms/);
    }
  });
});

describe('exportSize', () => {
  it('accepts smaller sizes than the history needs', () => {
    expect(exportSize('1M')).toBe(1024 ** 2);
    for (const word of ['1023K', '2T', '5']) expect(() => exportSize(word), word).toThrow(/from 1M/);
  });
});
