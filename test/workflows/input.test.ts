import { WorkflowFailedError } from '@temporalio/client';
import type { Problem } from '../../src/contract/plan';
import { STEPS } from '../../src/contract/steps';
import { requests, untilStatus, withStack } from '../support/environment';
import { newCustomer } from '../support/inputs';
import { failureOf, statusOf, stepOf, untilReview } from '../support/status';
import { NEXT_YEAR, quickest, sunday } from '../support/steering';

interface Message {
  name: string;
  description?: string;
}
interface Metadata {
  definition: { queryDefinitions: Message[]; signalDefinitions: Message[]; updateDefinitions: Message[] };
  currentDetails: string;
}

/** The workflow as any Temporal SDK can start it: past the checks of our own starter. */
describe('input from another SDK', () => {
  const stack = withStack();

  const refused = async (input: unknown): Promise<{ message: string; problems: Problem[]; nonRetryable: boolean }> => {
    const handle = await stack.start(input, `onboard-${newCustomer()}`);
    const { type, message, details, nonRetryable } = await failureOf(handle.result());
    expect(type).toBe('InvalidInput');
    const status = await statusOf(handle);
    expect(stepOf(status, 'validate').state).toBe('failed');
    expect(status.blocked).toEqual([]);
    return { message, problems: (details![0] as { problems: Problem[] }).problems, nonRetryable: nonRetryable! };
  };

  it.concurrent(
    'an invalid input is refused in one failure that names every problem by its path, before anything is created',
    async () => {
      const targets = Array.from({ length: 51 }, (_, index) => ({ socialAccountId: `sa_${index}`, mode: 'publish' }));
      const { project } = quickest();
      const { message, problems, nonRetryable } = await refused({
        project: { ...project, timezone: 'America/Los_Angles', appDescription: 'Coffee for runners.' },
        appMedia: [{ kind: 'logo', url: 'http://cdn.acmecoffee.com/logo.png' }],
        schedule: { at: `${sunday(NEXT_YEAR, 3, 2)}T02:30`, timezone: 'America/Los_Angeles', targets },
        review: { deadline: 'soon' },
        policy: { waits: { content: { earliest: '10s', deadline: '5s' } } },
        tagline: 'misplaced',
      });
      expect(nonRetryable).toBe(true);
      const said = Object.fromEntries(problems.map((problem) => [problem.path, problem.message]));
      expect(said).toEqual({
        'project.timezone': expect.stringMatching(/America\/Los_Angeles/),
        'project.appDescription': expect.stringMatching(/100/),
        'appMedia[0].url': expect.stringMatching(/https/),
        'schedule.at': expect.stringMatching(/does not exist in America\/Los_Angeles/),
        'schedule.targets': expect.stringMatching(/at most 50 entries, has 51/),
        'review.deadline': expect.any(String),
        'policy.waits.content.earliest': expect.stringMatching(/must not be longer than "deadline"/),
        tagline: expect.stringMatching(/unknown field/),
      });
      expect(message.split('\n')).toEqual(problems.map((problem) => `${problem.path}: ${problem.message}`));
      // Nobody was even looked up.
      const asked = requests(stack.sandbox, 'GET', /^\/v1\/projects$/).map(({ query }) => query);
      expect(asked.filter((query) => query.includes(project.customerExternalId))).toEqual([]);
    },
  );

  it.concurrent.each([
    ['null', null],
    ['a list', []],
    ['text', 'acme-coffee'],
    ['an empty object', {}],
  ])('an input that is %s is refused', async (_what, input) => {
    const { problems } = await refused(input);
    expect(problems.length).toBeGreaterThan(0);
  });

  it.concurrent('an input is refused when the post would have nowhere to go, or goes out in the past', async () => {
    const { problems } = await refused({ project: quickest().project, schedule: { at: '2024-01-01T09:00' } });
    expect(problems.map(({ path }) => path).sort()).toEqual(['schedule', 'schedule.at']);
  });

  it.concurrent('an input keeps e-mail addresses out of ids, unless the workflow has another id', async () => {
    const project = { ...quickest().project, customerExternalId: `${newCustomer()}@example.com` };
    const named = await stack.start({ ...quickest(), project }, `onboard-${newCustomer()}`);
    await untilReview(named);
    await named.cancel();
    const failure = await failureOf((await stack.start({ ...quickest(), project })).result());
    expect(failure.type).toBe('InvalidInput');
    expect(failure.message).toMatch(/^project\.customerExternalId: looks like an e-mail address/);
  });

  it.concurrent(
    'an onboarding acts for the organization that its input names, and shares the queues fairly among them',
    async () => {
      const handle = await stack.start(quickest({ organizationId: 'org_child' }));
      const { ids } = await untilReview(handle);
      expect(stack.sandbox.state.projects[ids.projectId!]!.organizationId).toBe('org_child');
      const { events } = await handle.fetchHistory();
      const priorities = new Map(
        events!.flatMap(({ activityTaskScheduledEventAttributes: scheduled }) =>
          scheduled?.priority?.priorityKey ? [[scheduled.activityType!.name!, scheduled.priority] as const] : [],
        ),
      );
      for (const { fairnessKey } of priorities.values()) expect(fairnessKey).toBe('org_child');
      // What is begun is finished before another customer is admitted.
      const key = (activity: string) => priorities.get(activity)!.priorityKey;
      expect([key('remixSlideshow'), key('listInfluencers'), key('createProject')]).toEqual([2, 3, 5]);
      await handle.cancel();
    },
  );

  it.concurrent(
    'an onboarding can be followed and answered from the Web UI: ten steps in order, and messages that say what they want',
    async () => {
      const handle = await stack.start(quickest());
      const first = await statusOf(handle);
      expect(first.steps.map(({ step }) => step)).toEqual(STEPS);
      const later = await untilReview(handle);
      expect(later.steps.map(({ step }) => step)).toEqual(STEPS);
      expect(later.version).toBeGreaterThan(first.version);
      const { definition, currentDetails } = await handle.query<Metadata>('__temporal_workflow_metadata');
      const { queryDefinitions, signalDefinitions, updateDefinitions } = definition;
      const described = (messages: Message[]) =>
        messages
          .filter(({ name }) => !name.startsWith('__'))
          .map(({ name, description }) => [name, description!.length > 20])
          .toSorted();
      expect(described(signalDefinitions)).toEqual(['approve', 'layersEvent', 'reject'].map((name) => [name, true]));
      expect(described(updateDefinitions)).toEqual(
        ['authorizeSocial', 'chooseSource', 'decideReview', 'resolveStep'].map((name) => [name, true]),
      );
      expect(described(queryDefinitions)).toContainEqual(['status', true]);
      expect(currentDetails).toContain(`layers-onboarding approve ${handle.workflowId}`);
      await handle.cancel();
    },
  );

  it.concurrent('an onboarding runs with nothing but what is required, on the defaults', async () => {
    const customer = newCustomer();
    const handle = await stack.start({
      project: { name: 'Acme Coffee', customerExternalId: customer, timezone: 'Europe/Berlin' },
    });
    const status = await untilStatus(handle, ({ steps }) => steps.some(({ typical }) => typical === '60s'));
    expect(status).toMatchObject({ stage: 'preparing', mode: 'sandbox', customer: { externalId: customer } });
    expect(stepOf(status, 'influencer')).toMatchObject({ state: 'waiting', typical: '60s' });
    expect(stepOf(status, 'media')).toMatchObject({ state: 'skipped', fact: 'no media in the input' });
    expect(stepOf(status, 'keywords')).toMatchObject({ state: 'skipped', fact: 'no appDescription' });
    expect(stepOf(status, 'social')).toMatchObject({ state: 'skipped', fact: 'no account asked for' });
    expect((await handle.describe()).memo).toMatchObject({ inputDigest: expect.any(String) });
    await handle.cancel();
    await expect(handle.result()).rejects.toThrow(WorkflowFailedError);
  });
});
