import { defineSearchAttributeKey } from '@temporalio/common';

/** The columns and filters of the Web UI's list. Values come from enums and ids: never personal data. */
export const SEARCH_ATTRIBUTES = {
  stage: defineSearchAttributeKey('LayersStage', 'KEYWORD'),
  /** All who are waited for, who acts first in front; `none` where it moves by itself. */
  attention: defineSearchAttributeKey('LayersAttention', 'KEYWORD_LIST'),
  projectId: defineSearchAttributeKey('LayersProjectId', 'KEYWORD'),
  customer: defineSearchAttributeKey('LayersCustomer', 'KEYWORD'),
  mode: defineSearchAttributeKey('LayersMode', 'KEYWORD'),
  /** One code per blocked step. */
  errorCode: defineSearchAttributeKey('LayersErrorCode', 'KEYWORD_LIST'),
  /** Ids that an event may still be waited for, and `consentRef`: how a webhook finds its workflow. */
  refs: defineSearchAttributeKey('LayersRefs', 'KEYWORD_LIST'),
  waitingSince: defineSearchAttributeKey('LayersWaitingSince', 'DATETIME'),
  scheduledFor: defineSearchAttributeKey('LayersScheduledFor', 'DATETIME'),
  reviewRound: defineSearchAttributeKey('LayersReviewRound', 'INT'),
} as const;

/** Stands among the references of an onboarding as long as its customer has a page to connect an account on. */
export const consentRef = (platform: string): string => `consent:${platform}`;
