import type { AppendAnswer, AppendRequest, LogBroker } from '@tailgate/broker';
import { hashAfter, NOTHING_HASHED, parseRecord } from '@tailgate/protocol';

/** Passes all on to another broker, and throws where a rule of the port is broken that a broker need not notice. */
export function strictBroker(inner: LogBroker): LogBroker {
  const stored = new Map<string, string[]>();
  return {
    append: async (request) => {
      const answer = await inner.append(request);
      if (answer.outcome === 'appended') checkNew(stored, request);
      checkCount(request, answer);
      checkHash(request);
      return answer;
    },
    checkpoints: (channel) => inner.checkpoints(channel),
    bounds: (channel) => inner.bounds(channel),
    purge: (channel) => inner.purge(channel),
    readAfter: (...args) => inner.readAfter(...args),
    readBefore: (...args) => inner.readBefore(...args),
    follow: (...args) => inner.follow(...args),
    channels: (query) => inner.channels(query),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** A checkpoint is never one stored before, but for the last one, whose answer may have been lost. */
function checkNew(stored: Map<string, string[]>, { channel, source, next }: AppendRequest): void {
  const name = `${channel} ${source}`;
  const before = stored.get(name) ?? [];
  if (before.slice(0, -1).includes(next)) throw new Error(`${name} has stored this before: ${next}`);
  if (before.at(-1) !== next) before.push(next);
  stored.set(name, before);
}

function checkCount({ records, payload }: AppendRequest, answer: AppendAnswer): void {
  const lines = payload.toString().split('\n').length - 1;
  if (lines !== records) throw new Error(`${records} records were promised, and ${lines} sent (${answer.outcome})`);
}

function checkHash({ payload, hash }: AppendRequest): void {
  const lines = payload.toString().split('\n').slice(0, -1);
  const crc = lines.reduce((sum, json) => {
    const record = parseRecord(json);
    if (!record) throw new Error(`not a record: ${json}`);
    return hashAfter(sum, record);
  }, NOTHING_HASHED);
  if (hash?.crc !== crc) throw new Error(`the hash of ${lines.length} records is ${crc}, not ${hash?.crc}`);
}
