import { position, type Position } from '@tailgate/protocol';

/** The stream of a container that a record belongs to; files of other formats have the one. */
export type Stream = 'stdout' | 'stderr' | undefined;

/**
 * Which partial record of each stream the next one goes on from. A partial record's position is known only when its batch was
 * appended; until then it is the record's index in that batch.
 */
export class Continuations {
  readonly #settled = new Map<Stream, Position>();
  /** Objects, so that a later partial record of the stream is told from the one before. */
  readonly #unsettled = new Map<Stream, { readonly index: number }>();

  static of(settled: Iterable<readonly [Stream, Position]>): Continuations {
    const continuations = new Continuations();
    for (const [stream, at] of settled) continuations.#settled.set(stream, at);
    return continuations;
  }

  get any(): boolean {
    return this.#settled.size > 0 || this.#unsettled.size > 0;
  }

  get anyUnsettled(): boolean {
    return this.#unsettled.size > 0;
  }

  /** Whether the stream's partial record is in a batch that was not appended yet: what goes on from it can't be written. */
  waits(stream: Stream): boolean {
    return this.#unsettled.has(stream);
  }

  /** The partial record that the stream's next record goes on from. */
  of(stream: Stream): Position | undefined {
    return this.#settled.get(stream);
  }

  /** The stream's record at `index` of the batch in the making was written. */
  wrote(stream: Stream, partial: boolean, index: number): void {
    this.#settled.delete(stream);
    if (partial) this.#unsettled.set(stream, { index });
  }

  /** The batch in the making is done, with `records` records. To be called with the position of its last one once it is appended. */
  seal(records: number): (last: Position) => void {
    const sealed = [...this.#unsettled];
    return (last) => {
      for (const [stream, mark] of sealed) {
        if (this.#unsettled.get(stream) !== mark) continue;
        this.#unsettled.delete(stream);
        this.#settled.set(stream, position(last.epoch, last.seq - (records - 1 - mark.index)));
      }
    };
  }

  /** For a checkpoint stored with a batch of `records` records: positions as they are, and indices counted back from its last. */
  entries(records: number): (readonly [Stream, Position | number])[] {
    const unsettled = [...this.#unsettled].map(([stream, { index }]) => [stream, records - 1 - index] as const);
    return [...this.#settled, ...unsettled];
  }
}
