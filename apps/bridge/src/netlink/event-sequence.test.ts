import { describe, expect, it } from 'vitest';
import { EventSequence } from './event-sequence.ts';

describe('sequence numbers of events', () => {
  it('count what is missing between two events', () => {
    const events = new EventSequence();
    expect(events.received(10)).toBe(0);
    expect(events.received(11)).toBe(0);
    expect(events.received(14)).toBe(2);
    expect(events.missing).toBe(2);
  });

  it('continue after the wrap at 32 bits', () => {
    const events = new EventSequence();
    events.received(0xffff_ffff);
    expect(events.received(0)).toBe(0);
    expect(events.received(3)).toBe(2);
  });

  it('allow an event to arrive after get-info reported it', () => {
    const events = new EventSequence();
    events.received(5);
    expect(events.reported(6)).toBe(0);
    expect(events.received(6)).toBe(0);
    expect(events.reported(6)).toBe(0);
    expect(events.missing).toBe(0);
  });

  it('count an event as missing if it is still absent at the next get-info', () => {
    const events = new EventSequence();
    events.received(5);
    events.reported(7);
    expect(events.reported(7)).toBe(2);
    expect(events.reported(7)).toBe(0);
  });

  it('ignore events from before the first get-info', () => {
    const events = new EventSequence();
    expect(events.reported(100)).toBe(0);
    expect(events.received(101)).toBe(0);
  });
});
