// Compares the list of interruptions of an isolated CPU with what ftrace saw on another boot with the same load.
//
// RTPROBE_ISOLATION_ROUNDS: length of the load in rounds of about a second (npm run test:isolation: 100).
import {
  type BootedGuest,
  boot,
  buildDisturbance,
  equip,
  prepareEquipment,
  prepareKernel,
} from '@rtprobe/lab';
import type { Interference, Isolation } from '@rtprobe/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVENTS, keyOf, readTrace, type Seen } from './ftrace.ts';
import { type Harness, startHarnessOf } from './harness.ts';

const KERNEL = '6.12-rt';
const CPU = 2;
const ROUNDS = Number(process.env.RTPROBE_ISOLATION_ROUNDS ?? 12);
const APPEND = [`isolcpus=${CPU}`, `nohz_full=${CPU}`, `rcu_nocbs=${CPU}`, 'irqaffinity=0-1'];
/** Kinds of rtprobe_disturb, each once a round on the isolated CPU. */
const KINDS = ['hardirq', 'insidetimer', 'insidework', 'insidetasklet', 'insidecall'] as const;
/** A round takes a second, and longer on a busy host. */
const LOAD_MS = 60_000 + ROUNDS * 4000;
/** A source that ftrace saw less often may be absent from another boot. */
const OFTEN = 3;

const FOLDER = '/sys/kernel/tracing';
const traced = `
echo 0 > ${FOLDER}/tracing_on; echo 32768 > ${FOLDER}/buffer_size_kb
echo ${(1 << CPU).toString(16)} > ${FOLDER}/tracing_cpumask
for event in ${EVENTS.join(' ')}; do echo 1 > ${FOLDER}/events/$event/enable; done
echo > ${FOLDER}/trace`;
/** A busy loop with a name of its own. */
const busy = `cp /bin/sh /tmp/loop; taskset -c ${CPU} /tmp/loop -c 'while :; do :; done' >/dev/null 2>&1 &`;
const load = `
for round in $(seq ${ROUNDS}); do
  for kind in ${KINDS.join(' ')}; do
    echo "kind=$kind us=200 cpu=${CPU}" > /proc/rtprobe_disturb || exit 1
    sleep 0.15
  done
  taskset -c ${CPU} true
done
sleep 3`;

let modules: string[];

async function start(): Promise<BootedGuest> {
  const guest = await boot({ kernel: KERNEL, cpus: 3, memoryMiB: 512, append: APPEND });
  await guest.copyIn(modules, '/root');
  await guest.sh('insmod /root/rtprobe_disturb.ko');
  return guest;
}

async function byFtrace(): Promise<Seen> {
  const guest = await start();
  try {
    await guest.sh(`${traced}\n${busy}\nsleep 3; echo 1 > ${FOLDER}/tracing_on`);
    await guest.sh(load, { timeout: LOAD_MS });
    await guest.sh(`echo 0 > ${FOLDER}/tracing_on`);
    const overrun = await guest.sh(`grep -h overrun ${FOLDER}/per_cpu/cpu${CPU}/stats`);
    expect(overrun).toMatch(/^overrun: 0$/m);
    // sh() returns the end of a long text only.
    let trace = '';
    const decoder = new TextDecoder();
    await guest.sh(`grep '\\[00${CPU}\\]' ${FOLDER}/trace`, {
      onStdout: (bytes) => {
        trace += decoder.decode(bytes, { stream: true });
      },
    });
    return readTrace(trace, CPU, 'loop');
  } finally {
    await guest.down();
  }
}

/** Returns the key that the trace has for an interruption. */
function traceKey({ kind, label, name, number, measure }: Interference): string | undefined {
  if (kind === 'kthread' || kind === 'task') return keyOf('run', name);
  if (kind === 'hardirq') return keyOf('hardirq', `${label} ${name}`);
  if (kind === 'nmi') return keyOf('nmi', '');
  if (kind === 'irq_thread') return keyOf('run', `irq/${number}-`);
  return measure === 'vector_duration' || kind === 'softirq' ? keyOf(kind, label) : undefined;
}

function seenBy(list: readonly Interference[]): Seen {
  const seen: Seen = new Map();
  for (const one of list) {
    const key = traceKey(one);
    if (key !== undefined) seen.set(key, (seen.get(key) ?? 0) + one.count);
  }
  return seen;
}

describe(`CPU ${CPU} of a nohz_full guest`, () => {
  let ftrace: Seen;
  let listed: Seen;
  let isolation: Isolation;
  let guest: BootedGuest;
  let harness: Harness;

  const read = async (): Promise<Isolation> => {
    const { body } = await harness.get('/api/v1/isolation');
    return (body.hosts as unknown as Isolation[])[0]!;
  };
  const cpuOf = ({ cpus }: Isolation) => cpus.find(({ cpu }) => cpu === CPU)!;

  beforeAll(async () => {
    const equipment = await prepareEquipment({ kernel: KERNEL });
    modules = (await buildDisturbance(await prepareKernel(KERNEL))).filter((path) =>
      path.endsWith('/rtprobe_disturb.ko'),
    );
    ftrace = await byFtrace();
    guest = await start();
    await equip(guest, equipment);
    ({ harness } = await startHarnessOf(guest));
    // Runs of the loop before its first interruption must not be those of another task.
    while ((await read()).watchedSince === undefined) await new Promise((wait) => setTimeout(wait, 200));
    await guest.sh(`${busy}\nsleep 3`);
    expect((await harness.post('/api/v1/histograms/clear', {})).status).toBe(200);
    await guest.sh(load, { timeout: LOAD_MS });
    isolation = await read();
    listed = seenBy(cpuOf(isolation).interference);
    console.log(table(ftrace, listed, cpuOf(isolation).interference));
  });
  afterAll(async () => {
    await harness?.close();
    await guest?.down();
  });

  it('is on the list without being chosen, and rtprobe does not interrupt it', () => {
    expect(cpuOf(isolation)).toMatchObject({
      why: ['isolcpus', 'nohz_full', 'passive'],
      ownTimerPerSecond: 0,
      ownTimerCount: 0,
    });
    expect(cpuOf(isolation).ownTask?.comm).toBe('loop');
  });

  it('has everything on its list that ftrace saw', () => {
    const missing = [...ftrace].filter(([key, count]) => count >= OFTEN && !listed.has(key));
    expect(missing).toEqual([]);
  });

  it('has nothing on its list that ftrace did not see', () => {
    const extra = [...listed].filter(([key, count]) => count >= OFTEN && !ftrace.has(key));
    expect(extra).toEqual([]);
  });

  it('has each disturbance on its list as often as it was made', () => {
    const hardirq = [...listed].find(([key]) => key.startsWith('hardirq') && key.endsWith('rtprobe-edu'));
    expect(hardirq?.[1]).toBe(ROUNDS);
    expect(ftrace.get(hardirq![0])).toBe(ROUNDS);
  });

  it('has counts that differ by no more than two boots do', () => {
    const far = [...ftrace].filter(([key, count]) => {
      const other = listed.get(key) ?? 0;
      return Math.abs(other - count) > Math.max(OFTEN, 0.5 * Math.max(count, other));
    });
    expect(far).toEqual([]);
  });

  it('breaks an expectation with an incident that names the interruption', async () => {
    const { body, status } = await harness.post('/api/v1/expectations', {
      text: `quiet on ${CPU} above 100us`,
    });
    expect([status, body]).toMatchObject([200, { text: `quiet on ${CPU} above 100us` }]);
    expect(await guest.sh('cat /proc/rtprobe/rules')).toContain(`cpus=${CPU}`);
    await guest.sh(`echo "kind=hardirq us=3000 cpu=${CPU}" > /proc/rtprobe_disturb`);
    await expect
      .poll(async () => (await read()).expectations[0], { timeout: 30_000 })
      .toMatchObject({
        last: { cpu: CPU, sentence: expect.stringContaining('This breaks the expectation') },
      });
    // The bridge reads the counters of rules every 2 s.
    await expect.poll(async () => (await read()).expectations[0]!.breaches).toBeGreaterThanOrEqual(1);
    const [expectation] = (await read()).expectations;
    const answer = await harness.get(`/api/v1/incidents/${expectation!.last!.incident}`);
    expect(answer.body).toMatchObject({ incident: { breaks: [`quiet on ${CPU} above 100us`], cpus: [CPU] } });
  });
});

function table(ftrace: Seen, listed: Seen, list: readonly Interference[]): string {
  const worst = (key: string) =>
    Math.max(0, ...list.filter((one) => traceKey(one) === key).map(({ worstNs = 0 }) => worstNs));
  const keys = [...new Set([...ftrace.keys(), ...listed.keys()])].sort();
  const rows = keys.map((key) => {
    const [a, b] = [ftrace.get(key) ?? 0, listed.get(key) ?? 0].map((n) => String(n).padStart(7));
    return `${key.padEnd(36)}${a}${b}  ${worst(key) === 0 ? '' : `${(worst(key) / 1000).toFixed(0)} us`}`;
  });
  const head = `CPU ${CPU}, ${ROUNDS} rounds`.padEnd(36);
  return [`${head} ftrace listed  longest`, ...rows].join('\n');
}
