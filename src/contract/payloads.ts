import {
  DefaultPayloadConverter,
  RawValue,
  type ConverterHint,
  type Payload,
  type SerializationContext,
} from '@temporalio/common';
import { harmless } from './text';

/**
 * How what others have sent is read: messages, inputs and memos, by clients of any SDK, with or without a codec. The SDK's
 * own converter throws at what it cannot read, which fails every workflow task from then on. This one hands on a value that
 * says why it could not be read, so that whoever judges the message or the input refuses it.
 */

/** Nothing of ours is nested so deep, and what walks a value by recursion can still bear it. */
const DEEPEST = 100;

/** For values that are payloads already. */
const AS_IT_IS = {
  toPayload: (payload: unknown): Payload => payload as Payload,
  fromPayload: <T>(payload: Payload): T => payload as T,
};

/** What could not be read. Written again, for instance to the memo of the run that continues this one, it is what it was. */
export class Unreadable extends RawValue {
  constructor(
    payload: Payload,
    /** For people, to stand after the name of what was sent: `could not be decoded: …`. */
    readonly why: string,
  ) {
    super(payload, AS_IT_IS);
  }
}

class TolerantPayloadConverter extends DefaultPayloadConverter {
  override fromPayload<T>(payload: Payload, context?: SerializationContext, hint?: ConverterHint<T>): T {
    // Between the workflow and its activities only our own code writes.
    if (context?.type === 'activity') return super.fromPayload(payload, context, hint);
    const why = (cause: string): T => new Unreadable(payload, `could not be decoded: ${cause}`) as T;
    try {
      const value = super.fromPayload(payload, context, hint);
      if (isDeeperThan(DEEPEST, value)) return why(`nested more than ${DEEPEST} deep`);
      // No message and no input is bytes, which would count as an object with a field for each of them.
      return ArrayBuffer.isView(value) ? why(encodingOf(payload)) : value;
    } catch {
      return why(encodingOf(payload));
    }
  }
}

/** Its name is what the SDK looks for in the module of `payloadConverterPath`. */
export const payloadConverter = new TolerantPayloadConverter();

function encodingOf({ metadata }: Payload): string {
  const encoding = metadata?.encoding;
  if (!encoding?.length) return 'no encoding';
  const name = harmless(new TextDecoder().decode(encoding.slice(0, 60)));
  return name === 'json/plain' ? 'encoding json/plain, but not JSON' : `encoding ${name}`;
}

/** Level by level, since a walk by recursion is what too deep a value breaks. Plain text is 0 deep, `{}` is 1. */
export function isDeeperThan(deepest: number, value: unknown): boolean {
  const objects = (values: unknown[]): object[] => values.filter((one) => typeof one === 'object' && one !== null);
  let level = objects([value]);
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > deepest) return true;
    // Bytes hold no values.
    level = level.flatMap((one) => (ArrayBuffer.isView(one) ? [] : objects(Object.values(one))));
  }
  return false;
}
