import { filterKey, LineFilter, type FilterSpec } from '@tailgate/history';

/** Compiled filters are kept for those who ask next, the last used ones: this many. */
const KEPT = 256;

/** One filter for all who want the same, so that they share its work. */
export class Filters {
  /** The least recently asked for first. */
  readonly #byKey = new Map<string, LineFilter>();

  /** `maxChars`: of an expression; `onTooLong` is told of each that has more. */
  constructor(
    private readonly maxChars?: number,
    private readonly onTooLong: () => void = () => undefined,
  ) {}

  /** `undefined` where everything is to pass. Throws a `BadFilter`. */
  of(spec: FilterSpec): LineFilter | undefined {
    if (spec.grep === undefined && spec.stream === undefined) return undefined;
    const key = filterKey(spec);
    const filter = this.#byKey.get(key) ?? this.#compile(spec);
    this.#byKey.delete(key);
    this.#byKey.set(key, filter);
    const [oldest] = this.#byKey.keys();
    if (this.#byKey.size > KEPT && oldest !== undefined) this.#byKey.delete(oldest);
    return filter;
  }

  #compile(spec: FilterSpec): LineFilter {
    if (this.maxChars !== undefined && (spec.grep?.length ?? 0) > this.maxChars) this.onTooLong();
    return new LineFilter(spec, this.maxChars);
  }
}
