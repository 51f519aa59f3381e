import { createHash, randomUUID } from 'node:crypto';
import type { LogBroker } from '@tailgate/broker';
import { formatPosition, position, type ChannelName, type PositionText } from '@tailgate/protocol';
import { ProblemError } from '../http/problem-error.js';
import { readPostedBody, type PostedType } from './posted-body.js';

/** PROTOCOL, "REST": how long the same key means the same append. 24 h. */
const KEY_KEPT_MS = 24 * 60 * 60 * 1000;

/** Without a key nobody tries again but the client of the broker itself, whose answer was lost. */
const UNKEYED_KEPT_MS = 60_000;

export interface Post {
  readonly channel: ChannelName;
  /** Who sends it: a key is the caller's own. */
  readonly who: string;
  readonly key: string | undefined;
  readonly type: PostedType;
  readonly body: Buffer;
}

/** Where the records of a body stand. */
export interface Appended {
  readonly first: PositionText;
  readonly last: PositionText;
  readonly count: number;
}

/**
 * Appends the body's records as one batch. What is sent again with its key is answered as it was, and appended once: the key names a
 * source that appends once, whose checkpoint is the body. Rejects with `idempotency_conflict` where the key came with another body,
 * as `readPostedBody` does, and as the broker does.
 */
export async function appendPost(broker: LogBroker, { channel, who, key, type, body }: Post): Promise<Appended> {
  const { records, payload, hash } = await readPostedBody(type, body, Date.now());
  const answer = await broker.append({
    channel,
    source: key === undefined ? randomUUID() : hashOf(who, key),
    expected: undefined,
    next: hashOf(type, body),
    records,
    payload,
    hash,
    keepFor: key === undefined ? UNKEYED_KEPT_MS : KEY_KEPT_MS,
  });
  if (answer.outcome === 'conflict') {
    throw new ProblemError('idempotency_conflict', 'The same key came with another body within the last 24 hours.');
  }
  const { epoch, seq } = answer.last;
  return {
    first: formatPosition(position(epoch, seq - records + 1)),
    last: formatPosition(answer.last),
    count: records,
  };
}

/** Of two texts, of which the first has no NUL. */
function hashOf(name: string, content: string | Buffer): string {
  return createHash('sha256').update(`${name}\0`).update(content).digest('hex');
}
