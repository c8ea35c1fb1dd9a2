// Measures two implementations alternately in one process, so that noise of the machine affects both equally.

export interface Contender {
  name: string;
  run: () => void;
}

const ROUNDS = 15;
const ROUND_MS = 40;

function round(run: () => void, times: number): number {
  const start = performance.now();
  for (let i = 0; i < times; i++) run();
  return ((performance.now() - start) * 1000) / times;
}

/** Returns microseconds per call for each, as the median of rounds. */
function measure(contenders: readonly Contender[]): number[] {
  const times = contenders.map(({ run }) => {
    round(run, 20);
    return Math.max(1, Math.round((ROUND_MS * 1000) / Math.max(round(run, 20), 0.01)));
  });
  const results = contenders.map(() => [] as number[]);
  for (let n = 0; n < ROUNDS; n++) {
    for (const [i, { run }] of contenders.entries()) results[i]!.push(round(run, times[i]!));
  }
  return results.map((list) => list.sort((a, b) => a - b)[ROUNDS >> 1]!);
}

/** Prints one line: our time, the peer's time, and the ratio. */
export function compare(title: string, ours: Contender, peer: Contender): void {
  const [a, b] = measure([ours, peer]);
  const cell = (name: string, us: number) => `${name} ${us.toFixed(1)} µs`;
  console.log(`${title}: ${cell(ours.name, a!)}, ${cell(peer.name, b!)}: ${(b! / a!).toFixed(1)} ×`);
}
