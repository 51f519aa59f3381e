import type { Batch, LogBroker } from '@tailgate/broker';
import type { ChannelName, Position } from '@tailgate/protocol';
import { walkBackward, walkForward } from '@tailgate/history';
import { Pace } from '@tailgate/history';
import { isWanted, type Selection } from '@tailgate/history';
import { recordsWithin, type Range, type StoredRecord } from '@tailgate/history';

export interface PageRequest {
  readonly range: Range;
  readonly selection: Selection;
  /** From which end of the range records are looked at. */
  readonly direction: 'forward' | 'backward';
  /** How many records, 1 or more. */
  readonly limit: number;
}

/** Records of a channel, oldest first. */
export interface RecordPage {
  readonly records: readonly StoredRecord[];
  /** The positions of the oldest and the newest record that was looked at, wanted or not; `null` where none was. */
  readonly first: Position | null;
  readonly last: Position | null;
  /** There are records further on in the page's direction that were not looked at. */
  readonly more: boolean;
}

/** A page ends with the record that reaches one of these, whatever its limit: bytes of its records, bytes looked at, milliseconds. */
const MOST_BYTES = 4 * 1024 * 1024;
const MOST_LOOKED_AT = 16 * 1024 * 1024;
const MOST_MS = 1_000;

/** Reads one page. Rejects as the broker does. */
export async function readPage(broker: LogBroker, channel: ChannelName, request: PageRequest): Promise<RecordPage> {
  const { range, selection, direction, limit } = request;
  const isAll = Object.keys(selection).length === 0;
  // One more than is asked for tells whether there is more.
  const limits = { records: isAll ? limit + 1 : 10_000, bytes: 1024 * 1024 };
  const walk = direction === 'forward' ? walkForward : walkBackward;
  const building = new PageBuilder(request);
  for await (const batch of walk(broker, channel, range, limits)) {
    if (isPast(batch, request)) break;
    if (!(await building.add(batch))) return building.page(true);
  }
  return building.page(false);
}

/** Whether nothing further back can be wanted: what was appended before `since` is of before, too. */
function isPast({ time }: Batch, { direction, selection: { since } }: PageRequest): boolean {
  return direction === 'backward' && since !== undefined && time < since;
}

class PageBuilder {
  readonly #request: PageRequest;
  readonly #pace = new Pace();
  readonly #deadline = performance.now() + MOST_MS;
  readonly #taken: StoredRecord[] = [];
  #bytes = 0;
  #lookedAt = 0;
  #oldest: Position | null = null;
  #newest: Position | null = null;

  constructor(request: PageRequest) {
    this.#request = request;
  }

  /** Looks at the batch's records; false where the page was full before the last of them. */
  async add(batch: Batch): Promise<boolean> {
    const { range, direction } = this.#request;
    const records = recordsWithin(batch, range);
    for (const record of direction === 'forward' ? records : records.reverse()) {
      if (this.#isFull()) return false;
      this.#look(record);
      if (this.#pace.isOver) await this.#pace.rest();
    }
    return true;
  }

  page(more: boolean): RecordPage {
    const isForward = this.#request.direction === 'forward';
    const records = isForward ? this.#taken : this.#taken.toReversed();
    return { records, first: this.#oldest, last: this.#newest, more };
  }

  #look(record: StoredRecord): void {
    const { direction, selection } = this.#request;
    const { position: at, json } = record;
    if (direction === 'forward') [this.#oldest, this.#newest] = [this.#oldest ?? at, at];
    else [this.#oldest, this.#newest] = [at, this.#newest ?? at];
    this.#lookedAt += json.length;
    if (!isWanted(json, selection)) return;
    this.#taken.push(record);
    this.#bytes += json.length;
  }

  #isFull(): boolean {
    const isLong = this.#bytes >= MOST_BYTES || this.#lookedAt >= MOST_LOOKED_AT;
    return this.#taken.length >= this.#request.limit || isLong || performance.now() >= this.#deadline;
  }
}
