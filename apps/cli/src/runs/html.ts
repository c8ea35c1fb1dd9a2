// A report as one HTML file: no script, no request, readable on paper.
import { formatDuration, fullCount, visibleText } from '@rtprobe/metrics';
import type { ToolRow } from '@rtprobe/protocol';
import type { Report } from './report.ts';

const ESCAPED: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Escapes hostile text. */
const text = (value: string | number): string =>
  visibleText(String(value)).replaceAll(/[&<>"']/g, (character) => ESCAPED[character]!);

const STYLE = `
body{font:15px/1.45 system-ui,sans-serif;color:#16191d;background:#fff;max-width:60rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem;margin:0 0 .5rem}h2{font-size:1.1rem;margin:1.6rem 0 .4rem}
ul{padding-left:1.2rem;margin:.4rem 0}table{border-collapse:collapse;width:100%;font-size:.9rem}
th,td{text-align:left;padding:.25rem .6rem .25rem 0;border-bottom:1px solid #d5dae0;vertical-align:top;overflow-wrap:anywhere}
td.number,th.number{text-align:right;font-variant-numeric:tabular-nums}
.verdict{font-size:1.15rem;font-weight:600;border-left:.4rem solid #56606b;padding:.3rem .7rem;margin:.6rem 0}
.verdict.over{border-color:#b3261e}svg{width:100%;height:auto}svg text{font:12px system-ui,sans-serif;fill:#3c444d}
@media print{body{margin:0;max-width:none}h2{break-after:avoid}tr,svg{break-inside:avoid}}
`;

/** Okabe and Ito's colours that stand out on white; dashes tell more rows apart. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#000000', '#8a6d00'];
const DASHES = ['', '6 3', '2 3', '8 3 2 3'];
const ROWS_DRAWN = COLOURS.length * DASHES.length;
const [WIDTH, HEIGHT, LEFT, RIGHT, BOTTOM, TOP] = [900, 340, 60, 30, 34, 10];

const nameOf = ({ number, cpu, context }: ToolRow): string =>
  `${cpu === undefined ? `thread ${number}` : `CPU ${cpu}`}${context ? ` ${context}` : ''}`;

/** Returns the next of 1, 2 and 5, and their multiples by ten. */
function stepOf(least: number): number {
  const decade = 10 ** Math.floor(Math.log10(least));
  return decade * ([1, 2, 5].find((digit) => digit * decade >= least) ?? 10);
}

/** Draws the counts of each row over the value: linear x, logarithmic y. */
function histogram(rows: readonly ToolRow[], budgetNs: number): string {
  const drawn = rows.filter(({ buckets }) => buckets.length > 0).slice(0, ROWS_DRAWN);
  if (drawn.length === 0) return '<p>The result has no histogram.</p>';
  const last = drawn.reduce((max, { buckets }) => Math.max(max, buckets.at(-1)![0]), budgetNs) * 1.02;
  const most = drawn.reduce((max, { buckets }) => buckets.reduce((own, [, n]) => Math.max(own, n), max), 1);
  const decades = Math.max(1, Math.ceil(Math.log10(most)));
  const x = (ns: number) => LEFT + (ns / last) * (WIDTH - LEFT - RIGHT);
  const y = (n: number) =>
    HEIGHT - BOTTOM - ((Math.log10(n) + 0.3) / (decades + 0.3)) * (HEIGHT - BOTTOM - TOP);
  const floor = HEIGHT - BOTTOM;
  const bars = ({ buckets }: ToolRow) =>
    buckets.map(([ns, n]) => `M${x(ns).toFixed(1)} ${floor}V${y(n).toFixed(1)}`).join('');
  const style = (i: number) =>
    `stroke="${COLOURS[i % COLOURS.length]}" stroke-dasharray="${DASHES[Math.floor(i / COLOURS.length)]}"`;
  const lines = drawn.map(
    (row, i) => `<path d="${bars(row)}" fill="none" ${style(i)} stroke-width="1.5" opacity=".8"/>`,
  );
  const counts = Array.from({ length: decades + 1 }, (_, d) => 10 ** d).map(
    (n) =>
      `<path d="M${LEFT} ${y(n)}H${WIDTH - RIGHT}" stroke="#d5dae0"/><text x="${LEFT - 6}" y="${y(n) + 4}" text-anchor="end">${fullCount(n)}</text>`,
  );
  const step = stepOf(last / 6);
  const values = Array.from({ length: Math.floor(last / step) + 1 }, (_, i) => {
    const ns = step * i;
    return `<text x="${x(ns)}" y="${HEIGHT - 14}" text-anchor="middle">${text(formatDuration(Math.round(ns)))}</text>`;
  });
  const budget = `<path d="M${x(budgetNs)} ${TOP}V${floor}" stroke="#b3261e" stroke-dasharray="4 4"/><text x="${x(budgetNs) - 4}" y="${TOP + 12}" text-anchor="end">budget</text>`;
  const legend = drawn.map(
    (row, i) =>
      `<li><svg viewBox="0 0 30 8" style="width:30px"><path d="M0 4H30" ${style(i)} stroke-width="3"/></svg> ${text(nameOf(row))}</li>`,
  );
  const label = `Number of samples by value, ${drawn.length} of ${rows.length} rows`;
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${label}">${counts.join('')}${lines.join('')}${budget}${values.join('')}</svg>
<ul style="columns:4;list-style:none;padding:0">${legend.join('')}</ul>`;
}

const table = (head: readonly string[], rows: readonly (readonly (string | number)[])[]): string =>
  rows.length === 0
    ? '<p>None.</p>'
    : `<table><thead><tr>${head.map((cell) => `<th>${text(cell)}</th>`).join('')}</tr></thead><tbody>${rows
        .map((row) => `<tr>${row.map((cell) => `<td>${text(cell)}</td>`).join('')}</tr>`)
        .join('')}</tbody></table>`;

const duration = (ns: number | undefined): string => (ns === undefined ? '–' : formatDuration(ns));
const time = (us: number): string => new Date(us / 1000).toISOString().slice(0, 19).replace('T', ' ');

const METHOD = [
  'The figures are those of the program. In the bucket that contains the budget, all samples count as over it.',
  'The share with 95 % confidence is the one-sided upper limit of Clopper and Pearson (Biometrika 26, 1934). It holds for independent samples. Late samples often follow each other, so the true share can be larger.',
  'A run shows what happened under its load. rtprobe does not know the load, and says nothing about others.',
];

export function reportHtml({ run, verdict, totals, causes, lines }: Report): string {
  const [title = '', verdictText = '', ...others] = lines;
  const rows = run.result?.rows ?? [];
  const figures = rows.map((row) => [
    ...[nameOf(row), duration(row.maxNs), duration(row.avgNs), duration(row.minNs)],
    ...[
      row.count === undefined ? '–' : fullCount(row.count),
      row.over === undefined ? '–' : fullCount(row.over),
    ],
  ]);
  const changes = run.changes.map(({ time: at, name, before = '–', after = '–' }) => [
    `${time(at)} UTC`,
    name,
    before,
    after,
  ]);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${text(title)}</title><style>${STYLE}</style></head><body>
<h1>${text(title)}</h1>
<p class="verdict ${verdict.is}">${text(verdictText)}</p>
<ul>${others.map((line) => `<li>${text(line)}</li>`).join('')}</ul>
<h2>Distribution</h2>${histogram(rows, verdict.budgetNs)}
<h2>Figures of ${text(run.tool ?? 'the program')}</h2>${table(['Row', 'Max', 'Average', 'Min', 'Samples', 'Off scale'], figures)}
<h2>rtprobe at the same time</h2>${table(
    ['Measure', 'Max', 'Values'],
    totals.map(({ measure, maxNs, count }) => [measure, duration(maxNs), fullCount(count)]),
  )}
<h2>Causes of incidents</h2>${table(
    ['Cause', 'Worst', 'Incidents', 'Measure', 'Victim'],
    causes
      .slice(0, 20)
      .map(({ culprit, worstNs, count, measure, victim }) => [
        culprit,
        duration(worstNs),
        count,
        measure,
        victim,
      ]),
  )}
<h2>Settings</h2>${table(['Setting', 'Value'], Object.entries(run.settings))}
<h2>Changes during the run</h2>${table(['Time', 'Setting', 'Before', 'After'], changes)}
<h2>Method</h2><ul>${METHOD.map((line) => `<li>${text(line)}</li>`).join('')}</ul>
<p>Command: <code>${text(run.command?.join(' ') ?? run.result?.command ?? run.file ?? '')}</code></p>
</body></html>
`;
}
