import 'reflect-metadata';
import { argv, env } from 'node:process';
import { bootWorker } from './boot/boot-worker.js';

await bootWorker(argv.slice(2), env);
