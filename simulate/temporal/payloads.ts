import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { msToTs, tsToMs } from '@temporalio/common/lib/time';

export const encode = (value: unknown): Payload => defaultPayloadConverter.toPayload(value);

/** `undefined` also for what cannot be read. */
export function decode(payload: Payload | null | undefined): unknown {
  try {
    return payload ? defaultPayloadConverter.fromPayload(payload) : undefined;
  } catch {
    return undefined;
  }
}

type Duration = Parameters<typeof tsToMs>[0];

/** Milliseconds of a protobuf duration; `null` for none, as which 0 counts. */
export const msOf = (duration: Duration): number | null =>
  duration === undefined || duration === null ? null : tsToMs(duration) || null;

/** A protobuf timestamp. */
export const timestamp = (ms: number): ReturnType<typeof msToTs> => msToTs(ms);
