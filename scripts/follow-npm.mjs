/**
 * npm starts us and may be killed without a chance to tell. Then we would hold ports and data for nobody: so we end as if
 * asked to. Only under npm; who starts us directly may leave us running.
 */
export function followNpm() {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, 500);
  watch.unref();
}
