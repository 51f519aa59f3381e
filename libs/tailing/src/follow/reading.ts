import { noticeJson } from '@tailgate/framing';
import type { SourceName, TailingObserver } from '../observer.js';
import { takeTurn, type TurnContext, type TurnResult } from './file-turn.js';
import type { FollowedFile } from './followed-file.js';
import type { Lineage } from './lineage.js';

const GONE = Buffer.alloc(0);

/** Takes a source's lines from its files, the oldest first, and lets go of those of which nothing more is expected. */
export class Reading {
  /** A file was read to its end, which the stored checkpoint should know, though there is no record to go with it. */
  #drained = false;

  constructor(
    private readonly name: SourceName,
    private readonly lineage: Lineage,
    private readonly observer: TailingObserver,
    /** A file that left the path is given up after so long without a change. */
    private readonly rotatedCloseMs: number,
  ) {}

  /** Takes one read from the oldest file that has something. Answers whether there is more to take. */
  async take(context: TurnContext): Promise<boolean> {
    const { files } = this.lineage;
    for (const [i, file] of files.entries()) {
      // Older ones were looked at after this one, and read to their end since: of what it had then, nothing is newer than theirs.
      const olderGrow = files.slice(0, i).some(({ isOpen }) => isOpen);
      file.readableTo = olderGrow ? file.size : Infinity;
      if (!this.#tellNotice(file, context)) return true;
      const result = await this.#takeFrom(file, context);
      if (result === 'more') return true;
      if (result === 'changed') {
        await this.lineage.truncated(file, context.now);
        return true;
      }
    }
    return false;
  }

  /** Whether a file was read to its end since the last call. */
  takeDrained(): boolean {
    const drained = this.#drained;
    this.#drained = false;
    return drained;
  }

  async #takeFrom(file: FollowedFile, context: TurnContext): Promise<TurnResult> {
    if (file.isAbandoned) return this.#finish(file, context);
    if (file.atPath && file.lag === 0 && !(file.reader?.holdsAny ?? false)) return 'end';
    if (!file.isOpen && file.drained) return 'end';
    if (!(await this.lineage.reopen(file, context.now))) return 'changed';
    const { drained } = file;
    const result = await takeTurn(file, context, false);
    if (file.atPath || result === 'more' || result === 'changed') return result;
    // The lines of the files after it come later: what more may belong to its last one is not waited for.
    const isLast = file === this.lineage.files.at(-1);
    if (!isLast && file.reader?.flushWhole(context.batch, context.time) === false) return 'more';
    file.drained = result === 'end';
    const quiet = context.now - file.changedAt >= this.rotatedCloseMs;
    // While an older one may grow, there may be more than could be read.
    if ((quiet || this.lineage.crowded) && file.readableTo === Infinity) return this.#finish(file, context);
    this.#drained ||= file.drained && !drained;
    return result;
  }

  /** Emits all that is left of a file that nothing more is expected of, and lets it go. */
  async #finish(file: FollowedFile, context: TurnContext): Promise<TurnResult> {
    if (file.isAbandoned) file.reader?.flush(GONE, true, context.batch, context.time);
    const left = file.isAbandoned ? (file.reader?.holdsAny ?? false) : (await takeTurn(file, context, true)) === 'more';
    if (left) return 'more';
    await this.lineage.letGo(file);
    return 'end';
  }

  /** `false`: it must wait for the next batch. */
  #tellNotice(file: FollowedFile, { batch, time }: TurnContext): boolean {
    if (file.notice === undefined) return true;
    if (!batch.add(noticeJson(file.notice, null, { time, source: file.source }), file.notice, 'notice')) return false;
    this.observer.noticed(this.name, file.notice);
    file.notice = undefined;
    return true;
  }
}
