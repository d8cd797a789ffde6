/** What tools/chaos.mjs takes from the build. */
export { FAULT_KINDS, parseFaults } from './fault-kinds';
export { describe } from './report';
export { runChaos } from './run';
