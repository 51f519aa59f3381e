export { connect, type Connection } from './connect.js';
export type { ConnectOptions, SubscribeOptions } from './options.js';
export type { Subscription, SubscriptionEvents } from './subscription.js';
export type { Entry, EpochEntry, GapEntry, LogEntry, NoticeEntry, Placed } from './entry.js';
export type { ConnectionState, TransportName } from './connection-state.js';
export type { Statistics } from './statistics.js';
export type { BackOffOptions } from './back-off.js';
export type { WebSocketClass, WebSocketLike } from './transport/websocket.js';
export { ClientError } from './client-error.js';
