// A report as one HTML file: no script, no request, readable on paper and on a dark screen.
import { formatDuration, fullCount, span, visibleText } from '@rtprobe/metrics';
import type { Report } from './content.ts';
import { text } from './escape.ts';
import { curveOfCpu, curveOfRow, histogram } from './histogram.ts';
import { rowName, unknownWords } from './lines.ts';

const CAUSES_SHOWN = 20;
const STRUCK_SHOWN = 15;

/** Lines are Okabe and Ito's colours, darker ones on white. */
const LIGHT =
  '--paper:#fff;--ink:#16191d;--soft:#3c444d;--rule:#d5dae0;--bad:#b3261e;--good:#00704f;--c0:#0072b2;--c1:#d55e00;--c2:#009e73;--c3:#b85c93;--c4:#000;--c5:#8a6d00';
const DARK =
  '--paper:#14171b;--ink:#e8ebee;--soft:#b3bcc6;--rule:#39414a;--bad:#ff8a80;--good:#5fd3a5;--c0:#56b4e9;--c1:#f08a3c;--c2:#2fc79a;--c3:#e39ac4;--c4:#f5f5f5;--c5:#f0e442';

const STYLE = `
:root{color-scheme:light dark;${LIGHT}}
@media screen and (prefers-color-scheme:dark){:root{${DARK}}}
body{font:15px/1.45 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:60rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.4rem;margin:0 0 .5rem;overflow-wrap:anywhere}h2{font-size:1.1rem;margin:1.6rem 0 .4rem}
ul{padding-left:1.2rem;margin:.4rem 0}p{margin:.4rem 0}table{border-collapse:collapse;width:100%;font-size:.9rem}
th,td{text-align:left;padding:.25rem .6rem .25rem 0;border-bottom:1px solid var(--rule);vertical-align:top;overflow-wrap:anywhere}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
pre{white-space:pre-wrap;overflow-wrap:anywhere;border:1px solid var(--rule);padding:.6rem .8rem;font-size:.85rem;margin:.6rem 0}
.verdict{font-size:1.15rem;font-weight:600;border-left:.4rem solid var(--soft);padding:.3rem .7rem;margin:.6rem 0}
.verdict.fit{border-color:var(--good)}.verdict.not_fit{border-color:var(--bad)}
svg.plot{width:100%;height:auto}svg text{font:12px system-ui,sans-serif;fill:var(--soft)}svg text.budget{fill:var(--bad)}
svg path{fill:none}.grid{stroke:var(--rule)}.line{stroke-width:1.5}path.budget{stroke:var(--bad);stroke-dasharray:4 4}
.c0{stroke:var(--c0)}.c1{stroke:var(--c1)}.c2{stroke:var(--c2)}.c3{stroke:var(--c3)}.c4{stroke:var(--c4)}.c5{stroke:var(--c5)}
.legend{columns:3;list-style:none;padding:0;font-size:.85rem}.key{width:30px;height:8px}.key .line{stroke-width:3}
@page{margin:15mm}
@media print{body{margin:0;max-width:none;font-size:10.5pt}h2{break-after:avoid}tr,svg,pre,.legend li{break-inside:avoid}svg{print-color-adjust:exact}}
`;

type Cell = string | number;

/** Columns that `numbers` names by their index are aligned to the right. */
function table(
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  numbers: readonly number[] = [],
): string {
  if (rows.length === 0) return '<p>None.</p>';
  const cell = (tag: 'th' | 'td') => (value: Cell, i: number) =>
    `<${tag}${numbers.includes(i) ? ' class="n"' : ''}>${text(value)}</${tag}>`;
  const body = rows.map((row) => `<tr>${row.map(cell('td')).join('')}</tr>`).join('');
  return `<table><thead><tr>${head.map(cell('th')).join('')}</tr></thead><tbody>${body}</tbody></table>`;
}

const duration = (ns: number | undefined): string => (ns === undefined ? '–' : formatDuration(ns));
const count = (value: number | undefined): string => (value === undefined ? '–' : fullCount(value));
const time = (us: number): string =>
  `${new Date(us / 1000).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
const list = (items: readonly string[]): string =>
  `<ul>${items.map((item) => `<li>${text(item)}</li>`).join('')}</ul>`;

const METHOD = [
  'Fit means: no sample of this run was over the deadline, and with 95 % confidence fewer than one in 1000 are. In the bucket that contains the deadline, all samples count as over it.',
  'The share with 95 % confidence is the one-sided upper limit of Clopper and Pearson (Biometrika 26, 1934) for as many independent samples as the dependent ones are worth (Korn and Graubard, Survey Methodology 24, 1998). The design effect is that of the measure of rtprobe named here, over the deadline, or over a lower limit if fewer than 30 values are over it. Without rtprobe’s data, samples are taken as independent, and the true share can be larger.',
  'Without a cause: spikes lose its parts, all other values stay. Values below the threshold have no parts. Without a cause, others can run at another time, become longer, or meet.',
  'The composed worst case adds up the largest parts that spikes of one CPU had. It is no bound: nothing proves that they can meet, or that larger ones do not exist.',
  'A run shows what happened under its load. rtprobe does not know the load, and says nothing about others.',
];

function distributions({ run, verdict, cpus, measured }: Report): string {
  const rows = run.result?.rows ?? [];
  const own = rows.some(({ buckets }) => buckets.length > 0)
    ? `<h2>Distribution of ${text(run.result!.tool)}</h2>${histogram(rows.map(curveOfRow), verdict.budgetNs, 'latency')}`
    : '';
  const measuredPlot =
    measured === undefined || cpus.length === 0
      ? ''
      : `<h2>Distribution of ${text(measured)} by CPU, measured by rtprobe</h2>${histogram(cpus.map(curveOfCpu), verdict.budgetNs, measured)}`;
  return `${own}${measuredPlot}` || '<h2>Distribution</h2><p>No histogram.</p>';
}

function causes({ causes: found }: Report): string {
  const rows = found
    .slice(0, CAUSES_SHOWN)
    .map(({ culprit, worstNs, count: n, measure, victim }) => [
      culprit,
      duration(worstNs),
      n,
      measure,
      victim,
    ]);
  const remedies = found.flatMap(({ culprit, advice }) =>
    advice ? [`Against ${culprit}: ${advice.try.join(' ')} Risk: ${advice.risk}`] : [],
  );
  const tried = remedies.length > 0 ? `<h2>What to try</h2>${list(remedies)}` : '';
  return `<h2>Causes of incidents</h2>${table(['Cause', 'Worst', 'Incidents', 'Measure', 'Victim'], rows, [1, 2])}${tried}`;
}

function whatIf({ whatIf: found }: Report): string {
  if (found === undefined) return '';
  const { measure, values, thresholdNs, unknown, causes: struck, composed } = found;
  const rows = struck
    .slice(0, STRUCK_SHOWN)
    .map(({ label, spikes, largestNs, maxNs, over }) => [
      label,
      spikes,
      duration(largestNs),
      duration(maxNs),
      count(over),
    ]);
  const measured = `${measure} as measured: max ${duration(values.maxNs)}, ${count(values.over)} values over ${duration(thresholdNs)}, ${count(unknown)} of them without parts.`;
  const parts = composed?.parts.map(({ label, durationNs }) => [label, duration(durationNs)]) ?? [];
  const sum =
    composed &&
    `<h2>Composed worst case</h2><p>${text(`The largest parts on CPU ${composed.cpu} add up to ${duration(composed.sumNs)}; the largest value observed there is ${duration(composed.observedNs)}.`)}</p>${table(['Part', 'Largest'], parts, [1])}`;
  return `<h2>What if a cause were gone</h2><p>${text(measured)}</p>${table(['Without', 'Spikes', 'Largest part', 'Max at most', 'Over the threshold'], rows, [1, 2, 3, 4])}${sum ?? ''}`;
}

function losses(report: Report): string {
  const gaps = report.gaps.map(({ from, to, reason }) => [time(from), span((to - from) / 1e6), reason]);
  return `<h2>What this report cannot know</h2>${list(unknownWords(report))}${gaps.length > 0 ? table(['No data from', 'For', 'Reason'], gaps) : ''}`;
}

export function reportHtml(report: Report): string {
  const { run, verdict, totals, lines } = report;
  const [title = '', verdictText = '', share = ''] = lines;
  const figures = (run.result?.rows ?? []).map((row) => [
    ...[rowName(row), duration(row.maxNs), duration(row.avgNs), duration(row.minNs)],
    ...[count(row.count), count(row.over)],
  ]);
  const changes = run.changes.map(({ time: at, name, before = '–', after = '–' }) => [
    time(at),
    name,
    before,
    after,
  ]);
  const command = run.command?.join(' ') ?? run.result?.command ?? run.file ?? '';
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${text(title)}</title><style>${STYLE}</style></head><body>
<h1>${text(title)}</h1>
<p class="verdict ${verdict.is}">${text(verdictText)}</p><p>${text(share)}</p>
${distributions(report)}
<h2>Figures of ${text(run.tool ?? 'the program')}</h2>${table(['Row', 'Max', 'Average', 'Min', 'Samples', 'Off scale'], figures, [1, 2, 3, 4, 5])}
<h2>rtprobe at the same time</h2>${table(
    ['Measure', 'Max', 'Values'],
    totals.map(({ measure, maxNs, count: n }) => [measure, duration(maxNs), fullCount(n)]),
    [1, 2],
  )}
${causes(report)}${whatIf(report)}${losses(report)}
<h2>Settings</h2>${table(['Setting', 'Value'], Object.entries(run.settings))}
<h2>Changes during the run</h2>${table(['Time', 'Setting', 'Before', 'After'], changes)}
<h2>Method</h2>${list(METHOD)}
<h2>Text for a mail</h2><pre>${lines.map((line) => text(visibleText(line))).join('\n')}</pre>
<p>Command: <code>${text(command)}</code></p>
</body></html>
`;
}
