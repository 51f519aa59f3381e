// A program that starts a Redis as tests do, says which process and folder are its, and waits to be killed.

import { startRedis } from '../support/redis/start-redis.ts';

const server = await startRedis();
const info = await server.info('server');
const [, folder] = await server.admin.config('GET', 'dir');
console.log(JSON.stringify({ pid: Number(info.get('process_id')), folder }));
