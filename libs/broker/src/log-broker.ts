import type { ChannelName, HashedText, Position } from '@tailgate/protocol';
import type { Batch } from './batch.js';

/**
 * Numbered, bounded logs of batches, one a channel, with a checkpoint beside each log for every source that appends to it.
 *
 * **Numbering.** A record's position is `<epoch>-<seq>`. Within an epoch `seq` begins at 1 and grows by exactly 1; epochs only grow.
 * No position ever names two records.
 *
 * **Atomicity.** An append compares the source's checkpoint, numbers and stores the batch, moves the checkpoint and hands the batch
 * to the followers, all or nothing. Appends to one channel happen one after the other, in the order in which their followers see them.
 *
 * **Delivery.** What was appended is read back by `readAfter` and `readBefore` until retention takes it, whole batches at a time, the
 * oldest first. `follow` is at most once: it may miss batches without a sign, and whoever needs all of them compares the numbers.
 *
 * **Bounds.** History is cut by lines, bytes and age (`Retention`), in whole batches and from the old end only. By lines it is never
 * cut below the promised number; bytes and age win over lines, and may leave nothing. Checkpoints are never cut.
 *
 * **Epochs.** The first append to a channel opens its first epoch. A later one opens another where the broker has less than the
 * caller has `seen`: it may have forgotten records, whose numbers must not be given twice. The old epoch is closed at the last
 * record that is known of it, and the new one is `max(now in ms, last epoch + 1, seen epoch + 1)`. A position of an old epoch is
 * never more than what the broker has, whatever its seq: its number can't be given again.
 *
 * **Putting back.** Who still has the batches that a broker has forgotten may append them once more under the positions that they
 * had (`AppendRequest.again`), as long as each is exactly what continues the head in its own epoch. The head then stands where it
 * was known to stand before, and nobody who read those records can tell. What may have been given after them nobody can know: who
 * else appended may be forgotten with all it did, its first append too, and even another process that went on with this very
 * source. So no new record ever gets a number in an epoch with records put back: the next append that is no putting back closes it
 * at the head, as above, and opens another.
 *
 * **Once.** Records that were sent, not read from a file, have no source that goes on: an append with `keepFor` is a source of its own,
 * whose checkpoint is forgotten after that time. What may be tried again meanwhile is appended once all the same.
 *
 * Every method rejects with a `BrokerError`. The contract suite (`@tailgate/broker/contract`) is this comment as tests.
 */
export interface LogBroker extends AsyncDisposable {
  /**
   * Appends if the source's stored checkpoint is `expected`, byte for byte, and the batch has its place where it is put back; answers
   * a conflict otherwise, and changes nothing.
   * Where `next` is stored already, an earlier try of this very append has succeeded and its answer was lost: answers as it did,
   * whatever `expected` and `seen` say. Rejects with `invalid` what breaks the rules of `AppendRequest`, and changes nothing.
   */
  append(request: AppendRequest): Promise<AppendAnswer>;

  /** The checkpoints of a channel's sources, by source, without those of appends with `keepFor`; empty for an unknown channel. */
  checkpoints(channel: ChannelName): Promise<ReadonlyMap<string, StoredCheckpoint>>;

  /** What the channel holds, or `undefined` for an unknown channel. */
  bounds(channel: ChannelName): Promise<Bounds | undefined>;

  /**
   * The batches that hold the records after `position`, oldest first, across epochs in their order. The first one may begin at or
   * before `position`, which may be in the middle of a batch. Empty where there are none, or the channel is unknown.
   */
  readAfter(channel: ChannelName, position: Position, limits: ReadLimits): Promise<readonly Batch[]>;

  /**
   * The batches that hold the newest records before `position`, oldest first. The last one may go on at or after `position`, which
   * may be in the middle of a batch. Empty where there are none, or the channel is unknown.
   */
  readBefore(channel: ChannelName, position: Position, limits: ReadLimits): Promise<readonly Batch[]>;

  /**
   * Lets go of all the records that the channel has, at once; its numbers and checkpoints stay, and so the next record has the next
   * number. Answers the head, up to which they are gone, or `undefined` for an unknown channel. Followers are not called: whoever
   * holds batches compares `Bounds.purged`. With `idleSince` (milliseconds since the Unix epoch, by the broker's clock) this is done only
   * where nothing was appended after that, and `undefined` is answered otherwise.
   */
  purge(channel: ChannelName, idleSince?: number): Promise<Position | undefined>;

  /**
   * Calls `onBatch` for each batch appended from now on, in order, until the answer is disposed of. The channel need not exist yet.
   * An append without records is no batch. What `onBatch` throws harms no other follower and no append; it may itself append, which
   * hands out that batch after the one at hand.
   */
  follow(channel: ChannelName, onBatch: (batch: Batch) => void): Promise<AsyncDisposable>;

  /**
   * A page of the known channels. A broker of several processes may list a channel, and move it in the order `recent`, some seconds
   * late. Rejects with `invalid` where the limit is out of bounds, or no page of such a query can have ended with the cursor.
   */
  channels(query: ChannelQuery): Promise<ChannelPage>;
}

export interface AppendRequest {
  readonly channel: ChannelName;
  /** Names the source within the channel: well-formed, 1 to `MAX_SOURCE_BYTES` bytes of UTF-8. */
  readonly source: string;
  /** The checkpoint that the caller believes to be stored; `undefined` where it believes that there is none. */
  readonly expected: string | undefined;
  /** The checkpoint to store: opaque, well-formed, other than `expected`, at most `MAX_CHECKPOINT_BYTES`; never one stored before. */
  readonly next: string;
  /** How many records `payload` has; with 0 the append only moves the checkpoint (and makes the channel known). */
  readonly records: number;
  /**
   * As `Batch.payload`: empty with 0 records, else ending with a newline, and at most `MAX_BATCH_BYTES` (with `keepFor`
   * `MAX_ONCE_BYTES`) unless it is one record.
   * Beyond that it isn't parsed, nor its records counted: at least 2 bytes each is all that is asked. Once the append was answered its
   * memory is the caller's again. Where it was rejected it never is: the payload may still be on its way.
   */
  readonly payload: Buffer;
  /**
   * The hash of what the records say, which the broker joins to the channel's. Without it the channel has no hash at this batch, and
   * behind it one that begins anew.
   */
  readonly hash?: HashedText;
  /** The highest position of this channel that the caller has met. */
  readonly seen?: Position;
  /**
   * Puts back a batch that the broker has forgotten: this very append, byte for byte, was answered with this position before. Done
   * only where the head is the position just before the batch, in the same epoch (with 0 records: where it is this one), and a
   * conflict otherwise, also for a channel that is not known. `seen` counts for nothing beside it. Its `seq` is at least `records`.
   */
  readonly again?: Position;
  /**
   * The source appends this once: its checkpoint is kept for this many milliseconds at least (a whole number from 1), and then
   * forgotten. It has nothing to do with another source of that name. `expected` and `again` must be absent.
   */
  readonly keepFor?: number;
}

export type AppendAnswer =
  /** `last` is the position of the batch's last record, or the head where the append had no records. */
  | { readonly outcome: 'appended'; readonly last: Position }
  /** `stored` is absent where the source has no checkpoint. It may be `expected` where a batch can't be put back. */
  | { readonly outcome: 'conflict'; readonly stored?: StoredCheckpoint };

export interface StoredCheckpoint {
  readonly checkpoint: string;
  /** What the append that stored it answered. */
  readonly last: Position;
}

export interface Bounds {
  /** The oldest record left; `null` where none is. */
  readonly first: Position | null;
  /** The head: the newest record's position, kept when the record itself is trimmed; `E-0` where epoch E has none yet. */
  readonly last: Position;
  /** How many records are left. */
  readonly records: number;
  /** The head as of the last `purge`: no record up to here is left. Absent where there was none. */
  readonly purged?: Position;
  /** The channel's latest epochs (64 at least), oldest first. */
  readonly epochs: readonly EpochSpan[];
  /**
   * When the newest batch was appended, and before the first one, when the channel became known: milliseconds since the Unix epoch,
   * by the broker's clock.
   */
  readonly updated: number;
}

export interface EpochSpan {
  readonly epoch: number;
  /** The seq of the epoch's last record, once a later epoch was opened; absent for the open one. */
  readonly closed?: number;
}

/** Reading stops after the batch that reaches a limit: at least one batch is answered where there is one. Both are 1 or more. */
export interface ReadLimits {
  /** Counts the records on the asked side of the position; the others that come with a batch are for nothing. */
  readonly records: number;
  /** Counts the payloads. */
  readonly bytes: number;
}

export interface ChannelQuery {
  readonly kind?: string;
  /** What the part after the slash begins with. */
  readonly prefix?: string;
  /** Only channels for which it is true: the others are as if they were not there, also in `next`. Default: all. */
  readonly where?: (channel: ChannelName) => boolean;
  /**
   * `name`: by the bytes of the whole name; pages are stable. `recent`: the last appended to first; what is appended to between two
   * pages moves to the front, and so past the second.
   */
  readonly order: 'name' | 'recent';
  /** 1 to 1,000. */
  readonly limit: number;
  /** The `next` of the page before, with the same query. */
  readonly cursor?: string;
}

export interface ChannelPage {
  readonly channels: readonly ChannelSummary[];
  /** Absent on the last page. */
  readonly next?: string;
}

export interface ChannelSummary extends Omit<Bounds, 'epochs' | 'purged'> {
  readonly channel: ChannelName;
}
