// A report in plain text, complete enough for a mail or a bug tracker.
import { cpuList, formatDuration } from '@rtprobe/metrics';
import type { Device, ProcessInfo, Spike, TaskInfo, Trace } from '@rtprobe/protocol';
import { chainOf } from '../chain.ts';
import { chainSentence, nodeWords, verbOf } from '../describe.ts';
import { deviceWithEvidence } from '../device.ts';
import {
  callbackText,
  couldBeText,
  doubtText,
  idleText,
  policyText,
  profileText,
  senderText,
  taskLabel,
} from '../label.ts';
import { marksOf } from '../marks.ts';
import { durationOf, type Slice, sliceTitle } from '../slice.ts';
import { slicesOf } from '../slices.ts';
import { cgroupText } from '../workload.ts';
import { isoMicros, kernelWords, type SpikeRecord, safe } from './record.ts';

/** Maximum numbers of listed slices and files; the others are counted. */
const SLICES_MAX = 60;
const FILES_MAX = 32;

type Line = string | undefined;

const heading = (title: string): string[] => ['', title, '-'.repeat(title.length)];
const pair = (name: string, value: string | number | undefined): Line =>
  value === undefined || value === '' ? undefined : `  ${`${name}:`.padEnd(14)}${value}`;

function section(title: string, lines: readonly Line[]): string[] {
  const kept = lines.filter((line) => line !== undefined);
  return kept.length > 0 ? [...heading(title), ...kept] : [];
}

/** Formats a table: right-aligned numbers, then left-aligned words. */
function table(rows: readonly (readonly string[])[], right: number): string[] {
  const widths = rows.reduce<number[]>((w, row) => row.map((c, i) => Math.max(w[i] ?? 0, c.length)), []);
  const line = (row: readonly string[]) =>
    row.map((c, i) => (i < right ? c.padStart(widths[i]!) : c.padEnd(widths[i]!))).join('  ');
  return rows.map((row) => `  ${line(row)}`.trimEnd());
}

function taskWords(task: TaskInfo): string {
  const { pid, cgroup } = task;
  const workload = cgroupText(cgroup)?.en;
  const words = [safe(taskLabel(pid, task)), policyText(task).en, workload, cgroup && safe(cgroup)];
  return words.filter(Boolean).join(', ');
}

function machine({ host, spike }: SpikeRecord): string[] {
  const kernel = host?.kernel;
  return section('Machine', [
    pair('host', safe(spike.host)),
    pair('kernel', kernel && kernelWords(kernel)),
    pair('cmdline', host?.machine?.cmdline && safe(host.machine.cmdline)),
    pair('PREEMPT_RT', kernel && (kernel.preemptRt ? 'yes' : 'no')),
    pair('CPU', host?.cpuModel && `${safe(host.cpuModel)}, online ${host.cpusOnline}`),
    pair('clock source', host?.machine?.clocksource && safe(host.machine.clocksource)),
    pair('governor', host?.machine?.governor && safe(host.machine.governor)),
    pair('module', host?.moduleVersion && `rtprobe ${host.moduleVersion}, clock ${host.clock}`),
    pair('measures', host?.config?.measures.join(' ')),
  ]);
}

/** Returns the device with its address and its ids, by which it can be found on its machine. */
function deviceWords(device: Device): string {
  const { bus, address, ids } = device;
  return `${deviceWithEvidence(device)} (${safe([bus, address, ids].filter(Boolean).join(' '))})`;
}

function facts(spike: Spike): string[] {
  const { bounds } = spike;
  const range =
    bounds && !bounds.exact
      ? `${formatDuration(bounds.lowerNs)} proven, ${formatDuration(bounds.upperNs)} possible`
      : undefined;
  return section('Spike', [
    pair('id', spike.id),
    pair('time', isoMicros(spike.time)),
    pair('monotonic', `${spike.monoNs} ns`),
    pair('measure', spike.measure),
    pair(
      'source',
      safe(spike.name && spike.name !== spike.label ? `${spike.label} ${spike.name}` : spike.label),
    ),
    pair('device', spike.device && deviceWords(spike.device)),
    pair('value', `${spike.valueNs} ns`),
    pair('bounds', range),
    pair('could be', spike.couldBe && doubtText(spike.couldBe).en),
    pair('threshold', `${spike.thresholdNs} ns${spike.rule ? `, rule ${spike.rule}` : ''}`),
    pair('CPU', spike.cpu),
    pair('mode', spike.mode),
    pair('interrupted', taskWords(spike.task)),
    pair('victim', spike.victim && taskWords(spike.victim)),
    pair('waker', spike.waker && taskWords(spike.waker)),
  ]);
}

function incidentFacts({ spike, incident }: SpikeRecord): string[] {
  if (!incident) return [];
  const { sentence, origin, primary, symptoms, cpus, onlineCpus } = incident;
  return section('Incident', [
    `  ${safe(sentence)}`,
    pair('id', incident.id),
    pair('origin', origin),
    pair('symptoms', symptoms.length),
    pair('primary', primary === spike.id ? 'this spike' : primary),
    pair('CPUs', onlineCpus === undefined ? cpuList(cpus) : `${cpuList(cpus)} of ${onlineCpus} online`),
  ]);
}

function parts({ parts, valueNs, partsIncomplete }: Spike): string[] {
  if (!parts) return [];
  const rows = parts.map((part) => {
    const share = valueNs > 0 ? `${((part.durationNs * 100) / valueNs).toFixed(1)} %` : '';
    const name = part.name && part.name !== part.label ? `${part.label} ${part.name}` : part.label;
    const { pid, callback, sender, idleState, profile, couldBe, device } = part;
    const details = [
      ...(callback ? [callbackText(callback).en] : []),
      ...(sender ? [senderText(sender).en] : []),
      ...(idleState ? [idleText(idleState, part.name).en] : []),
      ...(pid === undefined ? [] : [`pid ${pid}`]),
      ...(profile ? [profileText(profile).en] : []),
      ...(couldBe ? [couldBeText(couldBe).en] : []),
      ...(device ? [deviceWithEvidence(device)] : []),
    ];
    const who = details.length === 0 ? name : `${name} (${details.join('; ')})`;
    return [`${part.durationNs} ns`, share, `${part.count} ×`, part.kind, safe(who)];
  });
  const missing = partsIncomplete ? ['  The flight recorder had overwritten the start of the window.'] : [];
  return section('Parts', [...table(rows, 3), ...missing]);
}

/**
 * Returns lines such as "-301000 ns  irq 36 (virtio1-req.0) raised BLOCK, 20 ns before it ran"; times count to the end
 * of the window.
 */
function chain(trace: Trace, spike: Spike): string[] {
  const steps = chainOf(trace, spike);
  const sentence = chainSentence(steps);
  const rows = steps.map((step) => {
    const { from, to, how, at, durationNs } = step;
    const after =
      how === 'held' || how === 'waited' ? ` for ${durationNs} ns` : `, ${durationNs} ns before it ran`;
    return [`${at - trace.windowToNs} ns`, `${nodeWords(from)} ${verbOf(step)} ${nodeWords(to)}${after}`];
  });
  return section('Chain (ns before the end of the window)', [
    ...(sentence ? [`  ${sentence}`, ''] : []),
    ...table(rows, 1),
  ]);
}

function sliceWords(slice: Slice): string {
  const { depth } = slice;
  const cut = [slice.begin, slice.end].filter((word) => word !== 'seen');
  return `${'  '.repeat(depth)}${safe(sliceTitle(slice))}${cut.length > 0 ? ` (${cut.join(', ')})` : ''}`;
}

function timeline(trace: Trace, spike: Spike): string[] {
  const inside = slicesOf(trace).filter(
    (s) => s.cpu === spike.cpu && s.endNs > trace.windowFromNs && s.startNs < trace.windowToNs,
  );
  const rows = inside
    .slice(0, SLICES_MAX)
    .map((s) => [
      ...[`${s.startNs - trace.windowToNs}`, `${durationOf(s)}`, `${s.netNs}`, s.context, sliceWords(s)],
    ]);
  const more = inside.length > SLICES_MAX ? [`  and ${inside.length - SLICES_MAX} more`] : [];
  const title = `Slices of CPU ${spike.cpu} in the window (start before its end, duration, net: ns)`;
  return section(title, [...table(rows, 3), ...more]);
}

/** Lists the markers of programs, and the moves of a preempted task. */
function marks(trace: Trace): string[] {
  const rows = marksOf(trace)
    .filter(({ kind }) => kind === 'marker' || kind === 'migrate')
    .sort((a, b) => a.atNs - b.atNs)
    .map(({ kind, cpu, atNs, label, pid, nextCpu }) => {
      const words =
        kind === 'migrate'
          ? `${label} moved to CPU ${nextCpu}`
          : `${label || 'a marker'} (${taskLabel(pid!, trace.tasks[pid!])})`;
      return [`${atNs - trace.windowToNs} ns`, `CPU ${cpu}`, safe(words)];
    });
  return section('Markers and moves (ns before the end of the window)', table(rows, 1));
}

function socketWords({
  fd,
  family,
  type,
  protocol,
  state,
  local,
  remote,
}: NonNullable<ProcessInfo['sockets']>[number]) {
  const ends = remote ? `${local} → ${remote}` : local;
  return `  ${fd}: ${[family, type, protocol, state, safe(ends)].filter(Boolean).join(' ')}`;
}

function lockWords({ name, address, waitNs, owner }: NonNullable<ProcessInfo['locks']>[number]): string {
  const waited = waitNs === undefined ? '' : `, waited ${waitNs} ns`;
  const held = owner ? `, held by ${safe(taskLabel(owner.pid, owner))}` : '';
  return `  ${safe(name)} ${address}${waited}${held}`;
}

function processOf(title: string, info: ProcessInfo | undefined): string[] {
  if (!info) return [];
  const files = info.files ?? [];
  const words = section(title, [
    pair('executable', info.exe && safe(info.exe)),
    pair('command', info.cmdline && safe(info.cmdline)),
    info.cmdlineUnread && '  The command line was not read, or not to its end: a page was not in memory.',
    pair('user id', info.uid),
    pair('open files', info.filesIncomplete ? `at least ${info.fileCount ?? 0}` : info.fileCount),
    info.exited ? '  The process had exited before its details could be read.' : undefined,
  ]);
  const listed = files.slice(0, FILES_MAX).map(({ fd, path }) => `  ${fd}: ${safe(path)}`);
  const more = files.length > FILES_MAX ? [`  and ${files.length - FILES_MAX} more`] : [];
  return [
    ...words,
    ...section(`Locks (${info.lockEvidence})`, (info.locks ?? []).map(lockWords)),
    ...section('Sockets', (info.sockets ?? []).map(socketWords)),
    ...section('Files', [...listed, ...more]),
  ];
}

export function toText(record: SpikeRecord): string {
  const { spike, trace } = record;
  const lines = [
    `rtprobe: ${safe(spike.sentence)}`,
    ...machine(record),
    ...incidentFacts(record),
    ...facts(spike),
    ...parts(spike),
    ...(trace ? chain(trace, spike) : []),
    ...section(
      'Stack',
      spike.stack.map((frame) => `  ${safe(frame)}`),
    ),
    ...(trace ? timeline(trace, spike) : []),
    ...(trace ? marks(trace) : []),
    ...processOf('Interrupted process', spike.process),
    ...processOf('Victim process', spike.victimProcess),
    ...section(
      'Registers',
      spike.registersWithheld
        ? ['  withheld: the agent lacks the capability to see them']
        : (spike.registers ?? []).map((register) => `  ${safe(register)}`),
    ),
  ];
  return `${lines.join('\n')}\n`;
}
