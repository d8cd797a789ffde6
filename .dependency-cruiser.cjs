/**
 * The rooms of the house and the doors between them (ARCHITECTURE.md). Each rule says why it stands.
 * `npm run deps:check` fails on any breach.
 */
const TESTS = '(\\.(spec|e2e-spec|journey-spec)\\.ts$|^test/|^apps/[^/]+/test/|^libs/[^/]+/test/)';
const STORE_DRIVERS = '^node_modules/(mongoose|mongodb|typeorm|pg)(/|$)';
const WIRE_DRIVERS =
  '^node_modules/(socket\\.io|socket\\.io-adapter|amqplib|amqp-connection-manager|ws)(/|$)';

/** @type {(name: string, comment: string, from: object, to: object) => object} */
const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

module.exports = {
  forbidden: [
    forbid(
      'apps-never-import-apps',
      'An app is a process: it meets another one on the wire, through contracts, never through its code.',
      { path: '^apps/([^/]+)/' },
      { path: '^apps/', pathNot: '^apps/$1/' },
    ),
    forbid(
      'libs-never-import-apps',
      'A library that knows its users cannot be shared by them.',
      { path: '^libs/' },
      { path: '^apps/' },
    ),
    forbid(
      'contracts-stand-alone',
      'What is said on the wire must be readable by any client: no Nest, no I/O, only the decorators that describe fields.',
      { path: '^libs/contracts/', pathNot: TESTS },
      {
        pathNot:
          '^(libs/contracts/|node_modules/(class-validator|class-transformer|class-validator-jsonschema)/)',
      },
    ),
    forbid(
      'platform-knows-contracts-only',
      'How a process runs must not depend on what travels through it.',
      { path: '^libs/platform/', pathNot: TESTS },
      { path: '^libs/', pathNot: '^libs/(platform|contracts)/' },
    ),
    forbid(
      'realtime-and-messaging-apart',
      'Sockets, the bus and a store know nothing of each other; an app may have any without the others.',
      { path: '^libs/(realtime|messaging|mongodb)/', pathNot: TESTS },
      { path: '^libs/', pathNot: '^libs/($1|platform|contracts)/' },
    ),
    forbid(
      'libs-by-their-root',
      'What a lib does not export from its index is free to change.',
      { path: '^(apps|test|tools|bench)/' },
      { path: '^libs/', pathNot: '^libs/[^/]+/src/index\\.ts$' },
    ),
    forbid(
      'libs-by-their-root-among-libs',
      'The same between libs: inside one lib files import each other, across libs only `@app/<lib>`.',
      { path: '^libs/([^/]+)/' },
      { path: '^libs/', pathNot: '^libs/($1/|[^/]+/src/index\\.ts$)' },
    ),
    forbid(
      'no-lib-imports-its-own-root',
      'A file that imports the index of its own lib closes a circle.',
      { path: '^libs/([^/]+)/src/', pathNot: TESTS },
      { path: '^libs/$1/src/index\\.ts$' },
    ),
    forbid(
      'entry-points-call-services',
      'A controller, gateway or consumer translates the wire; rules and stores are behind the service, so that the same rule holds for REST, sockets and the bus.',
      { path: '\\.(controller|gateway|consumer)\\.ts$' },
      { path: '\\.(repository|schema|entity)\\.ts$' },
    ),
    forbid(
      'services-without-drivers',
      'Rules must be readable and testable without knowing which database or transport stands behind them.',
      { path: '^apps/.+\\.(service|policy)\\.ts$' },
      { path: `${STORE_DRIVERS}|${WIRE_DRIVERS}` },
    ),
    forbid(
      'services-without-express',
      "The same for HTTP. (In the gateway the request is the service's very subject.)",
      { path: '^apps/.+\\.(service|policy)\\.ts$', pathNot: '^apps/api-gateway/' },
      { path: '^node_modules/(express|@types/express)(/|$)' },
    ),
    forbid(
      'entry-points-without-stores',
      'The same for entry points: what they need from a database comes through a service.',
      { path: '\\.(controller|gateway|consumer)\\.ts$' },
      { path: STORE_DRIVERS },
    ),
    forbid(
      'sockets-and-bus-through-libs',
      'How contracts travel is decided once, in realtime and messaging. (Tests speak to the real thing; the gateway carries bytes, not contracts.)',
      { path: '^apps/', pathNot: `${TESTS}|^apps/api-gateway/` },
      { path: WIRE_DRIVERS },
    ),
    forbid(
      'features-meet-at-services',
      "A feature's store is its own business; others ask its service.",
      { path: '^apps/([^/]+)/src/([^/]+)/', pathNot: TESTS },
      { path: '^apps/$1/src/[^/]+/.*\\.repository\\.ts$', pathNot: '^apps/$1/src/$2/' },
    ),
    forbid(
      'stored-forms-stay-in-stores',
      'Entities and documents never leave their feature. (Stored things may refer to each other: that is what relations are.)',
      { path: '^apps/([^/]+)/src/([^/]+)/', pathNot: `${TESTS}|\\.(entity|schema|repository)\\.ts$` },
      { path: '^apps/$1/src/[^/]+/.*\\.(schema|entity)\\.ts$', pathNot: '^apps/$1/src/$2/' },
    ),
    forbid(
      'testing-only-in-tests',
      'Actors and fixtures must never reach production.',
      { pathNot: `${TESTS}|^libs/testing/|^tools/|^bench/` },
      { path: '^libs/testing/' },
    ),
    forbid(
      'production-without-dev-dependencies',
      'An image is built with `npm ci --omit=dev`; what is missing there must not be imported.',
      { path: '^(apps|libs/(contracts|platform|realtime|messaging))/', pathNot: TESTS },
      { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    ),
    forbid(
      'no-cycles',
      'A circle of files can only be understood, tested and loaded as one lump.',
      {},
      { circular: true },
    ),
    forbid(
      'no-orphans',
      'A file that nobody imports is dead, or an entry point; entry points are listed here.',
      {
        orphan: true,
        pathNot: `${TESTS}|^tools/[^/]+\\.mjs$|^bench/[^/]+\\.m?[jt]s$|/migrations/|\\.d\\.m?ts$|/main\\.ts$`,
      },
      {},
    ),
    forbid('no-unresolvable', 'An import must lead somewhere.', {}, { couldNotResolve: true }),
  ],
  options: {
    doNotFollow: { path: '^node_modules' },
    exclude: { path: '^dist/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
