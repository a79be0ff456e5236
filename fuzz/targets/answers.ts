import { legalForms, oddAnswers } from '../arbitraries/answers';
import { status as statusQuery } from '../../src/contract/messages';
import type { OnboardingResult } from '../../src/contract/result';
import { newCustomer, type Stage } from '../stage/stage';
import { until } from '../stage/until';
import { plainInput } from '../stage/waiting';
import { expectQuiet, expectWell } from '../stage/wellbeing';
import { target } from './target';

/** More requests than any onboarding needs: beyond it something turns in circles. */
const MOST_REQUESTS = 300;

async function onboardTo(stage: Stage, customer: string) {
  const socialAccountId = `sa_${crypto.randomUUID()}`;
  const account = { customerExternalId: customer, id: socialAccountId };
  await fetch(`${stage.sandbox.url}/_sandbox/accounts`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(account),
  });
  const value = {
    ...plainInput(customer),
    appMedia: [
      { kind: 'logo', url: 'https://cdn.acme.com/logo.png' },
      { kind: 'screenshot', url: 'https://cdn.acme.com/one.png' },
      { kind: 'screenshot', url: 'https://cdn.acme.com/two.png' },
    ],
    social: { socialAccountIds: [socialAccountId] },
    schedule: { at: '2031-12-01T09:00' },
  };
  return stage.start([{ encoding: 'json/plain', value }], `onboard-${customer}`);
}

const requestsFrom = (stage: Stage, since: number): number =>
  stage.sandbox.ledger().filter(({ seq, type }) => seq > since && type === 'request').length;

export const answers = target(
  'answers',
  'answers of Layers that no document allows: cut, of other types, with other fields',
  5,
  oddAnswers,
  async (stage, rules) => {
    const customer = newCustomer();
    const since = stage.sandbox.ledger().at(-1)?.seq ?? 0;
    await stage.bend(customer, rules);
    const handle = await onboardTo(stage, customer);
    await until(async () => (await handle.query(statusQuery)).attention !== 'none', 4_000, 'a question').catch(
      () => undefined,
    );
    await expectQuiet(handle);
    await expectWell(stage, handle);
    const requests = requestsFrom(stage, since);
    if (requests > MOST_REQUESTS) throw new Error(`${requests} requests for one onboarding`);
  },
);

export const forms = target(
  'forms',
  'answers of Layers in another legal form: compressed, in small pages, bare ids, null lists, other clocks',
  4,
  legalForms,
  async (stage, actions) => {
    const customer = newCustomer();
    await stage.bend(
      customer,
      actions.map((action) => ({ match: { path: '^/v1/' }, action })),
    );
    const handle = await onboardTo(stage, customer);
    let adopted: string | undefined;
    await until(
      async () => {
        const { review, blocked, steps } = await handle.query(statusQuery);
        if (blocked[0]) throw new Blocked(`${blocked[0].step} is blocked: ${blocked[0].code} ${blocked[0].cause}`);
        adopted = steps.find(({ step, fact }) => step === 'project' && fact?.includes('adopted'))?.fact ?? adopted;
        return review !== null;
      },
      30_000,
      'the review',
    ).catch((error: Error) => {
      throw error.cause instanceof Blocked ? error.cause : error;
    });
    if (adopted !== undefined) throw new Error(`A project of its own counts as another's: ${adopted}`);
    await expectWell(stage, handle);
    const { outcome } = (await handle.result()) as OnboardingResult;
    if (outcome !== 'scheduled') throw new Error(`The outcome is ${outcome}`);
    for (const [effect, wanted] of [
      ['project.created', 1],
      ['media.created', 3],
      ['post.created', 1],
    ] as const) {
      const made = stage.sandbox
        .ledger()
        .filter((entry) => entry.type === 'effect' && entry.effect === effect && entry.customerExternalId === customer);
      if (made.length !== wanted) throw new Error(`${made.length} times ${effect}, not ${wanted}`);
    }
  },
);

class Blocked extends Error {}
