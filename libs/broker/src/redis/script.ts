import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { DirectCommand } from './direct-command.js';
import type { RedisClient } from './redis-client.js';

type Argument = string | number | Buffer;

/** A Lua script of the folder `lua`, with `history.lua` before it. The number of its keys is in the file's name. */
export class Script {
  readonly #source: string;
  readonly #sha: string;
  readonly #keys: number;

  /** `moreKeys`: how many it is given beside those of its name. */
  constructor(name: `${string}-${number}`, moreKeys = 0) {
    this.#source = `${read('history')}\n${read(name)}`;
    this.#sha = createHash('sha1').update(this.#source).digest('hex');
    this.#keys = Number(name.slice(name.lastIndexOf('-') + 1)) + moreKeys;
  }

  /** Runs it, in one round trip but for the first time on a server. Texts come as Buffers where `as` says so. */
  async run(client: RedisClient, as: 'text' | 'bytes', ...args: readonly Argument[]): Promise<unknown> {
    try {
      return await this.#send(client, as, 'evalsha', this.#sha, args);
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
      return this.#send(client, as, 'eval', this.#source, args);
    }
  }

  #send(client: RedisClient, as: 'text' | 'bytes', how: 'eval' | 'evalsha', script: string, args: readonly Argument[]) {
    const replyEncoding = as === 'text' ? 'utf8' : null;
    return client.sendCommand(new DirectCommand(how, [script, this.#keys, ...args], { replyEncoding }));
  }
}

/** The folder stands beside `src` and beside `dist`, at the same depth as this file: there is nothing to copy when it is built. */
function read(name: string): string {
  return readFileSync(new URL(`../../lua/${name}.lua`, import.meta.url), 'utf8');
}
