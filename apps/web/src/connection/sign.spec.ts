import { ClientError } from '@tailgate/client';
import {
  CHANNEL_STATES,
  parseChannel,
  type ChannelName,
  type ChannelState,
  type ChannelStatus,
} from '@tailgate/protocol';
import { describe, expect, it } from 'vitest';
import { NOT_CONNECTED, type ConnectionView } from './connection-view.js';
import { signOf } from './sign.js';

function named(index: number): ChannelName {
  const channel = parseChannel(`host/h${index}`);
  if (!channel) throw new Error('no channel');
  return channel;
}

function told(...states: readonly ChannelState[]): ReadonlyMap<ChannelName, ChannelStatus> {
  return new Map(states.map((state, index) => [named(index), { channel: named(index), state, since: 0 }]));
}

function toneOf(change: Partial<ConnectionView>): string {
  return signOf({ ...NOT_CONNECTED, ...change }).tone;
}

const MISMATCH = { channel: named(1), after: '7-3', to: '7-9' };

describe('the sign', () => {
  it('is never green over lines that are not what was written', () => {
    const verified = { records: 3, to: '7-3', mismatch: MISMATCH };
    const view = { ...NOT_CONNECTED, phase: 'live' as const, statuses: told('following'), verified };
    expect(signOf(view)).toMatchObject({ tone: 'altered', label: 'Lines are not as written' });
    expect(signOf(view).meaning).toBe('The lines of host/h1 after #3, up to #9, are not those that were written.');
    expect(signOf({ ...view, verified: { ...verified, mismatch: undefined } }).tone).toBe('live');
    expect(toneOf({ phase: 'disconnected', verified })).toBe('disconnected');
  });

  it.each([
    ['following', 'live'],
    ['waiting', 'waiting'],
    ['stalled', 'stalled'],
    ['unreachable', 'unreachable'],
  ] as const)('of a live connection to a channel that is %s is %s', (state, tone) => {
    expect(toneOf({ phase: 'live', statuses: told(state) })).toBe(tone);
  });

  it.each([
    [['following', 'waiting'], 'waiting'],
    [['stalled', 'following', 'waiting'], 'stalled'],
    [['unreachable', 'stalled'], 'unreachable'],
    [['following', 'following'], 'live'],
  ] as const)('of several channels is that of the worst: %j', (states, tone) => {
    expect(toneOf({ phase: 'live', statuses: told(...states) })).toBe(tone);
  });

  it.each(['idle', 'connecting', 'open', 'disconnected', 'closed'] as const)('is never green while %s', (phase) => {
    for (const state of CHANNEL_STATES) expect(toneOf({ phase, statuses: told(state) })).not.toBe('live');
  });

  it('is not green before the server has said how the channel fares', () => {
    expect(toneOf({ phase: 'live' })).toBe('connecting');
  });

  it('says that it is paused only of what would be green', () => {
    expect(toneOf({ phase: 'live', isPaused: true, statuses: told('following') })).toBe('paused');
    expect(toneOf({ phase: 'live', isPaused: true, statuses: told('unreachable') })).toBe('unreachable');
    expect(toneOf({ phase: 'disconnected', isPaused: true })).toBe('disconnected');
  });

  it('tells what was ended by hand from what the gateway refuses', () => {
    expect(toneOf({ phase: 'closed', isOff: true })).toBe('disconnected');
    const refused = signOf({ ...NOT_CONNECTED, phase: 'closed', error: new ClientError('forbidden', 'not permitted') });
    expect(refused).toMatchObject({ tone: 'refused', meaning: 'not permitted' });
  });
});
