// Several who look on at a host as one, each told in turn.
import type { HostStats, Spike, Trace, UnixMicros } from '@rtprobe/protocol';
import type { Span } from '../state/span.ts';
import type { Host } from './host.ts';
import type { HostListener } from './listener.ts';

export class Listeners implements HostListener {
  readonly #all: readonly HostListener[];

  constructor(...all: HostListener[]) {
    this.#all = all;
  }

  changed(host: Host): void {
    for (const one of this.#all) one.changed(host);
  }

  sources(host: Host): void {
    for (const one of this.#all) one.sources(host);
  }

  span(host: Host, span: Span): void {
    for (const one of this.#all) one.span(host, span);
  }

  replaced(host: Host): void {
    for (const one of this.#all) one.replaced(host);
  }

  spike(host: Host, spike: Spike): void {
    for (const one of this.#all) one.spike(host, spike);
  }

  spikes(host: Host): void {
    for (const one of this.#all) one.spikes(host);
  }

  wholeSpike(host: Host, spike: Spike): void {
    for (const one of this.#all) one.wholeSpike?.(host, spike);
  }

  trace(host: Host, trace: Trace): void {
    for (const one of this.#all) one.trace?.(host, trace);
  }

  rules(host: Host): void {
    for (const one of this.#all) one.rules(host);
  }

  tasks(host: Host): void {
    for (const one of this.#all) one.tasks(host);
  }

  stats(host: Host, stats: HostStats): void {
    for (const one of this.#all) one.stats(host, stats);
  }

  gap(host: Host, from: UnixMicros, to: UnixMicros, reason: string): void {
    for (const one of this.#all) one.gap(host, from, to, reason);
  }

  renamed(host: Host): void {
    for (const one of this.#all) one.renamed(host);
  }
}
