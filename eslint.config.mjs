import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

/** What would make a workflow non-deterministic, or bloat its bundle, is refused where it is written. */
const workflowRules = {
  'no-restricted-globals': [
    'error',
    ...['Intl', 'setTimeout', 'setInterval', 'fetch', 'process', 'crypto', 'Buffer'].map((name) => ({
      name,
      message: 'Not deterministic or not available in workflow code.',
    })),
  ],
  'no-restricted-properties': [
    'error',
    ...[
      'getHours',
      'getDay',
      'getDate',
      'getMonth',
      'getFullYear',
      'getTimezoneOffset',
      'toLocaleString',
      'toLocaleDateString',
      'toLocaleTimeString',
      'localeCompare',
    ].map((property) => ({ property, message: 'Depends on the host: use UTC methods or an activity.' })),
    { object: 'Math', property: 'random', message: 'Changes on reset; business ids come from the workflow id.' },
  ],
};

/** One way to write what can be written in several. */
const dialect = {
  // `import type { A }` where everything imported is a type, so that nothing of the file is loaded.
  '@typescript-eslint/no-import-type-side-effects': 'error',
  // No braces round one statement.
  curly: ['error', 'multi'],
};

export default tseslint.config(
  { ignores: ['dist', 'node_modules', '.cache', 'coverage', 'test/histories'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },
  {
    files: ['src/workflows/**/*.ts', 'src/contract/**/*.ts'],
    // Values flow from step to step, so that the compiler knows what is there.
    rules: { ...workflowRules, '@typescript-eslint/no-non-null-assertion': 'error' },
  },
  { files: ['**/*.js', '**/*.cjs', '**/*.mjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
  prettier, // which switches `curly` off, so that comes after it
  { files: ['**/*.ts'], rules: dialect },
  {
    files: ['{src,chaos,simulate,fuzz}/**/*.ts'],
    // Not in the three files whose functions make schemas: only zod can spell their types.
    ignores: ['src/input/{rules,text}.ts', 'src/layers/schemaParts.ts'],
    rules: { '@typescript-eslint/explicit-module-boundary-types': 'error' },
  },
);
