// Drives every operation of kmod/uapi/rtprobe.yaml with the kernel's own netlink tool, which knows the module only from
// that file. An operation without a case, or an attribute of a request that no case sends, fails the test.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { maxLength } from '../../../abi/gen/spec.ts';
import { type BootedGuest, boot, buildDisturbance, buildProbe, prepareKernel } from '../../src/index.ts';
import { type Message, Ynl } from './tool.ts';

const KERNEL = '6.12-rt';
const SPIKES_MAX = 4;
/** Only a rule makes spikes: an emulated guest has noise of its own, which would fill the list. */
const PARAMS = `threshold=0 self_limit=off max_spikes=${SPIKES_MAX} measures=hardirq_duration,vector_duration,wakeup_latency,irqline_off,stolen`;
const RULE = 'add name=rtprobe-edu threshold=5ms capture=all';

const spec = Ynl.spec();

let guest: BootedGuest;
let ynl: Ynl;
let scratch: string;

/** Returns the key=value lines of a file in /proc/rtprobe. */
async function proc(file: string): Promise<Record<string, string>> {
  const text = await guest.sh(`cat /proc/rtprobe/${file}`);
  return Object.fromEntries(
    text.split('\n').map((line) => [line.split('=')[0]!, line.replace(/^[^=]*=/, '')]),
  );
}

const disturb = (): Promise<string> =>
  guest.sh('echo kind=hardirq us=9000 cpu=1 >/proc/rtprobe_disturb; sleep 0.3');

/** Names of the tool from the words of procfs. */
const names = (words: string): string[] =>
  words
    .split(',')
    .map((word) => word.replaceAll('_', '-'))
    .sort();
const sorted = (list: unknown): string[] => [...(list as string[])].sort();

/** Kinds of events, by their place in the enum trace-event. */
const [HARDIRQ_ENTRY, HARDIRQ_EXIT, SPIKE] = [0, 1, 14];
const kindsOf = (events: Buffer): number[] =>
  Array.from({ length: events.length / 32 }, (_, i) => events.readUInt16LE(i * 32 + 8));

/** Returns the texts of a message that are longer than the file allows. */
function tooLong(set: string, message: Message): string[] {
  return spec['attribute-sets']
    .find(({ name }) => name === set)!
    .attributes.flatMap((attribute) => {
      const values = [message[attribute.name] ?? []].flat();
      const nested = attribute['nested-attributes'];
      if (nested) return values.flatMap((value) => tooLong(nested, value as Message));
      if (attribute.type !== 'string') return [];
      const length = maxLength(spec, attribute);
      return values
        .filter((value) => length === undefined || Buffer.byteLength(value as string) > length)
        .map((value) => `${set}.${attribute.name}: ${value as string}`);
    });
}

/** Number of the newest spike. */
let spike: number;
/** Number of the rule that was added. */
let rule: number;

interface Case {
  /** Attributes of the request, or what returns them; all attributes that the file names. */
  readonly request?: () => Message;
  /** The reply; the messages of a dump. */
  readonly check: (messages: readonly Message[]) => Promise<void> | void;
}

/** By operation, in the order in which they run. Events are received in a test of their own. */
const cases: Record<string, Case> = {
  'get-info': {
    check: async ([info]) => {
      const status = await proc('status');
      expect(info).toMatchObject({
        'abi-version': Number(status.abi),
        'module-version': status.version,
        'kernel-release': guest.release,
        machine: (await guest.sh('uname -m')).trim(),
        'preempt-rt': 1,
        'cpus-online': '0-1',
        clock: status.clock,
        'measures-available': expect.arrayContaining(names(status.measures_available!)) as unknown,
        'spikes-held': Number(status.spikes_held),
        'spikes-capacity': SPIKES_MAX,
        'event-guard': status.event_guard!.replaceAll('_', '-'),
      });
      expect(BigInt(info!.instance as bigint)).toBe(BigInt(`0x${status.instance}`));
      const losses = [...Object.keys(status).filter((key) => key.startsWith('lost_')), 'lost_probe_missed'];
      expect(
        sorted(Object.keys(info!.lost as object).map((name) => `lost_${name.replaceAll('-', '_')}`)),
      ).toEqual(sorted(losses));
    },
  },
  'set-config': {
    request: () => ({
      measures: ['hardirq-duration', 'vector-duration', 'wakeup-latency', 'stolen', 'timer-latency'],
      'period-ns': 80_000_000,
      'threshold-ns': 0,
      'interval-ns': 50_000_000,
      'thread-priority': 91,
      capture: ['stack', 'trace'],
      recorder: 1,
      cpus: '0-1',
      'self-limit': 7,
      threshold: [
        { measure: 'wakeup-latency', 'threshold-ns': 59_000_000_000, 'kthreads-ns': 0 },
        { measure: 'irqsoff', 'threshold-ns': 58_000_000_000 },
      ],
    }),
    check: async () => {
      expect(await proc('control')).toMatchObject({
        measures: 'hardirq_duration,vector_duration,timer_latency,wakeup_latency,stolen',
        period: '80ms',
        interval: '50ms',
        thread_priority: '91',
        capture: 'stack,trace',
        threshold: '58s',
        thresholds: expect.stringMatching(
          /irqsoff:58s,.*wakeup_latency:59s,wakeup_latency\/kthreads:off/,
        ) as unknown,
      });
    },
  },
  'get-config': {
    check: async ([config]) => {
      const control = await proc('control');
      expect(sorted(config!.measures)).toEqual(names(control.measures!));
      expect(sorted(config!.capture)).toEqual(names(control.capture!));
      expect(config).toMatchObject({
        'period-ns': 80_000_000,
        'threshold-ns': 58_000_000_000,
        'thread-priority': 91,
        recorder: 1,
        cpus: '0-1',
        threshold: expect.arrayContaining([
          { measure: 'wakeup-latency', 'threshold-ns': 59_000_000_000, 'kthreads-ns': 0 },
          { measure: 'irqsoff', 'threshold-ns': 58_000_000_000 },
        ]) as unknown,
      });
    },
  },
  'get-sources': {
    check: async (sources) => {
      const lines = (await guest.sh('cat /proc/rtprobe/irqs')).split('\n').slice(1, -1);
      for (const line of lines) {
        const [id, measure, number] = line.split(' ');
        expect(sources).toContainEqual(
          expect.objectContaining({ id: Number(id), measure: names(measure!)[0], number: Number(number) }),
        );
      }
      const edu = sources.find(
        ({ name, measure }) => name === 'rtprobe-edu' && measure === 'hardirq-duration',
      );
      expect(edu).toMatchObject({ chip: expect.any(String) as unknown, affinity: '1', retired: 0 });
    },
  },
  'get-hists': {
    request: () => ({ since: 0 }),
    check: async ([header, ...rows]) => {
      expect(header).toMatchObject({ generation: expect.any(Number) as unknown, epoch: 0 });
      expect(rows.length).toBeGreaterThan(3);
      for (const row of rows) {
        const counts = (row.buckets as (number | bigint)[]).map((packed) => BigInt(packed) % 2n ** 48n);
        expect(counts.reduce((total, each) => total + each, 0n)).toBe(BigInt(row.count as number));
      }
    },
  },
  'get-spikes': {
    check: async (spikes) => {
      const text = await guest.sh('cat /proc/rtprobe/spikes');
      expect(spikes.map(({ id }) => id)).toEqual(
        Array.from(text.matchAll(/^spike=(\d+)$/gm), ([, id]) => Number(id)),
      );
      expect(spikes.map((each) => each['value-ns'])).toEqual(
        Array.from(text.matchAll(/^value_ns=(\d+)$/gm), ([, ns]) => Number(ns)),
      );
      expect(spikes[0]).toMatchObject({
        name: 'rtprobe-edu',
        measure: 'hardirq-duration',
        cpu: 1,
        'threshold-ns': 5_000_000,
        traced: 1,
      });
      spike = spikes.at(-1)!.id as number;
    },
  },
  'get-spike': {
    request: () => ({ id: spike }),
    check: async ([whole]) => {
      expect(whole).toMatchObject({
        id: spike,
        register: expect.any(Array) as unknown,
        process: { exited: expect.any(Number) as unknown },
      });
      const text = await guest.sh(`exec 3<>/proc/rtprobe/spike; echo ${spike} >&3; cat <&3`);
      expect(text.match(/^register=/gm)).toHaveLength((whole!.register as string[]).length);
    },
  },
  'get-trace': {
    request: () => ({ id: spike }),
    check: (parts) => {
      expect(parts.every(({ id }) => id === spike)).toBe(true);
      expect(parts.map(({ cpu }) => cpu)).toEqual(expect.arrayContaining([1]));
      const events = parts.map((part) => (part.events as string | undefined) ?? '').join('');
      expect(events.length % (2 * 32)).toBe(0);
      expect(kindsOf(Buffer.from(events, 'hex'))).toEqual(
        expect.arrayContaining([HARDIRQ_ENTRY, HARDIRQ_EXIT, SPIKE]),
      );
      expect(parts.at(-1)).toHaveProperty('task');
    },
  },
  'get-user-samples': {
    request: () => ({ id: spike }),
    // The spike is one of a handler, without a task among its parts.
    check: ([answer]) => {
      expect(answer).toEqual({ id: spike });
    },
  },
  'get-tasks': {
    check: async (tasks) => {
      const pids = (await guest.sh('cat /proc/rtprobe/tasks'))
        .split('\n')
        .slice(1, -1)
        .map((line) => Number(line.split(' ')[0]));
      const told = tasks.map(({ task }) => (task as Message).pid);
      expect(pids.filter((pid) => told.includes(pid)).length).toBeGreaterThan(5);
      expect(
        tasks.some(({ stolen }) => (stolen as Message[] | undefined)?.some(({ name }) => name === 'LOC')),
      ).toBe(true);
    },
  },
  'get-cpus': {
    check: (cpus) => {
      expect(cpus).toMatchObject([
        { cpu: 0, active: 1 },
        { cpu: 1, active: 1 },
      ]);
    },
  },
  'add-rule': {
    request: () => ({
      measures: ['response-time'],
      irq: 9,
      name: 'acpi*',
      cpus: '0-1',
      pid: 1,
      comm: 'init*',
      cgroup: '/*',
      'threshold-ns': 7_000_000,
      capture: ['stack'],
      rate: 3,
      'cooldown-ns': 1_000_000,
      action: ['stop-trace', 'signal'],
      signal: 12,
      // 0: the process is named by signal-comm.
      'signal-pid': 0,
      'signal-comm': 'servo',
      'period-ns': 20_000,
    }),
    check: async ([reply]) => {
      rule = reply!.id as number;
      expect(await guest.sh('cat /proc/rtprobe/rules')).toMatch(
        new RegExp(
          `id=${rule} .*irq=9 name=acpi\\* .*comm=init\\* .*action=stop_trace,signal:servo:USR2 period=20us `,
        ),
      );
    },
  },
  'get-rules': {
    check: (rules) => {
      expect(rules[0]).toMatchObject({ name: 'rtprobe-edu', 'threshold-ns': 5_000_000, limited: 0 });
      const { 'signal-pid': _, action, ...added } = cases['add-rule']!.request!();
      expect(rules[1]).toMatchObject({ ...added, id: rule, hits: 0, armed: 1 });
      // The tool prints flags as a set of Python, in any order.
      expect(sorted(rules[1]!.action)).toEqual(sorted(action));
    },
  },
  'arm-rule': {
    request: () => ({ id: rule }),
    check: async () => {
      expect(await guest.sh('cat /proc/rtprobe/rules')).toMatch(new RegExp(`id=${rule} .* armed=1 acted=0 `));
    },
  },
  'del-rule': {
    request: () => ({ id: rule }),
    check: async () => {
      expect(await guest.sh('cat /proc/rtprobe/rules')).not.toContain(`id=${rule} `);
    },
  },
  'register-process': {
    request: () => ({ pid: 1 }),
    check: async ([reply]) => {
      expect(reply).toBeUndefined();
    },
  },
  clear: {
    request: () => ({ what: ['spikes', 'histograms'] }),
    check: async () => {
      expect(await proc('status')).toMatchObject({ spikes_held: '0', epoch: '1' });
    },
  },
};

/** What a test does to make the module send each event. */
const causes: Record<string, () => Promise<unknown>> = {
  'source-event': () => guest.sh('rmmod rtprobe_disturb; insmod /run/lab/modules/rtprobe_disturb.ko'),
  'spike-event': disturb,
  'config-event': () =>
    guest.sh('echo period=50ms >/proc/rtprobe/control; echo period=60ms >/proc/rtprobe/control'),
  'rules-event': () =>
    guest.sh('echo "add irq=3 threshold=1s" >/proc/rtprobe/rules; tail -n 1 /proc/rtprobe/rules'),
  // Spikes beyond the capacity of the list.
  'lost-event': disturb,
};

const operations = spec.operations.list;
const requests = operations.filter((operation) => !operation.event);

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'rtprobe-ynl-'));
  const kernel = await prepareKernel(KERNEL);
  const modules = [await buildProbe(KERNEL), ...(await buildDisturbance(kernel))];
  guest = await boot({ kernel: KERNEL, niceness: -15 });
  await guest.copyIn(modules, '/run/lab/modules');
  ynl = await Ynl.install(guest, scratch);
  await guest.sh(
    `insmod /run/lab/modules/rtprobe.ko ${PARAMS} && insmod /run/lab/modules/rtprobe_disturb.ko`,
  );
  await guest.sh(`echo '${RULE}' >/proc/rtprobe/rules`);
  // The interrupted task; an idle task has no process.
  await guest.sh('setsid taskset -c 1 sh -c "while :; do :; done" >/dev/null 2>&1 </dev/null &');
  for (let i = 0; i < SPIKES_MAX; i++) await disturb();
});
afterAll(async () => {
  await guest?.down();
  rmSync(scratch, { recursive: true });
});

/** Returns the attributes of messages that are not in a list of the file. */
const undeclared = (messages: readonly Message[], declared: readonly string[] = []): string[] => [
  ...new Set(messages.flatMap((message) => Object.keys(message)).filter((name) => !declared.includes(name))),
];

describe("the kernel's netlink tool", () => {
  it('has a case for each operation', () => {
    expect(sorted([...Object.keys(cases), ...Object.keys(causes)])).toEqual(
      sorted(operations.map(({ name }) => name)),
    );
  });

  it("accepts the file by the kernel's schema", async () => {
    const { messages, refusal } = await ynl.runValidating('--do', 'get-config');
    expect(refusal).toBeUndefined();
    expect(messages[0]).toHaveProperty('measures');
  });

  it.each(Object.keys(cases))('understands %s', async (name) => {
    const operation = requests.find((each) => each.name === name)!;
    const kind = operation.dump ? 'dump' : 'do';
    const list = operation[kind]!;
    const request = cases[name]!.request?.() ?? {};
    expect(sorted(Object.keys(request))).toEqual(sorted(list.request?.attributes ?? []));
    const { messages, refusal } = await ynl.run(`--${kind}`, name, '--json', JSON.stringify(request));
    expect(refusal).toBeUndefined();
    const answer = (kind === 'dump' ? messages[0] : messages.filter(Boolean)) as Message[];
    expect(undeclared(answer, list.reply?.attributes)).toEqual([]);
    expect(answer.flatMap((message) => tooLong(operation['attribute-set'], message))).toEqual([]);
    await cases[name]!.check(answer);
  });

  it('names the attribute that the module refuses', async () => {
    const request = JSON.stringify({ 'period-ns': 1 });
    const { refusal } = await ynl.run('--do', 'set-config', '--json', request);
    expect(refusal).toContain("'bad-attr': '.period-ns'");
  });

  it('receives every event', async () => {
    await guest.sh('echo clear >/proc/rtprobe/spikes');
    for (let i = 0; i < SPIKES_MAX; i++) await disturb();
    const seconds = 12;
    const listening = ynl.run('--subscribe', 'events', '--sleep', `${seconds}`);
    let over = false;
    const received = listening.finally(() => {
      over = true;
    });
    while (!over) for (const cause of Object.values(causes)) if (!over) await cause();
    const { messages, refusal } = await received;
    expect(refusal).toBeUndefined();
    const events = (messages[0] as { name: string; msg: Message }[]) ?? [];
    for (const name of Object.keys(causes)) {
      const mine = events.filter((event) => event.name === name).map(({ msg }) => msg);
      expect(mine.length, name).toBeGreaterThan(0);
      const operation = operations.find((each) => each.name === name)!;
      expect(undeclared(mine, operation.event!.attributes), name).toEqual([]);
      for (const message of mine) expect(message, name).toHaveProperty('event-seq');
    }
  });
});
