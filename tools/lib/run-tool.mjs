import { Shutdown } from './shutdown.mjs';
import { Failure, messageOf } from './failure.mjs';

/**
 * Runs a tool until it is interrupted: `bringUp` starts things and pushes their ends; when it fails, all ends and
 * the exit code is 1.
 * @param {import('./output.mjs').Output} output
 * @param {(shutdown: Shutdown) => Promise<void>} bringUp
 */
export async function runTool(output, bringUp) {
  const shutdown = new Shutdown(output);
  try {
    await bringUp(shutdown);
    shutdown.ready();
  } catch (error) {
    // Stopping makes what is being started fail: no news.
    if (shutdown.hasBegun) return;
    report(output, error);
    await shutdown.now(1);
  }
}

/** Says what went wrong and what to do next. @param {import('./output.mjs').Output} output @param {unknown} error */
export function report(output, error) {
  if (error instanceof Failure) output.failure(error.message, error.advice);
  // What node:util's parseArgs says of a command line.
  else if (/^ERR_PARSE_ARGS/.test(error?.code))
    output.failure(error.message, 'Add --help to see what there is.');
  else
    output.failure(
      error?.stack ?? messageOf(error),
      'This is not foreseen: please report it with the lines above.',
    );
}
