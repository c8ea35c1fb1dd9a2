import { expect, it } from 'vitest';
import { FAULTS } from '../../../bridge/src/host/fault-counter.ts';
import { counterName } from './counters.ts';

it.each(Object.keys(FAULTS))('has a text for %s', (code) => expect(counterName(code)).not.toBe(code));
