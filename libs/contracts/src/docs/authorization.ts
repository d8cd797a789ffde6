import type { Route } from '../core/contract';
import { BUILT_IN_ROLES } from '../roles/role.dto';

type AnyRoute = Route<never, never, never>;

/** Everybody who may knock. `gone`: whose session has ended, or who is suspended or deleted. `self`: whom the path names. */
export const CALLERS = ['anonymous', 'gone', 'member', 'self', 'moderator', 'admin', 'service'] as const;
export type Caller = (typeof CALLERS)[number];

/** `in`: the route looks at the request, and may still refuse its input or not find what it names. */
export type Verdict = 'in' | 401 | 403;

/** What a service says to a caller at the door of a route. Throws for a contract that does not make sense. */
export function verdictOf(route: AnyRoute, caller: Caller): Verdict {
  const { method, path, access, roles, orSelf } = route;
  const problem =
    (roles && access !== 'user' && 'has roles, but not for users') ||
    (roles?.some((role) => !BUILT_IN_ROLES.some((known) => known === role)) &&
      'names a role that can be deleted') ||
    (orSelf !== undefined &&
      (!roles || !path.includes(`/:${orSelf}`)) &&
      'has nobody who could be meant by orSelf');
  if (problem) throw new Error(`${method} ${path} ${problem}`);
  if (access === 'public') return 'in';
  if (access === 'service') return caller === 'service' ? 'in' : 401;
  if (caller === 'anonymous' || caller === 'gone' || caller === 'service') return 401;
  if (!roles || roles.includes(caller) || (caller === 'self' && orSelf !== undefined)) return 'in';
  return caller === 'self' && roles.includes('member') ? 'in' : 403;
}

const INTRODUCTION = `# Who may call what

Every REST route and every kind of caller, as the contracts say it (\`access\`, \`roles\` and \`orSelf\` in \`libs/contracts\`).
\`test/authorization.journey-spec.ts\` knocks at every route as each of them, through the gateway and at the services
themselves, and compares.

- **in**: the route looks at the request. It may still refuse its input (400), or not find what it names (404).
- **401**: \`AUTH_INVALID\`. **403**: \`FORBIDDEN\`.
- **gone**: the session has ended, or its user is suspended or deleted.
- **self**: the member whom \`:id\` names.
- **service**: another service of ours, with a token for this one. The gateway does not route what is for services: 404.

Roles that are not built in are labels: who has them is let in like a member. What a route shows or lets change beyond
that depends on the caller, too: its summary in \`openapi.yml\` says how. Somebody else's things are answered like
things that do not exist (docs/adr/0006).
`;

/** docs/authorization.md. */
export function buildAuthorization(routes: readonly AnyRoute[]): string {
  const tags = [...new Set(routes.map(({ tag }) => tag))].sort();
  return [
    INTRODUCTION,
    ...tags.map((tag) =>
      section(
        tag,
        routes.filter((route) => route.tag === tag),
      ),
    ),
  ].join('\n');
}

function section(tag: string, routes: AnyRoute[]): string {
  const rows = routes
    .map((route) => [`${route.path} ${route.method}`, rowOf(route)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, row]) => row);
  const head = ['Route', ...CALLERS];
  return [`## ${tag}\n`, line(head), line(head.map(() => '---')), ...rows, ''].join('\n');
}

const rowOf = (route: AnyRoute) =>
  line([`\`${route.method} ${route.path}\``, ...CALLERS.map((caller) => String(verdictOf(route, caller)))]);

const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
