// All places of the palette, and those that match a text.

import { taskLabel } from '@rtprobe/trace';
import { descriptorOf } from '../../i18n/measures.ts';
import { MAIN_PAGES, type MainPage, type Route } from '../address/route.ts';
import { filterWords, hasAllWords } from '../base/filter-words.ts';
import type { Reading } from '../reading/reading.ts';
import { actionName, fullName } from './interrupt-names.ts';
import { interruptRoute } from './interrupts.ts';
import { isWhole, readTasks } from './tasks.ts';

export interface Place {
  kind: 'page' | 'interrupt' | 'task' | 'cpu' | 'host';
  /** Hostile text. */
  name: string;
  route: Route;
  host?: string;
}

const SHOWN_MAX = 40;

export function placesOf(
  reading: Reading | undefined,
  hosts: readonly string[],
  pageTitle: (page: MainPage) => string,
): Place[] {
  const places: Place[] = MAIN_PAGES.map((page) => ({
    kind: 'page',
    name: pageTitle(page),
    route: { page },
  }));
  if (hosts.length > 1) {
    for (const host of hosts) places.push({ kind: 'host', name: host, route: { page: 'overview' }, host });
  }
  if (reading === undefined) return places;
  const seen = new Set<string>();
  for (const { info } of reading.sources()) {
    const route = interruptRoute(info);
    const key = route && `${route.kind} ${route.word} ${actionName(info)}`;
    if (route === undefined || descriptorOf(info.measure).source === 'irq-task' || seen.has(key!)) continue;
    seen.add(key!);
    places.push({ kind: 'interrupt', name: fullName(info), route });
  }
  for (const cpu of reading.cpus)
    places.push({ kind: 'cpu', name: `CPU ${cpu}`, route: { page: 'cpu', cpu } });
  for (const { task } of readTasks(reading)) {
    const start = isWhole(task) ? task.startNs : undefined;
    places.push({
      kind: 'task',
      name: taskLabel(task.pid, task),
      route: { page: 'task', pid: task.pid, start },
    });
  }
  return places;
}

/** Returns the places that contain every word; those that begin with the text are first. */
export function matchPlaces(places: readonly Place[], text: string): Place[] {
  const typed = text.trim().toLowerCase();
  const words = filterWords(typed);
  const found = places.filter(({ name }) => hasAllWords(name, words));
  const begins = ({ name }: Place) => Number(name.toLowerCase().startsWith(typed));
  return found.toSorted((a, b) => begins(b) - begins(a)).slice(0, SHOWN_MAX);
}
