import { flag, list, map, object, optional, text, type Reader } from '@tailgate/protocol/readers';

// The parts of an OpenAPI document that are shown.

export interface Media {
  readonly schema?: { readonly $ref?: string };
}

export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
}

export interface Answer {
  readonly description: string;
  readonly content?: Readonly<Record<string, Media>>;
}

export interface ApiOperation {
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<Record<string, Answer>>;
}

export interface ApiDocument {
  readonly info: { readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, ApiOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

const anything: Reader<unknown> = (value) => value;

const media = map(text, object<Media>({ schema: optional(object<{ $ref?: string }>({ $ref: optional(text) })) }));

const operation = object<ApiOperation>({
  summary: text,
  description: optional(text),
  parameters: optional(
    list(object<Parameter>({ name: text, in: text, required: optional(flag), description: optional(text) })),
  ),
  requestBody: optional(object<{ content: Readonly<Record<string, Media>> }>({ content: media })),
  responses: map(text, object<Answer>({ description: text, content: optional(media) })),
});

export const readApiDocument = object<ApiDocument>({
  info: object<{ description: string }>({ description: text }),
  paths: map(text, map(text, operation)),
  components: object<{ schemas: Readonly<Record<string, unknown>> }>({ schemas: map(text, anything) }),
});
