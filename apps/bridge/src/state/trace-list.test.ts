import { describe, expect, it } from 'vitest';
import { TRACES_BYTES_MAX, TraceList } from './trace-list.ts';

const of = (bytes: number) => [{ cpu: 0, events: new Uint8Array(bytes) }];

describe('the traces of a host', () => {
  it('are limited by bytes: the newest are kept', () => {
    const traces = new TraceList();
    const quarter = TRACES_BYTES_MAX / 4;
    for (let id = 1n; id <= 5n; id++) traces.add(id, of(quarter));
    const held = [1n, 2n, 3n, 4n, 5n].filter((id) => traces.get(id));
    expect(held).toEqual([3n, 4n, 5n]);
  });

  it('include the newest, however large it is; a spike has one trace', () => {
    const traces = new TraceList();
    traces.add(1n, of(10));
    traces.add(2n, of(TRACES_BYTES_MAX));
    expect([traces.get(1n), traces.get(2n)?.length]).toEqual([undefined, 1]);
    for (let i = 0; i < 10; i++) traces.add(3n, of(TRACES_BYTES_MAX / 3));
    traces.add(4n, of(10));
    expect([traces.get(3n)?.length, traces.get(4n)?.length]).toEqual([1, 1]);
    traces.clear();
    expect(traces.get(4n)).toBeUndefined();
  });
});
