/**
 * Calls back at every signal that asks this process to end, and when npm, its parent, is gone.
 * @param {(signal: NodeJS.Signals) => void} listener
 */
export function onInterrupt(listener) {
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => listener(signal));
  }
  // A shell between npm and us may swallow the signal; then npm ends and leaves us alone.
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    listener('SIGTERM');
  }, 500).unref();
}
