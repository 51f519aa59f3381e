import { connectRedis, type RedisBroker } from '@tailgate/broker';
import { openQueues, RedisJobs, startWorkers } from '@tailgate/jobs';
import { NOTICE_KINDS } from '@tailgate/protocol';
import {
  createMetrics,
  Health,
  JobsReport,
  listen,
  measureLag,
  measureLeases,
  OperationsServer,
  RedisReport,
  TailingReport,
  urlOf,
  type Logger,
} from '@tailgate/runtime';
import { Tailing } from '@tailgate/tailing';
import type { TailerConfig } from './config/tailer-config.js';
import { LabelledOwners } from './pods/labelled-owners.js';
import { listPods } from './pods/pod-list.js';

/** Stands in troubles where others name a path. */
const OWNERS = 'the owners of pods';

/** Follows files and appends their lines to Redis; tells how that goes on a port of its own. */
export class Tailer implements AsyncDisposable {
  readonly #metrics = createMetrics();
  readonly #health = new Health();
  readonly #opened = new AsyncDisposableStack();
  readonly #report: TailingReport;
  #tailing: Tailing | undefined;
  #workers: AsyncDisposable | undefined;

  constructor(
    private readonly config: TailerConfig,
    private readonly logger: Logger,
    /** Where the kubelet puts a pod's account (kubernetes.io, "Accessing the Kubernetes API from a Pod"). */
    private readonly accountFolder = '/var/run/secrets/kubernetes.io/serviceaccount',
  ) {
    this.#report = new TailingReport(logger, this.#metrics, NOTICE_KINDS);
  }

  /** How many files are followed now. */
  get files(): number {
    return this.#report.sources;
  }

  /**
   * Waits for a Redis that is not there yet, unless `signal` ends that, and finds the files. Answers where metrics are. Throws a
   * `ListenFailure`, and a `BrokerError` (`invalid`) where the Redis is unfit.
   */
  async start(signal: AbortSignal): Promise<{ readonly metricsUrl: string }> {
    const { config } = this;
    const operations = this.#opened.use(new OperationsServer(this.#metrics, this.#health, config.metricsToken));
    // First, so that whoever watches the process sees it alive while it waits for Redis.
    const port = await listen(config.host, config.metricsPort, 'METRICS_PORT', (...at) => operations.listen(...at));
    const broker = this.#opened.use(await this.#connect(signal));
    this.#health.contacted();
    const { logs: templates, logsExcept: except, leaseSeconds } = config;
    const owners = config.podOwners === 'api' ? this.#opened.use(this.#labelledOwners(broker)) : undefined;
    const options = { ...config, templates, except, leaseMs: leaseSeconds * 1000, owners };
    const tailing = new Tailing(broker, broker, options, this.#report, config.leases ? broker : undefined);
    this.#tailing = this.#opened.use(tailing);
    measureLag(tailing, this.#metrics);
    measureLeases(tailing, this.#metrics);
    await tailing.start();
    await this.#startWorkers(broker, signal);
    return { metricsUrl: `${urlOf(config.host, port)}/metrics` };
  }

  /** Reads no more, and finishes what was read. */
  async drain(): Promise<void> {
    this.#health.drain();
    await this.#workers?.[Symbol.asyncDispose]();
    await this.#tailing?.drain();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#workers?.[Symbol.asyncDispose]();
    await this.#opened.disposeAsync();
  }

  async #startWorkers(broker: RedisBroker, signal: AbortSignal): Promise<void> {
    const { redisUrl: url = '', redisPrefix: keyPrefix } = this.config;
    const report = new JobsReport(this.logger, this.#metrics);
    const onTrouble = (queue: string, error: Error): void => report.trouble(queue, error);
    const jobs = this.#opened.use(new RedisJobs({ url, keyPrefix, onTrouble }));
    await jobs.open(true, signal);
    this.#workers = startWorkers(openQueues(jobs), broker, this.config, report);
  }

  #labelledOwners(memory: RedisBroker): LabelledOwners {
    const { sourceHost: node = '', kubernetesServiceHost = '', kubernetesServicePort: port } = this.config;
    const cluster = { host: kubernetesServiceHost, port, accountFolder: this.accountFolder };
    return new LabelledOwners({
      node,
      memory,
      list: (signal) => listPods(cluster, node, signal),
      onTrouble: (message) => this.#report.trouble(OWNERS, message),
      onRecovered: () => this.#report.recovered(OWNERS),
      onSettled: () => this.#tailing?.searchSoon(),
    });
  }

  #connect(signal: AbortSignal): Promise<RedisBroker> {
    const {
      redisUrl = '',
      redisPrefix,
      redisReplicas,
      redisReplicasWithin,
      retainLines,
      retainBytes,
      retainAge,
    } = this.config;
    const report = new RedisReport(this.logger, this.#metrics, () => this.#tailing?.compareSoon());
    const options = {
      url: redisUrl,
      keyPrefix: redisPrefix,
      retainLines,
      retainBytes,
      ...(retainAge !== undefined && { retainAge }),
      ...(redisReplicas > 0 && { confirm: { replicas: redisReplicas, withinMs: redisReplicasWithin } }),
      observer: report,
    };
    return connectRedis(options, (error) => report.absent(error), signal);
  }
}
