import { formatPosition, parsePosition, position, type Position } from '@tailgate/protocol';
import type { Batch } from '../batch.js';
import { BrokerError } from '../broker-error.js';
import type { Bounds, EpochSpan, StoredCheckpoint } from '../log-broker.js';
import { ownBytes } from '../own-bytes.js';
import { newerFormat as newerThan } from '../stored-json.js';

// What the scripts answer and publish, as the port's types. What is not as the scripts write it was written by something else.

const FORMAT = '1';

/** A list of texts. */
export function textsOf(reply: unknown): string[] {
  if (!Array.isArray(reply)) throw unreadable(reply);
  return reply.map((item: unknown) => (item instanceof Buffer ? item.toString('latin1') : String(item)));
}

export function positionOf(text: string | undefined): Position {
  const parsed = text === undefined ? undefined : parsePosition(text);
  if (!parsed) throw unreadable(text);
  return parsed;
}

/** What `bounds-2.lua` answers. */
export function boundsOf([outcome, ...answer]: readonly string[]): Bounds | undefined {
  if (outcome === 'absent') return undefined;
  if (outcome !== 'known') throw newerFormat(answer[0]);
  const [head, epochs = '', records, updated, purged, oldest, oldestRecords] = answer;
  const last = oldest === undefined ? undefined : positionOf(oldest);
  return {
    first: last ? firstOf(last, integerOf(oldestRecords)) : null,
    last: positionOf(head),
    records: integerOf(records),
    ...(purged !== '' && { purged: positionOf(purged) }),
    epochs: epochs.split(' ').map(spanOf),
    updated: integerOf(updated),
  };
}

/** What `purge-2.lua` answers. */
export function purgedOf([outcome, answer]: readonly string[]): Position | undefined {
  if (outcome === 'absent') return undefined;
  if (outcome !== 'purged') throw newerFormat(answer);
  return positionOf(answer);
}

function spanOf(text: string): EpochSpan {
  const [epoch, closed] = text.split(':');
  return { epoch: integerOf(epoch), ...(closed !== undefined && { closed: integerOf(closed) }) };
}

const CHECKPOINT_FIELD = 'c:';

/** The checkpoints in the fields of meta. */
export function checkpointsOf(meta: Readonly<Record<string, string>>): ReadonlyMap<string, StoredCheckpoint> {
  const fields = Object.entries(meta);
  if (fields.length > 0 && meta['v'] !== FORMAT) throw newerFormat(meta['v']);
  const checkpoints = fields.filter(([field]) => field.startsWith(CHECKPOINT_FIELD));
  return new Map(checkpoints.map(([field, text]) => [field.slice(CHECKPOINT_FIELD.length), checkpointOf(text)]));
}

function checkpointOf(text: string): StoredCheckpoint {
  const space = text.indexOf(' ');
  return { checkpoint: text.slice(space + 1), last: positionOf(text.slice(0, space)) };
}

/** An item of `read-2.lua`'s answer. */
export function batchOf(item: unknown): Batch {
  if (!Array.isArray(item)) throw unreadable(item);
  const payload: unknown = item.at(4);
  const [id, format, records, time] = textsOf(item.slice(0, 4));
  const [hash] = textsOf(item.slice(5));
  if (format !== FORMAT) throw newerFormat(format);
  if (!(payload instanceof Buffer)) throw unreadable(payload);
  const last = positionOf(id);
  const first = firstOf(last, integerOf(records));
  return { first, last, time: integerOf(time), payload: ownBytes(payload), ...hashOf(hash) };
}

/** A live message: `<format> <epoch> <first> <last> <ms>[ <hash>]\n<payload>`. */
export function liveBatchOf(message: Buffer): Batch {
  const end = message.indexOf('\n');
  const [format, epoch, from, to, time, hash] = message.toString('latin1', 0, Math.max(0, end)).split(' ');
  if (format !== FORMAT) throw newerFormat(format);
  const last = positionOf(`${epoch}-${to}`);
  return {
    first: firstOf(last, last.seq - integerOf(from) + 1),
    last,
    time: integerOf(time),
    payload: ownBytes(message.subarray(end + 1)),
    ...hashOf(hash),
  };
}

/** The first of so many records, of which `last` is the last one. */
function firstOf(last: Position, records: number): Position {
  if (records < 1 || records > last.seq) throw unreadable(`${formatPosition(last)} as the last of ${records} records`);
  return position(last.epoch, last.seq - records + 1);
}

function hashOf(hash: string | undefined): Pick<Batch, 'hash'> {
  return hash ? { hash } : {};
}

export function integerOf(text: string | undefined): number {
  const number = text === undefined || text === '' ? NaN : Number(text);
  if (!Number.isSafeInteger(number)) throw unreadable(text);
  return number;
}

export function newerFormat(format: string | undefined): BrokerError {
  return newerThan(JSON.stringify(format ?? null), FORMAT);
}

export function unreadable(what: unknown): BrokerError {
  const shown = (what instanceof Buffer ? what.toString('latin1') : JSON.stringify([what])).slice(0, 80);
  return new BrokerError('unavailable', `Redis has answered something that no tailgate has stored: ${shown}`);
}
