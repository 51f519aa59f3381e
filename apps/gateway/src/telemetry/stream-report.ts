import { GAP_REASONS, type ChannelName, type GapReason } from '@tailgate/protocol';
import type { Logger } from '@tailgate/runtime';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { StreamObserver } from '../stream/stream-observer.js';

/** While the broker is away every channel asks again and again: after one message others wait for so long, and are counted. */
const QUIET_MS = 10_000;

/** Why streams are told to come again. */
const REFUSALS = ['starting', 'drain', 'too-many'] as const;

/** What streams and feeds report, as metrics and log messages. No metric has a label for the channel: there may be any number. */
export class StreamReport implements StreamObserver {
  readonly #metrics: ReturnType<typeof createMetrics>;
  #failureSaidAt = -Infinity;
  #failuresUnsaid = 0;

  constructor(
    private readonly logger: Logger,
    registry: Registry,
  ) {
    this.#metrics = createMetrics([registry]);
    // From the beginning, so that Prometheus sees the first one as an increase.
    for (const reason of GAP_REASONS) this.#metrics.gaps.inc({ reason }, 0);
    for (const reason of REFUSALS) this.#metrics.refused.inc({ reason }, 0);
  }

  connectionOpened(): void {
    this.#metrics.connections.inc();
    this.#metrics.connectionsOpened.inc();
  }

  connectionClosed(): void {
    this.#metrics.connections.dec();
  }

  sessionOpened(): void {
    this.#metrics.sessions.inc();
    this.#metrics.sessionsOpened.inc();
  }

  sessionClosed(): void {
    this.#metrics.sessions.dec();
  }

  sessionFailed(error: unknown): void {
    this.#metrics.sessionsFailed.inc();
    this.logger.error({ error }, 'a viewer was disconnected because of a fault');
  }

  streamRefused(reason: (typeof REFUSALS)[number]): void {
    this.#metrics.refused.inc({ reason });
  }

  sent(records: number, bytes: number): void {
    this.#metrics.records.inc(records);
    this.#metrics.bytes.inc(bytes);
  }

  gapSent(reason: GapReason): void {
    this.#metrics.gaps.inc({ reason });
  }

  viewerSlow(): void {
    this.#metrics.slow.inc();
  }

  round(milliseconds: number): void {
    this.#metrics.rounds.observe(milliseconds / 1000);
  }

  historyRead(bytes: number): void {
    this.#metrics.historyReads.inc();
    this.#metrics.historyBytes.inc(bytes);
  }

  carried(milliseconds: number): void {
    this.#metrics.carried.observe(milliseconds / 1000);
  }

  liveMessagesLost(channel: ChannelName): void {
    this.#metrics.liveLost.inc();
    this.logger.warn({ channel }, 'live messages were lost on the way; read back from history');
  }

  brokerFailed(channel: ChannelName, error: unknown): void {
    this.#metrics.brokerFailures.inc();
    const now = performance.now();
    if (now - this.#failureSaidAt < QUIET_MS) {
      this.#failuresUnsaid += 1;
      return;
    }
    const failuresBefore = this.#failuresUnsaid;
    this.#failureSaidAt = now;
    this.#failuresUnsaid = 0;
    this.logger.warn({ channel, error, failuresBefore }, 'the broker did not answer; it is tried again');
  }
}

function createMetrics(registers: Registry[]) {
  const counter = <Label extends string = never>(name: string, help: string, ...labelNames: Label[]) =>
    new Counter({ name: `tailgate_${name}_total`, help, labelNames, registers });
  return {
    connections: new Gauge({ name: 'tailgate_connections', help: 'Viewers that are connected.', registers }),
    connectionsOpened: counter('connections_opened', 'Viewers that have connected.'),
    sessions: new Gauge({
      name: 'tailgate_sessions',
      help: 'Channels that viewers follow, each for each viewer.',
      registers,
    }),
    sessionsOpened: counter('sessions_opened', 'Channels that viewers have begun to follow.'),
    sessionsFailed: counter('sessions_failed', 'Viewers that were disconnected because of a fault of ours.'),
    refused: counter(
      'streams_refused',
      'Streams that were told to come again, by reason: starting, drain or too-many.',
      'reason',
    ),
    records: counter('sent_records', 'Records handed to connections of viewers.'),
    bytes: counter('sent_bytes', 'Bytes handed to connections of viewers, as they are before compression.'),
    gaps: counter('gaps_sent', 'Gaps that viewers were told of, by reason.', 'reason'),
    slow: counter('viewers_slow', 'Times that a live viewer could not take more and fell back to history.'),
    rounds: new Histogram({
      name: 'tailgate_round_seconds',
      help: 'How long a round of writes took: to some of the viewers that something is new for, for about 2 ms.',
      buckets: [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1],
      registers,
    }),
    historyReads: counter('history_reads', 'Reads of history from the broker.'),
    historyBytes: counter('history_read_bytes', 'Bytes of history read from the broker.'),
    carried: new Histogram({
      name: 'tailgate_carried_seconds',
      help: "From the time of a live batch's first record to its handing to the first viewers' connections, by the clocks of two hosts.",
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60],
      registers,
    }),
    liveLost: counter('live_messages_lost', 'Times that live messages were lost, and read back.'),
    brokerFailures: counter('broker_failures', 'Requests that the broker did not answer.'),
  };
}
