import type { temporal } from '@temporalio/proto';
import * as fc from 'fast-check';
import { garbage, jsonOf } from './values';

/** What one argument looks like on the wire of Temporal; small, so that it can be printed. */
export type Argument =
  | { encoding: 'json/plain'; value: unknown }
  /** `null`: no encoding is named. Text stands for its UTF-8 bytes, `base64` for any. */
  | { encoding: string | null; text: string }
  | { encoding: string | null; base64: string };

const encodings = fc.constantFrom(
  ...[null, '', 'json/plain', 'json/protobuf', 'binary/null', 'binary/plain', 'binary/encrypted', 'binary/protobuf'],
);

/** What does not decode: broken JSON, no encoding, an unknown one, bytes that are no text. */
const undecodable: fc.Arbitrary<Argument> = fc.oneof(
  fc.record({
    encoding: fc.constant('json/plain'),
    text: fc.constantFrom('{not json', '', '{"a":', 'undefined', '\ufeff{}', "{'a':1}"),
  }),
  fc.record({
    encoding: encodings,
    text: fc.constantFrom('{}', 'null', '{"reviewer":"maria"}', '{"messageType":"x"}'),
  }),
  fc.record({
    encoding: encodings,
    base64: fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes).toString('base64')),
  }),
);

/** The arguments of a message or a start: one that is nearly right, or what no converter of ours has written. */
export const argumentsOf = (value: fc.Arbitrary<unknown>): fc.Arbitrary<Argument[]> => {
  const plain = (values: fc.Arbitrary<unknown>): fc.Arbitrary<Argument> =>
    fc.record({ encoding: fc.constant('json/plain' as const), value: values });
  return fc.oneof(
    { weight: 8, arbitrary: plain(value).map((argument) => [argument]) },
    { weight: 2, arbitrary: undecodable.map((argument) => [argument]) },
    { weight: 1, arbitrary: fc.array(fc.oneof(plain(garbage), undecodable), { maxLength: 3 }) },
  );
};

export function payloadOf(argument: Argument): temporal.api.common.v1.IPayload {
  const { encoding } = argument;
  const data =
    'value' in argument
      ? Buffer.from(jsonOf(argument.value))
      : 'text' in argument
        ? Buffer.from(argument.text)
        : Buffer.from(argument.base64, 'base64');
  return { metadata: encoding === null ? {} : { encoding: Buffer.from(encoding) }, data };
}
