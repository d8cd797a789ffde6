/** Where the narrow windows are: what a crash there leaves behind, somebody else must bring to its end. */
export const CRASH_POINTS = [
  /** The log has stored it; nobody has been told. */
  'after-insert',
  /** It is acked; the event that tells others of it has not been published. */
  'before-publish',
  /** The event is published; whether the broker has it is not known. */
  'before-confirm',
  /** The broker has it; the outbox does not know that. */
  'before-mark',
  /** A consumer has handled an event; the broker does not know that. */
  'before-event-ack',
  /** Of several recipients' notifications some are stored. */
  'between-recipients',
] as const;
export type CrashPoint = (typeof CRASH_POINTS)[number];

let armed: CrashPoint | undefined;

/** Only for tests (switches.ts). Undefined: nowhere. */
export function armCrash(point: CrashPoint | undefined): void {
  armed = point;
}

export const isArmed = (point: CrashPoint): boolean => point === armed;

/** Ends this process at once, as a crash would, when a test wants it to end here. */
export function crashAt(point: CrashPoint): void {
  if (isArmed(point)) process.kill(process.pid, 'SIGKILL');
}

/** The same, when what this turn of the event loop has said is on its way. True: nothing more is to be done. */
export function crashOnceSaidAt(point: CrashPoint): boolean {
  if (isArmed(point)) setImmediate(() => setImmediate(() => setImmediate(() => crashAt(point))));
  return isArmed(point);
}
