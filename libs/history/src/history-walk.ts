import { comparePositions, type Batch, type LogBroker, type ReadLimits } from '@tailgate/broker';
import { BEGINNING, position, type ChannelName } from '@tailgate/protocol';
import type { Range } from './stored-record.js';

/** What one answer of the broker may have. */
const READ: ReadLimits = { records: 10_000, bytes: 1024 * 1024 };

/** After every record of every channel. */
const END = position(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);

/**
 * The batches that have records within the range, oldest first, read as they are asked for. They may have others too. What is trimmed
 * or purged on the way is left out. Throws as the broker does.
 */
export async function* walkForward(
  broker: Pick<LogBroker, 'readAfter'>,
  channel: ChannelName,
  { after = BEGINNING, before = END }: Range,
  limits: ReadLimits = READ,
): AsyncGenerator<Batch, void> {
  let cursor = after;
  while (true) {
    const batches = await broker.readAfter(channel, cursor, limits);
    for (const batch of batches) {
      if (comparePositions(batch.first, before) >= 0) return;
      yield batch;
      cursor = batch.last;
    }
    if (batches.length === 0) return;
  }
}

/** The same, newest first. */
export async function* walkBackward(
  broker: Pick<LogBroker, 'readBefore'>,
  channel: ChannelName,
  { after = BEGINNING, before = END }: Range,
  limits: ReadLimits = READ,
): AsyncGenerator<Batch, void> {
  let cursor = before;
  while (true) {
    const batches = await broker.readBefore(channel, cursor, limits);
    for (const batch of batches.toReversed()) {
      if (comparePositions(batch.last, after) <= 0) return;
      yield batch;
      cursor = batch.first;
    }
    if (batches.length === 0) return;
  }
}
