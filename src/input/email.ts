import { domainToASCII } from 'node:url';

/** A word of a mailbox's name as RFC 5322 and 6531 have it: letters of every script, and the signs that need no quotes. */
const WORD = String.raw`[\p{L}\p{M}\p{N}!#$%&'*+/=?^_\x60{|}~-]+`;
const MAILBOX = new RegExp(String.raw`^${WORD}(\.${WORD})*$`, 'u');
/** A domain in its ASCII form: two labels at least, the last of them no number. */
const DOMAIN = /^([a-z\d]([a-z\d-]{0,61}[a-z\d])?\.)+(?!\d+$)[a-z\d]([a-z\d-]{0,61}[a-z\d])?$/;

/** Whether mail can be sent to it as far as its form tells; RFC 5321 bounds the mailbox at 64 bytes, the whole at 254. */
export function isEmail(value: string): boolean {
  const at = value.lastIndexOf('@');
  const [mailbox, domain] = [value.slice(0, at), value.slice(at + 1)];
  return (
    at > 0 &&
    MAILBOX.test(mailbox) &&
    Buffer.byteLength(mailbox) <= 64 &&
    Buffer.byteLength(value) <= 254 &&
    /^[\p{L}\p{M}\p{N}.-]+$/u.test(domain) &&
    DOMAIN.test(domainToASCII(domain))
  );
}
