// Generates the OpenAPI 3.1 document of the REST API from the registry of routes and its schemas.
import {
  adviceSchema,
  annotationSchema,
  deviceSchema,
  hostInfoSchema,
  hostStatsSchema,
  incidentSchema,
  matchedSamplesSchema,
  measureSchema,
  processInfoSchema,
  ruleSchema,
  runInfoSchema,
  sourceInfoSchema,
  spikeSchema,
  taskInfoSchema,
  taskStatSchema,
  testRunInfoSchema,
  testRunSchema,
  toolResultSchema,
  traceSchema,
} from '@rtprobe/protocol/schemas';
import { z } from 'zod';
import { bridgeErrors } from '../base/errors.ts';
import { type Route, routes } from './routes.ts';

type Json = Record<string, unknown>;

/** Schemas with a name of their own; the others are inlined. */
const named = {
  Advice: adviceSchema,
  Annotation: annotationSchema,
  Device: deviceSchema,
  Host: hostInfoSchema,
  HostStats: hostStatsSchema,
  Incident: incidentSchema,
  MatchedSamples: matchedSamplesSchema,
  Measure: measureSchema,
  Process: processInfoSchema,
  Rule: ruleSchema,
  Run: runInfoSchema,
  Source: sourceInfoSchema,
  Spike: spikeSchema,
  Task: taskInfoSchema,
  TaskStat: taskStatSchema,
  TestRun: testRunSchema,
  TestRunInfo: testRunInfoSchema,
  ToolResult: toolResultSchema,
  Trace: traceSchema,
} as const;

const errorSchema = z.object({
  error: z.object({
    code: z.enum(Object.keys(bridgeErrors)),
    message: z.string(),
    word: z.string().optional(),
    command: z.string().optional(),
  }),
});

const uri = (id: string): string => `#/components/schemas/${id}`;

/** Returns JSON schemas by name, in which named ones refer to each other. */
function jsonSchemas(schemas: Readonly<Record<string, z.ZodType>>): Record<string, Json> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(schemas)) registry.add(schema, { id });
  const { schemas: found } = z.toJSONSchema(registry, { io: 'input', target: 'draft-2020-12', uri });
  return Object.fromEntries(
    Object.entries(found).map(([id, { $schema, $id, ...schema }]) => [id, schema as Json]),
  );
}

interface Parts {
  query: Json;
  params: Json | undefined;
  body: Json | undefined;
  response: Json;
}

function parametersOf(schema: Json | undefined, where: 'query' | 'path'): Json[] {
  const { properties = {}, required = [] } = (schema ?? {}) as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, own]) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    schema: own,
  }));
}

function operationOf(name: string, route: Route, parts: Parts): Json {
  const parameters = [...parametersOf(parts.params, 'path'), ...parametersOf(parts.query, 'query')];
  const content = {
    'application/json': { schema: parts.response },
    ...(route.binary && { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } }),
  };
  return {
    operationId: name,
    summary: route.summary,
    ...(parameters.length > 0 && { parameters }),
    ...(parts.body && {
      requestBody: { required: true, content: { 'application/json': { schema: parts.body } } },
    }),
    ...(route.bytesMax !== undefined && {
      requestBody: { required: true, content: { 'application/octet-stream': {} } },
    }),
    ...(route.role === 'control' && { security: [{ token: [] }] }),
    responses: {
      200: { description: 'The answer', content },
      default: {
        description: 'An error with a stable code',
        content: { 'application/json': { schema: { $ref: uri('Error') } } },
      },
    },
  };
}

/** Adds the schemas of a route to the collection, under a name for each part of the route. */
function schemasOf([name, { query, params, body, response }]: [string, Route]): [string, z.ZodType][] {
  const parts = Object.entries({ query, params, body, response }) as [string, z.ZodType | undefined][];
  return parts.flatMap(([part, schema]) => (schema ? [[`${name}.${part}`, schema.clone()]] : []));
}

export function openApiDocument(version: string): Json {
  const all = Object.entries(routes) as [string, Route][];
  const schemas = jsonSchemas({
    ...named,
    Error: errorSchema,
    ...Object.fromEntries(all.flatMap(schemasOf)),
  });
  const paths: Record<string, Json> = {};
  for (const [name, route] of all) {
    const part = (of: string) => schemas[`${name}.${of}`];
    const parts = {
      query: part('query')!,
      params: part('params'),
      body: part('body'),
      response: part('response')!,
    };
    paths[route.path] = { ...paths[route.path], [route.method]: operationOf(name, route, parts) };
  }
  const components = Object.fromEntries(Object.entries(schemas).filter(([id]) => !id.includes('.')));
  return {
    openapi: '3.1.1',
    info: { title: 'rtprobe bridge', version },
    servers: [{ url: '/api/v1' }],
    paths,
    components: {
      schemas: components,
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    },
  };
}
