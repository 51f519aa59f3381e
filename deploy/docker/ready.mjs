// The health check of the images: exit code 0 where the process in this container is ready. A second one would be of no use:
// whoever asks has its own time limit.

const { METRICS_PORT, PORT } = process.env;
// An empty variable is one that is not set.
const port = [METRICS_PORT, PORT].find((text) => text !== undefined && text !== '') ?? '8080';
const { ok } = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => ({ ok: false }));
process.exitCode = ok ? 0 : 1;
