import type { ChannelName, ChannelRecord, Placed, PositionText } from '@tailgate/protocol';
import { Fault, flag, list, nullable, object, positionText, readPlacedRecord } from '@tailgate/protocol/readers';
import { Complaint } from '../shell/shell.js';

/** Asks the gateway: the JSON at a path. */
export type Ask = (path: string) => Promise<unknown>;

/** A record of the history, and where it stands. */
export interface HistoryRecord {
  readonly position: PositionText;
  readonly record: ChannelRecord;
}

interface RecordPage {
  readonly records: readonly (ChannelRecord & Placed)[];
  readonly last: PositionText | null;
  readonly more: boolean;
}

const readPage = object<RecordPage>({
  records: list(readPlacedRecord),
  last: nullable(positionText),
  more: flag,
});

const readChannel = object<{ readonly last: PositionText | null }>({ last: nullable(positionText) });

/** Of a page. */
const MOST_RECORDS = 10_000;

/** All records that a channel has, oldest first, up to its head as of now. Complains as the gateway does. */
export async function* channelHistory(ask: Ask, channel: ChannelName): AsyncGenerator<HistoryRecord> {
  const { last: head } = parsed(await ask(`api/channels/${channel}`), readChannel);
  let after: PositionText = '0-0';
  for (;;) {
    const page = parsed(await ask(`api/channels/${channel}/records?after=${after}&limit=${MOST_RECORDS}`), readPage);
    for (const { id, ...record } of page.records) {
      if (id === undefined) continue;
      yield { position: id, record };
      if (id === head) return;
    }
    if (!page.more || page.last === null) return;
    after = page.last;
  }
}

function parsed<T>(answer: unknown, read: (value: unknown) => T | Fault): T {
  const result = read(answer);
  if (result instanceof Fault) throw new Complaint(`the gateway answers something else than asked: ${result.allowed}`);
  return result;
}
