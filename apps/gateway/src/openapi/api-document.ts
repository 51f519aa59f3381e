import { ERRORS, KIND_PATTERN, NAME_PATTERN, type ErrorCode } from '@tailgate/protocol';
import { PROBLEM_TYPE } from '@tailgate/protocol';
import { problemSchema } from '@tailgate/protocol/schemas';
import * as z from 'zod';
import type { RouteAccess } from '../access/route-access.js';
import { jsonSchema, protocolSchemas, type JsonSchema } from './json-schemas.js';
import type { Content, Operation } from './operation.js';
import { askedOf, SECURITY_SCHEMES } from './security.js';

/** An operation and where it is. */
export interface Route {
  /** In lower case. */
  readonly method: string;
  /** As Nest and Fastify have it, with `:name` for a segment. */
  readonly path: string;
  /** What it asks of those who call it. */
  readonly access: RouteAccess | undefined;
  readonly operation: Operation;
}

/** What any request may be answered with. */
const ALWAYS: readonly ErrorCode[] = [
  'bad_request',
  'request_timeout',
  'misdirected_request',
  'headers_too_large',
  'internal',
  'unavailable',
];

/** The segments of paths that stand for something. */
const PATH_PARAMETERS: Readonly<Record<string, { readonly pattern: RegExp; readonly description: string }>> = {
  kind: { pattern: KIND_PATTERN, description: 'what stands before the slash of a channel' },
  name: { pattern: NAME_PATTERN, description: 'what stands after it' },
  deployment: { pattern: NAME_PATTERN, description: 'what stands after deployment/' },
};

const ABOUT =
  'Numbered log lines, live and from history. Times are integers: milliseconds since the Unix epoch. Errors are ' +
  '`application/problem+json` (RFC 9457) with a stable `code`. What is streamed (Server-Sent Events, WebSocket) is ' +
  'described in words in PROTOCOL.md, and by the schemas StreamEvent, ClientFrame and ServerFrame.';

/** The OpenAPI 3.1 document of these routes, which are below `basePath`. */
export function apiDocument(routes: readonly Route[], basePath: string): JsonSchema {
  const sorted = routes.toSorted((a, b) => a.path.localeCompare(b.path) || a.method.localeCompare(b.method));
  const paths = Map.groupBy(sorted, ({ path }) => `/${path.replace(/^\//, '').replace(/:([A-Za-z]+)/g, '{$1}')}`);
  return {
    openapi: '3.1.1',
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    info: {
      title: 'Tailgate',
      version: '1',
      description: ABOUT,
      license: { name: 'Apache 2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: basePath || '/' }],
    paths: Object.fromEntries([...paths].map(([path, all]) => [path, pathItem(all)])),
    components: { schemas: protocolSchemas(), securitySchemes: SECURITY_SCHEMES },
  };
}

function pathItem(routes: readonly Route[]): JsonSchema {
  return Object.fromEntries(routes.map((route) => [route.method, operationObject(route)]));
}

function operationObject({ path, access, operation }: Route): JsonSchema {
  const { summary, description, query, headers, body, isBodyOptional = false, answer, errors } = operation;
  const asked = askedOf(access);
  const parameters = [...pathParameters(path), ...parametersOf(query, 'query'), ...parametersOf(headers, 'header')];
  return {
    summary,
    ...(description !== undefined && { description }),
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: { required: !isBodyOptional, content: contentOf(body) } }),
    security: asked.security,
    responses: { ...answerObject(answer), ...errorObjects([...errors, ...asked.errors, ...ALWAYS]) },
  };
}

function pathParameters(path: string): JsonSchema[] {
  return [...path.matchAll(/:([A-Za-z]+)/g)].map(([, name = '']) => {
    const { pattern, description } = PATH_PARAMETERS[name] ?? { pattern: /^[^/]+$/, description: name };
    return { name, in: 'path', required: true, description, schema: { type: 'string', pattern: pattern.source } };
  });
}

function parametersOf(parameters: z.ZodObject | undefined, where: 'query' | 'header'): JsonSchema[] {
  if (!parameters) return [];
  const { properties = {}, required = [] } = z.toJSONSchema(parameters, { io: 'input' });
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...schema } = typeof property === 'object' ? property : {};
    return { name, in: where, required: required.includes(name), description, schema };
  });
}

function contentOf(content: Content): JsonSchema {
  const schemaOf = (schema: z.ZodType | 'text') => (schema === 'text' ? { type: 'string' } : jsonSchema(schema));
  return Object.fromEntries(Object.entries(content).map(([type, schema]) => [type, { schema: schemaOf(schema) }]));
}

function answerObject({ status, description, content }: Operation['answer']): JsonSchema {
  return { [status]: { description, ...(content && { content: contentOf(content) }) } };
}

/** The errors by their status, since an answer can have only one description for each. */
function errorObjects(codes: readonly ErrorCode[]): JsonSchema {
  const byStatus = Map.groupBy(new Set(codes), (code) => ERRORS[code].status);
  const content = { [PROBLEM_TYPE]: { schema: jsonSchema(problemSchema) } };
  return Object.fromEntries(
    [...byStatus].map(([status, all]) => {
      const description = all.map((code) => `\`${code}\`: ${ERRORS[code].title}`).join('; ');
      return [status, { description, content }];
    }),
  );
}
