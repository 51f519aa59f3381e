import { isPattern, selects, type ChannelName, type ChannelPattern, type ChannelSelector } from '@tailgate/protocol';
import { SessionGroup } from '../connection/session-group.js';
import type { ClientLimits } from '../limits/limit-table.js';
import type { SessionSink } from '../session/session-sink.js';
import type { Sessions } from '../session/sessions.js';
import type { SessionStart } from '../session/session-start.js';
import type { ChannelDirectory } from '../feed/channel-directory.js';
import { FrameRefusal, type Wanted } from './subscribe-frame.js';
import { Subscription, type SubscriptionOwner } from './subscription.js';

/** The most patterns of one connection: each is tried on every channel that appears. */
const MAX_PATTERNS = 100;

/** A pattern that a client follows. */
interface Following {
  readonly pattern: ChannelPattern;
  readonly watching: Disposable;
  paused: boolean;
  /** The client was told that there are more channels than it may have. */
  overflown: boolean;
}

/** What the subscriptions of all connections share. */
export interface SubscriptionsContext {
  readonly sessions: Sessions;
  readonly directory: ChannelDirectory;
  /** `maxChannels`: the most of a connection, and so of one pattern. */
  readonly limits: Pick<ClientLimits, 'maxChannels'>;
  /** Is told of each time that a client wants more. */
  readonly onBeyond: (limit: 'channels') => void;
}

/** The channels that one WebSocket client follows, by name and by pattern. What can't be done is thrown as a `FrameRefusal`. */
export class Subscriptions {
  readonly #owner: SubscriptionOwner;
  readonly #context: SubscriptionsContext;
  readonly #byChannel = new Map<ChannelName, Subscription>();
  #followings: readonly Following[] = [];
  readonly group = new SessionGroup();

  constructor(owner: SubscriptionOwner, context: SubscriptionsContext) {
    this.#owner = owner;
    this.#context = context;
  }

  subscribe(selector: ChannelSelector, wanted: Wanted): void {
    if (isPattern(selector)) {
      this.#follow(selector, wanted);
      return;
    }
    if (!this.#owner.caller.mayRead(selector)) throw new FrameRefusal('forbidden', 'this channel may not be read');
    if (this.#byChannel.has(selector)) throw new FrameRefusal('bad_frame', 'this channel is subscribed to already');
    if (this.#byChannel.size >= this.#context.limits.maxChannels) throw this.#tooMany();
    this.#open(selector, selector, wanted.start, false);
  }

  unsubscribe(selector: ChannelSelector): void {
    const subscriptions = this.#of(selector);
    if (isPattern(selector)) {
      this.#followingOf(selector)?.watching[Symbol.dispose]();
      this.#followings = this.#followings.filter(({ pattern }) => pattern !== selector);
    }
    for (const subscription of subscriptions) this.#end(subscription);
  }

  pause(selector: ChannelSelector): void {
    for (const { session } of this.#of(selector)) session.pause();
    this.#mark(selector, true);
  }

  resume(selector: ChannelSelector): void {
    const subscriptions = this.#of(selector);
    this.#mark(selector, false);
    for (const { session } of subscriptions) session.resume();
  }

  /** Ends what the caller may not read any more. */
  checkRights(): void {
    for (const [channel, subscription] of this.#byChannel) {
      if (this.#owner.caller.mayRead(channel)) continue;
      this.#end(subscription);
      this.#owner.refuse(new FrameRefusal('forbidden', 'this channel may not be read any more'), channel);
    }
  }

  /** Tells how far filters have got. */
  tellPositions(): void {
    for (const subscription of this.#byChannel.values()) subscription.tellPosition();
  }

  endAll(): void {
    for (const { watching } of this.#followings) watching[Symbol.dispose]();
    this.#followings = [];
    this.#byChannel.clear();
    this.group.endAll();
  }

  #follow(pattern: ChannelPattern, wanted: Wanted): void {
    if (this.#followingOf(pattern)) throw new FrameRefusal('bad_frame', 'this pattern is subscribed to already');
    if (this.#followings.length >= MAX_PATTERNS)
      throw new FrameRefusal('too_many_channels', `a connection follows at most ${MAX_PATTERNS} patterns`);
    const resumed = [...(wanted.cursors?.keys() ?? [])];
    let isFirst = true;
    const watching = this.#context.directory.watch((channels) => {
      const following = this.#followingOf(pattern);
      if (!following) return;
      const all = isFirst ? [...new Set([...resumed, ...channels])] : channels;
      const joining = all.filter((channel) => this.#joins(pattern, channel));
      this.#join(pattern, following, joining, isFirst ? wanted : { ...wanted, start: wanted.later });
      isFirst = false;
    });
    this.#followings = [...this.#followings, { pattern, watching, paused: false, overflown: false }];
  }

  #joins(pattern: ChannelPattern, channel: ChannelName): boolean {
    return selects(pattern, channel) && !this.#byChannel.has(channel) && this.#owner.caller.mayRead(channel);
  }

  /** As many as there is room for; that there are more is told once. */
  #join(pattern: ChannelPattern, following: Following, channels: readonly ChannelName[], wanted: Wanted): void {
    const room = this.#context.limits.maxChannels - this.#byChannel.size;
    if (channels.length > room && !following.overflown) {
      following.overflown = true;
      this.#owner.refuse(this.#tooMany(), pattern);
    }
    for (const channel of channels.slice(0, room)) {
      const after = wanted.cursors?.get(channel);
      const start = wanted.cursors ? { ...wanted.later, ...(after && { after }) } : wanted.start;
      this.#open(pattern, channel, start, following.paused);
    }
  }

  #open(selector: ChannelSelector, channel: ChannelName, start: SessionStart, paused: boolean): void {
    const create = (sink: SessionSink) => this.#context.sessions.create(channel, sink, start);
    const subscription = new Subscription(selector, this.#owner, start.filter !== undefined, create);
    this.#byChannel.set(channel, subscription);
    this.group.add(subscription.session);
    if (paused) subscription.session.pause();
    subscription.session.open();
  }

  #end({ session }: Subscription): void {
    this.#byChannel.delete(session.channel);
    this.group.end(session);
  }

  #mark(selector: ChannelSelector, paused: boolean): void {
    const following = isPattern(selector) ? this.#followingOf(selector) : undefined;
    if (following) following.paused = paused;
  }

  /** What was subscribed to by that. */
  #of(selector: ChannelSelector): readonly Subscription[] {
    const subscriptions = [...this.#byChannel.values()].filter((each) => each.selector === selector);
    const isKnown = isPattern(selector) ? this.#followingOf(selector) !== undefined : subscriptions.length > 0;
    if (!isKnown) throw new FrameRefusal('channel_not_found', 'this was not subscribed to');
    return subscriptions;
  }

  #followingOf(pattern: ChannelPattern): Following | undefined {
    return this.#followings.find((following) => following.pattern === pattern);
  }

  #tooMany(): FrameRefusal {
    const { limits, onBeyond } = this.#context;
    const { maxChannels } = limits;
    onBeyond('channels');
    return new FrameRefusal('too_many_channels', `a connection follows at most ${maxChannels} channels`);
  }
}
