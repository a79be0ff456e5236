import * as fc from 'fast-check';
import { argumentsOf, type Argument } from './payloads';
import { hostileText, nearly } from './values';

/** Every message of an onboarding, as another SDK, a person or a stranger with a client of Temporal might send it. */
export interface Message {
  as: 'signal' | 'update' | 'query';
  name: string;
  arguments: Argument[];
}

const name = fc.constantFrom<unknown>('maria', 'Omar');
const revision = fc.constantFrom<unknown>(0, 1, -1);
const comment = fc.oneof(fc.constant<unknown>('off brand'), hostileText);
const tiktokVideoId = fc.constantFrom<unknown>('7301234567890123456', '7401234567890123456');
const source = nearly({ tiktokVideoId, keyword: hostileText, pick: fc.constantFrom('first', 'most-viewed', 'person') });
const influencer = nearly({
  influencerId: hostileText,
  create: nearly({ prompt: hostileText, gender: fc.constant('female') }),
});
const step = fc.constantFrom(
  ...['validate', 'project', 'media', 'influencer', 'keywords', 'social', 'source', 'content', 'review', 'schedule'],
);

const SIGNALS = {
  approve: nearly({ reviewer: name, comment, revision }),
  reject: nearly({ reviewer: name, reason: comment, revision }),
  layersEvent: nearly({
    id: hostileText,
    type: fc.constantFrom('job.completed', 'social_account.connected', 'customer.returned', 'test.ping'),
    data: nearly({ jobId: hostileText, id: hostileText, platform: fc.constantFrom('tiktok', 'instagram') }),
  }),
  unknown: nearly({ a: comment }),
};
const UPDATES = {
  decideReview: nearly({
    ...{ decision: fc.constantFrom('approve', 'reject', 'requestChanges'), reviewer: name, revision, comment },
    ...{ scheduleAt: fc.constantFrom('2030-12-01T09:00', '2030-12-01T09:00:00Z', 'never'), source, influencer },
    slides: fc.array(nearly({ index: fc.integer(), note: hostileText }), { maxLength: 3 }),
  }),
  resolveStep: nearly({
    ...{ step, action: fc.constantFrom('retry', 'skip', 'abort'), item: hostileText, operator: name, reason: comment },
    input: nearly({
      name: hostileText,
      adopt: hostileText,
      url: hostileText,
      at: hostileText,
      socialAccountIds: fc.constant([]),
    }),
  }),
  chooseSource: nearly({ tiktokVideoId, by: name }),
  authorizeSocial: nearly({ platform: fc.constantFrom('tiktok', 'instagram') }),
  unknown: nearly({ a: comment }),
};
const QUERIES = { status: nearly({ a: comment }), unknown: nearly({}), __stack_trace: nearly({}) };

const kinds = (as: Message['as'], messages: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Message>[] =>
  Object.entries(messages).map(([name, value]) =>
    fc.record({ as: fc.constant(as), name: fc.constant(name), arguments: argumentsOf(value) }),
  );

export const message: fc.Arbitrary<Message> = fc.oneof(
  ...kinds('signal', SIGNALS),
  ...kinds('update', UPDATES),
  ...kinds('query', QUERIES),
);
