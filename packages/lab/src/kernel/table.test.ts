import { expect, it } from 'vitest';
import {
  architectureOf,
  KERNEL_NAMES,
  KERNELS,
  kernelName,
  STOCK_KERNEL_NAMES,
  type StockKernel,
} from './table.ts';

it('finds every kernel of the table by its name', () => {
  for (const name of KERNEL_NAMES) expect(kernelName(name)).toBe(name);
});

it('rejects an unknown kernel and names the available ones', () => {
  expect(() => kernelName('5.4')).toThrow(
    expect.objectContaining({
      code: 'E_UNKNOWN_KERNEL',
      message: expect.stringContaining('"5.4"'),
      remedy: expect.stringContaining('6.12-rt'),
    }),
  );
});

it('names the architecture of a kernel that is not for amd64, and takes its packages', () => {
  for (const name of STOCK_KERNEL_NAMES) {
    const { flavour } = KERNELS[name] as StockKernel;
    const architecture = architectureOf(name).name;
    expect(flavour).toMatch(new RegExp(`(^|-)${architecture}$`));
    expect(name.endsWith(`-${architecture}`)).toBe(architecture !== 'amd64');
  }
});

it('names suites and flavours, never versions of packages', () => {
  for (const name of STOCK_KERNEL_NAMES) {
    const { suites, flavour } = KERNELS[name] as StockKernel;
    expect([...suites, flavour].join(' ')).not.toMatch(/\d+\.\d+/);
  }
});
