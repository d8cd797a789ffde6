export const PROCESS_INFO = Symbol('process info');

/** What a process knows of itself. */
export interface ProcessInfo {
  /** `chat-service`, … */
  service: string;
  /** Name among its siblings; also the prefix of its Socket.IO session ids, by which the gateway finds it again. */
  instance: string;
  production: boolean;
}
