import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { openApiDocument } from './openapi.ts';
import { routes } from './routes.ts';

interface Operation {
  operationId: string;
  security?: unknown;
  parameters?: { name: string; in: string; required: boolean; schema: object }[];
  requestBody?: { content: Record<string, { schema: { properties: object } }> };
  responses: Record<string, { content: Record<string, { schema: object }> }>;
}

const document = openApiDocument('1.2.3');
const paths = document.paths as Record<string, Record<string, Operation>>;
const operations = Object.values(paths).flatMap((path) => Object.values(path));

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    expect(await validator.validate(structuredClone(document))).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  it('has every route, and asks for the token where a route needs it', () => {
    expect(operations.map((o) => o.operationId).sort()).toEqual(Object.keys(routes).sort());
    const guarded = operations.filter((o) => o.security !== undefined).map((o) => o.operationId);
    const control = Object.entries(routes).filter(([, route]) => route.role === 'control');
    expect(guarded.sort()).toEqual(control.map(([name]) => name).sort());
  });

  it('describes parameters, bodies and answers', () => {
    const { parameters } = paths['/history/total']!.get!;
    expect(parameters).toContainEqual({
      ...{ name: 'from', in: 'query', required: true },
      schema: expect.objectContaining({ type: 'integer', minimum: 0 }),
    });
    expect(parameters!.find((p) => p.name === 'cpu')).toMatchObject({ required: false });
    expect(paths['/spikes/{id}']!.get!.parameters).toMatchObject([
      { name: 'id', in: 'path', required: true },
      { name: 'host', in: 'query', required: false },
    ]);
    const body = paths['/config']!.post!.requestBody!.content['application/json']!;
    expect(Object.keys(body.schema.properties)).toContain('thresholdNs');
    expect(paths['/spikes/{id}/trace']!.get!.responses[200]!.content).toEqual({
      'application/json': { schema: { $ref: '#/components/schemas/Trace' } },
    });
    expect(JSON.stringify(paths)).not.toContain('"$ref":"#/components/schemas/get');
  });

  it('refers only to schemas that it has', () => {
    const { schemas } = document.components as { schemas: object };
    const referred = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(
      (m) => m[1],
    );
    expect([...new Set(referred)].filter((name) => !Object.hasOwn(schemas, name!))).toEqual([]);
    expect(referred).toContain('Spike');
  });
});
