import { isIP } from 'node:net';
import { z } from 'zod';

interface UrlParts {
  /** A path that is not part of it though people write it; without it, it is taken. */
  without?: string;
  /** Things may be asked of it, as of the address of a webhook. */
  query?: true;
}

/**
 * An address by http or https, without a slash at its end. Without credentials: `fetch` refuses a URL that carries some, and
 * repeats them in its error. Blanks, quotes and backslashes are refused, since `new URL` would mend or hide them.
 */
export const url = ({ without, query }: UrlParts = {}): z.ZodType<string, string> =>
  z
    .string()
    .refine((text) => /^https?:\/\/[^\s"'<>\\`/?#][^\s"'<>\\`]*$/i.test(text) && URL.canParse(text), {
      error: 'must be a URL that begins with https:// or http://',
      abort: true,
    })
    .refine((text) => new URL(text).username + new URL(text).password === '', {
      error: 'must not carry a user name or password',
    })
    .refine((text) => (query === true || !text.includes('?')) && !text.includes('#'), {
      error: query === true ? 'must not have a part behind #' : 'must not have a query or a part behind #',
    })
    .transform((text) => {
      if (query === true) return new URL(text).href;
      const bare = new URL(text).href.replace(/\/+$/, '');
      return without !== undefined && bare.endsWith(without)
        ? bare.slice(0, -without.length).replace(/\/+$/, '')
        : bare;
    });

export const wholeNumber = (min: number, max: number): z.ZodType<number, string> =>
  z
    .string()
    .refine((text) => /^\d+$/.test(text) && Number(text) >= min && Number(text) <= max, {
      error: `must be a whole number from ${min} to ${max}`,
    })
    .transform(Number);

/** Fewer different characters, and somebody has leant on the keyboard. */
const DIFFERENT = 6;

function secretProblem(text: string, min: number): string | null {
  if (text.length < min) return `must be at least ${min} characters long`;
  if (new Set(text).size < DIFFERENT) return `must be random: it has fewer than ${DIFFERENT} different characters`;
  return /change.?me|password|passw0rd/i.test(text) ? 'must be random: this is a placeholder' : null;
}

/** One secret or, during a rotation, several: the first one signs, all are accepted. */
export const secrets = (min: number): z.ZodType<string[], string> =>
  z.string().transform((text, ctx) => {
    const several = text.split(',').map((one) => one.trim());
    for (const one of several) {
      const message = secretProblem(one, min);
      if (message === null) continue;
      ctx.addIssue({ code: 'custom', message: `${message}, each if several are separated by commas` });
      break;
    }
    return several;
  });

export const secret = (min: number): z.ZodType<string, string> =>
  z.string().superRefine((text, ctx) => {
    const message = secretProblem(text, min);
    if (message !== null) ctx.addIssue({ code: 'custom', message });
  });

/** Where a server listens: `127.0.0.1:9464`, `[::]:9464`. */
export const listenAddress = z.string().refine(
  (text) => {
    const [, six = '', four = '', port] = /^(?:\[([^\]]+)\]|([^[\]:]+)):(\d{1,5})$/.exec(text) ?? [];
    return (isIP(six) === 6 || isIP(four) === 4) && Number(port) >= 1 && Number(port) <= 65_535;
  },
  { error: 'must be an IP address and a port' },
);
