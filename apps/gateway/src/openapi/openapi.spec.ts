import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestGateway } from '../testing/test-gateway.js';
import { findRoutes } from './described-routes.js';

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, unknown>>;
    readonly securitySchemes: Readonly<Record<string, unknown>>;
  };
}

let test: TestGateway;
let document: Document;

beforeAll(async () => {
  test = await TestGateway.create();
  const answer = await test.gateway.app.inject({ url: '/openapi.json', headers: { host: 'localhost' } });
  expect(answer.headers['content-type']).toContain('application/json');
  document = answer.json<Document>();
});

afterAll(async () => {
  await test[Symbol.asyncDispose]();
});

it('is OpenAPI 3.1', async () => {
  const validator = new Validator();
  const { valid, errors } = await validator.validate({ ...document });
  expect([valid, validator.version, errors]).toEqual([true, '3.1', undefined]);
});

it('has every route of every controller: each handler says what it does by @Described', () => {
  const { app } = test.gateway;
  const routes = findRoutes(app.get(DiscoveryService), app.get(MetadataScanner), app.get(Reflector));
  expect(routes.length).toBeGreaterThan(8);
  expect(routes.filter(({ operation }) => operation === undefined)).toEqual([]);
  const described = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method} ${path}`),
  );
  expect(described).toContain('post /api/channels/{kind}/{name}/records');
  expect(described).toHaveLength(routes.length);
});

it('refers to schemas that it has, and to nothing else', () => {
  const texts = JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g);
  const refs = new Set([...texts].map(([, ref = '']) => ref));
  expect(refs.size).toBeGreaterThan(10);
  const known = Object.keys(document.components.schemas).map((name) => `#/components/schemas/${name}`);
  expect([...refs].filter((ref) => !known.includes(ref))).toEqual([]);
  expect(JSON.stringify(document)).not.toMatch(/"\$(id|schema|defs)"/);
});

it('says how callers prove who they are, and what those get who do not', () => {
  const records = document.paths['/api/channels/{kind}/{name}/records']?.['get'];
  expect(records).toMatchObject({ security: [{ token: [] }, { session: [] }, {}], responses: { 401: {}, 429: {} } });
  expect(document.paths['/api/stream']?.['get']).toMatchObject({
    security: [{ token: [] }, { session: [] }, { ticket: [] }, {}],
    responses: { 401: {} },
  });
  expect(document.paths['/healthz']?.['get']).toMatchObject({ security: [] });
  expect(document.paths['/healthz']?.['get']).not.toMatchObject({ responses: { 401: {} } });
  const { securitySchemes } = document.components;
  expect(Object.keys(securitySchemes)).toEqual(['token', 'session', 'ticket']);
});

it('tells of parameters what their errors tell', () => {
  expect(document.paths['/api/channels/{kind}/{name}/records']?.['get']).toMatchObject({
    parameters: expect.arrayContaining(
      [
        { name: 'kind', in: 'path', required: true },
        { name: 'after', in: 'query', required: false },
        { name: 'limit', in: 'query', required: false, description: 'a whole number from 1 to 10000' },
      ].map((parameter) => expect.objectContaining(parameter) as unknown),
    ) as unknown,
    responses: { 400: { description: expect.stringContaining('`bad_position`: Not a position') as unknown } },
  });
});
