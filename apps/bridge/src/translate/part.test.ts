import { Callback, PartKind } from '@rtprobe/abi';
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

test('a part of a function has its kind and its name; of a kind that this version does not have, neither', () => {
  const part = {
    kind: PartKind.vector,
    number: 0,
    name: 'LOC',
    durationNs: 5n,
    count: 1,
    function: 'poll [drv]',
  };
  expect(toParts([{ ...part, callback: Callback.hrtimer }])[0]).toMatchObject({
    ...{ kind: 'vector', label: 'LOC' },
    callback: { kind: 'hrtimer', function: 'poll [drv]' },
  });
  const [later] = toParts([{ ...part, callback: 77 }]);
  expect(later).toMatchObject({ kind: 'vector', label: 'LOC', durationNs: 5 });
  expect(later).not.toHaveProperty('callback');
});

test('a part that the timer interrupted has a profile; without a function the samples were in user mode', () => {
  const part = { kind: PartKind.task, name: 'hog', durationNs: 5n, count: 1, samples: 5, samplesInside: 4 };
  expect(toParts([{ ...part, sampledFunction: 'wait_dma [drv]' }])[0]!.profile).toEqual({
    ...{ samples: 5, inside: 4, function: 'wait_dma [drv]' },
  });
  expect(toParts([part])[0]!.profile).toEqual({ samples: 5, inside: 4 });
  expect(toParts([{ ...part, samplesPreemptOff: 5, samplesBhOff: 1 }])[0]!.profile).toEqual({
    ...{ samples: 5, inside: 4, preemptOff: 5, bhOff: 1 },
  });
  expect(toParts([{ kind: PartKind.task, durationNs: 5n }])[0]).not.toHaveProperty('profile');
});

test('a part has what asked for its function, as far as that is known', () => {
  const part = { kind: PartKind.vector, number: 3, name: 'CAL_SINGLE', durationNs: 5n, count: 1 };
  const call = { ...part, callback: Callback.call, function: 'flush_tlb_func' };
  const asker = { pid: 226, comm: 'stress-ng', startTime: 5n };
  expect(
    toParts([{ ...call, sender: { cpu: 3, task: asker, function: 'tlb_finish_mmu' } }])[0],
  ).toMatchObject({
    sender: { cpu: 3, task: { pid: 226, comm: 'stress-ng' }, function: 'tlb_finish_mmu' },
  });
  expect(toParts([{ ...call, sender: { cpu: 3, inInterrupt: 1 } }])[0]?.sender).toEqual({
    ...{ cpu: 3, inInterrupt: true },
  });
  expect(toParts([{ ...call, sender: { cpu: 3, task: asker, armed: 1 } }])[0]?.sender).toEqual({
    ...{ cpu: 3, task: { pid: 226, comm: 'stress-ng' }, armed: true },
  });
  expect(toParts([call])[0]).not.toHaveProperty('sender');
});
