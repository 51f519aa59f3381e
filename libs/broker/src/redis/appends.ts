import { formatPosition, type ChannelName, type Position } from '@tailgate/protocol';
import { BrokerError } from '../broker-error.js';
import type { AppendAnswer, AppendRequest } from '../log-broker.js';
import type { Retention } from '../retention.js';
import type { ChannelKeys } from './channel-keys.js';
import { LastHashes } from './last-hashes.js';
import { SILENT_MS } from './redis-client.js';
import type { RedisConnection } from './redis-connection.js';
import { integerOf, newerFormat, positionOf, textsOf, unreadable } from './replies.js';
import { Script } from './script.js';

/** While a connection waits for replicas it is silent, and must not be taken for dead. */
export const MAX_CONFIRM_MS = SILENT_MS - 1_000;

/** Replicas that must have an append before it counts. */
export interface ReplicaRule {
  /** How many. 1 or more. */
  readonly replicas: number;
  /** How long they may take: 1 to `MAX_CONFIRM_MS` milliseconds. */
  readonly withinMs: number;
}

export type StoredAppend = AppendAnswer & {
  /** When the channel's newest batch was appended, by the clock of Redis; absent with a conflict. */
  readonly updated?: number;
};

const APPEND = new Script('append-2');
// Others are not given its key: while a slot of a cluster is on the move, a script waits for as long as one of its keys is not there.
const APPEND_ONCE = new Script('append-2', 1);
const PUBLISH = new Script('publish-1');

/** Runs the append script, and has replicas confirm it where they must. */
export class Appends {
  readonly #retained: readonly string[];
  readonly #hashes = new LastHashes();

  constructor(
    private readonly connection: RedisConnection,
    private readonly keys: ChannelKeys,
    { retainLines, retainBytes, retainAge = Infinity }: Retention,
    private readonly rule: ReplicaRule | undefined,
  ) {
    this.#retained = [retainLines, retainBytes, Math.floor(retainAge)].map(boundText);
  }

  /** The request has been checked. */
  async append(request: AppendRequest): Promise<StoredAppend> {
    const answer = await this.#run(request);
    if (this.rule && answer.outcome === 'appended') {
      await this.#confirm(request.channel, this.rule);
      if (request.records > 0) await this.#publish(request.channel, answer.last);
    }
    return answer;
  }

  async #run(request: AppendRequest): Promise<StoredAppend> {
    const { channel, source, expected, next, records, payload, seen, again, keepFor, hash } = request;
    const { keys } = this;
    const guess = hash && this.#hashes.guess(channel, records, hash);
    const script = keepFor === undefined ? APPEND : APPEND_ONCE;
    const reply = await this.connection.answer((client) =>
      script.run(
        client,
        'text',
        ...[keys.meta(channel), keys.lines(channel)],
        ...(keepFor === undefined ? [] : [keys.receipt(channel, source)]),
        ...[source, expected === undefined ? '' : `=${expected}`, next, records, payload],
        ...[seen ? formatPosition(seen) : '', ...this.#retained, this.rule ? 0 : 1, keys.live(channel)],
        again ? formatPosition(again) : '',
        keepFor ?? '',
        ...(guess ? [guess.terms, guess.known, guess.after] : []),
      ),
    );
    const answer = textsOf(reply);
    const [outcome, last, , running] = answer;
    if (guess && outcome === 'appended' && last !== undefined && running !== undefined) {
      this.#hashes.learn(channel, guess, last, running);
    }
    return answerOf(answer);
  }

  /**
   * WAIT speaks of what its own connection has written, so it follows a command that goes where the append went. An append that has
   * not arrived in time is stored all the same: its retry is answered as it was, and waits again.
   */
  async #confirm(channel: ChannelName, { replicas, withinMs }: ReplicaRule): Promise<void> {
    const key = this.keys.meta(channel);
    const replies = await this.connection.answer((client) =>
      client.pipeline().exists(key).wait(replicas, withinMs).exec(),
    );
    const [error, confirmed] = replies?.[1] ?? [];
    if (error) throw new BrokerError('unavailable', `replicas can't be waited for: ${error.message}`, { cause: error });
    const count = typeof confirmed === 'number' ? confirmed : 0;
    if (count < replicas) {
      throw new BrokerError(
        'unavailable',
        `only ${count} of ${replicas} replicas have the append after ${withinMs} ms`,
      );
    }
  }

  async #publish(channel: ChannelName, last: Position): Promise<void> {
    const args = [this.keys.lines(channel), this.keys.live(channel), formatPosition(last)];
    await this.connection.answer((client) => PUBLISH.run(client, 'text', ...args));
  }
}

function answerOf(reply: readonly string[]): StoredAppend {
  const [outcome, first, second] = reply;
  switch (outcome) {
    case 'appended':
      return { outcome, last: positionOf(first), updated: integerOf(second) };
    case 'conflict':
      if (second === undefined) return { outcome };
      return { outcome, stored: { checkpoint: second, last: positionOf(first) } };
    case 'refused':
      throw new BrokerError('invalid', first ?? '');
    case 'unknown':
      throw newerFormat(first);
    default:
      throw unreadable(reply);
  }
}

/** A bound of retention as the script reads it. */
function boundText(bound: number): string {
  return Number.isFinite(bound) ? String(bound) : '';
}
