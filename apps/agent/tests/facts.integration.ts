// The facts frames of the real agent, compared with the files of this machine.
import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { basename, join } from 'node:path';
import { AGENT_FACTS_FILES, AgentFrame } from '@rtprobe/abi';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { binary, build, frame, hello, RunningAgent } from './running-agent.ts';

const facts = frame(AgentFrame.facts);
const agents: RunningAgent[] = [];

beforeAll(build);
afterEach(() => {
  for (const agent of agents.splice(0)) agent.stop();
});

function start(): RunningAgent {
  const agent = new RunningAgent();
  agents.push(agent);
  return agent;
}

/** Starts an agent that sees other interrupt lines, made by a shell script in an empty folder. */
function startWith(script: string): RunningAgent {
  const lines = `mount -t tmpfs none /sys/kernel/irq && cd /sys/kernel/irq && ${script}`;
  const agent = new RunningAgent([
    'unshare',
    '--mount',
    'sh',
    '-c',
    `{ ${lines}; } >&2 && exec "$0"`,
    binary,
  ]);
  agents.push(agent);
  return agent;
}

interface Line {
  path: string;
  real: string;
  values: Record<string, string>;
}

/** Reads frames up to the end of an answer. */
async function answerOf(agent: RunningAgent): Promise<{ lines: Line[]; end: string }> {
  let text = '';
  while (!/^end \d+\n$/m.test(text)) {
    const { kind, payload } = await agent.frames.next();
    expect(kind).toBe(AgentFrame.facts);
    expect(payload.length).toBeLessThanOrEqual(16_384);
    text += payload.toString();
  }
  const [begin, ...rest] = text.trimEnd().split('\n');
  expect(begin).toBe('begin');
  const end = rest.pop()!;
  const lines = rest.map((line) => {
    const [path = '', real = '', ...values] = line.split('\t');
    return { path, real, values: Object.fromEntries(values.map((value) => value.split(/=(.*)/s))) };
  });
  return { lines, end };
}

const folders = [...new Set(AGENT_FACTS_FILES.map((pattern) => pattern.replace(/(\*)\/.*$/, '$1')))];
/** Names of the files below each folder. */
const namesOf = (folder: string): string[] =>
  AGENT_FACTS_FILES.filter((pattern) => pattern.startsWith(`${folder}/`)).map((pattern) =>
    pattern.slice(folder.length + 1),
  );
const patternOf = (folder: string): RegExp =>
  new RegExp(`^${folder.replaceAll('*', '[^/]*').replaceAll('/', '\\/')}$`);

const firstLine = (path: string): string => readFileSync(path, 'utf8').split('\n', 1)[0]!;

describe('the facts of rtprobe-agent', () => {
  it('are announced in its hello', async () => {
    const agent = start();
    agent.write(hello);
    expect((await agent.frames.next()).payload.toString().split(' ')).toContain('facts');
  });

  it('have what the files of the list contain, and nothing else', async () => {
    const agent = start();
    agent.write(facts);
    const { lines, end } = await answerOf(agent);
    expect(end).toBe('end 0');
    for (const { path, values } of lines) {
      const folder = folders.find((one) => patternOf(one).test(path));
      expect(folder, path).toBeDefined();
      for (const name of Object.keys(values)) expect(namesOf(folder!)).toContain(name);
    }
  });

  it('have the affinity, chip and actions of every interrupt line', async () => {
    const agent = start();
    agent.write(facts);
    const { lines } = await answerOf(agent);
    const of = (path: string) => lines.find((line) => line.path === path)?.values;
    const irqs = readdirSync('/sys/kernel/irq');
    expect(irqs.length).toBeGreaterThan(0);
    for (const irq of irqs) {
      for (const name of ['chip_name', 'hwirq', 'type', 'actions']) {
        const file = `/sys/kernel/irq/${irq}/${name}`;
        const value = existsSync(file) ? firstLine(file) : '';
        expect(of(`/sys/kernel/irq/${irq}`)?.[name] ?? '').toBe(value);
      }
      const affinity = `/proc/irq/${irq}/smp_affinity_list`;
      if (existsSync(affinity)) expect(of(`/proc/irq/${irq}`)?.smp_affinity_list).toBe(firstLine(affinity));
    }
  });

  it('have where a device is, its driver, and its interrupts', async () => {
    const agent = start();
    agent.write(facts);
    const { lines } = await answerOf(agent);
    for (const device of readdirSync('/sys/bus/pci/devices')) {
      const path = join('/sys/bus/pci/devices', device);
      const { real, values } = lines.find((line) => line.path === path)!;
      expect(real).toBe(realpathSync(path));
      const driver = join(path, 'driver');
      expect(values.driver).toBe(existsSync(driver) ? basename(readlinkSync(driver)) : undefined);
      const irqs = join(path, 'msi_irqs');
      const listed = existsSync(irqs) ? readdirSync(irqs).sort() : undefined;
      expect(values.msi_irqs?.split(',').sort()).toEqual(listed);
    }
    const interfaces = lines.filter(({ path }) => path.startsWith('/sys/class/net/'));
    expect(interfaces.map(({ path }) => basename(path)).sort()).toEqual(readdirSync('/sys/class/net').sort());
  });

  it('refuses a request with a payload: no other file can be asked for', async () => {
    const agent = start();
    agent.write(frame(AgentFrame.facts, Buffer.from('/etc/shadow')));
    expect(await agent.frames.nextCode()).toBe('E_LENGTH');
    expect(await agent.frames.nothingMore()).toBe(true);
  });

  it('completes an answer at the end of its input', async () => {
    const agent = start();
    agent.write(facts);
    agent.process.stdin?.end();
    expect((await answerOf(agent)).end).toBe('end 0');
    expect(await agent.ended()).toBe(0);
  });

  it('answers each request, one after the other', async () => {
    const agent = start();
    agent.write(facts);
    const before = await answerOf(agent);
    agent.write(facts);
    expect((await answerOf(agent)).lines.length).toBe(before.lines.length);
    expect(await agent.frames.nothingMore()).toBe(true);
  });

  it('have the names of links, not what they lead to, and no control characters', async () => {
    const agent = startWith(
      "mkdir 7 && ln -s /etc/shadow 7/chip_name && printf 'a\\tb\\033\\nc' >7/actions && mkfifo 7/type",
    );
    agent.write(facts);
    const { lines } = await answerOf(agent);
    const { values } = lines.find(({ path }) => path === '/sys/kernel/irq/7')!;
    expect(values).toEqual({ chip_name: 'shadow', actions: 'a?b?' });
  });

  it('have no control characters in the name of an entry', async () => {
    const agent = startWith('d=$(printf "7\\t8\\n9") && mkdir "$d" && echo 3 >"$d/hwirq"');
    agent.write(facts);
    const { lines } = await answerOf(agent);
    expect(lines.filter(({ path }) => path.startsWith('/sys/kernel/irq/'))).toMatchObject([
      { path: '/sys/kernel/irq/7?8?9', values: { hwirq: '3' } },
    ]);
  });

  it('leave out and count a value that is too long', async () => {
    const agent = startWith('mkdir 7 && head -c 5000 /dev/zero | tr "\\0" x >7/actions && echo 3 >7/hwirq');
    agent.write(facts);
    const { lines, end } = await answerOf(agent);
    expect(lines.find(({ path }) => path === '/sys/kernel/irq/7')?.values).toEqual({ hwirq: '3' });
    expect(end).toBe('end 1');
  });

  it('leave out and count the lines beyond the limit of an answer', async () => {
    const agent = startWith(
      'head -c 4000 /dev/zero | tr "\\0" x >actions && for i in $(seq 200); do mkdir $i && cp actions $i; done',
    );
    agent.write(facts);
    const { lines, end } = await answerOf(agent);
    const kept = lines.filter(({ path }) => path.startsWith('/sys/kernel/irq/')).length;
    expect(kept).toBeGreaterThan(100);
    expect(kept).toBeLessThan(131);
    expect(Number(end.slice(4))).toBeGreaterThanOrEqual(200 - kept);
  });
});
