import { BrokerError, type LogBroker, type SourceSign } from '@tailgate/broker';
import type { NoticeKind } from '@tailgate/protocol';
import { untilAborted } from '../abort.js';
import { Appender } from '../append/appender.js';
import { BatchBuilder } from '../batch/batch-builder.js';
import { parseCheckpoint, printCheckpoint } from '../checkpoint.js';
import type { FileKey } from '../identify/fingerprint.js';
import { PathTrouble } from '../identify/path-file.js';
import { pathBeforeRotation } from '../identify/rotation-order.js';
import type { SourceName, TailingObserver } from '../observer.js';
import type { Troubles } from '../troubles.js';
import type { Claims } from './claims.js';
import type { FileOptions } from './followed-file.js';
import { Lineage } from './lineage.js';
import { LOCAL_POLL_MAX_MS, pollInterval } from './poll-interval.js';
import type { ReadBuffer } from './read-buffer.js';
import { Reading } from './reading.js';
import type { StoredCheckpoints } from './stored-checkpoints.js';

export interface SourceOptions extends FileOptions {
  /** An unfinished line goes out as partial after so long without a change. */
  readonly partialAfterMs: number;
  /** A file that left the path is given up after so long without a change. */
  readonly rotatedCloseMs: number;
}

/** What the sources of one tailing share. */
export interface SourceContext {
  readonly broker: LogBroker;
  readonly claims: Claims;
  readonly stored: StoredCheckpoints;
  readonly observer: TailingObserver;
  readonly troubles: Troubles;
  /** Milliseconds that only grow. */
  readonly clock: () => number;
  /** What time it is, for the records: milliseconds since the Unix epoch. */
  readonly wallClock: () => number;
  /** Ends the tries to append. */
  readonly signal: AbortSignal;
}

/** When a source may have its next turn. */
export interface NextTurn {
  /** Not before this resolves. Never rejects. Then at once if `wantsTurn`, or if something was heard of it in between. */
  readonly ready: Promise<void>;
  /** Else at this time: milliseconds of the tailing's clock. */
  readonly at: number;
}

/** While there is more to read, the path is looked at this often. */
const BUSY_LOOK_MS = 250;

/** A file that another source lets go of is to be taken up so soon. */
const TAKEN_LOOK_MS = 1_000;

/** A path in trouble is looked at again after so long. */
const TROUBLE_MS = 2_000;

/** Late lines of a file that left its path are looked for this often. */
const ROTATED_LOOK_MS = 1_000;

/**
 * One followed path. A turn looks at the path, takes one read from the oldest file that has something, and hands the batch to the
 * appender with the checkpoint that follows from it. Turns of one source never overlap.
 */
export class Source {
  readonly #lineage: Lineage;
  readonly #reading: Reading;
  readonly #appender: Appender;
  #restored = false;
  #isRotated = false;
  #lookedAt = -Infinity;
  /** There is more to read. */
  #busy = false;
  /** The last turn read something, so there may be more by now. */
  #progressed = false;
  #reachedEnd = false;
  #looked = false;
  /** The longest time between two looks at the path: short where the file system gives no events. */
  pollMaxMs = LOCAL_POLL_MAX_MS;
  /** When the path had a file for the last time. */
  presentAt: number;

  constructor(
    readonly name: SourceName,
    private readonly options: SourceOptions,
    private readonly context: SourceContext,
  ) {
    const { broker, claims, observer, clock, signal } = context;
    this.#lineage = new Lineage(name, options, claims, observer);
    this.#reading = new Reading(name, this.#lineage, observer, options.rotatedCloseMs);
    this.#appender = new Appender(broker, name, observer, signal, clock);
    this.presentAt = clock();
  }

  /** What viewers are told of it; `undefined` where another source follows the same file. */
  get sign(): SourceSign | undefined {
    if (this.#isElsewhere) return undefined;
    const { channel, path: source } = this.name;
    const absent = this.#looked && this.#lineage.current === undefined;
    const state = absent ? 'waiting' : this.#reachedEnd ? 'following' : 'reading';
    return { channel, source, state, lagBytes: this.lagBytes };
  }

  /** The file at the path, as of the last look. */
  get currentFile(): FileKey | undefined {
    return this.#lineage.current?.key;
  }

  /** Whether another source follows the file at the path. */
  get #isElsewhere(): boolean {
    return this.#isRotated || this.#lineage.taken;
  }

  /** Bytes that are in its files and not known to be stored. */
  get lagBytes(): number {
    return this.#lineage.files.reduce((sum, file) => sum + file.lag, this.#appender.bytesInFlight);
  }

  /** Since when the broker owes an answer to it: milliseconds of the tailing's clock. */
  get askedAt(): number | undefined {
    return this.#appender.askedAt;
  }

  /** Finds out how much its files have grown, while it has no turn in which to look. */
  async measure(): Promise<void> {
    await Promise.all(this.#lineage.files.map((file) => file.measure()));
  }

  /** Whether the next turn should follow at once. */
  get wantsTurn(): boolean {
    return this.#busy || this.#progressed || this.#appender.conflict !== undefined;
  }

  get openFiles(): number {
    return this.#lineage.files.filter((file) => file.isOpen).length;
  }

  /** Gives back the descriptors of files that were read to their end and can be found again. Not during a turn. */
  async closeIdleFiles(): Promise<void> {
    const idle = this.#lineage.files.filter((file) => file.atPath && file.lag === 0 && file.longRun === undefined);
    await Promise.all(idle.map((file) => file.close()));
  }

  /** Whether the path has been without a file for so long that nothing is left to do. */
  isGone(afterMs: number): boolean {
    return (
      this.#looked &&
      this.openFiles === 0 &&
      this.#lineage.current === undefined &&
      this.context.clock() - this.presentAt >= afterMs
    );
  }

  /** Reads at most `buffer` from one file, and begins to append it. */
  async turn(buffer: ReadBuffer): Promise<NextTurn> {
    const now = this.context.clock();
    this.#progressed = false;
    try {
      await this.#restore(now);
      this.#looked ||= this.#isRotated;
      if (this.#isRotated) return { ready: Promise.resolve(), at: now + this.pollMaxMs };
      const batch = new BatchBuilder();
      const looks = !this.#busy || now - this.#lookedAt >= BUSY_LOOK_MS;
      if (looks) await this.#look(now);
      const before = this.#lineage.files.map((file) => ({ file, offset: file.offset }));
      const noticed = (notice: NoticeKind) => this.context.observer.noticed(this.name, notice);
      this.#busy = await this.#reading.take({
        batch,
        buffer,
        now,
        time: this.context.wallClock(),
        ...this.options,
        noticed,
      });
      // The end that was known from the last look: whatever has come since was heard of before this turn, and would be forgotten.
      if (!this.#busy && !looks) this.#progressed = true;
      if (!this.#busy && looks) this.#reachedEnd = true;
      // Also of files that were let go meanwhile.
      const bytes = before.reduce((sum, { file, offset }) => sum + file.offset - offset, 0);
      return this.#submit(batch, bytes, now);
    } catch (error) {
      return this.#trouble(error, now);
    }
  }

  /** Waits until what is in flight is stored, or was given up, and closes the files. */
  async close(): Promise<void> {
    await this.#appender.idle();
    await this.abandon();
  }

  /** Closes the files. */
  async abandon(): Promise<void> {
    await this.#lineage.close();
  }

  async #restore(now: number): Promise<void> {
    const conflict = this.#appender.conflict;
    const { failure } = this.#appender;
    if (this.#restored && failure !== undefined) throw new Error('the broker refuses the batch', { cause: failure });
    if (this.#restored && conflict === undefined) return;
    this.#restored = false;
    const { channel, path } = this.name;
    const known =
      conflict === undefined ? await untilAborted(this.context.stored.of(channel), this.context.signal) : undefined;
    const stored = known === undefined ? conflict?.stored : known.sources.get(path);
    // The lines of what was rotated away belong to the path that it left, whose source reads what is left of them.
    if (known !== undefined) this.#isRotated = known.sources.has(pathBeforeRotation(path) ?? '');
    const checkpoint = stored && parseCheckpoint(stored.checkpoint, stored.last);
    if (!this.#isRotated) await this.#lineage.restore(checkpoint, now, known?.filesFor(path));
    this.#appender.resume(stored);
    this.#busy = false;
    this.#restored = true;
  }

  async #look(now: number): Promise<void> {
    this.#lookedAt = now;
    const { troubles } = this.context;
    const { path } = this.name;
    try {
      await this.#lineage.look(now);
      troubles.recovered(path);
    } catch (error) {
      // The files that stood there before can be read all the same.
      if (!(error instanceof PathTrouble)) throw error;
      troubles.trouble(path, error.message);
    }
    // The newest first: what the older ones had got by then is older than what it had.
    for (const file of this.#lineage.files.toReversed()) if (!file.atPath) await file.lookAtHandle(now);
    this.#looked = true;
    if (this.#lineage.current !== undefined) this.presentAt = now;
  }

  #submit(batch: BatchBuilder, bytes: number, now: number): NextTurn {
    const at = this.#nextLook(now);
    const changed = this.#lineage.takeChanged();
    const unsaved = this.#reading.takeDrained() || changed;
    const leave = this.#lineage.takeLeaving();
    if (batch.records === 0 && !unsaved) return { ready: this.#allStored(leave), at };
    const next = printCheckpoint(this.#lineage.checkpoint(batch.records));
    if (next === undefined) throw new Error('the checkpoint is longer than a checkpoint may be');
    if (next === this.#appender.expected) return { ready: this.#allStored(leave), at };
    this.#progressed = true;
    const settled = this.#lineage.files.map((file) => file.reader?.continuations.seal(batch.records));
    this.#appender.submit({
      ...batch.build(),
      bytes,
      next,
      settle: (last) => {
        for (const settle of settled) settle?.(last);
        leave();
      },
    });
    return { ready: this.#readAhead() ? this.#appender.room() : this.#appender.idle(), at };
  }

  async #allStored(leave: () => void): Promise<void> {
    await this.#appender.idle();
    if (this.#appender.conflict === undefined && this.#appender.failure === undefined) leave();
  }

  /** The next batch may be made while one is in flight, unless it must know that one's positions. */
  #readAhead(): boolean {
    return this.#busy && !this.#lineage.files.some((file) => file.reader?.continuations.anyUnsettled === true);
  }

  #nextLook(now: number): number {
    const { partialAfterMs, rotatedCloseMs } = this.options;
    const { current, files } = this.#lineage;
    const flushes = files.filter((file) => file.lag > 0 || file.reader?.holdsAny === true);
    const gone = files.filter((file) => !file.atPath && file.isOpen);
    const times = [
      now +
        pollInterval(now - (current?.changedAt ?? this.presentAt), this.#isElsewhere ? TAKEN_LOOK_MS : this.pollMaxMs),
      ...flushes.map((file) => file.changedAt + partialAfterMs),
      ...gone.map((file) => Math.min(now + ROTATED_LOOK_MS, file.changedAt + rotatedCloseMs)),
    ];
    // What is due already was done in this turn, or can't be done.
    return Math.min(...times.filter((time) => time > now));
  }

  #trouble(error: unknown, now: number): NextTurn {
    // What is known of the files may be half done: begin again at what is stored.
    this.#restored = false;
    this.#busy = false;
    // A path that can't be read is, to viewers, one without a file: nobody is to wait for the end of its reading.
    if (!(error instanceof BrokerError)) this.#looked = true;
    this.context.troubles.trouble(this.name.path, error instanceof Error ? error.message : String(error));
    return { ready: this.#appender.idle(), at: now + TROUBLE_MS };
  }
}
