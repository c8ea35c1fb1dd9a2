import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  type Architecture,
  type ArchitectureName,
  architectureNamed,
  hostArchitecture,
  isNative,
  toolPrefix,
} from './architecture.ts';
import { buildInCopy, ensureCompiler } from './build.ts';
import { LabError } from './errors.ts';
import type { Guest } from './guest.ts';
import { prepareKernel } from './kernel/kernel.ts';
import { buildModule } from './kernel/module.ts';
import { architectureOf, type KernelName } from './kernel/table.ts';
import { type OnProgress, silent, step } from './progress.ts';

/** The checkout of this file, from which the lab builds what it copies into guests. */
const REPOSITORY = join(import.meta.dirname, '../../..');
const TOOLS = '/usr/local/bin';
const MODULES = '/run/lab/modules';

export interface EquipmentOptions {
  readonly kernel: KernelName;
  /** Default true: build rtprobe.ko and the agent; equip() loads and starts them. */
  readonly loadModule?: boolean;
  /** Parameters for insmod, such as `threshold=1ms`. */
  readonly moduleParams?: readonly string[];
  /** Folders with further modules; their .ko files are copied to the working directory, not loaded. */
  readonly extraModules?: readonly string[];
  readonly onProgress?: OnProgress;
}

/** Files for a guest, built for its kernel. */
export interface Equipment {
  readonly probe?: { readonly module: string; readonly agent: string; readonly params: readonly string[] };
  readonly extraModules: readonly string[];
}

/** Builds rtprobe.ko for a kernel. @throws LabError E_BUILD */
export async function buildProbe(kernel: KernelName): Promise<string> {
  const kmod = join(REPOSITORY, 'kmod');
  const parts = ['Kbuild', 'src', 'compat', 'uapi'];
  const [path] = await buildModule(await prepareKernel(kernel), kmod, { parts });
  return path!;
}

/** Builds the modules that count the cost of probing (kmod/bench). @throws LabError E_BUILD */
export async function buildBench(name: KernelName): Promise<string[]> {
  const kmod = join(REPOSITORY, 'kmod');
  const kernel = await prepareKernel(name);
  return [
    ...(await buildModule(kernel, join(kmod, 'bench'), { base: kmod, parts: ['bench', 'compat'] })),
    ...(await buildModule(kernel, join(kmod, 'bench/livepatch'))),
  ];
}

/** Builds the static rtprobe-agent, by default for this machine. @throws LabError E_BUILD, E_MISSING_TOOL */
export async function buildAgent(kernel?: KernelName): Promise<string> {
  return buildAgentFor(kernel === undefined ? hostArchitecture() : architectureOf(kernel));
}

/** Does the same for a machine by Debian's name of its architecture. @throws LabError E_BUILD, E_MISSING_TOOL */
export const buildAgentOf = (name: ArchitectureName): Promise<string> =>
  buildAgentFor(architectureNamed(name));

async function buildAgentFor(architecture: Architecture): Promise<string> {
  await ensureCompiler(architecture);
  const compiler = isNative(architecture) ? [] : [`CC=${toolPrefix(architecture)}gcc`];
  const parts = ['apps/agent', 'kmod/uapi'].map((part) => join(REPOSITORY, part));
  const tree = await buildInCopy({
    title: 'rtprobe-agent',
    base: REPOSITORY,
    parts: parts.filter((part) => existsSync(part)),
    key: ['agent', ...compiler],
    command: (copy) => ['make', '-C', join(copy, 'apps/agent'), ...compiler],
  });
  return join(tree, 'apps/agent/rtprobe-agent');
}

/**
 * The agent has its own session, so that it outlives the client that started it, and is restarted whenever it ends. Its
 * output goes to the kernel log, and so to the console.
 */
const SUPERVISE = `
setsid sh -c '
  while :; do
    ${TOOLS}/rtprobe-agent --device /dev/virtio-ports/rtprobe >/dev/kmsg 2>&1
    echo "rtprobe-agent ended with $?; starting it again" >/dev/kmsg
    sleep 1
  done' >/dev/null 2>&1 </dev/null &`;

async function loadProbe(guest: Guest, name: string, params: readonly string[]): Promise<void> {
  const result = await guest.exec(['insmod', `${MODULES}/${name}`, ...params]);
  if (result.code === 0) return;
  const log = await guest.sh('dmesg | tail -n 8');
  throw new LabError(
    'E_BOOT',
    `loading ${name} failed: ${result.stderr.trim()}\n${log}`,
    'see the messages above',
  );
}

/**
 * Builds the equipment of a guest; done before it boots, because compile errors need no guest. @throws LabError
 * E_BUILD, and those of prepareKernel()
 */
export async function prepareEquipment(options: EquipmentOptions): Promise<Equipment> {
  const onProgress = options.onProgress ?? silent;
  const wanted = options.loadModule ?? true;
  const extraDirs = options.extraModules ?? [];
  if (!wanted && !extraDirs.length) return { extraModules: [] };
  const [kernel, agent] = await Promise.all([
    prepareKernel(options.kernel, { onProgress }),
    wanted ? buildAgent(options.kernel) : undefined,
  ]);
  return step(onProgress, 'build', `modules for Linux ${kernel.release}`, async () => {
    const extraModules: string[] = [];
    for (const dir of extraDirs) extraModules.push(...(await buildModule(kernel, dir)));
    if (agent === undefined) return { extraModules };
    const module = await buildProbe(options.kernel);
    return { probe: { module, agent, params: options.moduleParams ?? [] }, extraModules };
  });
}

/**
 * Installs the equipment in a guest: rtprobe.ko loaded, the agent running on its port, further modules in the working
 * directory. @throws LabError E_COPY, E_BOOT if the module does not load
 */
export async function equip(
  guest: Guest,
  equipment: Equipment,
  onProgress: OnProgress = silent,
): Promise<void> {
  await guest.copyIn(equipment.extraModules);
  const { probe } = equipment;
  if (!probe) return;
  await step(onProgress, 'load', 'rtprobe.ko and the agent', async () => {
    const load = async (): Promise<void> => {
      await guest.copyIn([probe.module], MODULES);
      await loadProbe(guest, basename(probe.module), probe.params);
    };
    await Promise.all([load(), guest.copyIn([probe.agent], TOOLS)]);
    await guest.sh(SUPERVISE);
  });
}
