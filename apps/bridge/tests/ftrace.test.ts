import { expect, it } from 'vitest';
import { keyOf, readTrace } from './ftrace.ts';

it('a trace is counted by source, for one CPU and without the task that it is isolated for', () => {
  const trace = `# tracer: nop
            loop-412     [002] d.h1.   120.100000: irq_handler_entry: irq=24 name=rtprobe-edu
            loop-412     [002] d.h..   120.100100: local_timer_entry: vector=236
            loop-412     [001] d.h..   120.100100: local_timer_entry: vector=236
     ktimers/2-30        [002] ..s..   120.100200: softirq_entry: vec=1 [action=TIMER]
            loop-412     [002] d..2.   120.100300: sched_switch: prev_comm=loop prev_pid=412 prev_prio=120 prev_state=R ==> next_comm=kworker/2:1 next_pid=55 next_prio=120
     kworker/2:1-55      [002] d..2.   120.100400: sched_switch: prev_comm=kworker/2:1 prev_pid=55 prev_prio=120 prev_state=I ==> next_comm=loop next_pid=412 next_prio=120
            loop-412     [002] d..2.   120.100500: sched_switch: prev_comm=loop prev_pid=412 prev_prio=120 prev_state=S ==> next_comm=swapper/2 next_pid=0 next_prio=120
  kworker/u12:3-99       [002] d..2.   120.100600: sched_switch: prev_comm=swapper/2 prev_pid=0 prev_prio=120 prev_state=R ==> next_comm=kworker/2:0 next_pid=54 next_prio=120
`;
  expect(Object.fromEntries(readTrace(trace, 2, 'loop'))).toEqual({
    'hardirq irq 24 rtprobe-edu': 1,
    'vector LOC': 1,
    'softirq TIMER': 1,
    'run kworker/2:*': 2,
  });
});

it('workers of one pool have one key, and high-priority ones another', () => {
  expect(keyOf('run', 'kworker/2:1H-kblockd')).toBe('run kworker/2:*H');
  expect(keyOf('run', 'kworker/u8:3')).toBe('run kworker/u8:*');
  expect(keyOf('run', 'irq/42-rtprobe-')).toBe(keyOf('run', 'irq/42-rtprobe-edu'));
});
