/** True when a server could listen on the port, on all addresses. */
export function isFree(port: number): Promise<boolean>;

/** A free port: the preferred one if it is free, else any. */
export function freePort(preferred?: number): Promise<number>;

/** The next free port from `first` upwards. */
export function freePortFrom(first: number): Promise<number>;
