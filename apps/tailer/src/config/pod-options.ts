import { host, oneOf, option, wholeNumber } from '@tailgate/runtime';

/** What tells the owners of pods. */
export const podOptions = {
  podOwners: option(oneOf(['name', 'api']), {
    env: 'POD_OWNERS',
    default: 'name',
    help: "What tells {owner} of a path with {pod} and {namespace}: the pod's name, or the labels app.kubernetes.io/name and app, which the Kubernetes API is asked for (api). Then SOURCE_HOST is the node's name, and a file of a new pod waits for the answer, 15 s at most.",
  }),
  kubernetesServiceHost: option(host(), {
    env: 'KUBERNETES_SERVICE_HOST',
    otherwise: 'set by Kubernetes in each pod',
    help: 'The address of the Kubernetes API, for POD_OWNERS=api.',
  }),
  kubernetesServicePort: option(wholeNumber(1, 65535), {
    env: 'KUBERNETES_SERVICE_PORT',
    default: '443',
    help: 'Its port.',
  }),
};
