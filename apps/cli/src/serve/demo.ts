import { accessSync, constants, existsSync } from 'node:fs';
import {
  type BootedGuest,
  boot,
  equip,
  type KernelName,
  type OnProgress,
  prepareEquipment,
  prepareGuest,
  STORY,
  startStory,
} from '@rtprobe/lab';
import type { SourceWord } from './source.ts';

export interface DemoOptions {
  readonly kernel: KernelName;
  readonly cpus: number;
  readonly memoryMiB: number;
  readonly replay?: string;
  readonly onProgress: OnProgress;
}

export interface DemoSource {
  readonly source: SourceWord;
  /** The guest that makes the data, when it is one. */
  readonly guest?: BootedGuest;
}

const LOCAL_MODULE = '/proc/rtprobe';

function localModule(): 'readable' | 'closed' | 'absent' {
  if (!existsSync(LOCAL_MODULE)) return 'absent';
  try {
    accessSync(LOCAL_MODULE, constants.R_OK | constants.X_OK);
    return 'readable';
  } catch {
    return 'closed';
  }
}

async function labGuest(options: DemoOptions): Promise<BootedGuest> {
  const [equipment] = await Promise.all([
    prepareEquipment({ ...options, moduleParams: STORY.moduleParams }),
    prepareGuest(options.kernel, options.onProgress),
  ]);
  const guest = await boot({ ...options, niceness: STORY.niceness });
  try {
    await equip(guest, equipment, options.onProgress);
    await startStory(guest, options);
    return guest;
  } catch (error) {
    await guest.down();
    throw error;
  }
}

/**
 * What a newcomer is to see: a recording when one is named, the local machine when the module is
 * loaded, otherwise a lab guest with a load worth watching.
 */
export async function demoSource(options: DemoOptions): Promise<DemoSource> {
  if (options.replay) return { source: { kind: 'replay', file: options.replay } };
  const local = localModule();
  if (local === 'readable') return { source: { kind: 'agent' } };
  if (local === 'closed') {
    console.error(
      'rtprobe: the module is loaded here, but only root can read it (sudo): showing a lab guest',
    );
  }
  const guest = await labGuest(options);
  return { source: { kind: 'unix', path: guest.agentSocket, host: 'lab' }, guest };
}
