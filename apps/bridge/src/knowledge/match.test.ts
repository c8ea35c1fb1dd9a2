import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DOCTOR_CHECKS, PART_KINDS } from '@rtprobe/protocol';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { exampleSpike } from '../../tests/example-spike.ts';
import { type Entry, fileSchema } from './entry.ts';
import { SUPPLIED } from './knowledge.ts';
import { adviceFor, remediesOf } from './match.ts';

const entries: Entry[] = readdirSync(SUPPLIED).flatMap((name) =>
  fileSchema.parse(parse(readFileSync(join(SUPPLIED, name), 'utf8'))),
);
const examples = entries.flatMap((entry) => (entry.example ?? []).map((example) => ({ entry, example })));
const only = (id: string): Entry => entries.find((entry) => entry.id === id)!;
const idsFor = (...args: Parameters<typeof exampleSpike>): string[] =>
  adviceFor(exampleSpike(...args), entries).map(({ id }) => id);

const entryWith = (id: string, match: object, more: object = {}): Entry =>
  fileSchema.parse([
    { ...{ id, match, title: 't', what: 'w', try: 'x', risk: 'r', docs: 'man 1 true' }, ...more },
  ])[0]!;
const matches = (match: object, ...args: Parameters<typeof exampleSpike>): boolean =>
  adviceFor(exampleSpike(...args), [entryWith('a', match)]).length > 0;

describe('the entries of rtprobe', () => {
  it('are at least 30, each with an id of its own, an example and a Chinese text', () => {
    expect(entries.length).toBeGreaterThan(30);
    expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length);
    const isOfDoctor = ({ match }: Entry) => match.every(({ finding }) => finding !== undefined);
    const lacking = entries.filter((entry) => !(entry.zh && (entry.example ?? isOfDoctor(entry))));
    expect(lacking.map(({ id }) => id)).toEqual([]);
  });

  it.each(examples.map(({ entry, example }) => [entry.id, JSON.stringify(example), example] as const))(
    '%s is the best for its example %s',
    (id, _, example) => {
      expect(idsFor(example)[0]).toBe(id);
    },
  );

  it('have an example for each alternative of their match', () => {
    const without = entries.flatMap((entry) =>
      entry.match
        .filter((match) => {
          if (match.finding) return false;
          const alone = { ...entry, match: [match] };
          return !entry.example?.some((example) => adviceFor(exampleSpike(example), [alone]).length > 0);
        })
        .map((match) => `${entry.id} ${JSON.stringify(match)}`),
    );
    expect(without).toEqual([]);
  });

  it.each(DOCTOR_CHECKS)('have one effect and remedy for the check %s of the doctor', (check) => {
    const found = entries.filter(({ match }) => match.some(({ finding }) => finding?.includes(check)));
    expect(found).toHaveLength(1);
    expect(remediesOf(entries).get(check)?.id).toBe(found[0]!.id);
  });

  it('for the doctor say what a setting does, not that something has happened', () => {
    const past = /\b(ran|gave|was|were|had|printed|happened)\b/;
    const told = entries.filter(({ match, what }) => match.some(({ finding }) => finding) && past.test(what));
    expect(told.map(({ id, what }) => `${id}: ${what}`)).toEqual([]);
  });

  it('say the same number of things in both languages', () => {
    const differ = entries.filter((entry) => entry.zh?.try.length !== entry.try.length);
    expect(differ.map(({ id }) => id)).toEqual([]);
    const latin = entries.filter(({ zh }) => ![zh!.title, zh!.what, ...zh!.try].every(hasHan));
    expect(latin.map(({ id }) => id)).toEqual([]);
  });

  it('have sentences of at most 25 words, which end with a full stop', () => {
    const texts = entries.flatMap(({ id, what, try: remedies, risk }) =>
      [what, ...remedies, risk].map((text) => [id, text] as const),
    );
    expect(texts.filter(([, text]) => !text.endsWith('.'))).toEqual([]);
    const long = texts.filter(([, text]) => text.split(/[.;] /).some((s) => s.split(/\s+/).length > 25));
    expect(long).toEqual([]);
  });

  it('name sources in the kernel, man pages, a module or a page of rtprobe', () => {
    const odd = entries.flatMap(({ docs }) =>
      docs.filter(
        (doc) =>
          !/^(Documentation\/[\w./-]+|man [1-8] [\w.-]+|modinfo \w+|docs\/reference\/[\w-]+\.md)$/.test(doc),
      ),
    );
    expect(odd).toEqual([]);
  });
});

const hasHan = (text: string): boolean => /\p{Script=Han}/u.test(text) || text === 'membarrier()';

describe('the best entry', () => {
  it('has most conditions on names, then most conditions, then most characters, then the first id', () => {
    const spike = exampleSpike({ kind: 'task', name: 'kworker/1:1H', callback: 'work', function: 'scan' });
    const some = [
      entryWith('b', { task: '*' }),
      entryWith('a', { task: '*' }),
      entryWith('c', { task: 'kworker/*' }),
      entryWith('d', { task: '*', function: '*' }),
      entryWith('e', { task: '*', kind: 'task' }),
      entryWith('f', { kind: 'task', measure: 'thread_latency', callback: 'work' }),
    ];
    const order = (...ids: string[]) =>
      adviceFor(
        spike,
        some.filter(({ id }) => ids.includes(id)),
      ).map(({ id }) => id);
    expect(order('a', 'd', 'e')).toEqual(['d', 'e', 'a']);
    expect(order('b', 'c', 'e')).toEqual(['e', 'c', 'b']);
    expect(order('a', 'b', 'f')).toEqual(['a', 'b', 'f']);
    expect(order('a', 'b', 'c', 'd', 'e')).toHaveLength(3);
  });

  it('of an interrupt of a network device precedes the advice for any handler', () => {
    const spike = { measure: 'hardirq_duration', kind: 'hardirq', number: 30, name: 'eth0-rx-0' } as const;
    expect(idsFor(spike)).toEqual(['network-interrupt', 'hard-interrupt']);
  });

  it('of a part inside a longer value is found, too', () => {
    expect(idsFor({ measure: 'wakeup_latency', kind: 'softirq', number: 3 })).toEqual(['network-softirq']);
  });
});

describe('a match', () => {
  it('compares patterns with whole names', () => {
    const matchesTask = (pattern: string, name: string) => matches({ task: pattern }, { kind: 'task', name });
    expect(matchesTask('sugov:*', 'sugov:1')).toBe(true);
    expect(matchesTask('card*-crtc*', 'card0-crtc10')).toBe(true);
    expect(matchesTask('card*-crtc*', 'card0-crt')).toBe(false);
    expect(matchesTask('a*a', 'a')).toBe(false);
    expect(matchesTask('a*b*c', 'abc')).toBe(true);
    expect(matchesTask('a*bb*bc', 'abbc')).toBe(false);
    expect(matchesTask('ks', 'ksmd')).toBe(false);
    expect(matchesTask('ahci[*]', 'ahci[0]')).toBe(true);
    expect(matchesTask('.*', 'x')).toBe(false);
  });

  it('ignores what the compiler adds to a function, and finds its module', () => {
    const part = { kind: 'task', callback: 'work', function: 'scan.isra.0 [drv]' } as const;
    expect(matches({ function: 'scan', module: 'drv' }, part)).toBe(true);
    expect(matches({ function: 'scan', module: 'other' }, part)).toBe(false);
    expect(matches({ module: 'drv' }, { ...part, function: 'scan' })).toBe(false);
  });

  it('finds the function of a measure by function in its name', () => {
    const call = { measure: 'csd_duration', kind: 'vector', name: 'flush_tlb_func [mod]' } as const;
    expect(matches({ function: 'flush_tlb_func', module: 'mod', callback: 'call' }, call)).toBe(true);
    expect(matches({ function: 'flush_tlb_func', callback: 'work' }, call)).toBe(false);
  });

  it('finds the function that polls a network device after the name of the device', () => {
    const poll = {
      kind: 'softirq',
      number: 3,
      callback: 'napi',
      function: 'eth0: e1000_clean [e1000]',
    } as const;
    expect(matches({ function: 'e1000_clean', module: 'e1000', callback: 'napi' }, poll)).toBe(true);
    expect(matches({ function: 'eth0:*' }, poll)).toBe(false);
    const value = { measure: 'napi_duration', kind: 'softirq', name: 'eth0: e1000_clean [e1000]' } as const;
    expect(matches({ function: 'e1000_clean', callback: 'napi' }, value)).toBe(true);
  });

  it('compares the stack only if it is that of the task that took the time', () => {
    const stack = ['_raw_spin_unlock_irqrestore+0x1d/0x40', 'read_hpet+0x55/0xe0'];
    const spike = exampleSpike({ kind: 'task', name: 'app', stack });
    const hpet = [entryWith('a', { stack: 'read_hpet' })];
    expect(adviceFor(spike, hpet)).toHaveLength(1);
    expect(adviceFor({ ...spike, task: { ...spike.task, pid: 99 } }, hpet)).toEqual([]);
    expect(adviceFor({ ...spike, mode: 'user' }, hpet)).toEqual([]);
    expect(matches({ stack: 'read_hpet' }, { kind: 'softirq', number: 3, stack })).toBe(false);
  });

  it('of a vector or a softirq does not fit another kind of the same number', () => {
    expect(matches({ vector: 'LOC' }, { kind: 'vector', number: 0 })).toBe(true);
    expect(matches({ vector: 'LOC' }, { kind: 'softirq', number: 0 })).toBe(false);
    expect(matches({ irq: '*' }, { kind: 'task', name: 'x' })).toBe(false);
    expect(matches({ task: '*' }, { kind: 'irq_thread', name: 'x' })).toBe(false);
  });
});

describe('advice never claims more than the record', () => {
  it('for time without a cause there is none, unless an entry is about such time', () => {
    expect(idsFor({ kind: 'unaccounted' })).toEqual([]);
    expect(idsFor({ kind: 'other' })).toEqual([]);
    expect(idsFor({ kind: 'unaccounted', couldBe: ['irqs_off'] })).toEqual([]);
    expect(matches({ measure: 'thread_latency' }, { kind: 'unaccounted' })).toBe(false);
    const [stall] = adviceFor(exampleSpike({ kind: 'unaccounted', couldBe: ['stall'] }), entries);
    expect(stall).toMatchObject({ id: 'stall', possible: true });
  });

  it.each(PART_KINDS.filter((kind) => kind === 'unaccounted' || kind === 'other' || kind === 'firmware'))(
    'a part of kind %s is at most possible',
    (kind) => {
      const all = adviceFor(exampleSpike({ kind, couldBe: ['stall'] }), entries);
      expect(all.every(({ possible }) => possible === true)).toBe(true);
    },
  );

  it('says "possible" of a part that could be something else, and of a moment in a stack', () => {
    const possible = (...args: Parameters<typeof exampleSpike>) =>
      adviceFor(exampleSpike(...args), entries)[0]?.possible;
    expect(possible({ kind: 'irqs_off', name: 'fio' })).toBeUndefined();
    expect(possible({ kind: 'irqs_off', name: 'fio', couldBe: ['stall'] })).toBe(true);
    expect(possible({ kind: 'task', name: 'app', stack: ['read_hpet+0x55/0xe0'] })).toBe(true);
    expect(possible({ kind: 'irqs_off', name: 'app', stack: ['read_hpet+0x55/0xe0'] })).toBeUndefined();
    expect(possible({ kind: 'idle_exit', name: 'C6' })).toBe(true);
    expect(possible({ kind: 'probe' })).toBeUndefined();
  });

  it('says "possible" where the entry itself is one of several explanations', () => {
    const late = {
      measure: 'wakeup_latency',
      kind: 'task',
      name: 'make',
      victimPolicy: 'SCHED_FIFO',
    } as const;
    expect(adviceFor(exampleSpike(late), [only('ordinary-task-before-real-time')])).toMatchObject([
      { possible: true },
    ]);
    const { victimPolicy, ...nobody } = late;
    expect(adviceFor(exampleSpike(nobody), [only('ordinary-task-before-real-time')])).toEqual([]);
  });
});
