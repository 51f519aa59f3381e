// The health check of the images: exit code 0 where the process in this container is ready. A second one would be of no use:
// whoever asks has its own time limit.

const { METRICS_PORT, PORT = '8080' } = process.env;
const { ok } = await fetch(`http://127.0.0.1:${METRICS_PORT || PORT}/readyz`).catch(() => ({ ok: false }));
process.exitCode = ok ? 0 : 1;
