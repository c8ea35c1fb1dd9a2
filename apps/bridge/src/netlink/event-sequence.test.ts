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

  it('go on over the end of 32 bits', () => {
    const events = new EventSequence();
    events.received(0xffff_ffff);
    expect(events.received(0)).toBe(0);
    expect(events.received(3)).toBe(2);
  });

  it('leave an event time to arrive after get-info told of it', () => {
    const events = new EventSequence();
    events.received(5);
    expect(events.reported(6)).toBe(0);
    expect(events.received(6)).toBe(0);
    expect(events.reported(6)).toBe(0);
    expect(events.missing).toBe(0);
  });

  it('count an event as missing when the next get-info finds it absent still', () => {
    const events = new EventSequence();
    events.received(5);
    events.reported(7);
    expect(events.reported(7)).toBe(2);
    expect(events.reported(7)).toBe(0);
  });

  it('take no event from before the first get-info as missing', () => {
    const events = new EventSequence();
    expect(events.reported(100)).toBe(0);
    expect(events.received(101)).toBe(0);
  });
});
