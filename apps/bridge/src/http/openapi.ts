// Generates the OpenAPI 3.1 document of the REST API from the registry of routes and its schemas.
import {
  adviceSchema,
  annotationSchema,
  comparisonSchema,
  deviceSchema,
  hostInfoSchema,
  hostStatsSchema,
  incidentSchema,
  matchedSamplesSchema,
  measureSchema,
  processInfoSchema,
  ruleSchema,
  runInfoSchema,
  sessionInfoSchema,
  sessionRequestSchema,
  sourceInfoSchema,
  spikeSchema,
  taskInfoSchema,
  taskStatSchema,
  testRunInfoSchema,
  testRunSchema,
  toolResultSchema,
  traceSchema,
  whatIfSchema,
} from '@rtprobe/protocol/schemas';
import { z } from 'zod';
import { bridgeErrors } from '../base/errors.ts';
import { FORMATS } from '../metrics/exposition.ts';
import { type Example, examples } from './examples.ts';
import { metricsQuery } from './metrics-route.ts';
import { nothing } from './queries.ts';
import { type Route, type RouteName, routes } from './routes.ts';
import { codeBody, endedSchema, issuedCodeSchema, issuedTokenSchema, tokenBody } from './session-routes.ts';

type Json = Record<string, unknown>;

/** Schemas with a name of their own; the others are inlined. */
const named = {
  Advice: adviceSchema,
  Annotation: annotationSchema,
  Comparison: comparisonSchema,
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
  WhatIf: whatIfSchema,
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

/** A request of the document. */
interface Operation
  extends Pick<Route, 'method' | 'path' | 'summary' | 'query' | 'params' | 'body' | 'bytesMax'> {
  readonly example: Example;
  /** Missing if the answer is not JSON. */
  readonly response?: z.ZodType;
  /** Other types of the answer. */
  readonly types?: readonly string[];
  /** Who may send it; every other request needs any session. */
  readonly access?: 'operator' | 'local' | 'open';
  /** The path is not below /api/v1. */
  readonly outside?: true;
}

const ofRoutes = (Object.entries(routes) as [RouteName, Route][]).map(
  ([name, route]): [string, Operation] => [
    name,
    {
      ...route,
      example: examples[name],
      ...(route.binary && { types: ['application/octet-stream'] }),
      ...(route.role === 'control' && { access: 'operator' as const }),
    },
  ],
);

/** Requests that are not in the registry of routes. */
const others: Readonly<Record<string, Operation>> = {
  getSession: {
    ...{
      method: 'get',
      path: '/session',
      summary: 'Role and end of the session',
      query: nothing,
      example: {},
    },
    response: sessionInfoSchema,
  },
  beginSession: {
    ...{ method: 'post', path: '/session', access: 'open', query: nothing, body: sessionRequestSchema },
    summary: 'Exchanges a login code for a cookie; with a token and without a code, the same for the token',
    ...{ response: sessionInfoSchema, example: { body: {} } },
  },
  endSession: {
    ...{ method: 'delete', path: '/session', summary: 'Ends the session', query: nothing, example: {} },
    response: endedSchema,
  },
  createCode: {
    ...{ method: 'post', path: '/session/codes', access: 'local', summary: 'Creates a login code' },
    ...{ query: nothing, body: codeBody, response: issuedCodeSchema, example: { body: { role: 'viewer' } } },
  },
  createToken: {
    ...{ method: 'post', path: '/session/tokens', access: 'local', summary: 'Creates a token for a script' },
    ...{ query: nothing, body: tokenBody, response: issuedTokenSchema },
    example: { body: { role: 'viewer', lifetimeMs: 86_400_000 } },
  },
  endSessions: {
    ...{ method: 'delete', path: '/session/all', access: 'local', summary: 'Ends all sessions' },
    ...{ query: nothing, response: endedSchema, example: {} },
  },
  getHealth: {
    ...{ method: 'get', path: '/healthz', access: 'open', outside: true, summary: 'Whether the bridge runs' },
    ...{ query: nothing, response: z.object({ ok: z.literal(true) }), example: {} },
  },
  getMetrics: {
    ...{ method: 'get', path: '/metrics', outside: true, summary: 'Metrics for Prometheus' },
    ...{ query: metricsQuery, types: Object.values(FORMATS), example: { query: { cpus: 'all' } } },
  },
};

const operations = [...ofRoutes, ...Object.entries(others)];

const ACCESS = {
  operator: 'Needs a session of an operator.',
  local: 'Accepted on the unix socket of the bridge only.',
  open: 'Needs no session.',
} as const;

type SchemaOf = (part: 'query' | 'params' | 'body' | 'response') => Json | undefined;

/** A query has digits where the schema has a number. */
const exampleOf = ({ type }: Json, sent: unknown): unknown => (type === 'integer' ? Number(sent) : sent);

function parametersOf(schema: Json | undefined, where: 'query' | 'path', example: object = {}): Json[] {
  const { properties = {}, required = [] } = (schema ?? {}) as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, own]) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    schema: own,
    ...(Object.hasOwn(example, name) && { example: exampleOf(own, (example as Json)[name]) }),
  }));
}

function requestBodyOf({ bytesMax, example }: Operation, schema: Json | undefined): Json {
  if (bytesMax !== undefined)
    return { requestBody: { required: true, content: { 'application/octet-stream': {} } } };
  if (schema === undefined) return {};
  return {
    requestBody: { required: true, content: { 'application/json': { schema, example: example.body } } },
  };
}

function answersOf({ types = [] }: Operation, schema: Json | undefined): Json {
  const bytes = { schema: { type: 'string', format: 'binary' } };
  const text = { schema: { type: 'string' } };
  return {
    ...(schema && { 'application/json': { schema } }),
    ...Object.fromEntries(types.map((type) => [type, type === 'application/octet-stream' ? bytes : text])),
  };
}

function operationOf(name: string, operation: Operation, schemaOf: SchemaOf): Json {
  const { summary, access, example } = operation;
  const parameters = [
    ...parametersOf(schemaOf('params'), 'path', example.params),
    ...parametersOf(schemaOf('query'), 'query', example.query),
  ];
  return {
    operationId: name,
    summary,
    ...(access && { description: ACCESS[access] }),
    ...(parameters.length > 0 && { parameters }),
    ...requestBodyOf(operation, schemaOf('body')),
    ...(access === 'open' || access === 'local' ? { security: [] } : {}),
    responses: {
      200: { description: 'The answer', content: answersOf(operation, schemaOf('response')) },
      default: {
        description: 'An error with a stable code',
        content: { 'application/json': { schema: { $ref: uri('Error') } } },
      },
    },
  };
}

/** Adds the schemas of an operation to the collection, under a name for each part of the operation. */
function schemasOf([name, { query, params, body, response }]: [string, Operation]): [string, z.ZodType][] {
  const parts = Object.entries({ query, params, body, response }) as [string, z.ZodType | undefined][];
  return parts.flatMap(([part, schema]) => (schema ? [[`${name}.${part}`, schema.clone()]] : []));
}

/** Returns the document. `base` is the path under which a proxy publishes the bridge. */
export function openApiDocument(version: string, base = ''): { openapi: string } & Json {
  const schemas = jsonSchemas({
    ...named,
    Error: errorSchema,
    ...Object.fromEntries(operations.flatMap(schemasOf)),
  });
  const paths: Record<string, Json> = {};
  for (const [name, operation] of operations) {
    const { path, method, outside } = operation;
    paths[path] = {
      ...paths[path],
      ...(outside && { servers: [{ url: base === '' ? '/' : base }] }),
      [method]: operationOf(name, operation, (part) => schemas[`${name}.${part}`]),
    };
  }
  const components = Object.fromEntries(Object.entries(schemas).filter(([id]) => !id.includes('.')));
  return {
    openapi: '3.1.1',
    info: { title: 'rtprobe bridge', version },
    servers: [{ url: `${base}/api/v1` }],
    security: [{ token: [] }],
    paths,
    components: {
      schemas: components,
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    },
  };
}
