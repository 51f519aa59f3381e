import { runProcess } from './shell/process.js';

await runProcess();
