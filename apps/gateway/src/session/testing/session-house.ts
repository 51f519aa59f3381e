import { MemoryBroker, type MemoryBrokerOptions, type SourceSign } from '@tailgate/broker';
import { parseChannel, parseCursor, parsePosition, type ChannelName, type Position } from '@tailgate/protocol';
import { ChannelFeeds, type FeedLimits } from '../../feed/channel-feeds.js';
import { Rounds } from '../../feed/rounds.js';
import { ChannelWriter } from '../../feed/testing/channel-writer.js';
import { FakeClock } from '../../feed/testing/fake-clock.js';
import { UnreliableBroker } from '../../feed/testing/unreliable-broker.js';
import { silentObserver, type StreamObserver } from '../../stream/stream-observer.js';
import type { SessionStart } from '../session-start.js';
import type { Session } from '../session.js';
import { Sessions } from '../sessions.js';
import { RecordingSink } from './recording-sink.js';

/** A broker, a feed registry and sessions that record, on a clock that the test moves. */
export class SessionHouse {
  readonly clock = new FakeClock();
  readonly channel: ChannelName;
  readonly broker: UnreliableBroker;
  readonly rounds: Rounds;
  readonly feeds: ChannelFeeds;
  readonly sessions: Sessions;
  readonly writer: ChannelWriter;
  readonly failures: unknown[] = [];
  readonly observer: StreamObserver;

  constructor(options: MemoryBrokerOptions = {}, limits?: FeedLimits) {
    const channel = parseChannel('host/h5');
    if (!channel) throw new Error('not a channel');
    this.channel = channel;
    this.observer = { ...silentObserver, sessionFailed: (error) => this.failures.push(error) };
    this.broker = new UnreliableBroker(new MemoryBroker({ clock: () => this.clock.now(), ...options }));
    this.rounds = new Rounds(this.clock);
    const { clock, rounds, observer, broker } = this;
    this.feeds = new ChannelFeeds({ broker, signs: broker, clock, rounds, observer }, limits);
    this.sessions = new Sessions(this.feeds, { clock, rounds, observer });
    this.writer = new ChannelWriter(this.broker.inner, channel);
  }

  /** A viewer that begins after the position `after`, or with the last `tail` records (50). */
  open({ after, tail = 50, ...rest }: Wanted = {}): Opened {
    const sink = new RecordingSink();
    const position = after === undefined ? undefined : parsePosition(after);
    if (after !== undefined && !position) throw new Error(`${after} is no position`);
    const start = { ...rest, tail };
    const session = this.sessions.create(this.channel, sink, position ? { ...start, after: position } : start);
    session.open();
    return { session, sink };
  }

  /** The same, once it has been sent what there is to send now. */
  async opened(start: Wanted = {}): Promise<Opened> {
    const opened = this.open(start);
    await this.clock.settle();
    return opened;
  }

  /** As a broker in memory does when its process is started again. */
  forgetEverything(): void {
    this.broker.inner = new MemoryBroker({ clock: () => this.clock.now() });
  }

  /** Another channel. */
  nameOf(name: string): ChannelName {
    const channel = parseChannel(`host/${name}`);
    if (!channel) throw new Error(`${name} is no name`);
    return channel;
  }

  /** What an event's id says. */
  positionsOf(id: string): readonly Position[] {
    const positions = parseCursor(id);
    if (!positions) throw new Error(`${id} is no cursor`);
    return positions;
  }

  /** The tailer says how it is. */
  async beat(state: SourceSign['state'], lagBytes = 0): Promise<void> {
    await this.broker.beat([{ channel: this.channel, source: '/var/log/test.log', state, lagBytes }]);
  }
}

/** A start with its position as text. */
export type Wanted = Partial<Omit<SessionStart, 'after'>> & { readonly after?: string | undefined };

export interface Opened {
  readonly session: Session;
  readonly sink: RecordingSink;
}
