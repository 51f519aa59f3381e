import type { ErrorCode } from './errors.js';
import { Fault, type Reader } from './fault.js';
import { isObject, readJson } from './readers.js';

/** A frame, or why it is none: `message` says what was wrong and what is allowed, `code` is what to answer with. */
export type FrameResult<Frame> =
  | { readonly ok: true; readonly frame: Frame }
  | { readonly ok: false; readonly code: ErrorCode; readonly message: string };

/** A reader for each type of frame. */
export type FrameReaders<Frame extends { readonly type: string }> = {
  readonly [Type in Frame['type']]: Reader<Extract<Frame, { readonly type: Type }>>;
};

/** Reads one text frame as what its `type` says. */
export function parseFrame<Frame extends { readonly type: string }>(
  json: string,
  readers: FrameReaders<Frame>,
): FrameResult<Frame> {
  const frame = readJson<Frame>(json, (value) => readTyped(value, readers));
  return frame instanceof Fault
    ? { ok: false, code: frame.code ?? 'bad_frame', message: frame.describe('a frame') }
    : { ok: true, frame };
}

function readTyped<Frame extends { readonly type: string }>(
  value: unknown,
  readers: FrameReaders<Frame>,
): Frame | Fault {
  if (!isObject(value)) return new Fault('a JSON object', value);
  const type = value['type'];
  if (!isKey(type, readers)) return new Fault(`one of ${Object.keys(readers).join(', ')}`, type).under('type');
  return readers[type](value);
}

function isKey<T extends object>(key: unknown, table: T): key is keyof T {
  return typeof key === 'string' && Object.hasOwn(table, key);
}
