import type { LogBroker, StoredCheckpoint } from '@tailgate/broker';
import type { ChannelName } from '@tailgate/protocol';
import { CheckpointError, parseCheckpoint, type FileCheckpoint } from '../checkpoint.js';
import type { FileKey } from '../identify/fingerprint.js';

/** What was stored of a channel's sources at one moment. */
export class ChannelCheckpoints {
  #files: OtherFiles | undefined;

  constructor(readonly sources: ReadonlyMap<string, StoredCheckpoint>) {}

  /** What is stored of each file, if any source but `source` has stored something: those marks first that are the furthest. */
  filesFor(source: string): OtherFiles {
    const alone = this.sources.size === 0 || (this.sources.size === 1 && this.sources.has(source));
    return alone ? NONE : (this.#files ??= filesOfAll(this.sources.values()));
  }
}

export type OtherFiles = ReadonlyMap<FileKey, readonly FileCheckpoint[]>;

const NONE: OtherFiles = new Map();

/** Sources of one channel that begin within so long share one question. An answer that is this old does no harm: the next append is refused. */
const SHARED_MS = 1_000;

/** The checkpoints that a broker holds, asked for once for all the sources that begin together. */
export class StoredCheckpoints {
  readonly #asked = new Map<ChannelName, { readonly at: number; readonly answer: Promise<ChannelCheckpoints> }>();

  constructor(
    private readonly broker: Pick<LogBroker, 'checkpoints'>,
    /** Milliseconds that only grow. */
    private readonly clock: () => number,
    /** What the sources of this host are called begins with it, before their absolute paths. */
    private readonly prefix = '',
  ) {}

  async of(channel: ChannelName): Promise<ChannelCheckpoints> {
    const now = this.clock();
    for (const [name, { at }] of this.#asked) {
      if (now - at < SHARED_MS) break;
      this.#asked.delete(name);
    }
    const known = this.#asked.get(channel);
    if (known !== undefined) return known.answer;
    const answer = this.broker.checkpoints(channel).then((all) => new ChannelCheckpoints(this.#ofHost(all)));
    this.#asked.set(channel, { at: now, answer });
    try {
      return await answer;
    } catch (error) {
      this.#asked.delete(channel);
      throw error;
    }
  }

  /** What was answered is out of date, and no source that begins now is to be told it. */
  forget(channel: ChannelName): void {
    this.#asked.delete(channel);
  }

  /** Another host's device and inode are another file. */
  #ofHost(all: ReadonlyMap<string, StoredCheckpoint>): ReadonlyMap<string, StoredCheckpoint> {
    return new Map([...all].filter(([id]) => id.startsWith(`${this.prefix}/`)));
  }
}

function filesOfAll(sources: Iterable<StoredCheckpoint>): OtherFiles {
  const files = new Map<FileKey, FileCheckpoint[]>();
  for (const stored of sources) {
    for (const file of filesOf(stored)) files.set(file.key, [...(files.get(file.key) ?? []), file]);
  }
  for (const marks of files.values()) marks.sort((a, b) => b.offset - a.offset);
  return files;
}

/** What can't be read is told by the source that it belongs to. */
function filesOf({ checkpoint, last }: StoredCheckpoint): readonly FileCheckpoint[] {
  try {
    return parseCheckpoint(checkpoint, last).files;
  } catch (error) {
    if (error instanceof CheckpointError) return [];
    throw error;
  }
}
