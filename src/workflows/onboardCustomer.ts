import type { OnboardingResult } from '../contract/result';
import { Customer } from './accounts/customer';
import { closing, type Ending } from './ending';
import { Flow } from './flow';
import { Operator } from './operator';
import { Posts } from './post/posts';
import { Reviewer } from './post/reviewer';
import { reviewedPost } from './reviewedPost';
import { startedWith } from './startedWith';
import { readyPersona } from './steps/influencer';
import { keywordBank } from './steps/keywords';
import { uploadMedia } from './steps/media';
import { createProject } from './steps/project';
import { schedulePost } from './steps/schedule';
import { connectAccounts } from './steps/social';
import { validate } from './steps/validate';
import { alongside, together } from './waiting/waits';

/**
 * Takes one customer from nothing to a scheduled post.
 *
 * @param args one JSON object, see `OnboardingInput`; where the history has grown too long for one run, also what the run
 *   before this one has learned
 * @returns a result for every outcome that is a person's decision: scheduled, ready, rejected, expired
 * @throws `InvalidInput` or `Aborted` (ApplicationFailure); a cancel stays Temporal's Cancelled. Both clean up.
 */
export async function onboardCustomer(...args: unknown[]): Promise<OnboardingResult> {
  // Each registers its own messages, before the first await, so that none is lost.
  const { input, carried } = startedWith(args);
  const flow = new Flow(input, carried); //          status, layersEvent
  new Operator(flow); //                             resolveStep
  const customer = new Customer(flow); //            authorizeSocial
  const reviewer = new Reviewer(flow, customer); //  chooseSource, approve, reject, decideReview
  const posts = new Posts(flow, () => reviewer.hasApproved);
  // At every end, what was made at Layers and is not kept is taken back.
  return closing(flow, posts, () => onboard(flow, { customer, reviewer, posts }));
}

interface People {
  customer: Customer;
  reviewer: Reviewer;
  posts: Posts;
}

async function onboard(flow: Flow, { customer, reviewer, posts }: People): Promise<Ending> {
  await validate(flow);

  flow.enter('project');
  const project = await createProject(flow);

  // Only the schedule needs the accounts: nothing before it waits for the customer.
  const accounts = flow.enterWith('preparing', () => alongside(() => connectAccounts(flow, project, customer)));
  const [, phrases, persona] = await together([
    uploadMedia(flow, project),
    keywordBank(flow, project),
    readyPersona(flow, project),
  ]);

  const post = await reviewedPost(flow, reviewer, { project, persona, phrases });
  const { decision } = post.verdict;
  if (decision === 'reject') return accounts.giveUp({ outcome: 'rejected', post });
  if (decision === 'expired') return accounts.giveUp({ outcome: 'expired', post });
  if (flow.wanted.plan.schedule === null) return accounts.giveUp({ outcome: 'ready', post });

  flow.enter('schedule');
  await accounts.done;
  const scheduled = await schedulePost(flow, posts, { ...post, customer });
  return { outcome: scheduled.length > 0 ? 'scheduled' : 'ready', post };
}
