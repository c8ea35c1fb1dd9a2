// GET /metrics: OpenMetrics text for readers that accept it, else the older text format of Prometheus.
import type { Request, RequestHandler } from 'express';
import { z } from 'zod';
import type { Host } from '../host/host.ts';
import { FORMATS, type Format } from '../metrics/exposition.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { chosenHosts } from './hosts.ts';
import { hostName } from './queries.ts';
import { readStrict } from './reply.ts';

export interface MetricsContext {
  hosts: readonly Host[];
  metrics: Metrics;
}

export const metricsQuery = z.strictObject({
  host: hostName.optional(),
  cpus: z.literal('all').optional().describe('Series of each CPU instead of all CPUs together.'),
});

const OPENMETRICS = 'application/openmetrics-text;version=1.0.0';

/** Without the header, and for any type, the format that every reader knows. */
const formatFor = (request: Request): Format =>
  request.accepts('text/plain;version=0.0.4', OPENMETRICS) === OPENMETRICS ? 'openmetrics' : 'text';

export function metricsRoute({ hosts, metrics }: MetricsContext): RequestHandler {
  return (request, response) => {
    const { host, cpus } = readStrict(metricsQuery, request.query, 'E_QUERY');
    const format = formatFor(request);
    const body = metrics.write(chosenHosts(hosts, host), { format, cpus: cpus !== undefined });
    response.setHeader('Content-Type', FORMATS[format]);
    response.setHeader('Vary', 'Accept');
    response.end(body);
  };
}
