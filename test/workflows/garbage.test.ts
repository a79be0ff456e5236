import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import * as fc from 'fast-check';
import { onboardingStatus } from '../../src/client/view';
import type { RefusalType } from '../../src/contract/failures';
import { ONBOARD_CUSTOMER } from '../../src/contract/messages';
import { connectClient, targetAt } from '../../src/temporal/connect';
import { temporalAddress, underReview, until, withStack } from '../support/environment';
import { newCustomer } from '../support/inputs';
import { decide, resolve, retry } from '../support/people';
import { failureOf, statusOf, untilBlocked, untilReview } from '../support/status';
import { bend, customerOf, quickest } from '../support/steering';

/**
 * What any client of any SDK can send, by mistake or on purpose. Whatever it is, the onboarding goes on: it answers, it can
 * be decided about, and it ends; and no workflow task of it has failed on the way.
 */

/** What lies on the wire: the bytes, and how they claim to be encoded; `null` for no claim. */
interface Wire {
  metadata: Record<string, Uint8Array>;
  data: Uint8Array;
}
const wire = (data: string | Buffer, encoding: string | null = 'json/plain'): Wire => ({
  metadata: encoding === null ? {} : { encoding: Buffer.from(encoding) },
  data: Buffer.from(data),
});
const json = (value: unknown): Wire => wire(JSON.stringify(value));

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
const manyFields = (count: number): Record<string, number> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`unknown_${index}`, 0]));

/** Payloads that are no JSON of ours, by what their refusal says of them. */
const UNDECODABLE: [what: string, payload: Wire, said: string][] = [
  ['text that is not JSON', wire('{not json'), 'encoding json/plain, but not JSON'],
  ['another SDK’s protobuf', wire('{"reviewer":"x"}', 'json/protobuf'), 'encoding json/protobuf'],
  ['what a codec has encrypted', wire(Buffer.from([1, 2, 255]), 'binary/encrypted'), 'encoding binary/encrypted'],
  ['bytes', wire(Buffer.alloc(64, 7), 'binary/plain'), 'encoding binary/plain'],
  ['a payload without encoding', wire('{"reviewer":"x"}', null), 'no encoding'],
  ['a list nested 20,000 deep', wire(nested(20_000)), 'nested more than'],
];

const REFUSALS: RefusalType[] = ['InvalidMessage', 'StaleRevision', 'NotBlocked', 'ActionNotAllowed', 'AlreadyDecided'];

/** Whatever JSON can say, and what it cannot. `0` and nothing at all would be a right revision. */
const anything = fc.jsonValue({ maxDepth: 4 });
const notZero = anything.filter((value) => value !== 0 && value !== null && value !== '');
const anyText = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('maria', ' ', '\u202e'));
/** Messages by their fields, each of them right or anything. Nobody asks for revision 7. */
const anyMessage = fc.record(
  {
    decision: fc.oneof(fc.constantFrom('approve', 'reject', 'requestChanges'), anything),
    reviewer: fc.oneof(anyText, anything),
    revision: fc.oneof(fc.constant(7), notZero),
    comment: fc.oneof(anyText, anything),
    reason: fc.oneof(anyText, anything),
    scheduleAt: fc.oneof(fc.constant('2030-02-31T09:00'), anyText, anything),
    source: anything,
    slides: anything,
    step: fc.oneof(fc.constantFrom('content', 'project'), anything),
    action: fc.oneof(fc.constantFrom('retry', 'abort'), anything),
    item: fc.oneof(anyText, anything),
    input: anything,
    operator: fc.oneof(anyText, anything),
    tiktokVideoId: fc.oneof(anyText, anything),
    by: fc.oneof(anyText, anything),
    platform: fc.oneof(fc.constant('tiktok'), anything),
    id: fc.oneof(anyText, anything),
    type: fc.oneof(fc.constant('job.completed'), anything),
    data: fc.oneof(fc.dictionary(fc.string(), anyText), anything),
  },
  { requiredKeys: ['revision'] },
);
const anyPayload = fc.oneof(
  anyMessage.map(json),
  anything.filter((value) => value !== null).map(json),
  fc
    .tuple(
      fc.uint8Array({ maxLength: 200 }),
      fc.option(fc.oneof(fc.constantFrom('json/plain', 'binary/null'), fc.string())),
    )
    .map(([data, encoding]) => wire(Buffer.from(data), encoding)),
);

describe('an onboarding that is sent garbage', () => {
  const stack = withStack();

  const execution = (workflowId: string) => ({ namespace: 'default', workflowExecution: { workflowId } });

  async function signal({ workflowId }: WorkflowHandle, signalName: string, ...payloads: Wire[]): Promise<void> {
    await stack.client.workflowService.signalWorkflowExecution({
      ...execution(workflowId),
      signalName,
      input: { payloads },
      requestId: randomUUID(),
    });
  }

  /** Type and message of its refusal; `null` where it was taken. */
  async function update({ workflowId }: WorkflowHandle, name: string, ...payloads: Wire[]) {
    const { outcome } = await stack.client.workflowService.updateWorkflowExecution({
      ...execution(workflowId),
      waitPolicy: { lifecycleStage: 3 },
      request: { meta: { updateId: randomUUID() }, input: { name, args: { payloads } } },
    });
    const failure = outcome?.failure ?? null;
    return failure && { type: failure.applicationFailureInfo?.type, message: failure.message ?? '' };
  }

  async function start(payloads: Wire[], more: Record<string, unknown> = {}): Promise<WorkflowHandle> {
    const workflowId = `onboard-${newCustomer()}`;
    await stack.client.workflowService.startWorkflowExecution({
      namespace: 'default',
      workflowId,
      workflowType: { name: ONBOARD_CUSTOMER },
      taskQueue: { name: stack.taskQueue },
      input: { payloads },
      requestId: randomUUID(),
      ...more,
    });
    return stack.client.workflow.getHandle(workflowId);
  }

  async function reviewed(): Promise<WorkflowHandle> {
    const handle = await stack.start(quickest());
    await untilReview(handle);
    return handle;
  }

  const notes = async (handle: WorkflowHandle): Promise<string[]> => (await statusOf(handle)).notes;

  async function expectNoFailedTask(handle: WorkflowHandle): Promise<void> {
    const { events } = await handle.fetchHistory();
    expect(events!.filter((event) => event.workflowTaskFailedEventAttributes != null)).toEqual([]);
  }

  /** A person still decides, and it ends by that. */
  async function expectGoesOn(handle: WorkflowHandle): Promise<void> {
    expect(underReview(await statusOf(handle))).toBe(true);
    await decide(handle, { reviewer: 'maria' });
    expect(await handle.result()).toMatchObject({ outcome: 'ready', review: { reviewer: 'maria' } });
    await expectNoFailedTask(handle);
  }

  async function expectRefused(handle: WorkflowHandle): Promise<string> {
    const { type, message, details } = await failureOf(handle.result());
    expect(type).toBe('InvalidInput');
    expect(message.length + JSON.stringify(details).length).toBeLessThan(100_000);
    expect((await statusOf(handle)).steps[0]).toMatchObject({ step: 'validate', state: 'failed' });
    await expectNoFailedTask(handle);
    return message;
  }

  describe('by signal', () => {
    it.concurrent('ignores and notes what cannot be decoded', async () => {
      const handle = await reviewed();
      for (const [, payload, said] of UNDECODABLE)
        for (const name of ['approve', 'reject']) {
          await signal(handle, name, payload);
          expect((await notes(handle)).at(-1)).toContain(
            `Ignored the signal ${name}: it could not be decoded: ${said}`,
          );
        }
      for (const [, payload] of UNDECODABLE) await signal(handle, 'layersEvent', payload);
      await expectGoesOn(handle);
    });

    it.concurrent('ignores and notes fields of another type, size or alphabet', async () => {
      const handle = await reviewed();
      const deep = { reviewer: 'x', revision: JSON.parse(nested(90)) as unknown };
      for (const [name, payload, said] of [
        ['approve', { reviewer: 'x', revision: { toString: 5 } }, 'its revision must be a whole number'],
        ['approve', { reviewer: 'x', revision: { toString: null, valueOf: null } }, 'its revision must be'],
        ['approve', deep, 'its revision must be'],
        ['reject', { reviewer: 'x', reason: 'no', revision: 0.5 }, 'its revision must be'],
        ['approve', { reviewer: 'x', revision: '0' }, 'its revision must be'],
        [
          'approve',
          { reviewer: 'x'.repeat(1_200_000) },
          'its reviewer must be at most 200 characters long, is 1200000',
        ],
        ['approve', { reviewer: { name: 'x' } }, 'its reviewer must name who decides'],
        ['approve', { reviewer: 'ma\u202eria' }, 'its reviewer holds characters that cannot be seen'],
        ['approve', { reviewer: '\u200b\u2060' }, 'its reviewer must name who decides'],
        ['approve', { reviewer: 'ma\u001b[31mria' }, 'its reviewer holds characters that cannot be seen'],
        ['approve', { reviewer: 'x', comment: 5 }, 'its comment must be text of at most 1024 characters'],
        ['approve', { reviewer: 'x', comment: { text: 'fine' } }, 'its comment must be text'],
        ['approve', { reviewer: 'x', comment: ['a'] }, 'its comment must be text'],
        ['reject', { reviewer: 'x', reason: 5 }, 'its reason must be text'],
        ['reject', { reviewer: 'x', reason: 'y'.repeat(1_025) }, 'its reason must be text'],
        ['reject', { reviewer: 'x' }, 'it gives no reason'],
        ['approve', 'maria', 'it names no reviewer'],
        ['approve', 5, 'it names no reviewer'],
        ['approve', [], 'it names no reviewer'],
      ] as [string, unknown, string][]) {
        await signal(handle, name, json(payload));
        const note = (await notes(handle)).at(-1)!;
        expect(note).toContain(`Ignored the signal ${name}: ${said}`);
        expect(note.length).toBeLessThan(300);
      }
      await signal(handle, 'approve');
      expect((await notes(handle)).at(-1)).toBe('Ignored the signal approve: it names no reviewer.');
      await expectGoesOn(handle);
    });

    it.concurrent('takes a comment that another SDK has left empty for none', async () => {
      for (const comment of [null, '']) {
        const handle = await reviewed();
        await signal(handle, 'approve', json({ reviewer: 'maria', comment, revision: null }));
        expect(await handle.result()).toMatchObject({ outcome: 'ready', review: { reviewer: 'maria', comment: null } });
        await expectNoFailedTask(handle);
      }
    });

    it.concurrent('is woken by no event that is none', async () => {
      const handle = await reviewed();
      for (const event of [
        ...[null, 5, 'evt_1', [], {}, { id: 5, type: 'x' }, { id: 'evt_2', type: { toString: 5 }, data: null }],
        { id: 'evt_3', type: 'x', data: 'text' },
        { id: 'evt_4', type: 'x', data: manyFields(20_000) },
        { id: 'e'.repeat(1_500_000), type: 'x', data: {} },
        { id: 'evt_5', type: 'x', data: { contentId: 'c'.repeat(1_500_000), deep: JSON.parse(nested(90)) as unknown } },
      ]) {
        await signal(handle, 'layersEvent', json(event));
        // One at a time: what waits for a task to end, the server bounds as well.
        expect(underReview(await statusOf(handle))).toBe(true);
      }
      await expectGoesOn(handle);
    });
  });

  describe('by update', () => {
    const UPDATES = ['decideReview', 'resolveStep', 'chooseSource', 'authorizeSocial'];

    it.concurrent('refuses what cannot be decoded', async () => {
      const handle = await reviewed();
      for (const name of UPDATES)
        for (const [, payload, said] of UNDECODABLE)
          expect(await update(handle, name, payload)).toEqual({
            type: 'InvalidMessage',
            message: expect.stringContaining(`message: could not be decoded: ${said}`),
          });
      await expectGoesOn(handle);
    });

    it.concurrent('refuses fields of another type, size or alphabet, with no trace in the history', async () => {
      const handle = await reviewed();
      const { historyLength } = await handle.describe();
      const decision = { decision: 'requestChanges', reviewer: 'maria', revision: 0, comment: 'Brighter.' };
      const answer = { step: 'content', action: 'abort', operator: 'omar' };
      const choice = { tiktokVideoId: '1', by: 'maria' };
      const evil = { toString: 5 };
      for (const [name, args, path] of [
        ...[null, 5, 'approve', [], undefined].flatMap((args) => [
          ['decideReview', args, 'message'],
          ['resolveStep', args, 'message'],
          ['chooseSource', args, 'message'],
        ]),
        ...[5, 'tiktok', []].map((args) => ['authorizeSocial', args, 'message']),
        ['decideReview', { ...decision, source: manyFields(20_000) }, 'source'],
        ['decideReview', { ...decision, influencer: { prompt: 'x'.repeat(20_000) } }, 'influencer'],
        ['decideReview', { ...decision, source: JSON.parse(nested(60)) as unknown }, 'message'],
        ['decideReview', { ...decision, extra: 'x'.repeat(600_000) }, 'message'],
        ['decideReview', { ...decision, revision: evil }, 'revision'],
        ['decideReview', { ...decision, decision: evil }, 'decision'],
        ['decideReview', { ...decision, reviewer: 'ma\u202eria' }, 'reviewer'],
        ['decideReview', { ...decision, reviewer: 'x'.repeat(201) }, 'reviewer'],
        ['decideReview', { ...decision, comment: 5 }, 'comment'],
        ['decideReview', { ...decision, comment: '\u200b' }, 'comment'],
        ['decideReview', { ...decision, comment: 'x'.repeat(1_500_000) }, 'message'],
        ['decideReview', { ...decision, scheduleAt: 5 }, 'scheduleAt'],
        ['decideReview', { ...decision, slides: [{ index: 0, note: evil }] }, 'slides'],
        ['resolveStep', { ...answer, step: evil }, 'step'],
        ['resolveStep', { ...answer, action: evil }, 'action'],
        ['resolveStep', { ...answer, item: evil }, 'item'],
        ['resolveStep', { ...answer, item: 'x'.repeat(2_049) }, 'item'],
        ['resolveStep', { ...answer, operator: 'o\u0000mar' }, 'operator'],
        ['resolveStep', { ...answer, reason: 'x'.repeat(1_025) }, 'reason'],
        ['resolveStep', { ...answer, reason: 'x'.repeat(1_500_000) }, 'message'],
        ['resolveStep', { ...answer, input: {} }, 'input'],
        ['resolveStep', { ...answer, action: 'retry', input: 'x' }, 'input'],
        ['resolveStep', { ...answer, action: 'retry', step: 'keywords', input: {} }, 'input'],
        ['resolveStep', { ...answer, action: 'retry', step: 'project', input: { adopt: evil } }, 'project.adopt'],
        ['chooseSource', { ...choice, tiktokVideoId: evil }, 'tiktokVideoId'],
        ['chooseSource', { ...choice, by: ' ' }, 'by'],
        ['chooseSource', { ...choice, by: 'x'.repeat(1_000_000) }, 'message'],
        ['authorizeSocial', { platform: evil }, 'platform'],
      ] as [string, unknown, string][]) {
        const refused = await update(handle, name, ...(args === undefined ? [] : [json(args)]));
        expect([name, path, refused?.type]).toEqual([name, path, 'InvalidMessage']);
        expect(refused!.message).toMatch(new RegExp(`^${path}: `));
        expect(refused!.message.length).toBeLessThan(2_000);
      }
      expect((await handle.describe()).historyLength).toBe(historyLength);
      await expectGoesOn(handle);
    });

    it.concurrent('refuses a new input of 20,000 unknown fields, and takes a right one after it', async () => {
      const input = quickest();
      await bend(stack.sandbox, customerOf(input), {
        match: { method: 'POST', path: '/slideshow-remix$' },
        times: 1,
        action: { kind: 'answer', status: 402, code: 'BILLING_EXHAUSTED', store: 'none' },
      });
      const handle = await stack.start(input);
      await untilBlocked(handle, 'content');
      const refused = await failureOf(
        resolve(handle, { step: 'content', action: 'retry', input: { source: manyFields(15_000) } }),
      );
      expect(refused.type).toBe('InvalidMessage');
      const [{ problems }] = refused.details as [{ problems: unknown[] }];
      expect(problems).toHaveLength(51);
      expect(problems[50]).toMatchObject({ message: expect.stringMatching(/^14,?95\d more problems/) });
      expect(refused.message.length + JSON.stringify(problems).length).toBeLessThan(100_000);
      await retry(handle, 'content', { source: { tiktokVideoId: '7301234567890123458' } });
      await untilReview(handle);
      await expectGoesOn(handle);
    });
  });

  describe('at its start', () => {
    it.concurrent.each(UNDECODABLE)('refuses %s', async (_what, payload, said) => {
      expect(await expectRefused(await start([payload]))).toContain(`input: could not be decoded: ${said}`);
    });

    it.concurrent('refuses 20,000 unknown fields by the first of them', async () => {
      const message = await expectRefused(await start([json({ ...quickest(), ...manyFields(20_000) })]));
      const lines = message.split('\n');
      expect(lines).toHaveLength(51);
      expect(lines[0]).toMatch(/^unknown_0: unknown field/);
      expect(lines[50]).toBe('more: 19950 more problems are not listed');
    });

    it.concurrent('refuses fields that are nested, or that grow beyond what Temporal takes', async () => {
      const { project, ...rest } = quickest();
      const brandVoice = 'DEEP';
      const deep = JSON.stringify({ ...rest, project: { ...project, brandVoice } }).replace('"DEEP"', nested(20_000));
      expect(await expectRefused(await start([wire(deep)]))).toMatch(/nested more than 100 deep/);
      const metadata = { deep: JSON.parse(nested(60)) as unknown };
      expect(await expectRefused(await start([json({ ...rest, project: { ...project, metadata } })]))).toMatch(
        /nested more than 50 deep/,
      );
      // 1.5 MB on the wire, and three times as much written again.
      const broken = Buffer.concat([Buffer.from('{"project":"'), Buffer.alloc(1_500_000, 255), Buffer.from('"}')]);
      expect(await expectRefused(await start([wire(broken)]))).toMatch(/at most 512 KB long as JSON/);
    });

    it.concurrent.each([
      ['no argument', []],
      ['several arguments', [json(quickest()), json({ startedAt: 'x', memory: { board: 5 } })]],
      ['what a run hands to the next one', [json(quickest()), json({ startedAt: 0, memory: {} })]],
      ['three arguments', [json(quickest()), json(null), json('queue')]],
    ] as [string, Wire[]][])('refuses %s', async (_what, payloads) => {
      await expectRefused(await start(payloads));
    });

    it.concurrent('takes further arguments that are empty for none', async () => {
      const handle = await start([json(quickest()), json(null)]);
      await untilReview(handle);
      await expectGoesOn(handle);
    });

    it.concurrent('is stopped by no memo, whatever its encoding', async () => {
      const handle = await start([json(quickest())], {
        memo: {
          fields: {
            inputDigest: wire('x', 'binary/encrypted'),
            customer: wire('{', 'json/plain'),
            previousOutcome: wire(nested(20_000)),
            other: wire('', null),
          },
        },
      });
      await untilReview(handle);
      // Nor is who looks at it.
      const { client, close } = await connectClient(targetAt(temporalAddress()));
      expect(await onboardingStatus(client, handle.workflowId)).toMatchObject({ status: { stage: 'review' } });
      await close();
      await expectGoesOn(handle);
    });

    it.concurrent('is stopped by no id of an organization', async () => {
      const handle = await start([json(quickest({ organizationId: `org_${'é'.repeat(60)}` }))]);
      await until(async () => {
        const { steps, blocked } = await statusOf(handle);
        return blocked.length > 0 || steps[0]!.state === 'failed' || steps[1]!.state === 'done';
      });
      await handle.cancel();
      await handle.result().catch(() => undefined);
      await expectNoFailedTask(handle);
    });
  });

  it.concurrent('goes on after whatever is generated as a message', async () => {
    const handle = await reviewed();
    const messages = [
      'approve',
      'reject',
      'layersEvent',
      'decideReview',
      'resolveStep',
      'chooseSource',
      'authorizeSocial',
    ];
    const sent = fc.record({ name: fc.constantFrom(...messages), payloads: fc.array(anyPayload, { maxLength: 2 }) });
    const send = async (name: string, payloads: Wire[]): Promise<void> => {
      if (messages.indexOf(name) < 3) return signal(handle, name, ...payloads);
      const refused = await update(handle, name, ...payloads);
      expect(REFUSALS).toContain(refused?.type);
    };
    const property = fc.asyncProperty(sent, async ({ name, payloads }) => {
      await send(name, payloads);
      expect(underReview(await statusOf(handle))).toBe(true);
    });
    await fc.assert(property, { numRuns: 150 });
    await expectGoesOn(handle);
  });

  it.concurrent('refuses whatever is generated as an input', async () => {
    const property = fc.asyncProperty(fc.array(anyPayload, { maxLength: 3 }), async (payloads) => {
      await expectRefused(await start(payloads));
    });
    await fc.assert(property, { numRuns: 25 });
  });

  it.concurrent('a notification that anybody starts by hand is refused', async () => {
    const handle = await start([json(5)], { workflowType: { name: 'deliverNotification' } });
    expect(await failureOf(handle.result())).toMatchObject({ type: 'InvalidInput' });
    await expectNoFailedTask(handle);
  });
});
