import * as schemas from '@tailgate/protocol/schemas';
import * as z from 'zod';

/** A JSON schema, draft 2020-12: what OpenAPI 3.1 takes. */
export type JsonSchema = Readonly<Record<string, unknown>>;

const REF = '#/components/schemas/';

/** As they are sent: of defaults and transformations what comes before, and fields that nobody knows yet are no error. */
const FORM = { io: 'input' } as const;

/** Every schema of the protocol, by its name, with references among them. */
export function protocolSchemas(): Readonly<Record<string, JsonSchema>> {
  const registry = z.registry<{ id: string }>();
  for (const schema of Object.values(schemas)) {
    const id = schema.meta()?.id;
    if (id !== undefined) registry.add(schema, { id });
  }
  const { schemas: all } = z.toJSONSchema(registry, { ...FORM, uri: (id) => `${REF}${id}` });
  return Object.fromEntries(Object.entries(all).map(([id, schema]) => [id, plain(schema)]));
}

/** A schema of the protocol by reference, any other one as it is. */
export function jsonSchema(schema: z.ZodType): JsonSchema {
  const id = schema.meta()?.id;
  return id === undefined ? plain(z.toJSONSchema(schema, FORM)) : { $ref: `${REF}${id}` };
}

/** Which draft it is, and where, is said once by the document. */
function plain(schema: JsonSchema): JsonSchema {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => key !== '$schema' && key !== '$id'));
}
