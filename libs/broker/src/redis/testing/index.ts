export { CuttingProxy } from './cutting-proxy.js';
export { findRedisServer, type FoundServer } from './find-redis-server.js';
export { RedisCluster } from './redis-cluster.js';
export { RedisServer } from './redis-server.js';
