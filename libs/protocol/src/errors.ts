/**
 * Every error that Tailgate answers with: the stable `code`, its HTTP status, and what it means in a few words.
 * Codes are never renamed and never change their status; what an error was about in the case at hand is in `detail`.
 */
export const ERRORS = {
  bad_request: { status: 400, title: 'The request is not understood' },
  bad_channel: { status: 400, title: 'Not a channel name' },
  bad_position: { status: 400, title: 'Not a position' },
  bad_query: { status: 400, title: 'A query parameter is not allowed here, or has a bad value' },
  bad_frame: { status: 400, title: 'The WebSocket frame is not understood' },
  too_many_channels: { status: 400, title: 'More channels than one connection may have' },
  unauthorized: { status: 401, title: 'A valid token is needed' },
  forbidden: { status: 403, title: 'Not permitted' },
  not_found: { status: 404, title: 'Nothing is here' },
  alert_not_found: { status: 404, title: 'No such rule for alerts' },
  delivery_not_found: { status: 404, title: 'No such delivery of an alert' },
  export_not_found: { status: 404, title: 'No such export' },
  channel_not_found: { status: 404, title: 'No such channel' },
  method_not_allowed: { status: 405, title: 'The method is not allowed here' },
  deployment_exists: { status: 409, title: 'There is a deployment of this name already' },
  export_not_finished: { status: 409, title: 'The file of the export is not there yet, or never will be' },
  request_timeout: { status: 408, title: 'The request did not arrive in time' },
  payload_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'The type of the body is not accepted here' },
  misdirected_request: { status: 421, title: 'This host name is not served here' },
  idempotency_conflict: { status: 422, title: 'The idempotency key was used with another body' },
  too_many_requests: { status: 429, title: 'Too many requests' },
  headers_too_large: { status: 431, title: 'The headers of the request are too large' },
  internal: { status: 500, title: 'The server has failed' },
  unavailable: { status: 503, title: 'Not ready, try again' },
} as const satisfies Record<string, { readonly status: number; readonly title: string }>;

export type ErrorCode = keyof typeof ERRORS;
