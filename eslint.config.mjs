import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** Globals of Node that plain scripts use; TypeScript files are checked by the compiler. */
const NODE_GLOBALS = [
  'AbortController',
  'AbortSignal',
  'Buffer',
  'URL',
  'clearInterval',
  'clearTimeout',
  'console',
].concat([
  'fetch',
  'performance',
  'process',
  'setImmediate',
  'setInterval',
  'setTimeout',
  'structuredClone',
  'TextDecoder',
]);

/** Holds for every source file, typed or not. */
const everywhere = {
  eqeqeq: 'error',
  'max-lines': ['error', { max: 300 }],
  'no-console': 'error',
  'no-constructor-return': 'error',
  'no-else-return': 'error',
  'no-self-compare': 'error',
  'no-template-curly-in-string': 'error',
  'no-unreachable-loop': 'error',
  'no-useless-rename': 'error',
  'no-var': 'error',
  'object-shorthand': 'error',
  'prefer-const': 'error',
};

export default defineConfig(
  { ignores: ['dist/', 'node_modules/', '.data/', 'coverage/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error', noInlineConfig: true } },
  {
    files: ['**/*.{ts,mts}'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      ...everywhere,
      // Files with decorators are left alone by this rule (it sees emitDecoratorMetadata): Nest injects by the value
      // that such an import keeps.
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-explicit-any': ['error', { fixToUnknown: true }],
      '@typescript-eslint/no-floating-promises': ['error', { ignoreVoid: true }],
      // A Nest module is a class with nothing in it but its decorator; an empty answer is an empty class.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true, allowEmpty: true }],
      // Numbers and booleans read well in messages; objects and possibly missing things do not.
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      // `socket.on('x', () => close())` and `return next()` are no confusion.
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // Wire classes are shapes: examples and answers are object literals, and the DTOs have no methods to lose.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-misused-spread': 'off',
      // A type parameter that is used once still ties a contract to its handler (`Class<T>` in, `T` inferred by the caller).
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
    },
  },
  {
    // Settings are read, checked and documented in one place; tests choose theirs.
    files: ['apps/*/src/**/*.ts', 'libs/{contracts,platform,realtime,messaging}/src/**/*.ts'],
    ignores: ['**/config.ts', '**/config/guards.ts', '**/chaos/switches.ts', '**/*.spec.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: "Read it in the app's config.ts." },
      ],
    },
  },
  {
    // expect(spy.method) and asymmetric matchers; a test that indexes what it has just checked may say so with `!`.
    files: ['**/*.{spec,e2e-spec,journey-spec}.ts', 'libs/testing/**/*.ts', 'bench/**/*.ts'],
    rules: {
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
    },
  },
  {
    files: ['**/*.{mjs,cjs}'],
    languageOptions: {
      ecmaVersion: 2024,
      sourceType: 'module',
      globals: Object.fromEntries(NODE_GLOBALS.map((name) => [name, 'readonly'])),
    },
    rules: {
      ...everywhere,
      'no-undef': 'error',
      'no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'all' }],
      'no-unreachable': 'error',
      'no-unsafe-finally': 'error',
      'no-dupe-keys': 'error',
      'no-fallthrough': 'error',
    },
  },
  {
    // Tools and the benchmark talk to a person on a terminal.
    files: ['tools/**', 'bench/**', '.dependency-cruiser.cjs'],
    languageOptions: { globals: { module: 'readonly' } },
    rules: { 'no-console': 'off' },
  },
);
