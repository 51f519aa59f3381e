import type { ChannelName } from '@tailgate/protocol';

/**
 * What tailers say of the sources that they follow, beside the records: best effort, the latest word counts, and is forgotten after
 * some minutes, an hour at the most.
 * From it viewers learn whether a quiet channel is quiet, or its tailer is gone.
 */
export interface TailerSigns {
  /** Says of each source that its tailer is alive now. To be repeated every few seconds. */
  beat(signs: readonly SourceSign[]): Promise<void>;

  /** The last word on each source of the channel. */
  signs(channel: ChannelName): Promise<readonly SeenSign[]>;
}

export interface SourceSign {
  readonly channel: ChannelName;
  readonly source: string;
  /** `waiting`: no file there. `reading`: has not reached the file's end yet since its tailer began. `following`: it has. */
  readonly state: 'waiting' | 'reading' | 'following';
  /** Bytes that are in the files and not yet appended, as far as is known. */
  readonly lagBytes: number;
}

export interface SeenSign extends SourceSign {
  /** When it was said, by the broker's clock: milliseconds since the Unix epoch. */
  readonly at: number;
}
