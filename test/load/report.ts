// `npm run bench:report`: writes the figures and plots of docs/performance.md anew, from the files that `npm run bench -- --save` kept.

import { writeReport } from './report/write-report.ts';

await writeReport();
