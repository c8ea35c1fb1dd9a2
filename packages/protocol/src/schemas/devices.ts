// Interrupt lines and devices.
import { z } from 'zod';
import { DEVICE_BUSES, DEVICE_EVIDENCE, FACTS_STATES } from '../devices.ts';
import { count, unixMicros } from './numbers.ts';

export const deviceSchema = z
  .object({
    bus: z.enum(DEVICE_BUSES),
    address: z.string(),
    ids: z.string().exactOptional(),
    subsystemIds: z.string().exactOptional(),
    vendor: z.string().exactOptional(),
    product: z.string().exactOptional(),
    subsystem: z.string().exactOptional(),
    driver: z.string().exactOptional(),
    module: z.string().exactOptional(),
    interfaces: z.array(z.string()).exactOptional(),
    by: z.enum(DEVICE_EVIDENCE).exactOptional(),
  })
  .describe('A device, with the names of its vendor and product.');

const lineDevice = deviceSchema.extend({
  by: z.enum(DEVICE_EVIDENCE),
  action: z.string().exactOptional(),
  attached: z.array(deviceSchema).exactOptional(),
});

const interruptLine = z.object({
  irq: count,
  chip: z.string().exactOptional(),
  hwirq: z.string().exactOptional(),
  trigger: z.string().exactOptional(),
  actions: z.array(z.string()),
  affinity: z.string().exactOptional(),
  effectiveAffinity: z.string().exactOptional(),
  devices: z.array(lineDevice),
});

export const interruptFactsSchema = z.object({
  host: z.string(),
  facts: z.enum(FACTS_STATES),
  readAt: z.exactOptional(unixMicros),
  leftOut: count,
  lines: z.array(interruptLine),
});
