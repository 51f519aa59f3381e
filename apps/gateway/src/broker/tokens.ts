/** Injects the `LogBroker` of this process. */
export const LOG_BROKER = Symbol('LogBroker');

/** Injects the `TailerSigns` of this process. */
export const TAILER_SIGNS = Symbol('TailerSigns');
