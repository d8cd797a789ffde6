export { Actor } from './actor';
export { badInputsOf } from './bad-inputs';
export { ConnectError, Connection } from './connection';
export { badTokens } from './tokens';
export { eventually } from './eventually';
export { storesOfRun, type Stores } from './stores';
export type { TestSystem } from './test-system';
export { useSystem } from './use-system';
export { refusalOf, WireError, type AckError, type ApiError } from './wire-errors';
