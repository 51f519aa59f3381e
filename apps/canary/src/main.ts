import { argv, env } from 'node:process';
import { boot } from './boot/boot.js';

await boot(argv.slice(2), env);
