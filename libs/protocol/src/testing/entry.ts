import type { z } from 'zod';
import * as light from '../index.js';
import * as schemas from '../schemas.js';

/** One of the package's entries, as the tests see both: texts in, values out, `undefined` for what is refused. */
export interface Entry {
  readonly channel: Parse;
  readonly selector: Parse;
  readonly position: Parse;
  readonly record: Parse;
  readonly clientFrame: Parse;
  readonly serverFrame: Parse;
  readonly problem: Parse;
  readonly event: (name: string, data: string) => unknown;
}

type Parse = (text: string) => unknown;

export const lightEntry: Entry = {
  channel: light.parseChannel,
  selector: light.parseSelector,
  position: (text) => (light.parsePosition(text) === undefined ? undefined : text),
  record: light.parseRecord,
  clientFrame: (text) => frameOf(light.parseClientFrame(text)),
  serverFrame: light.parseServerFrame,
  problem: light.parseProblem,
  event: light.parseStreamEvent,
};

export const schemasEntry: Entry = {
  channel: (text) => schemas.channelNameSchema.safeParse(text).data,
  selector: (text) => schemas.channelSelectorSchema.safeParse(text).data,
  position: (text) => schemas.positionTextSchema.safeParse(text).data,
  record: json(schemas.recordSchema),
  clientFrame: json(schemas.clientFrameSchema),
  serverFrame: json(schemas.serverFrameSchema),
  problem: json(schemas.problemSchema),
  event: (name, text) => fromJson(text, (data) => schemas.streamEventSchema.safeParse({ event: name, data }).data),
};

export const ENTRIES = { light: lightEntry, schemas: schemasEntry };

function json(schema: z.ZodType): Parse {
  return (text) => fromJson(text, (value) => schema.safeParse(value).data);
}

function fromJson(text: string, read: (value: unknown) => unknown): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return read(value);
}

function frameOf<Frame>(result: light.FrameResult<Frame>): Frame | undefined {
  return result.ok ? result.frame : undefined;
}
