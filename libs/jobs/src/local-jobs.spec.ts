import { describeAlertStore, describeChunkStore, describeJobQueue, type JobsEnds } from './contract/index.js';
import { LocalJobs } from './local-jobs.js';

function ends(): Promise<JobsEnds> {
  const jobs = new LocalJobs();
  return Promise.resolve({ one: jobs, other: jobs, [Symbol.asyncDispose]: () => Promise.resolve() });
}

describeJobQueue('LocalJobs', ends);
describeChunkStore('LocalJobs', ends);
describeAlertStore('LocalJobs', ends);
