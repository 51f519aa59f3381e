import type { Logger } from 'pino';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** A followed file, and the channel that it becomes. */
interface FollowedSource {
  readonly channel: string;
  readonly path: string;
}

/**
 * What following reports (the `TailingObserver` of `@tailgate/tailing`), as metrics and log messages. No metric has a label for the file or the channel: there may be 20,000 of
 * them, with a time series each.
 */
export class TailingReport {
  /** How many files are followed now. */
  sources = 0;
  /** The channel of the file that was found first. */
  example: string | undefined;
  readonly #troubles = new Set<string>();
  readonly #metrics: ReturnType<typeof createMetrics>;

  constructor(
    private readonly logger: Logger,
    registry: Registry,
    /** All kinds of notice that there are. */
    notices: readonly string[],
  ) {
    this.#metrics = createMetrics(registry, this, this.#troubles);
    // From the beginning, so that Prometheus sees the first one as an increase.
    for (const notice of notices) this.#metrics.notices.inc({ notice }, 0);
  }

  sourceFound({ channel, path }: FollowedSource): void {
    this.sources += 1;
    this.example ??= channel;
    this.logger.debug({ channel, path }, 'file found');
  }

  sourceForgotten({ channel, path }: FollowedSource): void {
    this.sources -= 1;
    this.logger.info({ channel, path }, 'file forgotten');
  }

  trouble(path: string, message: string): void {
    this.#troubles.add(path);
    this.logger.warn({ path }, message);
  }

  recovered(path: string): void {
    this.#troubles.delete(path);
    this.logger.info({ path }, 'can be followed again');
  }

  appended(_source: FollowedSource, records: number, bytes: number, seconds: number): void {
    this.#metrics.records.inc(records);
    this.#metrics.bytes.inc(bytes);
    this.#metrics.appends.observe(seconds);
  }

  conflict({ channel, path }: FollowedSource): void {
    this.#metrics.conflicts.inc();
    this.logger.warn({ channel, path }, 'another checkpoint of this file is stored; going on from there');
  }

  putBack({ channel, path }: FollowedSource, records: number, batches: number): void {
    this.#metrics.putBackRecords.inc(records);
    this.#metrics.putBackBatches.inc(batches);
    this.logger.warn({ channel, path, records }, 'the broker had forgotten records, and has them again');
  }

  appendFailed({ channel, path }: FollowedSource, error: unknown): void {
    this.#metrics.failures.inc();
    this.logger.warn({ channel, path, error }, 'the broker did not take a batch; it is tried again');
  }

  noticed({ channel, path }: FollowedSource, notice: string): void {
    this.#metrics.notices.inc({ notice });
    this.logger.warn({ channel, path, notice }, 'something of the file could not be delivered');
  }

  rotated({ channel, path }: FollowedSource, how: 'renamed' | 'truncated'): void {
    this.#metrics.rotations.inc({ how });
    this.logger.debug({ channel, path, how }, 'file rotated');
  }

  leaseLost(lease: string): void {
    this.#metrics.leasesLost.inc();
    this.logger.warn({ lease }, 'another tailer has taken this over');
  }
}

/** How many leases a process holds that divides the files with others. */
export function measureLeases(tailing: { readonly leasesHeld: number }, registry: Registry): void {
  new Gauge({
    name: 'tailgate_tailing_leases',
    help: 'Leases held: channels whose files are followed by this process.',
    registers: [registry],
    collect() {
      this.set(tailing.leasesHeld);
    },
  });
}

/** How far following is behind the files. */
export function measureLag(
  tailing: { readonly lag: { readonly bytes: number; readonly seconds: number } },
  registry: Registry,
): void {
  new Gauge({
    name: 'tailgate_tailing_lag_bytes',
    help: 'Bytes that are in the files and not stored yet.',
    registers: [registry],
    collect() {
      this.set(tailing.lag.bytes);
    },
  });
  new Gauge({
    name: 'tailgate_tailing_lag_seconds',
    help: 'Age of the oldest byte that is in a file and not stored yet, by the time of the file; 0 where there is none.',
    registers: [registry],
    aggregator: 'max',
    collect() {
      this.set(tailing.lag.seconds);
    },
  });
}

function createMetrics(registry: Registry, report: { readonly sources: number }, troubles: ReadonlySet<string>) {
  const registers = [registry];
  new Gauge({
    name: 'tailgate_tailing_sources',
    help: 'Files that are followed.',
    registers,
    aggregator: 'max',
    collect() {
      this.set(report.sources);
    },
  });
  new Gauge({
    name: 'tailgate_tailing_troubles',
    help: "Paths that can't be followed for now.",
    registers,
    aggregator: 'max',
    collect() {
      this.set(troubles.size);
    },
  });
  return {
    records: new Counter({ name: 'tailgate_tailing_records_total', help: 'Records appended.', registers }),
    bytes: new Counter({ name: 'tailgate_tailing_bytes_total', help: 'Bytes of files appended.', registers }),
    appends: new Histogram({
      name: 'tailgate_tailing_append_seconds',
      help: 'How long the broker took for an append.',
      buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5],
      registers,
    }),
    conflicts: new Counter({
      name: 'tailgate_tailing_conflicts_total',
      help: 'Appends that found another checkpoint.',
      registers,
    }),
    putBackBatches: new Counter({
      name: 'tailgate_tailing_put_back_batches_total',
      help: 'Batches that the broker had forgotten, and was given again under their positions.',
      registers,
    }),
    putBackRecords: new Counter({
      name: 'tailgate_tailing_put_back_records_total',
      help: 'Records that the broker had forgotten, and was given again under their positions.',
      registers,
    }),
    failures: new Counter({
      name: 'tailgate_tailing_append_failures_total',
      help: 'Appends that the broker did not take.',
      registers,
    }),
    notices: new Counter({
      name: 'tailgate_tailing_notices_total',
      help: 'Notices of what could not be delivered, by the kind of notice.',
      labelNames: ['notice'],
      registers,
    }),
    rotations: new Counter({
      name: 'tailgate_tailing_rotations_total',
      help: 'Files replaced or cut, by how: renamed or truncated.',
      labelNames: ['how'],
      registers,
    }),
    leasesLost: new Counter({
      name: 'tailgate_tailing_leases_lost_total',
      help: 'Leases that another tailer has now, and that were not given back.',
      registers,
    }),
  };
}
