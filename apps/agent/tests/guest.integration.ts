// Tests rtprobe-agent on the virtio port of a guest, between the host and the real module.
import { setTimeout as sleep } from 'node:timers/promises';
import { Command, encodeDo, Measure } from '@rtprobe/abi';
import {
  type BootedGuest,
  boot,
  buildDisturbance,
  equip,
  prepareEquipment,
  prepareKernel,
} from '@rtprobe/lab';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AgentPort, values } from './agent-port.ts';
import { badRequests, encodeRaw } from './bad-requests.ts';

const ONLY_HARDIRQ = 1 << Measure.hardirqDuration;
const EINVAL = 22;
const ERANGE = 34;
const ENOENT = 2;
const WAITS = 'select undef, undef, undef, 0.002 while 1';
const EVERY_WAKEUP = 'add measure=wakeup_latency threshold=1ns capture=none rate=100';

describe('rtprobe-agent between the host and the module in a guest', () => {
  let guest: BootedGuest;
  let port: AgentPort;
  beforeAll(async () => {
    const equipment = await prepareEquipment({ kernel: '6.12-rt' });
    const disturbance = await buildDisturbance(await prepareKernel('6.12-rt'));
    guest = await boot({ kernel: '6.12-rt', niceness: -15 });
    await equip(guest, equipment);
    await guest.copyIn(disturbance, '/run/lab/modules');
    await guest.sh('insmod /run/lab/modules/rtprobe_disturb.ko');
  });
  afterAll(() => guest?.down());
  beforeEach(async () => {
    port = await AgentPort.open(guest.agentSocket);
  });
  afterEach(() => port.close());

  const disturb = (us: number): Promise<string> =>
    guest.sh(`echo kind=hardirq us=${us} cpu=1 >/proc/rtprobe_disturb`);

  it('names the family of the loaded module', () => {
    expect(port.family).toBeGreaterThan(16);
  });

  it('carries a request, its answer and its acknowledgement', async () => {
    const answers = await port.ask(Command.getInfo, {});
    const [info] = values(answers, Command.getInfo);
    expect(info?.kernelRelease).toBe(guest.release);
    expect(answers.at(-1)).toMatchObject({ kind: 'ack', errno: 0 });
    expect(port.errors).toEqual([]);
  });

  it('carries a dump to its end, and then one of what changed', async () => {
    await port.ask(Command.setConfig, { measures: ONLY_HARDIRQ });
    await disturb(20);
    const sources = values(await port.dump(Command.getSources, {}), Command.getSources);
    const edu = sources.find(({ name }) => name === 'rtprobe-edu');
    expect(edu).toMatchObject({ measure: Measure.hardirqDuration });

    const [head, ...rows] = values(await port.dump(Command.getHists, { since: 0 }), Command.getHists);
    expect(head?.source).toBeUndefined();
    expect(rows.length).toBeGreaterThan(1);

    await sleep(300); // wait until the interval in which the rows were written is over
    const [later] = values(await port.dump(Command.getHists, { since: 0 }), Command.getHists);
    await disturb(20);
    const since = later!.generation!;
    const [, ...changed] = values(await port.dump(Command.getHists, { since }), Command.getHists);
    expect(changed.some(({ source }) => source === edu!.id)).toBe(true);
    expect(changed.length).toBeLessThan(rows.length + 1);
  });

  it('is the probe, not a task, in spikes that it causes', async () => {
    // A task waits on the agent's CPU, below its priority.
    const schedule = (how: string, cpus: string): Promise<string> =>
      guest.sh(`for pid in $(pgrep rtprobe-agent); do chrt ${how} $pid && taskset -pc ${cpus} $pid; done`);
    await schedule('-f -p 60', '1');
    const waiter = guest.start(['taskset', '-c', '1', 'chrt', '-f', '40', 'perl', '-e', WAITS]);
    try {
      await guest.sh(
        `echo measures=wakeup_latency >/proc/rtprobe/control && echo '${EVERY_WAKEUP}' >/proc/rtprobe/rules`,
      );
      for (const until = Date.now() + 3000; Date.now() < until; )
        await port.dump(Command.getHists, { since: 0 });
      const parts = await guest.sh("sed -n 's/^part=//p' /proc/rtprobe/spikes | awk '{ print $1, $6 }'");
      expect(parts).toMatch(/^probe /m);
      expect(parts).not.toMatch(/^task rtprobe-agent/m);
    } finally {
      waiter.kill(9);
      await waiter.exit;
      await guest.sh('echo clear >/proc/rtprobe/rules && echo measures=default >/proc/rtprobe/control');
      await schedule('-o -p 0', '0-1');
    }
  });

  it("forwards the kernel's explanation of a refusal unchanged", async () => {
    const [ack] = await port.ask(Command.setConfig, { periodNs: 1n });
    expect(ack).toMatchObject({ kind: 'ack', attribute: 'periodNs' });
    expect([EINVAL, ERANGE]).toContain(ack?.kind === 'ack' ? ack.errno : 0);
    expect(ack?.kind === 'ack' ? ack.text : undefined).toBeTruthy();
  });

  it('carries the name of the wrong attribute, for each attribute of each request', async () => {
    const before = [
      ...values(await port.ask(Command.getConfig, {}), Command.getConfig),
      ...values(await port.dump(Command.getRules, {}), Command.getRules),
    ];
    const requests = badRequests();
    const wrong: unknown[] = [];
    for (const request of requests) {
      const answers = await port.send((family, seq) => encodeRaw(family, seq, request));
      const end = answers.at(-1)!;
      const { errno, text } = end.kind === 'message' ? { errno: 0, text: undefined } : end;
      const attribute = end.kind === 'ack' ? end.attribute : undefined;
      if (errno === 0 || !text || attribute !== request.attribute)
        wrong.push({ title: request.title, errno, text, attribute });
    }
    expect(wrong).toEqual([]);
    expect(requests.length).toBeGreaterThan(100);
    const after = [
      ...values(await port.ask(Command.getConfig, {}), Command.getConfig),
      ...values(await port.dump(Command.getRules, {}), Command.getRules),
    ];
    expect(after).toEqual(before);
  });

  it('carries events as they happen, numbered without a gap', async () => {
    await port.ask(Command.setConfig, { measures: ONLY_HARDIRQ, thresholdNs: 8_000_000n });
    await port.until(() => port.events(Command.configEvent).length > 0, 'the config event');
    for (let i = 0; i < 5; i++) await disturb(10_000);
    const ofEdu = () => port.events(Command.spikeEvent).filter(({ name }) => name === 'rtprobe-edu');
    await port.until(() => ofEdu().length >= 5, 'five spikes');
    for (const { valueNs } of ofEdu()) expect(Number(valueNs)).toBeGreaterThanOrEqual(10_000_000);
    const numbers = port.messages.flatMap((message) =>
      message.kind === 'message' && 'eventSeq' in message.value ? [message.value.eventSeq as number] : [],
    );
    expect(numbers).toEqual(Array.from(numbers, (_, i) => numbers[0]! + i));
    await port.ask(Command.setConfig, { thresholdNs: 0n });
  });

  it('forwards no other family', async () => {
    port.writeNetlink(encodeDo(16, Command.getInfo, 1, {}));
    await port.until(() => port.refusals.length > 0, 'a refusal');
    expect(port.refusals).toEqual([expect.stringMatching(/^E_FAMILY /)]);
  });

  it('rejects a frame with truncated messages, and continues', async () => {
    port.writeNetlink(encodeDo(port.family, Command.getInfo, 1, {}).subarray(0, 18));
    await port.until(() => port.refusals.length > 0, 'a refusal');
    expect(port.refusals).toEqual([expect.stringMatching(/^E_LENGTH /)]);
    expect(values(await port.ask(Command.getInfo, {}), Command.getInfo)).toHaveLength(1);
  });

  it('serves the next client after one that left in the middle of a dump or a frame', async () => {
    for (let round = 0; round < 40; round++) {
      port.writeNetlink(encodeDo(port.family, Command.getInfo, 1, {}));
      const request = encodeDo(port.family, Command.getInfo, 2, {});
      port.socket.write(request.subarray(0, 7));
      await sleep((round % 10) * 7);
      await port.close();
      port = await AgentPort.open(guest.agentSocket);
      expect(values(await port.ask(Command.getInfo, {}), Command.getInfo)).toHaveLength(1);
    }
  });

  it('reports when the module is unloaded, and when it is back with its new family', async () => {
    const [before] = values(await port.ask(Command.getInfo, {}), Command.getInfo);
    for (let round = 0; round < 3; round++) {
      port.families.length = 0;
      await guest.sh('rmmod rtprobe');
      await port.until(() => port.families.includes(0), 'family 0');
      port.refusals.length = 0;
      port.writeNetlink(encodeDo(30, Command.getInfo, 1, {}));
      await port.until(() => port.refusals.length > 0, 'a refusal');
      expect(port.refusals[0]).toMatch(/^E_NO_MODULE /);
      await guest.sh('insmod /run/lab/modules/rtprobe.ko');
      await port.until(() => port.families.at(-1)! > 16, 'the new family');
    }
    const [after] = values(await port.ask(Command.getInfo, {}), Command.getInfo);
    expect(after?.instance).not.toBe(before?.instance);
    // The agent joined the group of the new family, too.
    await port.ask(Command.setConfig, { thresholdNs: 7_000_000n });
    await port.until(() => port.events(Command.configEvent).length > 0, 'an event of the new family');
  });

  it('reports how often a queue overflowed while nobody read, and then continues', async () => {
    port.socket.pause();
    // No capture, no split and no limit of its own work: the guest must make many spikes, and have time left to
    // report them.
    await guest.sh(
      'echo measures=timer_latency recorder=off capture=none self_limit=off period=100us threshold=1ns interval=10ms >/proc/rtprobe/control',
    );
    const dropped = await guest.sh(
      `for i in $(seq 200); do
        echo clear >/proc/rtprobe/spikes
        sleep 0.5
        dropped=$(awk '$2 == 16 { n += $9 } END { print n + 0 }' /proc/net/netlink)
        [ "$dropped" = 0 ] || break
      done; echo "$dropped"`,
      { timeout: 150_000 },
    );
    await guest.sh('echo measures=none threshold=off recorder=on self_limit=2 >/proc/rtprobe/control');
    port.socket.resume();
    await port.until(() => port.overruns > 0n, `an overrun; the kernel dropped ${dropped}`, 60_000);
    expect(values(await port.ask(Command.getInfo, {}), Command.getInfo)).toHaveLength(1);
  });

  it('answers requests for a family that is gone as the kernel does', async () => {
    // A request may be sent before the notification arrives: then the kernel itself refuses it.
    const id = port.family;
    const race = guest.sh('rmmod rtprobe; insmod /run/lab/modules/rtprobe.ko');
    const answers: string[] = [];
    while (answers.length < 50) {
      port.writeNetlink(encodeDo(id, Command.getInfo, 1, {}));
      await port.until(() => port.messages.length + port.refusals.length > 0, 'an answer');
      for (const message of port.messages.splice(0))
        if (message.kind === 'ack' && message.errno) answers.push(String(message.errno));
        else if (message.kind === 'ack') answers.push('ok');
      for (const refusal of port.refusals.splice(0)) answers.push(refusal.split(' ', 1)[0]!);
    }
    await race;
    for (const answer of answers) expect(['ok', 'E_NO_MODULE', 'E_FAMILY', String(ENOENT)]).toContain(answer);
    await port.until(() => port.family > 16, 'the new family');
  });
});
