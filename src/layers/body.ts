import { promisify } from 'node:util';
import * as zlib from 'node:zlib';

/** The largest documented answer, 200 containers with their assets, is well under a megabyte. */
const LARGEST_ANSWER_BYTES = 8 * 1024 * 1024;
/** More in a row than any server applies. */
const MOST_CODINGS = 3;

export class AnswerTooLarge extends Error {
  constructor() {
    super(`The answer is larger than ${LARGEST_ANSWER_BYTES / 1024 / 1024} MB.`);
  }
}

/** A `Content-Encoding` that is not known here, or whose bytes are cut off or broken. */
export class Undecodable extends Error {}

type Decode = (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

const inflate: Decode = promisify(zlib.inflate);
const inflateRaw: Decode = promisify(zlib.inflateRaw);
const gunzip: Decode = promisify(zlib.gunzip);
/** Newer than the oldest Node that this runs on. */
const { zstdDecompress } = zlib as { zstdDecompress?: (...args: never[]) => void };

const DECODE: Readonly<Record<string, Decode>> = {
  gzip: gunzip,
  'x-gzip': gunzip,
  br: promisify(zlib.brotliDecompress),
  // Some servers send the bare stream, without the frame that the standard asks for.
  deflate: (bytes, options) => (((bytes[0] ?? 0) & 0x0f) === 8 ? inflate : inflateRaw)(bytes, options),
  ...(zstdDecompress === undefined ? {} : { zstd: promisify(zstdDecompress) as unknown as Decode }),
};

/** What `Accept-Encoding` says: all that can be read. Without it a server, or a CDN before it, may choose any coding. */
export const ACCEPT_ENCODING = Object.keys(DECODE)
  .filter((coding) => !coding.startsWith('x-'))
  .join(', ');

/**
 * The text of an answer, at most 8 MB of it, both as it comes and decoded: a small answer may unfold to gigabytes.
 *
 * @param contentEncoding as the header says it
 * @throws `AnswerTooLarge`, `Undecodable`, or the error of the connection
 */
export async function readText(body: AsyncIterable<Buffer>, contentEncoding: string | null): Promise<string> {
  let bytes = await readBytes(body);
  for (const coding of codings(contentEncoding).reverse()) bytes = await decoded(bytes, coding);
  return new TextDecoder().decode(bytes); // without a byte order mark
}

async function readBytes(body: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > LARGEST_ANSWER_BYTES) throw new AnswerTooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const codings = (header: string | null): string[] =>
  (header ?? '')
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'identity')
    .slice(0, MOST_CODINGS + 1);

async function decoded(bytes: Buffer, coding: string): Promise<Buffer> {
  const decode = Object.hasOwn(DECODE, coding) ? DECODE[coding] : undefined;
  if (decode === undefined) throw new Undecodable(`is coded as ${coding}, which cannot be read here`);
  if (bytes.length === 0) return bytes; // 204 and the like
  try {
    return await decode(bytes, { maxOutputLength: LARGEST_ANSWER_BYTES });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw new AnswerTooLarge();
    throw new Undecodable(`says that it is coded as ${coding}, which it is not, or it was cut off`);
  }
}
