import { parseStored, versioned, type Batch } from '@tailgate/broker';
import { Pace, recordsWithin, type LineFilter } from '@tailgate/history';
import { formatPosition, isNotice, parsePosition, parseRecord, type ChannelName } from '@tailgate/protocol';
import { positionTextSchema } from '@tailgate/protocol/schemas';
import * as z from 'zod';
import type { AlertEvent } from '../webhooks/webhook-queue.js';
import type { AlertRule } from './alert-rule.js';

/** A line in an event has at most this many characters. */
const LINE_CHARS = 500;

const countingSchema = z.object({
  /** The last record that was looked at. */
  cursor: positionTextSchema,
  /** The times of the lines that count, the oldest first; fewer than make an alert. */
  hits: z.array(z.number()),
  /** Lines before this time give no alert: milliseconds since the Unix epoch. */
  pausedUntil: z.number(),
});

/** How far a rule is with a channel. */
export type Counting = z.output<typeof countingSchema>;

export function countingFrom(cursor: string): Counting {
  return { cursor, hits: [], pausedUntil: 0 };
}

export function parseCounting(text: string): Counting {
  return countingSchema.parse(parseStored(text));
}

export function printCounting(counting: Counting): string {
  return JSON.stringify(versioned(counting));
}

/** Looks at what comes after the cursor, and says what that means: the same for the same, whoever looks. */
export async function count(
  rule: AlertRule,
  filter: LineFilter,
  channel: ChannelName,
  before: Counting,
  batches: readonly Batch[],
): Promise<{ readonly counting: Counting; readonly events: readonly AlertEvent[] }> {
  const after = parsePosition(before.cursor);
  if (!after) throw new Error('a cursor is a position');
  const pace = new Pace();
  const events: AlertEvent[] = [];
  let { cursor, hits, pausedUntil } = before;
  for (const batch of batches) {
    for (const { position: at, json } of recordsWithin(batch, { after })) {
      cursor = formatPosition(at);
      const record = parseRecord(json.toString());
      if (record && !isNotice(record) && record.time >= pausedUntil && filter.passes(record)) {
        const { line, time } = record;
        hits = [...hits, time].filter((hit) => hit > time - rule.windowMs);
        if (hits.length >= rule.count) {
          const { name: alert, windowMs } = rule;
          events.push({ alert, channel, position: cursor, count: hits.length, windowMs, time, line: shown(line) });
          hits = [];
          pausedUntil = time + rule.pauseMs;
        }
      }
      if (pace.isOver) await pace.rest();
    }
  }
  return { counting: { cursor, hits, pausedUntil }, events };
}

function shown(line: string): string {
  return line.length > LINE_CHARS ? `${line.slice(0, LINE_CHARS).toWellFormed()}…` : line;
}
