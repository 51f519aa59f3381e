import type { ChannelName } from '@tailgate/protocol';
import { channelName, object, text } from '@tailgate/protocol/readers';
import { ask } from './ask.js';

/** PROTOCOL: `POST /api/deployments`. What is absent is the gateway's choice. */
export interface NewDeployment {
  readonly name?: string;
  readonly lines?: number;
  readonly intervalMs?: number;
}

interface StartedDeployment {
  readonly id: string;
  readonly channel: ChannelName;
}

const readStarted = object<StartedDeployment>({ id: text, channel: channelName });

export async function startDeployment(wanted: NewDeployment): Promise<StartedDeployment> {
  return await ask('api/deployments', readStarted, { method: 'POST', body: wanted });
}
