import { expect, it } from 'vitest';
import { ownerOf } from './pod-owner.js';

it.each([
  ['web-6d4cf56db6-x7k2p', 'web', 'a Deployment'],
  ['checkout-api-v2-7f8d9c6b5-z2k8q', 'checkout-api-v2', 'a Deployment with dashes'],
  ['node-exporter-x7k2p', 'node-exporter', 'a DaemonSet'],
  ['kube-proxy-v2sdn', 'kube-proxy', 'a DaemonSet, whose name is no hash'],
  ['postgres-0', 'postgres', 'a StatefulSet'],
  ['postgres-replica-11', 'postgres-replica', 'a StatefulSet'],
  ['backup-29384720-vq7zt', 'backup', 'a CronJob'],
  ['migrate-vq7zt', 'migrate', 'a Job'],
  ['debug', 'debug', 'a pod of nobody'],
  ['kube-apiserver-master', 'kube-apiserver-master', 'a static pod, which is named after its node'],
  ['-0', '-0', 'what is no name'],
])('%s belongs to %s: %s', (pod, owner) => {
  expect(ownerOf(pod)).toBe(owner);
});
