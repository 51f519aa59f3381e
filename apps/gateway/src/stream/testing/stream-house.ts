import { createParser, type EventSourceMessage } from 'eventsource-parser';
import type { ChannelName } from '@tailgate/protocol';
import type { Caller } from '../../connection/caller.js';
import { OpenCallers } from '../../connection/testing/open-callers.js';
import { Connections } from '../../connection/connections.js';
import { CountedPlaces } from '../../connection/testing/counted-places.js';
import { HostRule } from '../../http/host-rule.js';
import type { SessionStart } from '../../session/session-start.js';
import { SessionHouse } from '../../session/testing/session-house.js';
import { EventStreams } from '../event-streams.js';
import { StreamFormats } from '../stream-format.js';
import { DEFAULT_STUCK_MS } from '../stream-options.js';
import type { StreamedChannel } from '../stream-query.js';
import { Pipe } from './pipe.js';

export interface WantedStream {
  /** Default: the house's channel. */
  readonly channels?: readonly ChannelName[];
  readonly start?: SessionStart;
  readonly starts?: readonly SessionStart[];
  readonly lines?: boolean;
  readonly caller?: Caller;
}

/** Event streams on a clock that the test moves. */
export class StreamHouse extends SessionHouse {
  readonly connections: Connections;
  readonly streams: EventStreams;
  readonly formats = new StreamFormats(true);

  constructor(stuckMs = DEFAULT_STUCK_MS) {
    super();
    const { clock, rounds, observer } = this;
    this.connections = new Connections(clock, { observer, places: new CountedPlaces(1_000), stuckMs });
    this.streams = new EventStreams(this.connections, this.sessions, { clock, rounds, observer, replica: 'test' });
  }

  /** A viewer's connection, which may be full from the start. */
  stream(wanted: WantedStream = {}, pipe = new Pipe()): Pipe {
    const { channels = [this.channel], start = { tail: 50 }, starts = [], lines = false } = wanted;
    const { caller = new OpenCallers(new HostRule([])).of() } = wanted;
    const streamed = channels.map((channel, index): StreamedChannel => ({ channel, start: starts[index] ?? start }));
    const filtered = streamed.some((one) => one.start.filter);
    const format = this.formats.of({ several: channels.length > 1, filtered, lines, headers: {} });
    const stream = this.streams.begin(pipe, { caller, address: '127.0.0.1' }, format);
    if (stream) this.streams.open(stream, streamed);
    return pipe;
  }

  /** The same, once it has been sent what there is to send now. */
  async streamed(wanted: WantedStream = {}): Promise<Pipe> {
    const pipe = this.stream(wanted);
    await this.clock.settle();
    return pipe;
  }
}

/** The events that a client's parser makes of what was written. */
export function eventsIn({ text }: Pipe): readonly EventSourceMessage[] {
  const events: EventSourceMessage[] = [];
  createParser({ onEvent: (event) => events.push(event) }).feed(text);
  return events;
}
