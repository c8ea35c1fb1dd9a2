import { expect, it } from 'vitest';
import { FAULTS } from '../../../bridge/src/host/fault-counter.ts';
import { faultName } from './faults.ts';

it.each(Object.keys(FAULTS))('has a text for %s', (code) => expect(faultName(code)).not.toBe(code));
