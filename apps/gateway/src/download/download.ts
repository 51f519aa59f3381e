import type { LogBroker } from '@tailgate/broker';
import type { ChannelName } from '@tailgate/protocol';
import { walkForward } from '@tailgate/history';
import { Pace } from '@tailgate/history';
import type { HistoryQuery } from '../records/record-query.js';
import { isWanted } from '@tailgate/history';
import { recordsWithin } from '@tailgate/history';
import type { FileFormat } from '@tailgate/history';

/** Chunks are about this long, or as long as a batch. 64 KiB. */
const CHUNK_CHARS = 64 * 1024;

/**
 * The file, in chunks, each of which is read and made when it is asked for: nothing more is read for a client that has stopped reading,
 * or left. Throws as the broker does.
 */
export async function* download(
  broker: LogBroker,
  channel: ChannelName,
  { range, selection }: HistoryQuery,
  format: FileFormat,
): AsyncGenerator<Buffer, void> {
  const pace = new Pace();
  let text = '';
  for await (const batch of walkForward(broker, channel, range)) {
    for (const record of recordsWithin(batch, range)) {
      if (isWanted(record.json, selection)) text += format.write(record);
      if (text.length >= CHUNK_CHARS) {
        yield Buffer.from(text);
        text = '';
      }
      if (pace.isOver) await pace.rest();
    }
  }
  text += format.end();
  if (text !== '') yield Buffer.from(text);
}
