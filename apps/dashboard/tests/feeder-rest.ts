// REST answers of the synthetic host: made-up data that a bridge would have on disk or in its module.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type {
  Acknowledgement,
  Advice,
  AlertState,
  Annotation,
  Expectation,
  HistoryTotal,
  HostConfig,
  HostInfo,
  RecordingList,
  ReplaySpikes,
  Role,
  Rule,
  RuleRequest,
  RunInfo,
  ServerMessage,
  SessionInfo,
  StoredIncident,
  StoredSpike,
  TaskStat,
  ThresholdSuggestion,
} from '@rtprobe/protocol';
import { REPORTED_KINDS, REQUEST_HEADER, writeHistory } from '@rtprobe/protocol';
import type { SyntheticHost } from './synthetic.ts';
import { syntheticFacts } from './synthetic-devices.ts';
import { syntheticDoctor } from './synthetic-doctor.ts';
import { syntheticIsolation } from './synthetic-isolation.ts';
import { comparison, testRunList, testRunSamples, testRuns, whatIf } from './synthetic-test-runs.ts';
import { madeId, spikeById, syntheticDetails, syntheticTrace } from './synthetic-trace.ts';

/** An operator's login code that can be used any number of times. */
export const FEEDER_CODE = 'synthetic-code';

/** What to try against every cause. */
const ADVICE: Advice[] = [
  {
    ...{ id: 'interrupt', title: 'Handler of a device', what: 'The handler ran.', try: ['Move it.'] },
    ...{ risk: 'Others work more.', docs: ['Documentation/core-api/irq/irq-affinity.rst'] },
    zh: { title: '设备的处理程序', what: '处理程序在运行。', try: ['移动它。'], risk: '其他 CPU 更忙。' },
  },
  {
    ...{ id: 'own', title: 'Our device', what: 'It polls.', try: ['Stop it.'], risk: 'None.' },
    ...{ docs: ['https://example.org/device'], possible: true, file: '/etc/rtprobe/knowledge.d/a.yaml' },
  },
];

export interface RestContext {
  host: SyntheticHost;
  broadcast(message: ServerMessage): void;
  /** Requests that changed something, in order. */
  changes: { method: string; path: string; body: unknown }[];
}

interface Acknowledging {
  incidents: string[];
  by: string;
  comment: string;
}

class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly word: string | undefined;

  constructor(status: number, code: string, message: string, word?: string) {
    super(message);
    this.status = status;
    this.code = code;
    this.word = word;
  }
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return parts.length === 0 ? undefined : JSON.parse(String(Buffer.concat(parts)));
}

export class FeederRest {
  readonly #context: RestContext;
  readonly #notes: Annotation[] = [];
  readonly #runs: RunInfo[];
  readonly #expected: Pick<Expectation, 'id' | 'text' | 'cpus' | 'aboveNs'>[] = [];
  /** By the id of the incident. */
  readonly acknowledged = new Map<string, Acknowledgement>();
  /** Role of all sessions; the code makes it operator. */
  role: Role = 'viewer';

  constructor(context: RestContext) {
    this.#context = context;
    this.#runs = runsOf(context.host);
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://x');
    const path = url.pathname.replace('/api/v1', '');
    response.setHeader('cache-control', 'no-store');
    if (path === '/session') response.setHeader('set-cookie', 'rtprobe-feeder=synthetic; HttpOnly');
    try {
      const method = request.method ?? 'GET';
      const answer =
        method === 'GET'
          ? await this.#read(path, url.searchParams)
          : await this.#change(method, path, url.searchParams, request);
      if (answer instanceof Uint8Array) {
        response.setHeader('content-type', 'application/octet-stream');
        response.end(answer);
      } else this.#json(response, 200, answer);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { code, message, word, status } = error;
      this.#json(response, status, { error: { code, message, ...(word !== undefined && { word }) } });
    }
  }

  #json(response: ServerResponse, status: number, value: unknown): void {
    response.statusCode = status;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(value));
  }

  #read(path: string, query: URLSearchParams): unknown {
    const { host } = this.#context;
    const number = (word: string) => (query.has(word) ? Number(query.get(word)) : undefined);
    switch (path) {
      case '/session':
        return { role: this.role } satisfies SessionInfo;
      case '/status':
        return { hosts: [{ ...host.info(), stats: host.stats() }] };
      case '/interrupts':
        return { hosts: [syntheticFacts(host.sources, host.time)] };
      case '/tasks':
        return { hosts: [{ host: 'synthetic', tasks: host.allTasks satisfies readonly TaskStat[] }] };
      case '/isolation':
        return { hosts: [syntheticIsolation(host, this.#expected, query.get('cpus') ?? '')] };
      case '/doctor':
        return syntheticDoctor(host.time, query.get('task') ?? undefined);
      case '/runs':
        this.#runs[0]!.endedAt = host.time;
        return { runs: this.#runs };
      case '/test-runs':
        return { runs: testRunList(host) };
      case '/thresholds/suggestion':
        return host.suggestion satisfies ThresholdSuggestion;
      case '/alerts':
        return syntheticAlerts(host.time);
      case '/annotations':
        return { host: 'synthetic', annotations: this.#notes };
      case '/recordings':
        return syntheticRecordings(host.time);
      case '/replay/spikes':
        return syntheticMarks(host.info());
      case '/compare':
        return comparison(host);
      case '/what-if':
        return whatIf(query);
      case '/causes':
        return { host: 'synthetic', causes: host.causes(), more: 0 };
      case '/history': {
        const { header, columns } = host.past.columns(
          query,
          number('width')!,
          number('from')!,
          number('to')!,
        );
        return writeHistory(header, columns, []);
      }
      case '/history/total':
        return host.past.total(query, number('from')!, number('to')!) satisfies HistoryTotal;
    }
    const [, testRun, samples] = /^\/test-runs\/(\d+)(\/samples)?$/.exec(path) ?? [];
    const one = testRun && testRuns(host).find(({ id }) => id === Number(testRun));
    if (one) return samples ? testRunSamples(host) : one;
    const [, spike, trace] = /^\/spikes\/([^/]+)(\/trace)?$/.exec(path) ?? [];
    const found = spike && spikeById(host.spikes, decodeURIComponent(spike));
    if (found && trace) {
      const slice = syntheticTrace(found);
      if (slice) return slice;
      throw new Refusal(404, 'E_NO_TRACE', `no trace was stored of spike ${spike}`, spike);
    }
    if (found) return { spike: syntheticDetails(found), advice: ADVICE } satisfies StoredSpike;
    const [, symptom] = /^\/incidents\/([^/]+)$/.exec(path) ?? [];
    const incident =
      symptom && host.incidents().find((i) => i.symptoms.includes(madeId(decodeURIComponent(symptom))));
    if (incident) {
      const spikes = incident.symptoms.map((id) => host.spikes.find((s) => s.id === id)!);
      return { incident, spikes, advice: ADVICE } satisfies StoredIncident;
    }
    throw new Refusal(404, 'E_NOT_FOUND', `nothing at ${path}`, path);
  }

  async #change(
    method: string,
    path: string,
    query: URLSearchParams,
    request: IncomingMessage,
  ): Promise<unknown> {
    const { host, broadcast, changes } = this.#context;
    const body = (await bodyOf(request)) as Record<string, unknown> | undefined;
    if (path === '/session') return this.#session(method, body, request);
    if (request.headers[REQUEST_HEADER] === undefined)
      throw new Refusal(403, 'E_CSRF', 'a header is missing');
    if (this.role !== 'operator') throw new Refusal(403, 'E_ROLE', 'this session can only read', 'viewer');
    changes.push({ method, path, body: body ?? Object.fromEntries(query) });
    if (method === 'POST' && path === '/rules') {
      if (body!.comm === 'bad[') throw new Refusal(422, 'E_REFUSED', 'the module refused the glob', 'comm');
      const { host: _, ...wanted } = body as RuleRequest & { host: string };
      const id = Math.max(0, ...host.rules.map((r) => r.id)) + 1;
      const { action } = wanted;
      const acted = action && { stopTrace: false, armed: false, acted: 1, unarmed: 2, ...action };
      const counts = { hits: 0, limited: 0, ...(acted && { action: acted }) };
      const rule = { capture: [], rate: 0, cooldownNs: 0, ...wanted, ...counts, id } as Rule;
      host.rules.push(rule);
    } else if (path === '/rules/arm') {
      const action = host.rules.find(({ id }) => id === body!.id)?.action;
      if (action) action.armed = true;
    } else if (method === 'DELETE' && path === '/rules') {
      const index = host.rules.findIndex((r) => r.id === Number(query.get('id')));
      if (index >= 0) host.rules.splice(index, 1);
    } else if (path === '/expectations') this.#expect(method, query, body);
    else if (path === '/config') {
      const { host: _, thresholds = [], ...change } = body as Partial<HostConfig> & { host: string };
      if (change.cpus === '0-99') throw new Refusal(422, 'E_REFUSED', 'not CPUs of this machine', 'cpus');
      Object.assign(host.config, change);
      for (const own of host.config.thresholds ?? []) {
        Object.assign(
          own,
          thresholds.find(({ measure }) => measure === own.measure),
        );
      }
      broadcast({ type: 'host', host: host.info() });
    } else if (path === '/acknowledgements') {
      const removed = method === 'DELETE' ? [query.get('incident')!] : [];
      const { incidents = [], by = '', comment = '' } = (body ?? {}) as Partial<Acknowledging>;
      const changed = incidents.map((incident) => ({ incident, by, comment, time: host.time }));
      for (const one of changed) this.acknowledged.set(one.incident, one);
      for (const id of removed) this.acknowledged.delete(id);
      broadcast({ type: 'acknowledgements', host: 'synthetic', changed, removed });
    } else if (path === '/annotations') {
      const note = {
        ...(body as { time: number; text: string }),
        host: 'synthetic',
        author: '',
        createdAt: host.time,
      };
      this.#notes.push({ id: 1 + Math.max(0, ...this.#notes.map(({ id }) => id)), ...note });
    } else if (method === 'DELETE' && path.startsWith('/annotations/')) {
      this.#notes.splice(
        this.#notes.findIndex(({ id }) => id === Number(path.slice(13))),
        1,
      );
    } else if (path.startsWith('/runs/')) this.#changeRun(Number(path.slice(6)), body!);
    broadcast({ type: 'rules', host: 'synthetic', rules: host.rules });
    return {};
  }

  /** Logs in by code, as a page does; any token makes a viewer, as `rtprobe screenshot` uses it. */
  #session(
    method: string,
    body: Record<string, unknown> | undefined,
    { headers }: IncomingMessage,
  ): SessionInfo {
    if (method === 'POST' && headers.authorization !== undefined) return { role: this.role };
    if (method === 'POST' && body?.code !== FEEDER_CODE) {
      throw new Refusal(401, 'E_CODE', 'the code is wrong, was used before, or is older than a minute');
    }
    this.role = method === 'POST' ? 'operator' : 'viewer';
    return { role: this.role };
  }

  #expect(method: string, query: URLSearchParams, body: Record<string, unknown> | undefined): void {
    const list = this.#expected;
    const at = list.findIndex(({ id }) => id === Number(query.get('id')));
    if (method === 'DELETE') list.splice(at, 1);
    if (method === 'DELETE') return;
    const text = String(body!.text);
    const [, cpus, above = '0'] = /^quiet on ([\d,-]+)(?: above (\d+)us)?$/.exec(text) ?? [];
    const word = text.split(' ')[0]!;
    if (cpus === undefined)
      throw new Refusal(400, 'E_EXPECT_WORD', `"${word}" is not the word "quiet"`, word);
    list.push({ id: list.length + 1, text, cpus, aboveNs: Number(above) * 1000 });
  }

  #changeRun(id: number, change: { name?: string; baseline?: boolean }): void {
    const run = this.#runs.find((r) => r.id === id);
    if (run === undefined) throw new Refusal(404, 'E_UNKNOWN_RUN', `no run ${id}`, String(id));
    if (change.baseline === true) for (const other of this.#runs) other.baseline = false;
    Object.assign(run, change);
  }
}

/** Returns the live run, and an earlier run with the first half of its data. */
function runsOf(host: SyntheticHost): RunInfo[] {
  const middle = (host.startedAt + host.time) / 2;
  const common = {
    ...{
      host: 'synthetic',
      instance: 'a1',
      kernel: '6.12.0-synthetic',
      preemptRt: true,
      moduleVersion: '0.1.0',
    },
    worst: [
      {
        ...{
          measure: 'timer_latency' as const,
          valueNs: 1_200_000,
          cpu: 0,
          number: 0,
          name: '',
          label: 'timer',
        },
        time: middle,
      },
    ],
  };
  return [
    {
      ...{
        ...common,
        id: 2,
        epoch: 2,
        baseline: false,
        startedAt: host.startedAt,
        endedAt: host.time,
        live: true,
      },
      ...{ spikes: host.spikes.length, name: 'overnight' },
    },
    {
      ...{
        ...common,
        id: 1,
        epoch: 1,
        baseline: true,
        startedAt: host.startedAt,
        endedAt: middle,
        live: false,
      },
      ...{ spikes: 3, name: 'stock affinity' },
    },
  ];
}

/** Returns one recording of each kind: open, not open, truncated, not a recording. */
function syntheticRecordings(time: number): RecordingList {
  const begin = { recordedHost: 'cnc-07', startedAt: time - 86_400e6, lengthUs: 3 * 3600e6 };
  return {
    recordings: [
      { file: 'cnc-07 night.rec', bytes: 84_000_000, ...begin, host: 'synthetic' },
      { file: 'cnc-07.rec', bytes: 1_200_000, ...begin },
      { file: 'cut.rec', bytes: 900_000, ...begin, truncated: true },
      {
        ...{ file: 'notes.txt', bytes: 1000 },
        error: {
          code: 'E_RECORD_FOREIGN',
          message: 'notes.txt is not an rtprobe recording; name another recording',
        },
      },
    ],
    ...{ more: 3, bytes: 2_000_000_000, maxBytes: 4 * 1024 ** 3, openMax: 4 },
  };
}

function syntheticMarks({ host, replay }: HostInfo): ReplaySpikes {
  const lengthUs = replay?.lengthUs ?? 0;
  const spikes = Array.from({ length: 40 }, (_, i) => ({
    positionUs: Math.round((((i * 7919) % 1000) / 1000) * lengthUs),
    ...{ valueNs: 200_000 * (1 + ((i * 31) % 17)), count: 1 },
  }));
  return {
    ...{ host, readUs: lengthUs, count: spikes.length },
    spikes: spikes.toSorted((a, b) => a.positionUs - b.positionUs),
  };
}

function syntheticAlerts(now: number): AlertState {
  const none = { failed: 0, suppressed: 0, waiting: 0 };
  const on = [...REPORTED_KINDS];
  return {
    ...{
      enabled: true,
      details: false,
      quiet: true,
      held: 2,
      deadMan: { channel: 'chat', everyMs: 300_000 },
    },
    channels: [
      {
        name: 'chat',
        type: 'webhook',
        target: 'chat.example.org',
        on,
        sent: 41,
        ...none,
        lastSentAt: now - 60e6,
      },
      {
        ...{ name: 'oncall', type: 'mail', target: 'oncall@example.org', on: ['silent', 'lost'], sent: 2 },
        ...{ failed: 1, suppressed: 3, waiting: 1, error: 'RCPT TO:<oncall@example.org>: 550 no such user' },
      },
    ],
    recent: [
      {
        ...{ kind: 'incident', host: 'synthetic', time: now - 60e6, channels: ['chat'] },
        title: 'synthetic: 3 incidents, worst irq 36 virtio1-req.0 (1.20 ms)',
      },
      {
        kind: 'silent',
        host: 'synthetic',
        time: now - 600e6,
        title: 'synthetic: no data arrive',
        channels: [],
      },
    ],
  };
}
