// A spike as one table: its fields, its parts, the slices of its trace and its chain, distinguished by the first
// column. Times are ns since the trace's origin, durations ns.
import type { Incident, SpikePart, TaskInfo } from '@rtprobe/protocol';
import { type ChainStep, chainOf } from '../chain.ts';
import { deviceWithEvidence } from '../device.ts';
import { callbackText, couldBeText, idleText, profileText, senderText } from '../label.ts';
import { durationOf, type Slice } from '../slice.ts';
import { slicesOf } from '../slices.ts';
import { cgroupText } from '../workload.ts';
import { type SpikeRecord, safe } from './record.ts';

const COLUMNS = [
  ...['record', 'kind', 'cpu', 'context', 'number', 'label', 'name', 'pid', 'how', 'to'],
  ...['start_ns', 'end_ns', 'duration_ns', 'net_ns', 'count', 'begin', 'end', 'note'],
] as const;
type Row = Partial<Record<(typeof COLUMNS)[number], string | number>>;

/**
 * Formats a cell. Spreadsheets read text that begins with = + - or @ as a formula, so such text gets an apostrophe.
 * Numbers are not changed.
 */
function cell(value: string | number | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = safe(value);
  const inert = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r;']|^ | $/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}

function partRow(part: SpikePart): Row {
  const { kind, number, label, name, pid, durationNs, count, device } = part;
  const { callback, sender, idleState, profile, couldBe } = part;
  const notes = [
    ...(callback ? [callbackText(callback).en] : []),
    ...(sender ? [senderText(sender).en] : []),
    ...(idleState ? [idleText(idleState, name).en] : []),
    ...(profile ? [profileText(profile).en] : []),
    ...(couldBe ? [couldBeText(couldBe).en] : []),
    ...(device ? [deviceWithEvidence(device)] : []),
  ];
  return {
    ...{ record: 'part', kind, number, label, name, duration_ns: durationNs, count },
    ...(notes.length > 0 && { note: notes.join('; ') }),
    ...(pid !== undefined && { pid }),
  };
}

function sliceRow(slice: Slice): Row {
  const { kind, cpu, context, number, label, name, pid, startNs, endNs, netNs, begin, end, callback } = slice;
  return {
    ...(callback && { note: callbackText(callback).en }),
    ...{ record: 'slice', kind, cpu, context, number, label, name, begin, end },
    ...{ start_ns: startNs, end_ns: endNs, duration_ns: durationOf(slice), net_ns: netNs },
    ...(pid !== undefined && { pid }),
  };
}

function stepRow({ from, how, to, at, durationNs }: ChainStep): Row {
  return {
    ...{ record: 'chain', kind: from.kind, label: from.label, name: from.name, how, to: to.label },
    ...{ start_ns: at, duration_ns: durationNs },
    ...(from.cpu !== undefined && { cpu: from.cpu }),
    ...(from.pid !== undefined && { pid: from.pid }),
  };
}

/** Returns the container, pod or unit of a task; no row if its control group is unknown. */
function taskRow(kind: string, task: TaskInfo | undefined): Row[] {
  const { pid, comm, cgroup } = task ?? {};
  const label = cgroupText(cgroup)?.en;
  if (pid === undefined || comm === undefined || cgroup === undefined) return [];
  return [{ record: 'task', kind, pid, name: comm, note: cgroup, ...(label !== undefined && { label }) }];
}

function incidentRow({ origin, culprit, valueNs, symptoms, sentence }: Incident): Row {
  return {
    ...{ record: 'incident', kind: origin, label: culprit, duration_ns: valueNs, count: symptoms.length },
    note: sentence,
  };
}

export function toCsv({ spike, trace, incident }: SpikeRecord): string {
  const { measure, cpu, number, label, name, valueNs, task, sentence } = spike;
  const itself: Row = {
    ...{ record: 'spike', kind: measure, cpu, number, label, name, pid: task.pid, note: sentence },
    duration_ns: valueNs,
    ...(trace && { start_ns: trace.windowFromNs, end_ns: trace.windowToNs }),
  };
  const rows = [
    itself,
    ...(incident ? [incidentRow(incident)] : []),
    ...taskRow('interrupted', task),
    ...taskRow('victim', spike.victim),
    ...taskRow('waker', spike.waker),
    ...(spike.parts ?? []).map(partRow),
    ...(trace ? chainOf(trace, spike).map(stepRow) : []),
    ...(trace ? slicesOf(trace).map(sliceRow) : []),
  ];
  const lines = rows.map((row) => COLUMNS.map((column) => cell(row[column])).join(','));
  return [COLUMNS.join(','), ...lines].map((line) => `${line}\r\n`).join('');
}
