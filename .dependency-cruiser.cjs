// The import rules of the layers. `domain` knows nothing but itself; services never know each other; only the
// composition root wires things together.

/** Tests, and the generators of random cases that they share. */
const TESTS = '(\\.test\\.tsx?|/arbitrary\\.ts)$';

/** Nothing of ours but what is named may be imported by modules below `path`. */
function onlyOurs(name, comment, path, allowed) {
  return {
    name,
    comment,
    severity: 'error',
    from: { path, pathNot: TESTS },
    to: { path: '^(src|web|test|scripts|bench)/', pathNot: allowed },
  };
}

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Modules that need each other are one module, or a third one is missing.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'domain-is-pure',
      comment: 'domain imports only domain and the catalogue of errors: no packages, no I/O.',
      severity: 'error',
      from: { path: '^src/domain/', pathNot: TESTS },
      to: { pathNot: ['^src/domain/', '^src/errors\\.ts$'] },
    },
    {
      name: 'services-do-not-know-each-other',
      comment:
        'What needs several nouns is orchestrated by the engine or the controller, or is a rule in domain.',
      severity: 'error',
      from: { path: '^src/services/([^/]+)/', pathNot: TESTS },
      to: { path: '^src/services/', pathNot: ['^src/services/$1/', '^src/services/[^/]+\\.ts$'] },
    },
    onlyOurs(
      'services-know-interfaces',
      'Services import database, domain and the interfaces of connectors; their routes and actions also the controller.',
      '^src/services/.*(?<!routes|actions)\\.ts$',
      [
        '^src/services/',
        '^src/database/',
        '^src/domain/',
        '^src/connectors/.*types\\.ts$',
        '^src/(errors|config|package-root)\\.ts$',
      ],
    ),
    onlyOurs(
      'routes-know-the-controller',
      'Routes and actions of a service may use the controller, nothing above it.',
      '^src/services/.*(routes|actions)\\.ts$',
      [
        '^src/services/',
        '^src/database/',
        '^src/domain/',
        '^src/http/',
        '^src/connectors/.*types\\.ts$',
        '^src/(errors|config|package-root)\\.ts$',
      ],
    ),
    onlyOurs(
      'connectors-know-the-domain',
      'Connectors import domain and errors; data handling also the database.',
      '^src/connectors/(?!data/|identity/)',
      ['^src/connectors/', '^src/domain/', '^src/(errors|package-root)\\.ts$'],
    ),
    onlyOurs(
      'identity-knows-the-settings',
      'How people are known is a setting.',
      '^src/connectors/identity/',
      ['^src/connectors/', '^src/domain/', '^src/(errors|config)\\.ts$'],
    ),
    onlyOurs(
      'data-handling-knows-the-database',
      'The built-in catalogue has its tables in the database, and slices are taken in the transaction of a submission.',
      '^src/connectors/data/',
      ['^src/connectors/', '^src/domain/', '^src/database/', '^src/(errors|package-root)\\.ts$'],
    ),
    onlyOurs('the-database-is-below', 'The database model knows no business.', '^src/database/', [
      '^src/database/',
      '^src/domain/',
      '^src/(errors|config|package-root)\\.ts$',
    ]),
    {
      name: 'only-the-command-starts-poms',
      comment: 'main.ts is the composition root: only the command line and tests import it.',
      severity: 'error',
      from: { path: '^(src|web)/', pathNot: ['^src/cli/', TESTS] },
      to: { path: '^src/main\\.ts$' },
    },
    {
      name: 'web-takes-types',
      comment: 'The console takes types, and what runs in a browser: rules of domain and the shared schemas.',
      severity: 'error',
      from: { path: '^web/', pathNot: TESTS },
      to: {
        path: '^src/',
        pathNot: ['^src/domain/', '^src/services/.*schema\\.ts$', '^src/services/common\\.ts$'],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'shipped-code-ships-its-packages',
      comment: 'What runs in production must not need a package of development.',
      severity: 'error',
      from: { path: '^src/', pathNot: TESTS },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'found',
      comment: 'Every import must resolve.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '/dist/poms\\.mjs$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
