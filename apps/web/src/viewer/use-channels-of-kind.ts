import type { ChannelName } from '@tailgate/protocol';
import { useCallback, useEffect, useState } from 'react';
import { listChannels } from '../gateway/channel-list.js';
import { useSession } from '../session/session-context.js';

/** What one request answers at most. */
const PAGE = 1_000;

/** More than this is looked for on the first page. */
const MOST = 10_000;

interface KnownChannels {
  readonly channels: readonly ChannelName[];
  /** The gateway has answered. */
  readonly isAsked: boolean;
  readonly refresh: () => void;
}

const NONE: readonly ChannelName[] = [];

/** The channels of a kind, by name, as they were when the component came or `refresh` was called last. */
export function useChannelsOfKind(kind: string): KnownChannels {
  const { failed } = useSession();
  const [known, setKnown] = useState<readonly ChannelName[]>();
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    const end = new AbortController();
    allOfKind(kind, end.signal).then(setKnown, (error: unknown) => {
      if (!end.signal.aborted) failed(error);
    });
    return () => end.abort();
  }, [kind, asked, failed]);
  const refresh = useCallback(() => setAsked((count) => count + 1), []);
  return { channels: known ?? NONE, isAsked: known !== undefined, refresh };
}

async function allOfKind(kind: string, signal: AbortSignal): Promise<readonly ChannelName[]> {
  const found: ChannelName[] = [];
  let cursor: string | undefined;
  do {
    const page = await listChannels({ kind, order: 'name', limit: PAGE, cursor }, signal);
    found.push(...page.channels.map(({ channel }) => channel));
    cursor = page.next ?? undefined;
  } while (cursor !== undefined && found.length < MOST);
  return found;
}
