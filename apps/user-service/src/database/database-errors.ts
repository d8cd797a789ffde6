import { AppError } from '@app/contracts';

/** SQLSTATE classes and codes that mean "not now": connection lost, server stopping, out of resources, timeouts, conflicts of transactions. */
const AWAY_STATES = /^(08...|53...|57P0\d|57014|25P03|55P03|40001|40P01|3D000|28...)$/;
const AWAY_CODES =
  /^(ECONN(REFUSED|RESET|ABORTED)|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/;
/** The driver's own complaints carry no code. */
const AWAY_MESSAGES =
  /connection terminated|timeout exceeded when trying to connect|connection error|client was closed|query read timeout/i;

const UNIQUE_VIOLATION = '23505';

const RETRY_AFTER_MS = 1_000;

/** An error as the driver throws it, or as TypeORM wraps it. */
interface DriverError {
  code?: unknown;
  constraint?: unknown;
  message?: unknown;
}

/** The user store cannot serve now. The outcome of a write is unknown. */
export const storeUnavailable = () =>
  new AppError('UNAVAILABLE', 'the user store did not answer in time, try again', undefined, RETRY_AFTER_MS);

/** Whether the database, not the statement, is what failed: the same request may succeed later. */
export function isStoreAway(error: unknown): boolean {
  const { code, message } = driverErrorOf(error);
  if (typeof code === 'string' && (AWAY_STATES.test(code) || AWAY_CODES.test(code))) return true;
  return typeof message === 'string' && AWAY_MESSAGES.test(message);
}

/** Name of the unique index that refused a row; null for any other error. */
export function violatedIndex(error: unknown): string | null {
  const { code, constraint } = driverErrorOf(error);
  return code === UNIQUE_VIOLATION && typeof constraint === 'string' ? constraint : null;
}

/** The error without the values of its statement: hashes and addresses have no place in a log. Alters `error`. */
export function withoutValues(error: unknown): unknown {
  if (typeof error !== 'object' || error === null) return error;
  for (const key of ['parameters', 'detail', 'where']) Reflect.deleteProperty(error, key);
  if ('driverError' in error) withoutValues(error.driverError);
  return error;
}

function driverErrorOf(error: unknown): DriverError {
  if (typeof error !== 'object' || error === null) return {};
  return 'driverError' in error ? driverErrorOf(error.driverError) : error;
}
