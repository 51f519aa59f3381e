import type { ChannelExport } from '../gateway/exports.js';

/** What has happened between two lists, in sentences for screen readers; empty where nothing has, and of a first list. */
export function exportNews(before: readonly ChannelExport[] | undefined, after: readonly ChannelExport[]): string {
  if (!before) return '';
  const gone = before.filter(({ id }) => after.every((each) => each.id !== id));
  const changed = after.filter(
    ({ id, state }) => stageOf(state) !== stageOf(before.find((each) => each.id === id)?.state),
  );
  return [...changed.map(sentence), ...gone.map(({ channel }) => `The export of ${channel} is gone.`)].join(' ');
}

/** An export is under way, whether it waits or is worked on. */
export function isUnderWay({ state }: Pick<ChannelExport, 'state'>): boolean {
  return state === 'waiting' || state === 'running';
}

function stageOf(state: ChannelExport['state'] | undefined): string | undefined {
  return state === 'waiting' ? 'running' : state;
}

function sentence({ channel, state, records }: ChannelExport): string {
  switch (state) {
    case 'waiting':
    case 'running':
      return `The export of ${channel} is under way.`;
    case 'finished':
      return `The export of ${channel} is finished: ${recordsText(records)}.`;
    case 'failed':
      return `The export of ${channel} has failed.`;
  }
}

/** A number of records, as people read it. */
export function recordsText(records: number): string {
  return `${records.toLocaleString('en')} ${records === 1 ? 'record' : 'records'}`;
}
