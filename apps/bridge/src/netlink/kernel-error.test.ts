import { expect, it } from 'vitest';
import { kernelError } from './kernel-error.ts';

const EBUSY = 16;
const EINVAL = 22;

it.each([
  [1, undefined, 'E_REFUSED', /CAP_NET_ADMIN/],
  [2, 'unknown_rule 7', 'E_GONE', /read the list again/],
  [EINVAL, 'bad_word period_ns: not a number', 'E_REFUSED', /another value/],
  [
    EBUSY,
    'cpu_held: a real-time thread occupies a CPU; nothing was changed',
    'E_REFUSED',
    /leave the CPU out/,
  ],
  [EBUSY, 'cpu_held no response from CPU 2 (spin/41); nothing was changed', 'E_REFUSED', /leave the CPU out/],
  [EINVAL, 'no_cycle period-ns: only with response-time', 'E_REFUSED', /name the task/],
  [12, 'no_memory rules', 'E_REFUSED', /free memory/],
  [EINVAL, 'out_of_range period: 10us to 1s', 'E_REFUSED', /in the range/],
])('errno %i with "%s" says what to do next', (errno, text, code, todo) => {
  expect(kernelError(errno, text)).toMatchObject({ code, todo: expect.stringMatching(todo) as unknown });
});
