import { describe, expect, it } from 'vitest';
import { EventSequence } from './event-sequence.ts';

describe('sequence numbers of events', () => {
  it('count what is missing between two events', () => {
    const events = new EventSequence();
    expect(events.event(10)).toBe(0);
    expect(events.event(11)).toBe(0);
    expect(events.event(14)).toBe(2);
    expect(events.lost).toBe(2);
  });

  it('go on over the end of 32 bits', () => {
    const events = new EventSequence();
    events.event(0xffff_ffff);
    expect(events.event(0)).toBe(0);
    expect(events.event(3)).toBe(2);
  });

  it('leave an event time to arrive after get-info told of it', () => {
    const events = new EventSequence();
    events.event(5);
    expect(events.told(6)).toBe(0);
    expect(events.event(6)).toBe(0);
    expect(events.told(6)).toBe(0);
    expect(events.lost).toBe(0);
  });

  it('count an event as missing when the next get-info finds it absent still', () => {
    const events = new EventSequence();
    events.event(5);
    events.told(7);
    expect(events.told(7)).toBe(2);
    expect(events.told(7)).toBe(0);
  });

  it('take no event from before the first get-info as missing', () => {
    const events = new EventSequence();
    expect(events.told(100)).toBe(0);
    expect(events.event(101)).toBe(0);
  });
});
