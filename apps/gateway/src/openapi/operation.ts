import { Reflector } from '@nestjs/core';
import type { ErrorCode } from '@tailgate/protocol';
import type * as z from 'zod';

/** The body of a request or of an answer, by its media type. `text`: characters, of which no schema says more. */
export type Content = Readonly<Record<string, z.ZodType | 'text'>>;

/** What a handler does, for those who call it. Its method and its path are the handler's own. */
export interface Operation {
  /** A few words. */
  readonly summary: string;
  /** Sentences, in Markdown. */
  readonly description?: string;
  /** The parameters of the query: an object of texts, each with a description that goes on from "must be". */
  readonly query?: z.ZodObject;
  /** The headers that it reads, likewise. */
  readonly headers?: z.ZodObject;
  readonly body?: Content;
  /** The body may be left out. */
  readonly isBodyOptional?: boolean;
  /** The good answer. */
  readonly answer: { readonly status: number; readonly description: string; readonly content?: Content };
  /** The errors beside those that any request may be answered with. */
  readonly errors: readonly ErrorCode[];
}

/** Every handler of an API says what it does by `@Described(…)`; the OpenAPI document is made of it. */
export const Described = Reflector.createDecorator<Operation>();
