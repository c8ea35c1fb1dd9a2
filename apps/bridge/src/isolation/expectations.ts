// Adds expectations to a host's module, and adds them again when it is loaded again.
import { Command } from '@rtprobe/abi';
import { cpuList, inCpuList } from '@rtprobe/metrics';
import type { HostInfo } from '@rtprobe/protocol';
import { BridgeError, reasonOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { type Expected, expectationText, parseExpectation, ruleOf } from '../expect/expectation.ts';
import type { History } from '../history/history.ts';
import type { Host } from '../host/host.ts';
import type { HostListener } from '../host/listener.ts';
import type { HostView } from '../host/view.ts';
import type { HostState } from '../state/host-state.ts';
import { toKernelRule } from '../translate/rule.ts';
import { cpusOfList, expectedCpus } from './cpus.ts';
import type { HostWatch, IsolationWatch } from './watch.ts';

/** Refuses CPUs that the host does not have. */
function checkCpus({ cpusPossible, cpusOnline = '', host }: HostInfo, { cpus }: Expected): void {
  const missing = cpus.find((cpu) => cpu >= (cpusPossible ?? Infinity) && !inCpuList(cpusOnline, cpu));
  if (missing === undefined) return;
  const todo = `name CPUs of ${cpusOnline}`;
  throw new BridgeError('E_EXPECT_CPUS', `"${host}" has no CPU ${missing}`, todo, String(missing));
}

/** Returns the CPUs of the setting `cpus`. */
const activeCpus = ({ config }: HostInfo): number[] => cpusOfList(config?.cpus ?? '');

/**
 * Returns the active CPUs that are expected to be quiet: the module's own timer would interrupt them. Refuses to make
 * every CPU passive.
 */
function toMakePassive(info: HostInfo, { cpus }: Expected): number[] {
  const active = activeCpus(info);
  const named = active.filter((cpu) => cpus.includes(cpu));
  if (named.length === 0 || named.length < active.length) return named;
  const todo = 'leave at least one CPU out';
  throw new BridgeError('E_EXPECT_CPUS', 'the module needs a CPU for its own work', todo, cpuList(cpus));
}

const equal = (a: Expected, b: Expected | undefined): boolean =>
  b !== undefined && expectationText(a) === expectationText(b);

/** Refuses CPUs of another expectation: the module applies the first rule that fits, so this one would never count. */
function checkOverlap(state: HostState, expected: Expected): void {
  for (const rule of state.rules) {
    const earlier = state.expectationOf(rule);
    if (!earlier || equal(expected, earlier)) continue;
    const both = cpuList(expected.cpus.filter((cpu) => earlier.cpus.includes(cpu)));
    if (both === '') continue;
    const what = `CPU ${both} already has the expectation "${expectationText(earlier)}"`;
    throw new BridgeError('E_EXPECT_OVERLAP', what, 'remove it first, or leave its CPUs out', both);
  }
}

/**
 * Adds an expectation; an equal one is replaced, so that its breaches are counted from zero. If a step fails, those
 * before it are undone.
 */
export async function addExpectation(host: Host, { madePassive }: HostWatch, text: string) {
  const expected = parseExpectation(text);
  checkCpus(host.info, expected);
  // What an earlier change made of it may not have been reported yet.
  await host.query(Command.getConfig, {});
  const { info, state } = host;
  const named = toMakePassive(info, expected);
  const passive =
    named.length === 0 ? undefined : cpuList(activeCpus(info).filter((cpu) => !named.includes(cpu)));
  await host.query(Command.getRules, {});
  checkOverlap(state, expected);
  const equals = state.rules.filter((rule) => equal(expected, state.expectationOf(rule)));
  const request = ruleOf(expected, state.measuresAvailable);
  let id: number | undefined;
  // The CPUs become passive first, because the module's own timer would break the expectation.
  if (passive !== undefined) await host.change(Command.setConfig, { cpus: passive });
  for (const cpu of named) madePassive.add(cpu);
  try {
    const reply = await host.change(Command.addRule, toKernelRule(request));
    id = reply?.id;
    state.noteRule({ ...request, id: id ?? 0, capture: [], rate: 0, hits: 0, limited: 0 });
    for (const old of equals) await host.change(Command.delRule, { id: old.id });
  } catch (error) {
    // The first failure is reported. It can also be the reason why this fails.
    if (id !== undefined) await host.change(Command.delRule, { id }).catch(() => undefined);
    const cpus = info.config?.cpus;
    if (passive !== undefined && cpus !== undefined) {
      for (const cpu of named) madePassive.delete(cpu);
      await host.change(Command.setConfig, { cpus }).catch(() => undefined);
    }
    throw error;
  }
  return {
    ...{ host: host.name, id: id ?? 0, text: expectationText(expected) },
    ...(passive !== undefined && { passive }),
  };
}

/**
 * Removes an expectation. CPUs that it made passive become active again, unless another expectation names them. A rule
 * that was deleted in another way leaves them passive.
 */
export async function removeExpectation(host: Host, { madePassive }: HostWatch, id: number) {
  await host.query(Command.getRules, {});
  const { state } = host;
  const rule = state.rules.find((one) => one.id === id);
  const expected = rule && state.expectationOf(rule);
  if (!expected) {
    const todo = 'GET /api/v1/isolation lists the expectations';
    throw new BridgeError('E_GONE', `no expectation has the id ${id}`, todo, String(id));
  }
  await host.change(Command.delRule, { id });
  const others = state.rules.filter((one) => one.id !== id);
  const still = expectedCpus(state, others);
  const back = expected.cpus.filter((cpu) => madePassive.has(cpu) && !still.includes(cpu));
  if (back.length === 0) return { host: host.name, id };
  await host.query(Command.getConfig, {});
  const active = cpuList([...new Set([...activeCpus(host.info), ...back])].sort((a, b) => a - b));
  for (const cpu of back) madePassive.delete(cpu);
  await host.change(Command.setConfig, { cpus: active });
  return { host: host.name, id, active };
}

function textsOf(state: HostState): string[] {
  return state.rules.flatMap((rule) => {
    const expected = state.expectationOf(rule);
    return expected ? [expectationText(expected)] : [];
  });
}

const instanceOf = ({ info }: HostState): string | undefined => info?.instance?.toString(16);

interface Load {
  /** The load of the module. */
  readonly instance: string;
  isRestored: boolean;
  /** As they were stored last. */
  stored: string;
  /** Stored expectations that the module does not have: they could not be added. */
  missing: readonly string[];
}

/** Stores the expectations of live hosts, and adds them to a module that was loaded again. */
export class ExpectationKeeper implements HostListener {
  readonly #history: History;
  readonly #watch: IsolationWatch;
  readonly #log: Log;
  readonly #hosts = new Map<HostView, Host>();
  /** The load of each host's module whose expectations are known. */
  readonly #loads = new Map<HostView, Load>();

  constructor(history: History, watch: IsolationWatch, log: Log) {
    this.#history = history;
    this.#watch = watch;
    this.#log = log;
  }

  follow(host: Host): void {
    this.#hosts.set(host, host);
  }

  hostChanged(view: HostView): void {
    const host = this.#hosts.get(view);
    const instance = instanceOf(view.state);
    if (!host || instance === undefined || this.#loads.get(view)?.instance === instance) return;
    const load: Load = { instance, isRestored: false, stored: '', missing: [] };
    this.#loads.set(view, load);
    void this.#restore(host, load);
  }

  rulesChanged(view: HostView): void {
    if (this.#loads.get(view)?.isRestored) void this.#store(view);
  }

  async #restore(host: Host, load: Load): Promise<void> {
    const warn = (what: string, error: unknown) =>
      this.#log.warn({ host: host.name }, `${what}: ${reasonOf(error)}`);
    try {
      const stored = await this.#history.read({ ask: 'expectations', host: host.name });
      if (stored) load.stored = JSON.stringify(stored);
      // Rules that were removed from the same load while the bridge did not run remain removed.
      const { texts = [], missing = [], instance, passive = '' } = stored ?? {};
      if (instance === load.instance)
        for (const cpu of cpusOfList(passive)) this.#watch.of(host).madePassive.add(cpu);
      load.missing = instance === load.instance ? missing : [...texts, ...missing];
    } catch (error) {
      // What is stored remains.
      return warn('expectations could not be read', error);
    }
    try {
      await host.query(Command.getRules, {});
      const missing = load.missing.filter((text) => !textsOf(host.state).includes(text));
      for (const text of missing) {
        await addExpectation(host, this.#watch.of(host), text).catch((error: unknown) =>
          warn(`"${text}" could not be restored`, error),
        );
      }
      if (missing.length > 0) await host.query(Command.getRules, {});
    } catch (error) {
      warn('expectations could not be restored', error);
    }
    if (this.#loads.get(host) !== load) return;
    load.isRestored = true;
    await this.#store(host);
  }

  async #store(view: HostView): Promise<void> {
    const load = this.#loads.get(view);
    if (!load || instanceOf(view.state) !== load.instance) return;
    const texts = textsOf(view.state);
    load.missing = load.missing.filter((text) => !texts.includes(text));
    const { instance, missing } = load;
    const passive = cpuList([...this.#watch.of(view).madePassive].sort((a, b) => a - b));
    const expectations = {
      ...{ instance, texts },
      ...(missing.length > 0 && { missing }),
      ...(passive !== '' && { passive }),
    };
    const text = JSON.stringify(expectations);
    if (text === load.stored || (load.stored === '' && texts.length === 0)) return;
    load.stored = text;
    const { name, machine } = view;
    const host = { name, ...(machine !== undefined && { machine }) };
    try {
      await this.#history.write({ ask: 'expect', host, expectations });
    } catch (error) {
      this.#log.warn({ host: name }, `expectations could not be stored: ${reasonOf(error)}`);
    }
  }
}
