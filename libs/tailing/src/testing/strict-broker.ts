import type { AppendAnswer, AppendRequest, LogBroker } from '@tailgate/broker';

/** Passes all on to another broker, and throws where a rule of the port is broken that a broker need not notice. */
export function strictBroker(inner: LogBroker): LogBroker {
  const stored = new Map<string, string[]>();
  return {
    append: async (request) => {
      const answer = await inner.append(request);
      if (answer.outcome === 'appended') checkNew(stored, request);
      checkCount(request, answer);
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
