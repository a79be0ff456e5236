import { temporal } from '@temporalio/proto';
import type { Connection } from '@temporalio/client';
import { SearchAttributeType } from '@temporalio/common';
import { grpcError, MisconfiguredError } from '../client/errors';
import { SEARCH_ATTRIBUTES } from '../contract/searchAttributes';

const { IndexedValueType } = temporal.api.enums.v1;

/** How the server, its CLI and its UI spell the types. */
const TYPE_NAMES = {
  [SearchAttributeType.KEYWORD]: 'Keyword',
  [SearchAttributeType.KEYWORD_LIST]: 'KeywordList',
  [SearchAttributeType.DATETIME]: 'Datetime',
  [SearchAttributeType.INT]: 'Int',
} as const;
type TypeName = (typeof TYPE_NAMES)[keyof typeof TYPE_NAMES];

const WIRE_TYPES: Readonly<Record<TypeName, temporal.api.enums.v1.IndexedValueType>> = {
  Keyword: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  KeywordList: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST,
  Datetime: IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
  Int: IndexedValueType.INDEXED_VALUE_TYPE_INT,
};

export interface SearchAttribute {
  name: string;
  type: TypeName;
}

/** The ten attributes of an onboarding, as the server names them. */
export const searchAttributes: readonly SearchAttribute[] = Object.values(SEARCH_ATTRIBUTES).map(({ name, type }) => ({
  name,
  type: TYPE_NAMES[type],
}));

/** What an operator with the right to do so runs where this process may not register them. */
export const registrationCommands = (namespace: string, attributes: readonly SearchAttribute[]): string[] =>
  attributes.map(
    ({ name, type }) =>
      `temporal operator search-attribute create --namespace ${namespace} --name ${name} --type ${type}`,
  );

type Services = Pick<Connection, 'operatorService' | 'workflowService'>;

/** What was missing, and is there now. */
export interface Ensured {
  registered: readonly string[];
}

/**
 * Sees to it that the namespace has all ten, and that they can be used. Throws `MisconfiguredError` with the exact commands
 * where they are missing and may not be registered from here, and where one exists with another type.
 */
export async function ensureSearchAttributes(
  { operatorService, workflowService }: Services,
  namespace: string,
  options: { usableWithinMs?: number } = {},
): Promise<Ensured> {
  const existing = await registered(operatorService, namespace);
  if (existing === null) {
    await demandUsable(workflowService, namespace, 0); // the list is not for us: ask by use
    return { registered: [] };
  }
  const missing = searchAttributes.filter(({ name }) => existing[name] === undefined);
  const wrong = searchAttributes.filter(
    ({ name, type }) => existing[name] !== undefined && existing[name] !== WIRE_TYPES[type],
  );
  if (wrong.length > 0)
    throw new MisconfiguredError(
      `The namespace "${namespace}" has search attributes of the same names but other types: ` +
        `${wrong.map(({ name, type }) => `${name} must be ${type}`).join(', ')}. Use another namespace, or run:\n` +
        wrong
          .flatMap((attribute) => [
            `temporal operator search-attribute remove --namespace ${namespace} --name ${attribute.name}`,
            ...registrationCommands(namespace, [attribute]),
          ])
          .map((command) => `  ${command}`)
          .join('\n'),
    );
  if (missing.length === 0) return { registered: [] };
  try {
    await operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(missing.map(({ name, type }) => [name, WIRE_TYPES[type]])),
    });
  } catch (error) {
    if (grpcError(error)?.code === ALREADY_EXISTS)
      return ensureSearchAttributes({ operatorService, workflowService }, namespace, options);
    throw notAllowed(namespace, missing, error);
  }
  await demandUsable(workflowService, namespace, options.usableWithinMs ?? 20_000);
  return { registered: missing.map(({ name }) => name) };
}

const INVALID_ARGUMENT = 3;
const ALREADY_EXISTS = 6;
const MAY_NOT = [7 /* permission denied */, 12 /* unimplemented */, 16 /* unauthenticated */];

/** The namespace's own attributes; `null` where this process may not list them, as on Temporal Cloud. */
async function registered(operatorService: Services['operatorService'], namespace: string) {
  try {
    return (await operatorService.listSearchAttributes({ namespace })).customAttributes;
  } catch (error) {
    if (MAY_NOT.includes(grpcError(error)?.code ?? -1)) return null;
    throw error;
  }
}

/** New attributes can be queried after about 2.6 s on a server with a database of its own, at once on a dev server. */
async function demandUsable(
  workflowService: Services['workflowService'],
  namespace: string,
  withinMs: number,
): Promise<void> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const unusable = await firstUnusable(workflowService, namespace);
    if (unusable === null) return;
    if (Date.now() >= deadline) throw notAllowed(namespace, searchAttributes, unusable);
    await new Promise((resolve) => setTimeout(resolve, 250)); // visibility calls are rationed: 10 a second and more
  }
}

async function firstUnusable(workflowService: Services['workflowService'], namespace: string): Promise<unknown> {
  const query = searchAttributes.map(({ name }) => `${name} IS NOT NULL`).join(' AND ');
  try {
    await workflowService.countWorkflowExecutions({ namespace, query });
    return null;
  } catch (error) {
    if (grpcError(error)?.code === INVALID_ARGUMENT) return error;
    throw error;
  }
}

const notAllowed = (namespace: string, missing: readonly SearchAttribute[], cause: unknown): MisconfiguredError =>
  new MisconfiguredError(
    [
      `The namespace "${namespace}" lacks search attributes, and they cannot be registered from here (${grpcError(cause)?.details ?? String(cause)}).`,
      'Run:',
      ...registrationCommands(namespace, missing).map((command) => `  ${command}`),
    ].join('\n'),
    { cause },
  );
