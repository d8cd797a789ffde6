/** What tools/chaos.mjs takes from the build. */
export { GUARDS } from '@app/platform';
export { Network } from '../network/network';
export { FAULT_KINDS, parseFaults, pathEndsOf } from './fault-kinds';
export { describe, tableRow } from './report';
export { runChaos } from './run';
