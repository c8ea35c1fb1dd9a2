import { expect, it } from 'vitest';
import { CODE_MS, LoginCodes } from './codes.ts';

it('a code expires after a minute, and many new codes displace old ones', () => {
  let now = 0;
  const codes = new LoginCodes(() => now);
  const late = codes.create('operator');
  const inTime = codes.create('operator');
  now = CODE_MS - 1;
  expect(codes.take(inTime)).toBe('operator');
  now = CODE_MS;
  expect(codes.take(late)).toBeUndefined();
  const first = codes.create('viewer');
  for (let i = 0; i < 64; i++) codes.create('viewer');
  expect(codes.take(first)).toBeUndefined();
});
