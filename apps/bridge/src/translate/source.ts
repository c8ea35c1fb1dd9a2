// Sources in the words of the protocol.
import type { Source } from '@rtprobe/abi';
import type { SourceInfo } from '@rtprobe/protocol';
import { sourceLabel } from '@rtprobe/trace';
import { measureOf } from './measure.ts';
import { toTask } from './task.ts';

/** Returns undefined if the number or the measure is missing or unknown. */
export function toSource(source: Source): SourceInfo | undefined {
  const measure = measureOf(source.measure);
  if (source.id === undefined || measure === undefined) return undefined;
  const number = source.number ?? 0;
  const name = source.name ?? '';
  return {
    id: source.id,
    ...{ measure, number, name, label: sourceLabel(measure, number, name) },
    ...(source.chip !== undefined && { chip: source.chip }),
    ...(source.affinity !== undefined && { affinity: source.affinity }),
    threaded: source.threaded === 1,
    retired: source.retired === 1,
    ...(source.task && { task: toTask(source.task) }),
  };
}
