import { stepFailure } from '../../contract/failures';
import { done, type Flow } from '../flow';
import { orderOf, type Draft, type Made } from '../post/draft';
import { formatOf } from '../post/formats';
import { generate, generation } from '../post/generation';
import type { Sources } from '../post/sources';

/** A job that failed is tried once more; the second failure blocks. */
const MAX_FAILURES = 2;
/** Four dead answers in a row cannot all be replays of old requests: this remix fails every time. */
const MAX_REPLAYED = 4;

/**
 * Makes the content of a round, moving on to the next candidate where a source turns out unsuitable.
 *
 * @param draft what it is made from by now: while the step was blocked, an operator may have named another source or persona
 */
export function produceContent(
  flow: Flow,
  sources: Sources,
  draft: () => Promise<Draft>,
  revision: number,
): Promise<Made> {
  const { effects } = flow;
  let failures = 0;
  let replayed = 0;
  const body = async () => {
    for (;;) {
      const { source, persona, ...rest } = await draft();
      const order = orderOf({ source, persona, ...rest });
      // What another source or persona was to become, no reviewer waits for any more.
      await effects.drop('content', order, generation);
      const ended = await generate(flow, order);
      switch (ended.kind) {
        case 'made':
          return done<Made>({ content: ended.content, persona, source }, formatOf(order).describe(ended.content));
        case 'unsuitable':
          failures = 0;
          sources.moveOn(source, ended.code, ended.error);
          break;
        case 'replayed':
          effects.retire(generation.intent(order));
          if (++replayed % MAX_REPLAYED > 0) break;
          throw stepFailure('JobFailed', `Layers keeps answering with content that has ended: ${ended.containerId}.`);
        case 'failed':
          effects.retire(generation.intent(order));
          if (ended.code !== 'JobCanceled' && ++failures < MAX_FAILURES) break;
          failures = 0;
          throw ended.error;
      }
    }
  };
  return flow.step('content', body, `/r${revision}`);
}
