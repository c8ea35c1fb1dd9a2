// The judgement of the doctor as text.
import { visibleText } from '@rtprobe/metrics';
import {
  DOCTOR_STATES,
  type Doctor,
  type DoctorFinding,
  type DoctorState,
  descriptorOf,
} from '@rtprobe/protocol';

const HEADINGS: Readonly<Record<DoctorState, string>> = {
  problem: 'Problems: these make latencies longer',
  risk: 'Risks: these can make latencies longer, depending on load, hardware and application',
  unknown: 'Unknown: these could not be checked',
  ok: 'In order',
};

const WIDTH = 100;

/** Breaks a text into lines with an indent. */
function wrapped(text: string, indent: string, first = indent): string[] {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const word of visibleText(text).split(' ')) {
    if (!isEmpty && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = indent;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}

const EVIDENCE_SHOWN = 6;

function findingLines({
  id,
  title,
  reason,
  evidence,
  moreEvidence = 0,
  advice,
  state,
}: DoctorFinding): string[] {
  const shown = evidence.slice(0, EVIDENCE_SHOWN);
  const more = evidence.length - shown.length + moreEvidence;
  const needsHelp = state === 'problem' || state === 'risk';
  return [
    `  ${title} [${id}]`,
    ...(reason === undefined ? [] : wrapped(reason, '      ')),
    ...shown.flatMap(({ source, value }) => wrapped(`${source}: ${value}`, '        ', '      ')),
    ...(more > 0 ? [`      and ${more} more`] : []),
    ...(needsHelp && advice
      ? [
          ...wrapped(advice.what, '      '),
          ...advice.try.flatMap((remedy) => wrapped(remedy, '        ', '      → ')),
          ...wrapped(`Cost: ${advice.risk}`, '      '),
        ]
      : []),
  ];
}

function measureLines({ measures }: Doctor): string[] {
  if (!measures)
    return ['What it can measure is unknown: the module is not loaded there, or its files were not read.'];
  const missing = measures.filter(({ available }) => !available);
  return [
    `It can measure ${measures.length - missing.length} of ${measures.length} measures.`,
    ...missing.flatMap(({ measure, needs = '' }) =>
      wrapped(`${descriptorOf(measure).title} (${measure}): ${needs}`, '    ', '  '),
    ),
  ];
}

function headLines({ host, kernel, root, task, asUser, leftOut }: Doctor, asked?: string): string[] {
  const what = host ?? root ?? 'this machine';
  return [
    `${visibleText(what)}${kernel === undefined ? '' : `, Linux ${visibleText(kernel)}`}`,
    task
      ? `Compared with the task ${visibleText(task.name)} (pid ${task.pid}, ${task.policy}${task.priority > 0 ? ` ${task.priority}` : ''})`
      : asked === undefined
        ? 'No application to compare with: no real-time task of a user runs. Name one with --task.'
        : `No application to compare with: no task is named "${visibleText(asked)}".`,
    ...(asUser ? ['The facts were not collected by root, so some are missing.'] : []),
    ...(leftOut > 0 ? [`${leftOut} files or tasks exceeded a limit and are missing.`] : []),
  ];
}

/**
 * Returns the lines of a judgement; findings that are in order only by name, unless all are wanted. `asked`: the task that
 * the user named.
 */
export function doctorLines(doctor: Doctor, all: boolean, asked?: string): string[] {
  const groups = DOCTOR_STATES.flatMap((state) => {
    const found = doctor.findings.filter((finding) => finding.state === state);
    if (found.length === 0) return [];
    const heading = ['', `${HEADINGS[state]} (${found.length})`];
    if (state === 'ok' && !all)
      return [...heading, ...wrapped(found.map(({ title }) => title).join(', '), '  ')];
    return [...heading, ...found.flatMap(findingLines)];
  });
  const module = (doctor.module ?? [])
    .filter(({ level }) => level !== 'ok')
    .flatMap(({ code, text }) => wrapped(`${code} ${text}`, '    ', '  '));
  return [
    ...headLines(doctor, asked),
    ...measureLines(doctor),
    ...(module.length > 0 ? ['', 'The module', ...module] : []),
    ...groups,
  ];
}

/** Returns whether something is wrong: a setting, or the module. */
export const hasProblem = ({ findings, module = [] }: Doctor): boolean =>
  findings.some(({ state }) => state === 'problem') || module.some(({ level }) => level === 'bad');
