// Writes results as a page of the documentation.
import { pageOf, type Result, type Results } from '../truth/results.ts';
import { isMet, type Row } from './judge.ts';

const us = (ns: number): string => `${(ns / 1000).toFixed(ns < 10_000 ? 1 : 0)} µs`;

function line({ kind, windows, found, summed, right, wrong, paused, ...row }: Row): string {
  const { p99Ns, p99Percent } = row.unaccounted;
  const unaccounted = `${us(p99Ns)}, ${p99Percent.toFixed(2)} %`;
  const cells = [kind, windows, found, summed, right, wrong, paused, us(row.longerNs), us(row.lacksNs)];
  return `| ${[...cells, unaccounted].join(' | ')} |`;
}

/** Returns the section of one kernel. */
export function section(kernel: string, results: readonly Result<Row>[]): string {
  const own = results.filter((each) => each.kernel === kernel);
  const rows = own.map(({ row }) => row);
  return [
    `## ${kernel}`,
    '',
    `Linux ${own[0]?.release}. ${rows.filter(isMet).length} of ${rows.length} kinds meet the goals.`,
    '',
    '| kind | cycles | found | sum right | cause right | wrong cause | paused | value longer | cause lacks | unaccounted, p99 |',
    '|---|---|---|---|---|---|---|---|---|---|',
    ...rows.map(line),
    '',
    'What `/proc/rtprobe/spikes` shows of the first right cycle of each kind:',
    '',
    '| kind | part |',
    '|---|---|',
    ...rows.map(({ kind, shown }) => `| ${kind} | ${shown ? `\`${shown}\`` : 'nothing'} |`),
  ].join('\n');
}

const INTRODUCTION = `# Are cycles that are too long explained?

\`npm run test:cycles\` runs a control loop in a guest whose cycles are too long in known ways, and compares each
\`response_time\` spike with what the loop saw of itself. That command writes this page.

The loop runs with \`SCHED_FIFO\` 50 on CPU 1. Each disturbance takes about 6 ms, but a throttled cycle runs for 2.5 s.

| column | meaning |
|---|---|
| found | a spike has more than half of the cycle's time |
| sum right | the parts add up to the value. The value is at most 0.5 ms longer than the loop saw, and not shorter: a cycle ends when the loop sleeps, after its last reading of the clock |
| cause right | a part has the true cause, with the tasks and calls that it needs. Its length is that which the program saw, within 10 % and 0.3 ms, without interrupts. A page fault and a read also run: the part may be shorter |
| wrong cause | another task, wait, limit or late timer has more than 1 ms, or the true cause is longer than it was |
| paused | cycles during which the host did not run the virtual CPU for more than a tenth of the time. This time is added to what lengths may differ by |
| value longer, cause lacks | medians of what value and cause differ by from what the loop saw. A long run time is the whole run time of the cycle |
| unaccounted, p99 | time without a proof, and its share of the value |

The goals are all cycles found, with the right sum and cause, and with p99 of \`unaccounted\` below 5 µs or 1 %.
`;

export const page = (results: Results<Row>): string => pageOf(INTRODUCTION, 'test:cycles', results, section);
