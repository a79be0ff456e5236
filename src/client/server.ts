import type { WorkflowExecutionDescription } from '@temporalio/client';
import { defineSearchAttributeKey } from '@temporalio/common';
import { SEARCH_ATTRIBUTES } from '../contract/searchAttributes';
import { STAGES, type Attention, type Mode, type Stage } from '../contract/steps';
import { readCustomer } from './readable';

/** What the Temporal server knows by itself, also while no worker runs: from the last published change. */
export interface ServerKnowledge {
  customer: { externalId: string; name: string; timezone: string } | null;
  stage: Stage | null;
  /** The one who comes first of those in `waitsFor`. */
  attention: Attention | null;
  /** Everybody who is waited for. */
  waitsFor: Attention[];
  mode: Mode | null;
  projectId: string | null;
  errorCodes: string[];
  /** UTC, ISO 8601, as every time here. */
  waitingSince: string | null;
  scheduledFor: string | null;
  reviewRound: number | null;
}

/** Who comes first where several are waited for. */
const STRONGEST: readonly Attention[] = ['operator', 'reviewer', 'customer', 'none'];

/**
 * What the server alone knows of an onboarding, from its describe or list entry. Anybody may start a workflow of this type
 * with any memo and any attributes, so each value is looked at before it is believed.
 */
export function serverKnowledge(
  info: Pick<WorkflowExecutionDescription, 'typedSearchAttributes' | 'memo'>,
): ServerKnowledge {
  const values = (name: keyof typeof SEARCH_ATTRIBUTES): unknown[] => {
    const key = SEARCH_ATTRIBUTES[name];
    // A server may still have the attribute of an older build, which held one value where this one holds several.
    const others = (['KEYWORD', 'KEYWORD_LIST'] as const).map((type) => defineSearchAttributeKey(key.name, type));
    const found: unknown[] = [key, ...others].map((one) => info.typedSearchAttributes.get(one));
    return [found.find((value) => value !== undefined) ?? []].flat();
  };
  const texts = (name: keyof typeof SEARCH_ATTRIBUTES): string[] =>
    values(name).filter((value) => typeof value === 'string');
  const oneOf = <T extends string>(all: readonly T[], name: keyof typeof SEARCH_ATTRIBUTES): T | null =>
    all.find((one) => texts(name).includes(one)) ?? null;
  const time = (name: keyof typeof SEARCH_ATTRIBUTES): string | null =>
    values(name)
      .find((value) => value instanceof Date)
      ?.toISOString() ?? null;

  const customer = readCustomer(info.memo?.['customer']);
  const externalId = customer?.externalId || texts('customer')[0];
  const attention = oneOf(STRONGEST, 'attention');
  return {
    customer:
      externalId === undefined
        ? null
        : { externalId, name: customer?.name ?? externalId, timezone: customer?.timezone ?? 'UTC' },
    stage: oneOf(STAGES, 'stage'),
    attention,
    waitsFor: STRONGEST.filter((who) => who !== 'none' && texts('attention').includes(who)),
    mode: oneOf<Mode>(['sandbox', 'live'], 'mode'),
    projectId: texts('projectId')[0] ?? null,
    errorCodes: texts('errorCode'),
    waitingSince: time('waitingSince'),
    scheduledFor: time('scheduledFor'),
    reviewRound: values('reviewRound').find((value) => typeof value === 'number') ?? null,
  };
}
