/** How the drivers of our stores say that the store is away, or too slow. By name: this library knows none of them. */
const AWAY =
  /^(Mongo(ose)?(Network|NotConnected|OperationTimeout|Pool|ServerSelection|Topology|WaitQueue|WriteConcern)|PoolCleared)/;
/** A connection that has just been lost, where a driver passes on what Node says. */
const LOST = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOTCONN', 'EPIPE', 'ETIMEDOUT']);
/** MaxTimeMSExpired: it was given up as too slow. */
const TOOK_TOO_LONG = 50;

export function isStoreAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, errorLabels } = error as { code?: unknown; errorLabels?: unknown };
  const labels = Array.isArray(errorLabels) ? errorLabels : [];
  // The label says that the primary changed, or is about to.
  const isAway = code === TOOK_TOO_LONG || labels.includes('RetryableWriteError');
  return (
    AWAY.test(error.name) ||
    // A connection that breaks during a bulk write is told as if the store had spoken, but what that says has a number.
    (error.name === 'MongoBulkWriteError' && code === undefined) ||
    (/^Mongo/.test(error.name) && isAway) ||
    (typeof code === 'string' && LOST.has(code))
  );
}
