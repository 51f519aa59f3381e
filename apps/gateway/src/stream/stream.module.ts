import { Inject, Module, type DynamicModule, type ModuleMetadata, type OnModuleDestroy } from '@nestjs/common';
import type { LogBroker, TailerSigns } from '@tailgate/broker';
import { LOG_BROKER, TAILER_SIGNS } from '../broker/tokens.js';
import { CALLERS, type Callers } from '../connection/caller.js';
import { Connections } from '../connection/connections.js';
import { ChannelFeeds, DEFAULT_FEED_LIMITS } from '../feed/channel-feeds.js';
import { systemClock } from '../feed/clock.js';
import { Rounds } from '../feed/rounds.js';
import { Filters } from '../filter/filters.js';
import { DEFAULT_LIMITS } from '../limits/limit-table.js';
import { Sessions } from '../session/sessions.js';
import { ChannelDirectory } from '../feed/channel-directory.js';
import { LegacyController } from '../legacy/legacy.controller.js';
import { RecordsFrames } from '../ws/records-frames.js';
import { WsController } from '../ws/ws.controller.js';
import { WsServer } from '../ws/ws-server.js';
import { EventStreams } from './event-streams.js';
import { StreamFormats } from './stream-format.js';
import type { StreamObserver } from './stream-observer.js';
import { DEFAULT_STUCK_MS, STREAM_OBSERVER, STREAM_OPTIONS, type StreamOptions } from './stream-options.js';
import { StreamController } from './stream.controller.js';

/** Viewers' connections, their sessions, and the feeds that they draw from. Exports `Connections`, to be drained before all is closed. */
@Module({})
export class StreamModule implements OnModuleDestroy {
  constructor(
    @Inject(Connections) private readonly connections: Connections,
    @Inject(Sessions) private readonly sessions: Sessions,
  ) {}

  /**
   * `imports`: modules that export `LOG_BROKER`, `TAILER_SIGNS`, `STREAM_OPTIONS`, `STREAM_OBSERVER` and `CALLERS`, where no global
   * one does.
   */
  static with(imports: NonNullable<ModuleMetadata['imports']> = []): DynamicModule {
    return {
      module: StreamModule,
      imports,
      controllers: [StreamController, WsController, LegacyController],
      providers: [
        { provide: StreamFormats, inject: [STREAM_OPTIONS], useFactory: createFormats },
        { provide: ChannelDirectory, inject: [LOG_BROKER, STREAM_OBSERVER], useFactory: createDirectory },
        { provide: Filters, inject: [STREAM_OPTIONS], useFactory: createFilters },
        {
          provide: WsServer,
          inject: [ChannelDirectory, Connections, Sessions, Filters, CALLERS, STREAM_OPTIONS, STREAM_OBSERVER],
          useFactory: createWsServer,
        },
        { provide: Connections, inject: [STREAM_OPTIONS, STREAM_OBSERVER], useFactory: createConnections },
        { provide: Rounds, inject: [STREAM_OBSERVER], useFactory: createRounds },
        {
          provide: Sessions,
          inject: [LOG_BROKER, TAILER_SIGNS, Rounds, STREAM_OPTIONS, STREAM_OBSERVER],
          useFactory: createSessions,
        },
        {
          provide: EventStreams,
          inject: [Connections, Sessions, Rounds, STREAM_OPTIONS, STREAM_OBSERVER],
          useFactory: createEventStreams,
        },
      ],
      exports: [Connections],
    };
  }

  async onModuleDestroy(): Promise<void> {
    await this.connections[Symbol.asyncDispose]();
    await this.sessions[Symbol.asyncDispose]();
  }
}

function createConnections(
  { places, isStarting, onBeyond, stuckMs = DEFAULT_STUCK_MS }: StreamOptions,
  observer: StreamObserver,
): Connections {
  const onStalled = (): void => onBeyond?.('stalled');
  return new Connections(systemClock, { observer, places, stuckMs, onStalled, ...(isStarting && { isStarting }) });
}

function createFormats({ compresses = true }: StreamOptions): StreamFormats {
  return new StreamFormats(compresses);
}

function createFilters({ limits = DEFAULT_LIMITS, onBeyond }: StreamOptions): Filters {
  return new Filters(limits.maxFilterChars, () => onBeyond?.('filter'));
}

function createRounds(observer: StreamObserver): Rounds {
  return new Rounds(systemClock, (milliseconds) => observer.round(milliseconds));
}

function createSessions(
  broker: LogBroker,
  signs: TailerSigns,
  rounds: Rounds,
  { feedLimits = DEFAULT_FEED_LIMITS, measureFeeds }: StreamOptions,
  observer: StreamObserver,
): Sessions {
  const clock = systemClock;
  const feeds = new ChannelFeeds({ broker, signs, clock, rounds, observer }, feedLimits);
  measureFeeds?.(feeds);
  return new Sessions(feeds, { clock, rounds, observer });
}

function createEventStreams(
  connections: Connections,
  sessions: Sessions,
  rounds: Rounds,
  { replica }: StreamOptions,
  observer: StreamObserver,
): EventStreams {
  return new EventStreams(connections, sessions, { clock: systemClock, rounds, observer, replica });
}

function createWsServer(
  directory: ChannelDirectory,
  connections: Connections,
  sessions: Sessions,
  filters: Filters,
  callers: Callers,
  options: StreamOptions,
  observer: StreamObserver,
): WsServer {
  const { replica, limits = DEFAULT_LIMITS, compresses = true } = options;
  const { onBeyond = () => undefined, onHandshake = () => undefined } = options;
  const clock = systemClock;
  const frames = new RecordsFrames();
  const context = { connections, sessions, filters, callers, observer, clock, directory, frames, replica };
  return new WsServer({ ...context, compresses, limits, onBeyond, onHandshake });
}

function createDirectory(broker: LogBroker, observer: StreamObserver): ChannelDirectory {
  return new ChannelDirectory(broker, systemClock, (error) => observer.sessionFailed(error));
}
