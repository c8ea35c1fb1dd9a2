// The colours of what ran: slices of the timeline, parts of a spike, boxes of the chain.
import type { SpikePart } from '@rtprobe/protocol';
import type { ChainNode, SliceKind } from '@rtprobe/trace';

type ColourName = SliceKind | 'victim' | 'idle_exit' | 'outside' | 'unaccounted' | 'ink';
export type SliceColours = Readonly<Record<ColourName, string>>;

const variableOf = (name: ColourName): string => `--slice-${name.replace('_', '-')}`;

/** Returns the CSS variable of a slice's colour. */
export const sliceVariable = (name: SliceKind | 'victim'): string => `var(${variableOf(name)})`;

/** Reads them from the style sheet. Call it when the theme changed, not for every frame: it forces layout. */
export function readSliceColours(element: Element): SliceColours {
  const style = getComputedStyle(element);
  const value = (name: ColourName): string => style.getPropertyValue(variableOf(name)).trim();
  return {
    ...{ irq: value('irq'), vector: value('vector'), softirq: value('softirq'), nmi: value('nmi') },
    ...{ probe: value('probe') },
    ...{ irqs_off: value('irqs_off'), task: value('task'), idle: value('idle'), victim: value('victim') },
    ...{ idle_exit: value('idle_exit'), outside: value('outside') },
    ...{ unaccounted: value('unaccounted'), ink: value('ink') },
  };
}

export type Kind = SpikePart['kind'] | ChainNode['kind'];

const COLOURS: Readonly<Partial<Record<Kind, ColourName>>> = {
  ...{ hardirq: 'irq', irq: 'irq', vector: 'vector', softirq: 'softirq', irqs_off: 'irqs_off' },
  ...{ nmi: 'nmi', lock: 'nmi', probe: 'probe', task: 'task', irq_thread: 'task', idle_exit: 'idle_exit' },
  ...{ throttled: 'task', fair_server: 'task', late_timer: 'irqs_off' },
  ...{ own_run: 'victim', blocked: 'idle_exit' },
  ...{ host: 'outside', steal: 'outside', firmware: 'outside', stall: 'outside' },
};

/** Returns the colour of a part of a spike or of a box of the chain. */
const colourName = (kind: Kind): ColourName => COLOURS[kind] ?? 'unaccounted';

export const kindColour = (colours: SliceColours, kind: Kind): string => colours[colourName(kind)];

/** Returns whether time of this kind was taken outside Linux. Its colour is hatched, so that it is not colour alone. */
export const isHatched = (kind: Kind): boolean => colourName(kind) === 'outside';

/** Returns the same colour as a CSS variable. */
export const kindVariable = (kind: Kind): string => `var(${variableOf(colourName(kind))})`;
