import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const SOURCES = join(import.meta.dirname, '../../../kmod/src');

/** Tracepoints that end a value, each with those that begin it. */
const ENDS = {
  irq_handler_exit: ['irq_handler_entry'],
  softirq_exit: ['softirq_entry'],
  softirq_entry: ['softirq_raise'],
  sched_switch: ['sched_waking'],
  irq_enable: ['irq_disable'],
  contention_end: ['contention_begin'],
  _exit: ['_entry'],
} as const;
/** Tracepoints of one event each. */
const SINGLE = ['cpu_idle', 'napi_poll', 'nmi_handler', 'sched_migrate_task', 'hrtimer_expire_entry'];

/** The names of each array of hooks, in the order of registration. In a macro the name of a vector is left out. */
const arrays = globSync('**/*.c', { cwd: SOURCES }).flatMap((file) =>
  readFileSync(join(SOURCES, file), 'utf8')
    .split(/(?=^(?:static )?struct rtp_hook \w+\[|^#define HOOKS\()/m)
    .slice(1)
    .map(
      (text) =>
        [file, [...text.matchAll(/\.name = (?:#tracepoint )?"(\w+)"/g)].map(([, name]) => name!)] as const,
    )
    .filter(([, names]) => names.length > 0),
);

describe('the hooks of a measure', () => {
  it('are found, and each is the begin or the end of a value, or an event of its own', () => {
    const known = new Set<string>([
      ...Object.entries(ENDS).flatMap(([end, begins]) => [end, ...begins]),
      ...SINGLE,
    ]);
    expect(new Set(arrays.flatMap(([, names]) => names))).toEqual(known);
  });

  it.each(Object.entries(ENDS))(
    'register %s before what it ends: an event in between would begin a value without end',
    (end, begins) => {
      for (const begin of begins) {
        const both = arrays.filter(([, names]) => names.includes(begin));
        expect(both.length).toBeGreaterThan(0);
        for (const [file, names] of both) expect(names.indexOf(end), file).toBe(names.indexOf(begin) - 1);
      }
    },
  );

  it('register the kprobe that enables a line before those that disable one', () => {
    const text = readFileSync(join(SOURCES, 'hooks/irqline.c'), 'utf8');
    const [, list = ''] = /kprobe \*irqline_probes\[\] = \{([^}]*)\}/.exec(text) ?? [];
    const names = [...list.matchAll(/&(\w+)_probe/g)].map(([, name]) => name!);
    expect(names.toSorted()).toEqual(['disable_hardirq', 'disable_irq', 'disable_irq_nosync', 'enable_irq']);
    expect(names[0]).toBe('enable_irq');
  });
});
