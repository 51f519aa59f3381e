// What a good engineer writes in an afternoon: Nest's own `@Sse()`, a Subject a channel, and Redis pub/sub behind it. No numbers, no
// history, no resuming. It is the baseline of the benchmarks.
//
//   REDIS_URL=redis://… node nest-sse.server.js

import 'reflect-metadata';
import { Controller, Inject, Module, Query, Sse, type MessageEvent } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Redis } from 'ioredis';
import { map, Subject, type Observable } from 'rxjs';

class Channels {
  readonly #redis = new Redis(process.env['REDIS_URL'] ?? 'redis://127.0.0.1');
  readonly #subjects = new Map<string, Subject<string>>();

  constructor() {
    this.#redis.on('message', (channel: string, line: string) => this.#subjects.get(channel)?.next(line));
  }

  async lines(channel: string): Promise<Observable<string>> {
    let subject = this.#subjects.get(channel);
    if (!subject) {
      subject = new Subject();
      this.#subjects.set(channel, subject);
      await this.#redis.subscribe(channel);
    }
    return subject;
  }
}

@Controller()
class StreamController {
  readonly #channels: Channels;

  constructor(@Inject(Channels) channels: Channels) {
    this.#channels = channels;
  }

  @Sse('stream')
  async stream(@Query('channel') channel: string): Promise<Observable<MessageEvent>> {
    const lines = await this.#channels.lines(channel);
    return lines.pipe(map((line) => ({ type: 'log', data: { line, time: Date.now() } })));
  }
}

@Module({ controllers: [StreamController], providers: [Channels] })
class StreamModule {}

const app = await NestFactory.create<NestFastifyApplication>(StreamModule, new FastifyAdapter(), { logger: ['error'] });
await app.listen(0, '127.0.0.1');
console.log(`http://127.0.0.1:${new URL(await app.getUrl()).port}\nCtrl-C stops it.`);
