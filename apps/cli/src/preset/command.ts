// `rtprobe preset`: lists the presets of thresholds, or sets the thresholds of a host to one.
import { formatDuration } from '@rtprobe/metrics';
import { PRESETS, type Preset, type PresetName, presets, presetThresholds } from '@rtprobe/protocol';
import { Argument, Command } from 'commander';
import { askBridge } from '../access/client.ts';
import { type AccessFlags, accessOf, withAccessOptions } from '../access/options.ts';
import { act } from '../act.ts';

interface Flags extends AccessFlags {
  readonly host?: string;
  readonly json?: boolean;
}

const threshold = (ns: number): string => (ns === 0 ? 'off' : formatDuration(ns));

/** Returns "control-loop   waits 100 µs   holds 50 µs   rest off   for a period of 1 ms". */
export function presetLine({ name, deadline, waitsNs, holdsNs, restNs }: Preset): string {
  const words = [`waits ${threshold(waitsNs)}`, `holds ${threshold(holdsNs)}`, `rest ${threshold(restNs)}`];
  const period = deadline && `for a period of ${formatDuration(deadline.periodNs)}`;
  return [name.padEnd(14), ...words.map((word) => word.padEnd(14)), period ?? ''].join('').trimEnd();
}

function list(json: boolean | undefined): void {
  const all = PRESETS.map((name) => presets[name]);
  if (json) {
    console.log(JSON.stringify(all.map((preset) => ({ ...preset, thresholds: presetThresholds(preset) }))));
    return;
  }
  for (const preset of all) console.log(presetLine(preset));
  console.log('\nwaits: until a task of the user, an IRQ thread or the thread of thread_latency runs');
  console.log('holds: interrupts, interrupts disabled, timer latency');
  console.log('rest:  kernel threads, softirqs, duration of IRQ threads, disabled IRQ lines');
}

async function run(name: PresetName | undefined, flags: Flags): Promise<number> {
  if (name === undefined) {
    list(flags.json);
    return 0;
  }
  const body = {
    thresholds: presetThresholds(presets[name]),
    ...(flags.host !== undefined && { host: flags.host }),
  };
  const answer = await askBridge(accessOf(flags), '/config', { method: 'POST', body });
  const { host } = answer.body as { host: string };
  console.log(flags.json ? JSON.stringify({ host, preset: name }) : `${host}: ${presetLine(presets[name])}`);
  return 0;
}

export function presetCommand(): Command {
  return withAccessOptions(new Command('preset'))
    .description('set the thresholds of a host to a preset; without a name: list the presets')
    .addArgument(new Argument('[name]').choices(PRESETS))
    .option('--host <name>', 'the host, if the bridge has several')
    .option('--json', 'as JSON')
    .action((name: PresetName | undefined, flags: Flags) => act(() => run(name, flags)));
}
