// Reads what kmod/tests/truth/windows.sh prints.

export interface Part {
  /** The line of /proc/rtprobe/spikes. */
  readonly text: string;
  readonly ns: number;
  /** Words such as `function=` of the part. */
  readonly words: Readonly<Record<string, string>>;
}

export interface Spike {
  readonly measure: string;
  /** Of the source, such as a softirq or a function. */
  readonly name: string;
  readonly cpu: number;
  readonly from: number;
  readonly to: number;
  /** Upper bound of a value that has bounds; `from` to `to` is the lower one. */
  readonly upperNs?: number;
  /** Largest first. */
  readonly parts: readonly Part[];
}

/** Times are nanoseconds of the guest's CLOCK_MONOTONIC. */
export interface Window {
  /** The process that asked for the disturbance. */
  readonly pid: number;
  readonly from: number;
  readonly to: number;
  /** Time that the host did not run the CPU, at most. */
  readonly pausedNs: number;
  /** Those of its time, on any CPU. */
  readonly spikes: readonly Spike[];
}

export interface Windows {
  readonly callbacks: readonly string[];
  readonly senders: readonly string[];
  readonly windows: readonly Window[];
}

const words = (text: string): Record<string, string> =>
  Object.fromEntries([...text.matchAll(/(?:^| )(\w+)=(\S*)/g)].map(([, key, value]) => [key!, value!]));

function parsePart(text: string): Part {
  // KIND NUMBER PID COUNT NS NAME
  return { text, ns: Number(text.split(' ')[4]), words: words(text) };
}

function parseSpike(block: string): Spike {
  const values = new Map(
    block.split('\n').map((line) => {
      const at = line.indexOf('=');
      return [line.slice(0, at), line.slice(at + 1)];
    }),
  );
  const number = (key: string): number => Number(values.get(key));
  const to = number('time');
  return {
    measure: values.get('measure') ?? '',
    name: values.get('name') ?? '',
    cpu: number('cpu'),
    from: to - number('value_ns'),
    to,
    ...(values.has('upper_ns') && { upperNs: number('upper_ns') }),
    parts: [...block.matchAll(/^part=(.*)$/gm)].map(([, part]) => parsePart(part!)),
  };
}

/** Returns the spikes in the format of /proc/rtprobe/spikes, whatever precedes them. */
export const parseSpikes = (output: string): Spike[] =>
  output
    .split(/^(?=spike=)/m)
    .slice(1)
    .map(parseSpike);

/** Returns the time that a spike and a window have in common; negative if there is none. */
export const overlap = (spike: Spike, window: Pick<Window, 'from' | 'to'>): number =>
  Math.min(spike.to, window.to) - Math.max(spike.from, window.from);

function windowOf(line: string, spikes: readonly Spike[]): Window {
  const { pid, from, to } = words(line);
  const window = { pid: Number(pid), from: Number(from), to: Number(to), pausedNs: 0 };
  return { ...window, spikes: spikes.filter((spike) => overlap(spike, window) > 0) };
}

export function parseWindows(output: string): Windows {
  const list = (key: string): string[] =>
    new RegExp(`^${key}=(.*)$`, 'm').exec(output)?.[1]?.split(',').filter(Boolean) ?? [];
  const spikes = parseSpikes(output);
  return {
    callbacks: list('callbacks_available'),
    senders: list('senders_available'),
    windows: [...output.matchAll(/^window (.*)$/gm)].map(([, line]) => windowOf(line!, spikes)),
  };
}
