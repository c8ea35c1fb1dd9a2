// Subtracts the time in which the host did not run a virtual CPU from the parts of a spike.
import type { PartKind, SpikePart } from '@rtprobe/protocol';
import { hostPart, type SpikeFacts } from '../explain/sentence.ts';

/** Parts that name no cause, or have the weakest evidence. Time of the host is subtracted from them first. */
const FIRST: readonly PartKind[] = ['unaccounted', 'stall', 'idle_exit', 'irqs_off'];

/**
 * Adds a part of kind `host` with all of `hostNs`, and subtracts it from the others. If the host took 15 of 20 ms, a part of
 * 18 ms holds at least 13 of them, whatever happened. The rest can lie in several parts.
 */
function takeOut(parts: readonly SpikePart[], hostNs: number): SpikePart[] {
  const total = parts.reduce((sum, { durationNs }) => sum + durationNs, 0);
  const host = Math.min(hostNs, total);
  const least = ({ durationNs }: SpikePart) => Math.max(0, host - (total - durationNs));
  const others = parts.map((part) => ({ ...part, durationNs: part.durationNs - least(part) }));
  let rest = host - parts.reduce((sum, part) => sum + least(part), 0);
  const rank = ({ kind }: SpikePart) => (FIRST.includes(kind) ? FIRST.indexOf(kind) : FIRST.length);
  for (const part of others.toSorted((a, b) => rank(a) - rank(b) || b.durationNs - a.durationNs)) {
    const taken = Math.min(rest, part.durationNs);
    part.durationNs -= taken;
    rest -= taken;
  }
  return [...others.filter(({ durationNs }) => durationNs > 0), hostPart(host)].sort(
    (a, b) => b.durationNs - a.durationNs,
  );
}

/** Returns the spike with the evidence that its host did not run the CPU for at least `hostDelayNs` of its window. */
export function withHostDelay(spike: SpikeFacts, hostDelayNs: number): SpikeFacts {
  return {
    ...spike,
    hostDelayNs,
    ...(spike.parts && spike.parts.length > 0 && { parts: takeOut(spike.parts, hostDelayNs) }),
  };
}
