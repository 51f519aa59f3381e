import { isNotice, type ChannelRecord, type PositionText } from '@tailgate/protocol';

/** A line of a log, whole. */
export interface WholeLine {
  readonly text: string;
  /** The record that ended it. */
  readonly position: PositionText;
  /** That record's running hash, where it has one. */
  readonly hash?: string;
}

/** Records to lines: what came in parts, since nothing more came for a while, is joined. */
export class LineJoiner {
  /** Lines without an end, by the position of their last part. */
  readonly #open = new Map<PositionText, string>();
  notices = 0;

  /** The lines that have no end yet. */
  get unfinished(): readonly string[] {
    return [...this.#open.values()];
  }

  /** The line that ends with this record, if one does. */
  take(record: ChannelRecord, position: PositionText): WholeLine | undefined {
    if (isNotice(record)) {
      this.notices += 1;
      return undefined;
    }
    const { line, continues, partial, hash } = record;
    const text = this.#begun(continues) + line;
    if (partial) {
      this.#open.set(position, text);
      return undefined;
    }
    return { text, position, ...(hash !== undefined && { hash }) };
  }

  #begun(continues: PositionText | undefined): string {
    if (continues === undefined) return '';
    const text = this.#open.get(continues) ?? '';
    this.#open.delete(continues);
    return text;
  }
}
