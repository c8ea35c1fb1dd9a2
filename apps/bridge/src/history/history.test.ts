import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { HISTORY_WIDTHS_US, type HistoryJson, type HistorySelection } from '@rtprobe/protocol';
import { afterEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../tests/harness.ts';
import { HOST, MONDAY, type Shape, SyntheticRun, spikeAt } from '../../tests/synthetic-run.ts';
import { answerRead } from './read/answers.ts';
import { DATABASE, type Database, openReader } from './store/database.ts';
import type { Read, ReadAnswers, ReadRequest } from './threads/messages.ts';
import type { Bounds } from './write/pruner.ts';
import { Writer } from './write/writer.ts';

const bounds: Bounds = { maxBytes: 1024 * 1024 * 1024, maxAgeUs: 365 * 86_400e6 };
const small: Shape = { cpus: 2, irqs: 3, rate: 1, active: 0.7, seed: 5 };

class Store {
  readonly dir = temporaryFolder();
  writer: Writer;
  readonly #bounds: Bounds;
  #reader: Database | undefined;

  constructor(limits = bounds) {
    this.#bounds = limits;
    this.writer = new Writer(this.dir, limits);
  }

  /** Simulates a restart of the bridge. */
  reopen(second: number): void {
    this.writer.close(second * 1e6);
    this.writer = new Writer(this.dir, this.#bounds);
  }

  run(shape = small, firstId = 1): SyntheticRun {
    return new SyntheticRun(shape, (message) => this.writer.push(message), firstId);
  }

  /** Feeds the seconds from `from` to before `to`, with a commit every few seconds. */
  feed(run: SyntheticRun, from: number, to: number, every = 30): void {
    for (let second = from; second < to; second++) {
      run.second(second);
      if (second % every === 0) this.writer.commit(second * 1e6);
    }
    this.writer.request({ ask: 'flush' }, to * 1e6);
  }

  read<K extends ReadRequest['ask']>(request: Read<K>): ReadAnswers[K] {
    this.#reader ??= openReader(this.dir);
    return answerRead(this.#reader, request);
  }

  columns(selection: Omit<HistorySelection, 'host'>, from: number, to: number, widthS?: number): HistoryJson {
    const wanted = widthS === undefined ? { columns: 1024 } : { width: widthS * 1e6 };
    const query = { host: HOST, ...selection, from: from * 1e6, to: to * 1e6, ...wanted };
    return this.read({ ask: 'columns', query, format: 'json' }) as HistoryJson;
  }

  close(): void {
    this.#reader?.close();
    this.writer.close(0);
    rmSync(this.dir, { recursive: true, force: true });
  }
}

let store: Store;
afterEach(() => store.close());

const shown = ({ columns, widthUs }: HistoryJson) =>
  new Map(columns.filter((c) => c.count > 0).map(({ time, count, max }) => [time / widthUs, { count, max }]));

describe('time ranges are compared', () => {
  const range = (from: number, to: number) => ({ host: HOST, from: from * 1e6, to: to * 1e6 });
  const compare = (...ranges: ReturnType<typeof range>[]) =>
    store.read({ ask: 'compare', ranges, measures: ['timer_latency', 'irqsoff'] });

  it('by the values of slices inside them, each with the first', () => {
    store = new Store();
    const run = store.run();
    run.start();
    store.feed(run, MONDAY, MONDAY + 400);
    const first = range(MONDAY + 0.5, MONDAY + 200);
    const [timer, irqsoff] = compare(first, range(MONDAY + 200, MONDAY + 400))[0]!;
    const total = (query: typeof first) =>
      store.read({ ask: 'total', query: { ...query, measure: 'timer_latency' } });
    expect(timer).toMatchObject({ measure: 'timer_latency', verdict: 'none', blockUs: 3_000_000 });
    expect(timer!.blocks).toEqual([66, 66]);
    expect(timer!.a).toMatchObject({ count: total(first).count, maxNs: total(first).max });
    expect(timer!.quantiles.map(({ quantile }) => quantile)).toEqual([0.5, 0.9, 0.99]);
    expect(irqsoff).toMatchObject({ verdict: 'unknown', why: 'no_data', quantiles: [] });
    expect(compare(first, range(MONDAY + 200, MONDAY + 209))[0]![0]).toMatchObject({ why: 'short' });
    expect(compare(first, { ...first, host: 'nobody' })[0]![0]).toMatchObject({ why: 'no_data' });
  });

  it('without slices that were not watched', () => {
    store = new Store();
    const run = store.run();
    run.start();
    store.feed(run, MONDAY, MONDAY + 20);
    store.feed(run, MONDAY + 40, MONDAY + 60);
    const [timer] = compare(range(MONDAY, MONDAY + 60), range(MONDAY, MONDAY + 20))[0]!;
    expect(timer!.blocks).toEqual([40, 20]);
  });
});

describe('the tiers of a store', () => {
  it('have at every width the count and the largest value of the frames they are made from', () => {
    store = new Store();
    const run = store.run();
    run.start();
    const end = MONDAY + 3617;
    store.feed(run, MONDAY, end);
    for (const widthUs of HISTORY_WIDTHS_US.filter((width) => width >= 1e6)) {
      const widthS = widthUs / 1e6;
      for (const [key, selection] of [
        ['timer_latency', { measure: 'timer_latency' }],
        ['hardirq_duration/25/1', { measure: 'hardirq_duration', number: 25, cpu: 1 }],
      ] as const) {
        const answer = store.columns(selection, MONDAY, end, widthS);
        expect(shown(answer), `${key}, columns of ${widthS} s`).toEqual(run.columns(key, widthS));
      }
    }
  });

  it('have the merged buckets of all CPUs, and never other buckets', () => {
    store = new Store();
    const run = store.run();
    run.start();
    store.feed(run, MONDAY, MONDAY + 100);
    const [all] = store.columns({ measure: 'hardirq_duration' }, MONDAY, MONDAY + 60, 60).columns;
    const parts = [0, 1].flatMap(
      (cpu) => store.columns({ measure: 'hardirq_duration', cpu }, MONDAY, MONDAY + 60, 60).columns,
    );
    const sum = new Map<number, number>();
    for (const [bucket, count] of parts.flatMap((part) => part.buckets)) {
      sum.set(bucket, (sum.get(bucket) ?? 0) + count);
    }
    expect(all!.buckets).toEqual([...sum].sort(([a], [b]) => a - b));
    expect(all!.max).toBe(Math.max(...parts.map((part) => part.max)));
    expect(all!.min).toBe(Math.min(...parts.map((part) => part.min)));
    expect(all!.sum).toBe(parts[0]!.sum + parts[1]!.sum);
  });

  it('show a time range that is not rolled up yet from the finer tiers', () => {
    store = new Store();
    const run = store.run();
    run.start();
    store.feed(run, MONDAY, MONDAY + 3605);
    const answer = store.columns({ measure: 'timer_latency' }, MONDAY, MONDAY + 7200, 3600);
    expect(shown(answer)).toEqual(run.columns('timer_latency', 3600));
  });

  it('show single frames where columns are narrower than a second', () => {
    store = new Store();
    const run = store.run({ ...small, rate: 10 });
    run.start();
    store.feed(run, MONDAY, MONDAY + 20);
    const { widthUs, columns } = store.columns({ measure: 'timer_latency' }, MONDAY, MONDAY + 20);
    expect(widthUs).toBe(200_000);
    expect(columns).toHaveLength(100);
    const total = [...run.truth.get('timer_latency')!.values()].reduce((sum, { count }) => sum + count, 0);
    expect(columns.reduce((sum, { count }) => sum + count, 0)).toBe(total);
  });

  it('add up to one distribution over any time range', () => {
    store = new Store();
    const run = store.run();
    run.start();
    store.feed(run, MONDAY, MONDAY + 4000);
    const [from, to] = [MONDAY + 103, MONDAY + 3907];
    const query = { host: HOST, measure: 'timer_latency', from: from * 1e6, to: to * 1e6 } as const;
    const total = store.read({ ask: 'total', query });
    const truth = [...run.truth.get('timer_latency')!].filter(([second]) => second >= from && second < to);
    expect(total.count).toBe(truth.reduce((sum, [, { count }]) => sum + count, 0));
    expect(total.max).toBe(Math.max(...truth.map(([, { max }]) => max)));
    expect(total.buckets.reduce((sum, [, count]) => sum + count, 0)).toBe(total.count);
    expect(total.spanUs).toBe((to - from) * 1e6);
  });

  it('accept a clock that was set back without losing or doubling a value', () => {
    store = new Store();
    const run = store.run();
    run.start();
    store.feed(run, MONDAY + 600, MONDAY + 1300);
    store.feed(run, MONDAY + 900, MONDAY + 1500);
    store.feed(run, MONDAY + 1500, MONDAY + 1900);
    for (const widthS of [1, 10, 60, 600]) {
      const answer = store.columns({ measure: 'timer_latency' }, MONDAY, MONDAY + 3600, widthS);
      expect(shown(answer), `columns of ${widthS} s`).toEqual(run.columns('timer_latency', widthS));
    }
  });
});

describe('a store that is opened again', () => {
  it('continues, and shows that the bridge did not run in between', () => {
    store = new Store();
    const first = store.run();
    first.start();
    store.feed(first, MONDAY, MONDAY + 605);
    store.reopen(MONDAY + 605);
    // After the module is loaded again, the same interrupts have other numbers.
    const second = store.run({ ...small, seed: 6 }, 100);
    second.start('b2', 1, (MONDAY + 640) * 1e6);
    store.feed(second, MONDAY + 650, MONDAY + 1400);
    const selection = { measure: 'hardirq_duration', number: 24, name: 'dev0', cpu: 0 } as const;
    const answer = store.columns(selection, MONDAY, MONDAY + 1400, 600);
    const key = 'hardirq_duration/24/0';
    const both = new Map([...first.columns(key, 600), ...second.columns(key, 600)]);
    const middle = Math.floor(MONDAY / 600) + 1;
    const [a, b] = [first, second].map((run) => run.columns(key, 600).get(middle)!);
    both.set(middle, { count: a!.count + b!.count, max: Math.max(a!.max, b!.max) });
    expect(shown(answer)).toEqual(both);
    expect(answer.gaps).toEqual([
      { from: (MONDAY + 605) * 1e6, to: (MONDAY + 650) * 1e6, reason: 'the bridge did not run' },
    ]);
    expect(answer).toMatchObject({ oldest: MONDAY * 1e6, newest: (MONDAY + 1400) * 1e6 });
  });

  it('lists runs with their worst value, their name and the baseline', () => {
    store = new Store();
    const run = store.run();
    run.start('a1', 1);
    store.feed(run, MONDAY, MONDAY + 60);
    run.start('a1', 2, (MONDAY + 60) * 1e6);
    store.feed(run, MONDAY + 60, MONDAY + 120);
    store.reopen(MONDAY + 120);
    const [newer, older] = store.read({ ask: 'runs', limit: 10 });
    expect(newer).toMatchObject({ epoch: 2, startedAt: (MONDAY + 60) * 1e6, endedAt: (MONDAY + 120) * 1e6 });
    const worst = [...run.truth.get('timer_latency')!].filter(([second]) => second < MONDAY + 60);
    const value = Math.max(...worst.map(([, { max }]) => max));
    expect(older!.worst).toContainEqual(
      expect.objectContaining({ measure: 'timer_latency', valueNs: value }),
    );
    const change = (id: number, what: { name?: string; baseline?: boolean }) =>
      store.writer.request({ ask: 'change-run', run: id, change: what }, 0);
    expect(change(older!.id, { name: 'before the fix', baseline: true })).toBe(true);
    expect(change(newer!.id, { baseline: true })).toBe(true);
    expect(change(999, { baseline: true })).toBe(false);
    expect(store.read({ ask: 'runs', host: HOST, limit: 10 })).toMatchObject([
      { epoch: 2, baseline: true },
      { epoch: 1, baseline: false, name: 'before the fix' },
    ]);
  });

  it('is refused to a second bridge, with the folder and advice', () => {
    store = new Store();
    expect(() => new Writer(store.dir, bounds)).toThrow(
      expect.objectContaining({
        code: 'E_DATA_LOCKED',
        word: store.dir,
        message: expect.stringContaining('--data'),
      }),
    );
  });
});

describe('gaps', () => {
  it('are stored with their reason; long spans leave none', () => {
    store = new Store();
    const run = store.run();
    run.start();
    store.feed(run, MONDAY, MONDAY + 30);
    run.second(MONDAY + 50, 'the module was unloaded');
    store.feed(run, MONDAY + 51, MONDAY + 60);
    const { gaps } = store.columns({ measure: 'timer_latency' }, MONDAY, MONDAY + 60, 1);
    expect(gaps).toEqual([
      { from: (MONDAY + 30) * 1e6, to: (MONDAY + 50) * 1e6, reason: 'the module was unloaded' },
    ]);
  });
});

describe('spikes in a store', () => {
  const all = { from: 0, to: 2 * MONDAY * 1e6, limit: 1000 };
  const put = (...spikes: ReturnType<typeof spikeAt>[]) => {
    store.writer.push({ kind: 'spikes', host: HOST, spikes });
    store.writer.commit(0);
  };

  it('are listed page by page, each exactly once, even if many have the same time', () => {
    store = new Store();
    put(...Array.from({ length: 25 }, (_, i) => spikeAt(MONDAY + Math.floor(i / 8), i + 1)));
    const seen: string[] = [];
    let before: { time: number; seq: number } | undefined;
    for (;;) {
      const query = { ...all, limit: 10, ...(before && { before }) };
      const { spikes, next } = store.read({ ask: 'spikes', host: HOST, query });
      seen.unshift(...spikes.map((spike) => spike.id));
      if (next === undefined) break;
      const [time, seq] = next.split('-').map(Number);
      before = { time: time!, seq: seq! };
    }
    expect(seen).toEqual(Array.from({ length: 25 }, (_, i) => `a1-${i + 1}`));
  });

  it('keep their details when they are reported again with less, and add new ones', () => {
    store = new Store();
    const process = { exited: false, lockEvidence: 'none' as const, exe: '/usr/bin/fio' };
    put(spikeAt(MONDAY, 1));
    put(spikeAt(MONDAY, 1, { process: { ...process, files: [{ fd: 3, path: '/dev/vda' }] } }));
    put(spikeAt(MONDAY, 1, { process: { ...process, fileCount: 1 } }));
    expect(store.read({ ask: 'spike', id: 'a1-1' })!.spike.process).toEqual({
      ...{ ...process, fileCount: 1, files: [{ fd: 3, path: '/dev/vda' }] },
    });
    expect(store.read({ ask: 'spikes', host: HOST, query: all }).spikes).toHaveLength(1);
  });

  it('have their run, their trace and their neighbours', () => {
    store = new Store();
    store.run().start();
    put(spikeAt(MONDAY + 1, 1), spikeAt(MONDAY + 2, 2), spikeAt(MONDAY + 3, 3));
    const trace = {
      spike: 'a1-2',
      originNs: '7',
      windowFromNs: 1,
      windowToNs: 2,
      cpus: [],
      tasks: {},
      names: {},
    };
    store.writer.push({ kind: 'trace', host: HOST, trace });
    store.writer.commit(0);
    const [run] = store.read({ ask: 'runs', limit: 1 });
    expect(store.read({ ask: 'spike', id: 'a1-2' })).toMatchObject({
      ...{ run: run!.id, traceBytes: expect.any(Number), previous: 'a1-1', following: 'a1-3' },
    });
    expect(store.read({ ask: 'trace', spike: 'a1-2' })).toEqual(trace);
    expect(store.read({ ask: 'spike', id: 'a1-3' })).not.toHaveProperty('following');
    expect(store.read({ ask: 'spike', id: 'zz-1' })).toBeUndefined();
  });

  it('are grouped by cause, worst first, with first and last time', () => {
    store = new Store();
    const other = { stack: ['sleep+0x1/0x2'], culprit: 'irq 25 dev1', valueNs: 900_000, cpu: 3 };
    put(spikeAt(MONDAY, 1), spikeAt(MONDAY + 5, 2), spikeAt(MONDAY + 9, 3), spikeAt(MONDAY + 7, 4, other));
    const { causes, more } = store.read({ ask: 'causes', host: HOST, query: all });
    expect(causes).toMatchObject([
      { culprit: 'irq 25 dev1', count: 1, worstNs: 900_000, worst: 'a1-4', cpus: [3] },
      {
        count: 3,
        worstNs: 500_003,
        worst: 'a1-3',
        first: MONDAY * 1e6,
        last: (MONDAY + 9) * 1e6,
        cpus: [0, 1],
      },
    ]);
    expect(more).toBe(0);
    expect(store.read({ ask: 'causes', host: HOST, query: { ...all, limit: 1 } })).toMatchObject({ more: 1 });
    const query = { ...all, cause: causes[1]!.key };
    expect(store.read({ ask: 'spikes', host: HOST, query }).spikes).toHaveLength(3);
  });
});

describe('annotations', () => {
  it('are stored until they are deleted', () => {
    store = new Store();
    const note = {
      host: HOST,
      time: MONDAY * 1e6,
      text: 'changed the governor',
      author: 'kim',
      createdAt: 1,
    };
    const id = store.writer.request({ ask: 'annotate', annotation: note }, 0);
    const list = () => store.read({ ask: 'annotations', host: HOST, from: 0, to: 2 * MONDAY * 1e6 });
    expect(list()).toEqual([{ id, ...note }]);
    expect(store.writer.request({ ask: 'forget-annotation', id }, 0)).toBe(true);
    expect(store.writer.request({ ask: 'forget-annotation', id }, 0)).toBe(false);
    expect(list()).toEqual([]);
  });
});

describe('a store within its limits', () => {
  it('drops frames after an hour but not around spikes, and reports since when it is complete', () => {
    store = new Store();
    const run = store.run({ ...small, irqs: 1 });
    run.start();
    store.writer.push({ kind: 'spikes', host: HOST, spikes: [spikeAt(MONDAY + 400, 1)] });
    store.feed(run, MONDAY, MONDAY + 4500);
    const around = store.columns({ measure: 'timer_latency' }, MONDAY + 396, MONDAY + 404);
    expect(around.widthUs).toBe(200_000);
    const away = store.columns({ measure: 'timer_latency' }, MONDAY + 500, MONDAY + 508);
    expect(away.widthUs).toBe(1e6);
    expect(away.completeFrom).toBe(0);
    expect(around.completeFrom).toBeGreaterThanOrEqual((MONDAY + 800) * 1e6);
  });

  it('keeps the file under its size limit: drops the oldest and finest data, keeps the largest value', () => {
    const maxBytes = 24 * 1024 * 1024;
    store = new Store({ ...bounds, maxBytes });
    const run = store.run({ cpus: 4, irqs: 7, rate: 1, active: 1, seed: 9, values: 400 });
    run.start();
    const end = MONDAY + 2000;
    let largest = 0;
    for (let second = MONDAY; second < end; second++) {
      run.second(second);
      if (second % 30 === 0) largest = Math.max(largest, store.writer.commit(second * 1e6).bytes);
    }
    store.writer.request({ ask: 'flush' }, end * 1e6);
    expect(largest).toBeGreaterThan(maxBytes / 2.5);
    expect(largest).toBeLessThanOrEqual(maxBytes);
    expect(store.writer.commit(end * 1e6).pruned).toBeGreaterThan(0);
    const answer = store.columns({ measure: 'timer_latency' }, MONDAY, end, 600);
    expect(shown(answer)).toEqual(run.columns('timer_latency', 600));
    // A column that is missing some of its seconds is left out: the largest value could be among them.
    for (const width of [3, 30, 180]) {
      const held = shown(store.columns({ measure: 'timer_latency' }, MONDAY, end, width));
      const told = run.columns('timer_latency', width);
      expect(held.size).toBeGreaterThan(0);
      for (const [column, values] of held) expect(values).toEqual(told.get(column));
    }
  });

  const DAY = 86_400;
  it.each([
    ['of a host without a battery clock, in 1970', 3 * DAY, MONDAY],
    ['while this machine is set to the year 2096', MONDAY, 4_000_000_000],
    ['while this machine is set to 1970', MONDAY, 60],
  ])('keeps what arrives %s', (_what, second, now) => {
    store = new Store();
    const run = store.run();
    run.start('a1', 1, second * 1e6);
    store.writer.push({ kind: 'spikes', host: HOST, spikes: [spikeAt(second + 1, 1)] });
    for (let n = 0; n < 130; n++) run.second(second + n);
    store.writer.request({ ask: 'flush' }, now * 1e6);
    store.writer.request({ ask: 'flush' }, (now + 100) * 1e6);
    const answer = store.columns({ measure: 'timer_latency' }, second, second + 130, 1);
    expect(shown(answer)).toEqual(run.columns('timer_latency', 1));
    const range = { from: 0, to: Number.MAX_SAFE_INTEGER, limit: 10 };
    expect(store.read({ ask: 'spikes', host: HOST, query: range }).spikes).toHaveLength(1);
  });

  it('keeps its good history when the clock of a host is wrong for some minutes', () => {
    store = new Store();
    const run = store.run();
    run.start();
    store.feed(run, MONDAY, MONDAY + 120);
    store.feed(run, MONDAY + 3650 * DAY, MONDAY + 3650 * DAY + 300);
    store.feed(run, MONDAY + 420, MONDAY + 540);
    const answer = store.columns({ measure: 'timer_latency' }, MONDAY, MONDAY + 540, 1);
    const good = [...run.columns('timer_latency', 1)].filter(([second]) => second < MONDAY + 540);
    expect(shown(answer)).toEqual(new Map(good));
    expect(answer.completeFrom).toBeLessThanOrEqual((MONDAY + 540) * 1e6);
  });

  it('keeps it, too, when the bridge is restarted while the clock is wrong', () => {
    store = new Store();
    const run = store.run();
    run.start();
    store.feed(run, MONDAY, MONDAY + 120);
    const wrong = MONDAY + 3650 * DAY;
    store.feed(run, wrong, wrong + 120);
    store.reopen(wrong + 120);
    store.writer.request({ ask: 'flush' }, (wrong + 200) * 1e6);
    store.writer.request({ ask: 'flush' }, (wrong + 300) * 1e6);
    const answer = store.columns({ measure: 'timer_latency' }, MONDAY, MONDAY + 120, 1);
    const good = [...run.columns('timer_latency', 1)].filter(([second]) => second < MONDAY + 120);
    expect(shown(answer)).toEqual(new Map(good));
  });

  it('uses the age of each host: one whose clock is behind loses nothing to the others', () => {
    store = new Store({ ...bounds, maxAgeUs: 3600e6 });
    const ahead = store.run();
    ahead.start();
    const behind = new SyntheticRun(small, (message) => store.writer.push({ ...message, host: 'board' }));
    behind.start();
    for (let n = 0; n < 120; n++) {
      behind.second(MONDAY + n);
      ahead.second(MONDAY + 7 * DAY + n);
      if (n % 30 === 0) store.writer.commit((MONDAY + n) * 1e6);
    }
    store.writer.request({ ask: 'flush' }, (MONDAY + 200) * 1e6);
    store.writer.request({ ask: 'flush' }, (MONDAY + 7 * DAY) * 1e6);
    const query = {
      host: 'board',
      measure: 'timer_latency',
      from: MONDAY * 1e6,
      to: (MONDAY + 120) * 1e6,
    } as const;
    const answer = store.read({
      ask: 'columns',
      query: { ...query, width: 1e6 },
      format: 'json',
    }) as HistoryJson;
    expect(shown(answer)).toEqual(behind.columns('timer_latency', 1));
  });
});

describe('a write that fails', () => {
  it('is counted and shown, leaves a gap with the reason, and writing continues', () => {
    store = new Store();
    const run = store.run();
    run.start();
    store.feed(run, MONDAY, MONDAY + 20);
    const other = new DatabaseSync(join(store.dir, DATABASE));
    other.exec('BEGIN IMMEDIATE');
    run.second(MONDAY + 20);
    const failed = store.writer.commit((MONDAY + 20) * 1e6);
    expect(failed).toMatchObject({ dropped: { [HOST]: 1 }, error: expect.stringContaining('locked') });
    expect(failed.storedTo[HOST]).toBe((MONDAY + 20) * 1e6);
    other.close();
    store.feed(run, MONDAY + 21, MONDAY + 30);
    expect(store.writer.commit((MONDAY + 30) * 1e6)).not.toHaveProperty('error');
    const { columns, gaps } = store.columns({ measure: 'timer_latency' }, MONDAY, MONDAY + 30, 1);
    expect(columns).toHaveLength(29);
    const reason = expect.stringContaining('the disk took no data');
    expect(gaps).toEqual([{ from: (MONDAY + 20) * 1e6, to: (MONDAY + 21) * 1e6, reason }]);
  });

  it('drops data of the host concerned, not of the others', () => {
    store = new Store();
    const run = store.run();
    run.start();
    const quiet = new SyntheticRun(small, (message) => store.writer.push({ ...message, host: 'quiet' }));
    quiet.start();
    store.feed(run, MONDAY, MONDAY + 2);
    store.writer.push({ kind: 'span', host: HOST, frame: Uint8Array.of(255) });
    const { dropped } = store.writer.commit((MONDAY + 3) * 1e6);
    expect(dropped).toEqual({ [HOST]: 1 });
  });

  it('drops data of the host concerned only, when others have data in the same transaction', () => {
    store = new Store();
    const run = store.run();
    run.start();
    const other = new SyntheticRun(small, (message) => store.writer.push({ ...message, host: 'other' }));
    other.start();
    other.second(MONDAY);
    store.writer.push({ kind: 'span', host: HOST, frame: Uint8Array.of(255) });
    const { dropped, storedTo } = store.writer.commit((MONDAY + 1) * 1e6, true);
    expect(Object.keys(dropped)).toEqual([HOST]);
    expect(storedTo.other).toBeGreaterThan(MONDAY * 1e6);
  });

  /** A host of its own name, whose columns can be compared with what it sent. */
  function another(host: string, seed: number) {
    const run = new SyntheticRun({ ...small, rate: 4, seed }, (message) =>
      store.writer.push({ ...message, host }),
    );
    run.start();
    const columns = (to: number) => {
      const query = { host, measure: 'timer_latency', from: MONDAY * 1e6, to: to * 1e6, width: 1e6 } as const;
      return store.read({ ask: 'columns', query, format: 'json' }) as HistoryJson;
    };
    return { run, columns };
  }

  it('stores each good message exactly once beside bad ones, whichever host sends those', () => {
    store = new Store();
    const [bad, other] = [another('bad', 1), another('other', 2)];
    const end = MONDAY + 40;
    let refused = 0;
    for (let second = MONDAY; second < end; second++) {
      for (const { run } of [bad, other]) run.second(second);
      // A commit in the middle of what is collected for a second.
      if (second % 3 !== 0) store.writer.commit(second * 1e6);
      if (second % 5 !== 0) continue;
      store.writer.push({ kind: 'span', host: 'bad', frame: Uint8Array.of(255) });
      refused++;
    }
    const { dropped } = store.writer.commit(end * 1e6, true);
    const shared = shown(other.columns(end));
    expect(shared).toEqual(other.run.columns('timer_latency', 1));
    expect(other.columns(end).gaps).toEqual([]);
    expect(dropped.other).toBeUndefined();
    expect(dropped.bad).toBeGreaterThanOrEqual(refused);
    for (const [second, { count }] of shown(bad.columns(end))) {
      expect(count).toBeLessThanOrEqual(bad.run.columns('timer_latency', 1).get(second)!.count);
    }
  });

  it('counts the rows that are left out when there are too many series', () => {
    store = new Store();
    const run = store.run();
    run.start();
    const rows = [...run.rows, { row: run.rows.length, source: 4711, cpu: 0 }];
    store.writer.push({ kind: 'sources', host: HOST, sources: run.sources, rows });
    const { leftOut } = store.writer.commit(MONDAY * 1e6);
    expect(leftOut).toEqual({ [HOST]: 1 });
  });
});
