import { createHash } from 'node:crypto';
import { NAME_PATTERN, parseChannel, type ChannelName } from '@tailgate/protocol';

const HASH_DIGITS = 10;
const MAX_NAME = 128;

/** What escaped names end in. A name of the grammar that looks so is escaped too, or it would share a channel with another one. */
const ESCAPED = new RegExp(`_[0-9a-f]{${HASH_DIGITS}}$`);

/**
 * The channel `kind/name`. A name outside the grammar keeps what it can of itself and ends in `_` and a hash of the true one, so
 * that two names which look alike when cut do not share a channel: `web 1.log` is `web-1.log_9974f9b68b`.
 */
export function channelFor(kind: string, name: string): ChannelName {
  const plain = NAME_PATTERN.test(name) && !ESCAPED.test(name);
  const channel = parseChannel(`${kind}/${plain ? name : escaped(name)}`);
  if (channel === undefined) throw new RangeError(`"${kind}" is not the kind of a channel`);
  return channel;
}

function escaped(name: string): string {
  const hash = createHash('sha256').update(name).digest('hex').slice(0, HASH_DIGITS);
  const kept = name
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, MAX_NAME - HASH_DIGITS - 1);
  return `${kept === '' ? 'x' : kept}_${hash}`;
}
