import type { ChannelName } from '@tailgate/protocol';
import type { SeenSign, SourceSign } from '../tailer-signs.js';

/** A source's last sign is forgotten after this many milliseconds. */
const SIGN_KEPT_MS = 600_000;

/** The last sign of each source. */
export class SignBoard {
  readonly #byChannel = new Map<ChannelName, Map<string, SeenSign>>();
  #swept = -Infinity;

  /** How many sources have a sign. */
  get size(): number {
    return [...this.#byChannel.values()].reduce((sum, bySource) => sum + bySource.size, 0);
  }

  put(signs: readonly SourceSign[], now: number): void {
    this.#sweep(now);
    for (const { channel, source, state, lagBytes } of signs) {
      let bySource = this.#byChannel.get(channel);
      if (!bySource) this.#byChannel.set(channel, (bySource = new Map<string, SeenSign>()));
      bySource.set(source, { channel, source, state, lagBytes, at: now });
    }
  }

  of(channel: ChannelName, now: number): readonly SeenSign[] {
    return [...(this.#byChannel.get(channel)?.values() ?? [])].filter((sign) => !isOld(sign, now));
  }

  clear(): void {
    this.#byChannel.clear();
  }

  /** Sources come and go: what nobody asks for is let go of as well. */
  #sweep(now: number): void {
    if (now - this.#swept < SIGN_KEPT_MS) return;
    this.#swept = now;
    for (const [channel, bySource] of this.#byChannel) {
      for (const [source, sign] of bySource) if (isOld(sign, now)) bySource.delete(source);
      if (bySource.size === 0) this.#byChannel.delete(channel);
    }
  }
}

function isOld(sign: SeenSign, now: number): boolean {
  return sign.at < now - SIGN_KEPT_MS;
}
