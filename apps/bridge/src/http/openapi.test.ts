import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { openApiDocument } from './openapi.ts';
import { METHODS, routes } from './routes.ts';

interface Operation {
  operationId: string;
  description?: string;
  security?: unknown;
  parameters?: { name: string; in: string; required: boolean; schema: object }[];
  requestBody?: { content: Record<string, { schema: { properties: object } }> };
  responses: Record<string, { content: Record<string, { schema: object }> }>;
}

const document = openApiDocument('1.2.3');
const paths = document.paths as Record<string, Record<string, Operation>>;
const operations = Object.values(paths).flatMap((path) => METHODS.flatMap((method) => path[method] ?? []));

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    expect(await validator.validate(structuredClone(document))).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  it('has every route, and says who may use it', () => {
    expect(operations.map((o) => o.operationId)).toEqual(expect.arrayContaining(Object.keys(routes)));
    expect(document.security).toEqual([{ token: [] }]);
    const withText = (text: string) => operations.filter((o) => o.description?.includes(text));
    const control = Object.entries(routes).filter(([, route]) => route.role === 'control');
    expect(
      withText('operator')
        .map((o) => o.operationId)
        .sort(),
    ).toEqual(control.map(([name]) => name).sort());
    const open = operations.filter((o) => o.security !== undefined).map((o) => o.operationId);
    expect(open).toEqual(['beginSession', 'createCode', 'createToken', 'endSessions', 'getHealth']);
  });

  it('has the addresses of a bridge that a proxy publishes under a path', () => {
    const { servers, paths } = openApiDocument('1.2.3', '/rt') as unknown as {
      servers: object;
      paths: Record<string, object>;
    };
    expect(servers).toEqual([{ url: '/rt/api/v1' }]);
    expect(paths['/metrics']).toMatchObject({ servers: [{ url: '/rt' }] });
  });

  it('describes parameters, bodies and answers', () => {
    const { parameters } = paths['/history/total']!.get!;
    expect(parameters!.find((p) => p.name === 'from')).toMatchObject({
      ...{ name: 'from', in: 'query', required: true },
      schema: { type: 'integer', minimum: 0 },
      example: 1_790_553_600_000_000,
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
