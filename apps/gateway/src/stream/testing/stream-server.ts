import type { AddressInfo, Socket } from 'node:net';
import { Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { MemoryBroker, type MemoryBrokerOptions } from '@tailgate/broker';
import { parseChannel, parseSelector, type ChannelName, type ChannelSelector } from '@tailgate/protocol';
import { BrokerModule } from '../../broker/broker.module.js';
import type { Callers } from '../../connection/caller.js';
import { OpenCallers } from '../../connection/testing/open-callers.js';
import { CallersModule } from '../../connection/callers.module.js';
import { Connections } from '../../connection/connections.js';
import { CountedPlaces } from '../../connection/testing/counted-places.js';
import { ChannelWriter } from '../../feed/testing/channel-writer.js';
import { UnreliableBroker } from '../../feed/testing/unreliable-broker.js';
import { createFastify } from '../../http/fastify.js';
import { HostRule } from '../../http/host-rule.js';
import { ProblemFilter } from '../../http/problem.filter.js';
import { silentObserver, type StreamObserver } from '../stream-observer.js';
import { STREAM_OBSERVER, STREAM_OPTIONS, type StreamOptions } from '../stream-options.js';
import { StreamModule } from '../stream.module.js';
import { createLogger } from '@tailgate/runtime';

/** The stream's route on a real port of the loopback, with real time. */
export class StreamServer implements AsyncDisposable {
  readonly writer: ChannelWriter;
  /** All that there ever were. */
  readonly #sockets: Socket[] = [];

  private constructor(
    readonly app: NestFastifyApplication,
    readonly broker: UnreliableBroker,
    readonly url: string,
  ) {
    const channel = parseChannel('host/h5');
    if (!channel) throw new Error('not a channel');
    this.writer = new ChannelWriter(broker.inner, channel);
    app.getHttpServer().on('connection', (socket: Socket) => this.#sockets.push(socket));
  }

  /** `shared`: another server's broker, which is then closed with either. */
  static async start(
    options: Partial<StreamOptions> = {},
    observer: StreamObserver = silentObserver,
    retention: MemoryBrokerOptions = {},
    callers: Callers = new OpenCallers(new HostRule([])),
    shared?: UnreliableBroker,
  ): Promise<StreamServer> {
    const broker = shared ?? new UnreliableBroker(new MemoryBroker(retention));
    const providers = [
      { provide: STREAM_OPTIONS, useValue: { replica: 'test', places: new CountedPlaces(1_000), ...options } },
      { provide: STREAM_OBSERVER, useValue: observer },
    ];
    @Module({ providers, exports: providers })
    class SettingsModule {}
    const module = await Test.createTestingModule({
      imports: [BrokerModule.with(broker), CallersModule.with(callers), StreamModule.with([SettingsModule])],
    }).compile();
    const app = module.createNestApplication<NestFastifyApplication>(createFastify(), { logger: false });
    app.useGlobalFilters(new ProblemFilter(createLogger({ level: 'silent' }), ''));
    await app.listen(0, '127.0.0.1');
    const address: AddressInfo | string | null = app.getHttpServer().address();
    if (typeof address !== 'object' || !address) throw new Error('no port');
    return new StreamServer(app, broker, `http://127.0.0.1:${address.port}`);
  }

  /** Of a name that is well-formed. */
  channelOf(name: string): ChannelName {
    const channel = parseChannel(name);
    if (!channel) throw new Error(`${name} is no channel`);
    return channel;
  }

  selectorOf(text: string): ChannelSelector {
    const selector = parseSelector(text);
    if (!selector) throw new Error(`${text} is no selector`);
    return selector;
  }

  /** Ends all connections, as a network does that has failed. */
  cutAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  get streams(): Connections {
    return this.app.get(Connections);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.app.close();
    await this.broker[Symbol.asyncDispose]();
  }
}
