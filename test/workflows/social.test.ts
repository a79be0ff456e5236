import type { WorkflowHandle } from '@temporalio/client';
import { authorizeSocial, CUSTOMER_RETURNED, layersEvent, type AuthorizeSocialArgs } from '../../src/contract/messages';
import { SEARCH_ATTRIBUTES } from '../../src/contract/searchAttributes';
import type { OnboardingInput } from '../../src/contract/input';
import type { OnboardingResult } from '../../src/contract/result';
import {
  consent,
  effects,
  requests,
  underReview,
  until,
  untilStatus,
  withStack,
  type Stack,
} from '../support/environment';
import { FAST_WAITS, nextWeek } from '../support/inputs';
import { approve, authorize, connect, connectedEvent, retry, skip } from '../support/people';
import { failureOf, statusOf, stepOf, untilBlocked, untilReview, untilStep } from '../support/status';
import {
  bend,
  customerOf,
  existingAccount,
  loseAccount,
  quickest,
  skipTime,
  toConnect,
  withAccounts,
} from '../support/steering';

/** A customer gives access to an account in their own time; only the post needs it. */
describe('the social account', () => {
  const stack = withStack();
  /** Where consents are short-lived, and only one host may be returned to. */
  const keys = [{ key: 'lp_test_suite', returnHosts: ['app.acmecoffee.com'] }];
  const strict = withStack({ sandbox: { keys, oauthStateMs: 800 } });

  const posts = ({ sandbox }: Stack, input: OnboardingInput) => effects(sandbox, 'post.created', customerOf(input));
  const connectedId = (handle: WorkflowHandle): Promise<string> =>
    untilStep(handle, 'social', 'done').then(({ ids }) => ids.socialAccountIds![0]!);

  it.concurrent(
    'the social account is asked for beside everything else, and nothing is minted until the customer asks',
    async () => {
      const input = toConnect();
      await bend(stack.sandbox, customerOf(input), {
        match: { method: 'POST', path: '^/v1/projects$' },
        action: { kind: 'delay', ms: 300 },
      });
      const handle = await stack.start(input);
      expect(await failureOf(authorize(handle))).toMatchObject({ type: 'TooEarly' });
      const waiting = await untilStatus(handle, ({ attention }) => attention === 'customer');
      expect(stepOf(waiting, 'social').state).toBe('waiting');
      await untilReview(handle);
      // Both are found by the list, and the reviewer, who acts first, stands in front.
      const { typedSearchAttributes } = await handle.describe();
      expect(typedSearchAttributes.get(SEARCH_ATTRIBUTES.attention)).toEqual(['reviewer', 'customer']);
      const minted = effects(stack.sandbox, 'oauth.minted', customerOf(input));
      expect(minted).toHaveLength(0);
      await approve(handle);
      const stuck = await untilStatus(handle, ({ stage }) => stage === 'schedule');
      expect(stuck.attention).toBe('customer');
      expect(posts(stack, input)).toHaveLength(0);
      await connect(handle);
      expect(await handle.result()).toMatchObject({ outcome: 'scheduled' });
    },
  );

  it.concurrent('the social account is looked for as soon as a webhook tells of it', async () => {
    const input = toConnect({ schedule: { at: nextWeek(), mode: 'managed' } });
    const handle = await stack.start(input);
    await untilStep(handle, 'social', 'waiting');
    const { authorizeUrl, expiresAt, platform } = await authorize(handle);
    expect(platform).toBe('tiktok');
    expect(Date.parse(expiresAt) - Date.now()).toBeGreaterThan(9 * 60_000);
    const looks = () => requests(stack.sandbox, 'GET', /oauth-status/).filter(({ path }) => path.endsWith(state));
    const state = new URL(authorizeUrl).searchParams.get('state')!;
    await until(async () => looks().length === 1);
    const consentedAt = Date.now();
    await consent(authorizeUrl);
    await connectedEvent(handle);
    const accountId = await connectedId(handle);
    // Without the webhook the next look comes 15 seconds after the first.
    expect(Date.now() - consentedAt).toBeLessThan(10_000);
    expect(looks()).toHaveLength(2);
    await approve(handle);
    expect(await handle.result()).toMatchObject({ scheduledPosts: [{ socialAccountId: accountId, mode: 'managed' }] });
    expect(posts(stack, input)).toHaveLength(1);
    expect(await failureOf(authorize(handle)).catch(() => 'ended')).toBe('ended');
  });

  it.concurrent('the social account shows up in the review that is under way as soon as it is connected', async () => {
    const handle = await stack.start(toConnect());
    const before = await untilReview(handle);
    expect(before.review).toMatchObject({ targets: [], accounts: [], maxRounds: 5 });
    await connect(handle);
    const { review, connect: asked } = await untilStatus(handle, ({ review: shown }) => shown!.targets.length === 1);
    expect(asked).toBeNull();
    const { socialAccountId } = review!.targets[0]!;
    expect(review!.accounts).toEqual([{ socialAccountId, platform: 'tiktok', handle: null }]);
    await handle.cancel();
  });

  it.concurrent('a named account is shown by its name', async () => {
    const { input, accounts } = await withAccounts(stack.sandbox);
    const [accountId] = accounts;
    const handle = await stack.start(input);
    const { review } = await untilReview(handle);
    const { handle: name } = stack.sandbox.state.accounts[accountId]!;
    expect(name).toBeTruthy();
    expect(review!.accounts).toEqual([{ socialAccountId: accountId, platform: 'tiktok', handle: name }]);
    await handle.cancel();
  });

  it.concurrent('the social account can be refused by the customer and then given', async () => {
    const handle = await stack.start(toConnect());
    await untilStep(handle, 'social', 'waiting');
    await consent((await authorize(handle)).authorizeUrl, 'deny');
    await connectedEvent(handle);
    const { notes } = await untilStatus(handle, (status) => status.notes.length > 0);
    expect(notes).toEqual(['Connecting tiktok failed: access_denied. The customer can try again.']);
    expect(stepOf(await statusOf(handle), 'social').state).toBe('waiting');
    await connect(handle);
    await connectedId(handle);
    await handle.cancel();
  });

  it.concurrent(
    'a customer who asks twice with one id gets the same page, and is asked for each platform by itself',
    async () => {
      const handle = await stack.start(
        toConnect({ social: { connect: [{ platform: 'tiktok' }, { platform: 'instagram' }] } }),
      );
      await untilStep(handle, 'social', 'waiting');
      const click = { args: [{ platform: 'tiktok' }] as [AuthorizeSocialArgs], updateId: 'click-1' };
      const [first, again] = [
        await handle.executeUpdate(authorizeSocial, click),
        await handle.executeUpdate(authorizeSocial, click),
      ];
      expect(again).toEqual(first);
      await consent(first.authorizeUrl);
      await connectedEvent(handle);
      const refusal = await until(() =>
        authorize(handle, { platform: 'tiktok' }).then(
          () => false,
          (error: unknown) => failureOf(Promise.reject(error as Error)),
        ),
      );
      expect(refusal).toMatchObject({ type: 'ActionNotAllowed', details: [{ waiting: ['instagram'] }] });
      const halfWay = await statusOf(handle);
      expect(halfWay.connect).toEqual([
        { platform: 'tiktok', connected: true, failures: 0 },
        { platform: 'instagram', connected: false, failures: 0 },
      ]);
      expect(stepOf(halfWay, 'social').fact).toBe('instagram: the customer has to connect an account');
      await connect(handle);
      const { ids } = await untilStep(handle, 'social', 'done');
      const platforms = ids.socialAccountIds!.map((id) => stack.sandbox.state.accounts[id]!.platform);
      expect(platforms).toEqual(['tiktok', 'instagram']);
      expect(await failureOf(authorize(handle))).toMatchObject({ type: 'ActionNotAllowed' });
      await handle.cancel();
    },
  );

  it.concurrent('a customer who presses again and again gets one page, and Layers is asked once', async () => {
    const input = toConnect();
    const handle = await stack.start(input);
    await untilStep(handle, 'social', 'waiting');
    const pages = await Promise.all(Array.from({ length: 20 }, () => authorize(handle)));
    expect(new Set(pages.map(({ authorizeUrl }) => authorizeUrl)).size).toBe(1);
    expect(await authorize(handle)).toEqual(pages[0]);
    expect(effects(stack.sandbox, 'oauth.minted', customerOf(input))).toHaveLength(1);
    await consent(pages[0]!.authorizeUrl);
    await connectedEvent(handle);
    await connectedId(handle);
    await handle.cancel();
  });

  it.concurrent('a customer who comes back gets a page that is not used up, but not one after the other', async () => {
    const input = toConnect({ policy: { waits: { ...FAST_WAITS, social: { deadline: '14 days' } } } });
    const handle = await stack.start(input);
    await untilStep(handle, 'social', 'waiting');
    const urls = new Set<string>();
    for (let visit = 0; visit < 5; visit++) {
      urls.add((await authorize(handle)).authorizeUrl);
      await handle.signal(layersEvent, { id: `return-${visit}`, type: CUSTOMER_RETURNED, data: {} });
    }
    expect(urls.size).toBe(5);
    expect(await failureOf(authorize(handle))).toMatchObject({
      type: 'TooEarly',
      details: [{ again: expect.stringMatching(/Z$/) }],
    });
    expect(effects(stack.sandbox, 'oauth.minted', customerOf(input))).toHaveLength(5);
    await skipTime(stack, handle, '11 minutes');
    urls.add((await authorize(handle)).authorizeUrl);
    expect(urls.size).toBe(6);
    await handle.cancel();
  });

  it.concurrent('the social account is found in the account list when the consent has expired unseen', async () => {
    const handle = await strict.start(
      toConnect({ social: { connect: [{ platform: 'tiktok', returnUrl: 'https://app.acmecoffee.com/back' }] } }),
    );
    const { ids } = await untilStep(handle, 'social', 'waiting');
    const { expiresAt } = await authorize(handle);
    await until(async () => Date.now() > Date.parse(expiresAt));
    // First nothing has come of it, and the customer can still ask again.
    await connectedEvent(handle);
    const lists = () =>
      requests(strict.sandbox, 'GET', /social-accounts$/).filter(({ path }) => path.includes(ids.projectId!));
    await until(async () => lists().length === 1);
    const another = await authorize(handle);
    expect(stepOf(await statusOf(handle), 'social').state).toBe('waiting');
    const accountId = await existingAccount(strict.sandbox, ids.projectId!);
    await until(async () => Date.now() > Date.parse(another.expiresAt));
    await connectedEvent(handle);
    expect(await connectedId(handle)).toBe(accountId);
    expect(lists()).toHaveLength(2);
    await handle.cancel();
  });

  it.concurrent('a customer who cannot have a page is told why, and is still waited for', async () => {
    const handle = await strict.start(
      toConnect({ social: { connect: [{ platform: 'tiktok', returnUrl: 'https://elsewhere.example/back' }] } }),
    );
    await untilStep(handle, 'social', 'waiting');
    const failure = await failureOf(authorize(handle));
    expect(failure).toMatchObject({ type: 'RETURN_URL_NOT_ALLOWED', details: [{ httpStatus: 403, who: 'operator' }] });
    expect(failure.message).toContain('elsewhere.example');
    expect(stepOf(await statusOf(handle), 'social').state).toBe('waiting');
    await handle.cancel();
  });

  it.concurrent(
    'the social account blocks at the deadline; a retry waits again, and a consent given meanwhile counts',
    async () => {
      const handle = await stack.start(toConnect());
      await untilReview(handle);
      const { authorizeUrl } = await authorize(handle);
      await skipTime(stack, handle, '11 minutes');
      const blocked = await untilBlocked(handle, 'social');
      expect(blocked).toMatchObject({ code: 'NotConnected', who: 'customer', actions: ['retry', 'skip', 'abort'] });
      expect(await failureOf(authorize(handle))).toMatchObject({ type: 'ActionNotAllowed' });
      await consent(authorizeUrl);
      await retry(handle, 'social');
      await connectedId(handle);
      await handle.cancel();
    },
  );

  it.concurrent(
    'the social account may be skipped; the post then has no account until one is named, or is skipped as well',
    async () => {
      const inputs = [toConnect(), toConnect()];
      const handles = await Promise.all(inputs.map((input) => stack.start(input)));
      await Promise.all(
        handles.map(async (handle) => {
          await untilReview(handle);
          await skipTime(stack, handle, '11 minutes');
          await untilBlocked(handle, 'social', 'NotConnected');
          await skip(handle, 'social', 'sends the account later');
          expect(stepOf(await statusOf(handle), 'social')).toMatchObject({
            state: 'skipped',
            fact: 'sends the account later',
          });
          await approve(handle);
          expect(await untilBlocked(handle, 'schedule')).toMatchObject({
            code: 'NoAccount',
            actions: ['retry', 'skip', 'abort'],
          });
        }),
      );
      const [named, skipped] = handles as [WorkflowHandle, WorkflowHandle];
      const accountId = await existingAccount(stack.sandbox, (await statusOf(named)).ids.projectId!);
      await retry(named, 'schedule', { targets: [{ socialAccountId: accountId, mode: 'draft' }] });
      expect(await named.result()).toMatchObject({
        outcome: 'scheduled',
        scheduledPosts: [{ socialAccountId: accountId, mode: 'draft' }],
      });
      await skip(skipped, 'schedule');
      const result = await skipped.result();
      expect(result).toMatchObject({ outcome: 'ready', scheduledPosts: [] });
      expect(stepOf(result, 'schedule')).toMatchObject({ state: 'skipped', fact: 'skip by omar' });
      expect(posts(stack, inputs[1]!)).toHaveLength(0);
    },
  );

  it.concurrent(
    'a named account does not stand for another one of its platform, which the customer is asked for',
    async () => {
      const { input, accounts } = await withAccounts(stack.sandbox);
      const [accountId] = accounts;
      const social: OnboardingInput['social'] = { socialAccountIds: [accountId], connect: [{ platform: 'tiktok' }] };
      const handle = await stack.start({ ...input, social });
      await untilStep(handle, 'social', 'waiting');
      await untilReview(handle);
      // The same account once more is not enough.
      const { authorizeUrl } = await authorize(handle);
      const state = new URL(authorizeUrl).searchParams.get('state')!;
      Object.assign(stack.sandbox.state.oauthStates[state]!, { status: 'completed', socialAccountId: accountId });
      await connectedEvent(handle);
      const { notes } = await untilStatus(handle, (status) => status.notes.length > 0);
      expect(notes.at(-1)).toMatch(/^Connecting tiktok failed: this account is connected already/);
      await connect(handle);
      await approve(handle);
      await handle.result();
      const posted = posts(stack, input).map(({ data }) => data!.socialAccountId);
      expect(posted).toHaveLength(2);
      expect(posted).toContain(accountId);
      expect(new Set(posted).size).toBe(2);
    },
  );

  it.concurrent('a named account does not stand for another one when a consent has expired either', async () => {
    const { input, accounts } = await withAccounts(strict.sandbox);
    const returnUrl = 'https://app.acmecoffee.com/back';
    const social: OnboardingInput['social'] = {
      socialAccountIds: accounts,
      connect: [{ platform: 'tiktok', returnUrl }],
    };
    const handle = await strict.start({ ...input, social });
    const { ids } = await untilStep(handle, 'social', 'waiting');
    const lists = () =>
      requests(strict.sandbox, 'GET', /social-accounts$/).filter(({ path }) => path.includes(ids.projectId!)).length;
    const before = lists();
    const { expiresAt } = await authorize(handle);
    await until(async () => Date.now() > Date.parse(expiresAt));
    await connectedEvent(handle);
    await until(async () => lists() > before);
    await authorize(handle);
    expect(stepOf(await statusOf(handle), 'social').state).toBe('waiting');
    await handle.cancel();
  });

  it.concurrent('a named account that has lost its connection is connected anew', async () => {
    const { input, accounts } = await withAccounts(stack.sandbox);
    const [accountId] = accounts;
    await loseAccount(stack.sandbox, accountId);
    const handle = await stack.start(input);
    await connect(handle);
    expect(await connectedId(handle)).toBe(accountId);
    const reauth = requests(stack.sandbox, 'POST', /reauth-url$/).filter(({ path }) =>
      path.includes(stack.sandbox.state.accounts[accountId]!.projectId),
    );
    expect(reauth).toHaveLength(1);
    await handle.cancel();
  });

  it.concurrent('a named account that is not usable blocks, until another is named', async () => {
    const { input, accounts } = await withAccounts(stack.sandbox);
    const [accountId] = accounts;
    await loseAccount(stack.sandbox, accountId, 'disconnected');
    const { accounts: foreign } = await withAccounts(stack.sandbox);
    const [gone, strange] = await Promise.all([
      stack.start(input),
      stack.start({ ...quickest({ schedule: { at: nextWeek() } }), social: { socialAccountIds: [foreign[0]] } }),
    ]);
    expect((await untilBlocked(gone, 'social')).cause).toBe(`Account ${accountId} is disconnected.`);
    const blocked = await untilBlocked(strange, 'social');
    expect(blocked).toMatchObject({ code: 'AccountNotUsable', who: 'customer' });
    expect(blocked.cause).toBe(`Account ${foreign[0]} is not connected to this project.`);
    // The others go on meanwhile.
    await untilReview(gone);
    const other = await existingAccount(stack.sandbox, (await statusOf(gone)).ids.projectId!);
    await retry(gone, 'social', { socialAccountIds: [other] });
    expect(await connectedId(gone)).toBe(other);
    await Promise.all([gone.cancel(), strange.cancel()]);
  });

  const refusedOnce = (input: OnboardingInput): Promise<void> =>
    bend(stack.sandbox, customerOf(input), {
      match: { method: 'POST', path: '/schedule$' },
      times: 1,
      action: { kind: 'answer', status: 422, code: 'CREDENTIAL_INVALID', store: 'fault' },
    });

  it.concurrent(
    'an account that is lost before the post is scheduled is waited for again, and the post goes out once',
    async () => {
      const { input, accounts } = await withAccounts(stack.sandbox);
      const [accountId] = accounts;
      await refusedOnce(input);
      const handle = await stack.start(input);
      await untilReview(handle);
      await loseAccount(stack.sandbox, accountId);
      await approve(handle);
      await connect(handle);
      expect(await handle.result()).toMatchObject({
        outcome: 'scheduled',
        scheduledPosts: [{ socialAccountId: accountId }],
      });
      expect(posts(stack, input)).toHaveLength(1);
    },
  );

  it.concurrent('an account that was disconnected meanwhile is replaced by another', async () => {
    const { input, accounts } = await withAccounts(stack.sandbox);
    const [accountId] = accounts;
    const handle = await stack.start(input);
    await untilReview(handle);
    await loseAccount(stack.sandbox, accountId, 'disconnected');
    await approve(handle);
    await connect(handle);
    const result = await handle.result();
    expect(result.outcome).toBe('scheduled');
    const [post] = posts(stack, input);
    expect(post!.data!.socialAccountId).not.toBe(accountId);
    expect(result.scheduledPosts).toMatchObject([{ socialAccountId: post!.data!.socialAccountId }]);
  });

  it.concurrent('two lost accounts of one platform are each replaced by another', async () => {
    const { input, accounts: lost } = await withAccounts(stack.sandbox, {}, { count: 2 });
    const handle = await stack.start({ ...input, social: { socialAccountIds: lost } });
    await untilStatus(handle, (status) => underReview(status) && stepOf(status, 'social').state === 'done');
    for (const id of lost) await loseAccount(stack.sandbox, id, 'disconnected');
    await approve(handle);
    await connect(handle);
    await untilStatus(handle, ({ connect: asked }) => asked?.some(({ connected }) => connected) === true);
    await connect(handle);
    const { scheduledPosts } = (await handle.result()) as OnboardingResult;
    expect(new Set(scheduledPosts.map(({ socialAccountId }) => socialAccountId)).size).toBe(2);
  });

  it.concurrent('a lost account that an operator gives up on blocks the post with what Layers said', async () => {
    const { input, accounts } = await withAccounts(stack.sandbox);
    const [accountId] = accounts;
    await refusedOnce(input);
    const handle = await stack.start(input);
    await untilReview(handle);
    await loseAccount(stack.sandbox, accountId);
    await approve(handle);
    await untilStep(handle, 'social', 'waiting');
    await skipTime(stack, handle, '11 minutes');
    await untilBlocked(handle, 'social', 'NotConnected');
    await skip(handle, 'social');
    expect(await untilBlocked(handle, 'schedule')).toMatchObject({ code: 'CREDENTIAL_INVALID' });
    await skip(handle, 'schedule');
    expect(await handle.result()).toMatchObject({ outcome: 'ready' });
    expect(posts(stack, input)).toHaveLength(0);
  });
});
