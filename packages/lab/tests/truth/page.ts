// Writes results as a page of the documentation.
import { isMet, type Row } from './judge.ts';
import { pageOf, type Result, type Results } from './results.ts';

const cell = (n: number | null): string => (n === null ? 'not reported' : String(n));

function line({ kind, windows, found, named, sent, placed, wrong, paused }: Row): string {
  return `| ${[kind, windows, found, cell(named), cell(sent), cell(placed), wrong, paused].join(' | ')} |`;
}

const shownAs = ({ kind, shown }: Row): string => `| ${kind} | ${shown ? `\`${shown}\`` : 'nothing'} |`;

/** Returns the section of one kernel. */
export function section(kernel: string, results: readonly Result<Row>[]): string {
  const own = results.filter((each) => each.kernel === kernel);
  const rows = own.map(({ row }) => row);
  return [
    `## ${kernel}`,
    '',
    `Linux ${own[0]?.release}. ${rows.filter(isMet).length} of ${rows.length} kinds meet the targets.`,
    '',
    '| kind | windows | found | function right | sender right | its function right | wrong names | paused |',
    '|---|---|---|---|---|---|---|---|',
    ...rows.map(line),
    '',
    'What `/proc/rtprobe/spikes` shows of the first window of each kind:',
    '',
    '| kind | largest part |',
    '|---|---|',
    ...rows.map(shownAs),
  ].join('\n');
}

const INTRODUCTION = `# Does rtprobe name the true cause?

\`npm run test:truth\` disturbs a guest in known ways and compares each spike with what was done. That command
writes this page.

A window is one disturbance of CPU 1, at a random moment and 4 to 8 ms long. TLB shootdowns, membarriers and text patching
are windows with many short interrupts. A kernel without the measure of a kind has no row for it. One window before these
is not judged: an emulator translates what runs for the first time.

| column | meaning |
|---|---|
| found | a spike has the window's time, within 5 % or 100 µs, and the time that the host did not run the virtual CPU. A stop of all CPUs can last longer than its function. A measure with bounds has the time between them. A duration of a softirq is without interrupts: it has at least 80 %. For short interrupts: a spike is within the window |
| function right | the largest part of the spike names the true function, or more than half of the timer's samples found it |
| sender right | the part names the task that asked, and its CPU |
| its function right | it names the function that asked |
| not reported | the kernel has no source for it, or nothing can have asked for it |
| wrong names | windows in which a part names another function, or another sender |
| paused | windows in which the host did not run the virtual CPU for more than a tenth of the time |

The targets are 100 % found, 99 % with the right function, task and CPU of the sender where the kernel reports them, and no wrong name.
`;

export const page = (results: Results<Row>): string => pageOf(INTRODUCTION, 'test:truth', results, section);
