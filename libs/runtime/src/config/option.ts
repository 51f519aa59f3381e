import * as z from 'zod';
import type { Kind } from './kinds.js';

/** What a person sees of an option. Its flag is its variable's name in lower case, with hyphens: `RETAIN_AGE` is `--retain-age`. */
export interface OptionFace {
  /** The environment variable. */
  readonly env: string;
  /** One or two sentences: what it does. */
  readonly help: string;
  /** What its number counts, where it has no unit of its own. */
  readonly unit?: string;
  /** Its value where it is not set, as a person would write it. */
  readonly default?: string;
  /** Its text may hold a password: it is not repeated where it is wrong. */
  readonly isSecret?: boolean;
  /** In words, what holds where it is not set and has no `default`. */
  readonly otherwise?: string;
}

/** An option as the schema holds it. */
export interface Option extends OptionFace {
  readonly flag: string;
  readonly allowed: string;
  readonly separator?: string;
  readonly isSwitch: boolean;
}

export type RequiredOption<Value> = z.ZodPrefault<z.ZodType<Value, string>>;
export type FreeOption<Value> = z.ZodOptional<z.ZodType<Value, string>>;

const faces = z.registry<Option>();

/**
 * An option of a process: name, flag, default, help, unit and grammar in one place. A process's schema is a `z.object` of these,
 * composed of the groups that it shares with others; its input are the texts as they were written, absent where not set.
 */
export function option<Value>(kind: Kind<Value>, face: OptionFace & { default: string }): RequiredOption<Value>;
export function option<Value>(kind: Kind<Value>, face: OptionFace & { default?: never }): FreeOption<Value>;
export function option<Value>(kind: Kind<Value>, face: OptionFace): RequiredOption<Value> | FreeOption<Value> {
  const schema = face.default === undefined ? z.optional(kind.schema) : z.prefault(kind.schema, face.default);
  const { allowed, separator, isSwitch = false } = kind;
  faces.add(schema, {
    ...face,
    flag: flagOf(face.env),
    allowed,
    isSwitch,
    ...(separator !== undefined && { separator }),
  });
  return schema;
}

/** The options of a schema by their keys, in the order of the schema. Fields that are no options are a mistake: a TypeError. */
export function optionsOf(schema: z.ZodObject): ReadonlyMap<string, Option> {
  return new Map(
    Object.entries(schema.shape).map(([key, field]) => {
      const face = field instanceof z.ZodType ? faces.get(field) : undefined;
      if (face === undefined) throw new TypeError(`the field ${key} of the configuration was not made by option()`);
      return [key, face];
    }),
  );
}

function flagOf(env: string): string {
  return env.toLowerCase().replaceAll('_', '-');
}
