import type { SourceSign, TailerSigns } from '@tailgate/broker';
import type { Source } from './follow/source.js';
import type { Schedule } from './schedule/schedule.js';

/** How often the life of all sources is told. */
const BEAT_MS = 2_000;

/** A source hangs, and gives no sign, when one turn or one answer of the broker takes so long. */
const HANGS_MS = 5_000;

/** Tells the gateways, through the broker, that the sources are followed: every few seconds, and at once when a state changes. */
export class Signs {
  readonly #told = new Map<Source, SourceSign['state'] | undefined>();
  #changed: SourceSign[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly signs: TailerSigns,
    private readonly schedule: Schedule,
    private readonly clock: () => number,
  ) {}

  start(): void {
    this.#timer = setInterval(() => {
      this.#beatAll();
    }, BEAT_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  add(source: Source): void {
    this.#told.set(source, undefined);
    this.afterTurn(source);
  }

  remove(source: Source): void {
    this.#told.delete(source);
  }

  afterTurn(source: Source): void {
    const { sign } = source;
    if (sign === undefined || !this.#told.has(source) || this.#told.get(source) === sign.state) return;
    this.#told.set(source, sign.state);
    this.#changed.push(sign);
    if (this.#changed.length === 1) {
      queueMicrotask(() => {
        this.#tell(this.#changed.splice(0));
      });
    }
  }

  #beatAll(): void {
    const now = this.clock();
    const sources = [...this.#told.keys()];
    const alive = sources.filter((source) => {
      const since = this.schedule.runningSince(source) ?? source.askedAt;
      return since === undefined || now - since < HANGS_MS;
    });
    this.#tell(alive.flatMap((source) => source.sign ?? []));
    // While a broker takes nothing, files grow and nobody looks: the next sign and the metrics show by how much.
    for (const source of sources) {
      if (this.schedule.isStoring(source) || source.standsStill) source.measure().catch(() => undefined);
    }
  }

  #tell(signs: readonly SourceSign[]): void {
    // A sign that can't be given is a sign that is missing, which is what viewers are to see; the appends say why.
    this.signs.beat(signs).catch(() => undefined);
  }
}
