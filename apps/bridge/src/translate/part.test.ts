import { PartKind } from '@rtprobe/abi';
import { expect, test } from 'vitest';
import { toParts } from './part.ts';

const source = (number: number, name: string) => ({ measure: 'hardirq_duration' as const, number, name });
const nameOf = (comm: string, ...sources: ReturnType<typeof source>[]) =>
  toParts(
    [{ kind: PartKind.irqThread, number: 36, name: comm, durationNs: 1n, count: 1 }],
    new Map(sources.map((each, id) => [id, each])),
  )[0]?.name;

test('an IRQ thread whose name is cut off has the name of the only action that fits', () => {
  expect(nameOf('irq/36-virtio1-r', source(36, 'virtio1-requests'), source(37, 'virtio1-rx'))).toBe(
    'virtio1-requests',
  );
});

test('if the names of several actions fit, none of them is chosen', () => {
  expect(nameOf('irq/36-virtio1-r', source(36, 'virtio1-requests'), source(36, 'virtio1-rx'))).toBe(
    'virtio1-r',
  );
});

test('a name that is not cut off fits only itself', () => {
  expect(nameOf('irq/36-eth', source(36, 'eth0'), source(36, 'eth'))).toBe('eth');
});
