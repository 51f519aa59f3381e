/** A server program that a test has in its hands. It may end and be started again; its files and its port stay. */
export interface ServerProcess {
  /** Runs it (again). Resolves when it runs, which is before it answers. */
  start(): Promise<void>;
  /** Settles when the run that `start` began is over, however that happened. */
  readonly ended: Promise<void>;
  /** Sends the signal and waits for the end. SIGTERM also wakes who is paused. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Stops it as SIGSTOP does: its connections stay open, and nothing is answered. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** What it has printed. */
  output(): Promise<string>;
  /** Ends it for good. */
  remove(): Promise<void>;
}

/** Where the servers of a test run. Wherever that is, they are reached at 127.0.0.1. */
export interface ServerSite extends AsyncDisposable {
  /** How one calls it in a message: a path or an image. */
  readonly name: string;
  /** The address that servers are to listen on there. Nobody but this machine reaches it. */
  readonly bind: string;
  /** A server that is yet to be started, which is told to listen on `port` and finds `folder` under the path that it has here. */
  server(args: readonly string[], folder: string, port: number): ServerProcess;
}
