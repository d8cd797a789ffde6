/** What tools/chaos.mjs takes from the build. */
export { GUARDS } from '@app/platform';
export { FAULT_KINDS, parseFaults } from './fault-kinds';
export { describe } from './report';
export { runChaos } from './run';
