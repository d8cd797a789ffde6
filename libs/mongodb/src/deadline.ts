/**
 * For writes that may be larger than what a connection takes in at once. Without it the driver waits for ever for a server
 * that has stopped reading: its time limits hold for answers, and it closes the connection without telling who is writing.
 */
export const DEADLINE = { timeoutMS: 4_500 } as const;
