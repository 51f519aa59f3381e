export { CuttingProxy } from './cutting-proxy.js';
export { findRedisServer, type FoundServer } from './find-redis-server.js';
export { RedisServer } from './redis-server.js';
