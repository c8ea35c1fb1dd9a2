// The time under the pointer, which all charts of a page show. It changes too often for the store.
import type { UnixMicros } from '@rtprobe/protocol';
import { Signal } from '../base/signal.ts';

export class Cursor {
  time: UnixMicros | undefined;
  readonly moved = new Signal();

  set(time: UnixMicros | undefined): void {
    if (time === this.time) return;
    this.time = time;
    this.moved.emit();
  }
}
