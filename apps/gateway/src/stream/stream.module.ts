import { Inject, Module, type DynamicModule, type ModuleMetadata, type OnModuleDestroy } from '@nestjs/common';
import type { LogBroker, TailerSigns } from '@tailgate/broker';
import { LOG_BROKER, TAILER_SIGNS } from '../broker/tokens.js';
import { ChannelFeeds, DEFAULT_FEED_LIMITS } from '../feed/channel-feeds.js';
import { systemClock } from '../feed/clock.js';
import { Rounds } from '../feed/rounds.js';
import type { StreamObserver } from './stream-observer.js';
import { DEFAULT_MAX_STREAMS, STREAM_OBSERVER, STREAM_OPTIONS, type StreamOptions } from './stream-options.js';
import { StreamRegistry } from './stream-registry.js';
import { StreamController } from './stream.controller.js';

/** Streams and the feeds that they draw from. Exports the `StreamRegistry`, to be drained before the application is closed. */
@Module({})
export class StreamModule implements OnModuleDestroy {
  readonly #streams: StreamRegistry;

  constructor(@Inject(StreamRegistry) streams: StreamRegistry) {
    this.#streams = streams;
  }

  /** `imports`: modules that export `LOG_BROKER`, `TAILER_SIGNS`, `STREAM_OPTIONS` and `STREAM_OBSERVER`, where no global one does. */
  static with(imports: NonNullable<ModuleMetadata['imports']> = []): DynamicModule {
    return {
      module: StreamModule,
      imports,
      controllers: [StreamController],
      providers: [
        {
          provide: StreamRegistry,
          inject: [LOG_BROKER, TAILER_SIGNS, STREAM_OPTIONS, STREAM_OBSERVER],
          useFactory: createRegistry,
        },
      ],
      exports: [StreamRegistry],
    };
  }

  onModuleDestroy(): Promise<void> {
    return this.#streams[Symbol.asyncDispose]();
  }
}

function createRegistry(
  broker: LogBroker,
  signs: TailerSigns,
  options: StreamOptions,
  observer: StreamObserver,
): StreamRegistry {
  const {
    replica,
    maxStreams = DEFAULT_MAX_STREAMS,
    isStarting = () => false,
    feedLimits = DEFAULT_FEED_LIMITS,
  } = options;
  const clock = systemClock;
  const rounds = new Rounds(clock, (milliseconds) => observer.round(milliseconds));
  const feeds = new ChannelFeeds({ broker, signs, clock, rounds, observer }, feedLimits);
  return new StreamRegistry(feeds, { clock, rounds, observer, replica, maxStreams, isStarting });
}
