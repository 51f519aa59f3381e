import { Fault, type Reader } from './fault.js';
import { isObject, readJson } from './readers.js';

/** A reader for each type of frame. */
export type FrameReaders<Frame extends { readonly type: string }> = {
  readonly [Type in Frame['type']]: Reader<Extract<Frame, { readonly type: Type }>>;
};

/** Reads one text frame as what its `type` says. */
export function readFrame<Frame extends { readonly type: string }>(
  json: string,
  readers: FrameReaders<Frame>,
): Frame | Fault {
  return readJson<Frame>(json, (value) => readTyped(value, readers));
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
