import { UsageError } from '../../errors';

/** Text that is UTF-8, as JSON has to be. Any other encoding is refused by its name, since it would change names unseen. */
export function decodeText(bytes: Uint8Array, name: string): string {
  const [first, second] = bytes;
  const isMarked = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  if (isMarked || bytes.subarray(0, 64).includes(0))
    throw new UsageError(`${name} is UTF-16, as PowerShell's > writes it. Save it as UTF-8${HOW_IN_POWERSHELL}`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const line = firstWrongLine(bytes);
    throw new UsageError(
      `${name} is not UTF-8: line ${line} has bytes of another encoding, perhaps Latin-1 (ISO 8859-1, Windows-1252). ` +
        'Save it as UTF-8, for instance: iconv -f WINDOWS-1252 -t UTF-8',
    );
  }
}

const HOW_IN_POWERSHELL = ', for instance: … | Out-File -Encoding utf8 FILE';
const LINE_FEED = 0x0a;

/** A line feed is a byte of its own in UTF-8, so each line can be looked at by itself. */
function firstWrongLine(bytes: Uint8Array): number {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for (let line = 1, start = 0; ; line += 1) {
    const end = bytes.indexOf(LINE_FEED, start);
    try {
      decoder.decode(bytes.subarray(start, end === -1 ? undefined : end));
    } catch {
      return line;
    }
    if (end === -1) return line;
    start = end + 1;
  }
}
