import type { Logger } from 'pino';

/** The part of `process` that a shutdown needs. */
export interface SignalSource {
  on(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
  off(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
  exit(code: number): void;
}

const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * Ends a process in an order: SIGTERM or SIGINT runs the steps one after the other and exits with 0; a step that fails lets the
 * others run and makes it 1, and so does running out of time. A second signal exits at once, with 128 and the signal's number.
 */
export class Shutdown implements Disposable {
  readonly #steps: { readonly name: string; readonly run: () => unknown }[] = [];
  #begun: Promise<void> | undefined;

  constructor(
    private readonly logger: Logger,
    /** For all steps together. */
    private readonly limitMs: number,
    private readonly source: SignalSource = process,
  ) {}

  /** Steps run in the order in which they were added. */
  step(name: string, run: () => unknown): this {
    this.#steps.push({ name, run });
    return this;
  }

  /** From now on signals end the process. */
  listen(): this {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) this.source.on(signal, this.#onSignal);
    return this;
  }

  [Symbol.dispose](): void {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) this.source.off(signal, this.#onSignal);
  }

  /** Runs the steps once, whoever asks, and exits. */
  begin(reason: string, code = 0): Promise<void> {
    this.#begun ??= this.#run(reason, code);
    return this.#begun;
  }

  readonly #onSignal = (signal: NodeJS.Signals): void => {
    if (this.#begun !== undefined) this.source.exit(signal === 'SIGINT' ? SIGNALS.SIGINT : SIGNALS.SIGTERM);
    else this.begin(signal).catch(() => this.source.exit(1));
  };

  async #run(reason: string, code: number): Promise<void> {
    this.logger.info({ reason }, 'stopping');
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<'late'>((resolve) => {
      timer = setTimeout(resolve, this.limitMs, 'late');
    });
    const outcome = await Promise.race([this.#runSteps(), limit]);
    clearTimeout(timer);
    if (outcome === 'late') this.logger.error({ limitMs: this.limitMs }, 'stopping took too long');
    else this.logger.info('stopped');
    this[Symbol.dispose]();
    this.source.exit(outcome === 'clean' ? code : 1);
  }

  async #runSteps(): Promise<'clean' | 'failed'> {
    let outcome: 'clean' | 'failed' = 'clean';
    for (const { name, run } of this.#steps) {
      try {
        await run();
      } catch (error) {
        outcome = 'failed';
        this.logger.error({ error, step: name }, 'a step of stopping failed');
      }
    }
    return outcome;
  }
}
