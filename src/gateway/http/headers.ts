import type { MiddlewareHandler } from 'hono';

/** What a page loads and where its forms may lead, beyond its own origin. */
export interface Sources {
  img?: readonly string[];
  media?: readonly string[];
  /** Origins that a form's answer may redirect to: browsers apply the policy to those too. */
  formAction?: readonly string[];
}

/** Everything is forbidden that a page does not need: foreign scripts, frames, styles, and pictures of other hosts. */
export function contentSecurityPolicy({ img = [], media = [], formAction = [] }: Sources): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    ["img-src 'self'", ...img].join(' '),
    ["media-src 'self'", ...media].join(' '),
    ["form-action 'self'", ...formAction].join(' '),
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** On every answer. A link is a key: it must not be stored, indexed, framed, or told to another site. */
export function securityHeaders(publicUrl: string): MiddlewareHandler {
  const fixed: Record<string, string> = {
    'Cache-Control': 'no-store',
    'Content-Security-Policy': contentSecurityPolicy({}),
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=()',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'X-Robots-Tag': 'noindex, nofollow, noarchive',
    ...(publicUrl.startsWith('https:') ? { 'Strict-Transport-Security': 'max-age=31536000' } : {}),
  };
  return async (context, next) => {
    await next();
    for (const [name, value] of Object.entries(fixed))
      if (!context.res.headers.has(name)) context.res.headers.set(name, value);
  };
}
