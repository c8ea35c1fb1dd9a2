import { describe, expect, it } from 'vitest';
import { assignment, integer, origin, speed } from './options.ts';

describe('integer', () => {
  it('takes whole numbers inside the range', () => {
    expect(integer({ min: 1, max: 16 })('16')).toBe(16);
  });

  it('refuses everything else', () => {
    for (const word of ['0', '17', '1.5', '-1', '1e1', '0x2', '', ' 2', 'two']) {
      expect(() => integer({ min: 1, max: 16 })(word), word).toThrow(/from 1 to 16/);
    }
  });
});

describe('assignment', () => {
  it('collects NAME=VALUE words', () => {
    expect(assignment('period=1ms', ['a=b'])).toEqual(['a=b', 'period=1ms']);
  });

  it('refuses what is none', () => {
    for (const word of ['', 'x', '=1', 'a b=1', 'a=', '1a=2']) {
      expect(() => assignment(word, []), word).toThrow(/NAME=VALUE/);
    }
  });
});

describe('speed', () => {
  it('takes numbers from a hundredth to a thousand', () => {
    expect([speed('0.5'), speed('1000')]).toEqual([0.5, 1000]);
    for (const word of ['0', '-1', '1001', 'fast', '1e2', ''])
      expect(() => speed(word), word).toThrow(/number/);
  });
});

describe('origin', () => {
  it('takes a scheme, a host and a port, and nothing behind them', () => {
    expect(origin('https://rt.example.org/', ['http://localhost:8080'])).toEqual([
      'http://localhost:8080',
      'https://rt.example.org',
    ]);
    for (const word of ['rt.example.org', 'ftp://a', 'https://a/path', 'javascript:1', '*']) {
      expect(() => origin(word, []), word).toThrow(/http/);
    }
  });
});
