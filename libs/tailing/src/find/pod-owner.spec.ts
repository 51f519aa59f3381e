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
  [`${'w'.repeat(46)}-6d4cf56db6-x7k2p`, 'w'.repeat(46), 'a Deployment of the longest name that nothing is cut of'],
  [`${'w'.repeat(50)}-6d4cf56x7k2p`, 'w'.repeat(50), 'one whose hash is cut'],
  [`${'w'.repeat(57)}-x7k2p`, 'w'.repeat(57), 'one whose hash is cut off'],
  [`${'a'.repeat(58)}x7k2p`, 'a'.repeat(58), 'one whose own name is cut'],
  ['debug', 'debug', 'a pod of nobody'],
  ['kube-apiserver-master', 'kube-apiserver-master', 'a static pod, which is named after its node'],
  ['-0', '-0', 'what is no name'],
])('%s belongs to %s: %s', (pod, owner) => {
  expect(ownerOf(pod)).toBe(owner);
});
