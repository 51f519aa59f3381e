import type { Batch } from '@tailgate/broker';
import { position } from '@tailgate/protocol';

/** Records `first` to `last` of an epoch, each with `bytes` bytes of payload, its newline included. */
export function batchOf(epoch: number, first: number, last: number, bytes = 10): Batch {
  const record = `${'x'.repeat(bytes - 1)}\n`;
  return {
    first: position(epoch, first),
    last: position(epoch, last),
    time: last,
    payload: Buffer.from(record.repeat(last - first + 1)),
  };
}
