import type { Measure } from '@rtprobe/protocol';
import { expect, it } from 'vitest';
import type { Reading, RowReading } from '../reading/reading.ts';
import { readCpus } from './cpus.ts';

const row = (measure: Measure, sum: number): RowReading => {
  const info = { id: sum, measure, number: 0, name: 'f', label: 'f', threaded: false, retired: false };
  return { info, cpu: 0, count: 1, sum, max: sum } as unknown as RowReading;
};

it('adds up the time of interrupts and softirqs, but not that of the functions which they called', () => {
  const rows = [row('vector_duration', 100), row('softirq_duration', 20), row('hrtimer_duration', 90)];
  const reading = { info: {}, time: 0, cpus: [0], spikes: [], rows: () => rows } as unknown as Reading;
  expect(readCpus(reading)[0]).toMatchObject({ takenNs: 120, max: { hrtimer_duration: 90 } });
});
