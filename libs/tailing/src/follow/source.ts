import { BrokerError, MAX_BATCH_BYTES, type SourceSign, type StoredCheckpoint } from '@tailgate/broker';
import { BatchBuilder } from '@tailgate/framing';
import type { NoticeKind } from '@tailgate/protocol';
import { untilAborted } from '../abort.js';
import { Appender, type Known } from '../append/appender.js';
import { parseCheckpoint, printCheckpoint } from '../checkpoint.js';
import type { FileKey } from '../identify/fingerprint.js';
import { PathTrouble } from '../identify/path-file.js';
import { pathBeforeRotation } from '../identify/rotation-order.js';
import type { SourceName } from '../observer.js';
import type { LeaseStatus } from '../share/leases.js';
import { Lineage } from './lineage.js';
import { nextLook } from './next-look.js';
import { LOCAL_POLL_MAX_MS, REMOTE_POLL_MAX_MS } from './poll-interval.js';
import type { ReadBuffer } from './read-buffer.js';
import { Reading } from './reading.js';
import { earliest, watchTaking, type Taken } from './taken.js';
import type { NextTurn, SourceContext, SourceOptions } from './source-context.js';

/** While there is more to read, the path is looked at this often. */
const BUSY_LOOK_MS = 250;

/** A path in trouble is looked at again after so long. */
const TROUBLE_MS = 2_000;

/**
 * One followed path. A turn looks at the path, takes one read from the oldest file that has something, and hands the batch to the
 * appender with the checkpoint that follows from it. Turns of one source never overlap.
 */
export class Source {
  readonly #lineage: Lineage;
  readonly #reading: Reading;
  readonly #appender: Appender;
  #restored = false;
  /** The conflict that it has last tried to go on from. */
  #tried: Known | undefined;
  #isRotated = false;
  #lookedAt = -Infinity;
  /** There is more to read. */
  #busy = false;
  /** The last turn read something, so there may be more by now. */
  #progressed = false;
  #reachedEnd = false;
  #looked = false;
  /** The longest time between two looks at the path. */
  #pollMaxMs = LOCAL_POLL_MAX_MS;
  /** It stopped since it is another process's, and nothing of it is in flight. */
  isResting = false;
  /** When the path had a file for the last time. */
  presentAt: number;

  constructor(
    readonly name: SourceName,
    private readonly options: SourceOptions,
    private readonly context: SourceContext,
  ) {
    const { broker, claims, observer, clock, signal, kept } = context;
    this.#lineage = new Lineage(name, options, claims, observer);
    this.#reading = new Reading(name, this.#lineage, observer, options.rotatedCloseMs);
    this.#appender = new Appender(broker, name, observer, signal, clock, kept.chain());
    this.presentAt = clock();
  }

  /** What viewers are told of it; `undefined` where another source follows the same file, or another process this one. */
  get sign(): SourceSign | undefined {
    if (this.#isElsewhere || this.#lease() !== 'held') return undefined;
    const { channel, id: source } = this.name;
    const absent = this.#looked && this.#lineage.current === undefined && !this.#lineage.isBehind;
    const state = absent ? 'waiting' : this.#reachedEnd ? 'following' : 'reading';
    return { channel, source, state, lagBytes: this.lagBytes };
  }

  /** Its path is found to be on a local file system, which tells of changes and has in memory what has just come; or on another. */
  set isLocal(isLocal: boolean) {
    this.#lineage.isLocal = isLocal;
    this.#pollMaxMs = isLocal ? LOCAL_POLL_MAX_MS : REMOTE_POLL_MAX_MS;
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

  /** When the first of these had come, as far as is known: milliseconds since the Unix epoch; `undefined` where there are none. */
  get waitsSince(): number | undefined {
    return earliest([this.#appender.waitsSince, ...this.#lineage.files.map((file) => file.waitsSince)]);
  }

  /** Since when the broker owes an answer to it: milliseconds of the tailing's clock. */
  get askedAt(): number | undefined {
    return this.#appender.askedAt;
  }

  /** What should be stored of it while nothing is in flight, as `Appender.known`. */
  get known(): Known | undefined {
    return this.#restored ? this.#appender.known : undefined;
  }

  /** `stored` is what was found while `known` was as it is; answers whether that is something else, and begins to mend it. */
  forgot(stored: StoredCheckpoint | undefined): boolean {
    if (this.known === undefined || this.known.stored?.checkpoint === stored?.checkpoint) return false;
    this.#appender.found(stored);
    return true;
  }

  /** Whether it has no turns for now, since its lease has run out and nobody is known to have it. */
  get standsStill(): boolean {
    return this.#lease() === 'lapsed';
  }

  /** Finds out how much its files have grown, while it has no turn in which to look. */
  async measure(): Promise<void> {
    await Promise.all(this.#lineage.files.map((file) => file.measure()));
  }

  /** Whether there is more to read than the last turn has taken. */
  get isBusy(): boolean {
    return this.#busy;
  }

  /** Whether the next turn should follow at once. */
  get wantsTurn(): boolean {
    return this.#lease() === 'held' && (this.#busy || this.#progressed || this.#appender.conflict !== undefined);
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
      (this.#looked || this.isResting) &&
      this.openFiles === 0 &&
      this.#lineage.current === undefined &&
      this.context.clock() - this.presentAt >= afterMs
    );
  }

  /** Reads at most `buffer` from one file, and begins to append it. */
  async turn(buffer: ReadBuffer): Promise<NextTurn> {
    const now = this.context.clock();
    this.#progressed = false;
    if (this.#lease() !== 'held') return this.#standBy();
    try {
      await this.#restore(now);
      this.#looked ||= this.#isRotated;
      if (this.#isRotated) return { records: 0, ready: Promise.resolve(), at: now + this.#pollMaxMs };
      const batch = new BatchBuilder(MAX_BATCH_BYTES, this.context.kept.memory);
      const looks = !this.#busy || now - this.#lookedAt >= BUSY_LOOK_MS;
      if (looks) await this.#look(now);
      const taken = watchTaking(this.#lineage.files);
      const noticed = (notice: NoticeKind) => this.context.observer.noticed(this.name, notice);
      const time = this.context.wallClock();
      this.#busy = await this.#reading.take({ batch, buffer, now, time, ...this.options, noticed });
      // The end that was known from the last look: whatever has come since was heard of before this turn, and would be forgotten.
      if (!this.#busy && !looks) this.#progressed = true;
      if (!this.#busy && looks) this.#reachedEnd = true;
      if (this.#lease() === 'held') return this.#submit(batch, taken(), now);
      // Begun with a lease, and ended without: what was read is read again, by whoever has it then.
      this.#restored = false;
      return this.#standBy();
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

  #lease(): LeaseStatus {
    return this.context.lease?.(this.name) ?? 'held';
  }

  /** No turn until something is heard of it. While nobody is known to have its lease, it could go on where it is. */
  #standBy(): NextTurn {
    return { records: 0, ready: this.#lease() === 'elsewhere' ? this.#rest() : this.#appender.idle(), at: Infinity };
  }

  /** Forgets the files, once nothing is in flight: whoever goes on begins at what is stored. */
  async #rest(): Promise<void> {
    this.#restored = false;
    await this.#appender.idle();
    try {
      await this.#lineage.close();
    } catch (error) {
      this.context.troubles.trouble(this.name.path, String(error));
    }
    this.#appender.resume(undefined);
    this.#busy = this.#looked = this.#reachedEnd = false;
    this.isResting = true;
    this.context.rested?.(this.name);
  }

  async #restore(now: number): Promise<void> {
    const { conflict, failure } = this.#appender;
    if (this.#restored && failure !== undefined) throw new Error('the broker refuses the batch', { cause: failure });
    if (this.#restored && conflict === undefined) return;
    this.#restored = false;
    this.isResting = false;
    const { channel, id } = this.name;
    // What a conflict has told is not asked for again; but where nothing could be made of it, it may be another by now.
    const isTold = conflict !== undefined && conflict !== this.#tried;
    this.#tried = conflict;
    const known = isTold ? undefined : await untilAborted(this.context.stored.of(channel), this.context.signal);
    const stored = known === undefined ? conflict?.stored : known.sources.get(id);
    // The lines of what was rotated away belong to the path that it left, whose source reads what is left of them.
    if (known !== undefined) this.#isRotated = known.sources.has(pathBeforeRotation(id) ?? '');
    const checkpoint = stored && parseCheckpoint(stored.checkpoint, stored.last);
    if (!this.#isRotated) await this.#lineage.restore(checkpoint, now, known?.filesFor(id));
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

  #submit(batch: BatchBuilder, { bytes, since = this.context.wallClock() }: Taken, now: number): NextTurn {
    const state = { now, presentAt: this.presentAt, pollMaxMs: this.#pollMaxMs, isElsewhere: this.#isElsewhere };
    const at = nextLook(this.#lineage, this.options, state);
    const changed = this.#lineage.takeChanged();
    const unsaved = this.#reading.takeDrained() || changed;
    const leave = this.#lineage.takeLeaving();
    if (batch.records === 0 && !unsaved) return { records: 0, ready: this.#allStored(leave), at };
    const next = printCheckpoint(this.#lineage.checkpoint(batch.records));
    if (next === undefined) throw new Error('the checkpoint is longer than a checkpoint may be');
    if (next === this.#appender.expected) return { records: 0, ready: this.#allStored(leave), at };
    this.#progressed = true;
    const settled = this.#lineage.files.map((file) => file.reader?.continuations.seal(batch.records));
    this.#appender.submit({
      ...batch.build(),
      bytes,
      since,
      next,
      settle: (last) => {
        for (const settle of settled) settle?.(last);
        leave();
      },
    });
    return { records: batch.records, ready: this.#readAhead() ? this.#appender.room() : this.#appender.idle(), at };
  }

  async #allStored(leave: () => void): Promise<void> {
    await this.#appender.idle();
    if (this.#appender.conflict === undefined && this.#appender.failure === undefined) leave();
  }

  /** The next batch may be made while one is in flight, unless it must know that one's positions. */
  #readAhead(): boolean {
    return this.#busy && !this.#lineage.files.some((file) => file.reader?.continuations.anyUnsettled === true);
  }

  #trouble(error: unknown, now: number): NextTurn {
    // What is known of the files may be half done: begin again at what is stored.
    this.#restored = false;
    this.#busy = false;
    // A path that can't be read is, to viewers, one without a file: nobody is to wait for the end of its reading.
    if (!(error instanceof BrokerError)) this.#looked = true;
    this.context.troubles.trouble(this.name.path, error instanceof Error ? error.message : String(error));
    return { records: 0, ready: this.#appender.idle(), at: now + TROUBLE_MS };
  }
}
