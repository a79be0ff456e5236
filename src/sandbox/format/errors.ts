/** A refusal in the API's error envelope: thrown by a route or a check, turned into JSON by the pipeline. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details?: Record<string, unknown>,
    readonly headers: Record<string, string> = {},
  ) {
    super(message);
  }

  body(requestId: string): { error: Record<string, unknown> } {
    const { code, message, details } = this;
    return { error: { code, message, requestId, ...(details && { details }) } };
  }
}

/** Also for what belongs to another organization: existence is not leaked. */
export const notFound = (what: string): ApiError => new ApiError(404, 'NOT_FOUND', `${what} not found.`);

export const conflict = (message: string, details?: Record<string, unknown>): ApiError =>
  new ApiError(409, 'CONFLICT', message, details);

/** One bad field in the `issues` shape. */
export const badField = (path: string, message: string, status = 422): ApiError =>
  new ApiError(status, 'VALIDATION', `${path}: ${message}`, { issues: [{ path, message }] });
