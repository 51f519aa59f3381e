/**
 * Looks for a sequence of texts among texts that come one by one: after each, how many of the sequence's first texts are the last that
 * came (Knuth, Morris and Pratt, 1977). Nothing of what came is kept.
 */
export class SequenceSearch {
  readonly #sequence: readonly string[];
  /** At i: of the first i + 1 texts, how many of the last are the first as well, not counting all. */
  readonly #borders: number[] = [];
  #matched = 0;

  constructor(sequence: readonly string[]) {
    this.#sequence = sequence;
    for (let index = 0; index < sequence.length; index += 1) {
      const text = sequence[index] ?? '';
      const border = index === 0 ? 0 : this.#step(this.#borders[index - 1] ?? 0, text);
      this.#borders.push(border);
    }
  }

  /** Takes the next text. */
  take(text: string): number {
    if (this.#matched === this.#sequence.length) this.#matched = this.#borders.at(-1) ?? 0;
    this.#matched = this.#step(this.#matched, text);
    return this.#matched;
  }

  #step(matched: number, text: string): number {
    let length = matched;
    while (length > 0 && this.#sequence[length] !== text) length = this.#borders[length - 1] ?? 0;
    return this.#sequence[length] === text ? length + 1 : 0;
  }
}
