import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { MemoryBroker, type LogBroker, type SourceSign, type TailerSigns } from '@tailgate/broker';
import {
  BEGINNING,
  isNotice,
  parseChannel,
  parseRecord,
  position,
  type ChannelName,
  type Position,
} from '@tailgate/protocol';
import { NO_OBSERVER, parseLogTemplate, Tailing, type TailingObserver, type TailingOptions } from '@tailgate/tailing';
import { vi } from 'vitest';

/** A folder, and a tailing that follows what is in it, for real. */
export class FollowedFolder implements AsyncDisposable {
  readonly path = mkdtempSync(join(tmpdir(), 'tailgate-following-'));
  readonly memory = new MemoryBroker({ retainLines: 10_000_000 });
  /** What the observer was told, as `event path …`, with paths from the folder on. */
  readonly told: string[] = [];
  /** Every sign that was given. */
  readonly beats: SourceSign[] = [];
  readonly #tailings: Tailing[] = [];

  /** Templates are from the folder on. */
  async follow(
    templates: readonly string[],
    options: Partial<TailingOptions> = {},
    broker: LogBroker = this.memory,
  ): Promise<Tailing> {
    const signs: TailerSigns = {
      beat: (given) => {
        this.beats.push(...given);
        return Promise.resolve();
      },
      signs: () => Promise.resolve([]),
    };
    const parsed = templates.map((template) => parseLogTemplate(join(this.path, template)));
    const tailing = new Tailing(
      broker,
      signs,
      { templates: parsed, maxLineBytes: 65_536, ...options },
      this.#observer(),
    );
    this.#tailings.push(tailing);
    await tailing.start();
    return tailing;
  }

  /** A path in the folder, whose folders are made. */
  at(name: string): string {
    const path = join(this.path, name);
    mkdirSync(dirname(path), { recursive: true });
    return path;
  }

  /** The channel's lines so far, and `<notice>`s. */
  async lines(channel: string): Promise<string[]> {
    const lines: string[] = [];
    const name = nameOf(channel);
    for (let after: Position = BEGINNING; ;) {
      const batches = await this.memory.readAfter(name, after, { records: 10_000, bytes: 1 << 24 });
      const last = batches.at(-1);
      if (last === undefined) return lines;
      for (const { payload } of batches) lines.push(...linesIn(payload));
      after = last.last;
    }
  }

  /** The channel's newest record, as `lines` gives it; empty where there is none. */
  async newest(channel: string): Promise<string> {
    const name = nameOf(channel);
    const { epoch, seq } = (await this.memory.bounds(name))?.last ?? BEGINNING;
    const batches = await this.memory.readAfter(name, position(epoch, seq - 1), { records: 1, bytes: 1 << 24 });
    return batches.flatMap(({ payload }) => linesIn(payload)).at(-1) ?? '';
  }

  /** How many records the channel has. */
  async count(channel: string): Promise<number> {
    return (await this.memory.bounds(nameOf(channel)))?.records ?? 0;
  }

  /** Waits until the channel has these lines, and no others. */
  async has(channel: string, ...lines: readonly string[]): Promise<void> {
    await until(async () => {
      const got = await this.lines(channel);
      if (got.join('\n') !== lines.join('\n')) throw new Error(`${channel} has ${JSON.stringify(got)}`);
    });
  }

  /** Waits until the observer was told this. */
  async hears(event: string): Promise<void> {
    await until(() => {
      if (!this.told.includes(event)) throw new Error(`not told ${event}, but ${this.told.join(', ')}`);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const tailing of this.#tailings) await tailing[Symbol.asyncDispose]();
    rmSync(this.path, { recursive: true });
  }

  #observer(): TailingObserver {
    const short = (path: string): string => path.replace(this.path, '').replace(/^\//, '');
    const tell = (event: string, path: string, more = ''): void => {
      this.told.push(`${event} ${short(path)}${more}`);
    };
    return {
      ...NO_OBSERVER,
      sourceFound: ({ path }) => tell('found', path),
      sourceForgotten: ({ path }) => tell('forgotten', path),
      trouble: (path, message) => tell('trouble', path, `: ${message.replaceAll(this.path, '')}`),
      recovered: (path) => tell('recovered', path),
      conflict: ({ path }) => tell('conflict', path),
      noticed: ({ path }, notice) => tell('noticed', path, `: ${notice}`),
      appendFailed: ({ path }, error) => tell('failed', path, `: ${String(error)}`),
    };
  }
}

function nameOf(channel: string): ChannelName {
  const name = parseChannel(channel);
  if (name === undefined) throw new Error(`not a channel: ${channel}`);
  return name;
}

function linesIn(payload: Buffer): string[] {
  return payload
    .toString()
    .split('\n')
    .slice(0, -1)
    .map((json) => {
      const record = parseRecord(json);
      if (record === undefined) throw new Error(`not a record: ${json}`);
      return isNotice(record) ? `<${record.notice}>` : record.line;
    });
}

/** Waits until `check` throws no more. */
export async function until(check: () => unknown, timeout = 40_000): Promise<void> {
  await vi.waitFor(check, { timeout, interval: 20 });
}

/** How many files this process has open. */
export async function openFiles(): Promise<number> {
  return (await readdir('/proc/self/fd')).length;
}
